/// Whether a measured speed is normal, and what would explain one that is not.
package struct Diagnosis: Sendable {
  /// Something that slows a step down, tried in the model of a step.
  package struct Suspect: Sendable {
    /// The stable name, as `recompute`.
    package let id: String
    /// What it is, in words.
    package let name: String
    /// Time with it over time without.
    package let slowdown: Double
    /// Whether the request or the log says that it is there.
    package let isKnown: Bool
    /// What to do about it.
    package let advice: Message

    /// The share of the hours that is saved without it.
    package var gain: Double { 1 - 1 / slowdown }

    /// Something that slows a step down.
    package init(_ id: String, _ name: String, slowdown: Double, isKnown: Bool = false, advice: Message) {
      (self.id, self.name, self.slowdown, self.isKnown, self.advice) = (id, name, slowdown, isKnown, advice)
    }
  }

  /// Hours at the measured speed over those at the speed that published runs have in steady state.
  package let ratio: Double
  /// The share of published runs of the kind that are slower.
  package let percentile: Double
  /// Hours at the measured speed over those of tuned steps by the model; nil where no step is known.
  package let overTuned: Double?
  /// The suspects, those that fit the gap best first.
  package let suspects: [Suspect]

  /// What the suspects are held against: hours over those of tuned steps; over those of published runs where no step is
  /// known.
  package var gap: Double { overTuned ?? ratio }
  /// Whether the speed is low enough to need an explanation.
  package var isSlow: Bool { ratio > Self.normal }

  /// A gap below this needs no explanation.
  package static let normal = 1.1
  /// What slows a step by less is no suspect.
  static let leastSlowdown = 1.02

  /// Diagnoses an estimate that rests on a measurement; nil for one that does not.
  ///
  /// - Parameters:
  ///   - estimate: The estimate.
  ///   - seen: What a log tells itself of lost time.
  ///   - catalog: The tables.
  /// - Throws: ``ScenarioError`` where a look-up fails.
  package init?(_ estimate: Estimate, seen: [Suspect] = [], in catalog: TableCatalog) throws(ScenarioError) {
    guard let update = estimate.run.update, let pilot = estimate.scenario.pilot else { return nil }
    let steady = update.steady.typical.value
    ratio = steady / (update.prior.typical.value * pilot.goodput.typical.value)
    percentile = Self.normalShare(below: -Elementary.logarithm(ratio) / update.deviations.prior)
    var suspects = seen.filter { $0.slowdown > Self.leastSlowdown }
    let trial = StepTrial(estimate, catalog)
    overTuned = trial.map { steady / $0.hours($0.setup) }
    if let trial { suspects += try trial.suspects() }
    // What is known comes first, then what explains most without explaining too much.
    let gap = overTuned ?? ratio
    self.suspects = suspects.sorted { left, right in
      func rank(_ suspect: Suspect) -> Double {
        let excess = Elementary.logarithm(suspect.slowdown / gap).magnitude
        return (suspect.isKnown ? 0 : 100) + excess
      }
      return rank(left) < rank(right)
    }
  }

  /// The share of a standard normal law below a deviate: Abramowitz and Stegun 1964, formula 7.1.26.
  package static func normalShare(below deviate: Double) -> Double {
    let x = deviate.magnitude / 2.0.squareRoot()
    let t = 1 / (1 + 0.3275911 * x)
    let polynomial =
      ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
    let error = 1 - polynomial * Elementary.exponential(-x * x)
    return deviate < 0 ? (1 - error) / 2 : (1 + error) / 2
  }
}

extension Estimate {
  /// The same job before anything of it was measured.
  ///
  /// - Throws: ``ScenarioError`` where it cannot be placed on its cluster.
  package func unmeasured() throws(ScenarioError) -> Estimate {
    var scenario = scenario
    scenario.pilot = nil
    return try .estimate(scenario, work)
  }

  /// Hours of the whole run whose steps take other hours than the estimate's: with start-up, and what spot nodes lose.
  package func hours(ofSteps steps: Expression<AcceleratorHours>) -> Expression<AcceleratorHours> {
    guard let update = run.update else { return steps }
    guard let start = run.startHours else { return steps * (run.acceleratorHours / update.posterior) }
    return steps * ((run.acceleratorHours - start) / update.posterior) + start
  }

  /// USD of accelerator time if the run took other hours, which may decide the price; nil without one.
  package func computeCost(of hours: Expression<AcceleratorHours>) -> Double? {
    guard !bill.isUnpriced else { return nil }
    var run = run
    run.acceleratorHours = hours
    let bill = Bill(scenario, run: run, work: work, energy: Energy(scenario.site, hours: hours))
    return bill.lines.first { $0.category == .compute }?.amount.typical.value
  }
}

/// Tries what slows a step down in the model of a step.
private struct StepTrial {
  let setup: TunedHours.Setup
  private let request: (active: Double, total: Double)
  private let count: Double
  private let batch: Double
  private let tokens: Double
  private let catalog: TableCatalog

  init?(_ estimate: Estimate, _ catalog: TableCatalog) {
    guard let scaling = estimate.scenario.hardware.scaling else { return nil }
    setup = scaling.hours.setup
    let model = estimate.scenario.model
    request = ((model.activeParameters ?? model.parameters).typical.value, model.parameters.typical.value)
    let size = estimate.scenario.pilot?.accelerators ?? estimate.run.accelerators
    count = size?.typical.value ?? Double(estimate.scenario.hardware.accelerator.acceleratorsPerNode ?? 8)
    let training = estimate.work.phases.filter(\.isTraining)
    batch = scaling.batch.tokens(operations: (estimate.work.sixND ?? estimate.work.operations).typical.value)
    tokens = Expression.sum(training.map(\.tokens)).typical.value
    self.catalog = catalog
  }

