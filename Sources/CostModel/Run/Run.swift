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

  /// What start-up, evaluation and saving take of them; nil where nothing is counted apart.
  package var startHours: Expression<AcceleratorHours>?
  /// What a measurement made of the hours; nil where nothing was measured.
  package var update: PilotUpdate?

  /// The phases' accelerator-hours, where there is more than one kind of phase.
  package var phases: [Expression<AcceleratorHours>]

  /// Accelerators that generate, where others train.
  package var rolloutAccelerators: Expression<Accelerators>?

  /// Places the work of a scenario on its cluster.
  ///
  /// Accelerator-hours = C / (dense 16-bit peak × speed-up of the precision × effective MFU) for training, the same at
  /// an MFU of their own for forward passes, and by the decoding steps for generation. The MFU is that of the usual cluster
  /// times the throughput on the run's own over that on the usual one. The wall clock divides them by the accelerators,
  /// and a deadline sets the accelerators to the next whole node that meets it.
  ///
  /// - Throws: ``ScenarioError/missing(field:accelerator:)`` where decoding needs a memory that is unknown.
  package init(_ work: Work, _ scenario: Scenario) throws(ScenarioError) {
    try self.init(
      work, of: scenario.model, on: scenario.hardware, decoding: scenario.decoding, cluster: scenario.cluster,
      choice: scenario.choice, pilot: scenario.pilot, spot: scenario.spot)
  }

  /// Places work on a cluster: all that time depends on, without money and place.
  init(
    _ work: Work, of model: Scenario.Model, on hardware: Scenario.Hardware, decoding: Scenario.Decoding? = nil,
    cluster: Scenario.Cluster? = nil, choice: ClusterChoice? = nil, pilot: Pilot? = nil, spot: SpotRework? = nil
  ) throws(ScenarioError) {
    let timing = Timing(work: work, model: model, hardware: hardware, decoding: decoding, pilot: pilot, spot: spot)
    let usual = try timing.hours(relative: nil)
    let size = try timing.accelerators(cluster, choice, usualHours: usual.hours)
    let relative = size.flatMap(timing.relative)
    var own = relative == nil && pilot == nil && spot == nil ? usual : try timing.hours(relative: relative, on: size)
    update = own.update
    speedup = hardware.speedup.map { $0.named($0.inputName) }
    if let rollouts = work.rollouts, work.acceleratorHours == nil { try timing.split(rollouts, of: &own, on: size) }
    (phases, rolloutAccelerators) = (own.phases, own.rolloutAccelerators)
    let steps = own.hours
    if let start = work.start, let size, work.acceleratorHours == nil {
      let starting = (size * start).named("start-up, evaluation and saving")
      startHours = starting
      own.hours = steps + starting
      own.mfu = own.mfu * (steps / own.hours)
    }
    let hours = own.hours.named(
      "accelerator-hours", note: "every billed hour, restarts and stragglers included")
    mfu =
      (phases.isEmpty && update == nil) || work.phases.isEmpty
      ? own.mfu.named("effective MFU") : (work.operations / (hardware.peak * hours)).named("effective MFU")
    acceleratorHours = hours
    switch cluster {
    case .deadline(let time):
      let start = work.acceleratorHours == nil ? work.start : nil
      let rest = start.map { .larger(time - $0, time * 0.5) } ?? time
      accelerators = timing.whole(steps / rest).named("accelerators for the deadline")
    default: accelerators = size?.named("accelerators")
    }
    wallClock = accelerators.map { (hours / $0).named("wall-clock time") }
  }
}

/// A cluster that somebody would take for a job.
package struct ClusterSize: Sendable {
  /// Accelerators.
  package let accelerators: Int
  /// Time from start to end.
  package let wallClock: Quantity<Hours>
  /// The whole bill; nil where no price is known.
  package let cost: Quantity<Dollars>?
}

extension Estimate {
  /// The shortest run that more accelerators are offered for, in hours.
  private static let shortest = 1.0
  /// The share of the time that twice the accelerators must save to be worth taking.
  private static let worthwhile = 0.2

