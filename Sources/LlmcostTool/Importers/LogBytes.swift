import CostModel

/// Numbers, units and times in the bytes of a log.
enum LogBytes {
  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// Whether a byte goes on with a word, so that `eval_runtime` is not `runtime`.
  @inline(__always)
  static func isOfWord(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return lower >= 0x61 && lower <= 0x7A || byte >= 0x2E && byte <= 0x39 || byte == 0x5F || byte >= 0x80
  }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x22 || byte == 0x27 || byte == 0x2E
  }

  /// A number at a place, with groups of thousands and an exponent; nil for anything else, NaN and infinity among it.
  static func number(_ base: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> (value: Double, next: Int)? {
    var place = start
    var isNegative = false
    if place < count, base[place] == 0x2D { (isNegative, place) = (true, place + 1) }
    var whole: UInt64 = 0
    var digits = 0
    var power = 0
    let first = place
    while place < count {
      let byte = base[place]
      if isDigit(byte) {
        if digits < 18 { (whole, digits) = (whole * 10 + UInt64(byte - 0x30), digits + 1) } else { power += 1 }
      } else if byte != 0x2C || !isGroup(base, place, count) || place == first {
        break
      }
      place += 1
    }
    guard place > first else { return nil }
    if place + 1 < count, base[place] == 0x2E, isDigit(base[place + 1]) {
      place += 1
      while place < count, isDigit(base[place]) {
        if digits < 18 { (whole, digits, power) = (whole * 10 + UInt64(base[place] - 0x30), digits + 1, power - 1) }
        place += 1
      }
    }
    if place + 1 < count, base[place] | 0x20 == 0x65 {
      var next = place + 1
      let sign = base[next]
      if sign == 0x2B || sign == 0x2D { next += 1 }
      var exponent = 0
      let start = next
      while next < count, isDigit(base[next]), exponent < 1000 {
        exponent = exponent * 10 + Int(base[next] - 0x30)
        next += 1
      }
      if next > start { (power, place) = (power + (sign == 0x2D ? -exponent : exponent), next) }
    }
    let scaled = scaled(Double(whole), power)
    return (isNegative ? -scaled : scaled, place)
  }

  private static let powers: [Double] = (0...22).map { exponent in (0..<exponent).reduce(1.0) { value, _ in value * 10 }
  }

  private static func scaled(_ value: Double, _ power: Int) -> Double {
    if power == 0 { return value }
    if power < 0, power >= -22 { return value / powers[-power] }
    if power > 0, power <= 22 { return value * powers[power] }
    return value * Elementary.power(10, Double(max(-400, min(400, power))))
  }

  /// Whether a comma stands before three digits and no more.
  private static func isGroup(_ base: UnsafePointer<UInt8>, _ place: Int, _ count: Int) -> Bool {
    guard place + 3 < count, isDigit(base[place + 1]), isDigit(base[place + 2]), isDigit(base[place + 3]) else {
      return false
    }
    return place + 4 >= count || !isDigit(base[place + 4])
  }

  /// What the unit behind a number makes of it.
  static func unit(_ base: UnsafePointer<UInt8>, _ place: Int, _ count: Int, isTime: Bool) -> Double {
    let next = place + 1 < count ? base[place + 1] : 0
    let isAlone = !(next | 0x20 >= 0x61 && next | 0x20 <= 0x7A)
    switch base[place] {
    case 0x25: return 0.01
    case 0x6D where isTime: return next == 0x73 ? 1e-3 : isAlone ? 60 : 1
    case 0x68 where isTime && isAlone: return 3600
    case 0x4B, 0x6B: return isAlone ? 1e3 : 1
    case 0x4D: return isAlone ? 1e6 : 1
    case 0x42, 0x47: return isAlone ? 1e9 : 1
    case 0x54: return isAlone ? 1e12 : 1
    default: return 1
    }
  }

  /// Seconds of a time as it is printed: `0:02:55`, `4 days, 7:19:52`, `21h 35m 49s`; nil for a number by itself.
  static func duration(_ base: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Double? {
    var place = start
    var (whole, clock) = (0.0, 0.0)
    var isTime = false
    while place < count, let (value, next) = number(base, place, count), value >= 0 {
      place = next
      if place < count, base[place] == 0x3A {
        (clock, isTime, place) = ((clock + value) * 60, true, place + 1)
        continue
      }
      while place < count, base[place] == 0x20 { place += 1 }
      let scale = place < count && clock == 0 ? scale(base[place]) : 0
      let letter = place
      while place < count, base[place] | 0x20 >= 0x61, base[place] | 0x20 <= 0x7A { place += 1 }
      let isDay = letter < count && base[letter] == 0x64
      guard scale > 0, isDay || place == letter + 1 else { return isTime ? whole + clock + value : nil }
      (whole, isTime) = (whole + value * scale, true)
      while place < count, base[place] == 0x20 || base[place] == 0x2C { place += 1 }
    }
    return isTime ? whole + clock : nil
  }

  /// Seconds of a unit of time by its letter; 0 for none.
  private static func scale(_ letter: UInt8) -> Double {
    switch letter {
    case 0x64: 86400
    case 0x68: 3600
    case 0x6D: 60
    case 0x73: 1
    default: 0
    }
  }

  static func begins(_ line: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool {
    guard line.count >= text.utf8CodeUnitCount else { return false }
    for index in 0..<text.utf8CodeUnitCount where line[index] != text.utf8Start[index] { return false }
    return true
  }

  @inline(__always)
  private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

  static func contains(_ line: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool { find(line, text) != nil }

  /// Where a text in lower case begins, in any case.
  static func find(_ line: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Int? {
    guard line.count >= text.utf8CodeUnitCount else { return nil }
    let first = text.utf8Start[0]
    for start in 0...(line.count - text.utf8CodeUnitCount) where lower(line[start]) == first {
      var index = 1
      while index < text.utf8CodeUnitCount, lower(line[start + index]) == text.utf8Start[index] {
        index += 1
      }
      if index == text.utf8CodeUnitCount { return start }
    }
    return nil
  }

  // MARK: - Times

  /// Seconds of the clock that a line begins with, by some day in the past: `2026-08-28 16:34:06`, `12/25/2024 10:00:00`,
  /// `25.12.2024 10:00:00`.
  static func clock(_ line: UnsafeBufferPointer<UInt8>) -> Double? {
    guard let base = line.baseAddress, line.count >= 19 else { return nil }
    var place = 0
    while place <= min(line.count - 19, 48) {
      if isDigit(base[place]), let seconds = clock(base + place) { return seconds }
      place += 1
    }
    return nil
  }

  private static func clock(_ base: UnsafePointer<UInt8>) -> Double? {
    func digits(_ from: Int, _ count: Int) -> Int? {
      var value = 0
      for index in from..<(from + count) {
        guard isDigit(base[index]) else { return nil }
        value = value * 10 + Int(base[index] - 0x30)
      }
      return value
    }
    guard base[13] == 0x3A, base[16] == 0x3A, base[10] == 0x20 || base[10] == 0x54 || base[10] == 0x5F,
      let hour = digits(11, 2), let minute = digits(14, 2), let second = digits(17, 2)
    else { return nil }
    let date: (year: Int?, month: Int?, day: Int?)
    if base[4] == 0x2D || base[4] == 0x2F {
      date = (digits(0, 4), digits(5, 2), digits(8, 2))
    } else if base[2] == 0x2E {
      date = (digits(6, 4), digits(3, 2), digits(0, 2))
    } else {
      date = (digits(6, 4), digits(0, 2), digits(3, 2))
    }
    guard let year = date.year, let month = date.month, let day = date.day, (1...12).contains(month) else { return nil }
    return Double(days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second)
  }

  /// Days of the civil calendar since the beginning of March of the year 0.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + ofYear
  }
}
