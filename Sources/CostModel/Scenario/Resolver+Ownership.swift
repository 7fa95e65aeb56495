/// What ownership costs, from the request and the tables.
extension Resolver {
  /// Ownership in full: hardware, capital, hosting, staff and electricity.
  mutating func ownership(in region: Region) throws(ScenarioError) -> Scenario.Ownership {
    if request.method != nil {
      throw .contradiction(
        "--own and --method both say how accelerators are counted", advice: "leave out one of the two")
    }
    if request.price != nil || looksUpPrice {
      throw .contradiction(
        "owned accelerators are not rented too",
        advice: "leave out --own, or what says how the accelerators are rented; --against compares with a rent")
    }
    let terms = request.ownership
    var ownership = try hardwareOwned(in: region, depreciation: terms.depreciation ?? .straightLine)
    ownership.utilization = try given(
      "utilization", "utilization over the lifetime", terms.utilization, Limits.utilization,
      orFactor: "ownership-utilization")
    ownership.capitalCost = try given(
      "cost_of_capital", "cost of capital a year", terms.capitalCost, Limits.capitalCost, orFactor: "cost-of-capital")
    ownership.hosting = try hosting()
    ownership.staff =
      if let staff = terms.staff {
        .perAccelerator(
          try given("staff", "staff and upkeep of an accelerator a year", staff, Limits.staff))
      } else {
        .perKilowatt(try factor("operations-usd-per-kw-year", as: "staff", "staff and upkeep of a kW a year"))
      }
    ownership.rent = try alternative()
    return ownership
  }

  /// Purchase, depreciation and electricity alone.
  mutating func hardwareOwned(
    in region: Region, depreciation: DepreciationMethod
  ) throws(ScenarioError) -> Scenario.Ownership {
    let terms = request.ownership
    let purchase: Expression<Per<Dollars, Accelerators>>
    var factorKnown = accelerator.purchase?.scope == .serverShare
    if let price = terms.purchase {
      purchase = try given("purchase_price", "purchase price of \(accelerator.id)", price, Limits.purchase)
      factorKnown = false
      notePurchase(price)
    } else if let price = accelerator.purchase {
      purchase = Expression.input(
        "purchase_price", "purchase price of \(accelerator.id)", price.dollars, from: .table(price.reference))
    } else {
      throw .missing(field: "purchase price", accelerator: accelerator.name)
    }
    return Scenario.Ownership(
      purchase: purchase, serverFactor: factorKnown && terms.serverFactor == nil ? nil : try serverCostFactor(),
      networkShare: try given(
        "network_share", "network's share of the cluster price", terms.networkShare, Limits.networkShare,
        orFactor: "network-cost-share"),
      depreciation: try self.depreciation(depreciation), electricity: try electricity(in: region))
  }

  /// Remarks on a purchase price of another order than that of the table: that of a node, or of an hour.
  private mutating func notePurchase(_ price: Ranged<Per<Dollars, Accelerators>>) {
    guard let known = accelerator.purchase?.dollars else { return }
    let dollars = price.typical.value
    if dollars > 3 * known.high.value {
      note(node: dollars, as: .per(.dollars, .accelerators))
    } else if dollars < known.low.value / 10 {
      let shown = [dollars, known.typical.value].map { Notation.display($0, as: .dollars) }
      notes.append("\(shown[0]) to buy one \(accelerator.id) is little: the table has \(shown[1])")
    }
  }

  private func serverCostFactor() throws(ScenarioError) -> Expression<Ratio> {
    let catalog = catalog
    let ids = ["server-cost-factor-\(accelerator.id)", "server-cost-factor-\(accelerator.generation)"]
    let known = ids.first { id in (try? catalog.factor(id)) != nil }
    return try given(
      "server_cost_factor", "server price over accelerators'", request.ownership.serverFactor, Limits.serverFactor,
      orFactor: known ?? "server-cost-factor")
  }

  private func depreciation(_ method: DepreciationMethod) throws(ScenarioError) -> Scenario.Ownership.Depreciation {
    let terms = request.ownership
    switch method {
    case .straightLine:
      guard terms.age == nil else {
        throw .contradiction(
          "the age of the hardware has no effect on straight-line depreciation",
          advice: "add --depreciation price-performance, or leave out --hardware-age")
      }
      return .straightLine(
        lifetime: try given(
          "lifetime", "years of life", terms.lifetime, Limits.lifetime, orFactor: "depreciation-years", scale: 8766),
        resale: try terms.resale.map { value throws(ScenarioError) in
          try given("resale", "resale value, as a share of the price", value, Limits.resale)
        })
    case .pricePerformance:
      guard terms.lifetime == nil, terms.resale == nil else {
        throw .contradiction(
          "depreciation by price-performance has neither a fixed life nor a resale value",
          advice: "leave out --hardware-life and --resale")
      }
      return .pricePerformance(
        trend: try factor(
          "price-performance-trend", as: "price_performance_trend", "price-performance, orders of magnitude a year"),
        age: try terms.age.map { value throws(ScenarioError) in
          try given("hardware_age", "age of the hardware", value, Limits.hardwareAge)
        })
    }
  }

