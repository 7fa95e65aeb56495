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

  /// The phases' accelerator-hours, where there is more than one kind of phase.
  public var phases: [Expression<AcceleratorHours>]

  /// Places the work of a scenario on its cluster.
  ///
  /// Accelerator-hours = C / (dense 16-bit peak × speed-up of the precision × effective MFU) for training, the same at
  /// an MFU of their own for forward passes, and by the decoding steps for generation. The wall clock divides them by
  /// the accelerators, and a deadline sets the accelerators to the next whole number that meets it.
  ///
  /// - Throws: ``ScenarioError/missing(field:accelerator:)`` where decoding needs a memory that is unknown.
  public init(_ work: Work, _ scenario: Scenario) throws(ScenarioError) {
    try self.init(
      work, of: scenario.model, on: scenario.hardware, decoding: scenario.decoding, cluster: scenario.cluster)
  }

  /// Places work on a cluster: all that time depends on, without money and place.
  init(
    _ work: Work, of model: Scenario.Model, on hardware: Scenario.Hardware, decoding: Scenario.Decoding? = nil,
    cluster: Scenario.Cluster? = nil
  ) throws(ScenarioError) {
    var efficiency = hardware.efficiency.mfu(of: work, model: model)
    if let goodput = hardware.goodput { efficiency = efficiency * goodput }
    let peak = hardware.peak
    let isTraining = work.phases.allSatisfy(\.isTraining)
    let mfu = isTraining ? efficiency.named("effective MFU") : efficiency.named("MFU of training")
    var throughput = peak * mfu
    speedup = hardware.speedup.map { $0.named($0.inputName) }
    if let speedup { throughput = throughput * speedup }
    throughput = throughput.named("achieved throughput of one accelerator")
    let note = "every billed hour, restarts and stragglers included"
    let name = "accelerator-hours"
    var hours: Expression<AcceleratorHours>
    if isTraining {
      phases = []
      hours = work.operations / throughput
      self.mfu = mfu
    } else {
      phases = []
      for phase in work.phases {
        let time: Expression<AcceleratorHours>
        switch phase.effort {
        case .training: time = phase.operations / throughput
        case .scoring, .prompts, .generation:
          guard let decoding else {
            throw .missing(field: "memory or bandwidth", accelerator: hardware.accelerator.name)
          }
          switch phase.effort {
          case .prompts(let generation, let share):
            time = try GenerationTime(generation, on: hardware, decoding).prompts * share
          case .generation(let generation):
            time = try GenerationTime(generation, on: hardware, decoding).answers
          default:
            // Forward passes compute as prompts do, in the training framework.
            let share = decoding.constants.inputs.peak * decoding.frameworkShare
            time = phase.operations / (peak * share.named("MFU of forward passes over known tokens"))
          }
        }
        phases.append(time.named(phase.name))
      }
      hours = Expression.sum(phases)
      self.mfu = mfu
    }
    if let overhead = work.overhead { hours = hours * overhead }
    hours = hours.named(name, note: note)
    if !isTraining, !work.phases.isEmpty {
      self.mfu = (work.operations / (peak * hours)).named("effective MFU")
    }
    acceleratorHours = hours
    switch cluster {
    case .accelerators(let count):
      let accelerators = count.named("accelerators")
      self.accelerators = accelerators
      wallClock = (hours / accelerators).named("wall-clock time")
    case .deadline(let time):
      let accelerators = (hours / time).roundedUp.named(
        "accelerators for the deadline")
      self.accelerators = accelerators
      wallClock = (hours / accelerators).named("wall-clock time")
    case nil:
      accelerators = nil
      wallClock = nil
    }
  }

  /// Cluster sizes, powers of two, that take from about three weeks to half a year, each with its wall-clock time.
  ///
  /// - Parameter fewest: Accelerators that hold the job at least.
  /// - Returns: Sizes in rising order; fewer where the run is small.
  public func clusterSizes(atLeast fewest: Int = 1) -> [(accelerators: Int, wallClock: Expression<Hours>)] {
    let hours = acceleratorHours.typical.value
    var sizes: [Int] = []
    for days in [180.0, 90, 45, 22.5] {
      var size = 1
      while Double(size) * 2 <= hours / (days * 24) * 1.4142135623730951, size < 1 << 40 { size *= 2 }
      size = Swift.max(size, fewest)
      if !sizes.contains(size) { sizes.append(size) }
    }
    return sizes.map { ($0, acceleratorHours / Expression<Accelerators>(constant: Double($0))) }
  }
}

extension Work.Phase {
  var isTraining: Bool {
    if case .training = effort { true } else { false }
  }
}
