/// A stage of training: its settings and choices, and the work that follows from them.
///
/// A new stage is a file and an entry of ``Stages/all``.
public protocol Stage: Sendable {
  /// The word people call it by, as `sft`.
  static var name: String { get }
  /// What it estimates, in a line.
  static var summary: String { get }
  /// The headline of its estimate.
  static var headline: String { get }
  /// What to know before using it; inputs stand in backticks.
  static var discussion: String { get }
  /// Whether it has a model and accelerators; people alone have not.
  static var hasModel: Bool { get }
  /// Whether it trains a model: what does not has no efficiency of training and keeps no checkpoints.
  static var trains: Bool { get }
  /// What it asks for.
  static var settings: [AnySetting] { get }
  /// What it lets one choose.
  static var choices: [Choice] { get }
  /// What settings and choices need in order to count.
  static var requirements: [Requirement] { get }
  /// Which efficiency its training passes have; nil for a stage of people alone.
  static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind?
  /// The work, for the model of a scenario.
  static func work(_ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario) throws(ScenarioError) -> Work
  /// What to know besides of these choices.
  static func notes(_ inputs: StageInputs) -> [Message]
  /// What fills the memory of its accelerators at least; nil for a stage without.
  static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob?
}

extension Stage {
  /// Nothing, unless a stage says more.
  public static func notes(_ inputs: StageInputs) -> [Message] { [] }
}

/// The effective MFU of training passes after pre-training, which job size and kind decide.
public struct StageEfficiency: Sendable {
  /// Kinds of training that reach a like efficiency.
  public enum Kind: String, CaseIterable, Sendable {
    /// All weights are trained on examples.
    case fineTuning = "fine-tuning"
    /// Adapters are trained beside frozen weights.
    case adapter
    /// Pairs or rankings are compared: reward models, DPO and its like.
    case preference
    /// Policy and critic updates between rollouts.
    case reinforcement
  }

  /// The MFU of a job of 1e20 FLOP.
  public var reference: Double
  /// The MFU of a job ten times as large over that of this one.
  public var perDecade: Double
  /// p90 over the typical value, and the typical value over p10.
  public var spread: Double
  /// Billed time over that of the steps, where the MFU does not bear it.
  public var overhead: Ranged<Ratio>?
  /// The row it came from.
  public var row: RowReference

  /// A row of the table.
  public init(reference: Double, perDecade: Double, spread: Double, overhead: Ranged<Ratio>?, row: RowReference) {
    self.reference = reference
    self.perDecade = perDecade
    self.spread = spread
    self.overhead = overhead
    self.row = row
  }

  /// The MFU of a job of some FLOP; never above that of pre-training on the same hardware.
  public func mfu(of operations: Double, atMost cap: Double) -> Ranged<Ratio> {
    let decades = Elementary.logarithm(Swift.max(operations, 1) / 1e20) / Elementary.logarithm(10)
    let typical = Swift.min(reference * Elementary.power(perDecade, decades), cap)
    return Ranged(typical, low: typical / spread, high: Swift.min(typical * spread, 1))
  }
}

extension Stage {
  /// Every setting and choice counts always.
  public static var requirements: [Requirement] { [] }
  /// The headline, unless a stage says more.
  public static var summary: String { headline }
  /// The name, unless a stage has a longer one.
  public static var headline: String { name }
  /// Nothing, unless a stage says more.
  public static var discussion: String { "" }
  /// On a model, unless a stage says otherwise.
  public static var hasModel: Bool { true }
  /// Training, unless a stage says otherwise.
  public static var trains: Bool { true }
}

extension Estimate {
  /// Estimates a stage after pre-training.
  ///
  /// - Parameters:
  ///   - stage: The stage.
  ///   - request: Model, hardware, money and place; its phases are ignored.
  ///   - inputs: The stage's settings and choices.
  /// - Returns: The estimate.
  /// - Throws: ``ScenarioError`` for settings that make no sense, and for look-ups that fail.
  public static func stage(
    _ stage: any Stage.Type, for request: Request, _ inputs: StageInputs
  ) throws(ScenarioError) -> Estimate {
    var scenario = try ScenarioBuilder.scenario(for: request, in: inputs.catalog, purpose: .postTraining)
    scenario.notes += stage.notes(inputs)
    let model = ModelShape(scenario.model, widthToDepth: scenario.hardware.widthToDepth)
    let work = try stage.work(model, inputs, scenario)
    if inputs(ManagedTraining.choice) == "yes", work.alternatives.isEmpty {
      scenario.notes.append("no provider of the table finetune-prices lists this training of a model of this size")
    }
    if request[Settings.mfu] == nil, request[Settings.steadyMFU] == nil, let kind = stage.efficiency(inputs) {
      let catalog = inputs.catalog
      let row = try Inputs.look { () throws(CatalogError) in try catalog.stageEfficiency(kind) }
      let training = Expression.sum(work.phases.filter(\.isTraining).map(\.operations)).typical.value
      scenario.hardware.mfu = Expression.input(
        "mfu_\(kind.rawValue)", "effective MFU of training",
        row.mfu(of: training, atMost: scenario.hardware.mfu.typical.value),
        from: .table(row.row), limits: Settings.mfu.limits)
    }
    var estimate = try estimate(scenario, work)
    estimate.memory = try stage.memory(model, inputs)
    return estimate
  }

  static func estimate(_ scenario: Scenario, _ work: Work) throws(ScenarioError) -> Estimate {
    var work = work
    if scenario.flopCount == .exact {
      work.operations = work.operations.named(
        "FLOP that efficiencies count",
        note: "what efficiencies count: 6·N a token, and attention beyond the context they stand for")
    }
    let run = try Run(work, on: scenario.hardware, decoding: scenario.decoding, cluster: scenario.cluster)
    let energy = Energy(scenario.site, hours: run.acceleratorHours)
    var estimate = Estimate(
      scenario: scenario, work: work, run: run, bill: Bill(scenario, run: run, work: work, energy: energy),
      footprint: Footprint(
        scenario.site, energy: energy, research: scenario.research, equivalents: scenario.equivalents))
    guard !work.phases.isEmpty else { return estimate }
    let charge = estimate.bill.ownership
    if case .ownership(let ownership) = scenario.payment, let charge {
      estimate.breakEven = BreakEven(ownership, charge: charge)
    }
    estimate.methods = scenario.methods.map { MethodCosts($0, charge: charge, run: run, energy: energy) }
    return estimate
  }
}
