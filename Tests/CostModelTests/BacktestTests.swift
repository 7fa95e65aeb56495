import CostModel
import Testing

@Suite("Back-test")
struct BacktestTests {
  private static let backtest = Result {
    let catalog = TableCatalog.shared
    let runs = try catalog.publishedRuns()
    return try Backtest(
      runs, learningFrom: runs, catalog: catalog, speedups: try catalog.precisionSpeedups(),
      plan: SamplingPlan(draws: 1024))
  }

  @Test func `the estimates keep the bounds that the README states`() throws {
    let summary = Backtest.Summary(try Self.backtest.get().entries)
    #expect(summary.count == 76)
    #expect((0.93...1.07).contains(summary.median))
    #expect(summary.withinOneAndAHalf >= 0.75)
    #expect(summary.withinTwo >= 0.9)
    #expect((0.75...0.88).contains(summary.inside))
    #expect(summary.width < 2.4)
  }

  @Test func `a prediction does not change with the runs of its own organization`() throws {
    let catalog = TableCatalog.shared
    let runs = try catalog.publishedRuns()
    let speedups = try catalog.precisionSpeedups()
    let plan = SamplingPlan(draws: 0)
    func deepSeek(_ known: [PublishedRun]) throws -> [Double] {
      try Backtest(
        runs.filter { $0.organization == "DeepSeek" }, learningFrom: known, catalog: catalog, speedups: speedups,
        plan: plan
      ).entries.map(\.predicted.typical)
    }
    let tampered = runs.map { run in
      var run = run
      if run.organization == "DeepSeek" { run.acceleratorHours = run.acceleratorHours.map { $0 * 100 } }
      return run
    }
    #expect(try deepSeek(runs) == deepSeek(tampered))
    #expect(try !deepSeek(runs).isEmpty)
  }

  private func disclosures(of measure: Backtest.Measure) throws -> Backtest {
    let catalog = TableCatalog.shared
    return try Backtest(
      try catalog.disclosures(of: measure).known, learningFrom: try catalog.publishedRuns(), catalog: catalog,
      speedups: try catalog.precisionSpeedups(), plan: SamplingPlan(draws: 512))
  }

  @Test(arguments: [
    ("gpt3-175b-energy", 1_287_000.0), ("bloom-176b-energy", 433_000), ("opt-175b-energy", 356_000),
    ("llama1-65b-energy", 449_000), ("olmo3-7b-energy", 146_000), ("olmo3-32b-energy", 681_000),
  ])
  func `published energy follows from the hours, in the convention of its authors`(id: String, kilowattHours: Double)
    throws
  {
    let entry = try #require(try disclosures(of: .energy).entries.first { $0.id == id })
    #expect(entry.actual == kilowattHours)
    #expect(abs(try #require(entry.predictedFromHours) / kilowattHours - 1) < 0.06)
    #expect((0.5...2).contains(entry.ratio))
  }

  @Test(arguments: [
    ("bloom-176b-carbon", 24_700.0), ("llama1-65b-carbon", 173_000), ("llama3-70b-carbon", 1_900_000),
    ("llama3.1-405b-carbon", 8_930_000), ("gpt3-175b-carbon", 552_000),
  ])
  func `published carbon follows from the hours within a tenth`(id: String, kilograms: Double) throws {
    let entry = try #require(try disclosures(of: .carbon).entries.first { $0.id == id })
    #expect(entry.actual == kilograms)
    #expect(abs(try #require(entry.predictedFromHours) / kilograms - 1) < 0.1)
  }

  @Test func `the price of DeepSeek-V3's pre-training follows from its hours at two dollars`() throws {
    let entry = try #require(try disclosures(of: .cost).entries.first { $0.id == "deepseek-v3-cost" })
    #expect(entry.predictedFromHours == 5_328_000)
    #expect(entry.isInside)
  }

  @Test func `stages after pre-training keep the bounds that the README states`() throws {
    let catalog = TableCatalog.shared
    let entries = try Backtest(
      stages: try catalog.stageRuns().known, pretraining: try catalog.publishedRuns(), catalog: catalog,
      speedups: try catalog.precisionSpeedups(), plan: SamplingPlan(draws: 1024)
    ).entries
    func summary(_ group: String) -> Backtest.Summary { Backtest.Summary(entries.filter { $0.groups.contains(group) }) }
    let (training, steps, whole) = (summary("training"), summary("steps"), summary("reinforcement"))
    #expect(training.count == 24 && steps.count == 18 && whole.count == 13)
    #expect(training.withinTwo >= 0.8 && training.withinOneAndAHalf >= 0.6 && training.width <= 5)
    #expect(steps.withinOneAndAHalf >= 0.65 && steps.width <= 5)
    #expect(whole.withinTwo >= 0.65 && whole.width <= 8)
    // A range that nearly every run is inside of would be as wrong as one that few are.
    for (group, least) in [(training, 0.75), (steps, 0.75), (whole, 0.65)] {
      #expect((least...0.9).contains(group.inside))
    }
    // Neither continued pre-training nor longer contexts come out low.
    let continued = Backtest.Summary(
      entries.filter { $0.groups.contains("continued-pretraining") || $0.groups.contains("context-extension") })
    #expect(continued.count == 6 && (0.75...1.33).contains(continued.median))
  }

  @Test func `carbon net of renewable purchases is set apart, with the reason`() throws {
    let entry = try #require(try disclosures(of: .carbon).entries.first { $0.id == "palm-540b-carbon" })
    #expect(try #require(entry.setAside).contains("net of renewable"))
  }

  @Test func `a figure without a price is told, not dropped`() throws {
    #expect(try disclosures(of: .cost).unpredicted.map(\.id) == ["flm-101b-cost"])
  }

  @Test func `runs that compare different things are predicted but counted nowhere`() throws {
    let entries = try Self.backtest.get().entries
    let apart = entries.filter { $0.setAside != nil }
    #expect(apart.count >= 10)
    #expect(Backtest.Summary(apart).count == 0)
    #expect(apart.contains { $0.run.id == "llama3.2-1b" })
  }
}
