/// Which of the market's prices a request pays.
extension ScenarioBuilder {
  /// Accelerator-hours of pre-training, roughly: what decides whether a run is bought by the hour or by contract.
  ///
  /// - Returns: nil where the tokens are not those of the request.
  private func roughHours(_ hardware: Scenario.Hardware) -> Double? {
    let tokens =
      request.phases.reduce(0.0) { $0 + $1.tokens.typical.value } * (request[Settings.epochs]?.typical.value ?? 1)
    let known = request.model?.architecture.parameterCount.active.value
    let active =
      known ?? (request[Settings.activeParameters] ?? request[Settings.parameters] ?? Ranged(0)).typical.value
    guard purpose == .pretraining, tokens > 0, let peak = accelerator.referencePeak else { return nil }
    let efficiency = hardware.mfu.range.typical.value * (hardware.speedup?.range.typical.value ?? 1)
    return 6 * active * tokens / (peak * efficiency * 3600)
  }

  /// How a run is rented where the request does not say: large ones by a one-year contract with a neocloud, as runs of
  /// that size are bought, the others on demand.
  mutating func defaultCommitment(_ hardware: Scenario.Hardware) throws(ScenarioError) -> Commitment {
    guard request.commitment == nil, request.blend.isEmpty, request.offers == nil, request.provider == nil,
      request.priceMonth == nil, request[Settings.price] == nil, request.tier == nil || request.tier == .neocloud,
      let hours = roughHours(hardware)
    else { return request.commitment ?? .onDemand }
    let (catalog, id) = (catalog, accelerator.id)
    let row = try Inputs.look { () throws(CatalogError) in try catalog.factor("contract-hours", in: "factors") }
    guard let row, hours >= row.value.typical.value else { return .onDemand }
    let contract = try Inputs.look { () throws(CatalogError) in
      try catalog.marketPrice(accelerator: id, commitment: .reservedOneYear, tier: .neocloud)
    }
    guard let contract, !contract.isStale else { return .onDemand }
    let onDemand = try Inputs.look { () throws(CatalogError) in
      try catalog.marketPrice(accelerator: id, commitment: .onDemand, tier: .neocloud)
    }
    func shown(_ price: MarketPrice) -> String {
      Notation.display(price.rate.typical.value, as: .per(.dollars, .acceleratorHours))
    }
    notes.append(
      "a run of this size is priced as a one-year contract, \(shown(contract))"
        + (onDemand.map { "; on demand it is \(shown($0)): \(input: "commitment", as: "on-demand")" as Message } ?? ""))
    return .reservedOneYear
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
    return market
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
    let catalog = catalog
    return try Inputs.look { () throws(CatalogError) in try catalog.provider(name).id }
  }
}
