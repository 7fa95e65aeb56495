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
  /// Uses that help shows.
  static var uses: [StageExample] { get }
  /// Whether it has a model and accelerators; people alone have not.
  static var hasModel: Bool { get }
  /// What the things are for that it buys.
  static var buys: BudgetCategory { get }
  /// Whether it trains a model: what does not has no efficiency of training and keeps no checkpoints.
  static var trains: Bool { get }
  /// Whether data come out of it, and no model.
  static var makesData: Bool { get }
  /// What it asks for.
  static var settings: [AnySetting] { get }
  /// What it lets one choose.
  static var choices: [Choice] { get }
  /// What settings and choices need in order to count.
  static var requirements: [Requirement] { get }
  /// The tables of published runs that it may follow.
  static var runTables: [String] { get }
  /// What a published run of it tells of its settings and choices.
  static func settings(of run: TableRow) throws(CatalogError) -> RunSettings
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
  /// Runs after pre-training.
  package static var runTables: [String] { ["post-training-runs"] }
  /// Nothing, unless a stage says more.
  package static func settings(of run: TableRow) throws(CatalogError) -> RunSettings { RunSettings() }
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
  /// Labels, unless a stage says otherwise.
  package static var buys: BudgetCategory { .labels }
  /// Training, unless a stage says otherwise.
  package static var trains: Bool { true }
  /// A model, unless a stage says otherwise.
  package static var makesData: Bool { false }
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
    let estimate = try placed(stage, for: request, inputs, by: fit)
    guard request.cluster == nil, estimate.work.rollouts?.steps != nil, let choice = estimate.scenario.choice else {
      return estimate
    }
    // The answers of a step bound how many accelerators are of use, which hours at full load do not tell.
    return try choice.untilStarved(estimate) { count throws(ScenarioError) in
      try placed(stage, for: request, inputs, by: fit, chosen: count)
    }
  }

  /// The estimate on the cluster of the request, or on one that was chosen for it.
  private static func placed(
    _ stage: any Stage.Type, for request: Request, _ inputs: StageInputs, by fit: StageEfficiency?,
    chosen: Double? = nil
  ) throws(ScenarioError) -> Estimate {
    let request = chosen.map { request.on(accelerators: $0) } ?? request
    var scenario = try ScenarioBuilder.scenario(for: request, in: inputs.catalog, purpose: .postTraining)
    if let chosen { scenario.cluster = .accelerators(ClusterChoice.input(chosen)) }
    let model = ModelShape(scenario.model, widthToDepth: scenario.hardware.widthToDepth)
    scenario.notes += stage.notes(inputs) + SupervisedFineTuning.notesOfAdapters(in: stage, model, inputs)
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
    if let kind = stage.efficiency(inputs) { try scenario.setEfficiency(kind, by: fit, in: inputs.catalog) }
    var work = try stage.work(model, inputs, scenario)
    work.acceleratorHours = scenario.acceleratorHours
    let isFitted = stage.efficiency(inputs) != nil && !scenario.hardware.isEfficiencyGiven
    if isFitted { work.start = try inputs.startUp() }
    if let note = try scenario.starvation(of: work) { scenario.notes.append(note.doubted) }
    if inputs(ManagedTraining.choice) == "yes", work.alternatives.isEmpty {
      scenario.notes.append("no provider of the table finetune-prices lists this training of a model of this size")
    }
    var estimate = try estimate(scenario, work)
    estimate.memory = memory
    estimate.resized = { count throws(ScenarioError) in
      try placed(stage, for: request.on(accelerators: count), inputs, by: fit)
    }
    if let note = estimate.noteOfAssumedJob(of: stage) { estimate.scenario.notes.append(note) }
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

extension Scenario {
  /// Takes what published runs of a kind take over the model of time, for training passes unless their MFU is given, and
  /// for what is generated and scored between them.
  fileprivate mutating func setEfficiency(
    _ kind: StageEfficiency.Kind, by fit: StageEfficiency?, in catalog: any Catalog
  ) throws(ScenarioError) {
    func known(_ kind: StageEfficiency.Kind) throws(ScenarioError) -> StageEfficiency {
      try Inputs.look { () throws(CatalogError) in try catalog.stageEfficiency(kind) }
    }
    var training = fit
    if training == nil { training = try known(kind) }
    guard let training else { return }
    decoding?.hoursOverModel = kind == .reinforcement ? training.input : try known(.reinforcement).input
    guard !hardware.isEfficiencyGiven else { return }
    let published = try Inputs.look { () throws(CatalogError) in try catalog.publishedEfficiency() }
    hardware.efficiency = StageStepEfficiency(
      stage: training, scaling: hardware.scaling, hardware: hardware, limit: published.limit)
  }

  /// What to say where a step has too few answers for the accelerators that write them; nil for nothing.
  fileprivate func starvation(of work: Work) throws(ScenarioError) -> Message? {
    guard let decoding, work.rollouts != nil else { return nil }
    for phase in work.phases {
      guard case .generation(let generation) = phase.effort else { continue }
      return try GenerationTime(generation, on: hardware, decoding).starvation
    }
    return nil
  }
}
