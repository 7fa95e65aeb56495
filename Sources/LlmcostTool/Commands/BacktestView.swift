import CostModel
import TextFormats

/// A back-test on its way out.
struct BacktestView {
  let entries: [Backtest.Entry]

  var summary: Backtest.Summary { Backtest.Summary(entries) }

  static let columns = [
    "id", "organization", "date", "kind", "generation", "hardware", "precision", "activeParameters", "tokens",
    "predicted", "predicted.p10", "predicted.p90", "actual", "ratio", "inside", "setAside",
  ]

  static func cell(_ entry: Backtest.Entry, _ column: String) -> JSONDocument {
    let run = entry.run
    func number(_ value: Double?) -> JSONDocument { .optional(value.flatMap { Double(Notation.digits($0, 6)) }) }
    switch column {
    case "id": return .string(run.id)
    case "organization": return .string(run.organization)
    case "date": return .string(run.date)
    case "kind": return .string(run.architecture.rawValue)
    case "generation": return .string(run.accelerator.generation)
    case "hardware": return .string(run.accelerator.id)
    case "precision": return .string(run.precision.rawValue)
    case "activeParameters": return .number(run.activeParameters)
    case "tokens": return .number(run.tokens)
    case "predicted": return number(entry.predicted.typical)
    case "predicted.p10": return number(entry.predicted.p10)
    case "predicted.p90": return number(entry.predicted.p90)
    case "actual": return .number(run.acceleratorHours)
    case "ratio": return number(entry.ratio)
    case "inside": return .boolean(entry.isInside)
    default: return .optional(entry.setAside)
    }
  }

  func text(_ format: Format, columns: [String], isPlotted: Bool, width: Int, style: Style) -> String {
    switch format {
    case .table: return table(isPlotted: isPlotted, width: width, style: style)
    case .json: return json.prettyText()
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
      .object([
        ("count", .number(Double(summary.count))), ("median", .number(summary.median)),
        ("within1.5", .number(summary.withinOneAndAHalf)), ("within2", .number(summary.withinTwo)),
        ("inside", .number(summary.inside)),
      ])
    }
    let runs = entries.map { entry -> JSONDocument in
      .object([
        ("id", .string(entry.run.id)),
        (
          "predicted",
          .object([
            ("value", Self.cell(entry, "predicted")), ("p10", Self.cell(entry, "predicted.p10")),
            ("p90", Self.cell(entry, "predicted.p90")),
          ])
        ), ("actual", Self.cell(entry, "actual")), ("ratio", Self.cell(entry, "ratio")),
        ("inside", Self.cell(entry, "inside")), ("setAside", Self.cell(entry, "setAside")),
      ])
    }
    return .object([
      ("schemaVersion", .number(EstimateDocument.schemaVersion)), ("summary", document(summary)),
      ("groups", .object(groups.map { ($0.name, document($0.summary)) })), ("runs", .array(runs)),
    ])
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
    for entry in counted { add(entry.run.architecture.rawValue, entry) }
    for entry in counted { add(entry.run.key.size.rawValue, entry) }
    for entry in counted { add(entry.run.accelerator.generation, entry) }
    return groups.map { ($0.name, Backtest.Summary($0.entries)) }
  }

  private func table(isPlotted: Bool, width: Int, style: Style) -> String {
    let counted = entries.filter { $0.setAside == nil }.sorted { $0.ratio < $1.ratio }
    let apart = entries.filter { $0.setAside != nil }
    var lines: [String] = []
    if !counted.isEmpty {
      lines += [style.bold("Accelerator-hours, each run predicted without its organization"), ""]
      lines +=
        isPlotted ? plot(counted, style) : rows(counted, width: width, style: style) { $0.isInside ? "" : "outside" }
      lines += [""] + summaryLines(width: width, style: style)
    }
    if !apart.isEmpty {
      lines += lines.isEmpty ? [] : [""]
      lines += [style.bold("Set apart, and counted in no summary"), ""]
      lines += rows(apart, width: width, style: style) { $0.setAside ?? "" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func rows(
    _ entries: [Backtest.Entry], width: Int, style: Style, remark: (Backtest.Entry) -> String
  ) -> [String] {
    var table = TextTable([.left, .left, .right, .left, .right, .right, .left])
    table.rows = [["run", "hardware", "predicted", "p10 – p90", "actual", "ratio", ""]]
    func hours(_ value: Double?) -> String { value.map { Notation.display($0, as: .acceleratorHours) } ?? "" }
    for entry in entries {
      table.rows.append([
        entry.run.id, entry.run.accelerator.id, hours(entry.predicted.typical),
        "\(hours(entry.predicted.p10)) – \(hours(entry.predicted.p90))", hours(entry.run.acceleratorHours),
        Notation.display(entry.ratio, as: .ratio), remark(entry),
      ])
    }
    var lines = table.lines(width: width)
    lines[0] = style.dim(lines[0])
    return lines
  }

  private func summaryLines(width: Int, style: Style) -> [String] {
    var table = TextTable([.left, .right, .right, .right, .right, .right])
    table.rows = [["", "runs", "median", "within ×1.5", "within ×2", "inside p10–p90"]]
    for (name, summary) in [("all", summary)] + groups {
      func percent(_ share: Double) -> String { Notation.display((share * 100).rounded(), as: .ratio) + " %" }
      table.rows.append([
        name, String(summary.count), Notation.display(summary.median, as: .ratio), percent(summary.withinOneAndAHalf),
        percent(summary.withinTwo), percent(summary.inside),
      ])
    }
    var lines = table.lines(width: width)
    lines[0] = style.dim(lines[0])
    lines[1] = style.bold(lines[1])
    return lines
  }

  /// One line a run: predicted over actual on a logarithmic axis from a third to threefold.
  private func plot(_ entries: [Backtest.Entry], _ style: Style) -> [String] {
    let half = 24
    let names = entries.map(\.run.id.displayWidth).max() ?? 0
    let scale = LogarithmicScale(reach: 3, half: half)
    let header = String(repeating: " ", count: names + 4) + scale.axis
    return [style.dim(header)]
      + entries.map { entry in
        let padding = String(repeating: " ", count: names - entry.run.id.displayWidth)
        return "  \(entry.run.id)\(padding)  \(scale.line(entry.ratio))  \(Notation.display(entry.ratio, as: .ratio))"
          + (entry.isInside ? "" : " outside")
      }
  }
}

/// An axis of ratios, 1 in the middle, drawn in characters.
struct LogarithmicScale {
  /// The ratio at the right end; its inverse is at the left.
  let reach: Double
  /// Characters on either side of the middle.
  let half: Int

  var axis: String {
    let left = "÷\(Int(reach))"
    let right = "×\(Int(reach))"
    let gap = String(repeating: " ", count: half - left.displayWidth)
    return left + gap + "1" + gap + right
  }

  func line(_ ratio: Double) -> String {
    let place = half + Int(((Elementary.logarithm(ratio) / Elementary.logarithm(reach)) * Double(half)).rounded())
    var cells = Array(repeating: "·", count: 2 * half + 1)
    cells[half] = "│"
    cells[min(max(place, 0), 2 * half)] = "●"
    return cells.joined()
  }
}
