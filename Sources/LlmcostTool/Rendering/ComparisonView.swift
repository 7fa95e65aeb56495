import CostModel
import TextFormats

/// Estimates side by side on their way out: columns for people, records for machines.
struct ComparisonView {
  /// One estimate.
  struct Column {
    var name: String
    var report: Report
    var runsOnAccelerators: Bool
  }

  let columns: [Column]
  /// Whether the estimates are variants of the same thing, which do not add up.
  let areVariants: Bool
  /// The ratio of two costs up to which variants are a tie; nil where it is not known.
  var tie: Double?
  /// What moved the total from the first program to each other; none for single stages.
  var differences: [ProgramDifference] = []

  func text(_ output: OutputOptions, width: Int, style: Style) throws(Failure) -> String {
    let format = try output.formatForColumns()
    switch format {
    case .table:
      let tables = [table(width: width, style: style)] + differences.map { $0.table(width, style) }
      return style.shown(tables.joined(separator: "\n"))
    case .html, .svg: return try page.text(format)
    case .markdown where output.columns == nil:
      return MarkdownTable.text(
        header: [""] + columns.map(\.name), rows: rows().map { [$0.name] + $0.cells }, right: Set(1...columns.count))
    case .json:
      let members = zip(columns, ranks).map { column, rank -> JSONDocument in
        let summary = Summary(column.report)
        let place = [
          ("rank", JSONDocument.number(Double(rank.place))), ("ties", .array(rank.ties.map { .string($0) })),
        ]
        return .object(
          [
            ("name", .string(column.name)),
            ("summary", .object(summary.record(Summary.columns).map { ($0.0, .result($0.1)) })),
          ] + (tie == nil ? [] : place))
      }
      let differences = differences.isEmpty ? [] : [("differences", JSONDocument.array(differences.map(\.json)))]
      return JSONDocument.object(
        [
          ("schemaVersion", .number(EstimateDocument.schemaVersion)), ("command", .string("compare")),
          ("estimates", .array(members)),
        ] + differences
      ).prettyText()
    case .jsonl, .csv, .tsv, .markdown:
      let names = try OutputOptions.chosen(output.columns, from: ["name"] + Summary.columns)
      let records = columns.map { column -> [JSONDocument] in
        let summary = Summary(column.report)
        return names.map { $0 == "name" ? .string(column.name) : .result(summary.value($0) ?? nil) }
      }
      return Records.text(
        format, columns: names, rows: records, numeric: Set(names.indices.filter { names[$0] != "name" }))
    }
  }

  /// The lines that any of the estimates has.
  private func rows() -> [(name: String, cells: [String])] {
    let lines: [(name: String, key: String, isOfRun: Bool)] =
      [
        ("FLOP", "flop", true), ("effective MFU", "mfu", true), ("accelerator-hours", "accelerator_hours", true),
        ("accelerators", "accelerators", true), ("wall-clock time", "days", true),
      ] + ChargeCategory.allCases.map { ($0.name, $0.key, false) } + [
        ("total cost", "cost_usd", false), ("energy", "energy_kwh", true), ("carbon", "carbon_kg", true),
      ]
    return lines.compactMap { line in
      let cells = columns.map { column -> String in
        guard !line.isOfRun || column.runsOnAccelerators else { return "" }
        return column.report.result(line.key).map(ValueText.value) ?? ""
      }
      return cells.allSatisfy(\.isEmpty) ? nil : (line.name, cells)
    }
  }

  /// The lines as cells, the header first.
  var linesTable: TextTable {
    var table = TextTable([.left] + columns.map { _ in .right })
    table.rows = [[""] + columns.map(\.name)]
    for row in rows() { table.rows.append([row.name] + row.cells) }
    let totals = totals.map(\.typical)
    if areVariants, let first = totals.first, first > 0 {
      table.rows.append(["over the first"] + totals.map { "×" + Notation.display($0 / first, as: .ratio) })
      if tie != nil { table.rows.append(["rank"] + ranks.map(\.text)) }
    } else {
      let sum = totals.reduce(0, +)
      table.rows.append(["share of the sum"] + totals.map { percent($0, of: sum) })
    }
    return table
  }

  /// The places of variants by cost, and with which they tie.
  private var ranks: [(place: Int, ties: [String], text: String)] {
    let costs = totals.map(\.typical)
    return costs.indices.map { column in
      let place = 1 + costs.count { $0 < costs[column] }
      let ties = costs.indices.filter { other in
        guard let tie, other != column, costs[column] > 0 else { return false }
        return max(costs[other] / costs[column], costs[column] / costs[other]) <= tie
      }.map { columns[$0].name }
      return (place, ties, "\(place)" + (ties.isEmpty ? "" : ", a tie with " + ties.joined(separator: ", ")))
    }
  }

  private var totals: [Spread] { columns.map { $0.report.result("cost_usd")?.value ?? Spread(typical: 0) } }

  private func table(width: Int, style: Style) -> String {
    let table = linesTable
    var lines = table.lines(width: width)
    lines[0] = style.bold(lines[0])
    if let total = table.rows.firstIndex(where: { $0.first == "total cost" }) {
      lines[total] = style.bold(lines[total])
    }
    return (lines + [""] + bars(totals, width: width, style: style)).joined(separator: "\n") + "\n"
  }

  private func percent(_ part: Double, of sum: Double) -> String {
    sum > 0 ? Notation.display((part / sum * 1000).rounded() / 10, as: .ratio) + " %" : ""
  }

  /// A bar for each total, and its range.
  private func bars(_ totals: [Spread], width: Int, style: Style) -> [String] {
    let largest = totals.map(\.typical).max() ?? 0
    let room = 32.0
    var table = TextTable([.left, .left, .right, .left])
    for (column, total) in zip(columns, totals) {
      let length = largest > 0 ? Int((total.typical / largest * room).rounded()) : 0
      let ends = [total.p10, total.p90].compactMap { $0 }.map { Notation.display($0, as: .dollars) }
      let bar = length == 0 && total.typical > 0 ? "▏" : String(repeating: "█", count: length)
      table.rows.append([
        column.name, bar, Notation.display(total.typical, as: .dollars), ends.joined(separator: " – "),
      ])
    }
    return [style.dim("  total cost, typical and p10 – p90")] + table.lines(width: width)
  }
}
