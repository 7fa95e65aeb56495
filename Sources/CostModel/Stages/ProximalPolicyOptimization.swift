/// Reinforcement learning from preferences with PPO: a policy, a critic, a reference and a reward model.
public struct ProximalPolicyOptimization: Stage {
  /// Its formulas.
  public static let formulas = StageFormulas(ProximalPolicyOptimization.self)
  /// What is said of it.
  public var inputs = JobInputs()

  /// A stage of which nothing is said.
  public init() {}

  /// The word people call it by.
  public static let name = "rlhf"
  /// What it estimates, in a line.
  public static let summary = "Estimate RLHF with PPO: rollouts, scoring, updates, reward model and comparisons."
  /// The headline of its estimate.
  public static let headline = "RLHF with PPO"
  /// What to know before using it.
  public static let discussion = """
    Answers are decoded at the speed of the memory, scored by reference, reward model and critic, and trained on. The \
    number of answers in flight decides the bill more than any efficiency: give `gpus` with `samples-per-step`, or \
    `in-flight`.
    """

  /// Uses that help shows.
  package static let uses: [StageExample] = [
    StageExample(["params": "70B", "labels": "human"], "typical settings, reward model and human labels included"),
    StageExample(
      [
        "params": "13B", "reward-params": "350M", "reward-model": "existing", "prompts": "132k", "output-tokens": "256",
        "tail": "1", "overhead": "1",
      ], "the steps alone, for a reward model in hand"),
    StageExample(["params": "8B", "labels": "ai", "format": "csv"], "feedback by a model, for a spreadsheet"),
  ]
  /// Parameters of the reward model.
  public static let rewardParameters = Setting<Parameters>(
    "reward-params", "parameters of the reward model", 1e3...1e16,
    help: "parameters of the reward model (default: the policy's)")
  /// Parameters of the critic.
  public static let criticParameters = Setting<Parameters>(
    "critic-params", "parameters of the critic", 1e3...1e16,
    help: "parameters of the critic (default: the reward model's)")
  /// Passes over each batch of answers.
  public static let passes = Setting<Ratio>(
    "ppo-epochs", "passes over each batch", 0.1...100, isOfJob: true, help: "passes over each batch of answers")
  /// Rows of pre-training text mixed in for each answer.
  public static let pretrainingRows = Setting<Ratio>(
    "pretraining-rows", "pre-training rows for each answer", 0...1000, isOfJob: true,
    help: "rows of pre-training text mixed in for each answer, as long as prompt and answer (PPO-ptx)")

  /// Whether the reward model is trained too.
  public static let rewardModel = Choice(
    "reward-model", ["new", "existing"], help: "train the reward model on comparisons first, or take one in hand")

  /// What it asks for.
  package static let settings =
    [AnySetting(Rollouts.prompts)] + Rollouts.settings + Rollouts.training + [
      AnySetting(rewardParameters), AnySetting(criticParameters), AnySetting(passes), AnySetting(pretrainingRows),
      AnySetting(PreferenceOptimization.comparisons), AnySetting(PreferenceOptimization.answerTokens),
      AnySetting(PreferenceOptimization.epochs), AnySetting(PreferenceOptimization.packing), AnySetting(Labels.price),
    ]
  /// What it lets one choose.
  public static let choices = [rewardModel, Labels.source] + Rollouts.choices
  /// What settings and choices need in order to count.
  package static let requirements =
    Rollouts.requirements + [
      Requirement(
        [
          PreferenceOptimization.comparisons.id, PreferenceOptimization.answerTokens.id,
          PreferenceOptimization.epochs.id, PreferenceOptimization.packing.id, Labels.source.id, Labels.price.id,
        ], .isChosen(rewardModel, ["new"])), Labels.requirement,
    ]

  /// Prompts, lengths and the models beside the policy; the reward model is in hand, as the hours are without it.
  package static func settings(of run: TableRow) throws(CatalogError) -> RunSettings {
    var (settings, answers, _) = try Rollouts.settings(of: run)
    settings.set(Rollouts.prompts, answers)
    settings.set(passes, try run.number("epochs"))
    settings.set(rewardParameters, try run.number("criticParameters"))
    settings.choose(rewardModel, "existing")
    return settings
  }

  private static let paper = Source(
    title: "Ouyang et al. 2022, Training language models to follow instructions",
    url: "https://arxiv.org/abs/2203.02155")

  /// Which efficiency its training passes have.
  package static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? { .reinforcement }

  /// Where the labels of a new reward model come from.
  package static func notes(_ inputs: StageInputs) -> [Message] {
    inputs(rewardModel) == "new" ? Labels.notes(inputs) : []
  }

  /// Reward model, rollouts, scoring by three models, updates of two.
  ///
  /// - Throws: ``ScenarioError`` for settings that make no sense or are not known.
  package static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work {
    let answers = try inputs(Rollouts.prompts)
    let generation = try Rollouts.generation(by: model, answers: answers, inputs, scenario)
    let reward = try inputs.optional(rewardParameters) ?? model.active
    let critic = try inputs.optional(criticParameters) ?? reward
    let length = generation.prompt + generation.answer
    let tokens = (length * answers).named("tokens of prompts and answers")
    var phases: [Work.Phase] = []
    var purchases: [Work.Purchase] = []
    if inputs(rewardModel) == "new" {
      let comparisons = try inputs(PreferenceOptimization.comparisons)
      phases.append(try RewardModeling.phase(of: reward, comparisons: comparisons, isOfModel: false, inputs))
      if let labels = try Labels.purchase(of: comparisons, .comparison, inputs) { purchases.append(labels) }
    }
    phases += try Rollouts.phases(of: generation, inputs)
    phases.append(
      Work.Phase(
        name: "scoring", tokens: tokens,
        operations: (TrainingCompute.forward(model.active, tokens) + TrainingCompute.forward(reward, tokens)
          + TrainingCompute.forward(critic, tokens))
          .named("FLOP, scoring", note: "2·N a token through reference, reward model and critic", sources: [paper]),
        exact: TrainingCompute.exactReading(model, tokens, length).map {
          $0 + TrainingCompute.forward(reward, tokens) + TrainingCompute.forward(critic, tokens)
        }, effort: .scoring))
    let passes = try inputs(Self.passes)
    let trained = (tokens * passes).named("tokens trained on")
    let mixed = (tokens * (try inputs(pretrainingRows))).named("pre-training tokens mixed in")
    let read = trained + mixed
    phases.append(
      Work.Phase(
        name: "policy updates", tokens: read,
        operations: TrainingCompute.sixND(activeParameters: model.active, tokens: read).named(
          "FLOP, policy updates", note: "6·N a token, that of pre-training text mixed in too", sources: [paper]),
        exact: TrainingCompute.exactTraining(model, read, length)))
    phases.append(
      Work.Phase(
        name: "critic updates", tokens: trained,
        operations: TrainingCompute.sixND(activeParameters: critic, tokens: trained).named(
          "FLOP, critic updates", note: "6·N a token", sources: [paper]), isOfModel: false))
    var work = Work(phases: phases, purchases: purchases, overhead: try Rollouts.overhead(inputs))
    work.rollouts = try Rollouts.steps(of: generation, trained: tokens, inputs)
    return work
  }
}