  /// Accelerator-hours of all tokens with tuned steps of a setup.
  func hours(_ setup: TunedHours.Setup) -> Double {
    let steps = TunedHours(setup, memory: catalog.memory)
    let place = steps.nearest(active: request.active, total: request.total)
    return steps.hours(place, on: count, batch: batch) * tokens
  }

  func suspects() throws(ScenarioError) -> [Diagnosis.Suspect] {
    let base = hours(setup)
    guard base.isFinite, base > 0 else { return [] }
    var suspects: [Diagnosis.Suspect] = []
    func tried(
      _ id: String, _ name: String, _ advice: Message, _ change: (inout TunedHours.Setup) -> Void
    ) {
      var changed = setup
      change(&changed)
      let slowdown = hours(changed) / base
      guard slowdown.isFinite, slowdown > Diagnosis.leastSlowdown else { return }
      suspects.append(Diagnosis.Suspect(id, name, slowdown: slowdown, advice: advice))
    }
    let fixed = setup.fixed
    if fixed != LayoutSearch.Fixed() {
      var free = setup
      free.fixed = LayoutSearch.Fixed()
      let slowdown = base / hours(free)
      if slowdown.isFinite, slowdown > Diagnosis.leastSlowdown {
        suspects.append(
          Diagnosis.Suspect(
            "layout", "the layout that is given, against the fastest", slowdown: slowdown, isKnown: true,
            advice: "'\(command: "fit")' finds the fastest layout"))
      }
    }
    if fixed.recompute == nil {
      tried("recompute", "everything computed again", "keep activations where memory allows") {
        $0.fixed.recompute = .full
      }
    }
    if fixed.microBatch == nil {
      tried("micro-batch", "a micro-batch of one sequence, bound by memory", "raise the micro-batch") {
        $0.fixed.microBatch = 1
      }
    }
    tried("attention", "attention that writes its scores to memory", "use a blockwise attention kernel") {
      $0.job.software.writesScores = true
    }
    try triedLinks(tried)
    if count > perNode, fixed.sharding == nil, fixed.pipeline == nil, fixed.tensor == nil {
      tried(
        "sharding", "weights gathered from all nodes in each layer (FSDP, ZeRO-3)",
        "shard within a node, or use pipeline stages between nodes"
      ) { ($0.fixed.sharding, $0.fixed.tensor, $0.fixed.pipeline, $0.fixed.virtualStages) = (.fsdp, 1, 1, 1) }
    }
    if let network = try network(base) { suspects.append(network) }
    try triedSoftware(tried)
    if count >= 16, fixed.pipeline == nil {
      tried("bubble", "a pipeline of eight stages without virtual stages", "fewer stages, or a larger batch") {
        ($0.fixed.pipeline, $0.fixed.virtualStages) = (8, 1)
      }
    }
    return suspects
  }

  private var perNode: Double { Double(setup.hardware.accelerator.acceleratorsPerNode ?? 8) }

  /// A network that is slower than the accelerator usually has.
  private func network(_ base: Double) throws(ScenarioError) -> Diagnosis.Suspect? {
    let (catalog, id) = (catalog, setup.hardware.accelerator.id)
    let usual = try Inputs.look { () throws(CatalogError) in try catalog.trainingHardware(id) }
    guard count > perNode, let usual, usual.scaleOut.bytesPerSecond > setup.hardware.scaleOut.bytesPerSecond else {
      return nil
    }
    var changed = setup
    changed.hardware.scaleOut = usual.scaleOut
    let slowdown = base / hours(changed)
    guard slowdown.isFinite, slowdown > Diagnosis.leastSlowdown else { return nil }
    return Diagnosis.Suspect(
      "network", "the network that is given, against that of usual clusters", slowdown: slowdown, isKnown: true,
      advice: "use the faster network, or a layout that sends less between nodes")
  }

  private typealias Trial = (String, String, Message, (inout TunedHours.Setup) -> Void) -> Void

  private func triedLinks(_ tried: Trial) throws(ScenarioError) {
    let catalog = catalog
    let (ethernet, bus) = try Inputs.look { () throws(CatalogError) in
      (try catalog.network("roce-100"), try catalog.network("pcie-4"))
    }
    if count > perNode, setup.hardware.scaleOut.bytesPerSecond > ethernet.bytesPerSecond {
      tried("link", "100 Gb/s Ethernet between nodes", "check that the fast network is used") {
        $0.hardware.scaleOut = ethernet
      }
    }
    if count > 1, setup.hardware.scaleUp.bytesPerSecond > bus.bytesPerSecond {
      tried("bus", "accelerators of a node joined by PCIe alone", "check that the fast links are used") {
        $0.hardware.scaleUp = bus
      }
    }
  }

  private func triedSoftware(_ tried: Trial) throws(ScenarioError) {
    let catalog = catalog
    let stack = try Inputs.look { () throws(CatalogError) in try catalog.stack("hf-trainer") }
    guard let stack else { return }
    let generation = setup.hardware.accelerator.generation
    tried("software", "eager kernels, one launched after the other", "compile, or use fused kernels") {
      $0.job.software = stack.software(on: generation)
      if !stack.hasPipeline { $0.fixed.hasPipeline = false }
    }
  }
}
