/// Work placed on a cluster: how many accelerator-hours, and how long by the clock. It knows nothing of money.
public struct Run: Sendable {
  /// Accelerator-hours billed, restarts and stragglers included.
  public var acceleratorHours: Expression<AcceleratorHours>
  /// Effective MFU.
  public var mfu: Expression<Ratio>
  /// Throughput of the precision over that of 16 bits; nil where they are the same.
  public var speedup: Expression<Ratio>?
  /// Accelerators in use; nil where neither cluster nor deadline is given.
  public var accelerators: Expression<Accelerators>?
  /// Time from start to end; nil where neither cluster nor deadline is given.
  public var wallClock: Expression<Hours>?

  /// Places work on the scenario's cluster.
  ///
  /// Accelerator-hours = C / (dense 16-bit peak × speed-up of the precision × effective MFU); the wall clock divides
  /// them by the accelerators, and a deadline sets the accelerators to the next whole number that meets it.
  public init(_ work: Work, on hardware: Scenario.Hardware, cluster: Scenario.Cluster?) {
    var efficiency = Expression(hardware.mfu)
    if let goodput = hardware.goodput { efficiency = efficiency * Expression(goodput) }
    let mfu = efficiency.named("effective MFU", key: "mfu")
    var throughput = Expression(hardware.peak) * mfu
    speedup = hardware.speedup.map { Expression($0).named($0.name, key: "precision_speedup") }
    if let speedup { throughput = throughput * speedup }
    let hours = (work.operations / throughput.named("achieved throughput of one accelerator"))
      .named("accelerator-hours", key: "accelerator_hours", note: "every billed hour, restarts and stragglers included")
    acceleratorHours = hours
    self.mfu = mfu
    switch cluster {
    case .accelerators(let count):
      let accelerators = Expression(count).named("accelerators", key: "accelerators")
      self.accelerators = accelerators
      wallClock = (hours / accelerators).named("wall-clock time", key: "days")
    case .deadline(let time):
      let accelerators = (hours / Expression(time)).roundedUp.named(
        "accelerators for the deadline", key: "accelerators")
      self.accelerators = accelerators
      wallClock = (hours / accelerators).named("wall-clock time", key: "days")
    case nil:
      accelerators = nil
      wallClock = nil
    }
  }

  /// Cluster sizes, powers of two, that take from about three weeks to half a year, each with its wall-clock time.
  ///
  /// - Returns: Sizes in rising order; fewer where the run is small.
  public func clusterSizes() -> [(accelerators: Int, wallClock: Expression<Hours>)] {
    let hours = acceleratorHours.typical.value
    var sizes: [Int] = []
    for days in [180.0, 90, 45, 22.5] {
      var size = 1
      while Double(size) * 2 <= hours / (days * 24) * 1.4142135623730951, size < 1 << 40 { size *= 2 }
      if !sizes.contains(size) { sizes.append(size) }
    }
    return sizes.map { ($0, acceleratorHours / Expression<Accelerators>(constant: Double($0))) }
  }
}
