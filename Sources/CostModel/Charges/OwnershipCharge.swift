/// What an owned cluster costs a run: the part of its life that the run uses up, and what that time costs to house, run
/// and power.
///
/// Hours that nobody uses are paid for by those that somebody does: everything but electricity is spread over the
/// accelerator-hours owned, which are those used over the utilization.
package struct OwnershipCharge: Sendable {
  /// A line each for depreciation, the cost of capital, hosting, electricity, and staff and upkeep, as far as there are.
  package let lines: [Bill.Line]
  /// What one accelerator costs with its share of server and network.
  package let cluster: Expression<Per<Dollars, Accelerators>>
  /// Accelerator-hours used.
  let used: Expression<AcceleratorHours>
  /// Accelerator-hours owned, idle ones included.
  let owned: Expression<AcceleratorHours>
  /// The life of the cluster, where it has a fixed one.
  let lifetime: Expression<Hours>?

  private static let costAnalysis = Source(
    title: "Cottier et al. 2024, The rising costs of training frontier AI models",
    url: "https://arxiv.org/abs/2405.21015")
  /// A year of 365.25 days.
  private static let year = Expression<Hours>(constant: Hours.perYear)

  /// The price of a cluster, for each accelerator.
  ///
  /// The accelerator's price, times the server factor where the price is for the bare accelerator, over one less the
  /// network's share.
  static func clusterPrice(_ ownership: Scenario.Ownership) -> Expression<Per<Dollars, Accelerators>> {
    var server = ownership.purchase
    if let factor = ownership.serverFactor { server = server * factor }
    return (server / (1 - ownership.networkShare))
      .named("cluster price per accelerator", note: "server share and network included", sources: [costAnalysis])
  }

  /// What some accelerator-hours cost.
  ///
  /// Straight-line depreciation is (price − resale value) × hours / (lifetime × utilization). That by price-performance
  /// is value × g·ln 10 × hours / (8766 × utilization), with the value the price has kept at g orders of magnitude a
  /// year: Cottier et al. 2024. Interest is on the mean value over the life, or on the value of the day. A facility is
  /// written off over a life of its own, for the rated power of the servers; colocation is paid for that power by the
  /// month.
  ///
  /// The accelerators decide where a cluster stands and who keeps it; nil for a large cluster.
  package init(
    _ ownership: Scenario.Ownership, energy: Energy, hours: Expression<AcceleratorHours>,
    accelerators: Expression<Accelerators>? = nil
  ) {
    let cluster = Self.clusterPrice(ownership)
    self.cluster = cluster
    used = hours
    let owned =
      ownership.utilization.map { (hours / $0).named("accelerator-hours owned, idle ones included") }
      ?? hours
    self.owned = owned
    let years = owned / Self.year
    let (depreciation, invested) = Self.depreciation(ownership, of: cluster, hours: hours, years: years)
    lifetime = if case .straightLine(let life, _) = ownership.depreciation { life } else { nil }
    var capital = [invested]
    let hosting: Expression<Dollars>?
    switch ownership.hosting(of: accelerators, energy) {
    case .facility(let price, let life):
      let facility = (price * energy.capacity).named("facility price per accelerator")
      hosting = facility * (owned / life).named("lifetimes of the facility used up")
      capital.append((facility / 2).named("mean capital in the facility, per accelerator"))
    case .colocation(let price):
      let month = Expression<Hours>(constant: Hours.perMonth)
      hosting = (price * energy.capacity) * (owned / month).named("accelerator-months owned")
    case nil: hosting = nil
    }
    let interest = ownership.capitalCost.map {
      Expression.sum(capital) * $0 * years.named("accelerator-years owned")
    }
    let staff = Self.staff(ownership, energy, accelerators).map { $0 * years.named("accelerator-years owned") }
    lines = Self.lines([
      (.compute, "compute, depreciation", depreciation), (.interest, "cost of capital", interest),
      (.hosting, "hosting", hosting),
      (.electricity, "electricity", ownership.electricity * energy.ofRun),
      (.staff, "staff and upkeep", staff),
    ])
  }

  /// What its value falls by, and the mean capital in an accelerator.
  private static func depreciation(
    _ ownership: Scenario.Ownership, of cluster: Expression<Per<Dollars, Accelerators>>,
    hours: Expression<AcceleratorHours>, years: Expression<Accelerators>
  ) -> (of: Expression<Dollars>, invested: Expression<Per<Dollars, Accelerators>>) {
    let mean = "mean capital in the cluster, per accelerator"
    switch ownership.depreciation {
    case .straightLine(let life, let resale):
      var hoursOfUse = life
      if let utilization = ownership.utilization { hoursOfUse = hoursOfUse * utilization }
      let lives = (hours / hoursOfUse.named("hours of use in a lifetime")).named("lifetimes used up")
      if let resale {
        let lost = cluster * (1 - resale)
        return (
          lost.named("price less resale value, per accelerator") * lives, (cluster * (1 + resale) / 2).named(mean)
        )
      }
      return (cluster * lives, (cluster / 2).named(mean))
    case .pricePerformance(let trend, let age):
      var value = cluster
      let rate = (trend * Expression(constant: naturalLogarithmOfTen))
        .named("loss of value in a year", sources: [costAnalysis])
      if let age {
        let lost = (rate * (age / year).named("years since the purchase")).exponential
        value = (cluster / lost).named(
          "value per accelerator at the start", note: "price over 10^(orders of magnitude a year × years)")
      }
      return (value * rate * years, value)
    }
  }

  /// What staff and upkeep of an accelerator cost in a year; nil where they are not counted.
  private static func staff(
    _ ownership: Scenario.Ownership, _ energy: Energy, _ accelerators: Expression<Accelerators>?
  ) -> Expression<Per<Dollars, Accelerators>>? {
    switch ownership.staff {
    case .perAccelerator(let price): return price
    case .perKilowatt(let price, let least):
      let yearly = price * energy.capacity
      guard let accelerators else { return yearly }
      return .larger(yearly, (least / accelerators).named("least staff of a year, per accelerator"))
    case nil: return nil
    }
  }

  private static let naturalLogarithmOfTen = 2.302585092994046

  /// Lines of a bill of the charges there are.
  private static func lines(_ charges: [(ChargeCategory, String, Expression<Dollars>?)]) -> [Bill.Line] {
    charges.compactMap { category, name, amount in
      amount.map { Bill.Line(category, $0.named(name)) }
    }
  }

  /// What is paid whether the cluster computes or not.
  var fixed: Expression<Dollars> {
    .sum(lines.filter { $0.category != .electricity }.map(\.amount))
  }

  /// The line of a category; nothing where there is none.
  func amount(_ category: ChargeCategory) -> Expression<Dollars> {
    .sum(lines.filter { $0.category == category }.map(\.amount))
  }
}

extension Estimate {
  /// That a job pays for its use of an owned cluster alone, and what all of it costs; nil where that is not known.
  package var noteOfShare: Message? {
    guard case .ownership(let terms) = scenario.payment, let charge = bill.ownership,
      let count = run.accelerators?.typical.value, let life = charge.lifetime?.typical.value
    else { return nil }
    let price = Notation.display(count * charge.cluster.typical.value, as: .dollars)
    let cards = Dimension.accelerators.counted(Notation.display(count, as: .accelerators))
    let use = Notation.display((terms.utilization?.typical.value ?? 1) * 100, as: .ratio)
    return "this is a share of \(price), the price of \(cards) that compute \(use) % of "
      + "\(Notation.display(life, as: .hours)): '\(command: "cluster")' counts a whole one"
  }
}
