import CostModel
import Testing

/// Counts of other calculators where they are right, brought to this program's conventions.
@Suite("FLOP against other calculators")
struct PeerTests {
  private func operations(_ id: String, _ context: Double) throws -> ModelOperations {
    try TableCatalog.shared.architecture(id).model.architecture.operations(context: Quantity(context))
  }

  /// FLOP of the routers, which Megatron-LM leaves out.
  private func routers(_ id: String) throws -> Double {
    try 2 * TableCatalog.shared.architecture(id).model.architecture.parameterCount[.routers].value
  }

  @Test(arguments: [
    ("llama-2-7b", 42_863_689_728.0), ("llama-3.1-8b", 48_249_176_064), ("llama-3.1-405b", 2_473_221_685_248),
    ("mixtral-8x7b", 79_706_456_064), ("qwen3-30b-a3b", 23_006_281_728),
  ])
  func `Megatron-LM counts half the square of attention, its diagonal not, and no routers`(
    id: String, training: Double
  ) throws {
    let exact = try operations(id, 4096)
    // A token sees (S + 1)/2 positions, itself included; half the square is S/2.
    let half = exact.attention.value * 4096 / 4097
    let forward = try exact.forward.value - exact.attention.value + half - routers(id)
    #expect(forward * 3 == training)
  }

  @Test(arguments: [
    ("llama-2-7b", 4096.0, 46_084_915_200.0), ("llama-3.1-8b", 2048, 48_249_176_064),
    ("llama-3.1-8b", 131_072, 251_186_380_800),
  ])
  func `llm-analysis counts the whole square of attention, the masked half included`(
    id: String, context: Double, training: Double
  ) throws {
    let exact = try operations(id, context)
    let square = exact.attention.value * 2 * context / (context + 1)
    #expect((exact.forward.value - exact.attention.value + square) * 3 == training)
  }

  @Test func `nanoGPT counts the whole square for one sequence of GPT-2`() throws {
    let exact = try operations("gpt2", 1024)
    let square = exact.attention.value * 2 * 1024 / 1025
    #expect((exact.forward.value - exact.attention.value + square) * 3 * 1024 == 874_944_921_600)
  }

  @Test func `full recomputation does not compute the output head again, as llm-analysis does`() throws {
    let exact = try operations("llama-2-70b", 4096)
    let square = exact.attention.value * 2 * 4096 / 4097
    let forward = exact.forward.value - exact.attention.value + square
    let once = forward * 3
    // Days of one run with and without recomputation, by this definition and by that of llm-analysis.
    #expect(abs((forward * 4 - exact.outputHead.value) / once - 67.67179717634723 / 50.79878665318503) < 1e-6)
    #expect(abs(forward * 4 / once - 67.73171082128523 / 50.79878311596393) < 1e-6)
    #expect(exact.training(.full).value == exact.forward.value * 4 - exact.outputHead.value)
  }

  @Test func `selective recomputation adds the scores of attention once`() throws {
    let exact = try operations("llama-3.1-8b", 8192)
    #expect(exact.training(.selective).value == exact.forward.value * 3 + exact.attention.value)
  }

  @Test func `attention is 13 % of the 6ND of an 8B at a context of 8,192, and 53 % at 32,768, by the half square`()
    throws
  {
    let rule = try TableCatalog.shared.architecture("llama-3.1-8b").model.architecture.ruleOfThumbOperations.value
    #expect(abs(try operations("llama-3.1-8b", 8192).attention.value * 3 / rule - 0.134) < 0.001)
    #expect(abs(try operations("llama-3.1-8b", 32_768).attention.value * 3 / rule - 0.535) < 0.001)
  }

  @Test func `a window, a chunk and full attention see what their mask leaves`() {
    func counted(_ reach: Reach, _ context: Int) -> Double {
      var sum = 0
      for token in 0..<context {
        for earlier in 0...token {
          switch reach {
          case .full: sum += 1
          case .window(let size): if token - earlier < size { sum += 1 }
          case .chunk(let size): if token / size == earlier / size { sum += 1 }
          }
        }
      }
      return Double(sum) / Double(context)
    }
    for (reach, context) in [
      (Reach.full, 7), (.window(3), 10), (.window(10), 7), (.window(10), 10), (.chunk(4), 12), (.chunk(16), 12),
    ] {
      #expect(abs(reach.meanPositions(context: Double(context)) - counted(reach, context)) < 1e-12, "\(reach)")
    }
  }
}
