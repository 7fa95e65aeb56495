/// A table of text cells with aligned columns.
struct TextTable {
  enum Alignment { case left, right }

  var alignments: [Alignment]
  var rows: [[String]] = []
  var gap = "  "
  var indent = "  "

  init(_ alignments: [Alignment]) { self.alignments = alignments }

  /// The lines of the table, none wider than `width`: the last column is cut short where it must be.
  func lines(width: Int = .max) -> [String] {
    let columns = alignments.count
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].displayWidth : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = indent
      for (column, cell) in row.enumerated() {
        if column > 0 { line += gap }
        let isLast = column == row.count - 1
        let padding = String(repeating: " ", count: max(0, widths[column] - cell.displayWidth))
        switch alignments[column] {
        case .left: line += isLast ? cell : cell + padding
        case .right: line += padding + cell
        }
      }
      while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
      return line.displayWidth > width ? String(line.prefix(width - 1)) + "…" : line
    }
  }
}

/// A Markdown table.
enum MarkdownTable {
  /// A table with a header; the columns named in `right` are aligned right.
  static func text(header: [String], rows: [[String]], right: Set<Int> = []) -> String {
    func line(_ cells: [String]) -> String {
      "| "
        + cells.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
        .joined(separator: " | ") + " |\n"
    }
    let rule = header.indices.map { right.contains($0) ? "---:" : "---" }
    return line(header) + "|" + rule.joined(separator: "|") + "|\n" + rows.map(line).joined()
  }
}

/// Terminal styles.
struct Style {
  var isColored: Bool
  /// Whether the terminal shows ASCII alone.
  var isASCII = false

  /// How charts are drawn.
  var charts: TerminalChart { TerminalChart(glyphs: isASCII ? .ascii : .unicode) }

  /// A whole text as the terminal can show it; tables keep their columns.
  func shown(_ text: String) -> String { isASCII ? ASCIIText.text(text) : text }

  func bold(_ text: String) -> String { isColored ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
  func dim(_ text: String) -> String { isColored ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
