import CostModel
import Testing

/// Published runs after pre-training by name, each predicted from its settings without its organization's runs.
///
/// InstructGPT's petaflop/s-days are among the tests of the stages, all of R1 and of Tulu 3 among those of the recipes.
@Suite("Named runs after pre-training")
struct NamedRunTests {
  private static let entries = Result {
    let catalog = TableCatalog.shared
    return try Backtest(
      stages: try catalog.stageRuns().known, pretraining: try catalog.publishedRuns(), catalog: catalog,
      speedups: try catalog.precisionSpeedups(), plan: SamplingPlan(draws: 1024)
    ).entries
  }

  private func entry(_ id: String) throws -> Backtest.Entry {
    try #require(try Self.entries.get().first { $0.id == id })
  }

  @Test func `DeepSeek-V3's context extension: 119,000 hours within 30 %, which 6·N alone misses by far`() throws {
    let entry = try entry("deepseek-v3-ctx32k")
    #expect(entry.actual == 119_000)
    #expect(abs(entry.ratio - 1) < 0.3)
    // 126B tokens × 6 × 37B on H800s at even a fifth of the peak: attention at 128K is most of the bill.
    let withoutAttention = 126e9 * 6 * 37e9 / (989.4e12 * 0.2 * 3600)
    #expect(withoutAttention < 0.4 * entry.actual)
  }

  @Test func `DeepSeek-R1-Zero: 101,000 hours within 2.5, and hardly below the range`() throws {
    // 10,400 steps of 512 answers. Its rollouts are far above the usual: experts over many nodes, copies of busy ones.
    // The mean of 7,000 tokens is read off a curve that ends above 10,000.
    let entry = try entry("deepseek-r1-zero")
    #expect(entry.actual == 101_000)
    #expect((0.4...2.5).contains(entry.ratio))
    #expect(try #require(entry.predicted.p10) < 1.25 * entry.actual)
  }

  @Test(arguments: [("tulu3-8b-sft", 192.0, 1.5), ("tulu3-8b-rm", 72, 1.5), ("tulu3-8b-dpo", 80, 1.5)])
  func `Tulu 3 8B: its stages of training within half`(id: String, hours: Double, factor: Double) throws {
    // 939,344 examples twice, and 271,409 comparisons once, on 32 and 8 H100s.
    let entry = try entry(id)
    #expect(entry.actual == hours)
    #expect((1 / factor...factor).contains(entry.ratio))
  }

  @Test func `Tulu 3 8B: 520 hours of reinforcement learning, of whose eight accelerators one generated`() throws {
    // Seven wait for one, so that any balanced layout is predicted faster, beyond the range of balanced ones.
    let entry = try entry("tulu3-8b-rlvr")
    #expect(entry.actual == 520)
    #expect((0.2...1).contains(entry.ratio))
  }

  @Test func `Alpaca 7B: three hours on eight A100s within half`() throws {
    // 52,002 examples three times; 150 tokens an example.
    let entry = try entry("alpaca-7b")
    #expect(entry.actual == 24)
    #expect((1 / 1.5...1.5).contains(entry.ratio))
  }

  @Test func `s1 32B: 26 minutes on sixteen H100s, inside a range that starts at 5 hours`() throws {
    // 25M tokens in 6.9 hours are 0.2 of the peak, where jobs of that size usually reach a twentieth.
    let entry = try entry("s1-32b")
    #expect(entry.isInside && (1...4).contains(entry.ratio))
    let mfu = 6 * 32.8e9 * 25e6 / (989.4e12 * 3600 * entry.actual)
    #expect((0.15...0.25).contains(mfu))
  }

  @Test func `QLoRA Guanaco 65B: 24 hours on one accelerator, faster than jobs of that size usually are`() throws {
    // 12M tokens of a quantized 65B; with gradients of activations alone, 4·N, a day of an A6000 is a quarter of its peak.
    let entry = try entry("qlora-guanaco-65b")
    #expect(entry.actual == 24)
    #expect((1...5).contains(entry.ratio))
    #expect((0.2...0.3).contains(4 * 65e9 * 12e6 / (154.8e12 * 3600 * 24)))
  }

  @Test func `DeepScaleR 1.5B: 3,800 hours within half`() throws {
    // 1,750 steps of about 1,500 answers, 3,200 tokens long on average.
    let entry = try entry("deepscaler-1.5b")
    #expect(entry.actual == 3800)
    #expect((1 / 1.5...1.5).contains(entry.ratio))
  }

  /// 512 H800s for three weeks; steps and lengths are not disclosed, so the run is in no back-test. What the hours imply
  /// is: with answers of 20,000 tokens, a quarter of the longest allowed, as few as 6B and as many as 60B tokens.
  @Test func `MiniMax-M1: its hours imply a plausible number of tokens, as its steps are not disclosed`() throws {
    let (answers, length, disclosed) = (1e6, 20_000.0, 512.0 * 21 * 24)
    var request = Request(parameters: Ranged(456e9), phases: [])
    request[Settings.activeParameters] = Ranged(45.9e9)
    request.accelerator = "h800"
    request.cluster = .accelerators(Ranged(512))
    let given: [String: Double] = [
      "prompts": answers / 16, "group-size": 16, "input-tokens": 150, "output-tokens": length,
      "max-output-tokens": 80_000,
      "samples-per-step": 8192,
    ]
    let inputs = StageInputs(
      stage: "grpo", given: given.mapValues { Ranged($0) }, chosen: ["reference": "no"], catalog: TableCatalog.shared)
    let report = try Estimate.stage(GroupPolicyOptimization.self, for: request, inputs)
      .report(SamplingPlan(draws: 512))
    let hours = try #require(report.result("accelerator_hours")).value
    func tokens(_ hours: Double) -> Double { answers * length * disclosed / hours }
    // R1-Zero wrote some 37B tokens in 101,000 hours; 10 to 100 a second of an accelerator, all phases counted, is what
    // published runs of this size reach.
    #expect((10...100).contains(tokens(hours.typical) / (disclosed * 3600)))
    #expect(tokens(hours.typical) > 10e9 && tokens(hours.typical) < 60e9)
    // A tenth or ten times as many answers would be outside of what the estimate takes for possible.
    let range = try #require(hours.p10)...(try #require(hours.p90))
    #expect(range.contains(disclosed) && range.upperBound < 20 * range.lowerBound)
    #expect(!range.contains(disclosed * 10) && !range.contains(disclosed / 10))
  }
}
