/// Finds the rows of a table without reading them: the way to one row in a table of hundreds in microseconds.
///
/// A table is an object with members before an array of row objects. Rows are told apart by brackets and quotes alone;
/// only those that a look-up wants are read.
package struct JSONRows {
  private let bytes: UnsafeBufferPointer<UInt8>

  /// The rows of a table's text.
  package init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The bytes of the value of a member of the table.
  ///
  /// - Throws: ``JSONError`` for text that is not an object.
  package func member(_ wanted: String) throws(JSONError) -> UnsafeBufferPointer<UInt8>? {
    var parser = JSONParser(bytes)
    parser.skipByteOrderMark()
    try parser.expect(UInt8(ascii: "{"), "an object is expected here")
    while true {
      parser.skipSpace()
      guard parser.current == UInt8(ascii: "\"") else { return nil }
      let name = try parser.string()
      try parser.expect(UInt8(ascii: ":"), "a colon is expected here")
      parser.skipSpace()
      let start = parser.position
      try parser.skipValue()
      if name == wanted { return UnsafeBufferPointer(rebasing: bytes[start..<parser.position]) }
      parser.skipSpace()
      guard parser.current == UInt8(ascii: ",") else { return nil }
      parser.position += 1
    }
  }

  /// The rows whose bytes contain a word, read; all rows for an empty word.
  ///
  /// - Throws: ``JSONError`` for malformed text.
  package func rows(of name: String, containing word: String) throws(JSONError) -> [JSONValue] {
    guard let array = try member(name) else { return [] }
    let needle = Array(word.utf8)
    var parser = JSONParser(array)
    try parser.expect(UInt8(ascii: "["), "an array is expected here")
    var rows: [JSONValue] = []
    while true {
      parser.skipSpace()
      if parser.current == UInt8(ascii: "]") { return rows }
      let start = parser.position
      try parser.skipValue()
      let row = UnsafeBufferPointer(rebasing: array[start..<parser.position])
      if needle.isEmpty || Self.contains(row, needle) { rows.append(try JSONReader.read(row)) }
      parser.skipSpace()
      if parser.current == UInt8(ascii: ",") { parser.position += 1 }
    }
  }

  private static func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ needle: [UInt8]) -> Bool {
    guard let first = needle.first, bytes.count >= needle.count else { return false }
    var position = 0
    let last = bytes.count - needle.count
    while position <= last {
      if bytes[position] == first {
        var length = 1
        while length < needle.count, bytes[position + length] == needle[length] { length += 1 }
        if length == needle.count { return true }
      }
      position += 1
    }
    return false
  }
}

extension JSONParser {
  /// Moves past one value by its brackets and quotes.
  mutating func skipValue() throws(JSONError) {
    var depth = 0
    let start = position
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""): skipString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return }
        depth -= 1
        position += 1
        if depth == 0 { return }
        continue
      case UInt8(ascii: ",") where depth == 0:
        guard position > start else { throw error("a value is expected here") }
        return
      default: position += 1
      }
      if depth == 0, byte == UInt8(ascii: "\"") { return }
    }
    throw error("the text ends too early")
  }

  private mutating func skipString() {
    position += 1
    while let byte = current {
      position += 1
      if byte == UInt8(ascii: "\"") { return }
      if byte == UInt8(ascii: "\\") { position += 1 }
    }
  }
}
