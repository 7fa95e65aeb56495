/// A cluster that a program has for a while, on which its stages run.
package struct ProgramCluster: Sendable {
  /// How it is paid for.
  package enum Contract: Sendable {
    /// By the hour: its stages pay for what they use, and nothing else is paid.
    case hourly
    /// By whole terms, used or not: the rent of an hour, and the hours of all terms.
    case terms(rate: Expression<Per<Dollars, AcceleratorHours>>, time: Expression<Hours>)
    /// Bought, and kept used or not.
    case owned(Ownership)
    /// Paid for in equal parts, and kept used or not.
    case leased(Ownership)
  }

  /// What a cluster costs that is not rented.
  package struct Ownership: Sendable {
    /// A charge, and when it falls due within the time of the cluster.
    package struct Charge: Sendable {
      /// When it is paid.
      package enum Due: Sendable { case atStart, atEnd, throughout }
      /// What it is called.
      package var name: String
      /// How much; less than nothing for what comes back.
      package var amount: Expression<Dollars>
      /// When.
      package var due: Due
    }

    /// What is paid whether it computes or not.
    package var charges: [Charge]
    /// What an hour of computing costs on top, in electricity.
    package var running: Expression<Per<Dollars, AcceleratorHours>>
    /// What an hour costs that is rented besides, where the cluster is too small; nil where no price is known.
    package var rent: Expression<Per<Dollars, AcceleratorHours>>?

    /// The sum of the charges.
    var fixed: Expression<Dollars> { .sum(charges.map(\.amount)) }
  }

  /// What the recipe calls it.
  package var name: String
  /// The accelerator's name.
  package var accelerator: String
  /// How many there are.
  package var accelerators: Expression<Accelerators>
  /// When it is there, in months from the start of the program.
  package var from: Double
  /// For how many months.
  package var months: Double
  /// How it is paid for.
  package var contract: Contract
  /// What it draws in all hours that are paid for; nil where those used are.
  package private(set) var power: ClusterPower?
  /// What an hour costs that is rented as it is used; nil where no price is known.
  package var hourlyRent: Expression<Per<Dollars, AcceleratorHours>>?
  /// What to know of it.
  package var notes: [Message]

  /// How it is paid for, in a word or two.
  package var payment: String {
    switch contract {
    case .hourly: "by the hour"
    case .terms: "by whole terms"
    case .owned: "owned"
    case .leased: "leased"
    }
  }

  /// What it is counted as sold for at the end, at typical values; 0 where nothing comes back.
  package var residual: Double {
    switch contract {
    case .hourly, .terms: 0
    case .owned(let ownership), .leased(let ownership):
      -ownership.charges.filter { $0.due == .atEnd }.reduce(0) { $0 + $1.amount.typical.value }
    }
  }

  /// For how many months it is paid.
  var monthsPaid: Double {
    if case .terms(_, let time) = contract { return Swift.max(months, time.typical.value / Hours.perMonth) }
    return months
  }

  /// Accelerator-hours that are paid for, used or not; nil where those used are.
  package var hours: Expression<AcceleratorHours>? {
    let time: Expression<Hours>
    switch contract {
    case .hourly: return nil
    case .terms(_, let whole): time = whole
    case .owned, .leased: time = Expression(constant: months * Hours.perMonth)
    }
    return (accelerators * time).named("accelerator-hours of \(name)", note: "paid for, used or not")
  }
}

extension ProgramCluster {
  /// How a cluster is paid for, as a recipe says it.
  package enum Kind: Sendable {
    /// Rented by the hour.
    case hourly
    /// Rented by whole terms of so many hours.
    case terms(Ranged<Hours>)
    /// Bought.
    case owned
    /// Paid for over so many months.
    case leased(Double)
  }

