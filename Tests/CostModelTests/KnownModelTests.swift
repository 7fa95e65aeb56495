import Testing

@testable import CostModel

/// Estimates of models whose architecture is known.
@Suite("Known models")
struct KnownModelTests {
  private let catalog = TableCatalog.shared

  private func operations(_ id: String, tokens: Double, context: Double?) throws -> Double {
    var request = Request(model: try catalog.knownModel(id).model)
    request.phases = [Request.Phase(tokens: Ranged(tokens), contextLength: context.map { Ranged($0) })]
    return try Estimate.pretraining(ScenarioBuilder.scenario(for: request, in: catalog)).work.operations.typical.value
  }

  @Test(arguments: ["llama-3.1-405b", "deepseek-v3", "gpt-oss-120b", "gemma-3-27b", "deepseek-v3.2"])
  func `attention beyond the reference context is that of the architecture to the last FLOP`(id: String) throws {
    let architecture = try catalog.knownModel(id).model.architecture
    // Shorter ones count as the reference does.
    #expect(try operations(id, tokens: 1, context: 1024) == operations(id, tokens: 1, context: 4096))
    for context in [8192.0, 131_072] {
      let difference = try operations(id, tokens: 1, context: context) - operations(id, tokens: 1, context: 4096)
      let exact =
        architecture.operations(context: Quantity(context)).attention
        - architecture.operations(context: Quantity(4096)).attention
      #expect(abs(difference - 3 * exact.value) <= 1e-9 * max(1, abs(difference)) + 1e-3)
    }
  }

  @Test func `without a context a known model takes 6ND of its counted parameters`() throws {
    #expect(try operations("llama-3.1-405b", tokens: 1e12, context: nil) == 6 * 405_853_388_800 * 1e12)
    #expect(try operations("deepseek-v3", tokens: 1e12, context: nil) == 6 * 37_552_282_624 * 1e12)
  }

  @Test func `the context extension of DeepSeek-V3 took 119,000 hours: attention counted, within a factor of two`()
    throws
  {
    let runs = try catalog.stageRuns().known
    let backtest = try Backtest(
      stages: runs, pretraining: try catalog.publishedRuns(), catalog: catalog,
      speedups: try catalog.precisionSpeedups(), plan: SamplingPlan(draws: 0))
    let entry = try #require(backtest.entries.first { $0.id == "deepseek-v3-ctx32k" })
    #expect(entry.actual == 119_000)
    #expect((0.5...2).contains(entry.ratio))
  }

  @Test func `layers, width and cache are those of the architecture`() throws {
    var request = Request(model: try catalog.knownModel("deepseek-v3").model)
    request.phases = []
    let scenario = try ScenarioBuilder.scenario(for: request, in: catalog, purpose: .postTraining)
    let shape = ModelShape(scenario.model, widthToDepth: scenario.hardware.widthToDepth)
    #expect(shape.layers.typical.value == 61)
    #expect(shape.width.typical.value == 7168)
    #expect(shape.cacheBytesPerToken.typical.value == 70_272)
    #expect(shape.architecture == .mixtureOfExperts)
  }

  private func estimate(
    _ id: String, context: Double?, _ count: FlopCount
  ) throws -> (flop: Double, rule: Double?, mfu: Double, hours: Double) {
    var request = Request(model: try catalog.knownModel(id).model)
    request.phases = [Request.Phase(tokens: Ranged(1e12), contextLength: context.map { Ranged($0) })]
    request.flopCount = count
    let report = try Estimate.pretraining(ScenarioBuilder.scenario(for: request, in: catalog))
      .report(SamplingPlan(draws: 0))
    func value(_ key: String) throws -> Double { try #require(report.result(key)).value.typical }
    return (
      try value("flop"), report.result("flop_6nd")?.value.typical, try value("mfu"), try value("accelerator_hours")
    )
  }

  @Test(arguments: [("llama-3.1-405b", 8192.0), ("deepseek-v3", 131_072), ("gemma-3-27b", 32_768)])
  func `exact FLOP are those of the architecture, and the count changes MFU but no hours`(
    id: String, context: Double
  ) throws {
    let architecture = try catalog.knownModel(id).model.architecture
    for length in [nil, context] {
      let rule = try estimate(id, context: length, .sixND)
      let exact = try estimate(id, context: length, .exact)
      let expected = architecture.operations(context: Quantity(length ?? 4096)).training().value * 1e12
      #expect(abs(exact.flop / expected - 1) < 1e-12)
      #expect(try #require(exact.rule) == architecture.ruleOfThumbOperations.value * 1e12)
      #expect(exact.hours == rule.hours)
      #expect(abs(exact.mfu / rule.mfu - exact.flop / rule.flop) < 1e-12)
      // The same throughput, whatever is counted.
      #expect(abs(exact.flop / exact.mfu / (rule.flop / rule.mfu) - 1) < 1e-12)
    }
  }

  @Test
  func `attention adds 4 % to Llama 3.1 405B at its context of 8,192, the input embedding takes half a percent off`()
    throws
  {
    // Its paper gives 3.8e25 FLOP for 15.6e12 tokens: 6ND.
    let exact = try estimate("llama-3.1-405b", context: 8192, .exact)
    #expect(abs(exact.flop / (try #require(exact.rule)) - (1 + 0.0417 - 0.0052)) < 0.0002)
  }

  @Test(arguments: ["sft", "dpo", "grpo", "rlhf", "reward", "distill", "synthesize"])
  func `stages count exactly what they count by the rule, a little more or less`(command: String) throws {
    let stages: [any CostModel.Stage.Type] = [
      SupervisedFineTuning.self, PreferenceOptimization.self, GroupPolicyOptimization.self,
      ProximalPolicyOptimization.self, RewardModeling.self, Distillation.self, Synthesis.self,
    ]
    let stage = try #require(stages.first { $0.name == command })
    var request = Request(model: try catalog.knownModel("llama-3.1-8b").model)
    let inputs = StageInputs(stage: command, given: ["teacher-params": Ranged(70e9)], chosen: [:], catalog: catalog)
    let rule = try Estimate.stage(stage, for: request, inputs).report(SamplingPlan(draws: 0))
    request.flopCount = .exact
    let exact = try Estimate.stage(stage, for: request, inputs).report(SamplingPlan(draws: 0))
    let ratio = try #require(exact.result("flop_over_6nd")).value.typical
    // The input embedding multiplies nothing, which is 6.5 % of this model; attention adds a little.
    #expect((0.93...1.15).contains(ratio))
    #expect(exact.result("accelerator_hours")?.value.typical == rule.result("accelerator_hours")?.value.typical)
    #expect(rule.result("flop")?.value.typical == exact.result("flop_6nd")?.value.typical)
  }

  @Test func `exact FLOP of a number of parameters are refused`() throws {
    var request = Request(parameters: Ranged(7e9), phases: [Request.Phase(tokens: Ranged(1e12))])
    request.flopCount = .exact
    #expect(throws: ScenarioError.self) { try ScenarioBuilder.scenario(for: request, in: catalog) }
  }

  @Test func `a dense model that sees is dense, and its towers do not work on text`() throws {
    let model = Scenario.Model(try catalog.knownModel("gemma-3-27b").model)
    #expect(model.architecture == .dense)
    #expect(model.parameters.typical.value == 27_432_406_640)
    #expect(model.activeParameters?.typical.value == 27_009_346_304)
  }
}
