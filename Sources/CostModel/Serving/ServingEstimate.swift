/// What serving a model costs: for tokens, for a request, a month and its lifetime, with its footprint.
package struct ServingEstimate: Sendable {
  /// How much is served, for how long.
  package struct Demand: Sendable {
    /// Requests a day; nil where months and lifetime are not asked for.
    package var requestsPerDay: Expression<Items>?
    /// How long the model is served.
    package var lifetime: Expression<Hours>
    /// The mean load over that of full batches.
    package var utilization: Expression<Ratio>
    /// Copies besides those that the load needs; nil for none.
    package var spareCopies: Expression<Ratio>?
  }

  /// What the serving is held against.
  package struct Training: Sendable {
    /// What training costs.
    package var cost: Expression<Dollars>
    /// Its FLOP, where they are known.
    package var operations: Expression<Operations>?
  }

  /// What a lifetime of serving comes to.
  package struct Lifetime: Sendable {
    /// All of it, in money.
    package var cost: Expression<Dollars>
    /// The time of the accelerators that hold the copies.
    package var hours: Expression<AcceleratorHours>
    /// Their footprint.
    package var footprint: Footprint
    /// How long it is, in hours.
    package var length: Double
    /// The accelerators that so many times the demand takes.
    package var accelerators: @Sendable (Expression<Ratio>) -> Expression<Accelerators>
    /// What an accelerator-hour costs.
    package var rate: Expression<Per<Dollars, AcceleratorHours>>
  }

  /// What it rests on.
  package var scenario: Scenario
  /// The time of a request.
  package var point: ServingPoint
  /// Tokens of a request.
  package var load: ServingLoad
  /// What the lifetime comes to; nil where no demand is given.
  package private(set) var lifetime: Lifetime?
  private var builder = ReportBuilder()

  /// Its results, in order; energy, carbon and water are of a request.
  package static let results = Name.results

  /// How likely the lifetime stays within limits; without one, nothing is told.
  ///
  /// - Parameters:
  ///   - limits: The limits.
  ///   - wanted: The results that are told without a limit too.
  ///   - confidences: With what confidence amounts are to hold.
  ///   - plan: How many draws, from which start.
  /// - Returns: The chances.
  package func chances(
    within limits: Limits, telling wanted: [Limited], confidences: [Double], plan: SamplingPlan
  ) -> Chances {
    Chances(
      of: builder,
      named: [.money: Name.lifetime, .energy: .lifetimeEnergy, .carbon: .lifetimeCarbon].mapValues(\.rawValue),
      within: limits, telling: wanted, confidences: confidences, plan: plan)
  }

  private static let daysPerMonth = 30.4375

  /// The estimate of a model on some hardware.
  ///
  /// Tokens, requests and their footprint are priced at the time they take over the utilization; months and lifetime at
  /// whole copies of the model, which run all day.
  init(
    _ scenario: Scenario, point: ServingPoint, load: ServingLoad, demand: Demand, charge: ServingCharge,
    training: Training?
  ) {
    (self.scenario, self.point, self.load) = (scenario, point, load)
    let utilization = demand.utilization
    let rate = charge.rate(load: utilization)
    let million = Expression<Ratio>(constant: 1e6)
    let one = Expression<SequenceLength>(constant: 1)

    builder.add(point.copy.named("accelerators per copy"), as: Name.copySize)
    builder.add(point.batch, as: Name.batch)
    builder.add(point.tokensPerSecond, as: Name.readerSpeed)
    builder.add(point.secondsPerToken, as: Name.timePerToken)
    builder.add(point.timeToFirstToken, as: Name.timeToFirstToken)
    builder.add(point.throughput, as: Name.throughput)

    let prompt = load.prompt / one
    let answer = load.answer / one
    if load.prompt.typical.value > 0 {
      builder.add(
        (rate * (point.prefill / utilization) / prompt * million).named(
          "a million input tokens"), as: Name.input)
    }
    builder.add(
      (rate * (point.decoding / utilization) / answer * million).named(
        "a million output tokens"), as: Name.output)
    let hours = (point.request / utilization).named("accelerator-hours of a request")
    let request = (rate * hours).named("a request")
    builder.add(request, as: Name.request)

    addFootprint(charge.energy(hours, load: utilization), (.energy, .carbon, .water), " of a request")
    if let volume = Volume(demand, point) { addVolume(demand, volume, charge, training) }
  }

  /// Adds what some energy does to the world, under three names.
  @discardableResult
  private mutating func addFootprint(
    _ energy: Energy, _ names: (energy: Name, carbon: Name, water: Name), _ of: String
  ) -> Footprint {
    let footprint = Footprint(scenario.site, energy: energy, research: nil)
    builder.add(footprint.energy.named("energy\(of)"), as: names.energy)
    builder.add((footprint.allCarbon ?? footprint.carbon).named("carbon\(of)"), as: names.carbon)
    builder.add(footprint.water.named("water\(of)"), as: names.water)
    return footprint
  }

  /// Adds months and the lifetime of some requests a day, on whole copies, and holds them against training.
  private mutating func addVolume(
    _ demand: Demand, _ volume: Volume, _ charge: ServingCharge, _ training: Training?
  ) {
    let (copies, accelerators) = (volume.copies, volume.accelerators)
    let rate = charge.rate(load: volume.load)
    builder.add(copies, as: Name.copies)
    builder.add(accelerators, as: Name.accelerators)
    let clusterHours = { (time: Expression<Hours>) in accelerators * time }
    let length = Expression<Hours>(constant: Self.daysPerMonth * 24)
    let month = (rate * clusterHours(length)).named("a month", note: "of 30.44 days")
    builder.add(month, as: Name.month)
    let requests = (volume.perDay * Expression(constant: Self.daysPerMonth)).named("requests of a month")
    builder.add(
      (month / requests).named("a request at this volume", note: "whole copies are paid, busy or not"),
      as: Name.requestAtVolume)
    let growth = (copies + Expression(constant: 1)) / copies
    builder.add(
      (charge.rate(load: volume.load / growth, growth: growth) * (clusterHours(length) * growth)).named(
        "a month with a spare copy", note: "so that one may fail"), as: Name.monthWithSpare)
    let lifetime = demand.lifetime
    let serving = (rate * clusterHours(lifetime)).named("the lifetime")
    builder.add(serving, as: Name.lifetime)

    let footprint = addFootprint(
      charge.energy(clusterHours(lifetime), load: volume.load),
      (.lifetimeEnergy, .lifetimeCarbon, .lifetimeWater), " of the lifetime")
    self.lifetime = Lifetime(
      cost: serving, hours: clusterHours(lifetime), footprint: footprint,
      length: demand.lifetime.typical.value,
      accelerators: { [copy = point.copy] in copy * (volume.needed * $0 / copy).roundedUp }, rate: rate)
    guard let training else { return }
    let cost = training.cost.named("training")
    builder.add(cost, as: Name.training)
    builder.add((cost + serving).named("training and serving"), as: Name.total)
    builder.add((serving / (cost + serving)).named("serving's share"), as: Name.inferenceShare)
    let aDay = (rate * clusterHours(Expression<Hours>(constant: 24))).named("a day of serving")
    builder.add(
      (Expression<Hours>(constant: 24) * (cost / aDay)).named(
        "serving has cost as much as training after"), as: Name.parity)
  }

  /// The results, and what tells a layout's cost and whether it holds the model.
  var rowResults: ReportBuilder {
    var results = builder
    results.add(point.room.node, as: ResultKey(ServingPoint.roomKey))
    results.add(point.request.node, as: ResultKey(ServingPoint.requestKey))
    results.add(point.pace.node, as: ResultKey(ServingPoint.paceKey))
    return results
  }

  /// The results in the order of ``results``.
  package func report(_ plan: SamplingPlan, rangesOf ranges: Report.Ranges = .everyLine) -> Report {
    builder.report(plan, rangesOf: ranges)
  }
}

