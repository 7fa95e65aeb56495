import CostModel
import TextFormats

/// How much limits buy, ready to be printed.
struct AffordAnswer {
  /// The amount for one confidence.
  struct Row {
    /// With what probability the limits hold; nil for typical values.
    var confidence: Double?
    var amount: Double
    /// The stage with that amount.
    var staged: StageEstimate
  }

  let stage: StageCommand
  let setting: AnySetting
  let limits: Limits
  let rows: [Row]

  /// What is told of each amount.
  static let results = ["flop", "accelerator_hours", "days", "cost_usd", "energy_kwh", "carbon_kg"]
    .compactMap(Estimate.result)

  /// The stable name of the amount.
  private var name: String { setting.id.replacing("-", with: "_") }

  var document: Document {
    let texts = Limited.allCases.compactMap { limited in
      limits[limited].map { Notation.display($0, as: limited.dimension) }
    }
    var document = Document(
      "afford", title: "What \(texts.joined(separator: " and ")) buys: " + (rows.first?.staged.title ?? ""))
    let reports = rows.map { $0.staged.estimate.report(SamplingPlan(draws: 0), rangesOf: .results) }
    let tokens = rows.map { Self.tokens($0.staged.estimate) }
    let steps = rows.map(\.staged.estimate.work.numberOfSteps)
    let members = rows.indices.map { place -> [JSONMember] in
      [("confidence", .optional(rows[place].confidence)), (name, .result(rows[place].amount))]
        + (name == "tokens" ? [] : [("tokens", .result(tokens[place]))]) + [("steps", .result(steps[place]))]
        + Self.results.map { ($0.key, .result($0.value(in: reports[place])?.typical)) }
    }
    document.records = Records(members)
    document.facts = [Document.Fact(setting.words, .value(rows.first?.amount, setting.dimension))]
    document.tree = .members {
      let limits = Limited.allCases.compactMap { limited in
        self.limits[limited].map { (limited.limitName, JSONDocument.result($0 * limited.perBaseUnit)) }
      }
      return [
        ("stage", .string(stage.name)), ("of", .string(setting.id)), ("limits", .object(limits)),
        ("amounts", .array(members.map(JSONDocument.object))),
      ]
    }
    document.sections = { _ in
      var table = Table(
        "The most that stays inside, with typical figures of that much",
        ["", .number(setting.words), .number("tokens"), .number("steps"), .number("time"), .number("total cost")])
      for (place, row) in rows.enumerated() {
        let report = reports[place]
        table.add(
          [
            .text(row.confidence.map { "holds with \(Chances.percent($0))" } ?? "typical"),
            .value(row.amount, setting.dimension), name == "tokens" ? .empty : .value(tokens[place], .tokens),
            .value(steps[place], .items), .value(report.result("days")?.value.typical, .hours),
            .value(report.result("cost_usd")?.value.typical, .dollars),
          ], isStrong: row.confidence == nil)
      }
      let bars = rows.map { row in
        (row.confidence.map { "holds with \(Chances.percent($0))" } ?? "typical", Spread(typical: row.amount))
      }
      let chart = Chart.bars(
        "How much", "One bar for each confidence.", bars, setting.dimension, hasRanges: false)
      return [Document.Section("amounts", "How much", chart, table)]
    }
    document.notes = rows.first?.staged.estimate.scenario.noteLines ?? []
    return document
  }

  /// Tokens trained on, or else written; nil for people's work.
  private static func tokens(_ estimate: Estimate) -> Double? {
    let phases = estimate.work.phases
    let trained = phases.filter(\.trains)
    guard !phases.isEmpty else { return nil }
    return Expression.sum((trained.isEmpty ? phases : trained).map(\.tokens)).typical.value
  }
}

extension AnySetting {
  /// The amount for people.
  fileprivate var words: String { id.replacing("-", with: " ") }
}
