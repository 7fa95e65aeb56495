import CommandLineKit
import CostModel
import TextFormats

/// Two programs and what moved the total between them.
struct ProgramDifference {
  let before: ProgramReport
  let after: ProgramReport
  /// What they are called, where their own names do not tell them apart.
  var names: (before: String, after: String)?

  /// Each stage and category that either has, the largest difference first.
  var rows: [(name: String, before: Double, after: Double)] {
    func amounts(_ report: ProgramReport) -> [String: Double] {
      var amounts: [String: Double] = [:]
      for (index, line) in report.lines.enumerated() {
        amounts["\(line.label): \(line.category.name)", default: 0] += report.value(ofLine: index).typical
      }
      return amounts
    }
    let (old, new) = (amounts(before), amounts(after))
    return Set(old.keys).union(new.keys).map { ($0, old[$0] ?? 0, new[$0] ?? 0) }
      .filter { $0.1 != $0.2 }
      .sorted { (abs($0.2 - $0.1), $1.0) > (abs($1.2 - $1.1), $0.0) }
  }

  static let columns = ["line", "before_usd", "after_usd", "difference_usd", "ratio"]

  private var title: (before: String, after: String) { names ?? (before.program.name, after.program.name) }

  private var total: (name: String, before: Double, after: Double) {
    ("total cost", before.value("cost_usd").typical, after.value("cost_usd").typical)
  }

  /// The lines and their total as records.
  private var records: [[JSONDocument]] {
    return (rows + [total]).map { name, old, new in
      [.string(name), .result(old), .result(new), .result(new - old), old > 0 ? .result(new / old) : .null]
    }
  }

  /// The difference for machines, as a part of a document.
  var json: JSONDocument {
    .object([
      ("before", .string(title.before)), ("after", .string(title.after)),
      ("lines", .array(records.map { .object(Array(zip(Self.columns, $0))) })),
    ])
  }

  func text(_ output: OutputOptions, width: Int, style: Style) throws(Failure) -> String {
    let format = try output.formatForColumns()
    switch format {
    case .table: return style.shown(table(width, style))
    case .json: return json.prettyText()
    case .html, .svg:
      throw Failure(
        "--diff has no page", hint: "leave out --format \(format.rawValue), or compare the two recipes", status: .usage)
    case .jsonl, .csv, .tsv, .markdown:
      let names = try OutputOptions.chosen(output.columns, from: Self.columns)
      let places = names.compactMap { Self.columns.firstIndex(of: $0) }
      return Records.text(
        format, columns: names, rows: records.map { record in places.map { record[$0] } },
        numeric: Set(places.indices.filter { places[$0] != 0 }))
    }
  }

  func table(_ width: Int, _ style: Style) -> String {
    var table = TextTable([.left, .right, .right, .right, .right])
    table.rows = [["", "before", "after", "difference", ""]]
    func add(_ name: String, _ old: Double, _ new: Double) {
      let change = old > 0 ? "×" + Notation.display(new / old, as: .ratio) : "new"
      table.rows.append([
        name, Notation.display(old, as: .dollars), Notation.display(new, as: .dollars),
        (new >= old ? "+" : "−") + Notation.display(abs(new - old), as: .dollars), new == 0 ? "gone" : change,
      ])
    }
    for row in rows { add(row.name, row.before, row.after) }
    add(total.name, total.before, total.after)
    var lines = table.lines(width: width)
    lines[0] = style.dim(lines[0])
    lines[lines.count - 1] = style.bold(lines[lines.count - 1])
    return ([style.bold("\(title.before) → \(title.after)"), ""] + lines).joined(separator: "\n") + "\n"
  }
}
