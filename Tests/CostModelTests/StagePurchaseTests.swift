import CostModel
import Testing

/// What stages buy: verifiers, annotators, fine-tuning as a service. Settings are in base units.
@Suite("Purchases of stages")
struct StagePurchaseTests {
  private func report(
    _ stage: any Stage.Type, _ given: [String: Double], _ chosen: [String: String] = [:]
  ) throws -> Report {
    let inputs = StageInputs(
      stage: stage.name, given: given.mapValues { Ranged($0) }, chosen: chosen, catalog: TableCatalog.shared)
    return try Estimate.stage(stage, for: Request(parameters: Ranged(7e9), phases: []), inputs)
      .report(SamplingPlan(draws: 0))
  }

  private func typical(_ report: Report, _ key: String) throws -> Double {
    try #require(report.result(key), "\(key)").value.typical
  }

  /// 1,000 prompts with four answers each.
  private static let group = [
    "prompts": 1000.0, "group-size": 4, "input-tokens": 100, "output-tokens": 400, "oversampling": 1, "updates": 1,
  ]

  private func verifier(_ kind: String, _ given: [String: Double]) throws -> Double {
    try typical(
      report(
        GroupPolicyOptimization.self, Self.group.merging(given) { $1 }, ["verifier": kind]), "api_usd")
  }

  @Test func `a judge reads prompts and answers and is billed by the token`() throws {
    let cost = try verifier("judge", ["judge-tokens": 50, "input-price": 1e-6, "output-price": 4e-6])
    #expect(abs(cost / (4000 * ((100 + 400) * 1e-6 + 50 * 4e-6)) - 1) < 1e-9)
  }

  @Test func `the judge of the table is billed at its list price`() throws {
    // GPT-4o mini: $0.15 a million tokens read, $0.60 written.
    let cost = try verifier("judge", ["judge-tokens": 50])
    #expect(abs(cost / (4000 * ((100 + 400) * 0.15e-6 + 50 * 0.6e-6)) - 1) < 1e-9)
  }

  @Test func `an environment bills containers and tools for each turn`() throws {
    let cost = try verifier(
      "environment", ["turns": 3, "turn-time": 0.01, "container-price": 0.5, "tool-price": 0.002])
    #expect(abs(cost / (4000 * 3 * (0.01 * 0.5 + 0.002)) - 1) < 1e-9)
  }

  @Test func `a sandbox bills core time, and a rule nothing`() throws {
    let cost = try verifier("sandbox", ["sandbox-time": 10.0 / 3600, "core-price": 0.04])
    #expect(abs(cost / (4000 * 10.0 / 3600 * 0.04) - 1) < 1e-9)
    #expect(try report(GroupPolicyOptimization.self, Self.group, ["verifier": "rule"]).result("api_usd") == nil)
  }

  @Test(arguments: [(2.0, 1.0), (4, 6), (8, 24)])
  func `a ranking is worth n·log₂ n comparisons, or all pairs`(answers: Double, comparisons: Double) throws {
    let report = try report(
      Annotation.self,
      ["items": 10, "answers": answers, "label-price": 1, "review-share": 0, "rule-design-hours": 0],
      ["task": "ranking"])
    #expect(abs(try typical(report, "cost_usd") - 10 * comparisons) < 1e-9)
  }

  @Test func `people who judge the same item, reviewers and rule design add up`() throws {
    let report = try report(
      Annotation.self,
      [
        "items": 100, "annotators-per-item": 3, "label-price": 2, "review-share": 0.1, "review-speed": 5,
        "review-wage": 50, "rule-design-hours": 8, "design-wage": 60,
      ])
    #expect(abs(try typical(report, "cost_usd") - (300 * 2 + 30.0 / 5 * 50 + 8 * 60)) < 1e-9)
  }

  @Test(arguments: [
    // List prices of Fireworks for models of up to 16B: $0.50 a million tokens with LoRA, $1 in full; twice for DPO.
    ("sft", "lora", "fireworks-16b-sft-lora", 0.5), ("sft", "full", "fireworks-16b-sft-full", 1),
  ])
  func `fine-tuning as a service is billed by the token trained on`(
    stage: String, tuning: String, row: String, price: Double
  ) throws {
    let report = try report(
      SupervisedFineTuning.self, ["examples": 10_000, "tokens-per-example": 500, "epochs": 3, "packing": 0.5],
      ["managed": "yes", "tuning": tuning])
    #expect(abs(try typical(report, "managed_" + row) / (10_000 * 500 * 3 * price / 1e6) - 1) < 1e-9)
    // No row for larger models.
    #expect(report.result("managed_fireworks-80b-sft-lora") == nil)
  }

  @Test func `reinforcement learning as a service is billed by the token read, sampled and trained on`() throws {
    // List prices for a Qwen3.5-9B: $0.20 a million tokens read, $0.60 sampled, $0.60 trained on.
    let report = try report(GroupPolicyOptimization.self, Self.group, ["managed": "yes"])
    let answers = 4000.0
    let bill = answers * (100 * 0.2e-6 + 400 * 0.6e-6 + 500 * 0.6e-6)
    #expect(abs(try typical(report, "managed_prime-9b") / bill - 1) < 1e-9)
    // Prices of mixtures are not those of dense models, and what only trains does not sample.
    #expect(report.result("managed_tinker-120b-moe") == nil && report.result("managed_fireworks-16b-sft-lora") == nil)
  }

  @Test func `a service that nobody lists is told`() throws {
    func notes(_ parameters: Double) throws -> [String] {
      let inputs = StageInputs(
        stage: "sft", given: [:], chosen: ["managed": "yes", "labels": "none"], catalog: TableCatalog.shared)
      let request = Request(parameters: Ranged(parameters), phases: [])
      return try Estimate.stage(SupervisedFineTuning.self, for: request, inputs).scenario.notes.map(\.description)
    }
    // Full fine-tuning is listed up to 16B.
    #expect(try notes(8e9).allSatisfy { !$0.contains("finetune-prices") })
    #expect(try notes(70e9).contains { $0.contains("finetune-prices") })
  }
}
