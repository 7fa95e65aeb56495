/// Training on preferences without rollouts: DPO and its relatives.
public struct PreferenceOptimization: Stage {
  /// Its formulas.
  public static let formulas = StageFormulas(PreferenceOptimization.self)
  /// What is said of it.
  public var inputs = JobInputs()

  /// A stage of which nothing is said.
  public init() {}

  /// The word people call it by.
  public static let name = "dpo"
  /// What it estimates, in a line.
  public static let summary = "Estimate DPO and its relatives (ipo, kto, simpo, orpo, cpo), labels included."
  /// The headline of its estimate.
  public static let headline = "Preference optimization"
  /// What to know before using it.
  public static let discussion = """
    The policy takes 6·N for each token of both answers. DPO and IPO read a reference too, once where its \
    log-probabilities are cached; SimPO, ORPO and CPO have none; ORPO takes the place of sft.
    """

  /// Uses that help shows.
  package static let uses: [StageExample] = [
    StageExample(["params": "70B", "comparisons": "300k", "labels": "human"], "300,000 comparisons by people"),
    StageExample(["params": "8B", "method": "simpo", "labels": "ai"], "without reference, labels by a model"),
    StageExample(["params": "8B", "comparisons": "271k", "tokens-per-answer": "600"], "data in hand"),
  ]
  /// Comparisons, before epochs; single labeled answers for KTO.
  public static let comparisons = Setting<Items>(
    "comparisons", "comparisons", 1...1e12, isOfJob: true, help: "compared pairs, as 300k; labeled answers for kto")
  /// Tokens of one side: prompt and answer.
  public static let answerTokens = Setting<SequenceLength>(
    "tokens-per-answer", "tokens per answer, prompt included", 1...1e7, isOfJob: true,
    help: "tokens of one side, prompt and answer")
  /// Passes over the comparisons.
  public static let epochs = Setting<Ratio>(
    "epochs", "epochs", 1e-3...1e4, isOfJob: true, help: "passes over the comparisons")
  /// Useful tokens over processed ones.
  public static let packing = SupervisedFineTuning.packing

  /// The loss.
  public static let loss = Choice(
    "method", ["dpo", "ipo", "kto", "simpo", "orpo", "cpo"], help: "loss; orpo takes the place of sft too")
  /// What becomes of the reference's log-probabilities.
  public static let reference = Choice(
    "reference", ["cached", "each-step"], help: "compute the reference's log-probabilities once, or at each step")

  /// What it asks for.
  package static let settings = [
    AnySetting(comparisons), AnySetting(answerTokens), AnySetting(epochs), AnySetting(packing),
    AnySetting(Labels.price),
  ]
  /// What it lets one choose.
  public static let choices = [loss, reference, Labels.source, ManagedTraining.choice]
  /// What settings and choices need in order to count.
  package static let requirements = [
    Requirement([reference.id], .isChosen(loss, ["dpo", "ipo"])), Labels.requirement,
  ]

  /// Pairs, the tokens of a side, epochs and the loss.
  package static func settings(of run: TableRow) throws(CatalogError) -> RunSettings {
    var settings = RunSettings()
    settings.set(comparisons, try run.number("items"))
    settings.set(answerTokens, try run.number("tokensPerItem").map { $0 / 2 })
    settings.set(epochs, try run.number("epochs"))
    settings.choose(loss, try run.text("method"))
    return settings
  }

  private static let papers: [String: Source] = [
    "dpo": Source(
      title: "Rafailov et al. 2023, Direct Preference Optimization", url: "https://arxiv.org/abs/2305.18290"),
    "ipo": Source(title: "Azar et al. 2023, a general paradigm (IPO)", url: "https://arxiv.org/abs/2310.12036"),
    "kto": Source(title: "Ethayarajh et al. 2024, KTO", url: "https://arxiv.org/abs/2402.01306"),
    "simpo": Source(title: "Meng et al. 2024, SimPO", url: "https://arxiv.org/abs/2405.14734"),
    "orpo": Source(title: "Hong et al. 2024, ORPO", url: "https://arxiv.org/abs/2403.07691"),
    "cpo": Source(
      title: "Xu et al. 2024, Contrastive Preference Optimization", url: "https://arxiv.org/abs/2401.08417"),
  ]

  /// Which efficiency its training passes have.
  package static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? { .preference }

  /// ORPO stands for two stages.
  package static func notes(_ inputs: StageInputs) -> [Message] {
    let isWhole = inputs(loss) == "orpo"
    return Labels.notes(inputs)
      + (isWhole
        ? ["orpo trains on the chosen answers themselves too: it takes the place of supervised fine-tuning"] : [])
  }

