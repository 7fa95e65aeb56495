/// What ownership costs, from the request and the tables.
extension ScenarioBuilder {
  /// Ownership in full: hardware, capital, hosting, staff and electricity.
  mutating func ownership(in region: Region) throws(ScenarioError) -> Scenario.Ownership {
    if request.method != nil {
      throw .contradiction(
        "\(input: "own") and \(input: "method") both say how accelerators are counted",
        advice: "leave out one of the two")
    }
    if request[Settings.price] != nil || looksUpPrice {
      throw .contradiction(
        "owned accelerators are not rented too",
        advice:
          "leave out \(input: "own"), or what says how the accelerators are rented; \(Settings.against) compares with a rent"
      )
    }
    var ownership = try hardwareOwned(in: region, depreciation: request.depreciation ?? .straightLine)
    ownership.utilization = try inputs(Settings.utilization)
    ownership.capitalCost = try inputs(Settings.costOfCapital)
    try setHosting(of: &ownership)
    ownership.staff =
      if let staff = try inputs.given(Settings.staff) {
        .perAccelerator(staff)
      } else {
        .perKilowatt(
          try inputs.row("operations-usd-per-kw-year", as: "staff", "staff and upkeep of a kW a year"),
          least: try leastStaff())
      }
    ownership.rent = try alternative()
    ownership.isRentGiven = request[Settings.against] != nil
    return ownership
  }

  /// Purchase, depreciation and electricity alone.
  mutating func hardwareOwned(
    in region: Region, depreciation: DepreciationMethod
  ) throws(ScenarioError) -> Scenario.Ownership {
    let purchase: Expression<Per<Dollars, Accelerators>>
    var factorKnown = accelerator.purchase?.scope == .serverShare
    let name = "purchase price of \(accelerator.id)"
    if let price = try inputs.given(Settings.purchasePrice, named: name) {
      purchase = price
      factorKnown = false
      notePurchase(price.range)
    } else if let price = accelerator.purchase {
      purchase = Expression.input(
        Settings.purchasePrice.key, name, price.dollars, from: .table(price.reference))
    } else {
      throw .missing(field: "purchase price", accelerator: accelerator.name)
    }
    return Scenario.Ownership(
      purchase: purchase,
      serverFactor: factorKnown && request[Settings.serverFactor] == nil ? nil : try serverCostFactor(),
      networkShare: try inputs(Settings.networkShare),
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
    let ids = ["server-cost-factor-\(accelerator.id)", "server-cost-factor-\(accelerator.generation)"]
    return try inputs(Settings.serverFactor, row: try inputs.first(of: ids) ?? "server-cost-factor")
  }

  private func depreciation(_ method: DepreciationMethod) throws(ScenarioError) -> Scenario.Ownership.Depreciation {
    switch method {
    case .straightLine:
      guard request[Settings.hardwareAge] == nil else {
        throw .contradiction(
          "the age of the hardware has no effect on straight-line depreciation",
          advice: "add \(input: "depreciation", as: "price-performance"), or leave out \(Settings.hardwareAge)")
      }
      return .straightLine(
        lifetime: try inputs(Settings.hardwareLife), resale: try inputs.given(Settings.resale))
    case .pricePerformance:
      guard request[Settings.hardwareLife] == nil, request[Settings.resale] == nil else {
        throw .contradiction(
          "depreciation by price-performance has neither a fixed life nor a resale value",
          advice: "leave out \(Settings.hardwareLife) and \(Settings.resale)")
      }
      return .pricePerformance(
        trend: try inputs.row(
          "price-performance-trend", as: "price_performance_trend", "price-performance, orders of magnitude a year"),
        age: try inputs.given(Settings.hardwareAge))
    }
  }

  /// What people cost in a year who keep the smallest cluster.
  private func leastStaff() throws(ScenarioError) -> Expression<Dollars> {
    let people: Expression<Ratio> = try inputs.row(
      "operations-least-people", as: "operations_people", "people who keep the smallest cluster")
    let salary: Expression<Dollars> = try inputs.row(
      "engineer-us", of: "labor", as: "salary.engineer-us", "salary of who keeps a cluster")
    return (salary * people).named("least staff of a year")
  }

  /// Where the servers stand: as chosen, else in a building of their own, or in colocation below the power for one.
  private mutating func setHosting(of ownership: inout Scenario.Ownership) throws(ScenarioError) {
    let (facilityPrice, colocationPrice) = (request[Settings.facilityPrice], request[Settings.colocationPrice])
    let kind = request.hosting ?? (colocationPrice != nil ? .colocation : .facility)
    if facilityPrice != nil, kind != .facility {
      throw .contradiction(
        "a facility's price and \(kind.rawValue) exclude each other", advice: "leave out one of them")
    }
    if colocationPrice != nil, kind != .colocation {
      throw .contradiction(
        "a price of colocation and \(kind.rawValue) exclude each other", advice: "leave out one of them")
    }
    switch kind {
    case .none: return
    case .facility:
      ownership.hosting = .facility(
        price: try inputs(Settings.facilityPrice),
        lifetime: try inputs.row(
          "facility-years", as: "facility_lifetime", "years of life of the facility", scale: Hours.perYear))
      guard request.hosting == nil, facilityPrice == nil else { return }
      ownership.smallHosting = (
        .colocation(price: try inputs(Settings.colocationPrice)),
        try inputs.row(
          "facility-least-kw", as: "facility_least_kw", "kW from which a cluster has a building of its own")
      )
    case .colocation: ownership.hosting = .colocation(price: try inputs(Settings.colocationPrice))
    }
  }

  /// The rent that ownership is held against: given, or the market's on demand; nil where there is none.
  private mutating func alternative() throws(ScenarioError) -> Expression<Per<Dollars, AcceleratorHours>>? {
    if let rent = try inputs.given(Settings.against) {
      try noteNode(rent.range)
      return rent
    }
    let (catalog, id) = (catalog, accelerator.id)
    let market = try Inputs.look { () throws(CatalogError) in
      try catalog.marketPrice(accelerator: id, commitment: .onDemand)
    }
    return market.map { Expression.input("against", "rent", $0.rate, from: .table($0.reference)) }
  }

  func electricity(in region: Region) throws(ScenarioError) -> Expression<Per<Dollars, KilowattHours>> {
    if let price = try inputs.given(Settings.electricity) { return price }
    return Expression.input(
      "electricity", "electricity price, \(region.name)", Ranged(region.electricity.value),
      from: .table(region.electricity.reference))
  }

  /// What the methods of Cottier et al. 2024 need; nil where they are not asked for.
  mutating func methodTerms(in region: Region) throws(ScenarioError) -> Scenario.MethodTerms? {
    guard let method = request.method, !request.isOwned else { return nil }
    let ownership = try hardwareOwned(in: region, depreciation: .pricePerformance)
    return Scenario.MethodTerms(chosen: method, rent: try methodRent(isNeeded: method == .rent), ownership: ownership)
  }

  /// Rent as given or looked up; else that of the longest commitment that the market has a price for.
  private mutating func methodRent(isNeeded: Bool) throws(ScenarioError) -> Expression<Per<Dollars, AcceleratorHours>>?
  {
    if !request.blend.isEmpty {
      throw .contradiction(
        "the methods compare one rent, not a mix of commitments",
        advice: "leave out \(input: "method"), or give one commitment")
    }
    if let price = try inputs.given(Settings.price) { return price }
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
