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
    answers decide the bill: give `output-tokens` (of a whole answer; of an agent's turns `turn-tokens`) and `group-size`. \
    Whole runs take longer than their steps; `overhead` 1 counts the steps alone. A synchronous step waits for its longest \
    answer and for environments; `rollout` asynchronous does not.
    """

  /// Uses that help shows.
  package static let uses: [StageExample] = [
    StageExample(["params": "8B", "prompts": "100k", "output-tokens": "2k"], "100,000 prompts"),
    StageExample(
      ["like": "deepseek-r1-zero", "output-tokens": "10k"], "a run like DeepSeek-R1-Zero with longer answers"),
    StageExample(
      ["params": "32B", "method": "dapo", "verifier": "sandbox", "sandbox-time": "10s"], "code in a sandbox"),
  ]
  /// Steps of the run.
  public static let steps = Setting<Ratio>(
    "steps", "steps", 1...1e9, isOfJob: true, help: "rollout steps, in place of \(input: "prompts")")
  /// Prompts of a step.
  public static let promptsPerStep = Setting<Items>(
    "prompts-per-step", "prompts per step", 1...1e9, isOfJob: true, help: "prompts of a step")
  /// Answers to each prompt.
  public static let groupSize = Setting<Ratio>(
    "group-size", "answers per prompt", 1...1e6, isOfJob: true, help: "answers to each prompt")
  /// Updates on each answer.
  public static let reuse = Setting<Ratio>(
    "updates", "updates on each answer", 0.1...100, isOfJob: true,
    help: "times an answer is trained on: above 1 is off-policy reuse")
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

  /// What is trained.
  public static let tuning = Choice("tuning", ["full", "lora"], help: "train all weights, or adapters")

  /// What it asks for.
  package static let settings =
    [AnySetting(Rollouts.prompts), AnySetting(steps), AnySetting(promptsPerStep), AnySetting(groupSize)]
    + Rollouts.settings + Rollouts.training + Agents.settings + [
      AnySetting(Agents.sandboxes),
      AnySetting(reuse), AnySetting(oversampling), AnySetting(SupervisedFineTuning.rank),
    ]
    + Verifiers.settings
    + [AnySetting(TokenPrice.inputPrice), AnySetting(TokenPrice.outputPrice)]
  /// What it lets one choose.
  public static let choices =
    [algorithm, reference, tuning, ManagedTraining.choice] + Rollouts.choices + Agents.choices + Verifiers.choices
  /// What settings and choices need in order to count.
  package static let requirements =
    Rollouts.requirements + Agents.requirements + Verifiers.requirements + [
      Requirement([promptsPerStep.id], .isNotGiven(Rollouts.prompts.id)),
      Requirement([Rollouts.prompts.id], .isNotGiven(steps.id)),
      Requirement([SupervisedFineTuning.rank.id], .isChosen(tuning, ["lora"])),
    ]

  /// Prompts, their groups, lengths and the algorithm.
  package static func settings(of run: TableRow) throws(CatalogError) -> RunSettings {
    var (settings, answers, perStep) = try Rollouts.settings(of: run)
    let group = try run.number("groupSize")
    settings.set(groupSize, group)
    settings.set(Rollouts.prompts, group.flatMap { group in answers.map { $0 / group } })
    settings.set(promptsPerStep, group.flatMap { group in perStep.map { $0 / group } })
    settings.choose(algorithm, try run.text("method"))
    if try run.text("filtering") == "dynamic" {
      // The answers that are told are all that were generated.
      settings.choose(algorithm, "dapo")
      settings.set(oversampling, 1)
    }
    return settings
  }

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

  /// What a service does otherwise.
  package static func notes(_ inputs: StageInputs) -> [Message] {
    inputs(ManagedTraining.choice) == "yes"
      ? ["services train adapters, not all weights, and bill the prompt of each answer unless it was read before"] : []
  }

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
    let length = generation.length
    var phases = try Rollouts.phases(of: generation, promptsPerAnswer: Expression<Ratio>(constant: 1) / group, inputs)
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
    var update = try SupervisedFineTuning.operations(model, trained, inputs)
    update = try LongContext.added(to: update, passes: 6, model, trained, length, scenario)
    let sources = papers[method].map { [$0] } ?? []
    phases.append(
      Work.Phase(
        name: "updates", tokens: trained,
        operations: update.named(
          "FLOP, updates", note: "6·N a token; 4·N beside frozen weights", sources: sources),
        exact: inputs(tuning) == "full"
          ? TrainingCompute.exactTraining(model, trained, length)
          : TrainingCompute.exactFrozen(model, trained, length)))
    var work = Work(
      phases: phases, purchases: [try Verifiers.purchase(answers: answers, generation, inputs)].compactMap { $0 },
      overhead: try Rollouts.overhead(inputs))
    if inputs(tuning) == "lora" {
      work.checkpoints = .adapter(try SupervisedFineTuning.adapterParameters(model, inputs))
    }
    work.rollouts = try Rollouts.steps(of: generation, trained: tokens, inputs)
    if inputs.isGiven(steps) { work.rollouts?.steps = try inputs(steps) }
    // Services train adapters; each answer reads its prompt.
    work.alternatives = try ManagedTraining.alternatives(
      method: "rl", tuning: "lora", model,
      ManagedTraining.Tokens(
        trained: trained, read: (generation.prompt * answers).named("tokens read"),
        sampled: (generation.answer * answers).named("tokens sampled")), inputs)
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
