/// Reads JSON as RFC 8259 has it, strictly: no comments and no trailing commas unless they are allowed, no repeated names,
/// depth up to 128.
package enum JSONReader {
  /// Reads one value that fills the text.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - allowingNonFinite: Whether `NaN`, `Infinity` and `-Infinity` are numbers, as Python writes them.
  ///   - allowingComments: Whether there may be comments, as in JavaScript, and a comma behind the last of a list.
  /// - Returns: The value.
  /// - Throws: ``JSONError`` with line and column.
  package static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, allowingNonFinite: Bool = false, allowingComments: Bool = false
  ) throws(JSONError) -> JSONValue {
    var parser = JSONParser(bytes)
    parser.allowsNonFinite = allowingNonFinite
    parser.allowsComments = allowingComments
    parser.skipByteOrderMark()
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.isAtEnd else { throw parser.error("there is more text after the end of the value") }
    return value
  }

  /// Reads one value that fills the text.
  ///
  /// - Throws: ``JSONError`` with line and column.
  package static func read(
    _ bytes: [UInt8], allowingNonFinite: Bool = false, allowingComments: Bool = false
  ) throws(JSONError) -> JSONValue {
    let result: Result<JSONValue, JSONError> = bytes.withUnsafeBufferPointer { buffer in
      do throws(JSONError) {
        return .success(
          try read(buffer, allowingNonFinite: allowingNonFinite, allowingComments: allowingComments))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

/// A position in JSON text, moving forward.
struct JSONParser {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0
  var allowsNonFinite = false
  var allowsComments = false
  static let maximumDepth = 128

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }
  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  func error(_ message: String, at offset: Int? = nil) -> JSONError {
    JSONError(message, at: offset ?? position, in: bytes)
  }

  mutating func skipByteOrderMark() {
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
  }

  mutating func skipSpace() {
    repeat {
      while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    } while allowsComments && skipComment()
  }

  /// Skips a comment to the end of its line, or to its own; false where there is none, or one without an end.
  private mutating func skipComment() -> Bool {
    guard current == UInt8(ascii: "/"), position + 1 < bytes.count else { return false }
    if bytes[position + 1] == UInt8(ascii: "/") {
      while let byte = current, byte != 0x0A { position += 1 }
      return true
    }
    guard bytes[position + 1] == UInt8(ascii: "*") else { return false }
    var end = position + 2
    while end + 1 < bytes.count, bytes[end] != UInt8(ascii: "*") || bytes[end + 1] != UInt8(ascii: "/") { end += 1 }
    guard end + 1 < bytes.count else { return false }
    position = end + 2
    return true
  }

  mutating func expect(_ byte: UInt8, _ message: String) throws(JSONError) {
    skipSpace()
    guard current == byte else { throw error(isAtEnd ? "the text ends too early" : message) }
    position += 1
  }

  mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    guard depth < Self.maximumDepth else { throw error("values are nested deeper than \(Self.maximumDepth)") }
    skipSpace()
    let start = position
    let content: JSONValue.Content
    switch current {
    case UInt8(ascii: "{"): content = .object(try members(depth: depth))
    case UInt8(ascii: "["): content = .array(try elements(depth: depth))
    case UInt8(ascii: "\""): content = .string(try string())
    case UInt8(ascii: "t"): content = try word("true", .boolean(true))
    case UInt8(ascii: "f"): content = try word("false", .boolean(false))
    case UInt8(ascii: "n"): content = try word("null", .null)
    case UInt8(ascii: "N") where allowsNonFinite: content = try word("NaN", .number(.nan))
    case UInt8(ascii: "I") where allowsNonFinite: content = try word("Infinity", .number(.infinity))
    case UInt8(ascii: "-")
    where allowsNonFinite && position + 1 < bytes.count
      && bytes[position + 1] == UInt8(ascii: "I"):
      content = try word("-Infinity", .number(-.infinity))
    case nil: throw error("the text ends too early")
    case .some(let byte) where byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
      content = .number(try number())
    default: throw error("a value is expected here")
    }
    return JSONValue(content: content, offset: start)
  }

  private mutating func word(_ word: StaticString, _ content: JSONValue.Content) throws(JSONError) -> JSONValue.Content
  {
    for index in 0..<word.utf8CodeUnitCount {
      guard position + index < bytes.count, bytes[position + index] == word.utf8Start[index] else {
        throw error("a value is expected here")
      }
    }
    position += word.utf8CodeUnitCount
    return content
  }

  private mutating func members(depth: Int) throws(JSONError) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    position += 1
    skipSpace()
    if current == UInt8(ascii: "}") {
      position += 1
      return members
    }
    while true {
      skipSpace()
      if allowsComments, !members.isEmpty, current == UInt8(ascii: "}") {
        position += 1
        return members
      }
      guard current == UInt8(ascii: "\"") else {
        throw error(isAtEnd ? "the text ends too early" : "a name in quotes is expected here")
      }
      let place = position
      let name = try string()
      let isNew = members.count < 16 ? !members.contains { $0.name == name } : !names.contains(name)
      guard isNew else { throw error("the name '\(name)' appears twice", at: place) }
      try expect(UInt8(ascii: ":"), "a colon is expected here")
      members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
      if members.count == 16 { names = Set(members.map(\.name)) } else if members.count > 16 { names.insert(name) }
      skipSpace()
      if current == UInt8(ascii: "}") {
        position += 1
        return members
      }
      try expect(UInt8(ascii: ","), "a comma or } is expected here")
    }
  }

  private mutating func elements(depth: Int) throws(JSONError) -> [JSONValue] {
    var elements: [JSONValue] = []
    position += 1
    skipSpace()
    if current == UInt8(ascii: "]") {
      position += 1
      return elements
    }
    while true {
      skipSpace()
      if allowsComments, !elements.isEmpty, current == UInt8(ascii: "]") {
        position += 1
        return elements
      }
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if current == UInt8(ascii: "]") {
        position += 1
        return elements
      }
      try expect(UInt8(ascii: ","), "a comma or ] is expected here")
    }
  }

  private mutating func number() throws(JSONError) -> Double {
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    let whole = position
    skipDigits()
    guard position > whole, bytes[whole] != UInt8(ascii: "0") || position == whole + 1 else {
      throw error("this is not a number", at: start)
    }
    if current == UInt8(ascii: ".") {
      position += 1
      let fraction = position
      skipDigits()
      guard position > fraction else { throw error("a digit is expected here") }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      let exponent = position
      skipDigits()
      guard position > exponent else { throw error("a digit is expected here") }
    }
    if position - whole <= 15, let integer = smallInteger(from: whole) {
      return bytes[start] == UInt8(ascii: "-") ? -integer : integer
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(text), value.isFinite else { throw error("the number is too large", at: start) }
    return value
  }

  private func smallInteger(from start: Int) -> Double? {
    var value = 0
    for index in start..<position {
      let digit = bytes[index]
      guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return Double(value)
  }

  private mutating func skipDigits() {
    while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
  }

  mutating func string() throws(JSONError) -> String {
    let opening = position
    position += 1
    let start = position
    while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
    if current == UInt8(ascii: "\"") {
      defer { position += 1 }
      return try text(bytes[start..<position], from: opening)
    }
    var buffer = Array(bytes[start..<position])
    while true {
      guard let byte = current else { throw error("the string is not closed", at: opening) }
      if byte == UInt8(ascii: "\"") { break }
      guard byte >= 0x20 else { throw error("a control character stands in a string") }
      position += 1
      if byte == UInt8(ascii: "\\") { try escape(into: &buffer) } else { buffer.append(byte) }
    }
    position += 1
    return try text(buffer[...], from: opening)
  }

  private func text(_ bytes: some Collection<UInt8>, from opening: Int) throws(JSONError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw error("the string is not valid UTF-8", at: opening)
    }
    return text
  }

  private mutating func escape(into buffer: inout [UInt8]) throws(JSONError) {
    guard let byte = current else { throw error("the text ends too early") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
    case UInt8(ascii: "b"): buffer.append(0x08)
    case UInt8(ascii: "f"): buffer.append(0x0C)
    case UInt8(ascii: "n"): buffer.append(0x0A)
    case UInt8(ascii: "r"): buffer.append(0x0D)
    case UInt8(ascii: "t"): buffer.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if code >= 0xD800, code < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = try hexadecimal()
        guard low >= 0xDC00, low < 0xE000 else { throw error("a surrogate stands alone", at: position - 6) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("a surrogate stands alone", at: position - 6) }
      buffer.append(contentsOf: Array(String(Character(scalar)).utf8))
    default: throw error("'\\\(Character(Unicode.Scalar(byte)))' is not an escape", at: position - 2)
    }
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw error("the text ends too early", at: bytes.count) }
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
        throw error("four hexadecimal digits are expected here")
      }
      code = code << 4 + UInt32(digit)
      position += 1
    }
    return code
  }
}