  /// The cluster of a request for hardware, money and place.
  ///
  /// Terms = ⌈months / length of a term⌉. What is bought costs its price at the start and brings what it is worth at the
  /// end, which is the price less the depreciation of the time between. Its capital is on average half of the two: its
  /// cost is that of these months, not of the mean over a life. Hosting and staff are those of ``ClusterCost``. A lease over n months at the yearly cost of capital r has payments of P·(r/12) / (1 − (1 + r/12)⁻ⁿ),
  /// those of an annuity, and leaves nothing behind.
  ///
  /// - Parameters:
  ///   - name: What the recipe calls it.
  ///   - request: Accelerator, price or ownership, and place; its model is ignored.
  ///   - kind: How it is paid for.
  ///   - from: When it is there, in months from the start of the program.
  ///   - months: For how many months.
  ///   - catalog: The tables.
  /// - Throws: ``ScenarioError`` for values out of range, and for look-ups that fail.
  package init(
    _ name: String, _ request: Request, _ kind: Kind, from: Double, months: Double, in catalog: any Catalog
  ) throws(ScenarioError) {
    guard let count = request[Settings.accelerators] else {
      throw .contradiction("the cluster has no size", advice: "give \(Settings.accelerators, as: "64")")
    }
    (self.name, self.from, self.months) = (name, from, months)
    accelerators = try Settings.accelerators.expression(
      count, as: name + ".accelerators", named: "accelerators, \(name)")
    accelerator = try ScenarioBuilder.accelerator(of: request, in: catalog).name
    notes = []
    var request = request
    let isPaidWhole = if case .hourly = kind { false } else { true }
    if isPaidWhole, request.values[Settings.idle.id] != nil {
      // Its hours that nothing uses are known, and draw what waiting servers do: nothing waits twice.
      request[Settings.idle] = nil
      notes.append("\(name) waits in the hours that nothing uses: \(Settings.idle) does not count for it")
    }
    switch kind {
    case .hourly: contract = .hourly
    case .terms(let length):
      let (rate, notes) = try Self.rent(request, length: length.typical.value, in: catalog)
      self.notes += notes
      hourlyRent = try Self.hourlyRent(request, in: catalog)
      let term = try Settings.term.expression(length, as: name + ".term", named: "term, \(name)")
      let terms = (Expression<Hours>(constant: months * Hours.perMonth * (1 - 1e-9)) / term).roundedUp.named("terms")
      contract = .terms(rate: rate, time: (term * terms).named("whole terms of \(name)"))
      try addPower(request, in: catalog)
    case .owned, .leased:
      request.isOwned = true
      let time = Ranged<Hours>(months * Hours.perMonth)
      let cost = try ClusterCost(request, accelerators: count, time: time, in: catalog)
      notes += cost.notes
      var ownership = try Self.ownership(
        cost, months: months, hours: accelerators * Expression<Hours>(constant: time.typical.value))
      hourlyRent = ownership.rent
      if case .leased(let term) = kind {
        let payment = try Self.lease(&ownership, over: term, of: months, request, catalog)
        let left = term - months
        if left > 0 {
          let owed = Notation.display(payment * left, as: .dollars)
          notes.append(
            "the lease of \(name) binds \(Notation.display(left, as: .ratio)) months longer than the cluster is kept: "
              + "\(owed) of payments from then on are not counted")
        }
        contract = .leased(ownership)
      } else {
        contract = .owned(ownership)
      }
      try addPower(request, in: catalog)
    }
  }

  private mutating func addPower(_ request: Request, in catalog: any Catalog) throws(ScenarioError) {
    if let hours { power = try ClusterPower(request, hours: hours, in: catalog) }
  }

  /// The rent of an hour by terms of a length: that of a year or three where nothing else is said.
  private static func rent(
    _ request: Request, length: Double, in catalog: any Catalog
  ) throws(ScenarioError) -> (rate: Expression<Per<Dollars, AcceleratorHours>>, notes: [Message]) {
    var commitments: [Commitment?] = [request.commitment]
    let isOpen = request.commitment == nil && request.blend.isEmpty && request[Settings.price] == nil
    if isOpen {
      let kinds: [(Double, Commitment)] = [(3, .reservedThreeYears), (1, .reservedOneYear)]
      commitments = kinds.filter { length >= $0.0 * Hours.perYear * (1 - 1e-9) }.map { $0.1 } + [nil]
    }
    var plain = request
    for (place, commitment) in commitments.enumerated() {
      plain.commitment = commitment
      do throws(ScenarioError) {
        let (rate, known) = try rent(plain, in: catalog)
        var notes = known
        if isOpen, let commitment { notes.append("rent by the term is at \(commitment.rawValue) prices") }
        return (rate, notes)
      } catch {
        guard place < commitments.count - 1, case .noPrice = error else { throw error }
      }
    }
    throw .contradiction("no price of the cluster is known", advice: "give \(Settings.price)")
  }

