import CostModel
import LlmcostTool
import Testing

/// What hardly anyone means is said to be so, and fails where one asks for that.
@Suite("Sense")
struct SenseTests {
  /// Command lines, the check that each runs into, and a part of what is said.
  static let cases: [(line: String, threshold: String, words: String)] = [
    ("pretrain --params 405B --tokens 15T --gpus 8", "sense-run-years", "years by the clock"),
    ("pretrain --params 1M --tokens 1M --gpus 8", "sense-run-minutes", "before a cluster has started"),
    ("pretrain --params 405B --tokens 15T --days 1h", "sense-accelerators", "more than any cluster has"),
    ("pretrain --params 8B --tokens 15T --epochs 1000", "sense-epochs", "1,000 epochs"),
    ("sft --params 8B --epochs 1000", "sense-epochs", "1,000 epochs"),
    ("pretrain --params 8B --tokens 1", "sense-training-tokens", "too few to teach"),
    ("distill --params 70B --teacher-params 1B", "sense-teacher-share", "has little to teach"),
    ("pretrain --model gpt2 --tokens 1B --context 1M", "sense-context-share", "longer than the 1,024"),
    ("grpo --params 7B --verifier environment --turn-tokens 2", "sense-turn-tokens", "can hardly call a tool"),
    ("pretrain --params 1B --tokens 1B", "sense-storage-share", "--checkpoints and --storage-time say what is kept"),
    ("pretrain --params 7B --tokens 1T --mfu 0.95", "sense-mfu", "more than any published run"),
  ]

  @Test(arguments: cases.indices)
  func `what hardly anyone means is noted, and fails with --strict`(index: Int) {
    let (line, _, words) = Self.cases[index]
    let outcome = TestWorld().run("llmcost \(line) --samples 8")
    #expect(outcome.status == .success, "\(outcome.complaint)")
    #expect(outcome.complaint.contains("note: ") && outcome.complaint.contains(words), "\(line): \(outcome.complaint)")
    let strict = TestWorld().run("llmcost \(line) --samples 8 --strict")
    #expect(strict.status == .failed)
    #expect(!strict.output.isEmpty)
    #expect(strict.complaint.contains("llmcost: ") && strict.complaint.contains(words), "\(strict.complaint)")
  }

  @Test func `every check has a case, and a threshold in the table`() throws {
    let cased = Set(Self.cases.map(\.threshold))
    // No accelerator of the table emulates a format; a row of one's own may.
    for check in SenseCheck.all where check.threshold != "sense-precision-speedup" {
      #expect(cased.contains(check.threshold), "\(check.threshold)")
    }
    for check in SenseCheck.all {
      #expect(try TableCatalog().factor(check.threshold).value.typical.value > 0)
    }
  }

  @Test func `a format that is no faster is said to be emulated`() {
    let row = #"{"table": "accelerators", "rows": [{"id": "h100-sxm", "peaks": {"bf16": 989.4e12, "fp8": 989.4e12}}]}"#
    let world = TestWorld(files: ["slow.json": row])
    let outcome = world.run("llmcost pretrain --params 7B --tokens 1T --precision fp8 --tables slow.json --samples 8")
    #expect(outcome.complaint.contains("the format is emulated"), "\(outcome.complaint)")
  }

  @Test(arguments: OptionTests.stages)
  func `usual jobs make sense`(stage: String) {
    let outcome = TestWorld().run("llmcost \(StageLines.needs(stage)) --samples 8 --strict")
    #expect(outcome.status == .success, "\(outcome.complaint)")
  }

  @Test(arguments: [
    "pretrain --params 70B --tokens 15T --gpus 4096",
    "pretrain --params 1B --tokens 20B",
    "pretrain --params 671B --active-params 37B --tokens 14.8T --gpus 2048 --gpu h800",
    "grpo --params 32B --verifier environment", "sft --model llama-3.1-8b --examples 50k --gpus 16",
    "pretrain --model llama-3.1-8b --tokens 100B --context 32k --gpus 64", "distill --params 8B --teacher-params 70B",
  ])
  func `real jobs make sense`(line: String) {
    let outcome = TestWorld().run("llmcost \(line) --samples 8 --strict")
    #expect(outcome.status == .success, "\(outcome.complaint)")
  }

  @Test func `a job that is fitted is held against what its model is made for`() {
    let long = TestWorld().run("llmcost fit --model gpt2 --context 1M --gpu h100")
    #expect(long.complaint.contains("longer than the 1,024 that the model is made for"), "\(long.complaint)")
    #expect(TestWorld().run("llmcost fit --model gpt2 --context 1k --gpu h100").complaint.isEmpty)
  }

  @Test func `a value of the region around is said to be its own`() {
    let text = TestWorld().run("llmcost pretrain --params 7B --tokens 1T --region us-tx --own --explain").output
    #expect(text.contains("water of the power plants, United States:"))
    #expect(text.contains("grid carbon intensity, Texas"))
  }

  @Test func `idle accelerators are doubts too`() {
    for line in [
      "pretrain --params 125M --tokens 2B --gpus 100000",
      "grpo --params 8B --prompts 1000 --output-tokens 32k --gpus 100000",
    ] {
      #expect(TestWorld().run("llmcost \(line) --samples 8 --strict").status == .failed, "\(line)")
    }
  }

  @Test func `a cluster too small is said by every command that estimates on it`() {
    for line in [
      "pretrain --params 405B --tokens 15T --gpus 8 --samples 8",
      "compare pretrain --params 405B --tokens 15T --vary gpus=8,4096 --samples 8",
      "sensitivity --params 405B --tokens 15T --gpus 8 --samples 64",
    ] {
      #expect(TestWorld().run("llmcost \(line)").complaint.contains("cannot hold"), "\(line)")
    }
  }
}
