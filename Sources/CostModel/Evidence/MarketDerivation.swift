/// Derives what the market asks for each accelerator from the price rows of all providers.
///
/// Only current rows count (see ``PriceSelection``), counted back from the newest row of the whole table, or of the
/// accelerator where none of its rows is that new. Each provider has one voice, the median of its rows; the typical
/// price is the median of the providers, the range their p10 to p90. With fewer than three providers the range is at
/// least as wide as the typical accelerator's with three or more.
public enum MarketDerivation {
  /// A derived row.
  public struct Row: Sendable {
    /// The accelerator's id.
    public var accelerator: String
    /// How it is rented.
    public var commitment: Commitment
    /// USD per accelerator-hour.
    public var rate: Ranged<Per<Dollars, AcceleratorHours>>
    /// Price rows behind it.
    public var rows: Int
    /// Providers behind it.
    public var providers: [String]
    /// The newest row's date.
    public var asOf: String

    /// `h100-sxm-on-demand`.
    public var id: String { "\(accelerator)-\(commitment.rawValue)" }
  }

  /// The rows, by accelerator in the order of the price table, then by commitment.
  public static func rows(from prices: [Price]) -> [Row] {
    let newest = prices.compactMap { CalendarMonth($0.reference.asOf) }.max()
    var accelerators: [String] = []
    for price in prices where !accelerators.contains(price.accelerator) { accelerators.append(price.accelerator) }
    var rows: [Row] = []
    for accelerator in accelerators {
      for commitment in Commitment.allCases {
        let offers = prices.filter { $0.accelerator == accelerator && $0.commitment == commitment }
        var current = PriceSelection.current(offers, asOf: newest)
        if current.isEmpty { current = PriceSelection.current(offers) }
        if let row = row(accelerator, commitment, current) { rows.append(row) }
      }
    }
    return widened(rows, like: rows)
  }

  /// What the market asked for an accelerator at a time of the past.
  ///
  /// - Parameters:
  ///   - accelerator: The accelerator's id.
  ///   - commitment: How it is rented.
  ///   - prices: Price rows of all accelerators and times.
  ///   - month: The time. Where no row of it has three providers, the usual width is that of all rows.
  /// - Returns: nil where none of its rows was current then.
  public static func row(
    of accelerator: String, _ commitment: Commitment, from prices: [Price], asOf month: CalendarMonth
  ) -> Row? {
    let offers = prices.filter { $0.accelerator == accelerator && $0.commitment == commitment }
    guard let row = row(accelerator, commitment, PriceSelection.current(offers, asOf: month)) else { return nil }
    let then = rows(
      from: prices.filter { price in CalendarMonth(price.reference.asOf).map { $0 <= month } ?? false })
    return widened([row], like: then.contains { $0.providers.count >= 3 } ? then : rows(from: prices)).first
  }

  private static func row(_ accelerator: String, _ commitment: Commitment, _ current: [Price]) -> Row? {
    guard !current.isEmpty else { return nil }
    let providers = Set(current.map(\.provider)).sorted()
    let voices = providers.map { provider in
      Quantiles.quantile(0.5, of: current.filter { $0.provider == provider }.map(\.rate))
    }
    return Row(
      accelerator: accelerator, commitment: commitment,
      rate: Ranged(
        Quantiles.quantile(0.5, of: voices), low: Quantiles.quantile(0.1, of: voices),
        high: Quantiles.quantile(0.9, of: voices)),
      rows: current.count, providers: providers, asOf: current.map(\.reference.asOf).max() ?? "")
  }

  /// Gives rows of few providers the usual width.
  private static func widened(_ rows: [Row], like others: [Row]) -> [Row] {
    let known = others.filter { $0.providers.count >= 3 }
    let below = Quantiles.quantile(0.5, of: known.map { $0.rate.typical / $0.rate.low })
    let above = Quantiles.quantile(0.5, of: known.map { $0.rate.high / $0.rate.typical })
    guard below >= 1, above >= 1 else { return rows }
    return rows.map { row in
      guard row.providers.count < 3 else { return row }
      var row = row
      row.rate.low = Swift.min(row.rate.low, row.rate.typical / below)
      row.rate.high = Swift.max(row.rate.high, row.rate.typical * above)
      return row
    }
  }
}
