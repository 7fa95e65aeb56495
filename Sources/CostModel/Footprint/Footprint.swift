/// Electrical energy of a run.
package struct Energy: Sendable {
  /// Rated, for one accelerator with its share of the server: what a site must be built for, cooling not included.
  package var capacity: Expression<Per<Power, Accelerators>>
  /// Drawn by the servers for one accelerator-hour, cooling not included.
  package var serverPower: Expression<Per<KilowattHours, AcceleratorHours>>
  /// The final run's, at the meter, waiting included where it is counted.
  package var ofRun: Expression<KilowattHours>
  /// The part of it that hardware draws while it waits; nil where it is not counted.
  package var idle: Expression<KilowattHours>?
  /// The accelerator-hours it is for.
  package var hours: Expression<AcceleratorHours>
  /// Whose power it is.
  private(set) var scope = Scope.servers

  /// Whose power an energy counts.
  enum Scope: Sendable {
    /// That of the servers, as published energies count it at most.
    case servers
    /// That of all that a cluster consists of.
    case cluster

    /// In a remark.
    var note: String {
      switch self {
      case .servers:
        "at the meter, cooling included; that of the servers: of a cluster, network and storage come on top (row "
          + "\(ClusterPower.extraRow))"
      case .cluster: "at the meter, cooling, network and storage included"
      }
    }
  }

  private static let bloom = Source(
    title: "Luccioni et al. 2022, Estimating the carbon footprint of BLOOM", url: "https://arxiv.org/abs/2211.02001")

  /// Accelerator-hours × rated power × draw × PUE; idle hardware draws a share of that on top.
  package init(_ site: Scenario.Site, hours: Expression<AcceleratorHours>) {
    var power = site.ratedPower
    if let factor = site.serverFactor { power = power * factor }
    capacity = power.asCapacity
    serverPower = (power * site.draw).named("average server power per accelerator")
    ofRun = serverPower * site.powerUsageEffectiveness * hours
    if let share = site.idle {
      ofRun = ofRun.named("energy of computing")
      let waiting = (ofRun * share).named(
        "energy of waiting", note: "drawn by hardware that is reserved or on and does not compute",
        sources: [Self.bloom])
      idle = waiting
      ofRun = ofRun + waiting
    }
    ofRun = ofRun.named("energy of the run")
    self.hours = hours
  }

  /// The same with the network and storage of a cluster.
  ///
  /// - Parameter extra: Power with them over that of the servers alone.
  /// - Returns: What a meter of the whole cluster tells.
  func withNetwork(_ extra: Expression<Ratio>) -> Energy {
    var all = self
    all.capacity = (capacity * extra).named("rated power per accelerator, network and storage included")
    all.serverPower = (serverPower * extra).named("average power per accelerator, network and storage included")
    all.ofRun = (ofRun * extra).named("energy, network and storage included")
    all.idle = idle.map { $0 * extra }
    all.scope = .cluster
    return all
  }
}

extension Expression where Measure == Per<KilowattHours, AcceleratorHours> {
  /// The same power by the clock: a kWh for each accelerator-hour is a kW for each accelerator.
  var asCapacity: Expression<Per<Power, Accelerators>> { Expression<Per<Power, Accelerators>>(node: node) }
}

/// What a run does to the world outside the ledger.
package struct Footprint: Sendable {
  /// Energy at the meter, experiments included.
  package var energy: Expression<KilowattHours>
  /// The part of it that hardware draws while it waits; nil where it is not counted.
  package var idleEnergy: Expression<KilowattHours>?
  /// Operational emissions, location-based or market-based.
  package var carbon: Expression<GramsCO2e>
  /// The run's share of what making the hardware emitted; nil where it is not counted.
  package var embodied: Expression<GramsCO2e>?
  /// Operational and embodied emissions; nil where embodied ones are not counted.
  package var allCarbon: Expression<GramsCO2e>?
  /// Water consumed in operation, on site and by power plants.
  package var water: Expression<Liters>
  /// The part evaporated on site, by cooling.
  package var waterOnSite: Expression<Liters>
  /// The part consumed by power plants.
  package var waterOffSite: Expression<Liters>
  /// The run's share of the water consumed in making the hardware; nil where it is not counted.
  package var embodiedWater: Expression<Liters>?
  /// Operational and embodied water; nil where embodied water is not counted.
  package var allWater: Expression<Liters>?
  /// What it is likened to, where that is asked for: so many homes, cars, people, pools.
  package var equivalents: [(key: String, count: Expression<Ratio>)] = []

  private static let thirsty = Source(
    title: "Li et al. 2023, Making AI Less Thirsty", url: "https://arxiv.org/abs/2304.03271")
  private static let scope2 = Source(
    title: "GHG Protocol Scope 2 Guidance", url: "https://ghgprotocol.org/scope-2-guidance")

  /// The footprint of a run and the research around it.
  ///
  /// Location-based carbon counts every kWh at the grid's average. Market-based carbon counts electricity under
  /// contract as zero, and the rest at the grid's average, for want of residual mixes.
  package init(
    _ site: Scenario.Site, energy ofRun: Energy, research: Expression<Ratio>?, equivalents: [Scenario.Equivalent] = []
  ) {
    func withResearch<Measure: Unit>(_ amount: Expression<Measure>) -> Expression<Measure> {
      research.map { amount * $0 } ?? amount
    }
    energy = withResearch(ofRun.ofRun).named("energy", note: ofRun.scope.note)
    idleEnergy = ofRun.idle.map { withResearch($0).named("energy, waiting") }
    let scope = site.embodied == nil ? "; embodied emissions are not counted" : ""
    if let contracted = site.contracted {
      let rest = (1 - contracted).named("share of the electricity without contract")
      carbon = (site.carbonIntensity * (energy * rest))
        .named(
          "carbon",
          note: "operational, market-based: electricity under contract counts as zero"
            + scope, sources: [Self.scope2])
    } else {
      carbon = (site.carbonIntensity * energy)
        .named("carbon", note: "operational, location-based" + scope)
    }
    let hours = withResearch(ofRun.hours)
    if let embodied = site.embodied {
      let amount = embodied.carbon(of: hours)
      self.embodied = amount
      allCarbon = (carbon + amount).named("carbon with the making of the hardware")
    }
    waterOnSite = (site.waterOnSite * (energy / site.powerUsageEffectiveness))
      .named("water on site")
    waterOffSite = (site.waterOffSite * energy)
      .named("water off site")
    water = (waterOnSite + waterOffSite).named(
      "water", note: "consumed on site and by power plants", sources: [Self.thirsty])
    if let embodied = site.embodied {
      let amount = embodied.water(of: hours)
      embodiedWater = amount
      allWater = (water + amount).named("water with the making of the hardware")
    }
    self.equivalents = equivalents.map {
      ($0.key, $0.count(energy: energy, carbon: allCarbon ?? carbon, water: allWater ?? water))
    }
  }
}
