import TextFormats

/// A column of a table as its own file describes it.
package struct TableColumn: Sendable {
  /// Its name in a row.
  package let name: String
  /// What it holds.
  package let meaning: String
  /// The least and the greatest number it may hold; nil for the usual ones.
  package let limits: ClosedRange<Double>?
  /// The words it may hold; empty where there are others.
  package let words: [String]
}

extension TableSet {
  /// The columns of a built-in table, in order.
  ///
  /// - Throws: ``CatalogError`` for a table that does not read.
  package static func columns(of table: String) throws(CatalogError) -> [TableColumn] {
    let file = try value(of: table)
    let choices = RowSchema.of(table)?.choices ?? []
    return (file["columns"]?.members ?? []).map { column in
      let bounds = (file["limits"]?[column.name]?.array ?? []).compactMap(\.number)
      return TableColumn(
        name: column.name, meaning: column.value.string ?? "", limits: bounds.count == 2 ? bounds[0]...bounds[1] : nil,
        words: choices.first { $0.field == column.name }?.words ?? [])
    }
  }
}
