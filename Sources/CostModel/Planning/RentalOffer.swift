/// One way to rent an accelerator: from whom, how, and for whole terms of what length.
package struct RentalOffer: Sendable {
  /// The offers that are looked for.
  package struct Choice: Sendable {
    /// Kinds of sellers at the market's price; none where providers alone count.
    package var tiers = ProviderTier.allCases
    /// Providers at their own prices, by id.
    package var providers: [String] = []
    /// How accelerators are rented.
    package var commitments = Commitment.allCases
    /// When the job may start.
    package var starts = [Start()]

    /// The market's price of every kind of seller, in every way.
    package init() {}
  }

  /// A month that a job may start in.
  package struct Start: Sendable {
    /// The month, whose rents count; nil for now.
    package var month: CalendarMonth?
    /// How much later than the first that is, in hours.
    package var delay = 0.0

    /// Now, or a month.
    package init(_ month: CalendarMonth? = nil, delay: Double = 0) { (self.month, self.delay) = (month, delay) }
  }

  /// Whole terms that are paid for, used or not.
  package struct Term: Sendable {
    /// How long it is.
    package var length: Quantity<Hours>
    /// The longest run; nil for any.
    package var longest: Quantity<Hours>?
  }

  /// The provider at its own price; nil for the market's.
  package var provider: String?
  /// The kind of seller whose market price it is; nil for a provider's.
  package var tier: ProviderTier?
  /// How it is rented.
  package var commitment: Commitment
  /// The terms it is rented by; nil for the hour.
  package var term: Term?
  /// USD per accelerator-hour at the start of the job.
  package var rate: Ranged<Per<Dollars, AcceleratorHours>>

  /// Sellers behind the price; nil where it is not known how many.
  package var sellers: Int?
  /// The most nodes that are rented together; nil for any number.
  package var mostNodes: Double?
  /// When the job starts.
  package var start = Start()
  /// USD that the seller charges for moving data out, beyond what the base has of that.
  package var egress = 0.0

  /// The seller, in a word.
  package var seller: String { provider ?? tier?.rawValue ?? "market" }

  /// The standard deviation of ln of the rate.
  var deviation: Double {
    Elementary.logarithm(rate.high.value / rate.low.value) / (2 * Distribution.ninetiethPercentile)
  }

  /// The offers of the accelerator of a request, at each start.
  ///
  /// - Parameters:
  ///   - request: Accelerator and region; sellers, commitments and starts are those of the choice.
  ///   - choice: What is looked for.
  ///   - now: The month that prices are current in: those a year older are not.
  ///   - catalog: The tables.
  /// - Returns: The offers, and why others are none.
  /// - Throws: ``ScenarioError`` for a table that does not read.
  package static func all(
    for request: Request, of choice: Choice, now: CalendarMonth, in catalog: TableCatalog
  ) throws(ScenarioError) -> (offers: [RentalOffer], without: [String]) {
    var offers: [RentalOffer] = []
    var without: [String] = []
    let limits = try RentalLimits(catalog)
    let sellers = choice.tiers.map { (ProviderTier?.some($0), String?.none) } + choice.providers.map { (nil, $0) }
    for (tier, provider) in sellers {
      let kind = try provider.map { name throws(ScenarioError) in
        try Inputs.look { () throws(CatalogError) in try catalog.provider(name).tier }
      }
      for commitment in choice.commitments {
        var request = request
        (request.tier, request.provider, request.commitment) = (tier, provider, commitment)
        var builder = try ScenarioBuilder(request, in: catalog)
        guard let price = try builder.priceIfKnown(commitment) else { continue }
        let market = try tier.flatMap { tier throws(ScenarioError) in
          try Inputs.look { () throws(CatalogError) in
            try catalog.marketPrice(accelerator: builder.accelerator.id, commitment: commitment, tier: tier)
          }
        }
        if case .table(let row) = price.origin, let then = CalendarMonth(row.asOf),
          market?.isStale == true || now - then > PriceSelection.monthsCurrent
        {
          without.append("\(provider ?? tier?.rawValue ?? "") \(commitment.rawValue) is of \(row.asOf)")
          continue
        }
        for start in choice.starts {
          builder.request.startMonth = start.month
          offers.append(
            RentalOffer(
              provider: provider, tier: tier, commitment: commitment, term: limits.term(of: commitment),
              rate: try builder.rateAtStart(price), sellers: market?.sellers,
              mostNodes: limits.mostNodes(of: commitment, tier ?? kind ?? nil), start: start))
        }
      }
    }
    return (offers, without)
  }
}

/// What bounds a rental besides its price.
private struct RentalLimits {
  private let blockDays: Double
  private let blockMostDays: Double
  private let blockNodes: Double
  private let marketplaceNodes: Double

  init(_ catalog: TableCatalog) throws(ScenarioError) {
    func factor(_ id: String) throws(ScenarioError) -> Double {
      try Inputs.look { () throws(CatalogError) in try catalog.factor(id) }.value.typical.value
    }
    (blockDays, blockMostDays) = (try factor("capacity-block-days"), try factor("capacity-block-most-days"))
    (blockNodes, marketplaceNodes) = (try factor("capacity-block-nodes"), try factor("marketplace-nodes"))
  }

  /// The terms of a commitment; nil for rent by the hour.
  func term(of commitment: Commitment) -> RentalOffer.Term? {
    switch commitment {
    case .onDemand, .spot: nil
    // Sellers that do not state a term mean a year.
    case .reservedOneYear, .reserved: RentalOffer.Term(length: Quantity(Hours.perYear))
    case .reservedThreeYears: RentalOffer.Term(length: Quantity(3 * Hours.perYear))
    case .capacityBlock:
      RentalOffer.Term(length: Quantity(24 * blockDays), longest: Quantity(24 * blockMostDays))
    }
  }

  /// The most nodes that are rented together.
  func mostNodes(of commitment: Commitment, _ tier: ProviderTier?) -> Double? {
    tier == .marketplace ? marketplaceNodes : commitment == .capacityBlock ? blockNodes : nil
  }
}

extension ScenarioBuilder {
  /// The price of a commitment; nil where the seller has none.
  fileprivate mutating func priceIfKnown(
    _ commitment: Commitment
  ) throws(ScenarioError) -> Expression<Per<Dollars, AcceleratorHours>>? {
    do throws(ScenarioError) { return try rentalPrice(commitment, id: "price", name: "rental price") } catch {
      switch error {
      case .noPrice, .noPriceThen: return nil
      default: throw error
      }
    }
  }

  /// A price at the start of the request, whose range holds that of the way there too.
  fileprivate func rateAtStart(
    _ price: Expression<Per<Dollars, AcceleratorHours>>
  ) throws(ScenarioError) -> Ranged<Per<Dollars, AcceleratorHours>> {
    let now = price.range
    guard let change = try rentTrend(.rent(price))?.range else { return now }
    func farther(_ one: Double, _ other: Double) -> Double {
      let (one, other) = (Elementary.logarithm(one), Elementary.logarithm(other))
      return Elementary.exponential((one * one + other * other).squareRoot())
    }
    let typical = now.typical.value * change.typical.value
    return Ranged(
      typical,
      low: typical
        / farther(now.typical.value / now.low.value, change.typical.value / change.low.value),
      high: typical
        * farther(now.high.value / now.typical.value, change.high.value / change.typical.value))
  }
}
