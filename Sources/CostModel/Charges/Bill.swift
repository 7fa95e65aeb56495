/// What a line of a bill pays for.
public enum ChargeCategory: String, CaseIterable, Sendable {
  /// Accelerator time: rent, or the wear of what is owned.
  case compute
  /// Electricity, where it is not part of the rent.
  case electricity
  /// Corpus and checkpoints on disk.
  case storage
  /// People's labels and demonstrations.
  case humanData = "human_data"
  /// Tokens bought from a provider.
  case api
  /// Salaries.
  case staff
  /// Experiments and failed runs.
  case research

  /// The name for people.
  public var name: String {
    switch self {
    case .compute: "compute"
    case .electricity: "electricity"
    case .storage: "storage"
    case .humanData: "human data"
    case .api: "services"
    case .staff: "staff"
    case .research: "experiments and failed runs"
    }
  }

  /// The stable name of the category's total.
  public var key: String { rawValue + "_usd" }
}

/// What a run costs, by line.
public struct Bill: Sendable {
  /// One line.
  public struct Line: Sendable {
    /// What it pays for.
    public var category: ChargeCategory
    /// How much.
    public var amount: Expression<Dollars>

    /// A line of one category.
    public init(_ category: ChargeCategory, _ amount: Expression<Dollars>) {
      self.category = category
      self.amount = amount
    }
  }

  /// The lines, each category once.
  public var lines: [Line]
  /// Their sum.
  public var total: Expression<Dollars>

  /// A bill of lines.
  public init(lines: [Line]) {
    self.lines = lines
    total = Expression.sum(lines.map(\.amount)).named("total cost", key: "cost_usd")
  }

  /// The bill of a run: compute, electricity where owned, storage, and the research around it.
  ///
  /// Rent includes electricity and depreciation, so the two ways of paying share no line but `compute`. Experiments
  /// and failed runs multiply compute and electricity; they need no second copy of the data.
  public init(_ scenario: Scenario, run: Run, work: Work, energy: Energy) {
    var lines: [Line] = []
    switch scenario.payment {
    case .rent(let price):
      let rent = Rental.amount(price: price, hours: run.acceleratorHours)
      lines.append(Line(.compute, rent.named("compute, rented", key: ChargeCategory.compute.key)))
    case .blend(let parts):
      let rent = Rental.rate(of: parts) * run.acceleratorHours
      lines.append(Line(.compute, rent.named("compute, rented", key: ChargeCategory.compute.key)))
    case .ownership(let ownership):
      let depreciation = OwnershipCharge.depreciation(ownership, hours: run.acceleratorHours)
      let electricity = Expression(ownership.electricity) * energy.ofRun
      lines.append(Line(.compute, depreciation.named("compute, depreciation", key: ChargeCategory.compute.key)))
      lines.append(Line(.electricity, electricity.named("electricity", key: ChargeCategory.electricity.key)))
    }
    if work.phases.isEmpty { lines = [] }
    let computing = lines.map(\.amount)
    if !work.phases.isEmpty, let storage = StorageCharge.amount(scenario, work: work, wallClock: run.wallClock) {
      lines.append(Line(.storage, storage.named("storage", key: ChargeCategory.storage.key)))
    }
    if let research = scenario.research, !computing.isEmpty {
      let amount = Expression.sum(computing) * (Expression(research) - Expression(constant: 1))
      lines.append(
        Line(
          .research,
          amount.named(
            "experiments and failed runs", key: ChargeCategory.research.key,
            note: "the project's compute is the final run's times the research multiplier")))
    }
    self.init(lines: lines + Self.lines(of: work.purchases))
  }
}

extension Bill {
  /// A line for each category of what is bought; the purchases of one category are its parts.
  private static func lines(of purchases: [Work.Purchase]) -> [Line] {
    ChargeCategory.allCases.compactMap { category in
      let parts = purchases.filter { $0.category == category }
      guard let first = parts.first else { return nil }
      guard parts.count > 1 else { return Line(category, first.amount.named(first.name, key: category.key)) }
      let sum = Expression.sum(parts.map { $0.amount.named($0.name) })
      return Line(category, sum.named(category.name, key: category.key))
    }
  }
}

/// Rent by the accelerator-hour.
public enum Rental {
  /// The mean of the parts' rates, weighted by their shares of the accelerator time.
  public static func rate(of parts: [Scenario.BlendPart]) -> Expression<Per<Dollars, AcceleratorHours>> {
    Expression.sum(parts.map { Expression($0.price) * Expression<Ratio>(constant: $0.share) })
      .named("rental price, blended", note: "the mean of the prices, weighted by their shares of the accelerator time")
  }

  /// Accelerator-hours × rate; electricity, cooling and depreciation are in the rate.
  public static func amount(
    price: Input<Per<Dollars, AcceleratorHours>>, hours: Expression<AcceleratorHours>
  ) -> Expression<Dollars> {
    Expression(price) * hours
  }
}
