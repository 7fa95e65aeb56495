/// Which of the market's prices a request pays.
extension ScenarioBuilder {
  /// Accelerator-hours of pre-training, roughly: what decides whether a run is bought by the hour or by contract.
  ///
  /// - Returns: nil for a stage after pre-training, which brings its own data.
  func roughHours(
    _ hardware: Scenario.Hardware, _ model: Scenario.Model, _ phases: [Scenario.Phase]
  ) -> Double? {
    guard purpose == .pretraining, let peak = accelerator.referencePeak else { return nil }
    if let known = request[Settings.acceleratorHours] { return known.typical.value }
    let tokens = phases.reduce(0.0) { $0 + $1.tokens.typical.value * ($1.epochs?.typical.value ?? 1) }
    let active = (model.activeParameters ?? model.parameters).typical.value
    let efficiency =
      hardware.efficiency.mfu(of: Work(phases: []), model: model).typical.value
      * (hardware.speedup?.range.typical.value ?? 1)
    return 6 * active * tokens / (peak * efficiency * 3600)
  }

  /// Lets a large run be rented by contract, or be held against that where it is owned.
  mutating func setContract(of scenario: inout Scenario) throws(ScenarioError) {
    switch scenario.payment {
    case .rent: scenario.contract = try contract(scenario)
    case .ownership(var ownership):
      guard ownership.rent != nil, !ownership.isRentGiven else { return }
      ownership.contract = try contract(scenario)
      scenario.payment = .ownership(ownership)
    case .blend, .acquisition, .unpriced: return
    }
  }

  /// The contract that large runs are rented by where the request does not say how: one year with a neocloud, as runs of
  /// that size are bought. Small ones are rented on demand.
  private mutating func contract(_ scenario: Scenario) throws(ScenarioError) -> Scenario.RentContract? {
    guard request.commitment == nil, request.blend.isEmpty, request.offers == nil, request.provider == nil,
      request.priceMonth == nil, request[Settings.price] == nil, request.tier == nil || request.tier == .neocloud,
      let hours = roughHours(scenario.hardware, scenario.model, scenario.phases),
      let row = try inputs.find("contract-hours")
    else { return nil }
    let (catalog, id) = (catalog, accelerator.id)
    let (contract, onDemand) = try Inputs.look { () throws(CatalogError) in
      (
        try catalog.marketPrice(accelerator: id, commitment: .reservedOneYear, tier: .neocloud),
        try catalog.marketPrice(accelerator: id, commitment: .onDemand, tier: .neocloud)
      )
    }
    guard let contract, let onDemand, !contract.isStale else { return nil }
    if hours >= row.value.low.value {
      let prices = [contract, onDemand].map {
        Notation.display($0.rate.typical.value, as: .per(.dollars, .acceleratorHours))
      }
      let dollars = Notation.machineText(onDemand.rate.typical.value)
      notes.append(
        request.isOwned
          ? "owning is held against rent toward a one-year contract, \(prices[0]), as runs of this size pay; on demand it is "
            + "\(prices[1]): \(Settings.against, as: dollars)"
          : "runs of this size are priced toward a one-year contract, \(prices[0]); on demand it is \(prices[1]): "
            + "\(input: "commitment", as: "on-demand")")
    }
    func bound(_ key: String, _ name: String, _ value: Double) -> Expression<AcceleratorHours> {
      .input(key, name, Ranged(value), from: .table(row.reference))
    }
    return Scenario.RentContract(
      rate: .input(
        "contract_price", "rental price, one-year contract", contract.rate, from: .table(contract.reference)),
      smallest: bound("contract_hours_from", "accelerator-hours that are rented on demand", row.value.low.value),
      full: bound("contract_hours_full", "accelerator-hours that are rented by contract", row.value.high.value))
  }

  /// What the market asks now, of the kind of sellers that the request names, or of the first that has a price.
  ///
  /// - Returns: nil where no seller of that kind has a price.
  mutating func marketNow(_ commitment: Commitment) throws(ScenarioError) -> MarketPrice? {
    let (catalog, id, tier) = (catalog, accelerator.id, request.tier)
    let market = try Inputs.look { () throws(CatalogError) in
      try catalog.marketPrice(accelerator: id, commitment: commitment, tier: tier)
    }
    guard let market else { return nil }
    if market.isStale {
      notes.append("no current price of \(id) \(commitment.rawValue): the newest is of \(market.reference.asOf)")
    } else if let sellers = market.sellers, sellers < MarketDerivation.fewestSellers, commitment == .onDemand {
      notes.append("the price of \(id) is that of \(sellers == 1 ? "one seller" : "two sellers")")
    }
    if tier == nil, let other = market.tier, other != .neocloud {
      notes.append("no neocloud lists \(id) \(commitment.rawValue): the price is that of a \(other.rawValue)")
    }
    if tier == nil, let kind = market.tier { try noteTiers(commitment, besides: kind) }
    return market
  }

  /// What other kinds of sellers ask: whom one rents from is a choice, which no range of a price holds.
  private mutating func noteTiers(_ commitment: Commitment, besides kind: ProviderTier) throws(ScenarioError) {
    let (catalog, id) = (catalog, accelerator.id)
    var asked: [String] = []
    for tier in ProviderTier.allCases where tier != kind {
      let market = try Inputs.look { () throws(CatalogError) in
        try catalog.marketPrice(accelerator: id, commitment: commitment, tier: tier)
      }
      guard let market, !market.isStale else { continue }
      let price = Notation.display(market.rate.typical.value, as: .per(.dollars, .acceleratorHours))
      asked.append("\(price) of a \(tier.rawValue)")
    }
    guard !asked.isEmpty else { return }
    notes.append(
      "\(commitment.rawValue), \(id) is \(asked.joined(separator: ", ")): \(input: "tier") chooses the kind of seller")
  }

  /// Whether nobody lists a price of the accelerator, and the request takes its hours without.
  mutating func isWithoutPrice() throws(ScenarioError) -> Bool {
    guard request.acceptsMissingPrice, !looksUpPrice else { return false }
    let (catalog, id) = (catalog, accelerator.id)
    let market = try Inputs.look { () throws(CatalogError) in
      try catalog.marketPrice(accelerator: id, commitment: .onDemand, tier: nil)
    }
    guard market == nil else { return false }
    notes.append("no price of \(id) is known, and its time is in no sum: give \(Settings.price) or \(input: "own")")
    return true
  }

  /// The id of the provider that the request names; a name that only the user's own rows have stays as it is.
  func provider() throws(ScenarioError) -> String? {
    guard let name = request.provider else { return nil }
    let own = name.lowercased()
    if let offers = request.offers, offers.contains(where: { $0.provider.lowercased() == own }) { return own }
    let (catalog, id) = (catalog, accelerator.id)
    do { return try catalog.provider(name).id } catch {
      // Rows of the user's may name a provider that the table of providers does not.
      let rows = try Inputs.look { () throws(CatalogError) in try catalog.prices(accelerator: id) }
      guard case .unknown = error, rows.contains(where: { $0.provider == own }) else { throw .catalog(error) }
      return own
    }
  }
}
