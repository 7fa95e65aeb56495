/// Lines put together from the pieces that they arrive in.
struct MessageLines {
  /// A line, or that there was one too long to be kept.
  enum Line {
    case text([UInt8])
    case tooLong
  }

  /// More bytes are in no message that anybody means.
  static let longest = 4 << 20

  private var buffer: [UInt8] = []
  private var isTooLong = false

  /// Takes a piece.
  ///
  /// - Returns: Whether more is wanted, as `body` says of each line that is whole.
  mutating func take(_ piece: UnsafeBufferPointer<UInt8>, each body: (Line) -> Bool) -> Bool {
    for part in piece.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      // What stands behind a line's end begins the next line.
      if part.offset > 0, !end(body) { return false }
      if buffer.count + part.element.count > Self.longest { isTooLong = true }
      if !isTooLong { buffer += part.element }
    }
    return true
  }

  /// Ends the line that was begun; one without anything is none.
  mutating func end(_ body: (Line) -> Bool) -> Bool {
    defer { (buffer, isTooLong) = ([], false) }
    if isTooLong { return body(.tooLong) }
    return buffer.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 } || body(.text(buffer))
  }
}
