import CostModel
import Testing

@Suite("Notation")
struct NotationTests {
  @Test(arguments: [
    ("70B", Dimension.parameters, 70e9), ("70b", .parameters, 70e9), ("1.1B", .parameters, 1.1e9),
    ("405_000_000_000", .parameters, 405e9), ("15T", .tokens, 15e12), ("1.5e12", .tokens, 1.5e12),
    ("300M", .tokens, 300e6), ("16k", .accelerators, 16000), ("2.5e24", .operations, 2.5e24),
    ("3.8e25FLOP", .operations, 3.8e25), ("5 ZFLOP", .operations, 5e21), ("40%", .ratio, 0.4), ("0.4", .ratio, 0.4),
    ("1.5%", .ratio, 0.015), ("8k", .sequenceLength, 8192), ("128k", .sequenceLength, 131_072),
    ("8192", .sequenceLength, 8192), ("$2.5M", .dollars, 2.5e6), ("2.5M", .dollars, 2.5e6), ("-$5", .dollars, -5),
    ("$2.10", .per(.dollars, .acceleratorHours), 2.1), ("2.1/h", .per(.dollars, .acceleratorHours), 2.1),
    ("$30k", .per(.dollars, .accelerators), 30_000), ("0.5k", .per(.dollars, .items), 500),
    ("$0.08/kWh", .per(.dollars, .kilowattHours), 0.08), ("54d", .hours, 1296), ("12h", .hours, 12),
    ("90min", .hours, 1.5), ("7200000ms", .per(.hours, .items), 2),
    ("9200ms", .per(.hours, .items), 9.2 * (1.0 / 3600)),
    ("2w", .hours, 336), ("6mo", .hours, 4383), ("1y", .hours, 8766),
    ("3.5GWh", .kilowattHours, 3.5e6), ("1287MWh", .kilowattHours, 1_287_000), ("80GB", .bytes, 80e9),
    ("64GiB", .bytes, 68_719_476_736), ("700W", .per(.kilowattHours, .acceleratorHours), 0.7),
    ("384g/kWh", .per(.gramsCO2e, .kilowattHours), 384), ("24.7t", .gramsCO2e, 24.7e6), ("-5", .tokens, -5),
    ("700kL", .liters, 7e5), ("21.8ML", .liters, 21.8e6), ("3m3", .liters, 3000),
  ])
  func `quantities read as the field writes them`(text: String, dimension: Dimension, value: Double) throws {
    #expect(try Notation.parse(text, as: dimension) == value)
  }

  @Test func `a bare duration takes the unit of the option`() throws {
    #expect(try Notation.parse("54", as: .hours, bareUnit: "d") == 1296)
    #expect(try Notation.parse("54", as: .hours) == 54)
  }

