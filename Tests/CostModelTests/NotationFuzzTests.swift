import CostModel
import Dice
import Testing

/// Random texts as quantities: refused, or a finite number that its own exact text reads back as.
@Suite("Fuzzing of notation")
struct NotationFuzzTests {
  private static let pieces = [
    "1", "7", "0", "9999999999", "00", ".", ".5", "e", "E", "e9", "e-9", "e308", "e-400", "-", "+", "_", "..", " ", "$",
    "%", "k", "M", "B", "T", "b", "min", "h", "d", "w", "mo", "y", "kWh", "MWh", "GB", "GiB", "TB", "W", "/h", "/M",
    "/kWh", "g", "t", "L", "m3", "FLOP", "x", "×", ",", "é", "🤖", "\u{0}", "∞", "nan", "inf", "0x", "USD",
  ]

  @Test(arguments: [
    Dimension.parameters, .tokens, .ratio, .operations, .sequenceLength, .accelerators, .hours, .dollars, .bytes,
    .kilowattHours, .liters, .gramsCO2e, .per(.dollars, .acceleratorHours), .per(.dollars, .tokens),
    .per(.hours, .items),
  ])
  func `any text`(dimension: Dimension) throws {
    var dice = Dice(state: 7)
    var taken = 0
    for _ in 0..<3000 {
      let count = Int.random(in: 1...5, using: &dice)
      let text = (0..<count).map { _ in dice.one(of: Self.pieces) }.joined()
      do throws(NotationError) {
        let value = try Notation.parse(text, as: dimension)
        taken += 1
        #expect(value.isFinite, "\(text)")
        #expect(!Notation.display(value, as: dimension).isEmpty)
      } catch {
        #expect(!error.reason.isEmpty && !error.expected.isEmpty, "\(text)")
      }
    }
    #expect(taken > 30)
  }
}
