/// What pays for accelerator time.
extension ScenarioBuilder {
  /// Whether the request says which price to look up.
  var looksUpPrice: Bool {
    request.provider != nil || request.tier != nil || request.commitment != nil || !request.blend.isEmpty
      || request.offers != nil
      || request.priceMonth != nil
  }

  /// Whether any of the accelerators may be taken away.
  var rentsSpot: Bool {
    request.commitment == .spot || request.blend.contains { $0.commitment == .spot }
  }

  /// Whether all of them may: the hours then count what is computed again.
  var rentsSpotAlone: Bool {
    request.commitment == .spot || !request.blend.isEmpty && request.blend.allSatisfy { $0.commitment == .spot }
  }

  mutating func payment(
    in region: Region, _ methods: Scenario.MethodTerms?
  ) throws(ScenarioError) -> Scenario.Payment {
    guard !request.isOwned else { return .ownership(try ownership(in: region)) }
    if let methods { return methods.payment }
    if request[Settings.price] != nil, looksUpPrice {
      throw .contradiction(
        "a price is given, and a provider, commitment, date or file to look one up", advice: "leave out one of the two")
    }
    if request[Settings.price] == nil, request[Settings.electricity] != nil {
      throw .contradiction(
        "an electricity price has no effect on rented accelerators",
        advice: "rent includes electricity; add \(input: "own") to pay for it")
    }
    let payment = try rent()
    if case .rent(let price) = payment { try noteNode(price.range) }
    return payment
  }

  /// How far ahead the trend of rents is taken to hold.
  private static let monthsOfTrend = 120

  /// Remarks on a rent that looks like that of a whole node: above any accelerator's, or thrice the dearest row of this
  /// one.
  mutating func noteNode(_ rate: Ranged<Per<Dollars, AcceleratorHours>>) throws(ScenarioError) {
    let dollars = rate.typical.value
    guard dollars > PriceSelection.highestRateOfAny else { return }
    if dollars <= PriceSelection.highestPlausibleRate {
      let (catalog, id) = (catalog, accelerator.id)
      let rows = try Inputs.look { () throws(CatalogError) in try catalog.prices(accelerator: id) }
      guard let dearest = rows.map(\.rate).max(), dollars > 3 * dearest else { return }
    }
    note(node: dollars, as: .per(.dollars, .acceleratorHours))
  }

  mutating func note(node dollars: Double, as dimension: Dimension) {
    let count = Double(accelerator.acceleratorsPerNode ?? 8)
    let shown = [dollars, dollars / count].map { Notation.display($0, as: dimension).split(separator: "/acc")[0] }
    let each =
      count > 1 ? ": over its \(Notation.display(count, as: .accelerators)) accelerators it is \(shown[1])" : ""
    notes.append("\(shown[0]) for one \(accelerator.id) looks like the price of a node" + each)
  }

  /// How rents change from the date of the prices to the start of the run.
  func rentTrend(_ payment: Scenario.Payment) throws(ScenarioError) -> Expression<Ratio>? {
    guard let start = request.startMonth else { return nil }
    var prices: [(price: Expression<Per<Dollars, AcceleratorHours>>, commitment: Commitment, share: Double)] = []
    switch payment {
    case .rent(let price): prices = [(price, request.commitment ?? .onDemand, 1)]
    case .blend(let parts):
      prices = zip(parts, request.blend).map { ($0.price, $1.commitment, $0.share) }
    case .ownership, .acquisition, .unpriced: break
    }
    let months = prices.compactMap { part -> CalendarMonth? in
      guard case .table(let row) = part.price.origin else { return nil }
      return CalendarMonth(row.asOf)
    }
    guard let newest = months.max(by: { $0.index < $1.index }) else {
      throw .contradiction(
        "a later start changes rents of the tables alone",
        advice: "leave out \(input: "start"), or the price or ownership")
    }
    guard start - newest >= 0 else {
      throw .contradiction(
        "the start, \(start.text), lies before the prices, which are of \(newest.text)",
        advice: "leave out \(input: "start"), or give \(input: "as-of") for the prices of then")
    }
    guard start - newest <= Self.monthsOfTrend else {
      throw .contradiction(
        "the start, \(start.text), lies \((start - newest) / 12) years after the prices",
        advice: "no trend holds so long: give a start within ten years, or \(Settings.price)")
    }
    return try rentChange(prices, months: start - newest)
  }

  /// What a reservation binds to, where the hours used alone are counted.
  private mutating func noteBinding() {
    let bound: (years: String, term: String)
    switch request.commitment {
    case .reservedOneYear: bound = ("a year", "1y")
    case .reservedThreeYears: bound = ("three years", "3y")
    default: return
    }
    guard request[Settings.term] == nil else { return }
    notes.append(
      "\(request.commitment?.rawValue ?? "") binds for \(bound.years), and the hours used alone are counted: "
        + "\(Settings.term, as: bound.term) counts whole terms")
  }

  /// The whole terms that are rented, where the user asks for them.
  func rentalTerm() throws(ScenarioError) -> Expression<Hours>? {
    guard let term = try inputs.given(Settings.term) else { return nil }
    if request.isOwned || request.method != nil {
      throw .contradiction(
        "accelerators that are owned, or counted by a method, are not rented by whole terms",
        advice: "leave out \(Settings.term), or \(input: "own") and \(input: "method")")
    }
    if rentsSpot {
      throw .contradiction(
        "spot accelerators are rented by the hour, not by whole terms", advice: "leave out \(Settings.term) or spot")
    }
    return term
  }