  /// Clusters that people would take, each with its time and its bill as the same estimate has them where its size is
  /// given: from the chosen one, which takes about four weeks at most, to those of about two weeks and one, or hours of a
  /// small job; or a quarter to four times a given size, in whole nodes.
  ///
  /// - Parameter size: The size given; nil for none.
  /// - Returns: Sizes in rising order.
  package func clusterSizes(around size: Double? = nil) -> [ClusterSize] {
    let node = Double(scenario.hardware.accelerator.acceleratorsPerNode ?? 1)
    var counts: [Int] = []
    if let size {
      for count in [0.25, 0.5, 1, 2, 4].map({ $0 * size }) where count == size || count >= node {
        counts.append(Int.whole(count == size ? count : (count / node).rounded() * node, atMost: 1 << 40))
      }
    } else if let chosen = run.accelerators {
      counts = [1, 2, 4].map { Int.whole($0 * chosen.typical.value, atMost: 1 << 40) }
    }
    var sizes: [ClusterSize] = []
    for count in counts where !sizes.contains(where: { $0.accelerators == count }) {
      // What could be placed on one cluster can be on another.
      guard let one = try? resized?(Double(count)), let time = one.run.wallClock?.typical else { continue }
      if size == nil, let before = sizes.last?.wallClock.value,
        time.value < Self.shortest || time.value > (1 - Self.worthwhile) * before
      {
        break
      }
      sizes.append(
        ClusterSize(accelerators: count, wallClock: time, cost: one.bill.isUnpriced ? nil : one.bill.total.typical))
    }
    return sizes
  }
}

/// The time of some work on some hardware.
private struct Timing {
  let work: Work
  let model: Scenario.Model
  let hardware: Scenario.Hardware
  let decoding: Scenario.Decoding?
  let pilot: Pilot?
  let spot: SpotRework?

  /// Accelerator-hours with what they rest on; the hours of phases where there is more than one kind.
  struct Hours {
    var hours: Expression<AcceleratorHours>
    var mfu: Expression<Ratio>
    var phases: [Expression<AcceleratorHours>] = []
    var rolloutAccelerators: Expression<Accelerators>?
    /// The engine that generates.
    var generation: GenerationTime?
    var update: PilotUpdate?
  }

  /// The hours at the throughput of the usual cluster, or another one relative to it, by what was measured, and with what
  /// is computed again on spot nodes.
  func hours(
    relative: Expression<Ratio>?, on size: Expression<Accelerators>? = nil
  ) throws(ScenarioError) -> Hours {
    var hours = try keptHours(relative: relative, on: size)
    guard let spot, let size, !work.phases.isEmpty else { return hours }
    let rework = spot.hours(on: size)
    hours.phases = hours.phases.map { ($0 * rework).named($0.node.label?.name ?? "") }
    (hours.hours, hours.mfu) = (hours.hours * rework, hours.mfu / rework)
    return hours
  }

