/// How rents change until a later month.
///
/// ln of the later rent over that of now is
///
/// pull · (1 − e^(−m/6)) · d + trend · m/12, within ± width · √(6 + m) four times out of five,
///
/// after m months, where d is how far, in logarithms, a contract's price lies below its usual share of the on-demand price
/// of the same sellers: contracts that are cheap or dear beside it go back to that share. On demand d is 0.
package struct RentOutlook: Sendable {
  /// The share of the distance to its usual ratio that a contract's price closes in the end.
  package var pull = 0.0
  /// ln of the rent of a year later over that of now.
  package var trend = 0.0
  /// Half of p10 to p90 for list prices, in ln per √month.
  package var listedWidth = 0.0
  /// The same for prices that are made from day to day.
  package var negotiatedWidth = 0.0
  /// What contracts usually cost over the on-demand price of the same sellers.
  package var shares: [Commitment: Double] = [:]

  /// The table of it.
  static let table = "rent-outlook"
  private static let monthsToClose = 6.0

  /// Whether a price is made from day to day: spot, or a contract that is no hyperscaler's list price, or an index.
  package static func isNegotiated(_ commitment: Commitment, _ tier: ProviderTier?) -> Bool {
    tier == nil || commitment == .spot || commitment != .onDemand && tier != .hyperscaler
  }

  static func closed(_ months: Int) -> Double { 1 - Elementary.exponential(-Double(months) / monthsToClose) }
  static func growth(_ months: Int) -> Double { (monthsToClose + Double(months)).squareRoot() }

  func logarithm(months: Int, distance: Double) -> Double {
    pull * Self.closed(months) * distance + trend * Double(months) / 12
  }

  /// The later rent over that of now.
  ///
  /// - Parameters:
  ///   - months: Months until then; none change nothing.
  ///   - distance: ln of what a contract usually costs over what it costs; 0 on demand.
  ///   - isNegotiated: Whether the price is made from day to day.
  /// - Returns: The ratio, with p10 and p90.
  package func change(months: Int, distance: Double, isNegotiated: Bool) -> Ranged<Ratio> {
    guard months > 0 else { return Ranged(1) }
    let typical = logarithm(months: months, distance: distance)
    let width = (isNegotiated ? negotiatedWidth : listedWidth) * Self.growth(months)
    return Ranged(
      Elementary.exponential(typical), low: Elementary.exponential(typical - width),
      high: Elementary.exponential(typical + width))
  }

  /// How far, in logarithms, the price of a commitment lies below its usual share of the on-demand price.
  package func distance(of commitment: Commitment, rate: Double, onDemand: Double?) -> Double {
    guard let share = shares[commitment], let onDemand, onDemand > 0, rate > 0 else { return 0 }
    return Elementary.logarithm(share * onDemand / rate)
  }
}

extension RentOutlook {
  /// The outlook of a table.
  ///
  /// - Throws: ``ScenarioError`` for a row that is missing or does not read.
  init(in catalog: any Catalog) throws(ScenarioError) {
    func value(_ id: String) throws(ScenarioError) -> Double {
      try Self.row(id, in: catalog).value.typical.value
    }
    self.init()
    pull = try value("pull")
    trend = Elementary.logarithm(try value("trend"))
    (listedWidth, negotiatedWidth) = (try value("width-listed"), try value("width-negotiated"))
    for commitment in Commitment.allCases {
      let row = try Inputs.look { () throws(CatalogError) in
        try catalog.factor("share-" + commitment.rawValue, in: Self.table)
      }
      if let row { shares[commitment] = row.value.typical.value }
    }
  }

  /// A row of the table.
  static func row(_ id: String, in catalog: any Catalog) throws(ScenarioError) -> Factor {
    let row = try Inputs.look { () throws(CatalogError) in try catalog.factor(id, in: table) }
    guard let row else { throw .catalog(.unknown(kind: "row", name: id, table: table, known: [])) }
    return row
  }
}

extension ScenarioBuilder {
  /// How rents change from the date of the prices to the start of the run: the change of each price, by its share.
  ///
  /// - Parameters:
  ///   - prices: What is paid now, how it is rented, and its share of the time.
  ///   - months: From the newest price to the start.
  /// - Returns: An input.
  /// - Throws: ``ScenarioError`` for a table that does not read.
  func rentChange(
    _ prices: [(price: Expression<Per<Dollars, AcceleratorHours>>, commitment: Commitment, share: Double)],
    months: Int
  ) throws(ScenarioError) -> Expression<Ratio> {
    let outlook = try RentOutlook(in: catalog)
    var (low, typical, high) = (0.0, 0.0, 0.0)
    var isAllListed = true
    for part in prices {
      var probe = self
      var onDemand: Double?
      if part.commitment != .onDemand {
        do throws(ScenarioError) {
          onDemand = try probe.rentalPrice(.onDemand, id: "price", name: "").typical.value
        } catch {
          // A seller without on-demand prices has nothing to hold its contracts against.
          onDemand = nil
        }
      }
      let rate = part.price.typical.value
      let isNegotiated = RentOutlook.isNegotiated(part.commitment, try sellerTier(of: part.price))
      if isNegotiated { isAllListed = false }
      let change = outlook.change(
        months: months, distance: outlook.distance(of: part.commitment, rate: rate, onDemand: onDemand),
        isNegotiated: isNegotiated)
      low += part.share * change.low.value
      typical += part.share * change.typical.value
      high += part.share * change.high.value
    }
    let row = try RentOutlook.row(isAllListed ? "width-listed" : "width-negotiated", in: catalog)
    return .input(
      "rent_trend", "rent at the start over that of the prices", Ranged(typical, low: low, high: high),
      from: .table(row.reference))
  }

  /// What kind of seller a price is of; nil for an index.
  private func sellerTier(of price: Expression<Per<Dollars, AcceleratorHours>>) throws(ScenarioError) -> ProviderTier? {
    let catalog = catalog
    if let provider = request.provider {
      return try Inputs.look { () throws(CatalogError) in try catalog.provider(provider) }.tier ?? .hyperscaler
    }
    guard case .table(let row) = price.origin else { return .hyperscaler }
    return request.tier ?? ProviderTier.allCases.first { row.id.hasSuffix($0.rawValue) } ?? .neocloud
  }
}
