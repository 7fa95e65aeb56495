import TextFormats

/// The tables of the terminal in Markdown, or chosen columns of the records.
struct MarkdownFormat: DocumentFormat {
  let name = "markdown"
  let hasColumns = true
  let showsRemarks = true

  func text(of document: Document, in settings: OutputSettings) throws(Failure) -> String {
    if let columns = settings.columns {
      let names = try document.records.chosen(columns)
      let rows = document.records.cells(names)
      let right = names.indices.filter { column in
        rows.contains { if case .number = $0[column] { true } else { false } }
      }
      return Self.table(header: names, rows: rows.map { $0.map(\.bare) }, right: Set(right))
    }
    var blocks = ["**\(document.title.first ?? document.command)**"] + document.title.dropFirst().map(Self.escaped)
    if !document.about.isEmpty {
      blocks.append(document.about.map { "- \($0.name): \(Self.escaped($0.text))" }.joined(separator: "\n"))
    }
    if document.showsFacts {
      blocks.append(
        document.facts.map { fact in
          let range = fact.range.text
          return "- \(Self.escaped(fact.name)): \(fact.value.text)" + (range.isEmpty ? "" : " (\(range))")
        }.joined(separator: "\n"))
    }
    for table in document.sections(.terminal).flatMap(\.tables) where !table.rows.isEmpty {
      let kept = table.filled(withDrawings: false)
      guard kept.count > 1 else { continue }
      if !table.caption.isEmpty { blocks.append(Self.escaped(table.caption) + ":") }
      let rows = table.rows.flatMap { row -> [[String]] in
        let heading = row.group.flatMap { $0.isEmpty ? nil : [["*\($0)*"] + kept.dropFirst().map { _ in "" }] } ?? []
        return heading + [kept.map { row.cells[$0].text }]
      }
      let right = kept.indices.filter { table.columns[kept[$0]].kind == .number }
      let text = Self.table(header: kept.map { table.columns[$0].name }, rows: rows, right: Set(right))
      blocks.append(String(text.dropLast()))
      blocks += table.remarks.map(Self.escaped)
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  /// A table with a header; the columns named in `right` are aligned right.
  private static func table(header: [String], rows: [[String]], right: Set<Int>) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.map(escaped).joined(separator: " | ") + " |\n" }
    let rule = header.indices.map { right.contains($0) ? "---:" : "---" }
    return line(header) + "|" + rule.joined(separator: "|") + "|\n" + rows.map(line).joined()
  }

  private static func escaped(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}
