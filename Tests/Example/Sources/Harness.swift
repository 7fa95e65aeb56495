import CostModel

/// A benchmark held against every checkpoint of a run: forward passes alone, so many tokens for each question.
enum Harness: Stage {
  static let name = "harness"

  static let questions = Setting<Items>("questions", "questions", 1...1e9, help: "questions of the benchmark")
  static let tokens = Setting<SequenceLength>("tokens", "tokens per question", 1...1e6, help: "with the answers")
  static let checkpoints = Setting<Ratio>("checkpoints", "checkpoints", 1...1e5, help: "how many are held against it")

  static let settings = [AnySetting(questions), AnySetting(tokens), AnySetting(checkpoints)]
  static let choices: [Choice] = []

  /// Nothing is trained.
  static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? { nil }

  static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work {
    let read = (try inputs(tokens) * inputs(questions) * inputs(checkpoints)).named("tokens read")
    let perToken = Expression<Per<Per<Operations, Parameters>, Tokens>>(constant: 2)
    let operations = (perToken * read * model.active).named("FLOP, scoring", note: "2·N a token, forward alone")
    return Work(
      phases: [Work.Phase(name: "scoring", tokens: read, operations: operations, effort: .scoring)],
      checkpoints: .none)
  }
}
