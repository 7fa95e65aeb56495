import CostModel
import TextFormats

/// A back-test, ready to be printed.
struct BacktestAnswer {
  let measure: Backtest.Measure
  var entries: [Backtest.Entry]
  /// What the fit has learned from.
  let learnedFrom: (runs: Int, organizations: Int)
  /// Figures that cannot be predicted, each with what is missing.
  var withoutInputs: [(id: String, reason: String)] = []
  /// How many constants the fit has.
  var constants = EfficiencyFit.constants
  /// What the fit of a prediction leaves out.
  var leftOut = "organization"
  /// Rows of the user's file that did not read, and what was taken for granted of the others.
  var remarks: [String] = []
  /// What each prediction takes as given; nil where that is told elsewhere.
  var grounds: RunGrounds?
  /// Whether predicted over actual is drawn, run by run.
  var isPlotted = false
  /// Summaries of predictions made in another way.
  var further: [(name: String, summary: Backtest.Summary)] = []

  /// The range of one width that chances are held against: p90 over the typical value; nil where it is not known.
  var fixedRange: Double?

  var summary: Backtest.Summary { Backtest.Summary(entries) }
  /// How far chances can be trusted.
  private var reliability: ChanceReliability? { fixedRange.flatMap { ChanceReliability(entries, fixedRange: $0) } }
  /// Whether the runs were measured, so that predictions are held to smaller factors.
  var isMeasured = false
  private var isOfSteps: Bool { measure == .stepSeconds || isMeasured }

  /// The columns of runs, in order.
  static let fields: [[Field<Backtest.Entry>]] = [
    Field.word("id") { $0.id }, Field.word("organization") { $0.run.organization }, Field.word("date") { $0.run.date },
    Field.word("kind") { $0.groups.first ?? $0.run.architecture.rawValue },
    Field.word("generation") { $0.run.accelerator.generation }, Field.word("hardware") { $0.run.accelerator.id },
    Field.word("precision") { $0.run.precision.rawValue }, Field.number("activeParameters") { $0.run.activeParameters },
    Field.number("tokens") { $0.run.tokens }, Field.number("predicted") { $0.predicted.typical },
    Field.number("predicted.p10") { $0.predicted.p10 }, Field.number("predicted.p90") { $0.predicted.p90 },
    Field.number("predictedFromHours") { $0.predictedFromHours }, Field.number("actual") { $0.actual },
    Field.number("ratio") { $0.ratio }, Field.flag("inside") { $0.isInside },
    Field.word("setAside") { $0.setAside },
  ]

  /// How a summary is told, in order.
  private var summaryFields: [[Field<Backtest.Summary>]] {
    let close: [[Field<Backtest.Summary>]] =
      measure == .rent
      ? [Field.number("logError") { $0.logError }]
      : isOfSteps ? [Field.number("error") { $0.error }, Field.number("within1.2") { $0.withinOneFifth }] : []
    return [Field.number("count") { Double($0.count) }, Field.number("median") { $0.median }] + close + [
      Field.number("within1.5") { $0.withinOneAndAHalf }, Field.number("within2") { $0.withinTwo },
      Field.number("inside") { $0.inside }, Field.number("p90OverP10") { $0.width },
    ]
  }

  var document: Document {
    var document = Document(
      "backtest", title: headline + (leftOut.isEmpty ? "" : ", each run predicted without its \(leftOut)"))
    document.records = Records(entries, Self.fields)
    let fields = summaryFields.flatMap { $0 }
    let reliability = reliability
    document.values =
      fields.map { ($0.name, $0.value(summary)) }
      + (reliability.map { [("brier", .result($0.brier)), ("brierFixed", .result($0.fixed))] } ?? [])
    document.tree = .members { members }
    document.notes = remarks
    let counted = entries.filter { $0.setAside == nil }.sorted { $0.ratio < $1.ratio }
    let apart = entries.filter { $0.setAside != nil }
    if !counted.isEmpty {
      document.facts = [
        Document.Fact("runs", .value(Double(summary.count), .accelerators)),
        Document.Fact("median of predicted / actual", .value(summary.median, .ratio)),
        Document.Fact("within ×1.5", .share(summary.withinOneAndAHalf)),
        Document.Fact("within ×2", .share(summary.withinTwo)),
        Document.Fact("inside p10 – p90", .share(summary.inside)),
      ]
    }
    document.sections = { audience in
      var sections: [Document.Section] = []
      if !counted.isEmpty {
        let isListed = audience == .page || counted.count <= Self.mostRows
        var runs = Document.Section("runs", "Predicted against actual", scatter(counted))
        if audience == .terminal, isPlotted {
          runs.tables = [plot(counted)]
        } else if isListed {
          runs.tables = [table("Runs by predicted over actual", counted) { $0.isInside ? "" : "outside" }]
          // Of many runs the help tells it, of one it is asked why other estimates of it differ.
          if let grounds, counted.count == 1 { runs.tables[0].remarks = ["taken as given: \(grounds.text)"] }
        }
        sections = [runs, Document.Section("summary", "Summary", nil, summaryTable)]
        if let reliability, let fixedRange {
          sections.append(
            Document.Section("reliability", "How far chances can be trusted", nil, reliability.table(fixed: fixedRange))
          )
        }
      }
      if !apart.isEmpty {
        let table = table("Set apart, and counted in no summary", apart) { $0.setAside ?? "" }
        sections.append(Document.Section("apart", "Set apart", nil, table))
      }
      if !withoutInputs.isEmpty {
        let table = Table(
          "Not predicted", ["run", "what is missing"], withoutInputs.map { [.text($0.id), .text($0.reason)] })
        sections.append(Document.Section("missing", "Not predicted", nil, table))
      }
      return sections
    }
    return document
  }

