/// What a request says of a measurement besides its numbers.
package struct PilotChoices: Sendable {
  /// The accelerator that was measured; nil for the run's own.
  package var accelerator: String?
  /// Which FLOP a measured MFU or rate counts; nil for attention without the mask.
  package var convention: FlopConvention?

  /// Nothing said.
  package init() {}
}

/// A measured speed of the job itself, with what stands between it and the hours of the whole run.
package struct Pilot: Sendable {
  /// What was measured.
  package enum Speed: Sendable {
    /// Tokens a second, of one accelerator or of all.
    case tokens(Expression<Tokens>, isOfOne: Bool)
    /// MFU of the dense 16-bit peak.
    case share(Expression<Ratio>, FlopConvention)
    /// FLOP that one accelerator does in a second.
    case operations(Expression<Operations>, FlopConvention)
    /// The time of a step.
    case step(Expression<Per<Hours, Items>>)
  }

  /// What was measured.
  package let speed: Speed
  /// The accelerators that were measured; nil for those of the run.
  let accelerators: Expression<Accelerators>?
  /// The accelerator that was measured, where the run has another.
  let other: Accelerator?
  /// Hours of tuned steps on that one.
  var elsewhere: TunedHours?
  /// Tokens or sequences of a step, where that is given.
  let batch: StepChoices.Batch?
  /// The share of the billed time that goes on at that speed.
  let goodput: Expression<Ratio>
  /// What whole runs lose, by published runs and by what was seen.
  let loss: LossLaw
  /// What a measurement of that length cannot know of the rest of the run.
  let noise: Expression<Ratio>
  /// The error of the ratio of tuned steps there and here; empty where both are the same.
  let transfers: [Expression<Ratio>]
  /// How much answers lengthen over a run of reinforcement learning.
  let drift: Expression<Ratio>

  /// ln of the hours over those at the measured speed, with all that stands between.
  func law(isReinforcement: Bool) -> LossLaw {
    var law = loss
    for part in [noise] + transfers + (isReinforcement ? [drift] : []) {
      law.middle += Elementary.logarithm(part.typical.value)
      law.error = (law.error * law.error + part.variance).squareRoot()
    }
    return law
  }
}

extension Expression where Measure == Ratio {
  /// The variance of the logarithm of an input; 0 for any other formula.
  var variance: Double {
    guard let spread = record?.distribution, spread.low > 0 else { return 0 }
    let deviation = Elementary.logarithm(spread.high / spread.low) / (2 * Distribution.ninetiethPercentile)
    return deviation * deviation
  }
}

extension ScenarioBuilder {
  /// The settings that tell a speed.
  private static let speeds = [
    AnySetting(Settings.stepTime), AnySetting(Settings.tokensPerSecond),
    AnySetting(Settings.tokensPerSecondPerAccelerator), AnySetting(Settings.measuredMFU),
    AnySetting(Settings.measuredTeraflops),
  ]

  /// Whether a request tells a measured speed.
  var hasPilot: Bool { Self.speeds.contains { request.values[$0.id] != nil } }

  /// What was measured; nil where nothing was.
  ///
  /// - Throws: ``ScenarioError`` for two speeds, and for what counts for nothing.
  func pilot() throws(ScenarioError) -> Pilot? {
    let given = Self.speeds.map(\.id).filter { request.values[$0] != nil }
    guard let first = given.first else {
      try checkWithoutPilot()
      return nil
    }
    if given.count > 1 {
      throw .contradiction(
        "\(input: first) and \(input: given[1]) are both given", advice: "give one measured speed; they say the same")
    }
    for id in [Settings.mfu.id, Settings.steadyMFU.id] where request.values[id] != nil {
      throw .contradiction(
        "\(input: id) and \(input: first) are both given",
        advice: "leave out \(input: id): the measured speed is held against published runs")
    }
    let other = try otherAccelerator()
    var isGiven = try inputs.given(Settings.measuredAccelerators) != nil
    if case .accelerators? = request.cluster { isGiven = isGiven || other == nil }
    if other != nil || [Settings.stepTime.id, Settings.tokensPerSecond.id].contains(first), !isGiven {
      throw .contradiction(
        "\(input: first) needs the number of accelerators that it was measured on",
        advice: other == nil
          ? "add \(Settings.accelerators), or \(Settings.measuredAccelerators) where the run has others"
          : "add \(Settings.measuredAccelerators)")
    }
    if request.values[Settings.stepTime.id] == nil, request.values[Settings.measuredMFU.id] == nil,
      request.values[Settings.measuredTeraflops.id] == nil, request.pilot.convention != nil
    {
      throw withoutEffect("measured-flop", "counts with a measured MFU or rate alone")
    }
    let goodput = try pilotGoodput()
    return Pilot(
      speed: try speed(), accelerators: try inputs.given(Settings.measuredAccelerators), other: other,
      batch: request.step.batch, goodput: goodput.value, loss: goodput.loss, noise: try pilotNoise(),
      transfers: try transfers(other),
      drift: try inputs.row(
        "pilot-drift-reinforcement", as: "pilot_drift", "hours of later steps of RL over those measured"))
  }

  private func withoutEffect(_ id: String, _ reason: String) -> ScenarioError {
    .contradiction("\(input: id) \(reason)", advice: "leave out \(input: id)")
  }

