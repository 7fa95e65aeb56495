/// Reinforcement learning with verifiable rewards: groups of answers to each prompt, no critic.
public struct GroupPolicyOptimization: Stage {
  /// Its formulas.
  public static let formulas = StageFormulas(GroupPolicyOptimization.self)
  /// What is said of it.
  public var inputs = JobInputs()

  /// A stage of which nothing is said.
  public init() {}

  /// The word people call it by.
  public static let name = "grpo"
  /// What it estimates, in a line.
  public static let summary =
    "Estimate RL with verifiable rewards (grpo, dapo, rloo, reinforce++, gspo), verifier included."
  /// The headline of its estimate.
  public static let headline = "RL with verifiable rewards"
  /// What to know before using it.
  public static let discussion = """
    Each prompt gets a group of answers; a rule, a sandbox, a judge or an environment checks them. Length and number of \
    answers decide the bill: give `output-tokens` and `group-size`. Whole runs take longer than their steps; \
    `overhead` 1 counts the steps alone.
    """

  /// Steps of the run.
  public static let steps = Setting<Ratio>(
    "steps", "steps", 1...1e9, help: "rollout steps, in place of \(input: "prompts")")
  /// Prompts of a step.
  public static let promptsPerStep = Setting<Items>(
    "prompts-per-step", "prompts per step", 1...1e9, help: "prompts of a step")
  /// Answers to each prompt.
  public static let groupSize = Setting<Ratio>(
    "group-size", "answers per prompt", 1...1e6, help: "answers to each prompt")
  /// Updates on each answer.
  public static let reuse = Setting<Ratio>(
    "updates", "updates on each answer", 0.1...100, help: "times an answer is trained on: above 1 is off-policy reuse")
  /// Answers generated over answers kept.
  public static let oversampling = Setting<Ratio>(
    "oversampling", "answers generated for each kept", 1...1000,
    help: "answers generated for each that is trained on: dynamic sampling drops groups all right or all wrong")

  /// The algorithm.
  public static let algorithm = Choice(
    "method", ["grpo", "dapo", "rloo", "reinforce++", "gspo"], help: "algorithm, with its usual settings")
  /// Whether a frozen reference is read.
  public static let reference = Choice(
    "reference", ["default", "yes", "no"],
    help: "read a reference for a divergence penalty (default: yes for grpo, rloo and reinforce++)")

  /// What it asks for.
  package static let settings =
    [AnySetting(Rollouts.prompts), AnySetting(steps), AnySetting(promptsPerStep), AnySetting(groupSize)]
    + Rollouts.settings + [AnySetting(reuse), AnySetting(oversampling)] + Verifiers.settings
    + [AnySetting(TokenPrice.inputPrice), AnySetting(TokenPrice.outputPrice)]
  /// What it lets one choose.
  public static let choices = [algorithm, reference, Rollouts.mode] + Verifiers.choices
  /// What settings and choices need in order to count.
  package static let requirements =
    Rollouts.requirements + Verifiers.requirements + [
      Requirement([promptsPerStep.id], .isNotGiven(Rollouts.prompts.id))
    ]

  private static let papers: [String: Source] = [
    "grpo": Source(title: "Shao et al. 2024, DeepSeekMath (GRPO)", url: "https://arxiv.org/abs/2402.03300"),
    "dapo": Source(title: "Yu et al. 2025, DAPO", url: "https://arxiv.org/abs/2503.14476"),
    "rloo": Source(title: "Ahmadian et al. 2024, Back to Basics (RLOO)", url: "https://arxiv.org/abs/2402.14740"),
    "reinforce++": Source(title: "Hu 2025, REINFORCE++", url: "https://arxiv.org/abs/2501.03262"),
    "gspo": Source(
      title: "Zheng et al. 2025, Group Sequence Policy Optimization", url: "https://arxiv.org/abs/2507.18071"),
  ]

  /// Which efficiency its training passes have.
  package static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? { .reinforcement }

  /// Groups of answers, log-probabilities, updates, and what checks the answers.
  ///
  /// - Throws: ``ScenarioError`` for settings that make no sense or are not known.
  package static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work {
    let method = inputs(algorithm)
    let group = try inputs(groupSize)
    let smallest = group.range.low.value
    guard smallest >= 2 || method == "reinforce++" else {
      throw .contradiction(
        "a group of one answer has no advantage: \(method) compares answers to the same prompt",
        advice: "give \(groupSize, as: "2") or more, or \(algorithm, as: "reinforce++")")
    }
    let kept = (try prompts(inputs) * group).named("answers trained on")
    let answers = (kept * (try inputs(oversampling))).named("answers generated")
    let generation = try Rollouts.generation(by: model, answers: answers, inputs, scenario)
    let length = generation.prompt + generation.answer
    var phases = generation.phases("rollouts", promptsPerAnswer: Expression<Ratio>(constant: 1) / group)
    let tokens = (length * kept).named("tokens of prompts and answers")
    // Old log-probabilities, and those of the reference.
    let readers = hasReference(method, inputs) ? 2.0 : 1
    phases.append(
      Work.Phase(
        name: "log-probabilities", tokens: tokens,
        operations: TrainingCompute.operations(2 * readers, model.active, tokens).named(
          "FLOP, log-probabilities", note: "2·N a token for the old policy and for a reference, if any"),
        exact: TrainingCompute.exactReading(model, tokens, length, times: readers), effort: .scoring))
    let trained = (tokens * (try inputs(reuse))).named("tokens trained on")
    var update = TrainingCompute.sixND(activeParameters: model.active, tokens: trained)
    update = try LongContext.added(to: update, passes: 6, model, trained, length, scenario)
    let sources = papers[method].map { [$0] } ?? []
    phases.append(
      Work.Phase(
        name: "updates", tokens: trained,
        operations: update.named("FLOP, updates", note: "6·N a token", sources: sources),
        exact: TrainingCompute.exactTraining(model, trained, length)))
    var work = Work(
      phases: phases, purchases: [try Verifiers.purchase(answers: answers, generation, inputs)].compactMap { $0 },
      overhead: try Rollouts.overhead(inputs))
    work.steps =
      inputs.isGiven(steps) ? try inputs(steps) : try Rollouts.steps(answers: kept, inputs)
    return work
  }

  private static func prompts(_ inputs: StageInputs) throws(ScenarioError) -> Expression<Items> {
    guard inputs.isGiven(Rollouts.prompts) || !(inputs.isGiven(steps) || inputs.isGiven(promptsPerStep)) else {
      return (try inputs(promptsPerStep) * (try inputs(steps))).named("prompts")
    }
    if inputs.isGiven(steps) {
      throw .contradiction("\(Rollouts.prompts) and \(steps) are both given", advice: "give one; the other follows")
    }
    return try inputs(Rollouts.prompts)
  }

  static func hasReference(_ method: String, _ inputs: StageInputs) -> Bool {
    switch inputs(reference) {
    case "yes": true
    case "no": false
    default: ["grpo", "rloo", "reinforce++"].contains(method)
    }
  }
}
