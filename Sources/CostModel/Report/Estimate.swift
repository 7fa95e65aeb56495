/// The whole answer to one scenario, as formulas: evaluate it with ``Report``.
public struct Estimate: Sendable {
  /// What it rests on.
  public var scenario: Scenario
  /// What the stage asks for.
  public var work: Work
  /// On which cluster, for how long.
  public var run: Run
  /// At what price.
  public var bill: Bill
  /// With what footprint.
  public var footprint: Footprint

  /// Estimates a pre-training run.
  public static func pretraining(_ scenario: Scenario) throws(ScenarioError) -> Estimate {
    try estimate(scenario, Pretraining.work(scenario))
  }

  /// The results in the order a reader wants them.
  public func report(_ plan: SamplingPlan, rangesOf ranges: Report.Ranges = .everyLine) -> Report {
    results.report(plan, rangesOf: ranges)
  }

  /// What drives the spread of the result of a stable name; nil where the estimate has none of that name.
  public func sensitivity(of key: String, plan: SamplingPlan) -> Sensitivity? {
    results.root(key).map { Sensitivity(of: $0, plan: plan) }
  }

  var results: ReportBuilder {
    var builder = ReportBuilder()
    if !work.phases.isEmpty {
      builder.add(work.operations)
      builder.add(run.mfu)
      if let speedup = run.speedup { builder.add(speedup) }
      for phase in run.phases { builder.add(phase) }
    }
    builder.add(run.acceleratorHours)
    if let accelerators = run.accelerators { builder.add(accelerators) }
    if let wallClock = run.wallClock { builder.add(wallClock) }
    builder.add(bill.total)
    for line in bill.lines { builder.add(line.amount) }
    builder.add(footprint.energy)
    builder.add(footprint.carbon)
    builder.add(footprint.water)
    return builder
  }
}
