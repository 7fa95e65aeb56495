/// Rejection sampling: many answers to each prompt, the best kept by a reward model or a verifier, and trained on.
public struct RejectionSampling: Stage {
  /// Its formulas.
  public static let formulas = StageFormulas(RejectionSampling.self)
  /// What is said of it.
  public var inputs = JobInputs()

  /// A stage of which nothing is said.
  public init() {}

  /// The word people call it by.
  public static let name = "rejection"
  /// What it estimates, in a line.
  public static let summary = "Estimate rejection sampling and best-of-n: answers, scores, training on the best."
  /// The headline of its estimate.
  public static let headline = "Rejection sampling"
  /// What to know before using it.
  public static let discussion = """
    Each prompt gets `group-size` answers, of which `kept-answers` are kept. `then` nothing stops there: best-of-n as it \
    is served, or data for later.
    """
  /// Uses that help shows.
  package static let uses: [StageExample] = [
    StageExample(
      ["params": "70B", "prompts": "100k", "group-size": "16", "reward-params": "70B"],
      "the best of 16 by a reward model"),
    StageExample(
      ["params": "8B", "prompts": "50k", "scorer": "verifier", "verifier": "sandbox"], "code that passes its tests"),
    StageExample(
      ["params": "8B", "prompts": "1M", "group-size": "4", "then": "nothing"], "best of four, nothing trained"),
  ]

  /// Answers kept of each prompt.
  public static let kept = Setting<Ratio>(
    "kept-answers", "answers kept of each prompt", 1e-3...1e4, isOfJob: true,
    help: "answers kept of each prompt, on average: below 1 where some prompts have no good one")

  /// Who tells the best.
  public static let scorer = Choice(
    "scorer", ["reward", "verifier"], help: "score answers by a reward model, or check them by what verifier says")
  /// What becomes of the answers.
  public static let purpose = Choice("then", ["train", "nothing"], help: "train on the answers kept, or stop there")

  /// What it asks for.
  package static let settings =
    [AnySetting(Rollouts.prompts), AnySetting(GroupPolicyOptimization.groupSize), AnySetting(kept)]
    + Rollouts.settings + [
      AnySetting(ProximalPolicyOptimization.rewardParameters), AnySetting(SupervisedFineTuning.epochs),
      AnySetting(SupervisedFineTuning.packing),
    ] + Agents.settings + Verifiers.settings + [AnySetting(TokenPrice.inputPrice), AnySetting(TokenPrice.outputPrice)]
  /// What it lets one choose.
  public static let choices = [scorer, purpose, Rollouts.mode] + Agents.choices + Verifiers.choices
  /// What settings and choices need in order to count.
  package static let requirements =
    Rollouts.requirements + Agents.requirements + Verifiers.requirements + [
      Requirement([ProximalPolicyOptimization.rewardParameters.id], .isChosen(scorer, ["reward"])),
      Requirement(
        Verifiers.ids + Agents.ids + [
          TokenPrice.inputPrice.id, TokenPrice.outputPrice.id,
        ], .isChosen(scorer, ["verifier"])),
      Requirement(
        [kept.id, SupervisedFineTuning.epochs.id, SupervisedFineTuning.packing.id], .isChosen(purpose, ["train"])),
    ]

  private static let paper = Source(
    title: "Dong et al. 2023, RAFT: Reward rAnked FineTuning", url: "https://arxiv.org/abs/2304.06767")

  /// Which efficiency its training passes have.
  package static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? { .fineTuning }

  /// Prompts, answers to each, and their lengths.
  package static func settings(of run: TableRow) throws(CatalogError) -> RunSettings {
    var (settings, answers, _) = try Rollouts.settings(of: run)
    let group = try run.number("groupSize")
    settings.set(GroupPolicyOptimization.groupSize, group)
    settings.set(Rollouts.prompts, group.flatMap { group in answers.map { $0 / group } })
    settings.set(SupervisedFineTuning.epochs, try run.number("epochs"))
    return settings
  }

  /// What trains needs more than what generates.
  package static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    job(
      inputs(purpose) == "train" ? .sft : .serve,
      try inputs(Rollouts.promptTokens) + (try inputs(Rollouts.answerTokens)))
  }

  /// Groups of answers, their scores, and training on those kept.
  ///
  /// - Throws: ``ScenarioError`` for settings that make no sense or are not known.
  package static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work {
    let prompts = try inputs(Rollouts.prompts)
    let group = try inputs(GroupPolicyOptimization.groupSize)
    let answers = (prompts * group).named("answers generated", sources: [paper])
    let generation = try Rollouts.generation(by: model, answers: answers, inputs, scenario, isInTraining: false)
    let length = generation.prompt + generation.answer
    var phases = generation.phases("answers", promptsPerAnswer: Expression<Ratio>(constant: 1) / group)
    var purchases: [Work.Purchase] = []
    if inputs(scorer) == "reward" {
      let reward = try inputs.optional(ProximalPolicyOptimization.rewardParameters) ?? model.active
      let scored = (length * answers).named("tokens scored")
      phases.append(
        Work.Phase(
          name: "scores", tokens: scored,
          operations: TrainingCompute.forward(reward, scored).named("FLOP, scores", note: "2·N a token"),
          effort: .scoring))
    } else if let checks = try Verifiers.purchase(answers: answers, generation, inputs) {
      purchases.append(checks)
    }
    let overhead = try inputs.optional(Rollouts.overhead)
    guard inputs(purpose) == "train" else {
      return Work(phases: phases, purchases: purchases, overhead: overhead, checkpoints: .none)
    }
    let share = try inputs(kept)
    guard share.typical <= group.typical else {
      throw .contradiction(
        "more answers are kept than there are: \(Notation.display(share.typical.value, as: .ratio)) of "
          + Notation.display(group.typical.value, as: .ratio),
        advice: "raise \(GroupPolicyOptimization.groupSize), or lower \(kept)")
    }
    let passes = try inputs(SupervisedFineTuning.epochs)
    let trained = (length * prompts * share * passes / (try inputs(SupervisedFineTuning.packing)))
      .named("tokens trained on")
    var update = TrainingCompute.sixND(activeParameters: model.active, tokens: trained)
    update = try LongContext.added(to: update, passes: 6, model, trained, length, scenario)
    phases.append(
      Work.Phase(
        name: "updates", tokens: trained, operations: update.named("FLOP, updates", note: "6·N a token"),
        exact: TrainingCompute.exactTraining(model, trained, length)))
    return Work(phases: phases, purchases: purchases, overhead: overhead)
  }
}