  @Test(arguments: [
    ("", "empty"), ("nan", "not a count"), ("inf", "not a count"), ("0x10", "not a count"), ("1e", "not a count"),
    ("--5", "not a count"), ("1.2.3", "not a count"), ("70Q", "not a count"), ("seventy", "not a count"),
    ("1,000", "comma"), ("_1", "not a count"), ("1__0", "not a count"), ("1e999", "beyond"), ("70 B B", "not a count"),
    ("½", "not a count"), ("٣", "not a count"),
  ])
  func `what is no count is refused`(text: String, reason: String) {
    #expect {
      try Notation.parse(text, as: .tokens)
    } throws: { error in
      (error as? NotationError)?.reason.contains(reason) == true
    }
  }

  @Test(arguments: [
    ("0.25..0.36", 0.25, 0.3, 0.36), ("25%..36%", 0.25, 0.3, 0.36), ("0.2..0.3..0.5", 0.2, 0.3, 0.5),
    ("0.4", 0.4, 0.4, 0.4), ("0..1", 0, 0.5, 1),
  ])
  func `ranges have a low, a typical and a high value`(text: String, low: Double, typical: Double, high: Double) throws
  {
    let range = try Notation.parseRange(text, as: Ratio.self)
    #expect(range.low.value == low)
    #expect(abs(range.typical.value - typical) < 1e-12)
    #expect(range.high.value == high)
  }

  @Test func `a range of money keeps its decimal points`() throws {
    let range = try Notation.parseRange("$1.9..$3.2", as: Per<Dollars, AcceleratorHours>.self)
    #expect((range.low.value, range.high.value) == (1.9, 3.2))
  }

  @Test(arguments: ["7..3", "5..", "..5", "1...3", "1..2..3..4", "1..3..2"])
  func `a range upside down or without an end is refused`(text: String) {
    #expect(throws: NotationError.self) { try Notation.parseRange(text, as: Ratio.self) }
  }

  @Test(arguments: [
    Dimension.parameters, .tokens, .operations, .ratio, .dollars, .hours, .kilowattHours,
    .per(.dollars, .acceleratorHours), .accelerators,
  ])
  func `exact text reads back as the same number`(dimension: Dimension) throws {
    var state: UInt64 = 42
    for _ in 0..<2000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let mantissa = Double(state >> 11) * 0x1p-53 + 0.1
      let value = mantissa * [1e-3, 1, 24, 1e3, 1e6, 1e9, 1e12, 1e20, 1e25][Int(state % 9)]
      #expect(try Notation.parse(Notation.exact(value, as: dimension), as: dimension) == value)
    }
  }

  @Test(arguments: [
    (70e9, Dimension.parameters, "70B"), (1.1e9, .parameters, "1.1B"), (1296, .hours, "54d"), (0.4, .ratio, "0.4"),
    (15e12, .tokens, "15T"), (2.5e24, .operations, "2.5e24"), (2.5e6, .dollars, "$2.5M"),
  ])
  func `exact text is short`(value: Double, dimension: Dimension, text: String) {
    #expect(Notation.exact(value, as: dimension) == text)
  }

  @Test(arguments: [
    (6.634e6, Dimension.acceleratorHours, "6.63M"), (184_320, .acceleratorHours, "184,000"),
    (6.3e24, .operations, "6.30e24"),
    (70e9, .parameters, "70B"), (15e12, .tokens, "15T"), (16_400_000, .dollars, "$16.4M"), (2.5, .dollars, "$2.50"),
    (0.081, .dollars, "$0.081"), (931.4, .dollars, "$931"), (999.6, .dollars, "$1,000"), (-5, .dollars, "-$5.00"),
    (999_999, .acceleratorHours, "1M"), (0, .dollars, "$0"), (0.287_4, .ratio, "0.287"), (0.75, .hours, "45 min"),
    (12.34, .hours, "12.3 h"), (1300.8, .hours, "54.2 days"), (27.5e6, .kilowattHours, "27.5 GWh"),
    (10.46e9, .gramsCO2e, "10.5 kt"), (700e3, .liters, "700,000 L"), (21.9e6, .liters, "21.9M L"),
    (1.12e12, .bytes, "1.12 TB"),
    (16_384, .accelerators, "16,384"), (131_072, .sequenceLength, "131,072"),
    (2.5, .per(.dollars, .acceleratorHours), "$2.50/h"),
    (989.4e12 * 3600, .per(.operations, .acceleratorHours), "989 TFLOP/s"),
    (0.7, .per(.kilowattHours, .acceleratorHours), "700 W"), (0.081, .per(.dollars, .kilowattHours), "$0.081/kWh"),
    (384.4, .per(.gramsCO2e, .kilowattHours), "384 g/kWh"), (.infinity, .ratio, "n/a"), (.nan, .dollars, "n/a"),
    (0, .hours, "0 h"), (1e16, .parameters, "10,000T"), (1.5e16, .dollars, "$15,000T"), (1.0 / 360, .hours, "10 s"),
    (0.5, .per(.hours, .items), "30 min/item"),
  ])
  func `people see three digits and a fitting unit`(value: Double, dimension: Dimension, text: String) {
    #expect(Notation.display(value, as: dimension) == text)
  }
}
