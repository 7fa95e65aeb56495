/// A stage of training: its settings and choices, and the work that follows from them.
///
/// A new stage is a file and an entry of `Stages.all`.
package protocol Stage: TrainingStage {
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
  /// Whether these choices need a model that runs on accelerators.
  static func usesModel(_ inputs: StageInputs) -> Bool
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
  /// As the stage does, unless it says otherwise.
  package static func usesModel(_ inputs: StageInputs) -> Bool { hasModel }
  /// Nothing, unless a stage says more.
  package static func notes(_ inputs: StageInputs) -> [Message] { [] }
}

extension Stage {
  /// Every setting and choice counts always.
  package static var requirements: [Requirement] { [] }
  /// The headline, unless a stage says more.
  package static var summary: String { headline }
  /// The name, unless a stage has a longer one.
  package static var headline: String { name }
  /// Nothing, unless a stage says more.
  package static var discussion: String { "" }
  /// On a model, unless a stage says otherwise.
  package static var hasModel: Bool { true }
  /// Training, unless a stage says otherwise.
  package static var trains: Bool { true }
}

extension Estimate {
  /// Estimates a stage after pre-training.
  ///
  /// - Parameters:
  ///   - stage: The stage.
  ///   - request: Model, hardware, money and place; its phases are ignored.
  ///   - inputs: The stage's settings and choices.
  ///   - fit: The efficiency of its training passes; nil for that of the tables.
  /// - Returns: The estimate.
  /// - Throws: ``ScenarioError`` for settings that make no sense, and for look-ups that fail.
  package static func stage(
    _ stage: any Stage.Type, for request: Request, _ inputs: StageInputs, by fit: StageEfficiency? = nil
  ) throws(ScenarioError) -> Estimate {
    var scenario = try ScenarioBuilder.scenario(for: request, in: inputs.catalog, purpose: .postTraining)
    scenario.notes += stage.notes(inputs)
    if request[Settings.mfu] == nil, request[Settings.steadyMFU] == nil, let kind = stage.efficiency(inputs) {
      let catalog = inputs.catalog
      var known = fit
      if known == nil { known = try Inputs.look { () throws(CatalogError) in try catalog.stageEfficiency(kind) } }
      let published = try Inputs.look { () throws(CatalogError) in try catalog.publishedEfficiency() }
      if let known {
        scenario.hardware.efficiency = known.atMost(scenario.hardware.efficiency, limit: published.limit)
      }
    }
    let model = ModelShape(scenario.model, widthToDepth: scenario.hardware.widthToDepth)
    let memory = try stage.memory(model, inputs)
    if let memory {
      let accelerator = scenario.hardware.accelerator
      let steps = try StepsBuilder(request, accelerator, inputs.catalog).steps(for: scenario.model, memory)
      (scenario.hardware.scaling, scenario.choice) = (stage.trains ? steps.scaling : nil, steps.choice)
      if let other = scenario.pilot?.other, stage.trains {
        scenario.pilot?.elsewhere =
          try StepsBuilder(request.on(other), other, inputs.catalog).steps(for: scenario.model, memory).scaling?.hours
      }
    }
    let work = try stage.work(model, inputs, scenario)
    if inputs(ManagedTraining.choice) == "yes", work.alternatives.isEmpty {
      scenario.notes.append("no provider of the table finetune-prices lists this training of a model of this size")
    }
    var estimate = try estimate(scenario, work)
    estimate.memory = memory
    return estimate
  }

  static func estimate(_ scenario: Scenario, _ work: Work) throws(ScenarioError) -> Estimate {
    var work = work
    if scenario.flopCount == .exact {
      work.operations = work.operations.named(
        "FLOP that efficiencies count",
        note: "what efficiencies count: 6·N a token, and attention beyond the context they stand for")
    }
    let run = try Run(work, scenario)
    let energy = Energy(scenario.site, hours: run.acceleratorHours)
    var estimate = Estimate(
      scenario: scenario, work: work, run: run, bill: Bill(scenario, run: run, work: work, energy: energy),
      footprint: Footprint(
        scenario.site, energy: energy, research: scenario.research, equivalents: scenario.equivalents))
    if let update = run.update { estimate.scenario.notes.append(update.note) }
    guard !work.phases.isEmpty else { return estimate }
    let charge = estimate.bill.ownership
    if case .ownership(let ownership) = scenario.payment, let charge {
      estimate.breakEven = BreakEven(ownership, charge: charge)
    }
    estimate.methods = scenario.methods.map { MethodCosts($0, charge: charge, run: run, energy: energy) }
    return estimate
  }
}
