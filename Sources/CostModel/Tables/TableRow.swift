package import TextFormats

/// Where a file's rows name their sources by key.
package struct SourceList: Sendable {
  /// The user's own.
  package var own: [String: Source] = [:]
  /// Whether the rows are the user's, whose sources are checked at once.
  package var isOverlay = false
  /// The built-in table that supplies the rest, read as asked for.
  package var table: String

  package init(own: [String: Source] = [:], isOverlay: Bool = false, table: String) {
    self.own = own
    self.isOverlay = isOverlay
    self.table = table
  }

  package func source(_ key: String) throws(CatalogError) -> Source? {
    if let source = own[key] { return source }
    return try TableSet.source(key, of: table)
  }
}

/// One row of a table, with the means to say which field of it is wrong.
package struct TableRow: Sendable {
  /// The file or table it came from, for messages.
  package let file: String
  /// The table's name.
  package let table: String
  /// The row's id, in lower case however it is written: look-ups ignore case.
  package let id: String
  package let value: JSONValue
  package let sources: SourceList

  package init(_ value: JSONValue, table: String, file: String, sources: SourceList) throws(CatalogError) {
    guard let members = value.members else {
      throw .malformed(file: file, row: nil, field: nil, problem: "a row is an object, not \(value.kind)")
    }
    guard let id = members.first(where: { $0.name == "id" })?.value.string, !id.isEmpty else {
      throw .malformed(file: file, row: nil, field: "id", problem: "every row needs an id")
    }
    self.file = file
    self.table = table
    self.id = id.lowercased()
    self.value = value
    self.sources = sources
  }

  /// The members of this row in place of those of another with the same id, and the others of that one.
  package func laid(over below: TableRow) throws(CatalogError) -> TableRow {
    var members = below.value.members ?? []
    for member in value.members ?? [] where member.name != "id" {
      if let old = members.firstIndex(where: { $0.name == member.name }) {
        members[old] = member
      } else {
        members.append(member)
      }
    }
    var sources = sources
    sources.own.merge(below.sources.own) { mine, _ in mine }
    return try TableRow(
      JSONValue(content: .object(members), offset: value.offset), table: table, file: file, sources: sources)
  }

  package func failure(_ field: String, _ problem: String) -> CatalogError {
    .malformed(file: file, row: id, field: field, problem: problem)
  }

  /// The member by a dotted path, as `purchaseUsd.low`; nil where it is missing or null.
  package func member(_ path: String) -> JSONValue? {
    var value: JSONValue? = self.value
    var rest = Substring(path)
    while let dot = rest.utf8.firstIndex(of: UInt8(ascii: ".")) {
      value = value?[String(rest[..<dot])]
      rest = rest[rest.utf8.index(after: dot)...]
    }
    value = value?[String(rest)]
    if case .null = value?.content { return nil }
    return value
  }

  package func number(_ path: String) throws(CatalogError) -> Double? {
    guard let member = member(path) else { return nil }
    guard let number = member.number else { throw failure(path, "expected a number, got \(member.kind)") }
    return number
  }

  /// A whole number that is not negative.
  package func count(_ path: String) throws(CatalogError) -> Int? {
    guard let number = try number(path) else { return nil }
    guard let count = Int(exactly: number), count >= 0 else {
      throw failure(path, "expected a whole number, got \(JSONDocument.numberText(number))")
    }
    return count
  }

  package func text(_ path: String) throws(CatalogError) -> String? {
    guard let member = member(path) else { return nil }
    guard let text = member.string else { throw failure(path, "expected a string, got \(member.kind)") }
    return text
  }

  /// A number that a row cannot do without.
  package func required(_ path: String, above bound: Double = 0) throws(CatalogError) -> Double {
    guard let number = try number(path) else { throw failure(path, "is missing") }
    guard number > bound else { throw failure(path, "must be above \(JSONDocument.numberText(bound))") }
    return number
  }

  package func requiredText(_ path: String) throws(CatalogError) -> String {
    guard let text = try text(path) else { throw failure(path, "is missing") }
    return text
  }

  package func texts(_ path: String) throws(CatalogError) -> [String] {
    guard let member = member(path) else { return [] }
    guard let array = member.array else { throw failure(path, "expected an array, got \(member.kind)") }
    var texts: [String] = []
    for element in array {
      guard let text = element.string else { throw failure(path, "expected strings, got \(element.kind)") }
      texts.append(text)
    }
    return texts
  }

  package func numbers(_ path: String) throws(CatalogError) -> [Double] {
    guard let array = member(path)?.array else { throw failure(path, "expected an array of numbers") }
    var numbers: [Double] = []
    for element in array {
      guard let number = element.number else { throw failure(path, "expected numbers, got \(element.kind)") }
      numbers.append(number)
    }
    return numbers
  }

  /// One of a closed list of words.
  package func choice<Choice: RawRepresentable & CaseIterable>(
    _ path: String, _ type: Choice.Type
  ) throws(CatalogError) -> Choice where Choice.RawValue == String {
    let text = try requiredText(path)
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure(path, "'\(text)' is not one of \(known)")
    }
    return choice
  }

  /// A range from the members `low`, `typical` and `high` below a path; a missing end is the typical value.
  package func range<Measure: Unit>(_ prefix: String, of unit: Measure.Type) throws(CatalogError) -> Ranged<Measure> {
    let typical = try required(prefix + "typical", above: -1)
    let low = try number(prefix + "low") ?? typical
    let high = try number(prefix + "high") ?? typical
    guard low <= typical, typical <= high, low >= 0 else {
      throw failure(prefix + "typical", "low, typical and high must rise: \(low), \(typical), \(high)")
    }
    return Ranged(typical, low: low, high: high)
  }

  /// Where the row, or the part of it below a path, came from.
  package func reference(_ prefix: String = "") throws(CatalogError) -> RowReference {
    guard let asOf = try text(prefix + "asOf") else { throw failure(prefix + "asOf", "is missing") }
    guard CalendarMonth(asOf) != nil else {
      throw failure(prefix + "asOf", "'\(asOf)' is not a date: write 2026, 2026-11 or 2026-11-21")
    }
    let assumption = try text(prefix + "assumption")
    let keys = member(prefix + "source").map { $0.array ?? [$0] } ?? []
    guard !keys.isEmpty || assumption != nil else {
      throw failure(prefix + "source", "every row names a source, or says in 'assumption' whose judgement it is")
    }
    if sources.isOverlay { _ = try found(keys, prefix + "source") }
    return RowReference(
      table: table, id: id, asOf: asOf, sources: listed(keys), assumption: assumption, note: try text(prefix + "note"))
  }

  /// Whether the row is of a user's file, or changed by one.
  package var isUsers: Bool { sources.isOverlay }

  /// Says which source of the row, or of a part of it, is not in the file.
  package func checkSources() throws(CatalogError) {
    for member in value.members ?? [] {
      let path = member.name == "source" ? "" : member.name + "."
      guard let source = path.isEmpty ? member.value : member.value["source"] else { continue }
      if ["config", "recipe", "defaults"].contains(member.name) { continue }
      _ = try found(source.array ?? [source], path + "source")
    }
  }

  /// The sources of some keys, looked up when somebody asks: a checked row has them all.
  private func listed(_ keys: [JSONValue]) -> [Source] {
    do throws(CatalogError) { return try found(keys, "source") } catch { return [] }
  }

  /// The sources of some keys.
  package func found(_ keys: [JSONValue], _ path: String) throws(CatalogError) -> [Source] {
    var found: [Source] = []
    for key in keys { found.append(try source(key, path)) }
    return found
  }

  private func source(_ value: JSONValue, _ path: String) throws(CatalogError) -> Source {
    if let key = value.string {
      guard let source = try sources.source(key) else {
        throw failure(path, "'\(key)' is not in the file's sources")
      }
      return source
    }
    guard let title = value["title"]?.string else {
      throw failure(path, "a source is a key of the file's sources, or an object with title and url")
    }
    return Source(title: title, url: value["url"]?.string)
  }
}