  private func keptHours(
    relative: Expression<Ratio>?, on size: Expression<Accelerators>?
  ) throws(ScenarioError) -> Hours {
    if let known = work.acceleratorHours { return try knownHours(known) }
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

  /// Hours that are known tell the MFU, which stays below the peak.
  private func knownHours(_ hours: Expression<AcceleratorHours>) throws(ScenarioError) -> Hours {
    var peak = hardware.peak
    if let speedup = hardware.speedup { peak = peak * speedup }
    let mfu = work.operations / (peak * hours)
    guard mfu.typical.value <= 1 else {
      throw .contradiction(
        "\(Notation.display(work.operations.typical.value, as: .operations)) FLOP in "
          + "\(Notation.display(hours.typical.value, as: .acceleratorHours)) hours are "
          + "\(Notation.display(mfu.typical.value, as: .ratio)) times the peak of \(hardware.accelerator.name)",
        advice: "correct \(Settings.acceleratorHours) or the size of the job, or name the accelerator it ran on")
    }
    return Hours(hours: hours, mfu: mfu)
  }

  /// The standard deviation of ln hours without a measurement.
  private var deviation: Double {
    var variance = work.overhead?.variance ?? 0
    if work.phases.contains(where: \.isTraining) {
      variance += hardware.efficiency.deviation * hardware.efficiency.deviation
    }
    if work.phases.contains(where: { $0.effort.isOfRollouts }) { variance += decoding?.hoursOverModel?.variance ?? 0 }
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
        let time = try time(of: phase, throughput, &hours.generation)
        hours.phases.append(time.named(phase.name))
      }
      hours.hours = Expression.sum(hours.phases)
    }
    if let overhead = work.overhead { hours.hours = hours.hours * overhead }
    return hours
  }

  /// Divides the cluster between generation and training, where each has its own accelerators.
  func split(
    _ rollouts: RolloutWork, of hours: inout Hours, on size: Expression<Accelerators>?
  ) throws(ScenarioError) {
    let parts = zip(work.phases, hours.phases)
    let sums = (
      rollouts: Expression.sum(parts.filter { $0.0.effort.isOfRollouts }.map(\.1)),
      training: Expression.sum(parts.filter { !$0.0.effort.isOfRollouts }.map(\.1))
    )
    let split = try RolloutSplit(rollouts, sums, on: size, copy: hours.generation?.copy ?? 1)
    hours.rolloutAccelerators = split.accelerators
    guard let waiting = split.waiting else { return }
    hours.phases.append(waiting)
    hours.hours = Expression.sum(hours.phases)
    if let overhead = work.overhead { hours.hours = hours.hours * overhead }
  }

  private func time(
    of phase: Work.Phase, _ throughput: Expression<Per<Operations, AcceleratorHours>>,
    _ known: inout GenerationTime?
  ) throws(ScenarioError) -> Expression<AcceleratorHours> {
    if phase.isTraining { return phase.operations / throughput }
    guard let decoding else {
      throw .missing(field: "memory or bandwidth", accelerator: hardware.accelerator.name)
    }
    // A stage has one engine: its phases share what is found of it.
    func engine(_ generation: Generation) throws(ScenarioError) -> GenerationTime {
      if let known { return known }
      let found = try GenerationTime(generation, on: hardware, decoding)
      known = found
      return found
    }
    switch phase.effort {
    case .prompts(let generation, let share): return try engine(generation).prompts * share
    case .generation(let generation): return try engine(generation).answers
    case .waiting(let generation): return try engine(generation).waiting
    case .weights(let generation, let steps): return try engine(generation).weights(steps: steps)
    default:
      // Forward passes compute as prompts do, in the training framework.
      let share = decoding.constants.inputs.peak.named("MFU of forward passes over known tokens")
      let hours = phase.operations / (hardware.peak * share)
      return decoding.hoursOverModel.map { hours * $0 } ?? hours
    }
  }

  /// The throughput of an accelerator there over that in the usual cluster; nil where a given efficiency is that of the
  /// very cluster, and where nothing is known.
  func relative(on accelerators: Expression<Accelerators>) -> Expression<Ratio>? {
    guard let scaling = hardware.scaling, !hardware.isEfficiencyGiven, work.acceleratorHours == nil,
      work.phases.contains(where: \.isTraining)
    else {
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
        let relative = relative(on: count)
        guard relative != nil || spot != nil else { return count }
        count = try hours(relative: relative, on: count).hours / time
      }
      return count
    case nil:
      guard let choice, !work.phases.isEmpty else { return nil }
      let (active, total) = StepScaling.sizes(model)
      let operations = work.sixND ?? work.operations
      let batch = hardware.scaling.map { StepScaling.tokens($0.batch, operations: operations) } ?? 1
      return Expression<Accelerators>.function(choice, [usualHours.count, active, total, batch])
        .named("accelerators", note: ClusterChoice.reason)
    }
  }

  /// The next whole node, below one the next whole number; of a layout that is given, in whole copies of the model.
  func whole(_ count: Expression<Accelerators>) -> Expression<Accelerators> {
    let node = hardware.accelerator.acceleratorsPerNode ?? 1
    let each = count.typical.value > Double(node) ? node : 1
    let group = Double(hardware.scaling?.hours.multiple(of: each) ?? each)
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
