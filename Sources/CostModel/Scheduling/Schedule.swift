/// A run on clusters of different sizes: days, cost and power of each.
///
/// Accelerator-hours of an estimate hold for the cluster that its efficiency was measured on. On n accelerators they are
/// divided by what changes:
///
/// r(n) = scaling(n) · goodput(n) / goodput(n_ref)
///
/// with scaling(n) the throughput of tuned steps there over those on the usual cluster (`StepScaling`), or
/// (1 + s)^−log₂(n) / (1 + s_ref)^−log₂(n_ref) with a loss s of each doubling where that is given, or no step is known.
/// What is given of interruptions, checkpoints and losses counts for the user's own cluster alone: the efficiency was
/// measured on one that has the usual ones. An effective MFU includes the goodput of its own cluster, which is
/// why it is divided by; a steady-state MFU does not, and is multiplied by goodput(n) alone.
package struct Schedule: Sendable {
  /// What the schedule rests on besides the run.
  package struct Conditions: Sendable {
    /// Interruptions and checkpoints.
    package var reliability: Reliability
    /// The same of the clusters that efficiencies were measured on.
    package var usualReliability: Reliability
    /// Throughput lost with each doubling of the cluster.
    package var scalingLoss: Expression<Ratio>
    /// The same of the clusters that efficiencies were measured on.
    package var usualScalingLoss: Expression<Ratio>
    /// Accelerators of the cluster that the efficiency was measured on.
    package var referenceCluster: Double
    /// Tokens of the largest global batch that still trains well.
    package var batch: Double
    /// Tokens of a sequence.
    package var context: Double

    /// What a schedule rests on.
    package init(
      reliability: Reliability, usualReliability: Reliability, scalingLoss: Expression<Ratio>,
      usualScalingLoss: Expression<Ratio>, referenceCluster: Double, batch: Double, context: Double
    ) {
      self.reliability = reliability
      self.usualReliability = usualReliability
      self.scalingLoss = scalingLoss
      self.usualScalingLoss = usualScalingLoss
      self.referenceCluster = referenceCluster
      self.batch = batch
      self.context = context
    }
  }

  /// What feeds a cluster.
  package enum Supply: String, Sendable {
    /// A feeder of an existing site.
    case feeder
    /// A substation of its own.
    case substation
    /// A connection to the transmission grid.
    case transmission
  }

  /// The run, whose accelerator-hours are those of the reference cluster.
  package let estimate: Estimate
  /// What it rests on.
  package let settings: Conditions
  /// The fewest accelerators whose memory holds the run, as `fit` finds them.
  package let fewest: Double
  /// The most accelerators that the batch gives a sequence for each copy of the model.
  package let most: Double
  /// Accelerators that the whole numbers of a cluster are multiples of.
  package let node: Double
  private let isSteady: Bool
  private let isLossGiven: Bool
  private let supplies: (substation: Double, transmission: Double)

  /// A schedule of a run.
  ///
  /// - Throws: ``ScenarioError`` where a look-up fails, or the request says itself what it counts.
  package init(_ request: Request, settings: Conditions, in catalog: any Catalog) throws(ScenarioError) {
    guard request[Settings.goodput] == nil else {
      throw .contradiction(
        "a goodput is given, and a schedule works it out for every cluster",
        advice:
          "leave out \(Settings.goodput); \(input: "failure-rate"), \(input: "checkpoint-pause") and \(input: "restart-time") set it"
      )
    }
    var plain = request
    plain.cluster = nil
    if plain.step.batch == nil { plain.step.batch = .tokens(settings.batch) }
    var scenario = try ScenarioBuilder.scenario(for: plain, in: catalog)
    // The hours of the cluster that the efficiency stands for.
    scenario.choice = nil
    isLossGiven = request[Settings.scalingLoss] != nil
    isSteady = request[Settings.steadyMFU] != nil
    scenario.hardware.goodput = nil
    estimate = try .pretraining(scenario)
    self.settings = settings
    func factor(_ id: String) throws(ScenarioError) -> Double {
      try Inputs.look { () throws(CatalogError) in try catalog.factor(id) }.value.typical.value
    }
    let accelerator = scenario.hardware.accelerator
    node = Double(accelerator.acceleratorsPerNode ?? 1)
    fewest = try Self.fewest(estimate, in: catalog)
    let sequences = (settings.batch / settings.context).rounded(.down)
    most = Swift.max(
      fewest, scenario.hardware.scaling.map { Double($0.most(scenario.model, batch: settings.batch)) } ?? sequences)
    supplies = (try factor("substation-megawatts"), try factor("transmission-megawatts"))
  }

  /// The fewest accelerators that hold the run; 1 where their memory is unknown.
  private static func fewest(_ estimate: Estimate, in catalog: any Catalog) throws(ScenarioError) -> Double {
    guard estimate.scenario.hardware.accelerator.memoryBytes != nil else { return 1 }
    guard let fewest = try estimate.fewestAccelerators(in: catalog) else {
      throw .contradiction(
        "no cluster of up to \(Notation.display(Double(LayoutSearch.maximumAccelerators), as: .accelerators)) × "
          + "\(estimate.scenario.hardware.accelerator.id) holds the model",
        advice: "choose an accelerator with more memory, or a smaller model")
    }
    return Double(fewest)
  }

  /// One cluster.
  package struct Cluster: Sendable {
    /// Accelerators.
    package var accelerators: Double
    /// Whether it holds less than the weights, gradients and optimizer.
    package var isTooSmall: Bool
    /// Whether the batch has less than a sequence for each copy of the model.
    package var isBeyondBatch: Bool
    /// What feeds it.
    package var supply: Supply
    /// Its results: see `Schedule.results`.
    package var report: Report
  }

  /// A cluster's results, in order.
  private enum Name: String, ResultName {
    case accelerators, days
    case cost = "cost_usd"
    case acceleratorHours = "accelerator_hours"
    case mfu, goodput, scaling
    case meanTime = "mtbf_hours"
    case checkpointInterval = "checkpoint_interval_hours"
    case interruptions
    case tokensPerAccelerator = "tokens_per_accelerator"
    case power = "power_mw"
    case averagePower = "average_power_mw"
    case energy = "energy_kwh"
    case carbon = "carbon_kg"
    case water = "water_l"
  }

  /// A cluster's results, in order.
  package static let results = Name.results

  private func relative(_ count: Double, _ reliability: Reliability) -> (
    all: Expression<Ratio>, scaling: Expression<Ratio>, goodput: Reliability.Goodput
  ) {
    let scaling = scaling(count).named("throughput of an accelerator over that in the reference cluster")
    let goodput = reliability.goodput(accelerators: Expression(constant: count))
    var all = scaling * goodput.share
    if !isSteady {
      // The efficiency bears the failures of its own cluster.
      let reference = settings.usualReliability.goodput(accelerators: Expression(constant: settings.referenceCluster))
      all = all / reference.share.named("goodput of the reference cluster")
    }
    // No cluster computes more than its peak.
    return (.smaller(all, 1 / estimate.run.mfu), scaling, goodput)
  }

  private func scaling(_ count: Double) -> Expression<Ratio> {
    guard !isLossGiven, let steps = estimate.scenario.hardware.scaling else {
      func doublings(_ count: Double) -> Double { Elementary.logarithm(count) / Elementary.logarithm(2) }
      return (1 + settings.scalingLoss).power(-doublings(count))
        * (1 + settings.usualScalingLoss).power(doublings(settings.referenceCluster))
    }
    func relative(_ count: Double) -> Expression<Ratio> {
      steps.throughput(estimate.work, estimate.scenario.model, on: Expression(constant: count))
    }
    return relative(count) / relative(settings.referenceCluster)
  }

  /// Typical hours by the clock on so many accelerators.
  package func hours(_ count: Double) -> Double {
    let relative = relative(count, settings.reliability).all.typical.value
    return estimate.run.acceleratorHours.typical.value / (relative * count)
  }

  /// The run on so many accelerators.
  ///
  /// - Parameters:
  ///   - count: Accelerators.
  ///   - reliability: Interruptions; nil for those of the settings.
  ///   - price: USD of an accelerator-hour; nil for the scenario's payment.
  ///   - plan: How ranges are found.
  /// - Returns: The cluster.
  package func cluster(
    _ count: Double, reliability: Reliability? = nil, price: Expression<Per<Dollars, AcceleratorHours>>? = nil,
    plan: SamplingPlan
  ) -> Cluster {
    var scenario = estimate.scenario
    if let price { (scenario.payment, scenario.contract) = (.rent(price), nil) }
    let (all, scaling, goodput) = relative(count, reliability ?? settings.reliability)
    let accelerators = Expression<Accelerators>(constant: count).named("accelerators")
    var run = estimate.run
    run.acceleratorHours = (estimate.run.acceleratorHours / all).named(
      "accelerator-hours", note: "those of the reference cluster over what changes")
    let wall = (run.acceleratorHours / accelerators).named("wall-clock time")
    (run.accelerators, run.wallClock) = (accelerators, wall)
    let energy = Energy(scenario.site, hours: run.acceleratorHours)
    let bill = Bill(scenario, run: run, work: estimate.work, energy: energy)
    let footprint = Footprint(scenario.site, energy: energy, research: scenario.research)
    // What the site must be able to deliver: every server at its rated power.
    var rated = scenario.site.ratedPower
    if let factor = scenario.site.serverFactor { rated = rated * factor }
    let facility = scenario.site.powerUsageEffectiveness
    let power = (rated * accelerators * facility).named("power that the site must deliver")
    let drawn = (energy.serverPower * accelerators * facility).named("average power")
    var builder = ReportBuilder()
    builder.add(accelerators, as: Name.accelerators)
    builder.add(wall, as: Name.days)
    builder.add(bill.total, as: Name.cost)
    builder.add(run.acceleratorHours, as: Name.acceleratorHours)
    builder.add((estimate.run.mfu * all).named("effective MFU"), as: Name.mfu)
    builder.add(goodput.share, as: Name.goodput)
    builder.add(scaling, as: Name.scaling)
    builder.add(goodput.meanTime, as: Name.meanTime)
    builder.add(goodput.interval, as: Name.checkpointInterval)
    builder.add((wall.count * goodput.interruptions).named("interruptions"), as: Name.interruptions)
    builder.add(
      Expression<Ratio>(constant: settings.batch / count).named("tokens of a batch for each accelerator"),
      as: Name.tokensPerAccelerator)
    builder.add(power, as: Name.power)
    builder.add(drawn, as: Name.averagePower)
    builder.add(footprint.energy, as: Name.energy)
    builder.add(footprint.carbon, as: Name.carbon)
    builder.add(footprint.water, as: Name.water)
    let report = builder.report(plan, rangesOf: .results)
    let megawatts = power.typical.value / 1000
    let supply: Supply =
      megawatts >= supplies.transmission ? .transmission : megawatts >= supplies.substation ? .substation : .feeder
    return Cluster(
      accelerators: count, isTooSmall: count < fewest, isBeyondBatch: count > most, supply: supply, report: report)
  }

  /// Powers of two from the smallest cluster that takes less than three years to the largest worth a look.
  package func sizes() -> [Double] {
    var sizes: [Double] = []
    var size = Swift.max(1, fewest)
    var last = Double.infinity
    while size <= 4_194_304 {
      let days = hours(size) / 24
      if days <= 1096 { sizes.append(size) }
      if days < 5 || days > last || size > most || sizes.count >= 12 { break }
      (size, last) = (size * 2, days)
    }
    return sizes
  }

  /// The smallest cluster of whole nodes that ends in time; larger ones lose more.
  ///
  /// - Throws: ``ScenarioError`` where none does.
  package func smallest(within hours: Double) throws(ScenarioError) -> Double {
    let start = (fewest / node).rounded(.up)
    // From a cluster on, interruptions outrun what more accelerators add; beyond the batch there is nothing to gain.
    let end = Swift.max(start, (most / node).rounded(.down))
    func time(_ nodes: Double) -> Double { self.hours(nodes * node) }
    var top = start
    var best = start
    while top < end {
      top = Swift.min(top * 1.25 + 1, end).rounded(.down)
      if time(top) < time(best) { best = top }
      if time(best) <= hours { break }
    }
    guard time(best) <= hours else {
      let count = best * node
      throw .contradiction(
        "no cluster ends within \(Notation.display(hours, as: .hours)): the fastest, "
          + "\(Notation.display(count, as: .accelerators)) accelerators, takes \(Notation.display(time(best), as: .hours))",
        advice: "give more time, a larger \(input: "critical-batch"), or faster accelerators")
    }
    var (low, high) = (start, best)
    if time(low) <= hours { return low * node }
    while high - low > 1 {
      let middle = ((low + high) / 2).rounded(.down)
      if time(middle) <= hours { high = middle } else { low = middle }
    }
    return high * node
  }
}

extension Schedule {
  /// Accelerators of a usual cluster for a model of that size: what published runs had, a power of N.
  package static func referenceCluster(
    activeParameters: Double, in catalog: any Catalog
  ) throws(ScenarioError) -> Double {
    func factor(_ id: String) throws(ScenarioError) -> Double {
      try Inputs.look { () throws(CatalogError) in try catalog.factor(id) }.value.typical.value
    }
    let usual = try factor("reference-cluster")
    let exponent = try factor("reference-cluster-exponent")
    return Swift.max(1, (usual * Elementary.power(activeParameters / 10e9, exponent)).rounded())
  }
}
