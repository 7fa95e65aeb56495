/// Work placed on a cluster: how many accelerator-hours, and how long by the clock. It knows nothing of money.
package struct Run: Sendable {
  /// Accelerator-hours billed, restarts and stragglers included.
  package var acceleratorHours: Expression<AcceleratorHours>
  /// Effective MFU.
  package var mfu: Expression<Ratio>
  /// Throughput of the precision over that of 16 bits; nil where they are the same.
  package var speedup: Expression<Ratio>?
  /// Accelerators in use; nil where neither cluster nor deadline is given.
  package var accelerators: Expression<Accelerators>?
  /// Time from start to end; nil where neither cluster nor deadline is given.
  package var wallClock: Expression<Hours>?

  /// What a measurement made of the hours; nil where nothing was measured.
  package var update: PilotUpdate?

  /// The phases' accelerator-hours, where there is more than one kind of phase.
  package var phases: [Expression<AcceleratorHours>]

  /// Places the work of a scenario on its cluster.
  ///
  /// Accelerator-hours = C / (dense 16-bit peak × speed-up of the precision × effective MFU) for training, the same at
  /// an MFU of their own for forward passes, and by the decoding steps for generation. The MFU is that of the usual cluster
  /// times the throughput on the run's own over that on the usual one. The wall clock divides them by the accelerators,
  /// and a deadline sets the accelerators to the next whole number that meets it.
  ///
  /// - Throws: ``ScenarioError/missing(field:accelerator:)`` where decoding needs a memory that is unknown.
  package init(_ work: Work, _ scenario: Scenario) throws(ScenarioError) {
    try self.init(
      work, of: scenario.model, on: scenario.hardware, decoding: scenario.decoding, cluster: scenario.cluster,
      choice: scenario.choice, pilot: scenario.pilot)
  }

  /// Places work on a cluster: all that time depends on, without money and place.
  init(
    _ work: Work, of model: Scenario.Model, on hardware: Scenario.Hardware, decoding: Scenario.Decoding? = nil,
    cluster: Scenario.Cluster? = nil, choice: ClusterChoice? = nil, pilot: Pilot? = nil
  ) throws(ScenarioError) {
    let timing = Timing(work: work, model: model, hardware: hardware, decoding: decoding, pilot: pilot)
    let usual = try timing.hours(relative: nil)
    let size = try timing.accelerators(cluster, choice, usualHours: usual.hours)
    let relative = size.flatMap(timing.relative)
    let own = relative == nil && pilot == nil ? usual : try timing.hours(relative: relative, on: size)
    update = own.update
    speedup = hardware.speedup.map { $0.named($0.inputName) }
    phases = own.phases
    let hours = own.hours.named(
      "accelerator-hours", note: "every billed hour, restarts and stragglers included")
    mfu =
      (phases.isEmpty && update == nil) || work.phases.isEmpty
      ? own.mfu : (work.operations / (hardware.peak * hours)).named("effective MFU")
    acceleratorHours = hours
    switch cluster {
    case .deadline(let time):
      accelerators = timing.whole(hours / time).named("accelerators for the deadline")
    default: accelerators = size?.named("accelerators")
    }
    wallClock = accelerators.map { (hours / $0).named("wall-clock time") }
  }
}

extension Estimate {
  /// Cluster sizes, each with its wall-clock time: powers of two that take from about three weeks to half a year, or
  /// a quarter to four times a given size.
  ///
  /// - Parameters:
  ///   - size: The size given; nil for none.
  ///   - fewest: Accelerators that hold the job at least.
  /// - Returns: Sizes in rising order; fewer where the run is small.
  package func clusterSizes(
    around size: Double? = nil, atLeast fewest: Int = 1
  ) -> [(accelerators: Int, wallClock: Quantity<Hours>)] {
    let hours = run.acceleratorHours.typical.value
    var sizes: [Int] = []
    if let size {
      sizes = [0.25, 0.5, 1, 2, 4].map { Int.whole(($0 * size).rounded(), atMost: 1 << 40) }.filter { $0 >= 1 }
    } else {
      for days in [180.0, 90, 45, 22.5] {
        var size = 1
        while Double(size) * 2 <= hours / (days * 24) * 1.4142135623730951, size < 1 << 40 { size *= 2 }
        size = Swift.max(size, fewest)
        if !sizes.contains(size) { sizes.append(size) }
      }
    }
    return sizes.compactMap { size in
      var scenario = scenario
      scenario.cluster = .accelerators(Expression(constant: Double(size)))
      // What could be placed on one cluster can be on another.
      return (try? Run(work, scenario))?.wallClock.map { (size, $0.typical) }
    }
  }
}

/// The time of some work on some hardware.
private struct Timing {
  let work: Work
  let model: Scenario.Model
  let hardware: Scenario.Hardware
  let decoding: Scenario.Decoding?
  let pilot: Pilot?

  /// Accelerator-hours with what they rest on; the hours of phases where there is more than one kind.
  struct Hours {
    var hours: Expression<AcceleratorHours>
    var mfu: Expression<Ratio>
    var phases: [Expression<AcceleratorHours>] = []
    var update: PilotUpdate?
  }

