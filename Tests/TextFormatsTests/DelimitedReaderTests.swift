import Testing
import TextFormats

@Suite("Comma-separated values, read as they arrive")
struct DelimitedReaderTests {
  /// All records of a text that arrives in pieces of a length.
  private func records(_ text: String, pieces: Int = .max) throws(DelimitedTextError) -> [[String]] {
    var reader = DelimitedReader()
    var records: [[String]] = []
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      let end = start + min(pieces, bytes.count - start)
      try Array(bytes[start..<end]).withUnsafeBufferPointer { (piece) throws(DelimitedTextError) in
        var position = 0
        while try reader.next(in: piece, at: &position) { records.append(reader.record.texts) }
      }
      start = end
    }
    if try reader.finish() { records.append(reader.record.texts) }
    return records
  }

  @Test(arguments: [
    ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]), ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
    ("\u{FEFF}a\n", [["a"]]), ("\u{FEFF}\"a\"\n", [["a"]]), ("\"a,b\",\"c\"\"d\"\n", [["a,b", "c\"d"]]),
    ("a\n\n\nb\n", [["a"], ["b"]]), ("a,\n,b\n", [["a", ""], ["", "b"]]),
    ("\"line\nbreak\",x", [["line\nbreak", "x"]]),
    ("a\rb,c\r\n", [["a\rb", "c"]]), ("5\" disk,x\n", [["5\" disk", "x"]]), ("\"a\"\r\n\"b\"\r\n", [["a"], ["b"]]),
    ("", []), ("\n", []), ("\"\",\"\"\n", [["", ""]]),
  ])
  func `a text is the same records in pieces of any length`(text: String, expected: [[String]]) throws {
    for pieces in [1, 2, 3, 5, 1000] { #expect(try records(text, pieces: pieces) == expected, "pieces of \(pieces)") }
  }

  @Test func `what is written is read again, whatever the fields hold`() throws {
    var generator = SystemRandomNumberGenerator()
    let alphabet = Array("ab,\"\n\r é ")
    for _ in 0..<200 {
      let rows = (0..<4).map { _ in
        (0..<3).map { _ in String((0..<Int.random(in: 1...5, using: &generator)).map { _ in alphabet.randomElement()! })
        }
      }
      let text = rows.map { DelimitedText.commaSeparated($0) + "\n" }.joined()
      for pieces in [1, 4, 7] { #expect(try records(text, pieces: pieces) == rows, "\(text.debugDescription)") }
    }
  }

  @Test(arguments: [
    ("a,b\n\"1,2\n", 2, "a quote is left open"),
    ("a\n\"b\"c\n", 2, "there is text behind the closing quote of field 1"),
    ("a\nx,\"b\" \n", 2, "there is text behind the closing quote of field 2"),
    ("a\n\"b\"\rc\n", 2, "there is text behind the closing quote of field 1"),
    ("\"a\nb\"\nc\u{0}\n", 3, "this is not text: it holds a byte of zero"),
  ])
  func `what cannot be read is told by its line`(text: String, line: Int, message: String) {
    expectFailure(text, line, message)
  }

  // An argument would be printed, all 600,000 lines of it.
  @Test func `a record without end is told by the line it starts in`() {
    let text = "a\n\"" + String(repeating: "x\n", count: 600_000)
    expectFailure(text, 2, "the record is longer than 1 MiB: is a quote left open?")
  }

  private func expectFailure(_ text: String, _ line: Int, _ message: String) {
    let error = #expect(throws: DelimitedTextError.self) { try records(text, pieces: 4096) }
    #expect(error?.message == message)
    #expect(error?.line == line)
  }

  @Test func `a table needs a header, and each record as many fields`() throws {
    let table = try DelimitedText.read(Array("a,b\n1,2\n\n3,4".utf8))
    #expect(table.header == ["a", "b"])
    #expect(table.records == [["1", "2"], ["3", "4"]])
    let ragged = #expect(throws: DelimitedTextError.self) { try DelimitedText.read(Array("a,b\n1,2\n3\n".utf8)) }
    #expect(ragged == DelimitedTextError(message: "1 fields where the header has 2", record: 3, line: 3))
    #expect(throws: DelimitedTextError.self) { try DelimitedText.read([]) }
  }
}
