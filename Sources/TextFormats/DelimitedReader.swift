/// One record of comma-separated values: its fields in one buffer, which the next record overwrites.
package struct DelimitedRecord: Sendable {
  var bytes: [UInt8] = []
  var ends: [Int] = []
  /// The line it starts on, from 1.
  package internal(set) var line = 1

  /// How many fields it has.
  package var count: Int { ends.count }

  /// The bytes of a field, without the quotes around them.
  package subscript(field: Int) -> ArraySlice<UInt8> { bytes[(field == 0 ? 0 : ends[field - 1])..<ends[field]] }

  /// A field as text; nil where it is not UTF-8.
  package func text(_ field: Int) -> String? { String(validating: self[field], as: UTF8.self) }

  /// The fields as text, whatever is not UTF-8 replaced.
  package var texts: [String] { (0..<count).map { String(decoding: self[$0], as: UTF8.self) } }
}

/// Reads comma-separated values as they arrive, in pieces of any length: memory holds one record.
///
/// Quotes as RFC 4180 has them, line ends of either kind, a byte order mark; blank lines are no records.
package struct DelimitedReader: Sendable {
  private enum State {
    /// At the start of a field.
    case start
    /// In a field without quotes.
    case plain
    /// Between quotes.
    case quoted
    /// Behind a quote that may end the field or be the first of two.
    case quote
    /// Behind a carriage return; the state before it.
    case carriageReturn(afterQuote: Bool)
  }

  /// No record of a real table is longer: beyond it a quote was left open.
  private static let maximumBytes = 1 << 20
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The record that was read last.
  package private(set) var record = DelimitedRecord()
  /// How many records were read.
  package private(set) var records = 0
  private var state = State.start
  private var line = 1
  private var isFresh = true
  private var marks = 0

  /// A reader at the start of a text.
  package init() {}

  /// Reads on to the end of a record.
  ///
  /// - Parameters:
  ///   - chunk: The next piece of the text.
  ///   - position: How much of the piece was read; starts at 0 for each piece.
  /// - Returns: Whether ``record`` is complete; otherwise the piece is used up.
  /// - Throws: ``DelimitedTextError`` for text behind a closing quote, an endless record, and what is no text.
  package mutating func next(
    in chunk: UnsafeBufferPointer<UInt8>, at position: inout Int
  ) throws(DelimitedTextError) -> Bool {
    begin()
    while position < chunk.count {
      let byte = chunk[position]
      if marks >= 0, skipsMark(byte) {
        position += 1
        continue
      }
      guard byte != 0 else { throw failure("this is not text: it holds a byte of zero") }
      switch state {
      case .start, .plain:
        position += 1
        switch byte {
        case UInt8(ascii: ","): endField()
        case UInt8(ascii: "\n"): if endRecord() { return true }
        case UInt8(ascii: "\r"): state = .carriageReturn(afterQuote: false)
        case UInt8(ascii: "\""):
          if case .start = state { state = .quoted } else { record.bytes.append(byte) }
        default:
          state = .plain
          let start = position - 1
          while position < chunk.count, !Self.endsRun(chunk[position]) { position += 1 }
          record.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: chunk[start..<position]))
        }
      case .quoted:
        position += 1
        if byte == UInt8(ascii: "\"") {
          state = .quote
        } else {
          if byte == UInt8(ascii: "\n") { line += 1 }
          record.bytes.append(byte)
        }
      case .quote:
        position += 1
        if try endsRecord(behindQuote: byte) { return true }
      case .carriageReturn(let afterQuote):
        if byte == UInt8(ascii: "\n") {
          position += 1
          if endRecord() { return true }
        } else {
          guard !afterQuote else {
            throw failure("there is text behind the closing quote of field \(record.count + 1)")
          }
          record.bytes.append(UInt8(ascii: "\r"))
          state = .plain
        }
      }
      guard record.bytes.count <= Self.maximumBytes else {
        throw failure("the record is longer than 1 MiB: is a quote left open?")
      }
    }
    return false
  }

  /// Reads a byte behind a quote inside a quoted field.
  ///
  /// - Returns: Whether it ends a record.
  private mutating func endsRecord(behindQuote byte: UInt8) throws(DelimitedTextError) -> Bool {
    switch byte {
    case UInt8(ascii: "\""):
      record.bytes.append(byte)
      state = .quoted
    case UInt8(ascii: ","): endField()
    case UInt8(ascii: "\n"): return endRecord()
    case UInt8(ascii: "\r"): state = .carriageReturn(afterQuote: true)
    default: throw failure("there is text behind the closing quote of field \(record.count + 1)")
    }
    return false
  }

  /// Ends the text.
  ///
  /// - Returns: Whether ``record`` holds a last record, whose line was not ended.
  /// - Throws: ``DelimitedTextError`` for a quote left open.
  package mutating func finish() throws(DelimitedTextError) -> Bool {
    begin()
    if case .quoted = state { throw failure("a quote is left open") }
    return endRecord()
  }

  private func failure(_ message: String) -> DelimitedTextError {
    DelimitedTextError(message: message, record: records + 1, line: record.line)
  }

  private mutating func begin() {
    guard isFresh else { return }
    isFresh = false
    record.bytes.removeAll(keepingCapacity: true)
    record.ends.removeAll(keepingCapacity: true)
    record.line = line
  }

  /// Passes over a byte order mark at the very start.
  private mutating func skipsMark(_ byte: UInt8) -> Bool {
    guard marks < 3, byte == Self.byteOrderMark[marks] else {
      if marks < 3 { record.bytes.append(contentsOf: Self.byteOrderMark[..<marks]) }
      marks = -1
      return false
    }
    marks += 1
    return true
  }

  private static func endsRun(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == 0
      || byte == UInt8(ascii: "\"")
  }

  private mutating func endField() {
    record.ends.append(record.bytes.count)
    state = .start
  }

  /// Ends a record; a blank line is none.
  private mutating func endRecord() -> Bool {
    line += 1
    state = .start
    guard !(record.ends.isEmpty && record.bytes.isEmpty) else {
      record.line = line
      return false
    }
    record.ends.append(record.bytes.count)
    records += 1
    isFresh = true
    return true
  }
}

