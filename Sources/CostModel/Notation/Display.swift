extension Notation {
  /// The shortest text that ``parse(_:as:bareUnit:)`` reads back as exactly this value.
  package static func exact(_ value: Double, as dimension: Dimension) -> String {
    guard value.isFinite else { return "n/a" }
    var decimal = Decimal(value)
    let money = dimension.isMoney ? "$" : ""
    let sign = decimal.isNegative && !money.isEmpty ? "-" : ""
    if !money.isEmpty { decimal.isNegative = false }
    var suffix = ""
    switch dimension {
    case .parameters, .tokens, .accelerators, .acceleratorHours, .checkpoints, .items, .dollars:
      let named = decimal.digits.isEmpty ? nil : [(12, "T"), (9, "B"), (6, "M")].first { $0.0 <= decimal.magnitude }
      if let named, decimal.magnitude < named.0 + 4 {
        decimal.exponent -= named.0
        suffix = named.1
      }
    case .hours where value >= 24:
      let days = value / 24
      if days * 24 == value { (decimal, suffix) = (Decimal(days), "d") } else { suffix = "h" }
    case .hours: suffix = "h"
    case .kilowattHours: suffix = "kWh"
    default: break
    }
    let spread = decimal.magnitude > 20 || decimal.magnitude < -6
    let digits = spread ? scientific(decimal) : decimal.text()
    return sign + money + digits + suffix
  }

  /// A value for people, to so many significant digits, with the unit that keeps the number short.
  package static func display(_ value: Double, as dimension: Dimension, digits: Int = 3) -> String {
    guard value.isFinite else { return "n/a" }
    if value < 0 { return "-" + display(-value, as: dimension, digits: digits) }
    switch dimension {
    case .ratio: return plain(value, digits)
    case .operations: return value < 1e6 ? plain(value, digits) : scientific(value, digits)
    case .parameters, .tokens, .checkpoints, .items, .acceleratorHours: return count(value, digits)
    case .gigabyteMonths: return count(value, digits) + " GB-months"
    case .accelerators where value < 100 && value != value.rounded(): return plain(value, digits)
    case .accelerators, .sequenceLength:
      return value < 1e15 ? Decimal(value.rounded()).text(grouped: true) : scientific(value, digits)
    case .hours: return duration(value, digits)
    case .kilowattHours: return scaled(value, [(1e9, "TWh"), (1e6, "GWh"), (1e3, "MWh"), (1, "kWh")], digits)
    case .dollars: return dollars(value, digits)
    case .gramsCO2e: return scaled(value, [(1e12, "Mt"), (1e9, "kt"), (1e6, "t"), (1e3, "kg"), (1, "g")], digits)
    // Millions as readers count them: ML beside mL is a slip of a billion.
    case .liters: return count(value, digits) + " L"
    case .bytes:
      return scaled(
        value, [(1e18, "EB"), (1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1, "B")], digits)
    case .per(.dollars, .acceleratorHours): return dollars(value, digits) + "/h"
    case .per(.dollars, .tokens): return dollars(value * 1e6, digits) + "/M tokens"
    case .per(.dollars, let base) where base.isPower: return dollars(value, digits) + "/kW"
    case .per(.dollars, .bytes): return dollars(value * 1e12, digits) + "/TB"
    case .per(.acceleratorHours, .bytes): return plain(value * 1e12, digits) + " h/TB"
    case .per(.hours, _):
      return duration(value, digits) + "/" + Dimension.per(.ratio, dimension.base).unitName.dropFirst(2)
    case .per(.operations, .acceleratorHours):
      return scaled(
        value / 3600, [(1e18, "EFLOP/s"), (1e15, "PFLOP/s"), (1e12, "TFLOP/s"), (1e9, "GFLOP/s"), (1, "FLOP/s")], digits
      )
    case .per where dimension.isPower:
      return scaled(value * 1000, [(1e9, "GW"), (1e6, "MW"), (1e3, "kW"), (1, "W")], digits)
    case .per(let amount, let base):
      let isIntensity = amount == .gramsCO2e && base == .kilowattHours
      return (isIntensity ? plain(value, digits) + " g" : display(value, as: amount, digits: digits))
        + "/" + Dimension.per(.ratio, base).unitName.dropFirst(2)
    }
  }

  private static func plain(_ value: Double, _ digits: Int) -> String {
    guard value < 1e15 else { return scientific(value, digits) }
    let rounded = Decimal(value).rounded(to: digits)
    return value != 0 && rounded.magnitude < -6 ? scientific(rounded) : rounded.text(grouped: true)
  }

  private static func count(_ value: Double, _ digits: Int) -> String {
    guard value < 1e18 else { return scientific(value, digits) }
    let rounded = Decimal(value).rounded(to: digits)
    guard !rounded.digits.isEmpty else { return "0" }
    guard let (power, suffix) = [(12, "T"), (9, "B"), (6, "M")].first(where: { $0.0 <= rounded.magnitude }) else {
      return rounded.text(grouped: true)
    }
    var mantissa = Decimal(rounded.double ?? 0)
    mantissa.exponent -= power
    return mantissa.text(grouped: true) + suffix
  }

  private static func dollars(_ value: Double, _ digits: Int) -> String {
    guard value < 1e18 else { return "$" + scientific(value, digits) }
    let rounded = Decimal(value).rounded(to: digits)
    guard
      let (power, suffix) = [(12, "T"), (9, "B"), (6, "M")].first(where: { $0.0 <= rounded.magnitude && value > 0 })
    else {
      let places = value == 0 ? 0 : Swift.max(0, Swift.min(digits - 1 - rounded.magnitude, 2))
      return "$" + trimmed(rounded).text(minimumPlaces: value >= 1000 ? 0 : places, grouped: true)
    }
    var mantissa = rounded
    mantissa.exponent -= power
    return "$" + mantissa.text(grouped: true) + suffix
  }

  private static func duration(_ hours: Double, _ digits: Int) -> String {
    if hours == 0 { return "0 h" }
    if hours < 1.0 / 60 { return plain(hours * 3600, digits) + " s" }
    if hours < 1 { return plain(hours * 60, digits) + " min" }
    if hours < 48 { return plain(hours, digits) + " h" }
    let days = hours / 24
    return days < 730 ? plain(days, digits) + " days" : plain(days / 365.25, digits) + " years"
  }

  /// The first unit that leaves at least one before the point, after rounding.
  private static func scaled(_ value: Double, _ units: [(scale: Double, name: String)], _ digits: Int) -> String {
    for unit in units {
      let rounded = Decimal(value / unit.scale).rounded(to: digits)
      if rounded.magnitude >= 0, !rounded.digits.isEmpty {
        return (rounded.magnitude > 14 ? scientific(rounded) : rounded.text(grouped: true)) + " " + unit.name
      }
    }
    return plain(value, digits) + " " + (units.last?.name ?? "")
  }

  private static func scientific(_ value: Double, _ digits: Int) -> String {
    var rounded = Decimal(value).rounded(to: digits)
    while rounded.digits.count < digits, !rounded.digits.isEmpty {
      rounded.digits.append(0)
      rounded.exponent -= 1
    }
    return scientific(rounded)
  }

  private static func scientific(_ decimal: Decimal) -> String {
    guard let first = decimal.digits.first else { return "0" }
    let rest = String(decoding: decimal.digits.dropFirst().map { $0 + 48 }, as: UTF8.self)
    return (decimal.isNegative ? "-" : "") + "\(first)" + (rest.isEmpty ? "" : "." + rest) + "e\(decimal.magnitude)"
  }

  private static func trimmed(_ decimal: Decimal) -> Decimal {
    var result = decimal
    while result.digits.last == 0 {
      result.digits.removeLast()
      result.exponent += 1
    }
    return result
  }
}

extension Notation {
  /// A value rounded to so many significant digits, as text that a Double reads back.
  package static func digits(_ value: Double, _ count: Int) -> String {
    guard value.isFinite else { return "nan" }
    let rounded = Decimal(value).rounded(to: count)
    return rounded.double?.description ?? "nan"
  }
}