  /// The rent of an hour.
  private static func rent(
    _ request: Request, in catalog: any Catalog
  ) throws(ScenarioError) -> (rate: Expression<Per<Dollars, AcceleratorHours>>, notes: [Message]) {
    var plain = request
    plain.phases = []
    plain[Settings.parameters] = Ranged(1e9)
    let scenario = try ScenarioBuilder.scenario(for: plain, in: catalog, purpose: .postTraining)
    guard let rate = Bill.rental(scenario, hours: Expression(constant: 1))?.rate else {
      throw .noPrice(
        accelerator: scenario.hardware.accelerator.id, wanted: Commitment.onDemand.rawValue, available: [])
    }
    return (rate, scenario.notes)
  }

  /// The rent of an hour on demand; nil where no price is known.
  private static func hourlyRent(
    _ request: Request, in catalog: any Catalog
  ) throws(ScenarioError) -> Expression<Per<Dollars, AcceleratorHours>>? {
    var hourly = request
    (hourly.commitment, hourly.blend) = (.onDemand, [])
    hourly[Settings.price] = nil
    hourly[Settings.term] = nil
    do throws(ScenarioError) { return try rent(hourly, in: catalog).rate } catch {
      guard case .noPrice = error else { throw error }
      return nil
    }
  }

  /// What is paid for a cluster that is bought: its price and what it is worth at the end, and what keeping it costs.
  private static func ownership(
    _ cost: ClusterCost, months: Double, hours: Expression<AcceleratorHours>
  ) throws(ScenarioError) -> Ownership {
    func amount(_ key: String) -> Expression<Dollars> { cost.amount(key) ?? Expression(constant: 0) }
    let facility = cost.amount("facility_usd")
    let bought = (amount("capex_usd") - amount("facility_usd")).named("purchase")
    var charges: [Ownership.Charge] = [
      Ownership.Charge(name: "purchase", amount: bought, due: .atStart),
      Ownership.Charge(
        name: "residual value",
        amount: (amount("compute_usd") - bought).named("residual value", note: "what is not written off comes back"),
        due: .atEnd),
    ]
    if let facility {
      charges += [
        Ownership.Charge(name: "facility", amount: facility, due: .atStart),
        Ownership.Charge(
          name: "residual value of the facility",
          amount: (amount("hosting_usd") - facility).named("residual value of the facility"), due: .atEnd),
      ]
    }
    if let rate = cost.capitalCost {
      // What comes back is less than nothing among the charges.
      let atStart = Expression.sum(charges.filter { $0.due == .atStart }.map(\.amount))
      let atEnd = Expression.sum(charges.filter { $0.due == .atEnd }.map(\.amount))
      let capital = ((atStart - atEnd) / 2).named("mean of the price and what it is worth at the end")
      charges.append(
        Ownership.Charge(
          name: "cost of capital",
          amount: (capital * rate * Expression<Ratio>(constant: months / 12)).named("cost of capital"),
          due: .throughout))
    }
    let kept = [("hosting", "hosting_usd"), ("staff and upkeep", "staff_usd")]
    for (name, key) in kept where facility == nil || key != "hosting_usd" {
      if let amount = cost.amount(key) {
        charges.append(Ownership.Charge(name: name, amount: amount, due: .throughout))
      }
    }
    return Ownership(
      charges: charges, running: (amount("electricity_usd") / hours).named("electricity of an hour used"),
      rent: cost.rent)
  }

  /// Payments in place of a purchase, of its residual value and of the cost of its capital.
  ///
  /// - Returns: USD of a month.
  private static func lease(
    _ ownership: inout Ownership, over term: Double, of months: Double, _ request: Request, _ catalog: any Catalog
  ) throws(ScenarioError) -> Double {
    let rate: Expression<Ratio> = try Inputs(values: request.values, catalog: catalog)(Settings.costOfCapital)
    let monthly = rate / 12
    let factor: Expression<Ratio> = monthly / (1 - (1 + monthly).power(-term))
    guard let price = ownership.charges.first?.amount else { return 0 }
    let payment = (price * factor).named(
      "lease payment of a month",
      note: "an annuity over \(Notation.display(term, as: .ratio)) months at the cost of capital")
    let paid = Expression<Ratio>(constant: Swift.min(term, months))
    ownership.charges.removeFirst(2)
    ownership.charges.removeAll { $0.name == "cost of capital" }
    ownership.charges.insert(
      Ownership.Charge(name: "lease payments", amount: (payment * paid).named("lease payments"), due: .throughout),
      at: 0)
    return payment.typical.value
  }
}
