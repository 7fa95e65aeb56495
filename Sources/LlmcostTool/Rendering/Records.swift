import CostModel
import TextFormats

/// Flat records in the formats of machines, one record a line.
enum Records {
  /// Records under a header.
  ///
  /// - Parameters:
  ///   - format: Any format; a table prints as Markdown.
  ///   - columns: The header.
  ///   - rows: One value for each column.
  ///   - numeric: Columns that Markdown aligns right.
  /// - Returns: The text, its last line ended.
  static func text(_ format: Format, columns: [String], rows: [[JSONDocument]], numeric: Set<Int>) -> String {
    switch format {
    case .json:
      let objects = rows.map { JSONDocument.object(Array(zip(columns, $0))) }
      return JSONDocument.array(objects).prettyText()
    case .jsonl: return rows.map { JSONDocument.object(Array(zip(columns, $0))).text() + "\n" }.joined()
    case .csv: return ([columns] + rows.map(cells)).map { DelimitedText.commaSeparated($0) + "\n" }.joined()
    case .tsv: return ([columns] + rows.map(cells)).map { DelimitedText.tabSeparated($0) + "\n" }.joined()
    case .markdown, .table, .html, .svg:
      return MarkdownTable.text(header: columns, rows: rows.map(cells), right: numeric)
    }
  }

  static func cells(_ row: [JSONDocument]) -> [String] { row.map(cell) }

  static func cell(_ value: JSONDocument) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    default: value.text()
    }
  }
}
