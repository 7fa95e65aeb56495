/// What a cluster draws with its network and storage, whoever owns it.
package struct ClusterPower: Sendable {
  /// Where it stands.
  let site: Scenario.Site
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
    let extra = try Self.extra(builder.inputs)
    let idleDraw: Expression<Ratio> = try builder.inputs.row(
      "idle-draw", as: "idle_draw", "draw of waiting servers over rated power", limits: 0...1)
    waiting = .smaller((idleDraw / site.draw).named("draw of waiting over that of computing"), 1)
    energy = Energy(site, hours: hours).withNetwork(extra)
    footprint = Footprint(site, energy: energy, research: nil)
  }

  /// The row that says what network and storage draw.
  static let extraRow = "cluster-power-factor"

  /// Power with network and storage over that of the servers alone.
  static func extra(_ inputs: Inputs) throws(ScenarioError) -> Expression<Ratio> {
    try inputs.row(extraRow, as: "cluster_power_factor", "power with network and storage")
  }
}
