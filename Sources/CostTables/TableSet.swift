package import CostModel
import TableBytes
package import TextFormats

/// A user's rows, laid over the built-in ones of the same table.
package struct Overlay: Sendable {
  /// The file, for messages.
  package let file: String
  /// The table it belongs to.
  package let table: String
  let rows: [JSONValue]
  let sources: [String: Source]

  /// Reads an overlay file.
  ///
  /// - Throws: ``CatalogError/malformed(file:row:field:problem:)`` that names file, row and field.
  package init(file: String, bytes: [UInt8]) throws(CatalogError) {
    let value: JSONValue
    do { value = try JSONReader.read(bytes) } catch {
      throw .malformed(file: "\(file):\(error.line):\(error.column)", row: nil, field: nil, problem: error.message)
    }
    guard value.members != nil else {
      throw .malformed(
        file: file, row: nil, field: nil, problem: "a table is an object with 'table' and 'rows', not \(value.kind)")
    }
    guard let table = value["table"]?.string else {
      throw .malformed(
        file: file, row: nil, field: "table", problem: "says which table the rows belong to, and is missing")
    }
    guard TableSet.names.contains(table) else {
      throw .malformed(
        file: file, row: nil, field: "table",
        problem: "'\(table)' is not one of \(TableSet.names.joined(separator: ", "))")
    }
    guard let rows = value["rows"]?.array else {
      throw .malformed(file: file, row: nil, field: "rows", problem: "an array of rows is expected")
    }
    self.file = file
    self.table = table
    self.rows = rows
    sources = try TableSet.sources(in: value["sources"], file: file)
  }
}

/// All tables: those in the program, with overlays on top. Later overlays win.
package struct TableSet: Sendable {
  /// The overlays, the strongest last.
  package var overlays: [Overlay]

  /// The built-in tables under some overlays.
  package init(overlays: [Overlay] = []) { self.overlays = overlays }

  /// The names of all tables.
  package static let names: [String] = (0..<embeddedTableCount()).map { String(cString: embeddedTable($0).name) }

  /// The text of a built-in table; empty for an unknown name.
  package static func bytes(of name: String) -> UnsafeBufferPointer<UInt8> {
    for index in 0..<embeddedTableCount() {
      let table = embeddedTable(index)
      if name == String(cString: table.name) { return UnsafeBufferPointer(start: table.bytes, count: table.count) }
    }
    return UnsafeBufferPointer(start: nil, count: 0)
  }

  /// What a built-in table holds, in a sentence.
  package static func description(of table: String) throws(CatalogError) -> String {
    try reading(table) { () throws(JSONError) in
      let start = "\"description\": "
      return try JSONLines(bytes(of: table)).value(onLineStarting: start, skipping: start.utf8.count)?.string ?? ""
    }
  }

  /// A source of a built-in table by its key.
  static func source(_ key: String, of table: String) throws(CatalogError) -> Source? {
    let value = try reading(table) { () throws(JSONError) in
      let start = "\"\(key)\": "
      return try JSONLines(bytes(of: table)).value(onLineStarting: start + "{", skipping: start.utf8.count)
    }
    return value?["title"]?.string.map { Source(title: $0, url: value?["url"]?.string) }
  }

  /// The whole of a built-in table.
  package static func value(of table: String) throws(CatalogError) -> JSONValue {
    try reading(table) { () throws(JSONError) in try JSONReader.read(bytes(of: table)) }
  }

  /// The rows of a table, overlays merged in; rows without the word may be left out where that saves time.
  ///
  /// - Throws: ``CatalogError/malformed(file:row:field:problem:)`` for a broken overlay row.
  package func rows(of name: String, containing word: String = "") throws(CatalogError) -> [TableRow] {
    let mine = overlays.filter { $0.table == name }
    let values: [JSONValue]
    if word.isEmpty || !mine.isEmpty {
      values = try Self.value(of: name)["rows"]?.array ?? []
    } else {
      values = try Self.reading(name) { () throws(JSONError) in
        try JSONLines(Self.bytes(of: name)).values(containing: word).filter { $0["id"] != nil }
      }
    }
    var rows: [TableRow] = []
    for value in values {
      rows.append(try TableRow(value, table: name, file: name + ".json", sources: SourceList(table: name)))
    }
    for overlay in mine { try Self.lay(overlay, over: &rows) }
    return rows
  }

  /// The row of an id; nil where there is none.
  package func row(_ id: String, of name: String) throws(CatalogError) -> TableRow? {
    guard overlays.contains(where: { $0.table == name }) else {
      let value = try Self.reading(name) { () throws(JSONError) in
        try JSONLines(Self.bytes(of: name)).value(onLineStarting: "{\"id\": \"\(id)\",")
      }
      guard let value else { return nil }
      return try TableRow(value, table: name, file: name + ".json", sources: SourceList(table: name))
    }
    return try rows(of: name).first { $0.id == id }
  }

  /// Members of a user's row replace those of the built-in row with the same id; a new id is a new row.
  private static func lay(
    _ overlay: Overlay, over rows: inout [TableRow]
  ) throws(CatalogError) {
    var seen: Set<String> = []
    var places: [String: Int] = [:]
    for (place, row) in rows.enumerated() { places[row.id] = place }
    for value in overlay.rows {
      let sources = SourceList(own: overlay.sources, isOverlay: true, table: overlay.table)
      let row = try TableRow(value, table: overlay.table, file: overlay.file, sources: sources)
      guard seen.insert(row.id).inserted else { throw row.failure("id", "appears twice") }
      guard let place = places[row.id] else {
        rows.append(row)
        continue
      }
      var members = rows[place].value.members ?? []
      for member in value.members ?? [] {
        if let old = members.firstIndex(where: { $0.name == member.name }) {
          members[old] = member
        } else {
          members.append(member)
        }
      }
      let merged = JSONValue(content: .object(members), offset: value.offset)
      rows[place] = try TableRow(merged, table: overlay.table, file: overlay.file, sources: sources)
    }
  }

  static func sources(in value: JSONValue?, file: String) throws(CatalogError) -> [String: Source] {
    guard let value else { return [:] }
    guard let members = value.members else {
      throw .malformed(file: file, row: nil, field: "sources", problem: "an object of sources is expected")
    }
    var sources: [String: Source] = [:]
    for member in members {
      guard let title = member.value["title"]?.string else {
        throw .malformed(file: file, row: nil, field: "sources." + member.name, problem: "a source needs a title")
      }
      sources[member.name] = Source(title: title, url: member.value["url"]?.string)
    }
    return sources
  }

  private static func reading<Result>(
    _ name: String, _ body: () throws(JSONError) -> Result
  ) throws(CatalogError) -> Result {
    do { return try body() } catch {
      throw .malformed(file: "\(name).json:\(error.line):\(error.column)", row: nil, field: nil, problem: error.message)
    }
  }
}
