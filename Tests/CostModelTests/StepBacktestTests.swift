import Foundation
import Testing

@testable import CostModel

/// Published steps predicted without their source, or without their generation.
@Suite("Back-test of steps")
struct StepBacktestTests {
  private static let bySource: [Backtest.Entry] = entries(.source)
  private static let byGeneration: [Backtest.Entry] = entries(.generation)

  private static func entries(_ fold: Backtest.StepFold) -> [Backtest.Entry] {
    let catalog = TableCatalog.shared
    guard let steps = try? catalog.publishedSteps(isCalibrated: false), let spread = try? catalog.stepSpread() else {
      return []
    }
    return Backtest(
      steps: steps, leavingOut: fold, (try? TableCatalog.shared.recomputedParts()) ?? RecomputedParts(), spread: spread
    ).entries
  }

  private func summary(_ entries: [Backtest.Entry], _ kind: ArchitectureClass? = nil) -> Backtest.Summary {
    Backtest.Summary(entries.filter { kind == nil || $0.run.architecture == kind })
  }

  @Test func `steps of a source that the fit has not seen are 7 % off at the median, 88 of 100 within a fifth`() {
    let all = summary(Self.bySource)
    #expect(all.count >= 500)
    #expect(all.error <= 0.07)
    #expect(all.withinOneFifth >= 0.88)
    #expect((0.97...1.03).contains(all.median))
    #expect((0.75...0.90).contains(all.inside))
    #expect(summary(Self.bySource, .mixtureOfExperts).error <= 0.135)
    let dense = summary(Self.bySource, .dense)
    #expect(dense.error <= 0.06)
    #expect(dense.withinOneFifth >= 0.91)
  }

  @Test func `so are steps of a generation that it has not seen`() {
    let all = summary(Self.byGeneration)
    #expect(all.error <= 0.07)
    #expect(all.withinOneFifth >= 0.88)
    #expect(summary(Self.byGeneration, .mixtureOfExperts).error <= 0.13)
  }

  @Test func `the fit of the table finds the constants that another least-squares solver found`() throws {
    let fit = try #require(
      StepFit(
        try TableCatalog.shared.publishedSteps(isCalibrated: false), try TableCatalog.shared.recomputedParts()))
    let reference: [(String, Double)] = [
      ("gemm", 0.957), ("low-precision", 0.857), ("attention", 0.410), ("portable-attention", 0.234), ("memory", 1.75),
      ("experts", 5.14), ("links", 0.759), ("hidden-tensor", 0.618), ("hidden-data", 0.317), ("launch", 3.15e-4),
    ]
    for (name, value) in reference {
      // Releases of MLPerf count as one source here, and as several there.
      let found: Double = try #require(fit.constants[name])
      #expect(abs(found / value - 1) < 0.04, "\(name): \(found)")
    }
  }

  @Test func `a start far away leads to the same constants`() throws {
    let steps = try TableCatalog.shared.publishedSteps(isCalibrated: false)
    let near = try #require(StepFit(steps, try TableCatalog.shared.recomputedParts()))
    var start = StepConstants()
    (start.products, start.experts, start.links, start.launch) = (0.6, 8, 0.4, 5e-4)
    let far = try #require(StepFit(steps, try TableCatalog.shared.recomputedParts(), from: start))
    for name in StepConstants.names {
      let (first, second): (Double, Double) = (near.constants[name] ?? 0, far.constants[name] ?? 0)
      #expect(abs(first / second - 1) < 1e-3, "\(name)")
    }
  }

  @Test func `comparisons of one job rank accelerators, numbers and formats as published`() throws {
    let entries = Self.bySource.filter { $0.setAside == nil }
    let steps = try TableCatalog.shared.publishedSteps().filter { $0.exclusion == nil && $0.kind == .dense }
    let jobs = Dictionary(uniqueKeysWithValues: steps.map { ($0.id, $0) })
    var (pairs, right) = (0, 0)
    for (index, first) in entries.enumerated() {
      guard let one = jobs[first.id] else { continue }
      for second in entries[(index + 1)...] {
        guard let two = jobs[second.id], one.model == two.model, one.series == two.series,
          one.job.sequence == two.job.sequence, one.job.task == two.job.task,
          one.job.shape.layers == two.job.shape.layers,
          one.hardware.accelerator.id != two.hardware.accelerator.id || one.job.precision != two.job.precision
            || one.layout.accelerators != two.layout.accelerators
        else { continue }
        // Seconds of an accelerator for a token.
        let (a, b) = (one.layout.accelerators / one.job.tokens, two.layout.accelerators / two.job.tokens)
        let actual = first.actual * a / (second.actual * b)
        guard !(1 / 1.1...1.1).contains(actual) else { continue }
        pairs += 1
        if (actual > 1) == (first.predicted.typical * a > second.predicted.typical * b) { right += 1 }
      }
    }
    #expect(pairs > 500)
    #expect(Double(right) / Double(pairs) >= 0.98, "\(right) of \(pairs)")
  }
}
