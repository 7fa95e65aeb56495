/// What the rows of a table must hold, for tables whose rows are read field by field.
struct RowSchema: Sendable {
  /// A field that holds one of a few words.
  struct Choice: Sendable {
    let field: String
    let words: [String]
    let isRequired: Bool

    init(_ field: String, _ words: [String], isRequired: Bool = true) {
      self.field = field
      self.words = words
      self.isRequired = isRequired
    }
  }

  /// Whether a row has a range of `low`, `typical` and `high`.
  enum Range: Sendable {
    /// It has none.
    case absent
    /// It may have any part of it.
    case optional
    /// It has at least one part.
    case required
    /// It has the typical value.
    case typical
  }

  /// Fields with text that is not empty.
  var texts: [String] = []
  /// Fields with one of a few words.
  var choices: [Choice] = []
  /// Numbers that a row cannot do without, none below zero.
  var required: [String] = []
  /// Numbers that are above zero where they are given.
  var positive: [String] = []
  /// Of these a row has at least one.
  var anyOf: [String] = []
  /// Pairs of numbers, the first of which is not above the second.
  var rising: [(low: String, high: String)] = []
  /// Whether there is a range.
  var range = Range.absent

  /// Says which field of a row is wrong.
  func check(_ row: TableRow) throws(CatalogError) {
    for field in texts where try row.requiredText(field).isEmpty { throw row.failure(field, "is empty") }
    for choice in choices {
      guard let word = choice.isRequired ? try row.requiredText(choice.field) : try row.text(choice.field) else {
        continue
      }
      if !choice.words.contains(word) {
        throw row.failure(choice.field, "'\(word)' is not one of \(choice.words.joined(separator: ", "))")
      }
    }
    for field in required {
      guard let number = try row.number(field) else { throw row.failure(field, "is missing") }
      if number < 0 { throw row.failure(field, "must not be negative") }
    }
    for field in positive {
      if let number = try row.number(field), number <= 0 { throw row.failure(field, "must be above 0") }
    }
    if !anyOf.isEmpty, !anyOf.contains(where: { row.member($0) != nil }) {
      throw row.failure(anyOf[0], "is missing, and so are \(anyOf.dropFirst().joined(separator: ", "))")
    }
    for pair in rising {
      if let low = try row.number(pair.low), let high = try row.number(pair.high), low > high {
        throw row.failure(pair.low, "\(low) is above \(pair.high), \(high)")
      }
    }
    try checkRange(of: row)
  }

  private func checkRange(of row: TableRow) throws(CatalogError) {
    if range == .absent { return }
    var last: Double?
    for field in ["low", "typical", "high"] {
      guard let number = try row.number(field) else { continue }
      if number < 0 { throw row.failure(field, "must not be negative") }
      if let last, number < last {
        throw row.failure(field, "low, typical and high must rise: \(number) after \(last)")
      }
      last = number
    }
    if range == .typical, try row.number("typical") == nil { throw row.failure("typical", "is missing") }
    if range == .required, last == nil { throw row.failure("typical", "is missing, and so are low and high") }
  }
}

extension RowSchema {
  /// The schema of a table by its name; nil where the table has a type of its own.
  static func of(_ table: String) -> RowSchema? {
    switch table {
    case "claims": claims
    case "corpus": corpus
    case "finetune-prices": finetunePrices
    case "grid-carbon": gridCarbon
    case "labor": labor
    case "post-training-runs": postTrainingRuns
    case "post-training-throughput": postTrainingThroughput
    case "token-prices": tokenPrices
    default: nil
    }
  }

  private static let claims = RowSchema(
    texts: ["statement"],
    choices: [
      Choice("topic", ["pre-training", "data", "post-training", "footprint", "inference"]),
      Choice(
        "unit",
        [
          "USD", "FLOP", "accelerator-hours", "days", "kWh", "kg", "L", "MW", "parameters", "tokens", "comparisons",
          "residents", "cars", "ratio", "share",
        ]),
    ], range: .optional)