/// Comma-separated values that cannot be read.
package struct DelimitedTextError: Error, Sendable, Equatable {
  /// What is wrong.
  package var message: String
  /// The record, the header being 1.
  package var record: Int
  /// The line that the record starts on, from 1.
  package var line: Int

  /// A complaint about a record.
  package init(message: String, record: Int, line: Int) {
    self.message = message
    self.record = record
    self.line = line
  }
}

extension DelimitedText {
  /// Reads comma-separated values with a header, all at once.
  ///
  /// - Returns: The header, and the records, each with as many fields as the header.
  /// - Throws: ``DelimitedTextError`` for a quote left open, and for a record with more or fewer fields.
  package static func read(_ bytes: [UInt8]) throws(DelimitedTextError) -> (header: [String], records: [[String]]) {
    var reader = DelimitedReader()
    var records: [[String]] = []
    func add() throws(DelimitedTextError) {
      let texts = reader.record.texts
      if let header = records.first, header.count != texts.count {
        throw DelimitedTextError(
          message: "\(texts.count) fields where the header has \(header.count)", record: reader.records,
          line: reader.record.line)
      }
      records.append(texts)
    }
    try bytes.withUnsafeBufferPointer { (chunk) throws(DelimitedTextError) in
      var position = 0
      while try reader.next(in: chunk, at: &position) { try add() }
    }
    if try reader.finish() { try add() }
    guard let header = records.first else {
      throw DelimitedTextError(message: "there is no header", record: 1, line: 1)
    }
    return (header, Array(records.dropFirst()))
  }
}
