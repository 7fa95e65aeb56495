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
  /// What fills the accelerators' memory at least; nil where there are none.
  public var memory: MemoryJob?
  /// Where owning and renting cost the same; nil for a rented run.
  public var breakEven: BreakEven?
  /// What the accelerators cost by each of three methods; nil where that is not asked for.
  public var methods: MethodCosts?
  /// The loss of the model trained, by a law that was asked for; nil where none was, or none tells it.
  public var loss: Expression<Ratio>?

  /// Estimates a pre-training run.
  public static func pretraining(_ scenario: Scenario) throws(ScenarioError) -> Estimate {
    var estimate = try estimate(scenario, Pretraining.work(scenario))
    estimate.memory = Pretraining.memory(scenario)
    return estimate
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
      if scenario.flopCount == .exact {
        for operations in exactResults { builder.add(operations) }
        builder.add(exactOverRule)
        builder.add(exactMFU)
      } else {
        builder.add(work.operations)
        builder.add(run.mfu)
      }
      if let speedup = run.speedup { builder.add(speedup) }
    }
    builder.add(run.acceleratorHours)
    if !work.phases.isEmpty { for phase in run.phases { builder.add(phase) } }
    if let accelerators = run.accelerators { builder.add(accelerators) }
    if let wallClock = run.wallClock { builder.add(wallClock) }
    if let term = bill.term { builder.add(term.months) }
    if !bill.isUnpriced { builder.add(bill.total) }
    for line in bill.lines { builder.add(line.amount) }
    if let volume = work.volume {
      builder.add(volume.fixed.named("fixed, of the total", key: "usd_fixed"))
      let note = "falls toward the next line as the fixed part spreads over more tokens"
      builder.add((bill.total / volume.tokens).named("cost of a token", key: "usd_per_token", note: note))
      builder.add(
        ((bill.total - volume.fixed) / volume.tokens).named("of which grows with volume", key: "usd_per_token_growing"))
    }
    for alternative in work.alternatives {
      builder.add(alternative.amount.named("managed: " + alternative.id, key: alternative.key))
    }
    if let breakEven {
      builder.add(breakEven.ownedPrice)
      builder.add(breakEven.rent)
      builder.add(breakEven.utilization)
      if let hours = breakEven.hours { builder.add(hours) }
    }
    if let methods {
      for cost in [methods.rent, methods.amortized, methods.acquisition] { if let cost { builder.add(cost) } }
    }
    if let loss { builder.add(loss) }
    builder.add(footprint.energy)
    if let idle = footprint.idleEnergy { builder.add(idle) }
    builder.add(footprint.carbon)
    if let embodied = footprint.embodied { builder.add(embodied) }
    if let all = footprint.allCarbon { builder.add(all) }
    builder.add(footprint.water)
    builder.add(footprint.waterOnSite)
    builder.add(footprint.waterOffSite)
    if let embodied = footprint.embodiedWater { builder.add(embodied) }
    if let all = footprint.allWater { builder.add(all) }
    for count in footprint.equivalents { builder.add(count) }
    return builder
  }
}
