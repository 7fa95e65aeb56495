#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Text with one JSON value on a line, searched without being read: the way to one row of hundreds in microseconds.
package struct JSONLines {
  private let bytes: UnsafeBufferPointer<UInt8>

  /// The lines of a text.
  package init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The value on the line that starts with a text, read without the comma that ends it.
  ///
  /// - Parameters:
  ///   - start: What the line starts with.
  ///   - skipping: How much of it stands before the value.
  /// - Returns: nil where no line starts so.
  /// - Throws: ``JSONError`` for a line that goes on with something else.
  package func value(onLineStarting start: String, skipping: Int = 0) throws(JSONError) -> JSONValue? {
    guard let line = first(where: { $0.starts(with: start.utf8) }) else { return nil }
    return try JSONReader.read(UnsafeBufferPointer(rebasing: line.dropFirst(skipping)))
  }

  /// The values on the lines that contain a word.
  ///
  /// - Throws: ``JSONError`` for a line that is not a JSON value.
  package func values(containing word: String) throws(JSONError) -> [JSONValue] {
    var lines: [Slice<UnsafeBufferPointer<UInt8>>] = []
    let needle = Array(word.utf8)
    _ = first { line in
      if Self.contains(line, needle) { lines.append(line) }
      return false
    }
    var values: [JSONValue] = []
    for line in lines { values.append(try JSONReader.read(UnsafeBufferPointer(rebasing: line))) }
    return values
  }

  private func first(
    where isWanted: (Slice<UnsafeBufferPointer<UInt8>>) -> Bool
  ) -> Slice<UnsafeBufferPointer<UInt8>>? {
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

  private static func contains(_ line: Slice<UnsafeBufferPointer<UInt8>>, _ needle: [UInt8]) -> Bool {
    guard needle.count > 2, line.count >= needle.count else { return false }
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
