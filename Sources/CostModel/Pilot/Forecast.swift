/// What a running job will have taken in the end, by how far it has come.
package struct Forecast: Sendable {
  /// How far a run has come.
  package struct Progress: Sendable {
    /// The share of the work that is done.
    package var share: Double
    /// The share that was done where the log begins.
    package var start = 0.0
    /// Hours from the beginning of the log until now.
    package var elapsed: Double
    /// Of these, hours of restarts and of standing still.
    package var lost: Double
    /// Hours of starting up.
    package var startUp: Double
    /// The variance of the logarithm of the pace of the steps so far, by how unevenly they went.
    package var variance = 0.0
    /// Accelerators.
    package var accelerators: Double

    /// How far a run has come.
    package init(share: Double, elapsed: Double, lost: Double, startUp: Double, accelerators: Double) {
      self.share = share
      self.elapsed = elapsed
      self.lost = lost
      self.startUp = startUp
      self.accelerators = accelerators
    }
  }

  /// Accelerator-hours of the whole run.
  package let hours: Spread
  /// From start to end, in hours.
  package let time: Spread
  /// The bill of the whole run; nil without a price.
  package let cost: Spread?
  /// What was spent until now: accelerator-hours, and USD.
  package let spent: (hours: Double, cost: Double?)
  /// The draws of time and cost; none of what does not vary.
  private let draws: (time: [Double], cost: [Double])

  /// The chance that the whole run takes no longer than so many hours.
  package func chance(within hours: Double) -> Double { Self.chance(time, draws.time, within: hours) }

  /// The chance that the whole run costs no more than so many USD; nil without a price.
  package func chance(withinBudget dollars: Double) -> Double? {
    cost.map { Self.chance($0, draws.cost, within: dollars) }
  }

  private static func chance(_ spread: Spread, _ draws: [Double], within limit: Double) -> Double {
    guard !draws.isEmpty else { return spread.probability(below: limit) }
    return Double(draws.count { $0 <= limit }) / Double(draws.count)
  }

  /// Forecasts a run.
  ///
  /// What is left goes on at the pace of the steps so far, evaluation and saving included. Restarts and standing still are
  /// rare: published runs tell how much of them a long rest has, and the run itself the more the longer it has been
  /// watched.
  ///
  /// - Parameters:
  ///   - progress: How far it has come.
  ///   - estimate: The plan, whose bill for an accelerator-hour counts.
  ///   - isPriced: Whether the run is paid by itself.
  ///   - catalog: The tables.
  ///   - plan: How ranges are found.
  /// - Throws: ``ScenarioError`` where a look-up fails.
  package init(
    _ progress: Progress, of estimate: Estimate, isPriced: Bool = true, in catalog: any Catalog, plan: SamplingPlan
  ) throws(ScenarioError) {
    let share = Swift.min(1, Swift.max(1e-9, progress.share))
    let left = 1 - share
    let start = Swift.min(Swift.max(0, progress.start), share)
    let pace = Swift.max(0, progress.elapsed - progress.lost - progress.startUp) / Swift.max(1e-9, share - start)
    let rest = pace * left
    // What lies before the log went at its pace.
    let elapsed = progress.elapsed + (share - start > 1e-6 ? pace * start : 0)
    let inputs = Inputs(values: InputValues(), catalog: catalog)
    let wall =
      Expression<Hours>(constant: elapsed) + Expression<Hours>(constant: rest)
      * (try Self.noise(done: Swift.max(1e-9, share - start), left: left, variance: progress.variance, inputs))
      / (try Self.rare(rest: rest, progress, inputs))
    let hours = Expression<Accelerators>(constant: progress.accelerators) * wall
    time = Self.spread(wall, plan)
    self.hours = Self.spread(hours, plan)
    let spentHours = elapsed * progress.accelerators
    guard isPriced, !estimate.bill.isUnpriced, estimate.run.acceleratorHours.typical.value > 0 else {
      (cost, spent) = (nil, (spentHours, nil))
      draws = (Self.draws(wall, plan), [])
      return
    }
    let rate = estimate.bill.total / estimate.run.acceleratorHours
    cost = Self.spread(rate * hours, plan)
    draws = (Self.draws(wall, plan), Self.draws(rate * hours, plan))
    spent = (spentHours, rate.typical.value * spentHours)
  }

  /// The pace of the rest over that of the steps so far: as uneven as the run's own steps make it, and changed as that of
  /// public logs. `done` is the share of the work that was watched, `left` that which is to come.
  private static func noise(
    done: Double, left: Double, variance: Double, _ inputs: Inputs
  ) throws(ScenarioError) -> Expression<Ratio> {
    let half: Expression<Ratio> = try inputs.row(
      "pace-half", of: "pilot", as: "track_pace", "pace of the second half of a run over that of the first")
    guard left > 0 else { return half.ranging(over: Ranged(1)) }
    let share = done / (done + left)
    let changed = half.variance * PaceFit.law(share) + PaceFit.own(variance, share: share)
    let factor = Elementary.exponential(
      Swift.min(mostDeviation, changed.squareRoot()) * Distribution.ninetiethPercentile)
    return half.ranging(over: Ranged(1, low: 1 / factor, high: factor))
  }

  /// Half or twice as fast: more is no change of pace.
  private static let mostDeviation = 0.5

  /// The share of the rest that is not lost to restarts and standing still.
  private static func rare(
    rest: Double, _ progress: Progress, _ inputs: Inputs
  ) throws(ScenarioError) -> Expression<Ratio> {
    let usual: Expression<Ratio> = try inputs.row(
      "goodput", of: "pilot", as: "pilot_goodput", "speed of the rest over that of steps")
    let half: Expression<Ratio> = try inputs.row(
      "pilot-goodput-hours", as: "pilot_goodput_hours", "hours after which a goodput seen counts as much")
    let scale = half.typical.value
    let seen = Swift.max(0.05, 1 - progress.lost / Swift.max(progress.elapsed, 1e-9))
    // How much the run has shown, and how much there is time for.
    let known = progress.elapsed / (progress.elapsed + scale)
    let exposed = rest / (rest + scale)
    func mixed(_ value: Double) -> Double {
      Elementary.power(value, exposed * (1 - known)) * Elementary.power(seen, known)
    }
    return usual.ranging(
      over: Ranged(
        mixed(usual.range.typical.value), low: mixed(usual.range.low.value), high: mixed(usual.range.high.value)))
  }

  /// The draws of a result; none where it does not vary.
  private static func draws<Measure: Unit>(_ expression: Expression<Measure>, _ plan: SamplingPlan) -> [Double] {
    let tape = Tape(roots: [expression.node])
    guard plan.draws > 1, !tape.uncertainIDs.isEmpty, let slot = tape.slot(of: expression.node) else { return [] }
    return tape.draws(of: [slot], plan: plan)[0]
  }

  private static func spread<Measure: Unit>(_ expression: Expression<Measure>, _ plan: SamplingPlan) -> Spread {
    Report(of: expression, plan: plan).lines.last?.value ?? Spread(typical: expression.typical.value)
  }
}

extension Spread {
  /// How likely a value stays below a limit, by its typical value and its ends on a logarithmic scale.
  package func probability(below limit: Double) -> Double {
    guard let p10, let p90, typical > 0, limit > 0 else { return typical <= limit ? 1 : 0 }
    let end = limit < typical ? p10 : p90
    let width = (Elementary.logarithm(end / typical) / Distribution.ninetiethPercentile).magnitude
    guard width > 0 else { return typical <= limit ? 1 : 0 }
    return Diagnosis.normalShare(below: Elementary.logarithm(limit / typical) / width)
  }
}