  /// The hours at the throughput of the usual cluster, or another one relative to it, and by what was measured.
  func hours(
    relative: Expression<Ratio>?, on size: Expression<Accelerators>? = nil
  ) throws(ScenarioError) -> Hours {
    var hours = try unmeasured(relative: relative)
    guard let pilot, !work.phases.isEmpty else { return hours }
    let measured = MeasuredWork(pilot: pilot, work: work, model: model, hardware: hardware)
    hours.update = try measured.update(of: hours.hours, deviation: deviation, on: size)
    guard let update = hours.update else { return hours }
    let scale = update.posterior / hours.hours
    hours.phases = hours.phases.map { ($0 * scale).named($0.node.label?.name ?? "") }
    hours.hours = update.posterior
    return hours
  }

  /// The standard deviation of ln hours without a measurement.
  private var deviation: Double {
    var variance = work.overhead?.variance ?? 0
    if work.phases.contains(where: \.isTraining) {
      variance += hardware.efficiency.deviation * hardware.efficiency.deviation
    }
    for phase in work.phases {
      guard case .generation(let generation) = phase.effort else { continue }
      variance += generation.tail.variance + (decoding?.frameworkShare.variance ?? 0)
    }
    return Swift.max(variance.squareRoot(), Self.leastDeviation)
  }

  /// No run is known better than this before it is measured.
  private static let leastDeviation = 0.1

  private func unmeasured(relative: Expression<Ratio>?) throws(ScenarioError) -> Hours {
    var efficiency = hardware.efficiency.mfu(of: work, model: model)
    if let relative, let scaling = hardware.scaling {
      efficiency = .smaller(
        efficiency.named("effective MFU in a usual cluster") * relative, Expression(constant: scaling.limit))
    }
    if let goodput = hardware.goodput { efficiency = efficiency * goodput }
    let isTraining = work.phases.allSatisfy(\.isTraining)
    let mfu = isTraining ? efficiency.named("effective MFU") : efficiency.named("MFU of training")
    var throughput = hardware.peak * mfu
    if let speedup = hardware.speedup {
      throughput = throughput * speedup.named(speedup.inputName)
    }
    throughput = throughput.named("achieved throughput of one accelerator")
    var hours = Hours(hours: work.operations / throughput, mfu: mfu)
    if !isTraining {
      for phase in work.phases {
        let time = try time(of: phase, throughput)
        hours.phases.append(time.named(phase.name))
      }
      hours.hours = Expression.sum(hours.phases)
    }
    if let overhead = work.overhead { hours.hours = hours.hours * overhead }
    return hours
  }

  private func time(
    of phase: Work.Phase, _ throughput: Expression<Per<Operations, AcceleratorHours>>
  ) throws(ScenarioError) -> Expression<AcceleratorHours> {
    if phase.isTraining { return phase.operations / throughput }
    guard let decoding else {
      throw .missing(field: "memory or bandwidth", accelerator: hardware.accelerator.name)
    }
    switch phase.effort {
    case .prompts(let generation, let share):
      return try GenerationTime(generation, on: hardware, decoding).prompts * share
    case .generation(let generation): return try GenerationTime(generation, on: hardware, decoding).answers
    default:
      // Forward passes compute as prompts do, in the training framework.
      let share = decoding.constants.inputs.peak * decoding.frameworkShare
      return phase.operations / (hardware.peak * share.named("MFU of forward passes over known tokens"))
    }
  }

  /// The throughput of an accelerator there over that in the usual cluster; nil where a given efficiency is that of the
  /// very cluster, and where nothing is known.
  func relative(on accelerators: Expression<Accelerators>) -> Expression<Ratio>? {
    guard let scaling = hardware.scaling, !hardware.isEfficiencyGiven, work.phases.contains(where: \.isTraining) else {
      return nil
    }
    return scaling.relative(work, model, on: accelerators)
  }

  /// The size of the cluster: given, for a deadline, or chosen.
  func accelerators(
    _ cluster: Scenario.Cluster?, _ choice: ClusterChoice?, usualHours: Expression<AcceleratorHours>
  ) throws(ScenarioError) -> Expression<Accelerators>? {
    switch cluster {
    case .accelerators(let count): return count
    case .deadline(let time):
      var count = usualHours / time
      // A larger cluster gets less out of each accelerator, which makes it larger still; this converges fast.
      for _ in 0..<Self.rounds {
        guard let relative = relative(on: count) else { return count }
        count = try hours(relative: relative, on: count).hours / time
      }
      return count
    case nil:
      guard let choice, !work.phases.isEmpty else { return nil }
      let (active, total) = StepScaling.sizes(model)
      let operations = work.sixND ?? work.operations
      let batch = hardware.scaling.map { StepScaling.tokens($0.batch, operations: operations) } ?? 1
      return Expression<Accelerators>.function(choice, [usualHours.count, active, total, batch])
        .named("accelerators", note: "chosen: whole nodes for about four weeks at most")
    }
  }

  /// The next whole number, or multiple of the accelerators of one copy of a model that is laid out.
  func whole(_ count: Expression<Accelerators>) -> Expression<Accelerators> {
    let group = Double(hardware.scaling?.hours.multiple(of: 1) ?? 1)
    guard group > 1 else { return count.roundedUp }
    return (count / Expression<Ratio>(constant: group)).roundedUp * Expression<Ratio>(constant: group)
  }

  private static let rounds = 3
}

extension Work.Phase {
  /// Whether it trains.
  package var trains: Bool { isTraining }
  var isTraining: Bool {
    if case .training = effort { true } else { false }
  }
}