  private var members: [JSONMember] {
    func object(_ summary: Backtest.Summary) -> JSONDocument {
      .object(summaryFields.flatMap { $0 }.map { ($0.name, $0.value(summary)) })
    }
    let runs = entries.map { entry -> JSONDocument in
      let predicted = entry.predicted
      return .object([
        ("id", .string(entry.id)),
        (
          "predicted",
          .object([
            ("value", .result(predicted.typical)), ("p10", .result(predicted.p10)), ("p90", .result(predicted.p90)),
          ])
        ), ("predictedFromHours", .result(entry.predictedFromHours)), ("actual", .result(entry.actual)),
        ("ratio", .result(entry.ratio)), ("inside", .boolean(entry.isInside)), ("setAside", .optional(entry.setAside)),
      ])
    }
    return [
      ("of", .string(measure.rawValue)), ("summary", object(summary)),
      (
        "fit",
        .object([
          ("constants", .number(Double(constants))), ("runs", .number(Double(learnedFrom.runs))),
          ("organizations", .number(Double(learnedFrom.organizations))),
        ])
      ),
      ("reliability", reliability?.json ?? .null),
      ("groups", .object((further + groups).map { ($0.name, object($0.summary)) })), ("runs", .array(runs)),
      (
        "notPredicted",
        .array(withoutInputs.map { .object([("id", .string($0.id)), ("reason", .string($0.reason))]) })
      ),
    ]
  }

  private static func size(_ activeParameters: Double) -> String {
    activeParameters < 3e9 ? "below 3B" : activeParameters < 20e9 ? "3B to 20B" : "from 20B"
  }

  private var groups: [(name: String, summary: Backtest.Summary)] {
    var groups: [(name: String, entries: [Backtest.Entry])] = []
    func add(_ name: String, _ entry: Backtest.Entry) {
      if let place = groups.firstIndex(where: { $0.name == name }) {
        groups[place].entries.append(entry)
      } else {
        groups.append((name, [entry]))
      }
    }
    let counted = entries.filter { $0.setAside == nil }
    for level in 0..<(counted.map(\.groups.count).max() ?? 0) {
      for entry in counted where level < entry.groups.count { add(entry.groups[level], entry) }
    }
    guard groups.isEmpty else { return groups.map { ($0.name, Backtest.Summary($0.entries)) } }
    for entry in counted { add(entry.run.architecture.rawValue, entry) }
    for entry in counted { add(Self.size(entry.run.activeParameters), entry) }
    for entry in counted { add(entry.run.accelerator.generation, entry) }
    return groups.map { ($0.name, Backtest.Summary($0.entries)) }
  }

  private var headline: String {
    switch measure {
    case .acceleratorHours: "Accelerator-hours"
    case .energy: "Energy"
    case .carbon: "Carbon, operational"
    case .water: "Water"
    case .cost: "Cost of accelerator time"
    case .throughput: "Tokens/s of an accelerator in serving"
    case .stepSeconds: "Seconds of a training step"
    case .rent: "Rents three, six and twelve months ahead"
    }
  }

  /// Rows that a terminal lists one by one; of more, it has the summary alone.
  private static let mostRows = 200

  private func table(
    _ caption: String, _ entries: [Backtest.Entry], remark: (Backtest.Entry) -> String
  ) -> Table {
    let isOfHours = [.acceleratorHours, .throughput, .stepSeconds, .rent].contains(measure)
    return Table(
      caption,
      [
        "run", "hardware", .number("predicted"), .range, .number("actual"), .number("ratio"), .number("from hours"), "",
      ],
      entries.map { entry in
        let known = isOfHours ? nil : entry.predictedFromHours.map { $0 / entry.actual }
        return [.text(isOfHours ? entry.id : entry.run.id), .text(entry.run.accelerator.id)]
          + Cell.spread(entry.predicted.scaled(by: measure.scale), measure.dimension) + [
            .value(entry.actual * measure.scale, measure.dimension), .value(entry.ratio, .ratio), .value(known, .ratio),
            .text(remark(entry)),
          ]
      })
  }

