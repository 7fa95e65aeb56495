import CostModel

/// Tables for a terminal.
struct TableFormat: DocumentFormat {
  let name = "table"
  let showsRemarks = true

  func text(of document: Document, in settings: OutputSettings) throws(Failure) -> String {
    let (width, style) = (settings.width, settings.style)
    var blocks = [
      document.title.enumerated().flatMap { place, line in
        TextLines.wrapped(line, into: width).map { place == 0 ? style.bold($0) : $0 }
      }
    ]
    if !document.about.isEmpty { blocks.append(TextTable(document.remarks, width: width, style: style).lines) }
    if document.explanation == nil || document.keepsTables { blocks += self.blocks(of: document, width, style) }
    if let explanation = document.explanation {
      // What is colored is left to the terminal to break.
      blocks.append(
        explanation(style).flatMap { TextLines.wrapped($0, into: style.isColored ? .max : width, hanging: 2) })
    }
    let text = blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    return style.shown(text)
  }

  private func blocks(of document: Document, _ width: Int, _ style: Style) -> [[String]] {
    var blocks: [[String]] = []
    if document.showsFacts {
      var table = Table("", ["", .number(""), ""])
      for fact in document.facts { table.add(.text(fact.name), fact.value, fact.range) }
      blocks.append(TextTable(table, width: width, style: style).lines)
    }
    for section in document.sections(.terminal) {
      for table in section.tables where !table.rows.isEmpty {
        var lines = TextTable(table, width: width, style: style).lines
        // The first table is what the headline speaks of.
        if blocks.contains(where: { !$0.isEmpty }), !table.caption.isEmpty {
          lines = TextLines.wrapped("  \(table.caption):", into: width, hanging: 2).map(style.dim) + lines
        }
        blocks.append(lines)
      }
      guard !section.drawing.isEmpty else { continue }
      let needed = section.drawing.map(\.displayWidth).max() ?? 0
      blocks.append(
        needed <= width
          ? section.drawing
          : TextLines.wrapped("  the chart is left out: it needs --width \(needed)", into: width, hanging: 2))
    }
    return blocks
  }
}

/// Terminal styles.
struct Style {
  var isColored: Bool
  /// Whether the terminal shows ASCII alone.
  var isASCII = false

  /// A whole text as the terminal can show it; tables keep their columns.
  func shown(_ text: String) -> String { isASCII ? ASCIIText.text(text) : text }

  func bold(_ text: String) -> String { isColored ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
  func dim(_ text: String) -> String { isColored ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

  /// Every value of a report with its formula and its sources.
  func explanation(of report: Report) -> [String] { Explanation(report, strong: bold, faint: dim).lines }
}
