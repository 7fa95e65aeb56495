import CostModel
import TextFormats

/// A program on its way out: bill by stage and category, timeline and cash for people, records for machines.
struct ProgramView {
  let report: ProgramReport
  /// Shown beside US dollars.
  var currency: Currency?
  /// What to know of it, for its page.
  var notes: [String] = []
  /// What moves the total cost, for its page; nil without draws.
  var drivers: Sensitivity?

  /// So many months are shown one by one.
  static let shownMonths = 24

  /// The columns of a line: money in USD, then in the other currency.
  var columns: [String] {
    let code = currency.map { $0.code.lowercased() }
    return ["label", "category", "usd", "usd.p10", "usd.p90"] + (code.map { [$0, $0 + ".p10", $0 + ".p90"] } ?? [])
      + ["share", "start_days", "days"]
  }

  /// The totals under their stable names.
  var summary: [(name: String, value: Double)] {
    let names =
      ["cost_usd"] + report.categories.map(\.key) + ["flop", "accelerator_hours", "energy_kwh", "carbon_kg", "water_l"]
    var values: [(name: String, value: Double)] = []
    for name in names {
      let spread = report.value(name)
      let factor = Summary.factor(for: name)
      func add(_ name: String, _ factor: Double) {
        values.append((name, spread.typical * factor))
        values.append((name + ".p10", (spread.p10 ?? spread.typical) * factor))
        values.append((name + ".p90", (spread.p90 ?? spread.typical) * factor))
      }
      add(name, factor)
      if let currency, let converted = currency.key(of: name) { add(converted, factor * currency.perDollar) }
    }
    if let currency { values.append(("fx", currency.perDollar)) }
    return values
  }

  /// One of the totals.
  func value(at name: String) throws(Failure) -> String {
    guard let value = summary.first(where: { $0.name == name })?.value else {
      let names = summary.map(\.name).filter { !$0.hasSuffix(".p10") && !$0.hasSuffix(".p90") }
      throw Failure(unknown: name, option: "--get", listed: names)
    }
    return Summary.text(value)
  }

  func text(_ output: OutputOptions, width: Int, style: Style) throws(Failure) -> String {
    let format = try output.formatForColumns()
    switch format {
    case .table: return style.shown(table(width: width, style: style))
    case .html, .svg: return try page.text(format)
    case .json: return json.prettyText()
    case .jsonl, .csv, .tsv, .markdown:
      let columns = try OutputOptions.chosen(output.columns, from: self.columns)
      let records = report.lines.indices.map { index in columns.map { cell(index, $0) } }
      let numeric = columns.indices.filter { columns[$0] != "label" && columns[$0] != "category" }
      return Records.text(format, columns: columns, rows: records, numeric: Set(numeric))
    }
  }

  /// What it is called, and in which other currency its money is shown.
  var title: String { report.program.name + (currency?.remark ?? "") }

  private var total: Double { report.value("cost_usd").typical }

  private func cell(_ index: Int, _ column: String) -> JSONDocument {
    let line = report.lines[index]
    let value = report.value(ofLine: index)
    switch column {
    case "label": return .string(line.label)
    case "category": return .string(line.category.rawValue)
    case "usd": return .result(value.typical)
    case "usd.p10": return .result(value.p10 ?? value.typical)
    case "usd.p90": return .result(value.p90 ?? value.typical)
    case "share": return .result(total > 0 ? value.typical / total : 0)
    case "start_days": return .result(time(of: line).start.map { $0 / 24 })
    case "days": return .result(time(of: line).length.map { $0 / 24 })
    default:
      let rate = currency?.perDollar ?? 1
      let end = column.hasSuffix(".p10") ? value.p10 : column.hasSuffix(".p90") ? value.p90 : nil
      return .result((end ?? value.typical) * rate)
    }
  }

  private var json: JSONDocument {
    let lines = report.lines.indices.map { index in
      JSONDocument.object(columns.map { ($0, cell(index, $0)) })
    }
    let money = currency.map { [("currency", JSONDocument.string($0.code)), ("fx", .number($0.perDollar))] } ?? []
    return .object(
      [
        ("schemaVersion", .number(EstimateDocument.schemaVersion)), ("command", .string("program")),
        ("name", .string(report.program.name)),
      ] + money + [
        ("summary", .object(summary.map { ($0.name, .result($0.value)) })), ("lines", .array(lines)),
        ("cashByMonth", .array(report.cashByMonth.map { .result($0) })),
      ])
  }

  private func table(width: Int, style: Style) -> String {
    var lines = [style.bold(title), ""]
    lines +=
      byStage(width: width, style: style) + [""] + byCategory(width: width, style: style) + [""]
      + Array(totalsTable.lines(width: width).dropFirst())
    let timeline = timeline(width: width, style: style)
    if !timeline.isEmpty { lines += [""] + timeline }
    let cash = cash(width: width, style: style)
    if !cash.isEmpty { lines += [""] + cash }
    return lines.joined(separator: "\n") + "\n"
  }

  private func share(_ value: Double) -> String {
    total > 0 ? Notation.display((value / total * 1000).rounded() / 10, as: .ratio) + " %" : ""
  }

