import CostModel
import TextFormats

extension JSONDocument {
  /// A result for machines: the same digits by every door, at most 15; null for what is not known.
  ///
  /// - Parameters:
  ///   - value: The result.
  ///   - digits: How many digits it is good for, where a search settles fewer.
  /// - Returns: A number, or null.
  static func result(_ value: Double?, digits: Int = 15) -> JSONDocument {
    guard let value, value.isFinite else { return .null }
    return .number(value.significant(digits))
  }
}

extension Double {
  /// The number with so many significant digits.
  func significant(_ digits: Int) -> Double {
    Double(digits == 15 ? Notation.machineText(self) : Notation.digits(self, digits)) ?? self
  }
}

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
