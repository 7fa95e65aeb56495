import TableBytes
package import TextFormats

/// A user's rows, laid over the built-in ones of the same table.
package struct Overlay: Sendable {
  /// The file, for messages.
  package let file: String
  /// The table it belongs to.
  package let table: String
  /// Its rows, in their order.
  package let rows: [TableRow]
  /// What is wrong with rows that are left out, where that was asked for.
  package private(set) var faults: [CatalogError] = []
  /// The place of each id in ``rows``.
  private let places: [String: Int]

  /// Reads an overlay file.
  ///
  /// - Parameters:
  ///   - file: The file, for messages.
  ///   - bytes: What is in it.
  ///   - usual: The table that its rows belong to, where it does not say.
  ///   - isLenient: Whether rows that do not read are left out, and ``faults`` tells of them.
  /// - Throws: ``CatalogError/malformed(file:row:field:problem:)`` that names file, row and field.
  package init(
    file: String, bytes: [UInt8], of usual: String? = nil, isLenient: Bool = false
  ) throws(CatalogError) {
    let value: JSONValue
    do { value = try JSONReader.read(bytes) } catch {
      throw .malformed(file: "\(file):\(error.line):\(error.column)", row: nil, field: nil, problem: error.message)
    }
    guard value.members != nil else {
      throw .malformed(
        file: file, row: nil, field: nil, problem: "a table is an object with 'table' and 'rows', not \(value.kind)")
    }
    guard let table = value["table"]?.string ?? usual else {
      throw .malformed(
        file: file, row: nil, field: "table", problem: "says which table the rows belong to, and is missing")
    }
    guard TableSet.names.contains(table) else {
      throw .malformed(
        file: file, row: nil, field: "table",
        problem: "'\(table)' is not one of \(TableSet.names.joined(separator: ", "))")
    }
    guard usual == nil || table == usual else {
      throw .malformed(file: file, row: nil, field: "table", problem: "'\(table)' is not '\(usual ?? "")'")
    }
    guard let rows = value["rows"]?.array else {
      throw .malformed(file: file, row: nil, field: "rows", problem: "an array of rows is expected")
    }
    self.file = file
    self.table = table
    let sources = SourceList(own: try TableSet.sources(in: value["sources"], file: file), isOverlay: true, table: table)
    let limits = try TableLimits(table: table)
    var read: [TableRow] = []
    var places: [String: Int] = [:]
    var errors = CatalogErrors()
    for value in rows {
      do throws(CatalogError) {
        let row = try TableRow(value, table: table, file: file, sources: sources)
        guard places[row.id] == nil else { throw row.failure("id", "appears twice") }
        try limits.check(row)
        places[row.id] = read.count
        read.append(row)
      } catch {
        errors.add(error)
      }
    }
    if isLenient { faults = errors.all(of: file) } else { try errors.check(file: file) }
    self.rows = read
    self.places = places
  }

  /// Its row of an id in lower case; nil where it has none.
  func row(_ id: String) -> TableRow? { places[id].map { rows[$0] } }
}

