/// By which convention carbon is counted.
public enum CarbonAccounting: String, CaseIterable, Sendable {
  /// Every kWh at the average of the grid it comes from.
  case location
  /// Electricity under contract as zero, the rest at the grid's average.
  case market
}

extension Request {
  /// What the user said of energy, carbon and water. Everything left nil comes from the tables, or is not counted.
  public struct FootprintTerms: Sendable {
    /// How carbon is counted.
    public var accounting: CarbonAccounting?
    /// The share of the electricity that contracts count as free of carbon.
    public var contracted: Ranged<Ratio>?
    /// The row of the table of grids whose carbon intensity counts, instead of the region's.
    public var grid: String?
    /// The year of the grid's carbon intensity.
    public var gridYear: Int?
    /// Energy of waiting hardware over that of computing.
    public var idle: Ranged<Ratio>?
    /// Whether the making of the hardware counts.
    public var countsEmbodied = false
    /// Grams CO2e for making an accelerator.
    public var embodiedAccelerator: Ranged<Per<GramsCO2e, Accelerators>>?
    /// Grams CO2e for making the server around an accelerator, for each accelerator.
    public var embodiedServer: Ranged<Per<GramsCO2e, Accelerators>>?
    /// Liters of water consumed in making an accelerator.
    public var embodiedWater: Ranged<Per<Liters, Accelerators>>?
    /// Liters evaporated on site for each kWh of the servers.
    public var waterOnSite: Ranged<Per<Liters, KilowattHours>>?
    /// Average draw over rated power.
    public var draw: Ranged<Ratio>?
    /// Whether the footprint is likened to homes, cars, people and pools.
    public var likens = false

    /// Nothing said.
    public init() {}
  }
}

/// Where a run takes place, and what stands behind the socket.
extension Resolver {
  func site(in region: Region) throws(ScenarioError) -> Scenario.Site {
    let power: Double
    var serverFactor: Expression<Ratio>?
    if let node = accelerator.nodeWatts, let count = accelerator.acceleratorsPerNode, count > 0 {
      power = node / Double(count)
    } else if let board = accelerator.boardWatts {
      power = board
      serverFactor = try factor("server-power-factor", as: "server_power_factor", "server power over accelerators'")
    } else {
      throw .missing(field: "power", accelerator: accelerator.name)
    }
    let terms = request.footprint
    let rated = serverFactor == nil ? "rated server power per \(accelerator.id)" : "rated power of \(accelerator.id)"
    return Scenario.Site(
      region: region,
      ratedPower: Expression.input("rated_power", rated, Ranged(power / 1000), from: .table(accelerator.reference)),
      serverFactor: serverFactor,
      draw: try given(
        "power_draw", "average draw over rated power", terms.draw, Limits.mfu, orFactor: "power-draw"),
      powerUsageEffectiveness: try given(
        "pue", "PUE", request.powerUsageEffectiveness, Limits.powerUsageEffectiveness, orFactor: "pue-default"),
      carbonIntensity: try carbonIntensity(in: region),
      waterOnSite: try given(
        "wue", "water evaporated on site", terms.waterOnSite, Limits.waterOnSite, orFactor: "wue-default"),
      waterOffSite: Expression.input(
        "grid_water", "water of the power plants, \(region.name)", Ranged(region.water.value),
        from: .table(region.water.reference)),
      contracted: try contracted(),
      idle: try terms.idle.map { value throws(ScenarioError) in
        try given("idle", "energy of waiting over that of computing", value, Limits.idle)
      }, embodied: try embodied())
  }

  private func contracted() throws(ScenarioError) -> Expression<Ratio>? {
    let terms = request.footprint
    switch (terms.accounting ?? .location, terms.contracted) {
    case (.location, nil): return nil
    case (.location, _?):
      throw .contradiction(
        "contracts for electricity have no effect on location-based carbon", advice: "add --carbon market")
    case (.market, nil):
      throw .contradiction(
        "market-based carbon needs the share of the electricity that is under contract",
        advice: "add --contracted, as --contracted 0.9")
    case (.market, let share?):
      return try given("contracted", "share of the electricity under contract", share, Limits.share)
    }
  }

  private func carbonIntensity(in region: Region) throws(ScenarioError) -> Expression<Per<GramsCO2e, KilowattHours>> {
    let terms = request.footprint
    let given = [request.carbonIntensity != nil, terms.grid != nil, terms.gridYear != nil].filter(\.self)
    guard given.count <= 1 else {
      throw .contradiction(
        "the grid's carbon intensity is given in more than one way",
        advice: "give one of --carbon-intensity, --grid and --grid-year")
    }
    if let intensity = request.carbonIntensity {
      return try self.given("carbon_intensity", "grid carbon intensity", intensity, Limits.carbonIntensity)
    }
    func input(_ name: String, _ row: Sourced) -> Expression<Per<GramsCO2e, KilowattHours>> {
      Expression.input(
        "carbon_intensity", "grid carbon intensity, \(name)", Ranged(row.value), from: .table(row.reference))
    }
    let catalog = catalog
    if let id = terms.grid {
      let row = try Self.look { () throws(CatalogError) in try catalog.grid(id) }
      guard let row else {
        let known = try Self.look { () throws(CatalogError) in try catalog.ids(in: "grid-carbon") }
        throw .catalog(.unknown(kind: "grid", name: id, table: "grid-carbon", known: known))
      }
      return input(id, row)
    }
    if let year = terms.gridYear {
      let row = try Self.look { () throws(CatalogError) in try catalog.grid(region: region, year: year) }
      guard let row else {
        let years = try Self.look { () throws(CatalogError) in try catalog.gridYears(region: region) }
        throw .contradiction(
          "the tables have no carbon intensity of \(region.name) for \(year)",
          advice: "there is \(years.map(String.init).joined(separator: ", ")); or give --carbon-intensity")
      }
      return input("\(region.name) in \(year)", row)
    }
    return input(region.name, region.carbon)
  }

