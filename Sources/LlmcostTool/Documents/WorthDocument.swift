import CostModel
import TextFormats

/// What knowing inputs is worth, ready to be printed.
struct WorthDocument {
  /// One input, and what it takes to learn it.
  struct Line {
    var line: InformationValue.Line
    var inquiry: Inquiry?
    /// The option that takes what was learned.
    var answer: String?
  }

  let title: String
  let key: ResultKey?
  let value: InformationValue
  let lines: [Line]
  let budget: Double?

  /// Narrowing by less is not shown to people.
  private static let leastShown = 0.005

  private var scale: Double { key?.unit.perBaseUnit ?? 1 }
  private var isDecided: Bool { !value.ways.isEmpty }
  private var confidence: String { Chances.percent(value.holding.confidence) }

  var document: Document {
    var document = Document("worth", title: title)
    document.facts = [
      Document.Fact(value.name, value.result, Shown(value.dimension)),
      Document.Fact("holds with \(confidence)", .value(value.holding.amount, value.dimension)),
    ]
    if let best = value.best {
      let way = value.ways[best]
      let amount = Notation.display(way.expected.magnitude, as: .dollars)
      let words =
        budget == nil
        ? ", costs \(amount) on average"
        : way.expected > 0 ? ", worth \(amount) on average" : ": costs more than its worth"
      document.facts += [
        Document.Fact("best as things stand", .text(way.name + words)),
        Document.Fact("knowing everything", .value(value.perfect, .dollars), .text("more, on average")),
      ]
    }
    document.showsFacts = true
    document.records = Records(lines, fields)
    document.tree = .members { members }
    document.sections = { audience in
      lines.isEmpty
        ? []
        : [
          Document.Section("inputs", "What to find out first", nil, table(audience), ways(audience == .page ? .max : 5))
        ]
    }
    if lines.isEmpty { document.notes.append("nothing that it depends on has a range") }
    return document
  }

  private var fields: [[Field<Line>]] { Self.fields(scale: scale, isDecided: isDecided) }

  /// The columns of inputs; what one is worth in money is known of a decision alone.
  static func fields(scale: Double = 1, isDecided: Bool) -> [[Field<Line>]] {
    [
      Field.word("id") { $0.line.id }, Field.word("name") { $0.line.name },
      Field.number("narrowing") { $0.line.narrowing }, Field.number("saving") { $0.line.saving * scale },
      isDecided ? Field.number("worth_usd") { $0.line.worth } : [],
      Field.word("kind") { $0.inquiry?.kind.rawValue }, Field.word("way") { $0.inquiry?.way },
      Field.word("answer") { $0.answer }, Field.spread("input") { $0.line.input },
      Field.word("unit") { $0.line.dimension.unitName }, Field.word("origin") { $0.line.origin.label },
    ]
  }

  private var members: [JSONMember] {
    var members: [JSONMember] = [
      (
        "result",
        .object([
          ("name", .string(key?.key ?? value.name)), ("value", .result(value.result.typical * scale)),
          ("p10", .result(value.result.p10.map { $0 * scale })), ("p90", .result(value.result.p90.map { $0 * scale })),
          ("confidence", .number(value.holding.confidence)), ("holding", .result(value.holding.amount * scale)),
        ])
      )
    ]
    if let best = value.best {
      members.append(
        (
          "decision",
          .object([
            ("budget_usd", .optional(budget)),
            (
              "ways",
              .array(
                value.ways.map { .object([("name", .string($0.name)), ("expected_usd", .result($0.expected))]) })
            ), ("best", .string(value.ways[best].name)), ("perfect_usd", .result(value.perfect)),
          ])
        ))
    }
    return members + [("inputs", Records(lines, fields).json())]
  }

  /// A bar for each input: what knowing it is worth, or by how much the amount that holds falls.
  private var chart: Chart {
    let bars = shown.map { ($0.line.name, Spread(typical: $0.line.worth ?? $0.line.saving)) }
    return Chart.bars(
      isDecided ? "Worth of knowing an input" : "\(confidence) falls by",
      "One bar for each of \(bars.count) inputs, the first to find out first.", bars,
      isDecided ? .dollars : value.dimension, hasRanges: false)
  }

  /// The inputs that people see.
  private var shown: [Line] {
    lines.filter { $0.line.narrowing >= Self.leastShown || $0.line.worth ?? 0 > 0 }
  }

  private func table(_ audience: Document.Audience) -> Table {
    var table = Table(
      audience == .page ? "What knowing an input before deciding is worth" : "",
      ["input", .number("range narrows"), .number("\(confidence) falls by")]
        + (isDecided ? [.number("worth knowing")] : []))
    for line in shown {
      table.add(
        [
          .text(line.line.name), line.line.narrowing > 0 ? .text(Chances.percent(line.line.narrowing)) : "–",
          Self.amount(line.line.saving, value.dimension),
        ] + (isDecided ? [line.line.worth.map { Self.amount($0, .dollars) } ?? .empty] : []))
    }
    table.remarks = [
      isDecided
        ? "worth knowing: what deciding with the input known brings more than deciding now, on average; the most that "
          + "finding it out may cost"
        : "--budget or --vary names a decision, and tells what knowing is worth in money"
    ]
    return table
  }

  /// An amount, or that there is none.
  private static func amount(_ value: Double, _ dimension: Dimension) -> Cell {
    value > 0 ? .value(value, dimension) : "–"
  }

  /// What it takes to learn the first inputs.
  private func ways(_ most: Int) -> Table {
    Table(
      "How to find it out", ["input", "what it takes", "then give"],
      shown.filter { $0.inquiry != nil }.prefix(most).map { line in
        [.text(line.line.name), .text(line.inquiry?.way ?? ""), .text(line.answer.map { "--" + $0 } ?? "")]
      })
  }
}
