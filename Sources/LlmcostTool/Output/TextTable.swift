/// A table in characters. Words wrap where it is too wide; then the least important columns go, the last one first, but
/// of a table with a drawing its ranges and the drawing, and those that are the answer after all others; then the first
/// one wraps too. A number is never cut. A table that goes on below has the columns that go in lines of their own.
struct TextTable {
  private let table: Table
  private let style: Style
  private let width: Int
  private var kept: [Int]
  private var widths: [Int] = []
  private var leftOut: [Int] = []

  private static let indent = "  "
  private static let gap = 2
  /// Words of a wide table take so many lines at most.
  private static let mostLines = 3

  init(_ table: Table, width: Int, style: Style) {
    (self.table, self.width, self.style) = (table, width, style)
    kept = table.filled(withDrawings: true)
    let texts = table.rows.map { row in row.cells.map(\.text) }
    let natural = table.columns.indices.map { column in
      texts.reduce(table.columns[column].name.displayWidth) { max($0, $1[column].displayWidth) }
    }
    while true {
      let room = width == .max ? .max : width - Self.indent.count - Self.gap * (kept.count - 1)
      if let fitting = fitted(into: room, natural, texts) {
        widths = fitting
        break
      }
      guard kept.count > 1 else {
        widths = [max(8, room)]
        break
      }
      leftOut.append(kept.remove(at: leastImportant))
    }
    leftOut.sort()
  }

  /// The place of the column to leave out next: beside a drawing, ranges, and then the drawing itself.
  private var leastImportant: Int {
    guard let drawing = kept.lastIndex(where: isDrawing) else {
      return kept.indices.dropFirst().last { !table.columns[kept[$0]].isNeeded } ?? kept.count - 1
    }
    return kept.lastIndex { table.columns[$0].kind == .range } ?? drawing
  }

  /// What a column is called where it is left out.
  private func name(of column: Int) -> String {
    let name = table.columns[column].name
    return name.isEmpty ? isDrawing(column) ? "bars" : "remarks" : name
  }

  private var keepsAnswer: Bool { kept.contains { table.columns[$0].isNeeded } }

  private func isDrawing(_ column: Int) -> Bool { table.rows.contains { $0.cells[column].isDrawing } }

  private func wraps(_ column: Int) -> Bool { table.columns[column].kind == .words && !isDrawing(column) }

  /// The widths of the columns that are kept, words wrapped as far as they must; nil where that is not enough.
  private func fitted(into room: Int, _ natural: [Int], _ texts: [[String]]) -> [Int]? {
    var widths = kept.map { natural[$0] }
    var sum = widths.reduce(0, +)
    guard sum > room else { return widths }
    let least = kept.map { column -> Int in
      guard wraps(column) else { return natural[column] }
      let longest = texts.reduce(0) { max($0, TextLines.longestPart(of: $1[column])) }
      // What a row is about wraps only where there is hardly another column to leave out.
      let enough = column == 0 ? (kept.count == 2 ? 16 : keepsAnswer ? 28 : 36) : 24
      return min(natural[column], max(longest, enough))
    }
    guard least.reduce(0, +) <= room else { return nil }
    while sum > room {
      let shrinkable = widths.indices.filter { widths[$0] > least[$0] }
      guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { return nil }
      widths[widest] -= 1
      sum -= 1
    }
    return widths
  }

  /// The lines of the table, the header dimmed, rows that stand out bold.
  var lines: [String] {
    var lines: [String] = []
    let header = kept.map { table.columns[$0].name }
    if header.contains(where: { !$0.isEmpty }) { lines += self.lines(of: header).map(style.dim) }
    for (index, row) in table.rows.enumerated() {
      if let group = row.group {
        if index > 0 { lines.append("") }
        if !group.isEmpty { lines.append(style.dim(Self.indent + group)) }
      }
      let texts = self.lines(of: kept.map { row.cells[$0].text })
      lines += row.isStrong ? texts.map(style.bold) : texts
    }
    if let below { lines += [""] + TextTable(below, width: width, style: style).lines }
    var remarks = table.remarks
    if !leftOut.isEmpty, below == nil {
      let count = leftOut.count == 1 ? "1 column" : "\(leftOut.count) columns"
      let names = leftOut.map { name(of: $0) }
      remarks.append("\(count) left out: \(names.joined(separator: ", ")) (--width 0 shows all)")
    }
    return lines + remarks.flatMap { TextLines.wrapped(Self.indent + $0, into: width).map(style.dim) }
  }

  /// The columns that find no room, for rows that have anything there; nil where they are left out.
  private var below: Table? {
    guard table.goesOnBelow, kept.count > 1, !leftOut.isEmpty else { return nil }
    let columns = [0] + leftOut
    var rest = Table(table.caption, columns.map { table.columns[$0] })
    rest.goesOnBelow = true
    for row in table.rows where leftOut.contains(where: { !row.cells[$0].isEmpty }) {
      rest.add(columns.map { row.cells[$0] }, isStrong: row.isStrong)
    }
    return rest
  }

  private func lines(of cells: [String]) -> [String] {
    let columns = cells.enumerated().map { place, text -> [String] in
      guard text.displayWidth > widths[place] else { return [text] }
      var lines = TextLines.wrapped(text, into: widths[place])
      if lines.count > Self.mostLines, kept.count > 2, place > 0 {
        lines = Array(lines.prefix(Self.mostLines))
        while let last = lines.last, last.displayWidth + 2 > widths[place], let space = last.lastIndex(of: " ") {
          lines[lines.count - 1] = String(last[..<space])
        }
        lines[lines.count - 1] += " …"
      }
      return lines
    }
    return (0..<(columns.map(\.count).max() ?? 1)).map { index in
      var line = Self.indent
      for (place, lines) in columns.enumerated() {
        if place > 0 { line += String(repeating: " ", count: Self.gap) }
        let text = index < lines.count ? lines[index] : ""
        let padding = String(repeating: " ", count: max(0, widths[place] - text.displayWidth))
        line += table.columns[kept[place]].kind == .number ? padding + text : text + padding
      }
      while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
      return line
    }
  }
}
