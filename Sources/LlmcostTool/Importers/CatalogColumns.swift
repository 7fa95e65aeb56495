import CostModel
import TextFormats

/// A record of a catalog with the names of its columns: reads fields, and says which one is wrong.
struct CatalogRecord {
  let file: String
  let record: DelimitedRecord

  func failure(_ column: String, _ problem: String) -> CatalogError {
    .malformed(file: "\(file):\(record.line)", row: nil, field: column, problem: problem)
  }

  /// A field as text.
  func text(_ column: CatalogColumn) throws(CatalogError) -> String {
    guard let text = record.text(column.place) else { throw failure(column.name, "is not valid UTF-8") }
    return text
  }

  /// Whether a field is empty.
  func isEmpty(_ column: CatalogColumn) -> Bool { record[column.place].isEmpty }

  /// A number; nil for an empty field.
  ///
  /// - Throws: For what is no number, below zero or beyond what a number can hold.
  func number(_ column: CatalogColumn) throws(CatalogError) -> Double? {
    guard !isEmpty(column) else { return nil }
    let text = try text(column)
    let isPlain = text.utf8.allSatisfy { byte in
      (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || byte == UInt8(ascii: ".")
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte | 0x20 == UInt8(ascii: "e")
    }
    guard isPlain, let number = Double(text) else { throw failure(column.name, "'\(text)' is not a number") }
    guard number.isFinite else { throw failure(column.name, "'\(text)' is beyond what a number can hold") }
    guard number >= 0 else { throw failure(column.name, "\(text) is below zero") }
    return number
  }

  /// A price; nil where there is none: an empty field or zero.
  func price(_ column: CatalogColumn?) throws(CatalogError) -> Double? {
    guard let column, let price = try number(column), price > 0 else { return nil }
    return price
  }
}

/// A column, bound by its name in the header.
struct CatalogColumn: Sendable {
  let name: String
  let place: Int
}

/// The header of a catalog.
struct CatalogHeader {
  let file: String
  let names: [String]

  /// A column that the catalog cannot do without.
  func column(_ name: String, of format: String) throws(CatalogError) -> CatalogColumn {
    guard let column = try optional(name) else {
      throw .malformed(
        file: "\(file):1", row: nil, field: name,
        problem: "the column of a \(format) catalog is missing; there is \(names.joined(separator: ", "))")
    }
    return column
  }

  /// A column that may be missing.
  func optional(_ name: String) throws(CatalogError) -> CatalogColumn? {
    let places = names.indices.filter { names[$0] == name }
    guard places.count <= 1 else {
      throw .malformed(file: "\(file):1", row: nil, field: name, problem: "the column appears twice")
    }
    return places.first.map { CatalogColumn(name: name, place: $0) }
  }
}
