/// How rents of the past changed: what the outlook of rents is fitted on.
///
/// The price of a series in a month is the median of its sellers, each with the median of its newest rows of the last six
/// months. Every two months with rows of their own, two to eighteen months apart, are a change.
package struct PriceHistory: Sendable {
  /// Prices that stand for the same thing.
  package struct Series: Sendable, Hashable {
    /// The accelerator's id.
    package var accelerator: String
    /// How it is rented.
    package var commitment: Commitment
    /// What kind of sellers ask it; nil for an index over sellers.
    package var tier: ProviderTier?

    /// `h100-sxm-reserved-1y-index`.
    package var id: String { "\(accelerator)-\(commitment.rawValue)-\(tier?.rawValue ?? "index")" }
    /// Whether its price is made from day to day: an index, spot, or a contract that is no hyperscaler's list price.
    package var isNegotiated: Bool { RentOutlook.isNegotiated(commitment, tier) }
  }

  /// A price and what became of it.
  package struct Change: Sendable {
    /// Whose price it is.
    package var series: Series
    /// The month of the earlier price.
    package var start: CalendarMonth
    /// Months to the later one.
    package var months: Int
    /// USD per accelerator-hour then.
    package var before: Double
    /// USD per accelerator-hour later.
    package var after: Double
    /// ln of what a contract usually costs, at the on-demand price of then, over what it costs; 0 on demand.
    package var distance: Double

    /// ln of the later price over the earlier one.
    var logarithm: Double { Elementary.logarithm(after / before) }
  }

  /// Changes over fewer or more months say nothing of the horizons that are forecast.
  private static let horizon = 2...18
  /// An on-demand price this old still says what a contract beside it usually costs.
  private static let monthsBeside = 12

  /// The changes, series by series.
  package private(set) var changes: [Change] = []
  /// What contracts usually cost over the on-demand price of the same sellers: p10, median and p90.
  package private(set) var shares: [Commitment: Ranged<Ratio>] = [:]
  /// The newest row.
  package private(set) var newest = ""
  private var prices: [Series: [Price]] = [:]

  /// The history of price rows.
  ///
  /// - Parameters:
  ///   - rows: All price rows; those without a month, quotes, and those of no seller are left out.
  ///   - providers: All providers.
  package init(_ rows: [Price], providers: [Provider]) {
    let known = Dictionary(providers.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var order: [Series] = []
    for price in rows where price.reference.asOf.utf8.count > 4 && price.kind != .quote {
      let provider = known[price.provider]
      guard price.kind == .index || provider?.isSeller == true else { continue }
      let series = Series(
        accelerator: price.accelerator, commitment: price.commitment,
        tier: price.kind == .index ? nil : provider?.tier)
      if prices[series] == nil { order.append(series) }
      prices[series, default: []].append(price)
      newest = max(newest, price.reference.asOf)
    }
    findShares(order)
    for series in order {
      let months = months(of: series)
      for (place, start) in months.enumerated() {
        for end in months[(place + 1)...] where Self.horizon.contains(end - start) {
          guard let before = level(series, start), let after = level(series, end) else { continue }
          changes.append(
            Change(
              series: series, start: start, months: end - start, before: before, after: after,
              distance: distance(series, start, before)))
        }
      }
    }
  }

  private func months(of series: Series) -> [CalendarMonth] {
    Set((prices[series] ?? []).compactMap { CalendarMonth($0.reference.asOf) }).sorted()
  }

  /// The median of the sellers; nil where none has a price of then.
  private func level(
    _ series: Series, _ month: CalendarMonth, months: Int = MarketDerivation.monthsCurrent
  ) -> Double? {
    // What a seller asks in a place is what its newest month says; which instance it was does not matter.
    var newest: [[String]: (month: CalendarMonth, rates: [Double])] = [:]
    for price in prices[series] ?? [] {
      guard let then = CalendarMonth(price.reference.asOf), then <= month, month - then <= months else { continue }
      let offer = [price.provider, price.region]
      if let known = newest[offer], known.month >= then {
        if known.month == then { newest[offer]?.rates.append(price.rate) }
      } else {
        newest[offer] = (then, [price.rate])
      }
    }
    var sellers: [String: [Double]] = [:]
    for (offer, known) in newest {
      sellers[offer[0], default: []].append(Quantiles.quantile(0.5, of: known.rates))
    }
    guard !sellers.isEmpty else { return nil }
    return Quantiles.quantile(0.5, of: sellers.values.map { Quantiles.quantile(0.5, of: $0) })
  }

  private func onDemand(beside series: Series, _ month: CalendarMonth) -> Double? {
    var beside = series
    beside.commitment = .onDemand
    if let level = level(beside, month, months: Self.monthsBeside) { return level }
    guard series.tier == nil else { return nil }
    beside.tier = .neocloud
    return level(beside, month, months: Self.monthsBeside)
  }

  private mutating func findShares(_ order: [Series]) {
    var found: [Commitment: [Double]] = [:]
    for series in order where series.commitment != .onDemand && series.tier != nil {
      for month in months(of: series) {
        guard let level = level(series, month), let onDemand = onDemand(beside: series, month) else { continue }
        found[series.commitment, default: []].append(level / onDemand)
      }
    }
    for (commitment, ratios) in found where ratios.count >= Self.fewestRatios {
      func quantile(_ share: Double) -> Double { Quantiles.quantile(share, of: ratios) }
      shares[commitment] = Ranged(quantile(0.5), low: quantile(0.1), high: quantile(0.9))
    }
  }

  private static let fewestRatios = 5

  private func distance(_ series: Series, _ month: CalendarMonth, _ level: Double) -> Double {
    guard let share = shares[series.commitment], let onDemand = onDemand(beside: series, month) else { return 0 }
    return Elementary.logarithm(share.typical.value * onDemand / level)
  }
}

/// The outlook of rents as it is fitted on changes of the past.
package struct RentFit: Sendable {
  /// The fitted outlook.
  package private(set) var outlook = RentOutlook()
  /// Changes behind it, and those of negotiated prices among them.
  package private(set) var counts: (all: Int, negotiated: Int)

  /// Least squares that lean to no change, so that few changes do not decide.
  private static let lean = 1e-3
  /// Fewer changes of one kind do not tell its width.
  private static let fewestChanges = 8

  /// Fits pull and trend by least squares on logarithms, and the widths that hold four of five changes.
  ///
  /// - Returns: nil for fewer than eight changes.
  package init?(_ changes: [PriceHistory.Change], shares: [Commitment: Ranged<Ratio>]) {
    guard changes.count >= Self.fewestChanges else { return nil }
    var (a, b, c, x, y) = (Self.lean, 0.0, Self.lean, 0.0, 0.0)
    for change in changes {
      let (pull, trend) = (change.distance * RentOutlook.closed(change.months), Double(change.months) / 12)
      a += pull * pull
      b += pull * trend
      c += trend * trend
      x += pull * change.logarithm
      y += trend * change.logarithm
    }
    let determinant = a * c - b * b
    outlook.pull = (x * c - y * b) / determinant
    outlook.trend = (y * a - x * b) / determinant
    outlook.shares = shares.mapValues(\.typical.value)
    let fitted = outlook
    func deviations(_ isNegotiated: Bool?) -> [Double] {
      changes.filter { isNegotiated == nil || $0.series.isNegotiated == isNegotiated }.map { change in
        (change.logarithm - fitted.logarithm(months: change.months, distance: change.distance)).magnitude
          / RentOutlook.growth(change.months)
      }
    }
    let (listed, negotiated) = (deviations(false), deviations(true))
    counts = (changes.count, negotiated.count)
    func width(_ own: [Double]) -> Double {
      Quantiles.fourOfFive(own.count >= Self.fewestChanges ? own : deviations(nil)) ?? 0
    }
    (outlook.listedWidth, outlook.negotiatedWidth) = (width(listed), width(negotiated))
  }
}

extension Backtest {
  /// Predicts rents three, six and twelve months ahead, each by a fit that has seen no change of its series.
  ///
  /// - Parameters:
  ///   - history: The changes.
  ///   - accelerator: The accelerator of an id.
  /// - Throws: ``CatalogError`` for a row of an accelerator that there is not.
  package init(
    _ history: PriceHistory, accelerator: (String) throws(CatalogError) -> Accelerator
  ) throws(CatalogError) {
    entries = []
    learnedFrom = (history.changes.count, Set(history.changes.map(\.series)).count)
    var fits: [PriceHistory.Series: RentFit] = [:]
    for change in history.changes {
      let own = change.series
      guard
        let fit = fits[own] ?? RentFit(history.changes.filter { $0.series != own }, shares: history.shares)
      else { continue }
      fits[own] = fit
      let range = fit.outlook.change(
        months: change.months, distance: change.distance, isNegotiated: own.isNegotiated)
      let run = PublishedRun(
        id: "\(own.id)-\(change.start.text)+\(change.months)", organization: own.tier?.rawValue ?? "index",
        date: (change.start + change.months).text, activeParameters: 0, tokens: 0, architecture: .dense,
        precision: .bf16, accelerator: try accelerator(own.accelerator), acceleratorHours: nil)
      entries.append(
        Entry(
          id: run.id, run: run, groups: [own.isNegotiated ? "negotiated" : "listed", Self.horizon(change.months)],
          measure: .rent,
          predicted: Spread(
            typical: change.before * range.typical.value, p10: change.before * range.low.value,
            p90: change.before * range.high.value), actual: change.after, setAside: nil))
    }
  }

  /// The same changes predicted to be none, for comparison.
  package static func withoutChange(_ history: PriceHistory, like entries: [Entry]) -> [Entry] {
    zip(history.changes, entries).map { change, entry in
      var entry = entry
      entry.predicted = Spread(typical: change.before)
      return entry
    }
  }

  /// The horizons that rents are forecast over, as groups of entries.
  package static let horizons = ["3 months ahead", "6 months ahead", "12 months ahead"]

  private static func horizon(_ months: Int) -> String { horizons[months < 5 ? 0 : months < 9 ? 1 : 2] }
}
