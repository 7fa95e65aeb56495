/// Pre-training: next-token prediction over one or more phases (core, continued, context extension, annealing).
public struct Pretraining: Stage {
  /// Its formulas.
  public static let formulas = StageFormulas(Pretraining.self)
  /// What is said of it.
  public var inputs = JobInputs()

  /// A stage of which nothing is said.
  public init() {}

  /// The word people call it by.
  public static let name = "pretrain"
  /// Runs of pre-training, and of continued pre-training.
  package static let runTables = ["runs", "post-training-runs"]
  /// What it estimates, in a line.
  public static let summary =
    "Estimate what pre-training a model costs: FLOP, accelerator-hours, days, money, energy, carbon."
  /// The headline of its estimate.
  public static let headline = "Pre-training"
  /// What to know before using it.
  public static let discussion = """
    Numbers are written 70B, 15T, 1.5e12 or 405_000_000_000; shares 0.4 or 40%; times 54d or 12h. Every value may be a \
    range low..high, or low..typical..high, which holds it four times out of five. What is not given comes from the \
    tables, with its own range. Where a run is known by its FLOP (`compute`) or by its accelerator-hours \
    (`accelerator-hours`) alone, the rest follows from them.
    """
  /// Uses that help shows.
  package static let uses: [StageExample] = [
    StageExample(["params": "70B", "tokens": "15T"], "a Llama-3-70B-sized run on H100s at market prices"),
    StageExample(
      ["params": "671B", "active-params": "37B", "tokens": "14.8T", "gpu": "h800", "precision": "fp8", "gpus": "2048"],
      "a mixture of experts in FP8 on 2,048 H800s"),
    StageExample(["like": "grok-4"], "a closed model, by the FLOP and hours that others estimate"),
    StageExample(
      ["params": "8B", "tokens": "2T", "days": "14", "own": "", "region": "us-tx", "get": "cost_usd"],
      "one number for a script: two weeks on an owned cluster in Texas"),
  ]
  /// Model and tokens are those of the scenario.
  package static let settings: [AnySetting] = []
  /// Nothing but what scenarios have.
  public static let choices: [Choice] = []

  /// That of whole runs, which the scenario has.
  package static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? { nil }

  /// The work of the scenario's phases.
  package static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work { work(scenario) }

  /// The work of a pre-training run.
  package static func work(_ scenario: Scenario) -> Work {
    var work = work(scenario.model, scenario.phases, on: scenario.hardware)
    work.acceleratorHours = scenario.acceleratorHours
    return work
  }

  /// The work of training a model in some phases.
  static func work(_ model: Scenario.Model, _ stretches: [Scenario.Phase], on hardware: Scenario.Hardware) -> Work {
    let activeParameters = (model.activeParameters ?? model.parameters)
    let phases = stretches.map { phase in
      let unique = phase.tokens
      let tokens = phase.epochs.map { (unique * $0).named("tokens trained on, \(phase.name)") } ?? unique
      let parameterOperations = TrainingCompute.sixND(activeParameters: activeParameters, tokens: tokens)
      let reference = hardware.referenceContext
      let exact = model.known.map {
        TrainingCompute.exactForward($0.architecture, tokens, phase.contextLength ?? reference)
          * 3
      }
      guard let context = phase.contextLength else {
        return Work.Phase(
          name: phase.name, tokens: tokens, operations: parameterOperations.named("FLOP, \(phase.name)"),
          exact: exact)
      }
      let attention =
        model.known.map {
          TrainingCompute.attentionBeyond(
            $0.architecture, tokens: tokens, context: context, reference: reference)
        }
        ?? TrainingCompute.attentionBeyond(
          activeParameters: activeParameters, tokens: tokens, context: context, reference: reference,
          widthToDepth: hardware.widthToDepth)
      return Work.Phase(
        name: phase.name, tokens: tokens, operations: (parameterOperations + attention).named("FLOP, \(phase.name)"),
        exact: exact)
    }
    var work = Work(
      phases: phases, checkpoints: .run, corpus: Expression.sum(stretches.map { $0.tokens }))
    work.sixND = .sum(
      work.phases.map { TrainingCompute.sixND(activeParameters: activeParameters, tokens: $0.tokens) })
    work.operations = work.operations.named("training FLOP")
    return work
  }
}

extension Estimate {
  /// That attention is estimated from the parameters, where it is much of the FLOP; nil where it is known or little.
  package func noteOfEstimatedAttention(in catalog: any Catalog) throws(ScenarioError) -> Message? {
    guard scenario.model.known == nil, let parameters = work.sixND?.typical.value else { return nil }
    let share = 1 - parameters / work.operations.typical.value
    let isMixture = scenario.model.architecture == .mixtureOfExperts
    let (least, spread) = try Inputs.look { () throws(CatalogError) in
      (
        try catalog.factor("attention-share-noted").value.typical.value,
        try catalog.factor(isMixture ? "attention-estimate-moe" : "attention-estimate-dense").value
      )
    }
    guard share > least else { return nil }
    let ends = [spread.low.value, spread.high.value].map { Notation.display($0, as: .ratio) }
    return "attention, \(Notation.display((share * 100).rounded(), as: .ratio)) % of the FLOP, is estimated from the "
      + "parameters: \(isMixture ? "mixtures" : "models") of the tables have \(ends[0]) to \(ends[1]) times as much, and the "
      + "hours go with it; \(input: "model") or \(input: "config") tells it"
  }
}
