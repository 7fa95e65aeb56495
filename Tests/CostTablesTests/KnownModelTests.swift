import CostTables
import Testing

@testable import CostModel

/// Estimates of models whose architecture is known.
@Suite("Known models")
struct KnownModelTests {
  private let catalog = TableCatalog()

  private func operations(_ id: String, tokens: Double, context: Double?) throws -> Double {
    var request = Request(model: try catalog.knownModel(id).model)
    request.phases = [Request.Phase(tokens: Ranged(tokens), contextLength: context.map { Ranged($0) })]
    return try Estimate.pretraining(Resolver.scenario(for: request, in: catalog)).work.operations.typical.value
  }

  @Test(arguments: ["llama-3.1-405b", "deepseek-v3", "gpt-oss-120b", "gemma-3-27b", "deepseek-v3.2"])
  func `attention beyond the reference context is that of the architecture to the last FLOP`(id: String) throws {
    let architecture = try catalog.knownModel(id).model.architecture
    for context in [1024.0, 8192, 131_072] {
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
    let scenario = try Resolver.scenario(for: request, in: catalog, purpose: .postTraining)
    let shape = ModelShape(scenario.model, widthToDepth: Expression(scenario.hardware.widthToDepth))
    #expect(shape.layers.typical.value == 61)
    #expect(shape.width.typical.value == 7168)
    #expect(shape.cacheBytesPerToken.typical.value == 70_272)
    #expect(shape.architecture == .mixtureOfExperts)
  }

  @Test func `a dense model that sees is dense, and its towers do not work on text`() throws {
    let model = Scenario.Model(try catalog.knownModel("gemma-3-27b").model)
    #expect(model.architecture == .dense)
    #expect(model.parameters.value.typical.value == 27_432_406_640)
    #expect(model.activeParameters?.value.typical.value == 27_009_346_304)
  }
}