/// All tables: those in the program, with overlays on top. Later overlays win.
package struct TableSet: Sendable {
  /// The overlays, the strongest last.
  package let overlays: [Overlay]
  /// What was read from them, for catalogs that are made anew for each of many estimates; nil for nothing.
  package var memory: TableMemory?
  private let nameCache: TableNameCache

  /// The built-in tables under some overlays.
  package init(overlays: [Overlay] = []) {
    self.overlays = overlays
    nameCache = overlays.isEmpty ? .builtIn : TableNameCache()
  }

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
    try member("description", of: table)?.string ?? ""
  }

  /// A source of a built-in table by its key.
  static func source(_ key: String, of table: String) throws(CatalogError) -> Source? {
    let value = try reading(table) { () throws(JSONError) in
      try JSONLines(bytes(of: table)).member(key, isObject: true)
    }
    return value?["title"]?.string.map { Source(title: $0, url: value?["url"]?.string) }
  }

  /// A member of a built-in table that stands on a line of its own.
  static func member(_ name: String, of table: String) throws(CatalogError) -> JSONValue? {
    try reading(table) { () throws(JSONError) in try JSONLines(bytes(of: table)).member(name) }
  }

  /// The whole of a built-in table.
  package static func value(of table: String) throws(CatalogError) -> JSONValue {
    try reading(table) { () throws(JSONError) in try JSONReader.read(bytes(of: table)) }
  }

  /// The rows of a table, overlays merged in; rows without the word may be left out where that saves time.
  ///
  /// - Throws: ``CatalogError/malformed(file:row:field:problem:)`` for a row that does not read.
  package func rows(of name: String, containing word: String = "") throws(CatalogError) -> [TableRow] {
    var rows: [TableRow] = []
    for value in try Self.reading(
      name,
      { () throws(JSONError) in
        try JSONLines(Self.bytes(of: name)).rows(containing: word)
      })
    {
      rows.append(try Self.builtIn(value, of: name))
    }
    let mine = overlays.filter { $0.table == name }
    guard !mine.isEmpty else { return rows }
    var places: [String: Int] = [:]
    for (place, row) in rows.enumerated() { places[row.id] = place }
    for overlay in mine {
      for row in overlay.rows {
        if let place = places[row.id] {
          rows[place] = try row.laid(over: rows[place])
        } else {
          places[row.id] = rows.count
          let below = word.isEmpty ? nil : try Self.builtIn(row.id, of: name)
          rows.append(try below.map { below throws(CatalogError) in try row.laid(over: below) } ?? row)
        }
      }
    }
    return rows
  }

  /// The row of an id, in any case; nil where there is none.
  ///
  /// - Throws: ``CatalogError/malformed(file:row:field:problem:)`` for a row that is there and does not read.
  package func row(_ id: String, of name: String) throws(CatalogError) -> TableRow? {
    let id = id.lowercased()
    var found = try Self.builtIn(id, of: name)
    for overlay in overlays where overlay.table == name {
      guard let row = overlay.row(id) else { continue }
      found = try found.map { below throws(CatalogError) in try row.laid(over: below) } ?? row
    }
    return found
  }

  /// The names of a table's rows, those of overlays with them.
  func names(of table: String) throws(CatalogError) -> TableNames {
    try nameCache.names(of: table) { () throws(CatalogError) in
      var heads = JSONLines(Self.bytes(of: table)).heads()
      for overlay in overlays where overlay.table == table {
        for row in overlay.rows {
          let place = heads.firstIndex { $0.id == row.id }
          var head = place.map { heads[$0] } ?? JSONLines.Head(id: row.id)
          if row.member("aliases") != nil { head.aliases = try row.texts("aliases") }
          if let name = row.member("name")?.string { head.name = name }
          if let place { heads[place] = head } else { heads.append(head) }
        }
      }
      return TableNames(heads, table: table)
    }
  }

  /// The ids of rows of which one of the id, the aliases and the name is what is looked for, in their order.
  package func ids(of table: String, where isMeant: ([String]) -> Bool) throws(CatalogError) -> [String] {
    try names(of: table).heads.filter { isMeant([$0.id] + $0.aliases + [$0.name].compactMap(\.self)) }.map(\.id)
  }

  private static func builtIn(_ id: String, of name: String) throws(CatalogError) -> TableRow? {
    let value = try reading(name) { () throws(JSONError) in try JSONLines(bytes(of: name)).row(id: id) }
    return try value.map { value throws(CatalogError) in try builtIn(value, of: name) }
  }

  private static func builtIn(_ value: JSONValue, of name: String) throws(CatalogError) -> TableRow {
    try TableRow(value, table: name, file: name + ".json", sources: SourceList(table: name))
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
