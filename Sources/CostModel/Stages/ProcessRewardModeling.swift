/// Training a process reward model, which judges each step of a solution: the steps labeled by people, by a model, or by
/// completing each of them and seeing whether the answer comes out right.
public struct ProcessRewardModeling: Stage {
  /// Its formulas.
  public static let formulas = StageFormulas(ProcessRewardModeling.self)
  /// What is said of it.
  public var inputs = JobInputs()

  /// A stage of which nothing is said.
  public init() {}

  /// The word people call it by.
  public static let name = "prm"
  /// What it estimates, in a line.
  public static let summary = "Estimate a process reward model: its training, and the labels of each step."
  /// The headline of its estimate.
  public static let headline = "Process reward model"
  /// What to know before using it.
  public static let discussion = """
    `params` is the size of the reward model. `labeling` completions labels each step by completing it with the same \
    model a few times; `labels` counts what people or a model ask for a step.
    """
  /// Uses that help shows.
  package static let uses: [StageExample] = [
    StageExample(["params": "7B", "solutions": "75k", "steps-per-solution": "11", "labels": "human"], "as PRM800K"),
    StageExample(
      ["params": "7B", "solutions": "440k", "labeling": "completions", "completions": "8"], "as Math-Shepherd"),
    StageExample(["params": "72B", "solutions": "100k", "get": "compute_usd"], "compute alone, on labels in hand"),
  ]

  /// Solutions whose steps are judged, before epochs.
  public static let solutions = Setting<Items>(
    "solutions", "solutions", 1...1e12, isOfJob: true, help: "solutions whose steps are judged, as 75k")
  /// Steps of a solution.
  public static let steps = Setting<Ratio>(
    "steps-per-solution", "steps of a solution", 1...1e5, isOfJob: true, help: "steps of a solution, each with a label")
  /// Completions of each step.
  public static let completions = Setting<Ratio>(
    "completions", "completions of each step", 1...1e4, isOfJob: true,
    help: "times each step is completed to see whether the answer comes out right")

  /// How steps get their labels.
  public static let labeling = Choice(
    "labeling", ["given", "completions"], help: "labels that are there or bought, or from completing each step")

  /// What it asks for.
  package static let settings =
    [AnySetting(solutions), AnySetting(steps), AnySetting(completions)] + Rollouts.settings + [
      AnySetting(SupervisedFineTuning.epochs), AnySetting(SupervisedFineTuning.packing), AnySetting(Labels.price),
    ]
  /// What it lets one choose.
  public static let choices = [labeling, Labels.source, Rollouts.mode]
  /// What settings and choices need in order to count.
  package static let requirements =
    Rollouts.requirements + [
      Labels.requirement, Requirement([Labels.source.id, Labels.price.id], .isChosen(labeling, ["given"])),
      Requirement(
        Rollouts.decoding + [completions.id, Rollouts.mode.id], .isChosen(labeling, ["completions"])),
      Requirement(
        [steps.id], .either(.isChosen(labeling, ["completions"]), .isNotChosen(Labels.source, "none"))),
    ]

  private static let shepherd = Source(
    title: "Wang et al. 2023, Math-Shepherd", url: "https://arxiv.org/abs/2312.08935")
  private static let verify = Source(
    title: "Lightman et al. 2023, Let's Verify Step by Step", url: "https://arxiv.org/abs/2305.20050")

  /// Which efficiency its training passes have.
  package static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? { .preference }

  /// Solutions, their lengths and epochs.
  package static func settings(of run: TableRow) throws(CatalogError) -> RunSettings {
    var settings = RunSettings()
    settings.set(solutions, try run.number("items"))
    settings.set(Rollouts.promptTokens, try run.number("promptTokens"))
    settings.set(Rollouts.answerTokens, try run.number("tokensPerItem"))
    settings.set(SupervisedFineTuning.epochs, try run.number("epochs"))
    return settings
  }

  /// Where the labels come from.
  package static func notes(_ inputs: StageInputs) -> [Message] {
    inputs(labeling) == "given" ? Labels.notes(inputs) : []
  }

  /// One solution at a time.
  package static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    job(.sft, try inputs(Rollouts.promptTokens) + (try inputs(Rollouts.answerTokens)))
  }

  /// 6·N for each token of the solutions; to label them, half a solution read and half written for each completion.
  ///
  /// - Throws: ``ScenarioError`` for settings that make no sense or are not known.
  package static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work {
    let count = try inputs(solutions)
    let (prompt, solution) = (try inputs(Rollouts.promptTokens), try inputs(Rollouts.answerTokens))
    let length = prompt + solution
    try model.check("a problem and its solution", of: length.typical.value)
    var phases: [Work.Phase] = []
    var purchases: [Work.Purchase] = []
    if inputs(labeling) == "completions" {
      let made = (count * (try inputs(steps)) * (try inputs(completions))).named(
        "completions", note: "of each step, so many times", sources: [shepherd])
      var generation = try Rollouts.generation(by: model, answers: made, inputs, scenario, isInTraining: false)
      // A step stands anywhere: on average half of the solution is there, and half is written.
      (generation.prompt, generation.answer) = (prompt + solution * 0.5, solution * 0.5)
      phases += generation.phases("completions")
    } else if inputs(Labels.source) != "none" {
      let labels = (count * (try inputs(steps))).named("labels of steps", sources: [verify])
      purchases = [try Labels.purchase(of: labels, .step, inputs)].compactMap { $0 }
    }
    let passes = try inputs(SupervisedFineTuning.epochs)
    let tokens = (length * count * passes / (try inputs(SupervisedFineTuning.packing))).named("tokens trained on")
    var update = TrainingCompute.sixND(activeParameters: model.active, tokens: tokens)
    update = try LongContext.added(to: update, passes: 6, model, tokens, length, scenario)
    phases.append(
      Work.Phase(
        name: "reward model", tokens: tokens, operations: update.named("FLOP, reward model", note: "6·N a token"),
        exact: TrainingCompute.exactTraining(model, tokens, length)))
    return Work(phases: phases, purchases: purchases, overhead: try inputs.optional(Rollouts.overhead))
  }
}
