/// How a measurement changes the hours of a run: what was expected, what the measurement says, and how much it counts.
package struct PilotUpdate: Sendable {
  /// Hours without the measurement.
  package let prior: Expression<AcceleratorHours>
  /// Hours at the measured speed, with what whole runs take over it.
  package let measured: Expression<AcceleratorHours>
  /// Hours at the measured speed alone.
  package let steady: Expression<AcceleratorHours>
  /// The weight of the measurement, from 0 to 1.
  package let weight: Double
  /// Standard deviations of ln hours before, of the measurement, and of both together.
  package let deviations: (prior: Double, measured: Double)
  /// Both together.
  package let posterior: Expression<AcceleratorHours>

  /// By Bayes' rule: a normal prior of ln hours, and the hours at the steady speed with what runs lose over them.
  ///
  /// How much the measurement counts is the share of the prior's variance that it takes away.
  init(
    prior: Expression<AcceleratorHours>, steady: Expression<AcceleratorHours>, measured: Expression<AcceleratorHours>,
    goodput: Expression<Ratio>, deviation: Double, law: LossLaw
  ) {
    self.prior = prior
    self.measured = measured
    self.steady = steady
    let apart = prior.typical.value / steady.typical.value
    let known = apart > 0 && apart.isFinite && deviation > 0
    let both = law.quantiles(known ? (Elementary.logarithm(apart), deviation) : nil)
    let alone = LossLaw.deviation(law.quantiles())
    deviations = (deviation, alone)
    let left = LossLaw.deviation(both) / Swift.max(deviation, 1e-9)
    // To a thousandth: no more is known, and an explanation shows it.
    weight = (Swift.min(1, Swift.max(0, 1 - left * left)) * 1000).rounded() / 1000
    func shown(_ hours: Expression<AcceleratorHours>) -> String {
      Notation.display(hours.typical.value, as: .acceleratorHours)
    }
    // An explanation shows what is put together.
    let name =
      "hours over those at the measured speed, by what runs lose (\(shown(measured)) in all) and what was expected "
      + "(\(shown(prior)))"
    let factor = goodput.ranging(
      over: Ranged(
        Elementary.exponential(both.middle), low: Elementary.exponential(both.low),
        high: Elementary.exponential(both.high))
    ).renamed("pilot_hours", name)
    posterior = steady * factor
  }
}

extension PilotUpdate {
  /// How much it counts, in words.
  var note: Message {
    let share = Notation.display((weight * 100).rounded(), as: .ratio)
    let change = Notation.display(((posterior.typical / prior.typical) - 1).magnitude * 100, as: .ratio, digits: 2)
    let direction = posterior.typical > prior.typical ? "more" : "fewer"
    return
      "the measured speed counts for \(share) %, published runs for the rest: \(change) % \(direction) hours than without"
  }

  /// The update by a speed of steady state, with what whole runs lose.
  init(
    prior: Expression<AcceleratorHours>, steady: Expression<AcceleratorHours>, fit: PilotFit, deviation: Double
  ) {
    let share = Expression<Ratio>.input(
      "pilot_goodput", "speed of the whole run over the measured one", fit.goodput,
      from: .assumed("the fit without its organization"))
    self.init(
      prior: prior, steady: steady, measured: steady / share, goodput: share, deviation: deviation, law: fit.law)
  }
}

/// Work whose speed was measured.
struct MeasuredWork {
  let pilot: Pilot
  let work: Work
  let model: Scenario.Model
  let hardware: Scenario.Hardware

  private var generates: Bool { work.phases.contains { if case .generation = $0.effort { true } else { false } } }
  private var trains: Bool { work.phases.contains(where: \.isTraining) }

  /// What the measurement makes of hours that were expected; nil where the number of accelerators is not known yet.
  func update(
    of prior: Expression<AcceleratorHours>, deviation: Double, on size: Expression<Accelerators>?
  ) throws(ScenarioError) -> PilotUpdate? {
    guard var steady = try steady(on: size) else { return nil }
    try checkPlausible(steady)
    if let relative = try relative(on: size) { steady = steady * relative }
    steady = steady.named("accelerator-hours at the measured speed")
    let isReinforcement = generates && trains
    var measured = steady / pilot.goodput * pilot.noise
    for error in pilot.transfers { measured = measured * error }
    if isReinforcement { measured = measured * pilot.drift }
    return PilotUpdate(
      prior: prior.named("accelerator-hours without the measurement", note: "as published runs have it"),
      steady: steady,
      measured: measured.named(
        "accelerator-hours by the measurement", note: "the measured speed, and what whole runs take over it"),
      goodput: pilot.goodput, deviation: deviation, law: pilot.law(isReinforcement: isReinforcement))
  }

