/// A number in decimal digits, as people write it: digits × 10^exponent.
///
/// Suffixes and percent signs move the exponent, never the digits, so that `1.1B` is the Double nearest to 1.1e9.
struct Decimal: Equatable {
  var isNegative = false
  /// Decimal digits without leading zeros; empty for zero.
  var digits: [UInt8] = []
  var exponent = 0

  /// Reads `12`, `-0.5`, `1_000`, `1.5e12`; nil for anything else.
  init?(_ text: Substring) {
    var rest = text.utf8[...]
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    var mantissa = rest
    if let mark = rest.firstIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) {
      mantissa = rest[..<mark]
      guard let power = Int(Substring(rest[rest.index(after: mark)...])), power.magnitude < 100_000 else { return nil }
      exponent = power
    }
    var seenPoint = false
    var previousIsDigit = false
    for byte in mantissa {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if seenPoint { exponent -= 1 }
        if byte > UInt8(ascii: "0") || !digits.isEmpty { digits.append(byte - UInt8(ascii: "0")) }
        previousIsDigit = true
      case UInt8(ascii: ".") where !seenPoint && (previousIsDigit || digits.isEmpty):
        seenPoint = true
        previousIsDigit = false
      case UInt8(ascii: "_") where previousIsDigit: previousIsDigit = false
      default: return nil
      }
    }
    guard previousIsDigit, digits.count < 1000 else { return nil }
  }

  /// The shortest digits that read back as the same value.
  init(_ value: Double) {
    self.init()
    isNegative = value < 0
    guard value != 0, value.isFinite, let parsed = Decimal(Substring(value.magnitude.description)) else { return }
    digits = parsed.digits
    exponent = parsed.exponent
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
  }

  private init() {}

  /// The nearest Double; nil beyond its range.
  var double: Double? {
    guard !digits.isEmpty else { return isNegative ? -0.0 : 0 }
    let text = (isNegative ? "-" : "") + String(decoding: digits.map { $0 + 48 }, as: UTF8.self) + "e\(exponent)"
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// The power of ten of the first digit.
  var magnitude: Int { digits.count - 1 + exponent }

  /// Rounded half up to so many significant digits.
  func rounded(to count: Int) -> Decimal {
    guard digits.count > count, count > 0 else { return self }
    var result = self
    let roundsUp = digits[count] >= 5
    result.digits = Array(digits[..<count])
    result.exponent = exponent + digits.count - count
    if roundsUp {
      var place = count - 1
      while true {
        if result.digits[place] < 9 {
          result.digits[place] += 1
          break
        }
        result.digits[place] = 0
        if place == 0 {
          result.digits.insert(1, at: 0)
          result.digits.removeLast()
          result.exponent += 1
          break
        }
        place -= 1
      }
    }
    return result
  }

  /// Written out in full, with at least `places` decimals; grouped by commas if asked.
  func text(minimumPlaces places: Int = 0, grouped: Bool = false) -> String {
    var whole = exponent >= 0 ? digits + [UInt8](repeating: 0, count: digits.isEmpty ? 0 : exponent) : []
    var fraction: [UInt8] = []
    if exponent < 0 {
      let split = digits.count + exponent
      whole = split > 0 ? Array(digits[..<split]) : []
      fraction = split > 0 ? Array(digits[split...]) : [UInt8](repeating: 0, count: -split) + digits
    }
    while fraction.count < places { fraction.append(0) }
    if whole.isEmpty { whole = [0] }
    var text = isNegative && !digits.isEmpty ? "-" : ""
    for (index, digit) in whole.enumerated() {
      if grouped, index > 0, (whole.count - index) % 3 == 0 { text += "," }
      text += String(digit)
    }
    if !fraction.isEmpty { text += "." + String(decoding: fraction.map { $0 + 48 }, as: UTF8.self) }
    return text
  }
}
