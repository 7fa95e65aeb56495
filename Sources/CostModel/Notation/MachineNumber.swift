/// Numbers for machines: at most 15 significant digits, so that the last binary place does not show.
extension Notation {
  /// The most bytes that ``write(_:at:)`` touches.
  package static let longestNumber = 40

  /// A number for machines, as text; empty for what is not finite.
  package static func machineText(_ value: Double) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: longestNumber) { place in
      guard let start = place.baseAddress else { return "" }
      let count = write(value, at: start)
      return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
  }

  /// Writes a number for machines: rounded half up to 15 significant digits, and those written as short as they read
  /// back; whole numbers below 1e15 without a point, exponents below 1e-4 and from 2^53 on.
  ///
  /// The scaling by powers of ten is exact: an integer product or quotient of 128 bits.
  ///
  /// - Parameters:
  ///   - value: Any number; what is not finite writes nothing.
  ///   - place: Room for ``longestNumber`` bytes.
  /// - Returns: How many bytes were written.
  package static func write(_ value: Double, at place: UnsafeMutablePointer<UInt8>) -> Int {
    guard value.isFinite else { return 0 }
    if value == 0 {
      place[0] = UInt8(ascii: "0")
      return 1
    }
    var place = place
    var sign = 0
    if value < 0 {
      place[0] = UInt8(ascii: "-")
      (place, sign) = (place + 1, 1)
    }
    guard let (digits, magnitude) = fifteenDigits(value.magnitude) else {
      return sign + writeSlowly(value.magnitude, at: place)
    }
    return sign + layOut(digits, magnitude, at: place)
  }

  private static let smallest = 100_000_000_000_000 as UInt64

  /// The first 15 digits as a whole number, and the power of ten of the first; nil where the powers are out of reach.
  @inline(__always)
  private static func fifteenDigits(_ value: Double) -> (digits: UInt64, magnitude: Int)? {
    guard value >= 1e-12, value < 1e40 else { return nil }
    // log10(2) = 1233/4096, near enough to be one off at most.
    var magnitude = (value.exponent >= 0 ? Int(value.exponent) * 1233 : Int(value.exponent) * 1233 - 4095) / 4096
    while true {
      guard let digits = rounded(value, timesTenTo: 14 - magnitude) else { return nil }
      if digits < smallest {
        magnitude -= 1
      } else if digits < 10 * smallest {
        return (digits, magnitude)
      } else {
        if digits == 10 * smallest { return (smallest, magnitude + 1) }
        magnitude += 1
      }
    }
  }

  /// value·10^power to the nearest whole number, halves up.
  @inline(__always)
  private static func rounded(_ value: Double, timesTenTo power: Int) -> UInt64? {
    let mantissa = value.significandBitPattern | 1 << 52
    let exponent = Int(value.exponent) - 52
    guard power.magnitude <= 27 else { return nil }
    let five = powersOfFive(Int(power.magnitude))
    if power >= 0 {
      let product = mantissa.multipliedFullWidth(by: five)
      let shift = -(exponent + power)
      guard shift > 0 else { return product.high == 0 && shift > -10 ? product.low << UInt64(-shift) : nil }
      guard shift < 128 else { return nil }
      // One bit more than the whole part: it says whether to round up.
      let doubled =
        shift > 64
        ? product.high >> UInt64(shift - 65)
        : shift == 64
          ? product.high << 1 | product.low >> 63
          : shift == 1 ? product.low : product.high << UInt64(65 - shift) | product.low >> UInt64(shift - 1)
      return (doubled + 1) >> 1
    }
    let shift = exponent + power + 1
    guard shift >= 0 else { return ((mantissa / (five << UInt64(-shift))) + 1) >> 1 }
    let high = shift >= 64 ? mantissa << UInt64(shift - 64) : shift == 0 ? 0 : mantissa >> UInt64(64 - shift)
    let low = shift >= 64 ? 0 : mantissa << UInt64(shift)
    guard high < five else { return nil }
    return (five.dividingFullWidth((high, low)).quotient + 1) >> 1
  }

  @inline(__always)
  private static func powersOfFive(_ power: Int) -> UInt64 {
    var result: UInt64 = 1
    var base: UInt64 = 5
    var rest = power
    while rest > 0 {
      if rest & 1 == 1 { result &*= base }
      base &*= base
      rest >>= 1
    }
    return result
  }

  /// Eight digits as bytes from 0 to 9, the first in the lowest byte.
  @inline(__always)
  private static func eightDigits(_ number: UInt64) -> UInt64 {
    let pairs = (number / 10_000) | (number % 10_000) << 32
    let hundreds = (pairs &* 10486) >> 20 & 0x0000_007F_0000_007F
    let twos = hundreds | (pairs &- hundreds &* 100) << 16
    let tens = (twos &* 103) >> 10 & 0x000F_000F_000F_000F
    return tens | (twos &- tens &* 10) << 8
  }

  @inline(__always)
  private static func layOut(_ digits: UInt64, _ magnitude: Int, at place: UnsafeMutablePointer<UInt8>) -> Int {
    // Sixteen digits, the last a zero.
    let (first, second) = (eightDigits(digits / 10_000_000), eightDigits(digits % 10_000_000 * 10))
    let count = second == 0 ? 8 - first.leadingZeroBitCount / 8 : 16 - second.leadingZeroBitCount / 8
    let zeros: UInt64 = 0x3030_3030_3030_3030
    func store(at place: UnsafeMutablePointer<UInt8>) {
      let raw = UnsafeMutableRawPointer(place)
      raw.storeBytes(of: (first | zeros).littleEndian, as: UInt64.self)
      raw.storeBytes(of: (second | zeros).littleEndian, toByteOffset: 8, as: UInt64.self)
    }
    // From 2^53 on a Double is described with an exponent.
    if magnitude >= 0, magnitude < 15 || magnitude == 15 && digits <= 900_719_925_474_099 {
      store(at: place)
      let whole = magnitude + 1
      guard count > whole else { return whole }
      var last = count
      while last > whole {
        place[last] = place[last - 1]
        last -= 1
      }
      place[whole] = UInt8(ascii: ".")
      return count + 1
    }
    if magnitude < 0, magnitude >= -4 {
      for index in 0..<(1 - magnitude) { place[index] = UInt8(ascii: "0") }
      place[1] = UInt8(ascii: ".")
      store(at: place + (1 - magnitude))
      return 1 - magnitude + count
    }
    store(at: place + 1)
    place[0] = place[1]
    var end = 1
    if count > 1 {
      place[1] = UInt8(ascii: ".")
      end = count + 1
    }
    place[end] = UInt8(ascii: "e")
    place[end + 1] = magnitude < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
    let power = UInt8(truncatingIfNeeded: magnitude.magnitude)
    place[end + 2] = UInt8(ascii: "0") + power / 10
    place[end + 3] = UInt8(ascii: "0") + power % 10
    return end + 4
  }

  /// For the very large and the very small.
  private static func writeSlowly(_ value: Double, at place: UnsafeMutablePointer<UInt8>) -> Int {
    var text = digits(value, 15)
    if text.hasSuffix(".0") { text.removeLast(2) }
    var count = 0
    for byte in text.utf8.prefix(longestNumber - 1) {
      place[count] = byte
      count += 1
    }
    return count
  }
}
