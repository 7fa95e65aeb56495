/// What a cluster costs to buy, draws, and costs to keep for a while, whatever runs on it.
package struct ClusterCost: Sendable {
  /// The accelerator.
  package var accelerator: Accelerator
  /// Where it stands.
  package var region: Region
  /// What the user should know about the defaults taken.
  package var notes: [Message]
  /// The rent that it is held against; nil where there is none.
  let rent: Expression<Per<Dollars, AcceleratorHours>>?
  /// What its capital costs in a year, as a share; nil where that is not counted.
  let capitalCost: Expression<Ratio>?
  private var results = ReportBuilder()

  /// Its results, in order.
  private enum Name: String, ResultName {
    case accelerators
    case bought = "chips_usd"
    case servers = "servers_usd"
    case network = "network_usd"
    case facility = "facility_usd"
    case capital = "capex_usd"
    case ratedPower = "it_power_mw"
    case sitePower = "site_power_mw"
    case draw = "draw_mw"
    case compute = "compute_usd"
    case interest = "interest_usd"
    case hosting = "hosting_usd"
    case electricity = "electricity_usd"
    case staff = "staff_usd"
    case cost = "cost_usd"
    case ownedPrice = "owned_price_usd"
    case energy = "energy_kwh"
    case carbon = "carbon_kg"
    case water = "water_l"

    var section: String {
      switch self {
      case .accelerators, .bought, .servers, .network, .facility, .capital: "To buy"
      case .ratedPower, .sitePower, .draw: "Power"
      case .compute, .interest, .hosting, .electricity, .staff, .cost, .ownedPrice: "To keep"
      case .energy, .carbon, .water: "Footprint"
      }
    }

    var presence: ResultKey.Presence { section.hasPrefix("To ") ? .absent : .unknown }
  }

  /// Its results, in order.
  package static let results = Name.results

  /// The sections of what is paid at the start, and of the power it takes.
  package static let purchaseSections: Set<String> = ["To buy", "Power"]

  /// A cluster of some accelerators that computes all of the time.
  ///
  /// The site is built for the rated power of servers, network and storage, times PUE; on average it draws the share of
  /// it that training draws. Depreciation, capital, hosting, staff and electricity are those of
  /// `OwnershipCharge`, with no hour idle.
  ///
  /// - Parameters:
  ///   - request: Accelerator, ownership, place and footprint; its model is ignored.
  ///   - accelerators: How many there are.
  ///   - time: How long they are kept.
  ///   - catalog: The tables.
  /// - Throws: ``ScenarioError`` for values out of range, and for look-ups that fail.
  package init(
    _ request: Request, accelerators: Ranged<Accelerators>, time: Ranged<Hours>, in catalog: any Catalog
  ) throws(ScenarioError) {
    var builder = try ScenarioBuilder(request, in: catalog)
    let region = try builder.region()
    var ownership = try builder.ownership(in: region)
    ownership.utilization = nil
    (rent, capitalCost) = (ownership.rent, ownership.capitalCost)
    self.accelerator = builder.accelerator
    self.region = region
    let size = try Settings.accelerators.expression(accelerators).named(
      "accelerators")
    let time = try Settings.days.expression(time, as: "time", named: "time")
    results.add(size, as: Name.accelerators)

    var server = ownership.purchase
    if let factor = ownership.serverFactor {
      results.add((server * size).named("accelerators to buy"), as: Name.bought)
      server = server * factor
    }
    let servers = (server * size).named("servers, accelerators included")
    results.add(servers, as: Name.servers)
    let hardware = OwnershipCharge.clusterPrice(ownership) * size
    results.add((hardware - servers).named("network"), as: Name.network)

    let hours = (size * time).named("accelerator-hours")
    let clusterPower = try ClusterPower(&builder, hours: hours, in: region)
    let (site, energy) = (clusterPower.site, clusterPower.energy)
    let rated = (energy.capacity * size).named(
      "rated power of servers, network and storage")
    var capital = hardware.named("servers and network")
    if case .facility(let price, _) = ownership.hosting(of: size, energy) {
      let facility = (price * rated).named("facility")
      results.add(facility, as: Name.facility)
      capital = capital + facility
    }
    results.add(capital.named("to be paid at the start"), as: Name.capital)

    let power = (rated * site.powerUsageEffectiveness).named(
      "rated power of the site")
    let draw = (power * site.draw).named("average draw of the site")
    results.add(rated, as: Name.ratedPower)
    results.add(power, as: Name.sitePower)
    results.add(draw, as: Name.draw)

    let charge = OwnershipCharge(ownership, energy: energy, hours: hours, accelerators: size)
    let lines = charge.lines
    let total = Bill(lines: lines).total
    for line in lines { results.add(line.amount.node, as: Name(rawValue: line.category.key)?.result) }
    results.add(total.named("cost over the time"), as: Name.cost)
    results.add((total / hours).named("owned, per accelerator-hour"), as: Name.ownedPrice)
    let footprint = clusterPower.footprint
    results.add(footprint.energy, as: Name.energy)
    results.add(footprint.carbon, as: Name.carbon)
    results.add(footprint.water, as: Name.water)
    notes = builder.notes
  }

  /// The formula of a result in dollars; nil where there is none of that name.
  func amount(_ key: String) -> Expression<Dollars>? { results.root(key).map { Expression(node: $0) } }

  /// The results in the order a reader wants them.
  package func report(_ plan: SamplingPlan) -> Report { results.report(plan) }
}
