import CostModel
import TextFormats

/// What more than one answer holds: a value with its range, where a value comes from, and how it comes about.
enum Definitions {
  static let all: [Schema.Member] = [
    ("spread", .object([("value", .number), ("p10", .number), ("p90", .number)])),
    ("source", .object([("title", .text), ("url", .text.orNull)])),
    ("origin", origin),
    ("input", .object(line + [("origin", .reference("origin"))])),
    ("line", .object(line + basis)),
    ("error", error),
  ]

  /// A value in base units, as any line of a report has it.
  private static let line: [Schema.Member] = [
    ("name", .text), ("key", .text.optional), ("value", .number), ("p10", .number.optional),
    ("p90", .number.optional), ("unit", .text),
  ]

  /// How a line comes about: an input with its origin, or a formula with its parts.
  private static let basis: [Schema.Member] = [
    ("note", .text.optional), ("sources", Schema.list(.reference("source")).optional),
    ("origin", Schema.reference("origin").optional), ("formula", .text.optional), ("formulaValues", .text.optional),
    ("parts", Schema.list(.reference("line")).optional),
  ]

  private static let origin = Schema.either(
    .object([("kind", .constant(.string("given"))), ("by", .text)]),
    .object([("kind", .constant(.string("file"))), ("file", .text)]),
    .object([("kind", .constant(.string("assumed"))), ("assumption", .text)]),
    .object([
      ("kind", .words(["table", "assumed"])), ("table", .text), ("row", .text), ("asOf", .text),
      ("sources", Schema.list(.reference("source")).optional), ("assumption", .text.optional),
      ("note", .text.optional),
    ]))

  /// What is wrong, on standard error beside JSON.
  static let error = Schema.object([
    ("error", .text), ("input", .text.orNull), ("hint", .text.orNull),
    ("status", Schema.count.saying(ToolStatus.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: ", "))),
  ])

  static let spread = Schema.reference("spread")

  /// The currency of `--currency`, and its rate.
  static let currency: [Schema.Member] = [("currency", .text.optional), ("fx", .count.optional)]
}
