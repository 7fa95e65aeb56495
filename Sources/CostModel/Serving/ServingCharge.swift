/// What the accelerator-hours of serving cost and draw: all of them are paid for, and those that wait draw less.
struct ServingCharge: Sendable {
  /// Where it is, with the draw of serving at full load.
  let site: Scenario.Site
  /// The draw of servers that wait, over that of servers at full load.
  let waiting: Expression<Ratio>
  /// What an hour costs apart from electricity that depends on the load.
  private let payment: Payment

  private enum Payment: Sendable {
    /// Rent, whatever the load.
    case rent(Expression<Per<Dollars, AcceleratorHours>>)
    /// A cluster that is owned, and power with network and storage over that of its servers.
    case owned(Scenario.Ownership, power: Expression<Ratio>)
  }

  /// The cluster that serves, which decides where it stands and who keeps it; nil for a large one.
  private let cluster: Expression<Accelerators>?

  private static let hour = Expression<AcceleratorHours>(constant: 1)

  /// The charge of a scenario whose site draws what serving does.
  ///
  /// - Throws: ``ScenarioError`` for a catalog without its rows.
  init(
    _ scenario: Scenario, on cluster: Expression<Accelerators>? = nil, in catalog: any Catalog
  ) throws(ScenarioError) {
    self.cluster = cluster
    let inputs = Inputs(values: InputValues(), catalog: catalog)
    site = scenario.site
    let idle: Expression<Ratio> = try inputs.row(
      "idle-draw", as: "idle_draw", "draw of waiting servers over rated power", limits: 0...1)
    waiting = .smaller((idle / site.draw).named("draw of waiting over that of serving"), 1)
    switch scenario.payment {
    case .rent(let price): payment = .rent(price)
    case .blend(let parts): payment = .rent(Rental.rate(of: parts))
    // Serving asks for a price, so that this does not come to pass.
    case .unpriced: payment = .rent(Expression(constant: 0))
    case .ownership(var ownership), .acquisition(var ownership):
      // Copies are there all day: the load tells how much of it they serve.
      ownership.utilization = nil
      payment = .owned(ownership, power: try ClusterPower.extra(inputs))
    }
  }

  /// The energy of some accelerator-hours, of which the load is the share that serves.
  ///
  /// What waits draws what is given of it, or else what waiting servers draw: never both in the same hours.
  func energy(_ hours: Expression<AcceleratorHours>, load: Expression<Ratio>) -> Energy {
    var busy = site
    busy.idle = nil
    var energy = Energy(busy, hours: hours)
    let drawn = site.idle.map { load * (1 + $0) } ?? (load + waiting * (1 - load))
    energy.ofRun =
      (energy.ofRun * drawn.named("draw over that of full load", note: "servers that wait draw a part of it"))
      .named("energy of serving and waiting")
    return energy
  }

  /// USD for an accelerator-hour: rent, or all that ownership costs, with the electricity of the load.
  ///
  /// The cluster may have grown beyond the size that is known.
  func rate(
    load: Expression<Ratio>, growth: Expression<Ratio>? = nil
  ) -> Expression<Per<Dollars, AcceleratorHours>> {
    switch payment {
    case .rent(let price): return price
    case .owned(let ownership, let power):
      var accelerators = cluster
      if let growth { accelerators = accelerators.map { $0 * growth } }
      let energy = energy(Self.hour, load: load).withNetwork(power)
      let lines = OwnershipCharge(ownership, energy: energy, hours: Self.hour, accelerators: accelerators).lines
      return (Expression.sum(lines.map(\.amount)).named("an hour of ownership") / Self.hour)
        .named("cost of an accelerator-hour")
    }
  }
}