  /// What making the hardware emitted and consumed: the accelerator's own row, or that of accelerators at large.
  private func embodied() throws(ScenarioError) -> Scenario.Embodied? {
    let terms = request.footprint
    guard
      terms.countsEmbodied || terms.embodiedAccelerator != nil || terms.embodiedServer != nil
        || terms.embodiedWater != nil
    else { return nil }
    let catalog = catalog
    /// The row of the accelerator, or of its generation, or of accelerators at large.
    func row(_ kind: String) -> String {
      [accelerator.id, accelerator.generation].map { "\(kind)-\($0)" }.first { (try? catalog.factor($0)) != nil }
        ?? kind
    }
    let ownership = request.ownership
    return Scenario.Embodied(
      accelerator: try given(
        "embodied_accelerator", "embodied carbon of an accelerator", terms.embodiedAccelerator, Limits.embodied,
        orFactor: row("embodied-accelerator"), scale: 1000),
      server: try given(
        "embodied_server", "embodied carbon of its share of the server", terms.embodiedServer, Limits.embodied,
        orFactor: "embodied-server", scale: 1000 / Double(accelerator.acceleratorsPerNode ?? 8)),
      water: try given(
        "embodied_water", "water of making an accelerator", terms.embodiedWater, Limits.embodied,
        orFactor: row("embodied-water-accelerator")),
      lifetime: try given(
        "lifetime", "years of life", ownership.lifetime, Limits.lifetime, orFactor: "depreciation-years", scale: 8766),
      utilization: try given(
        "utilization", "utilization over the lifetime", ownership.utilization, Limits.utilization,
        orFactor: "ownership-utilization"))
  }

  /// What the footprint is likened to, each with a source.
  func equivalents() throws(ScenarioError) -> [Scenario.Equivalent] {
    guard request.footprint.likens else { return [] }
    return [
      Scenario.Equivalent(
        key: "homes", name: "electricity of so many US homes for a year",
        amount: .energy(try factor("equivalent-home", as: "home", "electricity of a US home in a year"))),
      Scenario.Equivalent(
        key: "cars", name: "emissions of so many cars over their lives",
        amount: .carbon(try factor("equivalent-car", as: "car", "emissions of a car over its life", scale: 1e6))),
      Scenario.Equivalent(
        key: "residents_eu", name: "emissions of so many EU residents in a year",
        amount: .carbon(
          try factor("equivalent-resident-eu", as: "resident_eu", "emissions of an EU resident in a year", scale: 1e6)
        )),
      Scenario.Equivalent(
        key: "pools", name: "water of so many Olympic pools",
        amount: .water(try factor("equivalent-pool", as: "pool", "water of an Olympic pool"))),
    ]
  }
}

/// What a cloud bills besides accelerators.
extension Resolver {
  func storagePrice(
    _ kind: StorageClass?, of what: String
  ) throws(ScenarioError) -> Expression<Per<Dollars, GigabyteMonths>>? {
    guard let kind else { return nil }
    let id =
      switch kind {
      case .hot: "storage-object"
      case .warm: "storage-object-warm"
      case .cold: "storage-object-cold"
      case .file: "storage-file"
      case .volume: "storage-volume"
      }
    return try corpusRow(id, as: what + "_storage_price", "storage price, \(what), \(kind.rawValue)")
  }

  func extras() throws(ScenarioError) -> Scenario.CloudExtras {
    var extras = Scenario.CloudExtras()
    let terms = request.extras
    if let amount = terms.egress {
      let price: Expression<Per<Dollars, Bytes>> =
        if let price = terms.egressPrice {
          try given("egress_price", "egress price", price, Limits.perByte)
        } else {
          try corpusRow("egress", as: "egress_price", "egress price", scale: 1e-9)
        }
      extras.egress = (try given("egress", "data that leaves the cloud", amount, Limits.bytes), price)
    } else if terms.egressPrice != nil {
      throw .contradiction("a price of egress is given, and no data", advice: "add --egress, as --egress 20TB")
    }
    if let count = terms.hostCPUs {
      extras.hosts = (
        try given("host_cpus", "virtual processors for each accelerator", count, Limits.hostCPUs),
        try given(
          "host_cpu_price", "price of a virtual processor", terms.hostCPUPrice, Limits.price,
          orFactor: "host-cpu-usd-per-hour")
      )
    } else if terms.hostCPUPrice != nil {
      throw .contradiction(
        "a price of host processors is given, and no number", advice: "add --host-cpus, as --host-cpus 16")
    }
    return extras
  }

  private func corpusRow<Measure: Unit>(
    _ rowID: String, as id: String, _ name: String, scale: Double = 1
  ) throws(ScenarioError) -> Expression<Measure> {
    let catalog = catalog
    let row = try Self.look { () throws(CatalogError) in try catalog.factor(rowID, in: "corpus") }
    guard let row else {
      throw .catalog(.unknown(kind: "row", name: rowID, table: "corpus", known: []))
    }
    let value = row.value
    return Expression.input(
      id, name,
      Ranged(value.typical.value * scale, low: value.low.value * scale, high: value.high.value * scale),
      from: .table(row.reference))
  }
}
