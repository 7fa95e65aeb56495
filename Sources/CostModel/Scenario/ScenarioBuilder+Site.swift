/// By which convention carbon is counted.
public enum CarbonAccounting: String, CaseIterable, Sendable {
  /// Every kWh at the average of the grid it comes from.
  case location
  /// Electricity under contract as zero, the rest at the grid's average.
  case market
}

/// Where a run takes place, and what stands behind the socket.
extension ScenarioBuilder {
  func site(in region: Region) throws(ScenarioError) -> Scenario.Site {
    let power: Double
    var serverFactor: Expression<Ratio>?
    if let node = accelerator.nodeWatts, let count = accelerator.acceleratorsPerNode, count > 0 {
      power = node / Double(count)
    } else if let board = accelerator.boardWatts {
      power = board
      serverFactor = try inputs.row("server-power-factor", as: "server_power_factor", "server power over accelerators'")
    } else {
      throw .missing(field: "power", accelerator: accelerator.name)
    }
    let rated = serverFactor == nil ? "rated server power per \(accelerator.id)" : "rated power of \(accelerator.id)"
    return Scenario.Site(
      region: region,
      ratedPower: Expression.input("rated_power", rated, Ranged(power / 1000), from: .table(accelerator.reference)),
      serverFactor: serverFactor,
      draw: try inputs(Settings.powerDraw),
      powerUsageEffectiveness: try inputs(Settings.powerUsageEffectiveness),
      carbonIntensity: try carbonIntensity(in: region),
      waterOnSite: try inputs(Settings.waterOnSite),
      waterOffSite: Expression.input(
        "grid_water", "water of the power plants, \(region.water.place ?? region.name)", Ranged(region.water.value),
        from: .table(region.water.reference)),
      contracted: try contracted(),
      idle: try inputs.given(Settings.idle), embodied: try embodied())
  }

  private func contracted() throws(ScenarioError) -> Expression<Ratio>? {
    let share = try inputs.given(Settings.contracted)
    switch (request.accounting ?? .location, share) {
    case (.location, nil): return nil
    case (.location, _?):
      throw .contradiction(
        "contracts for electricity have no effect on location-based carbon",
        advice: "add \(input: "carbon", as: "market")")
    case (.market, nil):
      throw .contradiction(
        "market-based carbon needs the share of the electricity that is under contract",
        advice: "add \(Settings.contracted), as \(Settings.contracted, as: "0.9")")
    case (.market, let share?):
      return share
    }
  }

  private func carbonIntensity(in region: Region) throws(ScenarioError) -> Expression<Per<GramsCO2e, KilowattHours>> {
    let own = try inputs.given(Settings.carbonIntensity)
    let given = [own != nil, request.grid != nil, request.gridYear != nil].filter(\.self)
    guard given.count <= 1 else {
      throw .contradiction(
        "the grid's carbon intensity is given in more than one way",
        advice: "give one of \(Settings.carbonIntensity), \(input: "grid") and \(input: "grid-year")")
    }
    if let own { return own }
    func input(_ name: String, _ row: Sourced) -> Expression<Per<GramsCO2e, KilowattHours>> {
      Expression.input(
        "carbon_intensity", "grid carbon intensity, \(name)", Ranged(row.value), from: .table(row.reference))
    }
    let catalog = catalog
    if let id = request.grid {
      let row = try Inputs.look { () throws(CatalogError) in try catalog.grid(id) }
      guard let row else {
        let known = try Inputs.look { () throws(CatalogError) in try catalog.ids(in: "grid-carbon") }
        throw .catalog(.unknown(kind: "grid", name: id, table: "grid-carbon", known: known))
      }
      return input(id, row)
    }
    if let year = request.gridYear {
      let row = try Inputs.look { () throws(CatalogError) in try catalog.grid(region: region, year: year) }
      guard let row else {
        let years = try Inputs.look { () throws(CatalogError) in try catalog.gridYears(region: region) }
        throw .contradiction(
          "the tables have no carbon intensity of \(region.name) for \(year)",
          advice: "there is \(years.map(String.init).joined(separator: ", ")); or give \(Settings.carbonIntensity)")
      }
      return input("\(region.name) in \(year)", row)
    }
    return input(region.carbon.place ?? region.name, region.carbon)
  }

  /// What making the hardware emitted and consumed: the accelerator's own row, or that of accelerators at large.
  private func embodied() throws(ScenarioError) -> Scenario.Embodied? {
    guard request.includesEmbodied else { return nil }
    /// The row of the accelerator, or of its generation, or of accelerators at large.
    func row(_ kind: String) throws(ScenarioError) -> String {
      try inputs.first(of: [accelerator.id, accelerator.generation].map { "\(kind)-\($0)" }) ?? kind
    }
    return Scenario.Embodied(
      accelerator: try inputs(Settings.embodiedAccelerator, row: try row("embodied-accelerator"), scale: 1000),
      server: try inputs(
        Settings.embodiedServer, row: "embodied-server", scale: 1000 / Double(accelerator.acceleratorsPerNode ?? 8)),
      water: try inputs(Settings.embodiedWater, row: try row("embodied-water-accelerator")),
      lifetime: try inputs(Settings.hardwareLife), utilization: try inputs(Settings.utilization))
  }

  /// What the footprint is likened to, each with a source.
  func equivalents() throws(ScenarioError) -> [Scenario.Equivalent] {
    guard request.showsEquivalents else { return [] }
    return [
      Scenario.Equivalent(
        key: "homes", name: "electricity of so many US homes for a year",
        amount: .energy(try inputs.row("equivalent-home", as: "home", "electricity of a US home in a year"))),
      Scenario.Equivalent(
        key: "cars", name: "emissions of so many cars over their lives",
        amount: .carbon(try inputs.row("equivalent-car", as: "car", "emissions of a car over its life", scale: 1e6))),
      Scenario.Equivalent(
        key: "residents_eu", name: "emissions of so many EU residents in a year",
        amount: .carbon(
          try inputs.row(
            "equivalent-resident-eu", as: "resident_eu", "emissions of an EU resident in a year", scale: 1e6)
        )),
      Scenario.Equivalent(
        key: "pools", name: "water of so many Olympic pools",
        amount: .water(try inputs.row("equivalent-pool", as: "pool", "water of an Olympic pool"))),
    ]
  }
}
