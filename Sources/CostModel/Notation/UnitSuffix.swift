/// A unit that people write behind a number: what it stands for, as a power of ten or a factor on the base unit.
struct UnitSuffix {
  let text: String
  /// Moves the decimal point.
  var exponent = 0
  /// Multiplies, where the unit is no power of ten.
  var factor = 1.0

  static func suffixes(for dimension: Dimension) -> [UnitSuffix] {
    switch dimension {
    case .ratio: [UnitSuffix(text: "%", exponent: -2), UnitSuffix(text: "x"), UnitSuffix(text: "×")]
    case .parameters, .tokens, .accelerators, .acceleratorHours, .checkpoints, .items: counts
    case .operations: counts + operations
    case .sequenceLength:
      [
        UnitSuffix(text: "k", factor: 1024), UnitSuffix(text: "K", factor: 1024),
        UnitSuffix(text: "M", factor: 1_048_576),
      ]
    case .dollars: money()
    case .hours: durations
    // Of one item: what takes months is no duration of it.
    case .per(.hours, _):
      durations + [UnitSuffix(text: "m", factor: 1 / 60), UnitSuffix(text: "ms", exponent: -3, factor: 1 / 3600)]
    case .kilowattHours: energies
    case .gramsCO2e:
      [
        UnitSuffix(text: "g"), UnitSuffix(text: "kg", exponent: 3), UnitSuffix(text: "t", exponent: 6),
        UnitSuffix(text: "kt", exponent: 9),
      ]
    case .liters:
      [
        UnitSuffix(text: "L"), UnitSuffix(text: "M L", exponent: 6), UnitSuffix(text: "kL", exponent: 3),
        UnitSuffix(text: "ML", exponent: 6),
        UnitSuffix(text: "m3", exponent: 3),
      ]
    case .bytes: bytes
    case .gigabyteMonths: []
    case .per(.dollars, .acceleratorHours):
      money() + [UnitSuffix(text: "/h"), UnitSuffix(text: "/hour"), UnitSuffix(text: "USD/h")]
    case .per(.dollars, .kilowattHours):
      money() + [UnitSuffix(text: "/kWh"), UnitSuffix(text: "USD/kWh"), UnitSuffix(text: "/MWh", exponent: -3)]
    case .per(.dollars, .tokens):
      money(-6) + [UnitSuffix(text: "/M", exponent: -6), UnitSuffix(text: "/k", exponent: -3)]
    case .per(.dollars, .bytes): money(-12) + perBytes
    case .per(_, .bytes): perBytes
    case .per(.gramsCO2e, .kilowattHours):
      [UnitSuffix(text: "g/kWh"), UnitSuffix(text: "g"), UnitSuffix(text: "kg/MWh")]
    case .per(.dollars, _): money()
    case .per: dimension.isPower ? powers : []
    }
  }

  private static let counts = [
    UnitSuffix(text: "k", exponent: 3), UnitSuffix(text: "K", exponent: 3), UnitSuffix(text: "M", exponent: 6),
    UnitSuffix(text: "m", exponent: 6), UnitSuffix(text: "B", exponent: 9), UnitSuffix(text: "b", exponent: 9),
    UnitSuffix(text: "G", exponent: 9), UnitSuffix(text: "T", exponent: 12), UnitSuffix(text: "t", exponent: 12),
  ]

  /// Suffixes of money. Those of a rate scale the unit of a bare number, which `exponent` is the power of ten of.
  private static func money(_ exponent: Int = 0) -> [UnitSuffix] {
    let plain = [UnitSuffix(text: "")] + counts
    return plain.flatMap { suffix in
      ["", "USD"].map { UnitSuffix(text: suffix.text + $0, exponent: suffix.exponent + exponent) }
    }.filter { !$0.text.isEmpty }
  }

  private static let perBytes = [
    UnitSuffix(text: "/TB", exponent: -12), UnitSuffix(text: "/PB", exponent: -15),
    UnitSuffix(text: "/GB", exponent: -9),
  ]

  private static let operations = [("", 0), ("T", 12), ("P", 15), ("E", 18), ("Z", 21), ("Y", 24)]
    .map { UnitSuffix(text: $0.0 + "FLOP", exponent: $0.1) }

  private static let durations = [
    UnitSuffix(text: "s", factor: 1 / 3600), UnitSuffix(text: "min", factor: 1 / 60), UnitSuffix(text: "h"),
    UnitSuffix(text: "d", factor: 24), UnitSuffix(text: "w", factor: 168),
    UnitSuffix(text: "mo", factor: Hours.perMonth),
    UnitSuffix(text: "y", factor: Hours.perYear),
  ]

  private static let energies = [
    UnitSuffix(text: "Wh", exponent: -3), UnitSuffix(text: "kWh"), UnitSuffix(text: "MWh", exponent: 3),
    UnitSuffix(text: "GWh", exponent: 6), UnitSuffix(text: "TWh", exponent: 9),
  ]

  private static let powers = [
    UnitSuffix(text: "W", exponent: -3), UnitSuffix(text: "kW"), UnitSuffix(text: "MW", exponent: 3),
    UnitSuffix(text: "GW", exponent: 6),
  ]

  private static let bytes =
    [("B", 0), ("kB", 3), ("KB", 3), ("MB", 6), ("GB", 9), ("TB", 12), ("PB", 15)]
    .map { UnitSuffix(text: $0.0, exponent: $0.1) }
    + [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)].map { UnitSuffix(text: $0.0, factor: Double(1 << $0.1)) }
}