  private func row(_ name: String, _ value: Spread) -> [String] {
    let ends = [value.p10, value.p90].compactMap { $0 }.map { Notation.display($0, as: .dollars) }
    return [
      name, Notation.display(value.typical, as: .dollars), ends.joined(separator: " – "),
    ] + (currency.map { [$0.shown(value.typical), $0.shown(value)] } ?? []) + [share(value.typical)]
  }

  /// How columns of the other currency stand.
  private var converted: [TextTable.Alignment] { currency == nil ? [] : [.right, .left] }

  /// The bill by stage as cells, the header first.
  var stageTable: TextTable {
    var table = TextTable([.left, .right, .left] + converted + [.right, .left])
    table.rows = [["stage", "typical", "p10 – p90"] + (currency?.headings ?? []) + ["share", ""]]
    var parts: [String: Program.Part] = [:]
    for part in report.program.parts { parts[part.label] = part }
    for label in report.labels {
      let part = parts[label]
      let times = part.map { $0.times == 1 ? "" : "\(Notation.display($0.times, as: .ratio)) runs" } ?? ""
      let kind = part?.isResearch == true ? " experiment" : ""
      table.rows.append(row(label, report.value(ofLabel: label)) + [times + kind])
    }
    table.rows.append(row("total cost", report.value("cost_usd")))
    return table
  }

  private func byStage(width: Int, style: Style) -> [String] {
    var lines = stageTable.lines(width: width)
    lines[0] = style.dim(lines[0])
    lines[lines.count - 1] = style.bold(lines[lines.count - 1])
    return lines
  }

  /// The bill by category as cells, the header first.
  var categoryTable: TextTable {
    var table = TextTable([.left, .right, .left] + converted + [.right])
    table.rows = [["category", "typical", "p10 – p90"] + (currency?.headings ?? []) + ["share"]]
    for category in report.categories { table.rows.append(row(category.name, report.value(category.key))) }
    return table
  }

  private func byCategory(width: Int, style: Style) -> [String] {
    var lines = categoryTable.lines(width: width)
    lines[0] = style.dim(lines[0])
    return lines
  }

  /// Compute and footprint as cells, the header first.
  var totalsTable: TextTable {
    let dimensions: [(String, Dimension)] = [
      ("flop", .operations), ("accelerator_hours", .acceleratorHours), ("energy_kwh", .kilowattHours),
      ("carbon_kg", .gramsCO2e), ("water_l", .liters),
    ]
    var table = TextTable([.left, .right, .left])
    table.rows = [["", "typical", "p10 – p90"]]
    for (key, dimension) in dimensions {
      guard let line = report.report.result(key) else { continue }
      let ends = [line.value.p10, line.value.p90].compactMap { $0 }.map { Notation.display($0, as: dimension) }
      table.rows.append([line.name, Notation.display(line.value.typical, as: dimension), ends.joined(separator: " – ")])
    }
    return table
  }

  /// When a line's stage runs, in hours; serving comes when all stages are done.
  private func time(of line: Program.Line) -> (start: Double?, length: Double?) {
    let program = report.program
    if let place = line.part { return (program.parts[place].start, program.parts[place].length) }
    guard line.label == Program.servingLabel, let serving = program.serving else { return (nil, nil) }
    return (program.stagesEnd, serving.length)
  }

  /// What takes time: the stages in order, then serving.
  var placed: [(label: String, start: Double, length: Double)] {
    var placed: [(label: String, start: Double, length: Double)] = []
    for part in report.program.parts {
      if let start = part.start, let length = part.length, length > 0 { placed.append((part.label, start, length)) }
    }
    if let serving = report.program.serving {
      placed.append((Program.servingLabel, report.program.stagesEnd, serving.length))
    }
    return placed
  }

  /// When each stage runs, as bars over the length of the program.
  private func timeline(width: Int, style: Style) -> [String] {
    let placed = placed
    let end = placed.map { $0.start + $0.length }.max() ?? 0
    guard end > 0 else { return [] }
    let room = 40.0
    var table = TextTable([.left, .left, .right])
    for part in placed {
      let first = Int((part.start / end * room).rounded(.down))
      let length = max(1, Int((part.length / end * room).rounded()))
      table.rows.append([
        part.label, String(repeating: " ", count: first) + String(repeating: "█", count: length),
        Notation.display(part.length, as: .hours),
      ])
    }
    return [style.dim("  timeline: \(Notation.display(end, as: .hours)) in all")] + table.lines(width: width)
  }

  private func cash(width: Int, style: Style) -> [String] {
    let cash = report.cashByMonth
    guard cash.count > 1, let largest = cash.max(), largest > 0 else { return [] }
    var table = TextTable([.right, .right, .left])
    for (month, amount) in cash.prefix(Self.shownMonths).enumerated() {
      table.rows.append([
        "month \(month + 1)", Notation.display(amount, as: .dollars),
        String(repeating: "█", count: Int((amount / largest * 32).rounded())),
      ])
    }
    if cash.count > Self.shownMonths {
      let rest = cash.dropFirst(Self.shownMonths).reduce(0, +)
      table.rows.append(["after", Notation.display(rest, as: .dollars), ""])
    }
    return [style.dim("  cash by month, typical")] + table.lines(width: width)
  }
}