  // MARK: - Hours at the measured speed

  /// The phase that was measured, and how much more work there is in all.
  private func main() -> (tokens: Expression<Tokens>, whole: Expression<Ratio>?) {
    let phases = work.phases.filter { phase in
      if trains { return phase.isTraining }
      if case .generation = phase.effort { return true }
      return false
    }
    guard trains, work.sixND != nil, phases.count > 1,
      let largest = phases.max(by: { $0.tokens.typical < $1.tokens.typical })
    else { return (.sum(phases.map(\.tokens)), nil) }
    return (largest.tokens, work.operations / largest.operations)
  }

  private func steady(on size: Expression<Accelerators>?) throws(ScenarioError) -> Expression<AcceleratorHours>? {
    let main = main()
    if trains, generates, !isStep {
      throw .contradiction(
        "a step of RL has several speeds", advice: "give \(Settings.stepTime), the time of a whole step")
    }
    let count = pilot.accelerators ?? size
    let second = Expression<AcceleratorHours>(constant: 1.0 / 3600)
    var hours: Expression<AcceleratorHours>
    switch pilot.speed {
    case .tokens(let tokens, let isOfOne):
      guard let parts = isOfOne ? 1 : count?.count else { return nil }
      hours = second * (main.tokens / tokens) * parts
    case .share(let share, let convention):
      let peak = pilot.other?.referencePeak.map { Expression(constant: $0 * 3600) } ?? hardware.peak
      hours = counted(main.tokens, convention) / (peak * share)
    case .operations(let rate, let convention):
      hours = second * (counted(main.tokens, convention) / rate)
    case .step(let time):
      guard let count else { return nil }
      hours = count * (time * (Expression<Items>(constant: 1) * (try steps(main.tokens))))
    }
    if let whole = main.whole { hours = hours * whole.named("FLOP of all phases over those of the longest") }
    return hours
  }

  private var isStep: Bool { if case .step = pilot.speed { true } else { false } }

  /// FLOP of the tokens as the measurement counts them.
  private func counted(_ tokens: Expression<Tokens>, _ convention: FlopConvention) -> Expression<Operations> {
    let shape = ModelShape(model, widthToDepth: hardware.widthToDepth)
    let length: Expression<SequenceLength> =
      hardware.scaling.map { Expression(constant: $0.hours.setup.job.sequence) } ?? hardware.referenceContext
    return TrainingCompute.sixND(activeParameters: shape.active, tokens: tokens)
      * convention.overSixN(shape, context: length)
  }

  private func steps(_ tokens: Expression<Tokens>) throws(ScenarioError) -> Expression<Ratio> {
    if generates, let steps = work.rollouts?.steps { return steps.named("steps") }
    guard !generates, let batch = pilot.batch else {
      throw .contradiction(
        generates ? "the steps of this stage are not known" : "the time of a step says nothing without its batch",
        advice: generates
          ? "give \(Settings.tokensPerSecondPerAccelerator)"
          : "add \(input: "global-batch", as: "4Mtok"), or give \(Settings.tokensPerSecond)")
    }
    let length = hardware.scaling?.hours.setup.job.sequence ?? hardware.referenceContext.typical.value
    return (tokens / Expression<Tokens>(constant: batch.tokens(sequence: length))).named("steps")
  }

  // MARK: - Carrying over

