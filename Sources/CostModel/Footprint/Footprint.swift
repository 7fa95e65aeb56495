/// Electrical energy of a run.
public struct Energy: Sendable {
  /// Drawn by the servers for one accelerator-hour, cooling not included.
  public var serverPower: Expression<Per<KilowattHours, AcceleratorHours>>
  /// The final run's, at the meter.
  public var ofRun: Expression<KilowattHours>

  /// Accelerator-hours × rated power × draw × PUE.
  public init(_ site: Scenario.Site, hours: Expression<AcceleratorHours>) {
    var power = Expression(site.ratedPower)
    if let factor = site.serverFactor { power = power * Expression(factor) }
    serverPower = (power * Expression(site.draw)).named("average server power per accelerator")
    ofRun = (serverPower * Expression(site.powerUsageEffectiveness) * hours).named("energy of the run")
  }
}

/// What a run does to the world outside the ledger.
public struct Footprint: Sendable {
  /// Energy at the meter, experiments included.
  public var energy: Expression<KilowattHours>
  /// Operational emissions, location-based.
  public var carbon: Expression<GramsCO2e>
  /// Water consumed on site and by power plants.
  public var water: Expression<Liters>

  private static let thirsty = Source(
    title: "Li et al. 2023, Making AI Less Thirsty", url: "https://arxiv.org/abs/2304.03271")

  /// The footprint of a run and the research around it; embodied emissions are not in it.
  public init(_ site: Scenario.Site, energy ofRun: Energy, research: Input<Ratio>?) {
    var energy = ofRun.ofRun
    if let research { energy = energy * Expression(research) }
    energy = energy.named("energy", key: "energy_kwh", note: "at the meter, cooling included")
    self.energy = energy
    carbon = (Expression(site.carbonIntensity) * energy)
      .named("carbon", key: "carbon_kg", note: "operational, location-based; embodied emissions are not counted")
    let onSite = (Expression(site.waterOnSite) * (energy / Expression(site.powerUsageEffectiveness)))
      .named("water on site")
    let offSite = (Expression(site.waterOffSite) * energy).named("water at the power plants")
    water = (onSite + offSite).named(
      "water", key: "water_l", note: "consumed on site and by power plants", sources: [Self.thirsty])
  }
}
