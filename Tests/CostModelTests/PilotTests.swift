import Testing

@testable import CostModel

@Suite struct PilotTests {
  /// 70B on 15T tokens and 2,048 accelerators.
  private static func run(_ change: (inout Pretraining) -> Void = { _ in }) throws -> (
    estimate: Estimate, hours: Spread
  ) {
    var run = Pretraining(parameters: 70e9, tokens: 15e12)
    run.accelerators = 2048
    change(&run)
    let estimate = try run.formulas(in: TableCatalog.shared)
    let hours = estimate.report(SamplingPlan(draws: 2048)).result("accelerator_hours")
    return (estimate, try #require(hours).value)
  }

  private static func width(_ hours: Spread) -> Double { (hours.p90 ?? 1) / (hours.p10 ?? 1) }

  @Test func `Five ways to say one speed give the same hours`() throws {
    // 880 tokens/s of an accelerator, 6·70e9 FLOP a token.
    let ways: [(inout Pretraining) -> Void] = [
      { $0.tokensPerSecondPerAccelerator = 880 },
      { $0.tokensPerSecond = Ranged(880 * 2048) },
      {
        $0.measuredTeraflops = Ranged(880 * 420e9)
        $0.inputs.request.pilot.convention = .parameters
      },
      {
        $0.measuredMFU = Ranged(880 * 420e9 / 989.4e12)
        $0.inputs.request.pilot.convention = .parameters
      },
      {
        $0.stepTime = Ranged(10.0 / 3600)
        $0.inputs.request.step.batch = .tokens(880 * 2048 * 10)
      },
    ]
    let steady = try ways.map { try #require(Self.run($0).estimate.run.update).steady.typical.value }
    for hours in steady { #expect(abs(hours / (15e12 / 880 / 3600) - 1) < 1e-4) }
  }

  @Test func `Both together have the variance of both`() throws {
    let prior = Expression<AcceleratorHours>.input(
      "prior", "", Ranged(100, low: 100 / 1.5, high: 150), from: .assumed(""))
    let measured = Expression<AcceleratorHours>(constant: 130)
    let deviations = (Elementary.logarithm(1.5) / 1.28155, Elementary.logarithm(1.1) / 1.28155)
    // Nothing is lost: two normal laws.
    let update = PilotUpdate(
      prior: prior, steady: measured, measured: measured,
      goodput: .input("goodput", "", Ranged(1), from: .assumed("")), deviation: deviations.0,
      law: LossLaw(middle: 0, loss: 1e-6, error: deviations.1))
    let line = try #require(Report(of: update.posterior, plan: SamplingPlan(draws: 4096)).lines.last)
    let variance = 1 / (1 / (deviations.0 * deviations.0) + 1 / (deviations.1 * deviations.1))
    let width = Elementary.logarithm((line.value.p90 ?? 0) / (line.value.p10 ?? 1)) / 2.5631
    #expect(abs(width / variance.squareRoot() - 1) < 0.03)
    let weight = deviations.0 * deviations.0 / (deviations.0 * deviations.0 + deviations.1 * deviations.1)
    #expect(abs(update.weight - weight) < 0.01)
    let mean = Elementary.exponential(
      weight * Elementary.logarithm(130) + (1 - weight) * Elementary.logarithm(100))
    #expect(abs(line.value.typical / mean - 1) < 0.01)
  }

  @Test func `What runs lose is found again, and the prior decides how much of it counts`() throws {
    let law = LossLaw(middle: -0.03, loss: 0.2, error: 0.05)
    // The quantiles of the exponential itself, by its formula.
    let pure = LossLaw(middle: 0, loss: 0.3, error: 1e-3).quantiles()
    for (quantile, share) in [(pure.low, 0.1), (pure.middle, 0.5), (pure.high, 0.9)] {
      #expect(abs(quantile + 0.3 * Elementary.logarithm(1 - share)) < 0.01)
    }
    let (none, fast, slow) = (law.quantiles(), law.quantiles((-0.2, 0.25)), law.quantiles((0.5, 0.25)))
    #expect(fast.middle < none.middle && none.middle < slow.middle && fast.high - fast.low < none.high - none.low)
    // However far apart they are, there is an answer between them.
    for middle in [-5.0, -1, 1, 5] {
      let far = law.quantiles((middle, 0.2))
      #expect(far.low < far.middle && far.middle < far.high && far.middle.isFinite)
    }
    let exponential = stride(from: 0.025, to: 1, by: 0.05).map { -0.2 * Elementary.logarithm(1 - $0) }
    let fit = try #require(LossLaw(exponential))
    #expect((0.15...0.25).contains(fit.loss) && fit.middle.magnitude < 0.05)
    #expect(LossLaw([]) == nil)
  }

  @Test func `A longer measurement says more, one from elsewhere less`() throws {
    func left(_ change: (inout Pretraining) -> Void) throws -> Double {
      try #require(
        Self.run {
          $0.tokensPerSecondPerAccelerator = 800
          change(&$0)
        }.estimate.run.update
      ).deviations.measured
    }
    let (minute, hour, week) = (
      try left { $0.measuredTime = Ranged(1.0 / 60) }, try left { _ in }, try left { $0.measuredTime = 168 }
    )
    #expect(minute > hour && hour > week)
    let smaller = try left { $0.measuredAccelerators = 64 }
    let other = try left {
      $0.tokensPerSecondPerAccelerator = 300
      $0.measuredAccelerators = 64
      $0.inputs.request.pilot.accelerator = "a100"
    }
    #expect(smaller > hour && other > smaller)
  }

  @Test func `A measurement narrows the hours`() throws {
    let without = try Self.run().hours
    let with = try Self.run {
      $0.tokensPerSecondPerAccelerator = 800
      $0.measuredTime = 24
    }.hours
    #expect(Self.width(with) < 0.85 * Self.width(without))
  }

  @Test func `A speed above the peak or far below is refused with the likely slip`() throws {
    func advice(_ change: (inout Pretraining) -> Void) -> String? {
      do {
        _ = try Self.run(change)
        return nil
      } catch ScenarioError.contradiction(_, let advice) {
        return advice.description
      } catch {
        return "\(error)"
      }
    }
    #expect(advice { $0.tokensPerSecondPerAccelerator = 880 } == nil)
    #expect(advice { $0.tokensPerSecondPerAccelerator = 880_000 }?.contains("thousand") == true)
    #expect(advice { $0.tokensPerSecondPerAccelerator = Ranged(880 * 8) }?.contains("node of 8") == true)
    #expect(advice { $0.tokensPerSecond = 880 }?.contains("thousandth") == true)
    #expect(advice { $0.measuredMFU = 41 }?.contains("percentage") == true)
    #expect(advice { $0.measuredTeraflops = 1600e12 }?.contains("sparsity") == true)
    #expect(advice { $0.measuredTime = 2 } != nil, "a length without a speed counts for nothing")
    #expect(advice { ($0.measuredMFU, $0.mfu) = (0.4, 0.4) } != nil)
    #expect(advice { ($0.measuredMFU, $0.tokensPerSecond) = (0.4, 1e6) } != nil)
  }

  @Test func `A step of reinforcement learning has a time`() throws {
    var run = GroupPolicyOptimization(parameters: 7e9)
    run.accelerators = 8
    run.steps = 200
    run.stepTime = Ranged(5.0 / 60)
    let update = try #require(try run.formulas(in: TableCatalog.shared).run.update)
    #expect(abs(update.steady.typical.value / (200 * 5.0 / 60 * 8) - 1) < 1e-9)
    #expect(update.measured.typical.value > update.steady.typical.value)
  }

  @Test func `The table of pilots is as derived`() throws {
    let catalog = TableCatalog.shared
    let derived = try #require(try Derivation.text(of: "pilot", from: catalog))
    #expect(derived == String(decoding: TableSet.bytes(of: "pilot"), as: UTF8.self))
    let pilots = try catalog.publishedPilots()
    #expect(pilots.filter { $0.exclusion == nil }.count >= 15)
  }

  @Test func `Published runs with their speed come out closer`() throws {
    let catalog = TableCatalog.shared
    let known = try catalog.publishedRuns()
    let backtest = try Backtest(
      pilots: try catalog.publishedPilots(), learningFrom: known, catalog: catalog,
      speedups: try catalog.precisionSpeedups(), plan: SamplingPlan(draws: 512))
    let with = Backtest.Summary(backtest.entries)
    let ids = Set(backtest.entries.filter { $0.setAside == nil }.map(\.id))
    let without = Backtest.Summary(
      try Backtest(
        try catalog.publishedPilots().filter { ids.contains($0.id) }.map(\.run), learningFrom: known, catalog: catalog,
        speedups: try catalog.precisionSpeedups(), plan: SamplingPlan(draws: 512)
      ).entries)
    #expect(with.count >= 15 && (0.95...1.08).contains(with.median))
    #expect(with.withinOneFifth >= 0.7 && with.withinOneFifth > without.withinOneFifth)
    #expect(with.error < 0.6 * without.error && with.width < without.width)
    #expect((0.75...0.88).contains(with.inside) && with.width < 1.6)
  }

  @Test func `What slows a step is found, and what it costs`() throws {
    let estimate = try Self.run { $0.measuredTeraflops = 210e12 }.estimate
    let diagnosis = try #require(try Diagnosis(estimate, in: TableCatalog.shared))
    #expect(diagnosis.ratio > 1.5 && diagnosis.percentile < 0.1)
    #expect(diagnosis.suspects.count >= 4)
    for suspect in diagnosis.suspects {
      #expect(suspect.slowdown > 1 && suspect.gain > 0 && suspect.gain < 1)
    }
    #expect(abs(Diagnosis.normalShare(below: 1.2815515655) - 0.9) < 1e-6)
  }

  @Test func `A forecast never narrows without cause, and ends at what was spent`() throws {
    let estimate = try Self.run().estimate
    func forecast(_ share: Double, _ elapsed: Double) throws -> Forecast {
      try Forecast(
        Forecast.Progress(share: share, elapsed: elapsed, lost: 0, startUp: 0, accelerators: 2048), of: estimate,
        in: TableCatalog.shared, plan: SamplingPlan(draws: 512))
    }
    let widths = try [0.02, 0.1, 0.5, 0.9].map { Self.width(try forecast($0, 2400 * $0).hours) }
    #expect(widths == widths.sorted(by: >))
    let end = try forecast(1, 2400)
    #expect(abs(end.hours.typical / (2400 * 2048) - 1) < 1e-9)
    #expect(end.time.probability(below: 2401) == 1 && end.time.probability(below: 2399) == 0)
  }
}