  /// Refuses what is said of a measurement that there is not.
  private func checkWithoutPilot() throws(ScenarioError) {
    for id in [Settings.measuredTime.id, Settings.measuredAccelerators.id] where request.values[id] != nil {
      throw .contradiction(
        "\(input: id) is given, and nothing measured", advice: "add \(Settings.tokensPerSecond), or leave it out")
    }
    if request.pilot.accelerator != nil { throw withoutEffect("measured-gpu", "is given, and nothing measured") }
    if request.pilot.convention != nil { throw withoutEffect("measured-flop", "is given, and nothing measured") }
  }

  private func otherAccelerator() throws(ScenarioError) -> Accelerator? {
    guard let name = request.pilot.accelerator else { return nil }
    let catalog = catalog
    let other = try Inputs.look { () throws(CatalogError) in try catalog.accelerator(name) }
    return other.id == accelerator.id ? nil : other
  }

  private func speed() throws(ScenarioError) -> Pilot.Speed {
    let convention = request.pilot.convention ?? .attention
    if let time = try inputs.given(Settings.stepTime) { return .step(time) }
    if let tokens = try inputs.given(Settings.tokensPerSecond) { return .tokens(tokens, isOfOne: false) }
    if let share = try inputs.given(Settings.measuredMFU) { return .share(share, convention) }
    if let rate = try inputs.given(Settings.measuredTeraflops) { return .operations(rate, convention) }
    return .tokens(try inputs(Settings.tokensPerSecondPerAccelerator), isOfOne: true)
  }

  /// Hours of the measurement.
  private var measuredHours: Double { request[Settings.measuredTime]?.typical.value ?? 1 }

  /// The share of the billed time at the measured speed: as published runs have it, and as it was seen, which counts the
  /// more the longer it was looked at.
  private func pilotGoodput() throws(ScenarioError) -> (value: Expression<Ratio>, loss: LossLaw) {
    let usual: Expression<Ratio> = try inputs.row(
      "goodput", of: "pilot", as: "pilot_goodput", "speed of the whole run over the measured one")
    func constant(_ id: String) throws(ScenarioError) -> Double {
      let value: Expression<Ratio> = try inputs.row("goodput-" + id, of: "pilot", as: "pilot_" + id, id)
      return value.typical.value
    }
    var law = LossLaw(
      middle: Elementary.logarithm(try constant("hours")), loss: try constant("loss"), error: try constant("error"))
    guard let seen = try inputs.given(Settings.goodput) else { return (usual, law) }
    let half: Expression<Ratio> = try inputs.row(
      "pilot-goodput-hours", as: "pilot_goodput_hours", "hours after which a goodput seen counts as much")
    let hours = request[Settings.measuredTime]?.typical.value ?? half.typical.value
    let weight = hours / (hours + half.typical.value)
    // A geometric mean leaves of a spread what its power does.
    let (own, range) = (seen.range, usual.range)
    func mean(_ table: Double, _ given: Double) -> Double {
      Elementary.power(table, 1 - weight) * Elementary.power(given, weight)
    }
    let typical = mean(range.typical.value, own.typical.value)
    let down = Elementary.power(range.low / range.typical, (1 - weight)) * own.low.value / own.typical.value
    let up = Elementary.power(range.high / range.typical, (1 - weight)) * own.high.value / own.typical.value
    let value = Expression<Ratio>.input(
      "pilot_goodput", usual.inputName, Ranged(typical, low: typical * down, high: typical * up),
      from: .given(Settings.goodput.id))
    law.middle = law.middle * (1 - weight) - Elementary.logarithm(own.typical.value) * weight
    law.loss *= 1 - weight
    law.error = (law.error * law.error * (1 - weight) * (1 - weight) + seen.variance).squareRoot()
    return (value, law)
  }

  /// What the measurement's length leaves open: the deviation of an hour, falling with the root of its length.
  private func pilotNoise() throws(ScenarioError) -> Expression<Ratio> {
    let hour: Expression<Ratio> = try inputs.row(
      "pilot-noise-hour", as: "pilot_noise", "hours at the speed of the rest over those measured")
    let power = 1 / Swift.min(Swift.max(measuredHours, Self.shortest), Self.longest).squareRoot()
    let range = hour.range
    return hour.ranging(
      over: Ranged(
        1, low: Elementary.power(range.low.value, power), high: Elementary.power(range.high.value, power)))
  }

  /// Hours: a minute is as short as a pilot gets, and a week says all of noise that there is to say.
  private static let shortest = 1.0 / 60
  private static let longest = 168.0

  private func transfers(_ other: Accelerator?) throws(ScenarioError) -> [Expression<Ratio>] {
    var errors: [Expression<Ratio>] = []
    if request.values[Settings.measuredAccelerators.id] != nil {
      errors.append(
        try inputs.row(
          "ratio-error-number", as: "pilot_number_error", "error of the ratio of tuned steps on two clusters"))
    }
    if other != nil {
      errors.append(
        try inputs.row(
          "ratio-error-accelerator", as: "pilot_accelerator_error",
          "error of the ratio of tuned steps on two accelerators"))
    }
    return errors
  }
}
