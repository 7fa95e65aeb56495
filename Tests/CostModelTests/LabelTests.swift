import CostModel
import Testing

/// Labels are a choice: data in hand unless somebody is to be paid.
@Suite("Labels")
struct LabelTests {
  static let stages: [any Stage.Type] = Stages.all.filter { $0.choices.contains { $0.id == Labels.source.id } }

  private func estimate(
    _ stage: any Stage.Type, _ chosen: [String: String] = [:], _ given: [String: Double] = [:]
  ) throws -> Estimate {
    let inputs = StageInputs(
      stage: stage.name, given: given.mapValues { Ranged($0) }, chosen: chosen, catalog: TableCatalog.shared)
    return try .stage(stage, for: Request(parameters: Ranged(8e9), phases: []), inputs)
  }

  private func paid(_ estimate: Estimate) -> Double {
    estimate.work.purchases.map(\.amount.typical.value).reduce(0, +)
  }

  @Test func `all stages that train on labels have the same choice, and nobody is paid unless asked for`() throws {
    #expect(Self.stages.map { $0.name }.contains("sft") && Self.stages.count >= 4)
    for stage in Self.stages {
      let usual = try estimate(stage)
      #expect(usual.work.purchases.isEmpty, "\(stage.name)")
      let line = try #require(usual.scenario.notes.first { $0.description.hasPrefix("labels: none counted") })
      #expect(line.description.contains("labels human or labels ai"))
      // Who says so need not be told.
      #expect(try !estimate(stage, ["labels": "none"]).scenario.notes.contains(line))
      #expect(try paid(estimate(stage, ["labels": "human"])) > paid(estimate(stage, ["labels": "ai"])))
    }
    let inHand = try estimate(ProximalPolicyOptimization.self, ["reward-model": "existing"]).scenario.notes
    #expect(!inHand.contains { $0.description.hasPrefix("labels") })
  }

  @Test func `people's prices rise with the grade of the work`() throws {
    for stage in Self.stages {
      let prices = try Labels.grades.map { try paid(estimate(stage, ["labels": $0])) }
      #expect(prices == prices.sorted() && Set(prices).count == prices.count, "\(stage.name) \(prices)")
      #expect(try paid(estimate(stage, ["labels": "human"])) == prices[1])
    }
  }

  @Test func `a price of one's own, a row, and a vendor's quote that says what it is`() throws {
    let own = try estimate(RewardModeling.self, ["labels": "human"], ["label-price": 3, "comparisons": 1000])
    #expect(paid(own) == 3000)
    let quoted = try estimate(SupervisedFineTuning.self, ["labels": "demonstration-abaka"], ["examples": 2000])
    #expect(paid(quoted) == 12_000)
    let names = quoted.report(SamplingPlan(draws: 0)).lines.map(\.name)
    #expect(names.contains { $0.contains("vendor quotes") })
  }

  @Test(arguments: [
    (#"{"id": "demonstration-expert", "low": 5, "typical": 6, "high": 14}"#, "is less than"),
    (#"{"id": "comparison-medium", "basis": "quote"}"#, "no rung"),
  ])
  func `the check holds the ladder`(row: String, problem: String) throws {
    let file = """
      {"table": "labor", "rows": [\(row.dropLast()), "asOf": "2026-11", "assumption": "ours"}]}
      """
    let tables = TableSet(overlays: [try Overlay(file: "own.json", bytes: Array(file.utf8))])
    let problems = TableCheck.problems(in: tables, of: ["labor"]).map(\.text)
    #expect(problems.contains { $0.contains(problem) }, "\(problems)")
  }
}
