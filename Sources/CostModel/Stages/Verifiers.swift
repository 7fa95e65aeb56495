/// What tells whether an answer is right, and what that costs.
enum Verifiers {
  static let kind = Choice(
    "verifier", ["rule", "sandbox", "judge", "environment"],
    help: "who checks answers: a rule (free), code in a sandbox, a judge model, or an environment of tools for agents")

  static let sandboxTime = Setting<Per<Hours, Items>>(
    "sandbox-time", "core time of a check", 0...100, help: "core time of checking an answer in the sandbox, as 10s")
  static let corePrice = Setting<Per<Dollars, Hours>>(
    "core-price", "price of a core", 0...1000, help: "USD per core-hour")
  static let judge = Choice(
    "judge", rowOf: "token-prices", standard: "gpt-4o-mini",
    help: "model that judges: a row of '\(command: "tables token-prices")'")
  static let judgeTokens = Setting<SequenceLength>(
    "judge-tokens", "tokens a judge writes", 1...1e6, help: "tokens that the judge writes for each answer")
  static let turns = Setting<Ratio>(
    "turns", "turns of an agent", 1...1e5, isOfJob: true, help: "turns of an agent in its environment")
  static let turnTime = Setting<Per<Hours, Items>>(
    "turn-time", "container time of a turn", 0...1000, help: "container time of a turn, as 5s")
  static let containerPrice = Setting<Per<Dollars, Hours>>(
    "container-price", "price of a container", 0...1000, help: "USD per container-hour")
  static let toolPrice = Setting<Per<Dollars, Items>>(
    "tool-price", "fees of a turn", 0...1000, isOfJob: true,
    help: "USD of tool fees for each turn, as of a search engine")

  static let settings = [
    AnySetting(sandboxTime), AnySetting(corePrice), AnySetting(judgeTokens), AnySetting(turns), AnySetting(turnTime),
    AnySetting(containerPrice), AnySetting(toolPrice),
  ]
  static let choices = [kind, judge]
  /// All of them.
  static let ids = settings.map(\.id) + choices.map(\.id)
  static let requirements = [
    Requirement([sandboxTime.id, corePrice.id], .isChosen(kind, ["sandbox"])),
    Requirement(
      [judge.id, judgeTokens.id, TokenPrice.inputPrice.id, TokenPrice.outputPrice.id], .isChosen(kind, ["judge"])),
    Requirement([turns.id, turnTime.id, containerPrice.id, toolPrice.id], .isChosen(kind, ["environment"])),
  ]

  /// What checking the answers costs; nil where it is free.
  static func purchase(
    answers: Expression<Items>, _ generation: Generation, _ inputs: StageInputs
  ) throws(ScenarioError) -> Work.Purchase? {
    switch inputs(kind) {
    case "sandbox":
      let time = try inputs(sandboxTime) * answers
      return Work.Purchase(.api, "sandbox", try inputs(corePrice) * time.named("core time"))
    case "judge":
      let request = generation.prompt + generation.answer
      let price = try TokenPrice(row: inputs(judge), prompt: request, inputs)
      let read = (request * answers).named("tokens the judge reads")
      let written = (try inputs(judgeTokens) * answers).named("tokens the judge writes")
      return Work.Purchase(.api, "judge", price.amount(read: read, written: written))
    case "environment":
      let steps = (answers * (try inputs(turns))).named("turns")
      let containers = try inputs(containerPrice) * (try inputs(turnTime) * steps).named("container time")
      return Work.Purchase(.api, "environment", containers + (try inputs(toolPrice)) * steps)
    default: return nil
    }
  }
}

/// What a provider charges for tokens.
package struct TokenPrice: Sendable {
  /// USD for a token read.
  package var input: Expression<Per<Dollars, Tokens>>
  /// USD for a token written.
  package var output: Expression<Per<Dollars, Tokens>>

  /// USD for a token read, over the row's.
  static let inputPrice = Setting<Per<Dollars, Tokens>>(
    "input-price", "price of a token read", 0...1, help: "USD per million tokens read, in place of the table's")
  /// USD for a token written, over the row's.
  static let outputPrice = Setting<Per<Dollars, Tokens>>(
    "output-price", "price of a token written", 0...1, help: "USD per million tokens written, in place of the table's")

  /// The prices of a row of the table, or those given.
  ///
  /// - Parameters:
  ///   - id: The row.
  ///   - prompt: Tokens that a request reads: long ones may cost more a token. The typical length decides.
  ///   - inputs: What was given, and the table.
  /// - Throws: ``ScenarioError`` for an unknown row.
  init(row id: String, prompt: Expression<SequenceLength>? = nil, _ inputs: StageInputs) throws(ScenarioError) {
    if inputs.isGiven(Self.inputPrice), inputs.isGiven(Self.outputPrice) {
      (input, output) = (try inputs(Self.inputPrice), try inputs(Self.outputPrice))
      return
    }
    let catalog = inputs.catalog
    let row = try Inputs.look { () throws(CatalogError) in try catalog.tokenPrice(id) }
    let length = prompt?.typical.value ?? 0
    let rates = row.rates(prompt: length)
    let isLong = row.long.map { length > $0.prompt } ?? false
    let name = "price of a token of \(row.reference.id)" + (isLong ? " with long prompts" : "")
    input =
      try inputs.optional(Self.inputPrice)
      ?? Expression.input("\(id).input", name + ", read", Ranged(rates.input), from: .table(row.reference))
    output =
      try inputs.optional(Self.outputPrice)
      ?? Expression.input("\(id).output", name + ", written", Ranged(rates.output), from: .table(row.reference))
  }

  /// The bill for tokens.
  func amount(read: Expression<Tokens>, written: Expression<Tokens>) -> Expression<Dollars> {
    input * read + output * written
  }
}
