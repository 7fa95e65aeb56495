/// What money of a program is for, as a budget has it.
package enum BudgetCategory: String, CaseIterable, Sendable {
  /// Accelerators, rented or owned, used or not, with storage and all that runs on them.
  case compute
  /// Text that is bought, crawled, licensed or made.
  case data
  /// Labels and examples, by people or by models.
  case labels
  /// Salaries and hiring.
  case people
  /// Serving the model.
  case serving
  /// Everything else that a company needs.
  case overhead
  /// What is set aside for what nobody foresees.
  case contingency

  /// The name for people.
  package var name: String { rawValue }
  /// The stable name of the category's total.
  package var key: String { rawValue + "_usd" }
}

/// When money leaves: a share of an amount, in one month or evenly over a stretch of time.
package struct Payment: Sendable {
  /// The share of the amount.
  package var share: Double
  /// The start, in months from that of the program.
  package var from: Double
  /// How many months it takes; 0 pays all at once.
  package var months: Double

  /// A share that is paid over some months.
  package init(_ share: Double = 1, from: Double, months: Double) {
    self.share = share
    self.from = from
    self.months = months
  }

  /// Adds the payment to the months of a budget; what lies beyond the last month is paid in it.
  func add(to shares: inout [Double]) {
    guard let last = shares.indices.last else { return }
    let end = from + months
    guard months > 0 else {
      shares[Self.month(from, of: shares.count)] += share
      return
    }
    for month in shares.indices.dropFirst(Self.month(from, of: shares.count)) {
      guard Double(month) < end else { break }
      let stop = month == last ? end : Swift.min(end, Double(month + 1))
      shares[month] += share * Swift.max(0, stop - Swift.max(from, Double(month))) / months
    }
  }
}

extension Payment {
  /// The month that a time lies in, from 0; nothing traps.
  static func month(_ time: Double, of count: Int) -> Int {
    time >= 1 ? time < Double(count) ? Int(time) : count - 1 : 0
  }
}

/// The months of a budget by the calendar, where its start is known.
package struct ProgramCalendar: Sendable {
  /// The first month; nil where nobody said when it starts.
  package var start: CalendarMonth?
  /// The month of the year that a fiscal year begins with, from 1.
  package var fiscalStart = 1

  /// A calendar of a start.
  package init(start: CalendarMonth? = nil, fiscalStart: Int = 1) {
    self.start = start
    self.fiscalStart = fiscalStart
  }

  /// What a month is called, counted from 0.
  package func month(_ index: Int) -> String { start.map { ($0 + index).text } ?? "month \(index + 1)" }

  /// The quarter that a month lies in; fiscal years bear the number of the year that they end in.
  package func quarter(_ index: Int) -> String {
    guard let month = start.map({ $0 + index }) else { return "quarter \(index / 3 + 1)" }
    let number = month.index % 12 + 1
    let quarter = ((number - fiscalStart + 12) % 12) / 3 + 1
    guard fiscalStart > 1 else { return "\(month.index / 12) Q\(quarter)" }
    return "FY\(month.index / 12 + (number >= fiscalStart ? 1 : 0)) Q\(quarter)"
  }
}