  /// Hours of tuned steps on the run's cluster over those on the measured one; nil where both are the same.
  private func relative(on size: Expression<Accelerators>?) throws(ScenarioError) -> Expression<Ratio>? {
    guard pilot.accelerators != nil || pilot.other != nil else { return nil }
    guard trains, let scaling = hardware.scaling, let there = pilot.other == nil ? scaling.hours : pilot.elsewhere
    else {
      guard let other = pilot.other else { return nil }
      throw .contradiction(
        "no model of steps carries a speed over from \(other.id) to \(hardware.accelerator.id)",
        advice: "measure on \(hardware.accelerator.id), or leave the measurement out")
    }
    guard let size, let measured = pilot.accelerators else { return nil }
    let (active, total) = StepScaling.sizes(model)
    let batch = StepScaling.tokens(scaling.batch, operations: work.sixND ?? work.operations)
    func hours(_ function: TunedHours, _ count: Expression<Accelerators>) -> Expression<Ratio> {
      .function(function, [active, total, count.count, batch])
    }
    return (hours(scaling.hours, size) / hours(there, measured))
      .named("hours of tuned steps on this cluster over those on the measured one")
  }

  // MARK: - Physical limits

  /// Refuses a speed that no accelerator reaches, or that is so low that the unit must be another, with the likely reason.
  private func checkPlausible(_ steady: Expression<AcceleratorHours>) throws(ScenarioError) {
    guard trains, !generates else { return }
    let there = pilot.other ?? hardware.accelerator
    guard let peak = there.referencePeak else { return }
    let hours = steady.typical.value
    guard hours > 0, hours.isFinite else { return }
    let share = work.operations.typical.value / (hours * peak * 3600)
    // Frozen weights, and padding, make it look a little higher than it is.
    let most = hardware.speedup?.range.high.value ?? 1
    guard share > most || share < Self.lowest else { return }
    let reason = PilotSlip.likely(share / most, pilot: pilot, of: there)
    let percent = Notation.display(share * 100, as: .ratio)
    throw .contradiction(
      share > most
        ? "the measured speed is \(percent) % of the dense peak of \(there.id): no accelerator does that"
        : "the measured speed is \(percent) % of the dense peak of \(there.id): too little to be meant",
      advice: reason)
  }

  /// Published fine-tunes and adapters on small batches reach a few thousandths.
  private static let lowest = 0.0005
}

/// How a measured number comes to be wrong by a factor.
enum PilotSlip {
  /// What a run reaches, in the middle of the logarithm.
  private static let usual = 0.3

  /// The slip that would bring a share of the peak nearest to what runs reach.
  static func likely(_ share: Double, pilot: Pilot, of accelerator: Accelerator) -> Message {
    let sparse: Message =
      "the dense peak counts, not that with sparsity, which is twice it; where fp8 was measured, say "
      + "\(input: "precision", as: "fp8")"
    var slips: [(factor: Double, advice: Message)] = [
      (1000, "check the unit: it looks like a thousand times too much, as s for ms or k where there is none"),
      (0.001, "check the unit: it looks like a thousandth of what was meant, as ms for s"),
    ]
    let node = Double(accelerator.acceleratorsPerNode ?? 8)
    let count = pilot.accelerators?.typical.value
    switch pilot.speed {
    case .tokens(_, let isOfOne):
      let (one, all) = (Settings.tokensPerSecondPerAccelerator, Settings.tokensPerSecond)
      if isOfOne {
        slips.append((node, "it looks like the tokens of a node of \(Int(node)): give \(all), or a share of it"))
        if let count { slips.append((count, "it looks like the tokens of all accelerators: give \(all)")) }
      } else {
        slips.append((1 / node, "it looks like the tokens of one accelerator of \(Int(node)): give \(one)"))
        if let count { slips.append((1 / count, "it looks like the tokens of one accelerator: give \(one)")) }
        slips.append((node, "check the number of accelerators: it looks like nodes in place of accelerators"))
      }
    case .share:
      slips.append((100, "write a share of 1 or a percentage, as 0.41 or 41%"))
      if 1...2 ~= share { return sparse }
    case .operations:
      slips.append((node, "it looks like the FLOP/s of a node of \(Int(node)): give that of one accelerator"))
      if 1...2 ~= share { return sparse }
    case .step where node == 1: break
    case .step:
      slips.append(
        (1 / node, "check the batch and the number of accelerators: they look \(Int(node)) times too few"))
      slips.append((node, "check the batch and the number of accelerators: they look \(Int(node)) times too many"))
    }
    func distance(_ factor: Double) -> Double { Elementary.logarithm(share / factor / usual).magnitude }
    return slips.min { distance($0.factor) < distance($1.factor) }?.advice ?? "check the unit"
  }
}