  private func hosting() throws(ScenarioError) -> Scenario.Ownership.Hosting? {
    let terms = request.ownership
    let kind = terms.hosting ?? (terms.colocationPrice == nil ? .facility : .colocation)
    if terms.facilityPrice != nil, kind != .facility {
      throw .contradiction(
        "a facility's price and \(kind.rawValue) exclude each other", advice: "leave out one of them")
    }
    if terms.colocationPrice != nil, kind != .colocation {
      throw .contradiction(
        "a price of colocation and \(kind.rawValue) exclude each other", advice: "leave out one of them")
    }
    switch kind {
    case .none: return nil
    case .facility:
      return .facility(
        price: try given(
          "facility_price", "price of the facility", terms.facilityPrice, Limits.pricePerKilowatt,
          orFactor: "facility-usd-per-kw"),
        lifetime: try factor("facility-years", as: "facility_lifetime", "years of life of the facility", scale: 8766))
    case .colocation:
      return .colocation(
        price: try given(
          "colocation_price", "colocation of a kW for a month", terms.colocationPrice, Limits.pricePerKilowatt,
          orFactor: "colocation-usd-per-kw-month"))
    }
  }

  /// The rent that ownership is held against: given, or the market's on demand; nil where there is none.
  private mutating func alternative() throws(ScenarioError) -> Expression<Per<Dollars, AcceleratorHours>>? {
    if let rent = request.ownership.rent {
      try noteNode(rent)
      return try given("against", "rent", rent, Limits.price)
    }
    let (catalog, id) = (catalog, accelerator.id)
    let market = try Self.look { () throws(CatalogError) in
      try catalog.marketPrice(accelerator: id, commitment: .onDemand)
    }
    return market.map { Expression.input("against", "rent", $0.rate, from: .table($0.reference), limits: Limits.any) }
  }

  func electricity(in region: Region) throws(ScenarioError) -> Expression<Per<Dollars, KilowattHours>> {
    if let price = request.electricityPrice {
      return try given("electricity", "electricity price", price, Limits.electricity)
    }
    return Expression.input(
      "electricity", "electricity price, \(region.name)", Ranged(region.electricity.value),
      from: .table(region.electricity.reference))
  }

  /// What the methods of Cottier et al. 2024 need; nil where they are not asked for.
  mutating func methodTerms(in region: Region) throws(ScenarioError) -> Scenario.MethodTerms? {
    guard let method = request.method, !request.isOwned else { return nil }
    if method == .acquisition, request.cluster == nil {
      throw .contradiction(
        "the price of a cluster needs its size", advice: "add --gpus or --days, or choose another method")
    }
    let ownership = try hardwareOwned(in: region, depreciation: .pricePerformance)
    return Scenario.MethodTerms(chosen: method, rent: try methodRent(isNeeded: method == .rent), ownership: ownership)
  }

  /// Rent as given or looked up; else that of the longest commitment that the market has a price for.
  private mutating func methodRent(isNeeded: Bool) throws(ScenarioError) -> Expression<Per<Dollars, AcceleratorHours>>?
  {
    if !request.blend.isEmpty {
      throw .contradiction(
        "the methods compare one rent, not a mix of commitments", advice: "leave out --method, or give one commitment")
    }
    if let price = request.price { return try given("price", "rental price", price, Limits.price) }
    let commitments = request.commitment.map { [$0] } ?? [.reservedThreeYears, .reservedOneYear, .onDemand]
    let before = notes
    for commitment in commitments {
      do throws(ScenarioError) {
        let price = try rentalPrice(commitment, id: "price", name: "rental price, \(commitment.rawValue)")
        if request.commitment == nil { notes.append("the method's rent is at \(commitment.rawValue) prices") }
        return price
      } catch {
        notes = before
        switch error {
        case .noPrice, .noPriceThen: if isNeeded, commitment == commitments.last { throw error }
        default: throw error
        }
      }
    }
    return nil
  }
}
