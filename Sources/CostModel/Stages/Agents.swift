/// Answers in which a model acts in an environment, turn after turn.
enum Agents {
  /// Tokens that the model writes in a turn.
  static let turnTokens = Setting<SequenceLength>(
    "turn-tokens", "tokens written in a turn", 1...1e7,
    help: "tokens that the model writes in each turn, in place of \(input: "output-tokens") for all turns together")
  /// Tokens that the environment answers with.
  static let observationTokens = Setting<SequenceLength>(
    "observation-tokens", "tokens of an observation", 0...1e7,
    help: "tokens that the environment answers each turn with")
  /// Environments that run at once.
  static let sandboxes = Setting<Items>(
    "sandboxes", "environments at once", 1...1e9,
    help: "environments that run at once, where fewer than the answers of a step")
  /// What happens to the cache between turns.
  static let prefix = Choice(
    "prefix", ["kept", "read-again"], help: "keep the cache between turns, or read all before a turn again")

  static let settings = [AnySetting(turnTokens), AnySetting(observationTokens)]
  static let choices = [prefix]
  /// All of them.
  static let ids = settings.map(\.id) + choices.map(\.id)
  static let requirements = [Requirement(ids + [sandboxes.id], .isChosen(Verifiers.kind, ["environment"]))]

  /// The turns of an answer; nil for answers written at once.
  static func episode(_ inputs: StageInputs) throws(ScenarioError) -> Episode? {
    guard inputs(Verifiers.kind) == "environment" else { return nil }
    return Episode(
      turns: try inputs(Verifiers.turns), observation: try inputs(observationTokens),
      turnTime: try inputs(Verifiers.turnTime), keepsPrefix: inputs(prefix) == "kept",
      isHidden: inputs(Rollouts.mode) == "asynchronous")
  }

  /// Tokens that the model writes in a whole answer.
  static func answerTokens(_ inputs: StageInputs) throws(ScenarioError) -> Expression<SequenceLength> {
    guard inputs(Verifiers.kind) == "environment", inputs.isGiven(turnTokens) else {
      return try inputs(Rollouts.answerTokens)
    }
    return (try inputs(turnTokens) * (try inputs(Verifiers.turns))).named("tokens written in all turns")
  }

  /// Tokens of a whole answer with all that is read.
  static func length(_ inputs: StageInputs) throws(ScenarioError) -> Expression<SequenceLength> {
    let own = try inputs(Rollouts.promptTokens) + (try answerTokens(inputs))
    return try episode(inputs).map { own + $0.observation * $0.turns } ?? own
  }
}
