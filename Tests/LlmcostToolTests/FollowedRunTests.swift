import CostModel
import Foundation
import LlmcostTool
import Testing

/// `--like`: the settings of a published run.
@Suite("Following a published run")
struct FollowedRunTests {
  private func value(_ line: String) throws -> Double {
    let outcome = TestWorld.sample.run(line + " --quiet --samples 0")
    return try #require(Double(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(outcome.complaint)")
  }

  @Test func `a run is worth the options that it stands for`() throws {
    let spelled = try value(
      "llmcost sft --params 8.03B --gpus 32 --examples 939344 --tokens-per-example 690 --epochs 2 --get compute_usd")
    #expect(try abs(value("llmcost sft --like tulu-3-8b-sft --get compute_usd") / spelled - 1) < 1e-9)
    let tokens = try value("llmcost pretrain --like llama2-7b --then 1B@32k --gpus 512 --get flop")
    let own = try value("llmcost pretrain -p 6.74B -t 2T --context 4096 --then 1B@32k -g a100 --gpus 512 --get flop")
    #expect(tokens == own)
  }

  @Test func `options win over the run`() throws {
    let run = "llmcost sft --like tulu3-8b-sft --packing 1 --get flop"
    #expect(try abs(value(run) / value(run + " --epochs 1") - 2) < 1e-9)
    #expect(try abs(value(run + " --params 16.06B") / value(run) - 2) < 1e-9)
    #expect(try value("llmcost sft --like tulu3-8b-sft --days 2 --get days") <= 2)
    #expect(try value("llmcost sft --like tulu3-8b-sft --model llama-3.1-70b --packing 1 --get flop") > 8 * value(run))
  }

  @Test(arguments: [
    ("sft --like tulu3-8b-sff", "did you mean 'tulu3-8b-sft'?"), ("sft --like tulu3-8b-dpo", "llmcost dpo --like"),
    ("grpo --like nobody", "deepseek-r1-zero"),
  ])
  func `a run that is not there is told, with those that are`(line: String, hint: String) {
    let outcome = TestWorld().run("llmcost \(line)")
    #expect(outcome.status == .usage && outcome.complaint.contains(hint), "\(outcome.complaint)")
  }

  @Test func `the beginning of a run's name is answered with a run that begins so`() throws {
    func squeezed(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
    let ids = try TableSet().rows(of: "runs").map(\.id)
    for id in ids {
      // As people write it: with a break before the first number, and without the size.
      let word = id.split(separator: "-")[0]
      guard word.count >= 3, word != id else { continue }
      let outcome = TestWorld().run("llmcost pretrain --like \(word) --samples 0")
      guard outcome.status != .success else { continue }
      let named = outcome.complaint.components(separatedBy: "did you mean '").dropFirst().first?.prefix { $0 != "'" }
      guard let named else {
        #expect(
          outcome.complaint.contains(id) || outcome.complaint.contains("is not disclosed"), "\(outcome.complaint)")
        continue
      }
      #expect(squeezed(String(named)).hasPrefix(squeezed(String(word))), "\(word): \(outcome.complaint)")
    }
  }

  @Test(arguments: [
    ("pretrain --like llama-3.1-405b", "pretrain --like llama3.1-405b"),
    ("program llama3.1-405b", "program llama-3.1-405b"), ("tables runs Llama-3.1-405B", "tables runs llama3.1-405b"),
    ("claims llama3.1-405b-hours", "claims llama-3.1-405b-hours"),
  ])
  func `every door takes the spelling of the others`(one: String, other: String) {
    let (left, right) = (TestWorld().run("llmcost \(one) -q"), TestWorld().run("llmcost \(other) -q"))
    #expect(left.status == .success && left.output == right.output, "\(left.complaint)")
  }

  @Test func `the region is not that of the run, and is said so unless it is given`() {
    let line = "llmcost pretrain --like llama3.1-405b --samples 0"
    let note = "of region us, not of where the run was: --region and --pue say others"
    #expect(TestWorld().run(line).complaint.contains(note))
    #expect(!TestWorld().run(line + " --region se").complaint.contains("not of where the run was"))
  }

  @Test func `explanations name the run`() {
    let text = TestWorld().run("llmcost grpo --like deepseek-r1-zero --explain").output
    #expect(text.contains("table post-training-runs, row deepseek-r1-zero, as of 2025-09"))
    #expect(!TestWorld().run("llmcost annotate --help").output.contains("--like"))
  }

  @Test func `recipes follow runs, and shells complete them`() throws {
    var world = TestWorld()
    world.files["own.json"] = """
      {"stages": {"sft": {"like": "tulu3-8b-sft"}, "dpo": {"like": "tulu3-8b-dpo", "price": 2}}}
      """
    let hours = world.run("llmcost program own.json --quiet --samples 0 --get accelerator_hours").output
    let sum = try ["sft --like tulu3-8b-sft", "dpo --like tulu3-8b-dpo"].map {
      try value("llmcost \($0) --get accelerator_hours")
    }.reduce(0, +)
    #expect(try abs(#require(Double(hours.dropLast())) / sum - 1) < 1e-9)
    for shell in ["bash", "zsh", "fish"] {
      let script = TestWorld().run("llmcost completions \(shell)").output
      #expect(script.contains("sft_runs") && script.contains("tulu3-8b-sft"), "\(shell)")
    }
  }
}