extension ServingEstimate {
  /// The copies that a demand takes.
  struct Volume: Sendable {
    /// Requests a day.
    let perDay: Expression<Ratio>
    /// Accelerators that the mean of the day takes, at the mean load, as no whole copies.
    let needed: Expression<Accelerators>
    /// Whole copies, and those in reserve.
    let copies: Expression<Ratio>
    /// Their accelerators.
    let accelerators: Expression<Accelerators>
    /// The share of their hours that serves at full load.
    let load: Expression<Ratio>

    /// Nil where no requests of a day are given.
    init?(_ demand: Demand, _ point: ServingPoint) {
      guard let perDay = demand.requestsPerDay?.count else { return nil }
      self.perDay = perDay
      func accelerators(_ hours: Expression<AcceleratorHours>) -> Expression<Accelerators> {
        (hours * perDay / Expression<Ratio>(constant: 24)) / Expression<Hours>(constant: 1)
      }
      needed = accelerators((point.request / demand.utilization).named("accelerator-hours of a request"))
      var copies = (needed / point.copy).roundedUp
      if let spare = demand.spareCopies { copies = copies + spare }
      self.copies = copies.named("copies of the model", note: "whole ones, and those in reserve")
      self.accelerators = (point.copy * self.copies).named(
        "accelerators", note: "whole copies, for the mean of the day")
      load = (accelerators(point.request) / self.accelerators).named(
        "share of the hours that serves", note: "requests at full load over all hours of the copies")
    }
  }