  private mutating func rent() throws(ScenarioError) -> Scenario.Payment {
    if let price = try inputs.given(Settings.price) { return .rent(price) }
    guard !request.blend.isEmpty else {
      noteBinding()
      if try isWithoutPrice() { return .unpriced }
      return .rent(try rentalPrice(request.commitment ?? .onDemand, id: "price", name: "rental price"))
    }
    let total = request.blend.reduce(0) { $0 + $1.share }
    guard request.blend.allSatisfy({ $0.share > 0 && $0.share <= 1 }), (total - 1).magnitude < 1e-6 else {
      throw .contradiction(
        "the shares of the commitments sum to \(Notation.display(total, as: .ratio))",
        advice: "give each a share above 0 and let them sum to 1")
    }
    var parts: [Scenario.BlendPart] = []
    for part in request.blend {
      let id = "price_" + part.commitment.rawValue.split(separator: "-").joined(separator: "_")
      let price = try rentalPrice(part.commitment, id: id, name: "rental price, \(part.commitment.rawValue)")
      parts.append(Scenario.BlendPart(share: part.share, price: price))
    }
    return .blend(parts)
  }

  /// The price of a commitment: the market's, that of a provider, or that of the user's own rows.
  mutating func rentalPrice(
    _ commitment: Commitment, id: String, name: String
  ) throws(ScenarioError) -> Expression<Per<Dollars, AcceleratorHours>> {
    let provider = try provider()
    if provider == nil, request.offers == nil {
      let (rate, origin) = try market(commitment)
      return Expression.input(id, name, rate, from: .table(origin))
    }
    var offers = try rows().filter {
      $0.commitment == commitment && (provider == nil || $0.provider.lowercased() == provider)
    }
    if let region = request.region?.lowercased() {
      let local = offers.filter { $0.region.lowercased() == region }
      if !local.isEmpty {
        offers = local
      } else if !offers.isEmpty, !offers.contains(where: { $0.region == "all" }) {
        notes.append(
          "no \(provider ?? commitment.rawValue) price for region \(region): its other regions' prices are used")
      }
    }
    let current = PriceSelection.current(offers, asOf: request.priceMonth)
    let wanted = commitment.rawValue + (provider.map { " at \($0)" } ?? "")
    guard
      let (rate, origin) = provider == nil ? PriceSelection.spread(current) : PriceSelection.summary(current)
    else { throw try noPrice(wanted, among: offers) }
    if let month = request.priceMonth { note(month, current) }
    return Expression.input(id, name, rate, from: .table(origin))
  }

  /// What all providers ask, now or at the month of the request.
  private mutating func market(
    _ commitment: Commitment
  ) throws(ScenarioError) -> (rate: Ranged<Per<Dollars, AcceleratorHours>>, origin: RowReference) {
    let (catalog, id) = (catalog, accelerator.id)
    guard let month = request.priceMonth else {
      guard let market = try marketNow(commitment) else { throw try noPrice(commitment.rawValue, among: []) }
      return (market.rate, market.reference)
    }
    let all = try Inputs.look { () throws(CatalogError) in try catalog.prices() }
    let sellers = try Inputs.look { () throws(CatalogError) in try catalog.providers() }
    let offers = all.filter { $0.accelerator == id && $0.commitment == commitment }
    guard let row = MarketDerivation.row(of: id, commitment, from: all, providers: sellers, asOf: month) else {
      throw try noPrice(commitment.rawValue, among: offers)
    }
    let behind = offers.filter { row.sellers.contains($0.provider) }
    let recent = PriceSelection.current(behind, asOf: month, months: MarketDerivation.monthsCurrent)
    let current = recent.isEmpty ? PriceSelection.current(behind, asOf: month) : recent
    note(month, current)
    let providers = row.sellers.count == 1 ? "1 seller" : "\(row.sellers.count) sellers"
    let rows = row.rows == 1 ? "1 row" : "\(row.rows) rows"
    let sources = PriceSelection.summary(current)?.origin.sources ?? []
    return (
      row.rate,
      RowReference(
        table: "prices", id: "\(row.id) in \(month.text)", asOf: row.asOf, sources: sources,
        note: "median of \(providers), \(rows)")
    )
  }

  /// The price rows of the accelerator: the user's own, or the catalog's.
  private func rows() throws(ScenarioError) -> [Price] {
    let (catalog, id) = (catalog, accelerator.id)
    if let offers = request.offers { return offers.filter { $0.accelerator == id } }
    return try Inputs.look { () throws(CatalogError) in try catalog.prices(accelerator: id) }
  }

  private mutating func note(_ month: CalendarMonth, _ current: [Price]) {
    let dates = current.map(\.reference.asOf)
    guard let oldest = dates.min(), let newest = dates.max(), let price = current.first else { return }
    let rows = current.count == 1 ? "1 row" : "\(current.count) rows"
    let span = oldest == newest ? oldest : "\(oldest) to \(newest)"
    notes.append("\(price.commitment.rawValue) prices current in \(month.text): \(rows), of \(span)")
  }

  private func noPrice(_ wanted: String, among offers: [Price]) throws(ScenarioError) -> ScenarioError {
    if let month = request.priceMonth {
      let dated = offers.compactMap { offer in CalendarMonth(offer.reference.asOf).map { (offer, $0) } }
      if let nearest = dated.min(by: { ($0.1 - month).magnitude < ($1.1 - month).magnitude }) {
        return .noPriceThen(
          accelerator: accelerator.id, wanted: wanted, month: month.text, nearest: nearest.0.reference.asOf)
      }
    }
    var known: [String] = []
    for price in try rows() {
      let offer = "\(price.provider) \(price.commitment.rawValue)"
      if !known.contains(offer) { known.append(offer) }
    }
    return .noPrice(accelerator: accelerator.id, wanted: wanted, available: known.sorted())
  }
}
