import CostModel
import TextFormats

// The schemas of what estimates print, from the results that they declare. Of a member, its document says how it is made.

extension EstimateDocument {
  /// What the estimate of a stage prints.
  static func answer(of stage: StageCommand) -> Answer {
    let summary = Schema.results(Estimate.results)
    let given = Schema.either(.text, .number)
    let decisive: [Schema.Member] = [
      ("command", .constant(.string(stage.name))), ("model", .text.orNull), ("parameters", .number),
      ("tokens", .number), ("accelerator", .text), ("precision", .text), ("region", .text),
    ]
    return Answer(
      stage.name,
      [
        (
          "scenario",
          .object([
            ("accelerator", .text), ("precision", .text), ("architecture", .text), ("region", .text),
            ("inputs", .list(.reference("input"))),
          ])
        )
      ] + Definitions.currency + [
        ("summary", .object(summary, others: .number)),
        ("bill", .object([("lines", .list(.object(billLine))), ("total", Schema.object(amount).orNull)])),
        ("footprint", .object(footprint)), ("tree", .list(.reference("line"))),
      ], row: .object(decisive + summary, others: given.saying("an option as it was given, or a further result")))
  }

  private static var footprint: [Schema.Member] {
    Estimate.results.filter { $0.section == Estimate.footprintSection }.map { ($0.key, Definitions.spread.optional) }
  }

  /// Money of a line of the bill.
  private static let amount: [Schema.Member] = [
    ("usd", .number), ("p10", .number), ("p90", .number), ("converted", Definitions.spread.optional),
  ]

  private static let billLine: [Schema.Member] =
    [("category", .words(ChargeCategory.allCases.map(\.rawValue))), ("name", .text)] + amount
}

extension ServeDocument {
  /// What `llmcost serve` prints.
  static var answer: Answer {
    let summary = Schema.object(Schema.results(ServingEstimate.results))
    return Answer(
      "serve",
      [
        (
          "scenario",
          .object([
            ("model", .text.orNull), ("accelerator", .text), ("architecture", .text), ("region", .text),
            ("parameters", .number), ("active_parameters", .number), ("weights", .text), ("kv_precision", .text),
            ("input_tokens", .number), ("output_tokens", .number), ("inputs", .list(.reference("input"))),
          ])
        ), ("summary", summary),
        (
          "api",
          .list(
            .object([
              ("id", .text), ("provider", .text), ("input_usd_per_million_tokens", .number),
              ("output_usd_per_million_tokens", .number), ("usd_per_request", .number), ("price_over_cost", .number),
            ]))
        ), ("tree", .list(.reference("line"))),
      ], row: summary)
  }
}

extension ClusterDocument {
  /// What `llmcost cluster` prints.
  static var answer: Answer {
    let result = Schema.object([
      ("name", .text), ("value", .number), ("p10", .number), ("p90", .number),
      ("converted", Definitions.spread.optional),
    ]).optional
    let columns = ClusterCost.results.flatMap { JSONDocument.names(of: $0.key) }
    return Answer(
      "cluster",
      Definitions.currency + [
        ("results", .object(ClusterCost.results.map { ($0.key, result) })), ("inputs", .list(.reference("input"))),
        ("tree", .list(.reference("line"))),
      ], row: .object(columns.map { ($0, .number.optional) }, others: .number))
  }
}

extension ComparisonDocument {
  /// What `llmcost compare` prints.
  static var answer: Answer {
    let results = Schema.results(Estimate.results.filter { $0.presence != .absent })
    return Answer(
      "compare",
      [
        (
          "estimates",
          .list(
            .object([
              ("name", .text), ("summary", .object(results)), ("rank", .count.optional),
              ("ties", Schema.list(.text).optional),
            ]))
        ), ("differences", Schema.list(.object(ProgramDifference.members)).optional),
      ], row: .object([("name", .text)] + results))
  }
}

extension ProgramDifference {
  /// What tells one program from another.
  fileprivate static let members: [Schema.Member] = [("before", .text), ("after", .text), ("lines", .list(line))]

  fileprivate static let line = Schema.object([
    ("line", .text), ("before_usd", .number), ("after_usd", .number), ("difference_usd", .number), ("ratio", .number),
  ])
}

extension ProgramDocument {
  /// What `llmcost program` prints: a program, or what tells one from another.
  static var answer: Answer {
    let line = Schema.object(
      [("label", .text), ("category", .text)]
        + JSONDocument.names(of: "usd").map { ($0, .number) }
        + [("share", .number), ("start_days", .number), ("days", .number)], others: .number)
    let program = Answer(
      "program",
      [("name", .text)] + Definitions.currency + [
        ("summary", .object([], others: .number)), ("lines", .list(line)), ("cashByMonth", .list(.number)),
      ], row: line)
    return .either(program, Answer("program", ProgramDifference.members, row: ProgramDifference.line))
  }
}

extension SensitivityDocument {
  /// What `llmcost sensitivity` prints.
  static var answer: Answer {
    func driver(_ input: [String]) -> Schema {
      .object(
        [("id", .text.orNull), ("name", .text), ("share", .number)] + input.map { ($0, .number) }
          + [("unit", .text), ("atLow", .number), ("atHigh", .number), ("origin", .text)])
    }
    return Answer(
      "sensitivity",
      [
        ("stage", .text),
        ("result", .object([("name", .text), ("value", .number), ("p10", .number), ("p90", .number)])),
        ("drivers", .list(driver(["input", "p10", "p90"]))),
      ], row: driver(JSONDocument.names(of: "input")))
  }
}

extension SweepCommand {
  /// What a row of a sweep has depends on what is swept.
  static var answer: Answer {
    Answer(rows: .object([], others: .either(.text, .number, .flag)))
  }
}
