/// What a cluster draws with its network and storage, whoever owns it.
package struct ClusterPower: Sendable {
  /// Where it stands.
  let site: Scenario.Site
  /// Power with network and storage over that of the servers alone.
  let extra: Expression<Ratio>
  /// The energy of computing all of the time.
  let energy: Energy
  /// The footprint of computing all of the time.
  let footprint: Footprint
  /// The draw of servers that wait, over that of servers that compute.
  let waiting: Expression<Ratio>

  /// The power of a cluster in some accelerator-hours.
  ///
  /// - Parameters:
  ///   - request: Accelerator, place and footprint; its model and how it is paid for are ignored.
  ///   - hours: Those that it is there, used or not.
  ///   - catalog: The tables.
  /// - Throws: ``ScenarioError`` for values out of range, and for look-ups that fail.
  init(_ request: Request, hours: Expression<AcceleratorHours>, in catalog: any Catalog) throws(ScenarioError) {
    var builder = try ScenarioBuilder(request, in: catalog)
    let region = try builder.region()
    try self.init(&builder, hours: hours, in: region)
  }

  init(
    _ builder: inout ScenarioBuilder, hours: Expression<AcceleratorHours>, in region: Region
  ) throws(ScenarioError) {
    site = try builder.site(in: region)
    extra = try builder.inputs.row(
      "cluster-power-factor", as: "cluster_power_factor", "power with network and storage")
    let idleDraw: Expression<Ratio> = try builder.inputs.row(
      "idle-draw", as: "idle_draw", "draw of waiting servers over rated power", limits: 0...1)
    waiting = .smaller((idleDraw / site.draw).named("draw of waiting over that of computing"), 1)
    var energy = Energy(site, hours: hours)
    energy.capacity = (energy.capacity * extra).named("rated power per accelerator, network and storage included")
    energy.ofRun = (energy.ofRun * extra).named("energy over the time")
    self.energy = energy
    footprint = Footprint(site, energy: energy, research: nil)
  }
}
