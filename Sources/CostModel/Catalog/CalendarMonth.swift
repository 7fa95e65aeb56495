/// A month of the calendar, as far as a table's `asOf` tells it.
public struct CalendarMonth: Sendable, Comparable, Hashable {
  /// Months since January of year 0.
  public var index: Int

  /// Reads `2026`, `2026-11` or `2026-11-09`; a bare year counts as its June.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count), parts[0].utf8.count == 4, let year = Int(parts[0]), year >= 0 else {
      return nil
    }
    guard parts.count > 1 else {
      index = year * 12 + 5
      return
    }
    guard parts[1].utf8.count == 2, let month = Int(parts[1]), (1...12).contains(month) else { return nil }
    if parts.count == 3 {
      guard parts[2].utf8.count == 2, let day = Int(parts[2]), (1...31).contains(day) else { return nil }
    }
    index = year * 12 + month - 1
  }

  /// As tables write it, `2026-11`.
  public var text: String {
    let number = index % 12 + 1
    return "\(index / 12)-\(number < 10 ? "0" : "")\(number)"
  }

  /// A month so many after another.
  public static func + (month: Self, months: Int) -> Self {
    var later = month
    later.index += months
    return later
  }

  /// How many months lie between two.
  public static func - (left: Self, right: Self) -> Int { left.index - right.index }
  /// Orders by time.
  public static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}
