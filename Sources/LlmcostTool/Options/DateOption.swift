import CommandLineKit
import CostModel

/// A year, a month or a day.
struct DateOption: OptionValue {
  var text: String
  var month: CalendarMonth

  static var placeholder: String { "date" }

  init(argument: String) throws(ValueError) {
    guard let month = CalendarMonth(argument) else {
      throw ValueError("'\(argument)' is not a date", hint: "write 2026, 2026-11 or 2026-11-21")
    }
    text = argument
    self.month = month
  }

  /// The date, which must not lie ahead.
  func past(_ today: String) throws(Failure) -> String {
    if PriceFile.liesAhead(text, of: today) {
      throw Failure("\(text) lies ahead: prices are of a day that was", hint: "today is \(today)", status: .usage)
    }
    return text
  }
}
