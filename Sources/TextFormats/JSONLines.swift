#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Text with one JSON value on a line, searched without being read: the way to one row of hundreds in microseconds.
///
/// A row stands on a line of its own and starts with its id. Names are compared whole, byte for byte, so that text
/// from outside never becomes a part of what is searched for.
package struct JSONLines {
  private typealias Line = Slice<UnsafeBufferPointer<UInt8>>

  /// How a row begins: what people call it.
  package struct Head: Sendable, Equatable {
    /// The row's id.
    package var id: String
    /// Other names of the row.
    package var aliases: [String] = []
    /// The name in full; nil where it does not stand at the front.
    package var name: String?

    /// A row by its id.
    package init(id: String, aliases: [String] = [], name: String? = nil) {
      self.id = id
      self.aliases = aliases
      self.name = name
    }
  }

  private static let rowStart = Array("{\"id\": \"".utf8)
  private let bytes: UnsafeBufferPointer<UInt8>

  /// The lines of a text.
  package init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The row of an id.
  ///
  /// - Returns: nil where no line starts with that id.
  /// - Throws: ``JSONError`` for a line that goes on with something else.
  package func row(id: String) throws(JSONError) -> JSONValue? {
    guard let line = first(where: { Self.starts($0, with: Self.rowStart, then: id) }) else { return nil }
    return try JSONReader.read(UnsafeBufferPointer(rebasing: line))
  }

  /// The value of a member that has a line of its own, as `"description": "…",`.
  ///
  /// - Parameters:
  ///   - name: The member's name.
  ///   - isObject: Whether only an object will do, where a list of texts has the same names.
  /// - Returns: nil where no line starts with that name.
  /// - Throws: ``JSONError`` for a line that goes on with something else.
  package func member(_ name: String, isObject: Bool = false) throws(JSONError) -> JSONValue? {
    let skipped = name.utf8.count + 4
    let line = first { line in
      guard Self.starts(line, with: [UInt8(ascii: "\"")], then: name), line.count > skipped else { return false }
      return !isObject || line[line.startIndex + skipped] == UInt8(ascii: "{")
    }
    guard let line else { return nil }
    return try JSONReader.read(UnsafeBufferPointer(rebasing: line.dropFirst(skipped)))
  }

  /// The rows that contain a word, and perhaps more.
  ///
  /// - Throws: ``JSONError`` for a line that is not a JSON value.
  package func rows(containing word: String) throws(JSONError) -> [JSONValue] {
    var lines: [Line] = []
    let needle = Array(word.utf8)
    _ = first { line in
      if line.starts(with: Self.rowStart), needle.count <= 2 || Self.contains(line, needle) { lines.append(line) }
      return false
    }
    var values: [JSONValue] = []
    for line in lines { values.append(try JSONReader.read(UnsafeBufferPointer(rebasing: line))) }
    return values
  }

  /// How every row begins.
  package func heads() -> [Head] {
    var heads: [Head] = []
    _ = first { line in
      if line.starts(with: Self.rowStart), let head = Self.head(line) { heads.append(head) }
      return false
    }
    return heads
  }

  /// Reads `id`, `aliases` and `name` up to the first member that is none of them.
  private static func head(_ line: Line) -> Head? {
    var place = line.startIndex + rowStart.count - 1
    guard let id = string(line, &place) else { return nil }
    var head = Head(id: id)
    while line[place...].starts(with: ", ".utf8) {
      place += 2
      guard let member = string(line, &place), line[place...].starts(with: ": ".utf8) else { break }
      place += 2
      if member == "name" {
        head.name = string(line, &place)
      } else if member == "aliases", place < line.endIndex, line[place] == UInt8(ascii: "[") {
        place += 1
        while let alias = string(line, &place) {
          head.aliases.append(alias)
          if line[place...].starts(with: ", ".utf8) { place += 2 }
        }
        place += 1
      } else {
        break
      }
      guard place < line.endIndex else { break }
    }
    return head
  }

  /// The string that starts at a place, without escapes; nil where none does.
  private static func string(_ line: Line, _ place: inout Int) -> String? {
    guard place < line.endIndex, line[place] == UInt8(ascii: "\"") else { return nil }
    var end = place + 1
    while end < line.endIndex, line[end] != UInt8(ascii: "\""), line[end] != UInt8(ascii: "\\") { end += 1 }
    guard end < line.endIndex, line[end] == UInt8(ascii: "\"") else { return nil }
    defer { place = end + 1 }
    return String(decoding: line[place + 1..<end], as: UTF8.self)
  }

  /// Whether a line starts with some bytes, then a name and the quote that ends it.
  private static func starts(_ line: Line, with start: [UInt8], then name: String) -> Bool {
    let end = start.count + name.utf8.count
    guard line.count > end, line.starts(with: start), line[line.startIndex + end] == UInt8(ascii: "\"") else {
      return false
    }
    return line.dropFirst(start.count).starts(with: name.utf8)
      && !name.utf8.contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
  }

  private func first(where isWanted: (Line) -> Bool) -> Line? {
    guard let base = bytes.baseAddress else { return nil }
    var start = 0
    while start < bytes.count {
      let newline = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
      let end = newline.map { UnsafeRawPointer(base).distance(to: $0) } ?? bytes.count
      let line = bytes[start..<(end > start && bytes[end - 1] == UInt8(ascii: ",") ? end - 1 : end)]
      if isWanted(line) { return line }
      start = end + 1
    }
    return nil
  }

  private static func contains(_ line: Line, _ needle: [UInt8]) -> Bool {
    guard line.count >= needle.count else { return false }
    // The byte before the closing quote is rarer than the quote.
    let probe = needle.count - 2
    var place = line.startIndex
    while place + needle.count <= line.endIndex {
      if line[place + probe] == needle[probe] {
        var length = 0
        while length < needle.count, line[place + length] == needle[length] { length += 1 }
        if length == needle.count { return true }
      }
      place += 1
    }
    return false
  }
}
