import CostModel
import TextFormats

/// Tables and their rows, ready to be printed.
enum TablesDocument {
  /// Which tables there are.
  static func overview(of tables: TableSet, shown: [String]?) throws(CatalogError) -> Document {
    var rows: [[JSONMember]] = []
    for name in TableSet.names {
      rows.append([
        ("table", .string(name)), ("rows", .number(Double(try tables.rows(of: name).count))),
        ("description", .string(try TableSet.description(of: name))),
      ])
    }
    return document("Tables", Records(rows), columns: shown ?? ["table", "rows", "description"])
  }

  /// Rows of a table. The columns are those that all of its rows have, and those chosen to be shown.
  static func list(
    _ name: String, _ rows: [TableRow], columns known: [String], shown: [String]?
  ) throws(CatalogError) -> Document {
    let usual = shown ?? TableListing.defaultColumns(of: name).filter { known.contains($0) }
    let records = Records(columns: known, usual: usual) { names in
      rows.map { row in names.map { TableListing.cell(row, $0) } }
    }
    var sources: [[Source]] = []
    for row in rows { sources.append(try TableListing.sources(row)) }
    var document = document("Table \(name)", records, columns: usual, sources: sources)
    document.tree = .value { .array(rows.map(TableListing.document)) }
    return document
  }

  /// One row with its sources.
  static func row(_ row: TableRow, of name: String) throws(CatalogError) -> Document {
    let columns = TableListing.columns(of: [row])
    var table = Table("Row \(row.id) of the table \(name)", ["field", "value"])
    for column in columns where column != "source" && !column.hasSuffix(".source") {
      table.add(.text(column), .text(readable(TableListing.cell(row, column))))
    }
    for source in try TableListing.sources(row) { table.add("source", .sources([source])) }
    var document = Document("tables", title: "\(row.id)\nTable \(name)")
    document.records = Records(columns: columns) { names in [names.map { TableListing.cell(row, $0) }] }
    document.tree = .value { TableListing.document(row) }
    document.sections = { _ in [Document.Section("row", "Row", nil, table)] }
    return document
  }

  private static func document(
    _ title: String, _ records: Records, columns: [String], sources: [[Source]] = []
  ) -> Document {
    var document = Document("tables", title: title)
    document.records = records
    document.hasChosenColumns = true
    document.sections = { audience in
      let rows = records.cells(columns)
      let names = headings(columns)
      let hasSources = audience == .page && sources.contains { !$0.isEmpty }
      let table = Table(
        "\(rows.count) rows",
        columns.indices.map { place in
          let isNumber = rows.contains { if case .number = $0[place] { true } else { false } }
          return Table.Column(names[place], isNumber ? .number : .words)
        } + (hasSources ? ["source"] : []),
        rows.enumerated().map { index, row in
          row.map { .text(readable($0)) } + (hasSources ? [.sources(sources[index])] : [])
        })
      return [Document.Section("rows", "Rows", nil, table)]
    }
    return document
  }

  /// Short headings: `low`, `typical` and `high` by themselves, a path that stands alone by its first name.
  private static func headings(_ columns: [String]) -> [String] {
    let paths = columns.map { $0.split(separator: ".").map(String.init) }
    return paths.map { path in
      let siblings = paths.filter { $0.count > 1 && $0.first == path.first }.count
      guard siblings > 1, let last = path.last else { return path.first ?? "" }
      return ["low", "typical", "high"].contains(last) ? last : path.joined(separator: " ")
    }
  }

  /// Numbers without a hundred zeros, and lists without brackets.
  private static func readable(_ value: JSONDocument) -> String {
    switch value {
    case .number(let number) where number.magnitude >= 1e7:
      let parts = Notation.display(number, as: .operations, digits: 5).split(separator: "e")
      let digits = parts[0].reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed()
      return parts.count == 2 ? "\(String(digits))e\(parts[1])" : String(parts[0])
    case .array(let elements): return elements.map(\.bare).joined(separator: ", ")
    default: return value.bare
    }
  }
}
