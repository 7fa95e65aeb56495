/// What an owned cluster costs a run: the part of its life that the run uses up.
public enum OwnershipCharge {
  private static let costAnalysis = Source(
    title: "Cottier et al. 2024, The rising costs of training frontier AI models",
    url: "https://arxiv.org/abs/2405.21015")

  /// Straight-line depreciation: cluster price per accelerator × accelerator-hours / (lifetime × utilization).
  ///
  /// The cluster price is the accelerator's, times the server factor where the price is for the bare accelerator,
  /// over one less the network's share. Hosting, staff and the cost of capital are not in it.
  public static func depreciation(
    _ ownership: Scenario.Ownership, hours: Expression<AcceleratorHours>
  ) -> Expression<Dollars> {
    var server = Expression(ownership.purchase)
    if let factor = ownership.serverFactor { server = server * Expression(factor) }
    let cluster = (server / (Expression(constant: 1) - Expression(ownership.networkShare)))
      .named("cluster price per accelerator", note: "server share and network included", sources: [costAnalysis])
    let hoursOfUse = (Expression(ownership.lifetime) * Expression(ownership.utilization))
      .named("hours of use in a lifetime")
    return cluster * (hours / hoursOfUse).named("lifetimes used up")
  }
}