  /// 6·N a token of each side for the policy, 2·N for a reference.
  ///
  /// - Throws: ``ScenarioError`` for settings that make no sense or are not known.
  package static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work {
    let method = inputs(loss)
    let count = try inputs(comparisons)
    let length = try inputs(answerTokens)
    try model.check("a prompt and its answer", of: length.typical.value)
    let sides = Expression<Ratio>(constant: method == "kto" ? 1 : 2)
    let once = (length * count * sides / (try inputs(packing))).named("tokens of one pass, padding included")
    let tokens = (once * (try inputs(epochs))).named("tokens trained on")
    var update = TrainingCompute.sixND(activeParameters: model.active, tokens: tokens)
    update = try LongContext.added(to: update, passes: 6, model, tokens, length, scenario)
    let sources = papers[method].map { [$0] } ?? []
    var phases = [
      Work.Phase(
        name: "policy updates", tokens: tokens,
        operations: update.named("FLOP, policy updates", note: "6·N for each token of each side", sources: sources),
        exact: TrainingCompute.exactTraining(model, tokens, length))
    ]
    if let pass = try referencePass(method, model, once: once, all: tokens, inputs, length, scenario) {
      phases.append(pass)
    }
    var work = Work(phases: phases, purchases: [try Labels.purchase(of: count, .comparison, inputs)].compactMap { $0 })
    let useful = (length * count * sides * (try inputs(epochs))).named("tokens billed")
    work.alternatives = try ManagedTraining.alternatives(
      method: "dpo", tuning: "full", model, ManagedTraining.Tokens(trained: useful), inputs)
    return work
  }

  /// Forward passes besides the updates: of the reference, and of KTO's mismatched rows through both models.
  private static func referencePass(
    _ method: String, _ model: ModelShape, once: Expression<Tokens>, all: Expression<Tokens>, _ inputs: StageInputs,
    _ length: Expression<SequenceLength>, _ scenario: Scenario
  ) throws(ScenarioError) -> Work.Phase? {
    let tokens: Expression<Tokens>
    switch method {
    case "simpo", "orpo", "cpo": return nil
    case "kto":
      // The reference on each row, and policy and reference on a mismatched row for the divergence estimate.
      tokens = all * 3
    default: tokens = inputs(reference) == "cached" ? once : all
    }
    let read = tokens.named("tokens read by the reference")
    var operations = TrainingCompute.forward(model.active, read)
    operations = try LongContext.added(to: operations, passes: 2, model, read, length, scenario)
    // In the training loop it runs at the loop's efficiency, not at that of inference.
    return Work.Phase(
      name: "reference log-probabilities", tokens: read,
      operations: operations.named("FLOP, reference", note: "2·N a token"),
      exact: TrainingCompute.exactReading(model, read, length), isOfModel: false)
  }
}

/// Training a reward model on comparisons.
public struct RewardModeling: Stage {
  /// Its formulas.
  public static let formulas = StageFormulas(RewardModeling.self)
  /// What is said of it.
  public var inputs = JobInputs()

  /// A stage of which nothing is said.
  public init() {}

  /// The word people call it by.
  public static let name = "reward"
  /// What it estimates, in a line.
  public static let summary = "Estimate training a reward model on comparisons, labels included."
  /// The headline of its estimate.
  public static let headline = "Reward model"
  /// What to know before using it.
  public static let discussion =
    "`params` is the size of the reward model. Labels by people, where `labels` counts them, are the larger part of the bill."
  /// Uses that help shows.
  package static let uses: [StageExample] = [
    StageExample(["params": "8B", "comparisons": "100k", "labels": "human"], "100,000 comparisons by people"),
    StageExample(["params": "8B", "comparisons": "100k", "labels": "ai"], "the same, labeled by a model"),
    StageExample(["params": "70B", "get": "compute_usd"], "compute alone"),
  ]
  /// What it asks for.
  package static let settings = [
    AnySetting(PreferenceOptimization.comparisons), AnySetting(PreferenceOptimization.answerTokens),
    AnySetting(PreferenceOptimization.epochs), AnySetting(PreferenceOptimization.packing), AnySetting(Labels.price),
  ]
  /// What it lets one choose.
  public static let choices = [Labels.source]
  /// What settings and choices need in order to count.
  package static let requirements = [Labels.requirement]

  /// Pairs, the tokens of a side, and epochs.
  package static func settings(of run: TableRow) throws(CatalogError) -> RunSettings {
    try PreferenceOptimization.settings(of: run)
  }

  /// Which efficiency its training passes have.
  package static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? { .preference }

  /// Where the labels come from.
  package static func notes(_ inputs: StageInputs) -> [Message] { Labels.notes(inputs) }

  /// 12·N·s for each comparison.
  ///
  /// - Throws: ``ScenarioError`` for settings that make no sense or are not known.
  package static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work {
    let count = try inputs(PreferenceOptimization.comparisons)
    try model.check("a prompt and its answer", of: try inputs(PreferenceOptimization.answerTokens).typical.value)
    var phase = try phase(of: model.active, comparisons: count, inputs)
    phase.exact = TrainingCompute.exactTraining(
      model, phase.tokens, try inputs(PreferenceOptimization.answerTokens))
    return Work(phases: [phase], purchases: [try Labels.purchase(of: count, .comparison, inputs)].compactMap { $0 })
  }

  /// Forward and backward over both answers: 12·N·s for each comparison.
  static func phase(
    of parameters: Expression<Parameters>, comparisons count: Expression<Items>, isOfModel: Bool = true,
    _ inputs: StageInputs
  ) throws(ScenarioError) -> Work.Phase {
    let length = try inputs(PreferenceOptimization.answerTokens)
    let tokens =
      (length * count * 2 * (try inputs(PreferenceOptimization.epochs))
      / (try inputs(PreferenceOptimization.packing))).named("tokens of comparisons")
    return Work.Phase(
      name: "reward model", tokens: tokens,
      operations: TrainingCompute.sixND(activeParameters: parameters, tokens: tokens)
        .named("FLOP, reward model", note: "6·N for each token of both answers"), isOfModel: isOfModel)
  }
}