  private static let corpus = RowSchema(
    texts: ["name"],
    choices: [
      Choice(
        "kind",
        [
          "storage", "storage-month", "egress", "crawl", "conversion", "cleaning", "deduplication", "filtering",
          "license", "factor", "share", "total",
        ]),
      Choice(
        "unit",
        [
          "usd", "usd-per-terabyte", "usd-per-gigabyte-month", "usd-per-gigabyte", "usd-per-site",
          "usd-per-site-year", "usd-per-thousand-pages", "usd-per-thousand-words", "usd-per-item", "usd-per-hour",
          "usd-per-year", "weeks-per-domain", "cores", "accelerator-hours-per-terabyte",
          "accelerator-hours-per-billion-tokens", "ratio", "share",
        ]),
    ], range: .typical)

  private static let finetunePrices = RowSchema(
    texts: ["provider"],
    choices: [
      Choice("method", ["sft", "dpo", "rft", "train", "sft, dpo, rft"]),
      Choice("tuning", ["lora", "full", "managed"]),
      Choice("unit", ["usd-per-million-tokens", "usd-per-hour", "ratio"]),
      Choice("architecture", ["dense", "moe"], isRequired: false),
    ], positive: ["minimumParameters", "maximumParameters"],
    anyOf: ["model", "maximumParameters", "minimumParameters"],
    rising: [("minimumParameters", "maximumParameters")], range: .required)

  private static let gridCarbon = RowSchema(
    texts: ["name"], choices: [Choice("kind", ["country", "state", "provider"])], required: ["gramsPerKwh"])

  private static let labor = RowSchema(
    texts: ["name"],
    choices: [
      Choice(
        "kind",
        [
          "comparison", "step", "ai-feedback", "demonstration", "problem", "hourly", "speed", "salary", "factor",
          "share",
          "total", "volume",
        ]),
      Choice("tier", ["crowd", "generalist", "domain", "expert", "frontier"], isRequired: false),
      Choice("payer", ["worker", "client", "employer"], isRequired: false),
      Choice("basis", ["quote"], isRequired: false),
      Choice(
        "unit",
        [
          "usd-per-item", "usd-per-hour", "usd-per-year", "usd-per-domain", "usd", "items-per-hour", "items", "ratio",
          "share",
        ]),
    ], range: .typical)

  private static let postTrainingRuns = RowSchema(
    texts: ["model", "organization", "method"],
    choices: [
      Choice("command", Stages.all.map { $0.name } + ["several"]),
      Choice("padding", ["longest", "maximum", "packed"], isRequired: false),
      Choice("layout", ["in-turn", "offload"], isRequired: false),
      Choice("attention", ["scores"], isRequired: false),
      Choice("filtering", ["dynamic"], isRequired: false),
      Choice("rollout", ["asynchronous"], isRequired: false),
      Choice("confidence", ["high", "medium", "low"]),
    ], required: ["parameters"],
    positive: [
      "parameters", "activeParameters", "criticParameters", "items", "tokensPerItem", "trainingTokens",
      "generatedTokens", "promptTokens", "groupSize", "maximumResponseTokens", "meanResponseTokens", "epochs", "steps",
      "samplesPerStep", "sequenceLength", "layers", "cacheBytesPerToken", "acceptedTokens", "accelerators", "wallHours",
      "acceleratorHours", "acceleratorHoursDerived", "flopDisclosed", "costUsdDisclosed",
    ],
    anyOf: ["acceleratorHours", "acceleratorHoursDerived", "flopDisclosed", "costUsdDisclosed", "exclude"],
    rising: [("activeParameters", "parameters"), ("meanResponseTokens", "maximumResponseTokens")])

  private static let postTrainingThroughput = RowSchema(
    choices: [
      Choice("kind", ["rl", "generation", "memory"]),
      Choice("confidence", ["high", "medium", "low"]),
    ],
    positive: ["parameters", "activeParameters", "accelerators", "stepSeconds", "tokensPerSecond"],
    anyOf: [
      "tokensPerSecond", "stepSeconds", "generationShare", "generationFlopShare", "speedup", "memoryGigabytes",
    ],
    rising: [("activeParameters", "parameters"), ("meanSequenceLength", "sequenceLength")])

  private static let tokenPrices = RowSchema(
    texts: ["provider", "model"], required: ["usdPerMillionInput", "usdPerMillionOutput"],
    positive: ["contextTokens", "maximumOutputTokens", "parameters", "activeParameters"],
    rising: [
      ("usdPerMillionCachedInput", "usdPerMillionInput"),
      ("usdPerMillionBatchInput", "usdPerMillionInput"), ("usdPerMillionBatchOutput", "usdPerMillionOutput"),
      ("activeParameters", "parameters"),
    ])
}