  /// Estimates serving from a request for hardware, money and place.
  ///
  /// The phases of the request are those of the training to hold serving against; a training cost of nil is estimated
  /// from them, if there are any.
  package static func make(
    _ request: Request, architecture: Architecture?, load: ServingLoad, demand: Demand,
    trainingCost: Expression<Dollars>?, in catalog: any Catalog
  ) throws(ScenarioError) -> ServingEstimate {
    var (scenario, served) = try Self.served(request, architecture, load, in: catalog)
    let point = try ServingPoint(served, load)
    scenario.notes += point.notes
    let training = try training(request, cost: trainingCost, in: catalog)
    return ServingEstimate(
      scenario, point: point, load: load, demand: demand,
      charge: try ServingCharge(scenario, on: Volume(demand, point)?.accelerators, in: catalog), training: training)
  }

  /// The estimates on every layout that a copy may take, for a `ServingProgram`; nil where the formulas depend on the
  /// lengths or the batch.
  package static func layouts(
    _ request: Request, architecture: Architecture?, load: ServingLoad, demand: Demand,
    trainingCost: Expression<Dollars>?, in catalog: any Catalog
  ) throws(ScenarioError) -> [ServingEstimate]? {
    // How an owned cluster is housed depends on its size, which each row has anew.
    guard !request.isOwned || demand.requestsPerDay == nil else { return nil }
    let (scenario, served) = try served(request, architecture, load, in: catalog)
    guard let points = try ServingPoint.all(served, load) else { return nil }
    let charge = try ServingCharge(scenario, in: catalog)
    let training = try training(request, cost: trainingCost, in: catalog)
    return points.map {
      ServingEstimate(scenario, point: $0, load: load, demand: demand, charge: charge, training: training)
    }
  }

  /// The scenario without training, and the model on its accelerators.
  private static func served(
    _ request: Request, _ architecture: Architecture?, _ load: ServingLoad, in catalog: any Catalog
  ) throws(ScenarioError) -> (Scenario, ServedModel) {
    var plain = request
    plain.phases = []
    plain[Settings.epochs] = nil
    var scenario = try ScenarioBuilder.scenario(for: plain, in: catalog, purpose: .postTraining)
    guard let memory = scenario.decoding else {
      throw .missing(field: "memory or bandwidth", accelerator: scenario.hardware.accelerator.name)
    }
    let draw = try Inputs.look { () throws(CatalogError) in try catalog.factor("serving-power-draw") }
    scenario.site.draw = Expression.input(
      "serving_power_draw", "average draw over rated power, serving", draw.value, from: .table(draw.reference),
      limits: 0...1)
    let served = ServedModel(
      shape: architecture.map { .known($0, $0.weights(in: load.weights)) }
        ?? .sizes(
          ModelShape(scenario.model, widthToDepth: scenario.hardware.widthToDepth).cached(in: load.cache),
          bytesPerParameter: Expression(constant: load.weights.bytes), load.weights),
      cache: load.cache, accelerator: scenario.hardware.accelerator, memory: memory)
    return (scenario, served)
  }

  /// What training costs: as given, or estimated from the phases of the request.
  private static func training(
    _ request: Request, cost: Expression<Dollars>?, in catalog: any Catalog
  ) throws(ScenarioError) -> Training? {
    if let cost { return Training(cost: cost) }
    guard !request.phases.isEmpty else { return nil }
    var run = request
    run.cluster = nil
    let estimate = try Estimate.pretraining(ScenarioBuilder.scenario(for: run, in: catalog))
    return Training(cost: estimate.bill.total, operations: estimate.work.operations)
  }
}
