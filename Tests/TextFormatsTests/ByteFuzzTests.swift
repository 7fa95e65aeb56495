import Dice
import Testing
import TextFormats

/// Bytes that need be no text: a reader returns or throws, and what it returns is finite and of bounded size.
@Suite("Fuzzing of readers")
struct ByteFuzzTests {
  private static let documents = [
    #"{"rows": [{"id": "a", "low": 1.5e-3, "on": true, "note": null}, {"id": "\u00e9\n", "low": -0}]}"#,
    #"[[1, 2], {"a": {"b": [[]]}}, "\ud83e\udd16", 12345678901234567890, 1E+308]"#,
  ]

  private static let tables = [
    "id,price,region\na,1.5,us\n\"b,\"\"c\",2,\"e\nu\"\r\n", "x;y\n1;2\n", "\u{FEFF}a,b\n,\n",
  ]

  /// A text with some bytes flipped, put in, taken out or said again.
  private func mutated(_ text: String, _ dice: inout Dice) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...6, using: &dice) {
      let place = Int.random(in: 0...bytes.count, using: &dice)
      let end = min(bytes.count, place + Int.random(in: 1...8, using: &dice))
      switch Int.random(in: 0..<4, using: &dice) {
      case 0: bytes.removeSubrange(place..<end)
      case 1: bytes.insert(UInt8.random(in: 0...255, using: &dice), at: place)
      case 2: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
      default: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice) }
      }
    }
    return bytes
  }

  private func check(_ value: JSONValue, depth: Int = 0) {
    if let number = value.number { #expect(number.isFinite) }
    #expect(depth <= 128)
    for part in value.array ?? [] { check(part, depth: depth + 1) }
    for member in value.members ?? [] { check(member.value, depth: depth + 1) }
  }

  @Test(arguments: documents)
  func `JSON`(document: String) {
    var dice = Dice(state: UInt64(document.utf8.count))
    var refused = 0
    for _ in 0..<2000 {
      let bytes = mutated(document, &dice)
      do throws(JSONError) { check(try JSONReader.read(bytes)) } catch {
        refused += 1
        #expect(!error.message.isEmpty && error.line >= 1)
      }
    }
    // Most mutations break the grammar.
    #expect((1000..<2000).contains(refused), "\(refused)")
  }

  @Test(arguments: tables)
  func `delimited text`(table: String) {
    var dice = Dice(state: UInt64(table.utf8.count))
    var taken = 0
    for _ in 0..<2000 {
      let bytes = mutated(table, &dice)
      guard let (header, records) = try? DelimitedText.read(bytes) else { continue }
      taken += 1
      for record in records { #expect(record.count == header.count) }
      let size = records.reduce(0) { $0 + $1.reduce(0) { $0 + $1.utf8.count } }
      // A byte that is no text becomes a mark of three bytes at most.
      #expect(size <= 3 * bytes.count)
    }
    #expect(taken > 100)
  }
}