  private var summaryTable: Table {
    let close: [Table.Column] =
      measure == .rent ? [.number("log error")] : isOfSteps ? [.number("error"), .number("within ×1.2")] : []
    var table = Table(
      "How close the predictions are",
      ["", .number("runs"), .number("median")] + close + [
        .number("within ×1.5"), .number("within ×2"), Table.Column.number("inside p10–p90").needed, .number("p90/p10"),
      ])
    for (name, summary) in [("all", summary)] + further + groups {
      func percent(_ share: Double) -> Cell { .share((share * 100).rounded() / 100) }
      let near: [Cell] =
        measure == .rent
        ? [.value(summary.logError, .ratio)]
        : isOfSteps ? [.share(summary.error), percent(summary.withinOneFifth)] : []
      table.add(
        [.text(name), .text(String(summary.count)), .value(summary.median, .ratio)] + near + [
          percent(summary.withinOneAndAHalf), percent(summary.withinTwo), percent(summary.inside),
          .value(summary.width, .ratio),
        ], isStrong: table.rows.isEmpty)
    }
    let kind = measure == .stepSeconds ? "source" : leftOut
    // What the fit rests on.
    table.remarks =
      [
        measure == .rent
          ? "\(constants) constants, fitted on \(learnedFrom.runs) changes of \(learnedFrom.organizations) series"
          : "\(constants) constants, fitted on \(learnedFrom.runs) runs of \(learnedFrom.organizations) "
            + "\(kind)s; none belongs to an organization, model or accelerator"
      ]
    return table
  }

  /// One line a run: predicted over actual on a logarithmic axis from a third to threefold.
  private func plot(_ entries: [Backtest.Entry]) -> Table {
    Table(
      "Predicted over actual, ÷3 to ×3",
      ["run", "÷3                      1                      ×3", .number("ratio"), ""],
      entries.map { entry in
        [
          .text(entry.id), .drawing(TextChart.ratio(entry.ratio, reach: 3, half: 24)), .value(entry.ratio, .ratio),
          entry.isInside ? "" : "outside",
        ]
      })
  }

  /// Predicted over actual on two logarithmic axes; on the line, a prediction is exact.
  private func scatter(_ entries: [Backtest.Entry]) -> Chart {
    func shown(_ value: Double) -> String { Notation.display(value * measure.scale, as: measure.dimension) }
    let points = entries.map { entry in
      Plot.Point(
        x: entry.actual, y: entry.predicted.typical, low: entry.predicted.p10, high: entry.predicted.p90,
        words: "\(entry.id): \(shown(entry.predicted.typical)) predicted, \(shown(entry.actual)) actual",
        isApart: !entry.isInside)
    }
    let inside = entries.filter(\.isInside).count
    var chart = Plot(
      title: "\(headline), predicted against actual",
      description: "\(entries.count) runs around the line where both are the same; \(inside) have the actual value "
        + "inside p10 – p90.",
      xTitle: "actual", yTitle: "predicted", xShown: shown, yShown: shown, points: points, diagonals: [1, 0.5, 2],
      isCrowded: true, area: 380
    ).chart
    chart.legend = [
      Chart.Key(.dot, "actual inside p10 – p90"), Chart.Key(.apart, "outside"),
      Chart.Key(.none, "line: exact; dashes: half and twice"),
    ]
    return chart
  }
}

extension ChanceReliability {
  fileprivate var json: JSONDocument {
    .object([
      ("brier", .result(brier)), ("brierFixed", .result(fixed)), ("brierHindsight", .result(hindsight)),
      ("hindsightP90OverP10", .result(hindsightWidth)),
      ("deciles", .array(cameTrue.map { .object([("said", .number($0.said)), ("cameTrue", .result($0.share))]) })),
    ])
  }

  /// Chances as they were said and as they came true, with the scores below.
  fileprivate func table(fixed range: Double) -> Table {
    var table = Table(
      "Chances to stay inside a budget, as said and as they came true",
      ["said"] + cameTrue.map { .number(Chances.percent($0.said)) })
    table.add([.text("came true")] + cameTrue.map { .text(Chances.percent($0.share)) })
    func shown(_ score: Double) -> String { Notation.display(score, as: .ratio, digits: 3) }
    let width = Notation.display(range, as: .ratio)
    table.remarks = [
      "Brier score, the lower the better: \(shown(brier)); \(shown(fixed)) with a fixed range of ÷\(width) to ×\(width); "
        + "\(shown(hindsight)) with the one width that suits these very runs"
    ]
    return table
  }
}
