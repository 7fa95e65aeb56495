/// What a line of a bill pays for.
public enum ChargeCategory: String, CaseIterable, Sendable {
  /// Accelerator time: rent, or the wear of what is owned.
  case compute
  /// What the capital tied up in owned hardware costs.
  case interest
  /// The building around owned hardware, or colocation.
  case hosting
  /// Electricity, where it is not part of the rent.
  case electricity
  /// Processors that load data, where the rent does not include them.
  case host = "host_cpu"
  /// Corpus and checkpoints on disk.
  case storage
  /// Data that leaves the cloud.
  case egress
  /// Text that is crawled, converted, licensed and cleaned.
  case data
  /// People's labels and demonstrations.
  case humanData = "human_data"
  /// Tokens bought from a provider.
  case api
  /// Salaries.
  case staff
  /// Experiments and failed runs.
  case research
  /// Rent of the last term's accelerator time that nothing uses.
  case unused

  /// The name for people.
  public var name: String {
    switch self {
    case .compute: "compute"
    case .interest: "cost of capital"
    case .hosting: "hosting"
    case .electricity: "electricity"
    case .host: "host processors"
    case .storage: "storage"
    case .egress: "egress"
    case .data: "data"
    case .humanData: "human data"
    case .api: "services"
    case .staff: "staff"
    case .research: "experiments and failed runs"
    case .unused: "rented and not used"
    }
  }

  /// The stable name of the category's total.
  public var key: String { rawValue + "_usd" }
}

/// What a run costs, by line.
package struct Bill: Sendable {
  /// One line.
  package struct Line: Sendable {
    /// What it pays for.
    package var category: ChargeCategory
    /// How much.
    package var amount: Expression<Dollars>

    /// A line of one category.
    package init(_ category: ChargeCategory, _ amount: Expression<Dollars>) {
      self.category = category
      self.amount = amount
    }
  }

  /// The lines, each category once.
  package var lines: [Line]
  /// Their sum.
  package var total: Expression<Dollars>
  /// Whether accelerator time is in none of the lines, since no price of it is known.
  package private(set) var isUnpriced = false
  /// The share of the rent that goes by contract; nil where rent is by the hour alone.
  package private(set) var contractShare: Expression<Ratio>?
  /// What owning costs, where it is owned: the lines of it, and what they come from.
  var ownership: OwnershipCharge?
  /// What is rented by whole terms; nil where rent is by the hour.
  package internal(set) var term: RentalTerm?

  /// A bill of lines.
  package init(lines: [Line]) {
    self.lines = lines
    total = Expression.sum(lines.map(\.amount)).named("total cost")
  }

  /// The bill of a run: accelerators, rented or owned, storage, other charges of a cloud, and the research around it.
  ///
  /// Rent includes electricity, hosting and depreciation, so the two ways of paying share no line but `compute`, which
  /// is one or the other. Experiments and failed runs multiply what accelerator time costs; they need no second copy of
  /// the data, and no second cluster where it is bought. Rent by whole terms has a line for what they leave unused.
  package init(_ scenario: Scenario, run: Run, work: Work, energy: Energy) {
    guard !work.phases.isEmpty else {
      self.init(lines: Self.lines(of: work.purchases))
      return
    }
    var ownership: OwnershipCharge?
    if case .ownership(let terms) = scenario.payment {
      ownership = OwnershipCharge(
        terms, energy: energy, hours: run.acceleratorHours, accelerators: run.accelerators)
    }
    let rented = Self.rental(scenario, hours: run.acceleratorHours)
    let rent = rented?.rate
    var lines = ownership?.lines ?? Self.accelerators(scenario.payment, run: run, rented)
    var computing = lines.map(\.amount)
    if case .acquisition = scenario.payment { computing = [] }
    if let hosts = scenario.extras.hostCharge(run.acceleratorHours) {
      let line = Line(.host, hosts.named("host processors"))
      lines.append(line)
      computing.append(line.amount)
    }
    var term: RentalTerm?
    if let length = scenario.rentalTerm, let accelerators = run.accelerators, let rent {
      let terms = RentalTerm(
        length, accelerators: accelerators, hours: run.acceleratorHours, research: scenario.research)
      let amount = rent * terms.unused
      lines.append(Line(.unused, amount.named(ChargeCategory.unused.name)))
      term = terms
    }
    if let storage = StorageCharge.amount(
      scenario, work: work, wallClock: scenario.cluster == nil ? nil : run.wallClock)
    {
      lines.append(Line(.storage, storage.named("storage")))
    }
    if let egress = scenario.extras.egressCharge {
      lines.append(Line(.egress, egress.named("egress")))
    }
    if let research = scenario.research, !computing.isEmpty {
      let amount = Expression.sum(computing) * (research - 1)
      lines.append(
        Line(
          .research,
          amount.named(
            "experiments and failed runs",
            note: "the project's compute is the final run's times the research multiplier")))
    }
    self.init(lines: Self.merged(lines + Self.lines(of: work.purchases)))
    self.ownership = ownership
    self.term = term
    if let share = rented?.contractShare, share.typical.value > 0 { contractShare = share }
    if case .unpriced = scenario.payment { isUnpriced = true }
  }

  /// What accelerators cost that are rented or bought.
  private static func accelerators(
    _ payment: Scenario.Payment, run: Run, _ rented: RentedHour?
  ) -> [Line] {
    func compute(_ name: String, _ amount: Expression<Dollars>) -> [Line] {
      [Line(.compute, amount.named(name))]
    }
    if let rented {
      let way = Scenario.RentContract.way(rented.contractShare)
      return compute("compute, rented\(way)", rented.rate * run.acceleratorHours)
    }
    guard case .acquisition(let ownership) = payment, let accelerators = run.accelerators else { return [] }
    return compute("compute, bought", OwnershipCharge.clusterPrice(ownership) * accelerators)
  }

  /// What an accelerator-hour is rented for, and the share of it by contract, where that depends on the size of the run.
  typealias RentedHour = (rate: Expression<Per<Dollars, AcceleratorHours>>, contractShare: Expression<Ratio>?)

  /// The rent of an accelerator-hour when the run starts; electricity, cooling and depreciation are in it. Nil where
  /// accelerators are bought.
  static func rental(_ scenario: Scenario, hours: Expression<AcceleratorHours>) -> RentedHour? {
    var rented: RentedHour
    switch scenario.payment {
    case .rent(let price):
      rented = (price, scenario.contract?.share(of: hours))
      if let contract = scenario.contract, let share = rented.contractShare {
        rented.rate = contract.rate(share, onDemand: price)
      }
    case .blend(let parts): rented = (Rental.rate(of: parts), nil)
    case .ownership, .acquisition, .unpriced: return nil
    }
    if let trend = scenario.rentTrend { rented.rate = (rented.rate * trend).named("rent at the start") }
    return rented
  }
}

