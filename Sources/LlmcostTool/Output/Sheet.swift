import CostModel

/// A sheet of a workbook.
struct Sheet: Sendable {
  /// How a number looks.
  enum Look: Int, Sendable { case plain, heading, money, moneySum, share, number }

  /// A place of a sheet.
  enum Cell: Sendable {
    case empty
    case text(String, Look = .plain)
    case number(Double, Look = .number)
    /// A formula, and its value for readers that do not compute.
    case formula(String, Double, Look = .moneySum)
  }

  /// What it is called.
  var name: String
  var rows: [[Cell]] = []
  /// Widths of the first columns, in characters.
  var widths: [Double] = []

  /// The name of a column from 0, and the number of a row from 0: `B3`.
  static func place(_ column: Int, _ row: Int) -> String { letters(column) + "\(row + 1)" }

  /// `A`, `Z`, `AA`.
  static func letters(_ column: Int) -> String {
    var (rest, name) = (column + 1, "")
    while rest > 0 {
      name = String(UnicodeScalar(UInt8(65 + (rest - 1) % 26))) + name
      rest = (rest - 1) / 26
    }
    return name
  }

  /// The sum of a stretch of cells.
  static func sum(_ first: (column: Int, row: Int), _ last: (column: Int, row: Int)) -> String {
    "SUM(\(place(first.column, first.row)):\(place(last.column, last.row)))"
  }

  /// A cell of another sheet, for formulas.
  static func reference(_ sheet: String, _ column: Int, _ row: Int) -> String {
    "'\(sheet.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'!" + place(column, row)
  }

  /// Names that a workbook may have: short, without signs that mean something, and each once.
  static func names(_ wanted: [String]) -> [String] {
    var names: [String] = []
    for text in wanted {
      let allowed = text.map { "[]:*?/\\'".contains($0) ? " " : String($0) }.joined()
      let base = allowed.isEmpty ? "Sheet" : String(allowed.prefix(31))
      var (name, number) = (base, 2)
      while names.contains(where: { $0.lowercased() == name.lowercased() }) {
        name = String(base.prefix(27)) + " \(number)"
        number += 1
      }
      names.append(name)
    }
    return names
  }
}

extension Sheet {
  /// A table as a sheet: numbers as numbers.
  init(_ table: Table, name: String) {
    self.name = name
    rows = [table.columns.map { .text($0.name, .heading) }]
    for row in table.rows {
      rows.append(
        row.cells.map { cell in
          switch cell {
          case .value(let value, let shown):
            .number(value * (shown.unit?.factor ?? 1), shown.dimension == .dollars ? .money : .number)
          case .share(let share): .number(share, .share)
          case .drawing: .empty
          default: cell.isEmpty ? .empty : .text(cell.text)
          }
        })
    }
    for remark in table.remarks { rows.append([.text(remark)]) }
    widths = table.columns.map { $0.kind == .words ? 28 : 14 }
  }
}
