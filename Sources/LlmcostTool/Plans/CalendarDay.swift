/// A day of the calendar.
struct CalendarDay: Sendable, Comparable {
  /// Days since the first of January 1970.
  let number: Int

  /// The day of a date as people type it: `2027-03-15`, or the first or last day of `2027-03` or `2027`; nil for a day
  /// that no month has.
  init?(_ text: String, isEnd: Bool = false) {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard let year = parts.first else { return nil }
    let month = parts.count > 1 ? parts[1] : isEnd ? 12 : 1
    let last = Self.number(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - 1
    guard parts.count > 2 else {
      number = isEnd ? last : Self.number(year, month, 1)
      return
    }
    number = Self.number(year, month, parts[2])
    guard number <= last else { return nil }
  }

  /// Days of the civil calendar, counted in years that begin with March.
  private static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let ofEra = year - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }

  static func - (left: Self, right: Self) -> Int { left.number - right.number }
  static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
