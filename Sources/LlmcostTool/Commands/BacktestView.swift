import CostModel
import TextFormats

/// A back-test on its way out.
struct BacktestView {
  let measure: Backtest.Measure
  let entries: [Backtest.Entry]
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
  /// Summaries of predictions made in another way.
  var further: [(name: String, summary: Backtest.Summary)] = []

  /// A judgment that was chosen on some of the runs, so that they are no test of it; nil for none.
  var judgment: String?
  var summary: Backtest.Summary { Backtest.Summary(entries) }
  private var isOfSteps: Bool { measure == .stepSeconds }

  static let columns = [
    "id", "organization", "date", "kind", "generation", "hardware", "precision", "activeParameters", "tokens",
    "predicted", "predicted.p10", "predicted.p90", "predictedFromHours", "actual", "ratio", "inside", "setAside",
  ]

  static func cell(_ entry: Backtest.Entry, _ column: String) -> JSONDocument {
    let run = entry.run
    switch column {
    case "id": return .string(entry.id)
    case "organization": return .string(run.organization)
    case "date": return .string(run.date)
    case "kind": return .string(entry.groups.first ?? run.architecture.rawValue)
    case "generation": return .string(run.accelerator.generation)
    case "hardware": return .string(run.accelerator.id)
    case "precision": return .string(run.precision.rawValue)
    case "activeParameters": return .number(run.activeParameters)
    case "tokens": return .number(run.tokens)
    case "predicted": return .result(entry.predicted.typical)
    case "predicted.p10": return .result(entry.predicted.p10)
    case "predicted.p90": return .result(entry.predicted.p90)
    case "predictedFromHours": return .result(entry.predictedFromHours)
    case "actual": return .number(entry.actual)
    case "ratio": return .result(entry.ratio)
    case "inside": return .boolean(entry.isInside)
    default: return .optional(entry.setAside)
    }
  }

  func text(_ format: Format, columns: [String], isPlotted: Bool, width: Int, style: Style) throws(Failure) -> String {
    switch format {
    case .table: return style.shown(table(isPlotted: isPlotted, width: width, style: style))
    case .json: return json.prettyText()
    case .html, .svg: return try page.text(format)
    case .jsonl, .csv, .tsv, .markdown:
      let rows = entries.map { entry in columns.map { Self.cell(entry, $0) } }
      let numeric = columns.indices.filter { index in
        rows.contains { if case .number = $0[index] { true } else { false } }
      }
      return Records.text(format, columns: columns, rows: rows, numeric: Set(numeric))
    }
  }

  private var json: JSONDocument {
    func document(_ summary: Backtest.Summary) -> JSONDocument {
      .object(
        [
          ("count", .number(Double(summary.count))), ("median", .number(summary.median)),
        ] + (isOfSteps ? [("error", .number(summary.error)), ("within1.2", .number(summary.withinOneFifth))] : []) + [
          ("within1.5", .number(summary.withinOneAndAHalf)), ("within2", .number(summary.withinTwo)),
          ("inside", .number(summary.inside)), ("p90OverP10", .number(summary.width)),
        ])
    }
    let runs = entries.map { entry -> JSONDocument in
      .object([
        ("id", .string(entry.id)),
        (
          "predicted",
          .object([
            ("value", Self.cell(entry, "predicted")), ("p10", Self.cell(entry, "predicted.p10")),
            ("p90", Self.cell(entry, "predicted.p90")),
          ])
        ), ("predictedFromHours", Self.cell(entry, "predictedFromHours")), ("actual", Self.cell(entry, "actual")),
        ("ratio", Self.cell(entry, "ratio")),
        ("inside", Self.cell(entry, "inside")), ("setAside", Self.cell(entry, "setAside")),
      ])
    }
    return .object([
      ("schemaVersion", .number(EstimateDocument.schemaVersion)), ("of", .string(measure.rawValue)),
      ("summary", document(summary)),
      (
        "fit",
        .object([
          ("constants", .number(Double(constants))), ("runs", .number(Double(learnedFrom.runs))),
          ("organizations", .number(Double(learnedFrom.organizations))),
        ])
      ),
      ("groups", .object((further + groups).map { ($0.name, document($0.summary)) })), ("runs", .array(runs)),
      (
        "notPredicted",
        .array(withoutInputs.map { .object([("id", .string($0.id)), ("reason", .string($0.reason))]) })
      ),
    ])
  }

  private static func size(_ activeParameters: Double) -> String {
    activeParameters < 3e9 ? "below 3B" : activeParameters < 20e9 ? "3B to 20B" : "from 20B"
  }