extension Bill {
  /// Lines of one category as one line, so that each is there once.
  private static func merged(_ lines: [Line]) -> [Line] {
    var merged: [Line] = []
    for line in lines {
      guard let place = merged.firstIndex(where: { $0.category == line.category }) else {
        merged.append(line)
        continue
      }
      merged[place].amount = (merged[place].amount + line.amount)
        .named(line.category.name)
    }
    return merged
  }

  /// A line for each category of what is bought; the purchases of one category are its parts.
  private static func lines(of purchases: [Work.Purchase]) -> [Line] {
    ChargeCategory.allCases.compactMap { category in
      let parts = purchases.filter { $0.category == category }
      guard let first = parts.first else { return nil }
      guard parts.count > 1 else { return Line(category, first.amount.named(first.name)) }
      let sum = Expression.sum(parts.map { $0.amount.named($0.name) })
      return Line(category, sum.named(category.name))
    }
  }
}

/// Rent by the accelerator-hour.
package enum Rental {
  /// The mean of the parts' rates, weighted by their shares of the accelerator time.
  package static func rate(of parts: [Scenario.BlendPart]) -> Expression<Per<Dollars, AcceleratorHours>> {
    Expression.sum(parts.map { $0.price * Expression<Ratio>(constant: $0.share) })
      .named("rental price, blended", note: "the mean of the prices, weighted by their shares of the accelerator time")
  }

  /// Accelerator-hours × rate; electricity, cooling and depreciation are in the rate.
  package static func amount(
    price: Expression<Per<Dollars, AcceleratorHours>>, hours: Expression<AcceleratorHours>
  ) -> Expression<Dollars> {
    price * hours
  }
}
