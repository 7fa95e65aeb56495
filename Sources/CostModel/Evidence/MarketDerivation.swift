/// Derives what the market asks for each accelerator from the price rows, apart for each kind of seller.
///
/// Only sellers of accelerator-hours count, by their price lists: no index, managed service, quote or price of a blog.
/// Only current rows count, those at most six months older than the newest of the whole table; an accelerator without
/// one keeps its newest rows, marked stale. Each seller counts once, with the median of its rows; the typical price is
/// the median of the sellers. Which of them one rents from is a choice, not an uncertainty of the price: the range is the
/// middle half of the sellers, from their first to their third quartile, and the cheapest and the dearest are told beside
/// it. One or two sellers may ask anything that sellers ask: with so few the range is at least as wide as p10 to p90 of the
/// sellers of a typical accelerator with three or more.
///
/// Large runs are bought by the year, and few sellers list that price. A one-year contract with a neocloud is what an
/// index of contracts says, else the median of the neoclouds that list contracts (a year, or a term they do not state),
/// else a share of the on-demand price; its range is that of the share.
package enum MarketDerivation {
  /// Rows at most this much older than the newest are current.
  package static let monthsCurrent = 6
  /// With fewer sellers a row says so.
  package static let fewestSellers = 3

  /// A derived row.
  package struct Row: Sendable {
    /// The accelerator's id.
    package var accelerator: String
    /// How it is rented.
    package var commitment: Commitment
    /// What kind of sellers it is about.
    package var tier: ProviderTier
    /// USD per accelerator-hour.
    package var rate: Ranged<Per<Dollars, AcceleratorHours>>
    /// What the cheapest and the dearest of the sellers ask, USD per accelerator-hour; nil for what rests on no sellers.
    package var sellersAsk: ClosedRange<Double>?
    /// p10 and p90 of the sellers, over the typical price.
    var spread: ClosedRange<Double> = 1...1
    /// Price rows behind it.
    package var rows: Int
    /// Sellers behind it.
    package var sellers: [String]
    /// The newest row's date.
    package var asOf: String
    /// Whether none of its rows is current.
    package var isStale = false
    /// What a contract's price rests on besides price lists; nil for price lists alone.
    package var basis: ContractBasis?

    /// `h100-sxm-on-demand-neocloud`.
    package var id: String { "\(accelerator)-\(commitment.rawValue)-\(tier.rawValue)" }
  }

  /// What the price of a one-year contract rests on.
  package enum ContractBasis: String, Sendable {
    /// An index of contracts.
    case index
    /// Contracts that sellers list.
    case lists
    /// The on-demand price, of which a contract asks a share.
    case onDemand = "on-demand"
  }

  /// The rows, by accelerator in the order of the price table, then by commitment and tier.
  ///
  /// - Parameters:
  ///   - prices: Price rows of all accelerators and times.
  ///   - providers: All providers; rows of others do not count.
  ///   - contractShare: The price of a one-year contract over that on demand; nil to leave contracts to price lists.
  /// - Returns: A row for each accelerator, commitment and tier that has a price.
  package static func rows(
    from prices: [Price], providers: [Provider], contractShare: Ranged<Ratio>? = nil
  ) -> [Row] {
    let known = Dictionary(providers.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let newest = prices.compactMap { CalendarMonth($0.reference.asOf) }.max()
    var rows: [Row] = []
    for accelerator in distinct(prices.map(\.accelerator)) {
      let offers = prices.filter { $0.accelerator == accelerator }
      for commitment in Commitment.allCases {
        for tier in ProviderTier.allCases {
          let listed = sellers(offers, [commitment], tier, known)
          if let row = current(listed, accelerator, commitment, tier, asOf: newest) { rows.append(row) }
        }
      }
    }
    rows = widened(rows, like: rows)
    guard let contractShare, let newest else { return rows }
    return withContracts(rows, contractShare, prices, known, asOf: newest)
  }

  /// What the market asked for an accelerator at a time of the past, of the first tier that has a price.
  ///
  /// - Parameters:
  ///   - accelerator: The accelerator's id.
  ///   - commitment: How it is rented.
  ///   - prices: Price rows of all accelerators and times.
  ///   - providers: All providers.
  ///   - month: The time. Where no row of it has three sellers, the usual width is that of all rows.
  /// - Returns: nil where none of its rows was current then.
  package static func row(
    of accelerator: String, _ commitment: Commitment, from prices: [Price], providers: [Provider],
    asOf month: CalendarMonth
  ) -> Row? {
    let known = Dictionary(providers.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let offers = prices.filter { $0.accelerator == accelerator }
    for tier in ProviderTier.allCases {
      // Rows of the past are few: where none is of the last six months, those of a year count.
      let listed = sellers(offers, [commitment], tier, known)
      let recent = PriceSelection.current(listed, asOf: month, months: monthsCurrent)
      let current = recent.isEmpty ? PriceSelection.current(listed, asOf: month) : recent
      guard let row = row(accelerator, commitment, tier, current) else { continue }
      let then = rows(
        from: prices.filter { price in CalendarMonth(price.reference.asOf).map { $0 <= month } ?? false },
        providers: providers)
      let isBroad = then.contains { $0.sellers.count >= fewestSellers }
      return widened([row], like: isBroad ? then : rows(from: prices, providers: providers)).first
    }
    return nil
  }

  /// The price lists of a tier's sellers; a mean over forms gives way to a row of the form itself.
  private static func sellers(
    _ offers: [Price], _ commitments: [Commitment], _ tier: ProviderTier, _ providers: [String: Provider]
  ) -> [Price] {
    let mine = offers.filter { price in
      guard commitments.contains(price.commitment), price.kind == .list || price.kind == .mean,
        let provider = providers[price.provider]
      else { return false }
      return provider.isSeller && provider.tier == tier
    }
    let exact = Set(mine.filter { $0.kind == .list }.map(\.provider))
    return mine.filter { $0.kind == .list || !exact.contains($0.provider) }
  }

  private static func current(
    _ listed: [Price], _ accelerator: String, _ commitment: Commitment, _ tier: ProviderTier,
    asOf newest: CalendarMonth?
  ) -> Row? {
    let current = PriceSelection.current(listed, asOf: newest, months: monthsCurrent)
    if let row = row(accelerator, commitment, tier, current) { return row }
    var row = row(accelerator, commitment, tier, PriceSelection.current(listed, months: monthsCurrent))
    row?.isStale = true
    return row
  }

  private static func row(
    _ accelerator: String, _ commitment: Commitment, _ tier: ProviderTier, _ current: [Price]
  ) -> Row? {
    guard !current.isEmpty else { return nil }
    let sellers = Set(current.map(\.provider)).sorted()
    let medians = sellers.map { seller in
      Quantiles.quantile(0.5, of: current.filter { $0.provider == seller }.map(\.rate))
    }
    let typical = Quantiles.quantile(0.5, of: medians)
    guard let least = medians.min(), let most = medians.max(), typical > 0 else { return nil }
    let spread = Quantiles.quantile(0.1, of: medians) / typical...Quantiles.quantile(0.9, of: medians) / typical
    return Row(
      accelerator: accelerator, commitment: commitment, tier: tier,
      rate: Ranged(
        typical, low: Quantiles.quantile(0.25, of: medians),
        high: Quantiles.quantile(0.75, of: medians)),
      sellersAsk: least...most, spread: spread, rows: current.count, sellers: sellers,
      asOf: current.map(\.reference.asOf).max() ?? "")
  }

  /// Gives rows of few sellers the usual width of sellers.
  private static func widened(_ rows: [Row], like others: [Row]) -> [Row] {
    let known = others.filter { $0.sellers.count >= fewestSellers }
    let below = Quantiles.quantile(0.5, of: known.map { 1 / $0.spread.lowerBound })
    let above = Quantiles.quantile(0.5, of: known.map(\.spread.upperBound))
    guard below >= 1, above >= 1 else { return rows }
    return rows.map { row in
      guard row.sellers.count < fewestSellers else { return row }
      var row = row
      row.rate.low = Swift.min(row.rate.low, row.rate.typical / below)
      row.rate.high = Swift.max(row.rate.high, row.rate.typical * above)
      return row
    }
  }

  /// One-year contracts with neoclouds, in place of the few prices that are listed by the year.
  private static func withContracts(
    _ rows: [Row], _ share: Ranged<Ratio>, _ prices: [Price], _ providers: [String: Provider],
    asOf newest: CalendarMonth
  ) -> [Row] {
    func contract(besides row: Row) -> Row {
      let offers = prices.filter { $0.accelerator == row.accelerator }
      let lists = sellers(offers, [.reservedOneYear, .reserved], .neocloud, providers)
      let listed = self.row(
        row.accelerator, .reservedOneYear, .neocloud,
        PriceSelection.current(lists, asOf: newest, months: monthsCurrent))
      let index = PriceSelection.current(
        offers.filter { $0.kind == .index && $0.commitment == .reservedOneYear }, asOf: newest, months: monthsCurrent
      ).max { $0.reference.asOf < $1.reference.asOf }
      let onDemand = row.rate.typical
      var contract = row
      contract.commitment = .reservedOneYear
      (contract.basis, contract.sellersAsk) = (.onDemand, nil)
      var typical = onDemand * share.typical.value
      if let listed {
        (typical, contract.basis, contract.asOf) = (listed.rate.typical, .lists, listed.asOf)
        (contract.rows, contract.sellers, contract.sellersAsk) = (listed.rows, listed.sellers, listed.sellersAsk)
      }
      if let index { (typical, contract.basis, contract.asOf) = (Quantity(index.rate), .index, index.reference.asOf) }
      let known = [typical.value] + (contract.sellersAsk.map { [$0.lowerBound, $0.upperBound] } ?? [])
      contract.rate = Ranged(
        typical, low: Quantity(known.reduce(onDemand.value * share.low.value, Swift.min)),
        high: Quantity(known.reduce(onDemand.value * share.high.value, Swift.max)))
      return contract
    }
    func isCurrent(_ row: Row) -> Bool { row.commitment == .onDemand && row.tier == .neocloud && !row.isStale }
    let replaced = Set(rows.filter(isCurrent).map(\.accelerator))
    var result: [Row] = []
    for row in rows {
      let isContract = row.commitment == .reservedOneYear && row.tier == .neocloud
      if !isContract || !replaced.contains(row.accelerator) { result.append(row) }
      if isCurrent(row) { result.append(contract(besides: row)) }
    }
    return result
  }

  private static func distinct(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}