  var groups: [(name: String, summary: Backtest.Summary)] {
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

  private func table(isPlotted: Bool, width: Int, style: Style) -> String {
    let counted = entries.filter { $0.setAside == nil }.sorted { $0.ratio < $1.ratio }
    let apart = entries.filter { $0.setAside != nil }
    var lines: [String] = []
    if !counted.isEmpty {
      lines += [style.bold(headline + (leftOut.isEmpty ? "" : ", each run predicted without its \(leftOut)")), ""]
      if isPlotted {
        lines += plot(counted, style) + [""]
      } else if counted.count <= Self.mostRows {
        lines += rows(counted, width: width, style: style) { $0.isInside ? "" : "outside" } + [""]
      }
      lines += summaryLines(width: width, style: style)
    }
    if !apart.isEmpty {
      lines += lines.isEmpty ? [] : [""]
      lines += [style.bold("Set apart, and counted in no summary"), ""]
      lines += rows(apart, width: width, style: style) { $0.setAside ?? "" }
    }
    if !withoutInputs.isEmpty {
      lines += ["", style.bold("Not predicted"), ""]
      var table = TextTable([.left, .left])
      table.rows = withoutInputs.map { [$0.id, $0.reason] }
      lines += table.lines(width: width)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  var headline: String {
    switch measure {
    case .acceleratorHours: "Accelerator-hours"
    case .energy: "Energy"
    case .carbon: "Carbon, operational"
    case .water: "Water"
    case .cost: "Cost of accelerator time"
    case .throughput: "Tokens/s of an accelerator in serving"
    case .stepSeconds: "Seconds of a training step"
    }
  }

  /// Rows that a table lists one by one; of more, it has the summary alone.
  private static let mostRows = 200

  private func rows(
    _ entries: [Backtest.Entry], width: Int, style: Style, remark: (Backtest.Entry) -> String
  ) -> [String] {
    var lines = rows(entries, remark: remark).lines(width: width)
    lines[0] = style.dim(lines[0])
    return lines
  }

  func rows(_ entries: [Backtest.Entry], remark: (Backtest.Entry) -> String) -> TextTable {
    let isOfHours = measure == .acceleratorHours || measure == .throughput || measure == .stepSeconds
    var table = TextTable([.left, .left, .right, .left, .right, .right] + (isOfHours ? [.left] : [.right, .left]))
    table.rows = [
      ["run", "hardware", "predicted", "p10 – p90", "actual", "ratio"] + (isOfHours ? [""] : ["from hours", ""])
    ]
    func shown(_ value: Double?) -> String {
      value.map { Notation.display($0 * measure.scale, as: measure.dimension) } ?? ""
    }
    for entry in entries {
      var row = [
        isOfHours ? entry.id : entry.run.id, entry.run.accelerator.id, shown(entry.predicted.typical),
        "\(shown(entry.predicted.p10)) – \(shown(entry.predicted.p90))", shown(entry.actual),
        Notation.display(entry.ratio, as: .ratio),
      ]
      if !isOfHours {
        row.append(entry.predictedFromHours.map { Notation.display($0 / entry.actual, as: .ratio) } ?? "")
      }
      table.rows.append(row + [remark(entry)])
    }
    return table
  }

  var summaryTable: TextTable {
    let close = isOfSteps ? ["error", "within ×1.2"] : []
    var table = TextTable([.left] + Array(repeating: .right, count: 6 + close.count))
    table.rows = [["", "runs", "median"] + close + ["within ×1.5", "within ×2", "inside p10–p90", "p90/p10"]]
    for (name, summary) in [("all", summary)] + further + groups {
      func percent(_ share: Double) -> String { Notation.display((share * 100).rounded(), as: .ratio) + " %" }
      let near = [Notation.display(summary.error * 100, as: .ratio) + " %", percent(summary.withinOneFifth)]
      table.rows.append(
        [name, String(summary.count), Notation.display(summary.median, as: .ratio)] + (isOfSteps ? near : []) + [
          percent(summary.withinOneAndAHalf), percent(summary.withinTwo), percent(summary.inside),
          Notation.display(summary.width, as: .ratio),
        ])
    }
    return table
  }

  /// What the fit rests on.
  var fitRemark: String {
    let kind = isOfSteps ? "source" : leftOut
    return "\(constants) constants, fitted on \(learnedFrom.runs) runs of \(learnedFrom.organizations) "
      + "\(kind)s; none belongs to an organization, model or accelerator"
  }

  private func summaryLines(width: Int, style: Style) -> [String] {
    var lines = summaryTable.lines(width: width)
    lines[0] = style.dim(lines[0])
    lines[1] = style.bold(lines[1])
    return lines + ["", "  " + fitRemark] + (judgment.map { ["  " + $0] } ?? [])
  }

  /// One line a run: predicted over actual on a logarithmic axis from a third to threefold.
  private func plot(_ entries: [Backtest.Entry], _ style: Style) -> [String] {
    let half = 24
    let names = entries.map(\.id.displayWidth).max() ?? 0
    let header = String(repeating: " ", count: names + 4) + TerminalChart.ratioAxis(reach: 3, half: half)
    return [style.dim(header)]
      + entries.map { entry in
        let padding = String(repeating: " ", count: names - entry.id.displayWidth)
        return "  \(entry.id)\(padding)  \(style.charts.ratio(entry.ratio, reach: 3, half: half))  "
          + Notation.display(entry.ratio, as: .ratio)
          + (entry.isInside ? "" : " outside")
      }
  }
}
