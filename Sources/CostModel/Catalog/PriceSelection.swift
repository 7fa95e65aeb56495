/// Which price rows count, when many describe the same thing.
package enum PriceSelection {
  /// Rows at most this much older than the newest still count as current.
  package static let monthsCurrent = 12
  /// USD per accelerator-hour above which a rate looks like that of a whole node.
  package static let highestPlausibleRate = 60.0
  /// USD per accelerator-hour up to which a rate may be that of some accelerator.
  static let highestRateOfAny = 8.0

  /// The newest row of each offer (provider, instance, region, commitment), without those that are over a year older
  /// than `newest`.
  ///
  /// - Parameters:
  ///   - prices: Any price rows.
  ///   - newest: The month to count back from; nil for that of the newest row.
  ///   - months: How much older a row may be.
  /// - Returns: The rows that count, in their order.
  package static func current(_ prices: [Price], asOf newest: CalendarMonth? = nil, months: Int = monthsCurrent)
    -> [Price]
  {
    let dated = prices.compactMap { price in CalendarMonth(price.reference.asOf).map { (price, $0) } }
    guard let end = newest ?? dated.map(\.1).max() else { return [] }
    var latest: [String: (Price, CalendarMonth)] = [:]
    var order: [String] = []
    for (price, month) in dated where end - month <= months && month <= end {
      let offer = [price.provider, price.instance ?? "", price.region, price.commitment.rawValue, price.accelerator]
        .joined(separator: "\n")
      if let known = latest[offer] {
        if known.1 < month || (known.1 == month && known.0.reference.asOf < price.reference.asOf) {
          latest[offer] = (price, month)
        }
      } else {
        latest[offer] = (price, month)
        order.append(offer)
      }
    }
    return order.compactMap { latest[$0]?.0 }
  }

  /// One price for many rows: their median, from the lowest to the highest.
  ///
  /// - Returns: nil for no rows.
  package static func summary(_ prices: [Price]) -> (
    rate: Ranged<Per<Dollars, AcceleratorHours>>, origin: RowReference
  )? {
    let rates = prices.map(\.rate)
    guard let first = prices.first, let low = rates.min(), let high = rates.max() else { return nil }
    let rate = Ranged<Per<Dollars, AcceleratorHours>>(Quantiles.quantile(0.5, of: rates), low: low, high: high)
    guard prices.count > 1 else { return (rate, first.reference) }
    let oldest = prices.map(\.reference.asOf).min() ?? first.reference.asOf
    let origin = RowReference(
      table: "prices", id: "\(first.provider) \(first.accelerator) \(first.commitment.rawValue)", asOf: oldest,
      sources: distinct(prices.flatMap(\.reference.sources)),
      assumption: prices.compactMap(\.reference.assumption).first,
      note: "median of \(prices.count) current rows, lowest to highest")
    return (rate, origin)
  }

  /// One price for all rows of a file: their median, from p10 to p90.
  ///
  /// - Returns: nil for no rows.
  package static func spread(_ prices: [Price]) -> (rate: Ranged<Per<Dollars, AcceleratorHours>>, origin: RowReference)?
  {
    guard prices.count > 1, let summary = summary(prices) else { return summary(prices) }
    let rates = prices.map(\.rate)
    let reference = summary.origin
    let providers = Set(prices.map(\.provider)).sorted()
    let accelerator = prices.first?.accelerator ?? ""
    let commitment = prices.first?.commitment.rawValue ?? ""
    let who = providers.count == 1 ? providers[0] : "\(providers.count) providers"
    return (
      Ranged(
        Quantiles.quantile(0.5, of: rates), low: Quantiles.quantile(0.1, of: rates),
        high: Quantiles.quantile(0.9, of: rates)),
      RowReference(
        table: reference.table, id: "\(who) \(accelerator) \(commitment)", asOf: reference.asOf,
        sources: reference.sources, assumption: reference.assumption,
        note: "median of \(prices.count) rows, p10 to p90")
    )
  }

  private static func distinct(_ sources: [Source]) -> [Source] {
    var seen: [Source] = []
    for source in sources where !seen.contains(source) { seen.append(source) }
    return seen
  }
}
