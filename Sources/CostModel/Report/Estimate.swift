/// The whole answer to one scenario, as formulas: evaluate it with `Report`.
package struct Estimate: Sendable {
  /// What it rests on.
  package var scenario: Scenario
  /// What the stage asks for.
  package var work: Work
  /// On which cluster, for how long.
  package var run: Run
  /// At what price.
  package var bill: Bill
  /// With what footprint.
  package var footprint: Footprint
  /// What fills the accelerators' memory at least; nil where there are none.
  package var memory: MemoryJob?
  /// Where owning and renting cost the same; nil for a rented run.
  package var breakEven: BreakEven?
  /// What the accelerators cost by each of three methods; nil where that is not asked for.
  package var methods: MethodCosts?
  /// The loss of the model trained, by a law that was asked for; nil where none was, or none tells it.
  package var loss: Expression<Ratio>?
  /// The same on a cluster of so many accelerators; nil where it runs on none.
  var resized: (@Sendable (Double) throws(ScenarioError) -> Estimate)?

  /// Estimates a pre-training run.
  package static func pretraining(_ scenario: Scenario) throws(ScenarioError) -> Estimate {
    var estimate = try estimate(scenario, Pretraining.work(scenario))
    estimate.memory = Pretraining.memory(scenario)
    estimate.resized = { count throws(ScenarioError) in
      var scenario = scenario
      scenario.cluster = .accelerators(Expression(constant: count))
      return try self.estimate(scenario, Pretraining.work(scenario))
    }
    return estimate
  }

  /// The results in the order a reader wants them.
  package func report(_ plan: SamplingPlan, rangesOf ranges: Report.Ranges = .everyLine) -> Report {
    results.report(plan, rangesOf: ranges)
  }

  /// What drives the spread of the result of a stable name; nil where the estimate has none of that name.
  package func sensitivity(of key: String, plan: SamplingPlan) -> Sensitivity? {
    results.root(key).map {
      var sensitivity = Sensitivity(of: $0, plan: plan)
      sensitivity.key = Self.result(key)
      return sensitivity
    }
  }

  /// Tokens of a step of pre-training that were given; nil where the critical batch stands in for them.
  package var givenBatch: Double? {
    guard case .tokens(let count)? = scenario.hardware.scaling?.batch else { return nil }
    return count
  }

  /// The share of draws in which results stay within bounds, each in base units.
  package func chance(within bounds: [(key: String, most: Double)], plan: SamplingPlan) -> Double {
    let results = results
    let roots = bounds.compactMap { bound in results.root(bound.key).map { (node: $0, most: bound.most) } }
    let tape = Tape(roots: roots.map(\.node))
    let slots = roots.map { tape.slot(of: $0.node) ?? 0 }
    guard plan.draws > 0, !slots.isEmpty else { return 1 }
    let count = tape.draws(settling: slots, plan: plan).max() ?? plan.draws
    let draws = tape.draws(of: slots, plan: plan.drawing(count))
    let kept = (0..<count).count { draw in zip(draws, roots).allSatisfy { $0[draw] <= $1.most } }
    return Double(kept) / Double(count)
  }
}
