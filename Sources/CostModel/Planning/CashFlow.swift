/// What is paid in each month of a plan.
package struct CashFlow: Sendable {
  /// USD in each month, from the first.
  package private(set) var months: [Double] = []

  /// USD month by month.
  package init(months: [Double]) { self.months = months }

  /// The payments of a rented job.
  ///
  /// Rent is paid as it is used, or month by month over whole terms; blocks are paid for at their start. Storage is paid
  /// while data is kept, egress at the end, and labels, services and all else before the first step.
  ///
  /// - Parameters:
  ///   - estimate: The job.
  ///   - isPrepaid: Whether rent is paid for at the start.
  package init(_ estimate: Estimate, isPrepaid: Bool = false) {
    let run = (estimate.run.wallClock?.typical.value ?? 0) / Hours.perMonth
    let (bill, scenario) = (estimate.bill, estimate.scenario)
    var rented = run
    if let term = bill.term, let accelerators = estimate.run.accelerators {
      rented = term.billed.typical.value / accelerators.typical.value / Hours.perMonth
    }
    for line in bill.lines {
      let amount = line.amount.typical.value
      switch line.category {
      case .compute, .unused, .research, .host, .electricity, .interest, .hosting:
        spread(amount, over: isPrepaid ? 0 : rented)
      case .storage: spread(amount, over: run + scenario.storage.time.typical.value / Hours.perMonth)
      case .egress: pay(amount, inMonth: Swift.max(0, Int.whole(run.rounded(.up), atMost: 12_000) - 1))
      case .data, .humanData, .api, .staff: pay(amount, inMonth: 0)
      }
    }
  }

  private mutating func pay(_ amount: Double, inMonth month: Int) {
    while months.count <= month { months.append(0) }
    months[month] += amount
  }

  /// Evenly over so many months from the start.
  private mutating func spread(_ amount: Double, over time: Double) {
    guard time.isFinite, time > 1 else { return pay(amount, inMonth: 0) }
    for month in 0..<Int.whole(time.rounded(.up), atMost: 12_000) {
      pay(amount * Swift.min(1, time - Double(month)) / time, inMonth: month)
    }
  }

  /// What the payments are worth at the start, USD: each is discounted from the middle of its month, at a rate of a year.
  package func presentValue(rate: Double) -> Double {
    months.enumerated().reduce(0) { sum, month in
      sum + month.element * Elementary.power(1 + rate, -(Double(month.offset) + 0.5) / 12)
    }
  }
}

/// Buying a cluster held against renting the same: over the life of the hardware, at its usual use.
package struct OwnershipCase: Sendable {
  /// USD to buy it.
  package let purchase: Double
  /// USD a month for hosting, staff and electricity.
  package let running: Double
  /// USD a month that renting the hours used would cost, in the first month.
  package let rent: Double
  /// Rent of a year later over that of now.
  package let trend: Double
  /// What it sells for in the end, USD.
  package let resale: Double
  /// Months of its life.
  package let life: Int
  /// The share of its life that it computes.
  package let utilization: Double

  /// The case of an owned estimate; nil where none of it is owned, or by no fixed life.
  ///
  /// - Parameters:
  ///   - estimate: The job on an owned cluster.
  ///   - rate: USD of an accelerator-hour rented instead.
  ///   - trend: Rent of a year later over that of now.
  package init?(_ estimate: Estimate, rate: Double, trend: Double) {
    guard case .ownership(let terms) = estimate.scenario.payment, let charge = estimate.bill.ownership,
      let count = estimate.run.accelerators?.typical.value, let life = charge.lifetime?.typical.value
    else { return nil }
    let owned = charge.owned.typical.value
    guard owned > 0 else { return nil }
    purchase = charge.cluster.typical.value * count
    utilization = terms.utilization?.typical.value ?? 1
    let hours = count * Hours.perMonth
    // Each hour owned bears hosting and staff; each hour used bears electricity.
    running =
      hours
      * ((charge.amount(.hosting).typical.value + charge.amount(.staff).typical.value) / owned
        + utilization * charge.amount(.electricity).typical.value / charge.used.typical.value)
    rent = rate * hours * utilization
    self.trend = trend
    if case .straightLine(_, let resale?) = terms.depreciation {
      self.resale = purchase * resale.typical.value
    } else {
      resale = 0
    }
    self.life = Int.whole((life / Hours.perMonth).rounded(), atMost: 1200)
  }

  /// USD saved in a month of the life, from 0.
  private func saved(_ month: Int) -> Double {
    rent * Elementary.power(trend, Double(month) / 12) - running
  }

  /// What buying instead of renting is worth at the start, USD; above 0, buying is better.
  ///
  /// NPV = −purchase + Σ (rentₘ − running) / (1 + r)^(m/12) + resale / (1 + r)^life.
  package func netPresentValue(rate: Double) -> Double {
    var value = -purchase + resale * Elementary.power(1 + rate, -Double(life) / 12)
    for month in 0..<life { value += saved(month) * Elementary.power(1 + rate, -(Double(month) + 0.5) / 12) }
    return value
  }

  /// Months until what is saved has paid for the cluster; nil where it does not within its life.
  package var payback: Int? {
    var balance = -purchase
    for month in 0..<life {
      balance += saved(month)
      if balance >= 0 { return month + 1 }
    }
    return nil
  }
}
