import CostModel
import TextFormats

// The schemas of what estimates print, from the results that they declare. Of a member, its document says how it is made.

extension EstimateDocument {
  /// What the estimate of a stage prints.
  static func answer(of stage: StageCommand) -> Answer {
    let summary = Schema.results(Estimate.results) + Chances.schema
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
        ("questions", Schema.list(question).optional),
      ], row: .object(decisive + summary, others: given.saying("an option as it was given, or a further result")))
  }

  /// What the total cost depends on that nobody said, or that is not known; without draws, nothing is asked.
  private static let question = Schema.object([
    ("id", .text), ("name", .text), ("kind", .words(Inquiry.Kind.allCases.map(\.rawValue))), ("reach", .number),
    ("way", .text.orNull), ("answer", .text.orNull),
  ])

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
              ("usd_per_month", .number),
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
