/// Benchmarks that a model is measured by: questions, samples of each, and who checks the answers.
public struct Evaluation: Stage {
  /// Its formulas.
  public static let formulas = StageFormulas(Evaluation.self)
  /// What is said of it.
  public var inputs = JobInputs()

  /// A stage of which nothing is said.
  public init() {}

  /// The word people call it by.
  public static let name = "evaluate"
  /// What it estimates, in a line.
  public static let summary = "Estimate evaluations: benchmarks × questions × samples × tokens, and who checks them."
  /// The headline of its estimate.
  public static let headline = "Evaluation"
  /// What to know before using it.
  public static let discussion = """
    Reasoning models write thousands of tokens and are sampled many times; questions with options to choose from \
    (`scoring` likelihood) are read and never answered. `runs` counts the checkpoints that are measured.
    """
  /// Uses that help shows.
  package static let uses: [StageExample] = [
    StageExample(
      ["params": "32B", "benchmarks": "10", "output-tokens": "8k", "samples-per-question": "4"],
      "a suite for a reasoner"),
    StageExample(["params": "8B", "scoring": "likelihood", "runs": "40"], "options scored at forty checkpoints"),
    StageExample(
      ["params": "70B", "generator": "gpt-4o-mini", "verifier": "judge"],
      "a model by the token, and a judge of its answers"),
  ]
  /// Nothing is trained or kept.
  public static let trains = false

  /// Benchmarks.
  public static let benchmarks = Setting<Ratio>(
    "benchmarks", "benchmarks", 1...1e5, isOfJob: true, help: "benchmarks of the suite")
  /// Questions of a benchmark.
  public static let questions = Setting<Items>(
    "questions", "questions of a benchmark", 1...1e9, isOfJob: true, help: "questions of a benchmark, on average")
  /// Samples of each question.
  public static let samples = Setting<Ratio>(
    "samples-per-question", "samples of each question", 1...1e5, isOfJob: true,
    help: "answers to each question, or options that are scored")
  /// Models or checkpoints that are measured.
  public static let runs = Setting<Ratio>(
    "runs", "checkpoints measured", 1...1e6, isOfJob: true, help: "checkpoints that the whole suite measures")

  /// How answers are told.
  public static let scoring = Choice(
    "scoring", ["generate", "likelihood"], help: "answers written, or options read and their likelihood compared")
  /// Whose answers are measured.
  public static let generator = Synthesis.generator

  /// What it asks for.
  package static let settings =
    [AnySetting(benchmarks), AnySetting(questions), AnySetting(samples), AnySetting(runs)] + Rollouts.settings
    + Agents.settings + Verifiers.settings + [AnySetting(TokenPrice.inputPrice), AnySetting(TokenPrice.outputPrice)]
  /// What it lets one choose.
  public static let choices = [scoring, generator, Rollouts.mode] + Agents.choices + Verifiers.choices
  /// What settings and choices need in order to count.
  package static let requirements =
    [Requirement([generator.id], .isChosen(scoring, ["generate"]))] + Rollouts.requirements + Agents.requirements
    + Verifiers.requirements.filter { !$0.dependents.contains(TokenPrice.inputPrice.id) } + [
      Requirement([Verifiers.judge.id, Verifiers.judgeTokens.id], .isChosen(Verifiers.kind, ["judge"])),
      Requirement(
        [TokenPrice.inputPrice.id, TokenPrice.outputPrice.id],
        .either(.isNotChosen(generator, "own"), .isChosen(Verifiers.kind, ["judge"]))),
      Requirement(
        Verifiers.ids + Agents.ids + Rollouts.decoding + [Rollouts.answerTokens.id], .isChosen(scoring, ["generate"])),
      Requirement(Rollouts.decoding + Agents.ids + [Rollouts.overhead.id], .isChosen(generator, ["own"])),
    ]

  /// Which efficiency its training passes have.
  package static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? { nil }

  /// Answers bought by the token need no model of one's own.
  package static func usesModel(_ inputs: StageInputs) -> Bool { inputs(generator) == "own" }

  /// Questions, samples and their lengths.
  package static func settings(of run: TableRow) throws(CatalogError) -> RunSettings {
    var (settings, _, _) = try Rollouts.settings(of: run)
    settings.set(benchmarks, 1)
    settings.set(questions, try run.number("items"))
    settings.set(samples, try run.number("groupSize"))
    return settings
  }

  /// One copy with one sequence, where answers are not bought.
  package static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    guard inputs(generator) == "own" else { return nil }
    return job(.serve, try inputs(Rollouts.promptTokens) + (try inputs(Rollouts.answerTokens)))
  }

  /// Answers generated, bought or read, and what checks them.
  ///
  /// - Throws: ``ScenarioError`` for settings that make no sense or are not known.
  package static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work {
    let count = (try inputs(questions) * (try inputs(benchmarks)) * (try inputs(runs))).named("questions asked")
    let group = try inputs(samples)
    let answers = (count * group).named("answers")
    let overhead = try inputs.optional(Rollouts.overhead)
    guard inputs(scoring) == "generate" else {
      let read = (try inputs(Rollouts.promptTokens) * answers).named("tokens read")
      let phase = Work.Phase(
        name: "likelihoods", tokens: read,
        operations: TrainingCompute.forward(model.active, read).named("FLOP, likelihoods", note: "2·N a token"),
        exact: TrainingCompute.exactReading(model, read, try inputs(Rollouts.promptTokens)), effort: .scoring)
      return Work(phases: [phase], overhead: overhead, checkpoints: .none)
    }
    let generation = try Rollouts.generation(by: model, answers: answers, inputs, scenario, isInTraining: false)
    let checks = [try Verifiers.purchase(answers: answers, generation, inputs)].compactMap { $0 }
    guard inputs(generator) == "own" else {
      return Work(phases: [], purchases: [try Synthesis.bought(answers, from: inputs(generator), inputs)] + checks)
    }
    return Work(
      phases: generation.phases("answers", promptsPerAnswer: Expression<Ratio>(constant: 1) / group),
      purchases: checks, overhead: overhead, checkpoints: .none)
  }
}
