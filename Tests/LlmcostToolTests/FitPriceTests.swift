import LlmcostTool
import Testing

/// What the price of a billion tokens stands for.
@Suite("The price that fit tells")
struct FitPriceTests {
  @Test(arguments: [
    ("--gpu h100", "pretrain"), ("--by cost", "pretrain"), ("--gpu h100 --task lora", "sft"),
    ("--gpu h100 --task sft", "sft"),
  ])
  func `it is said to be of tuned steps, with the stage that has whole runs`(options: String, stage: String) {
    let text = TestWorld().run("llmcost fit --params 8B --width 0 \(options)").output
    #expect(text.contains("tuned: the fastest layout on full sequences, without overhead"))
    #expect(text.contains("'llmcost \(stage)' has"))
    #expect(text.contains("tokens a second, of whole runs") == options.hasPrefix("--gpu"))
  }

  @Test(arguments: ["", "--gpu h100 --task serve"])
  func `nothing is said where there is no price`(options: String) {
    #expect(!TestWorld().run("llmcost fit --params 8B \(options)").output.contains("tuned:"))
  }

  @Test(arguments: [("sft", "full", "a100"), ("sft", "full", "h100"), ("lora", "lora", "h100")])
  func `beside the tuned speed stands what the stage has of the same job`(
    task: String, tuning: String, gpu: String
  ) throws {
    func numbers(_ line: String) throws -> [Double] {
      let outcome = TestWorld().run("llmcost " + line)
      let numbers = outcome.output.split(separator: "\n").compactMap { Double($0) }
      try #require(!numbers.isEmpty, "\(outcome.complaint)")
      return numbers
    }
    let speeds = try numbers(
      "fit --params 8B --gpu \(gpu) --gpus 8 --task \(task) --get tokens_per_second,run_tokens_per_second")
    let hours = try numbers(
      "sft --params 8B --gpu \(gpu) --gpus 8 --tuning \(tuning) --examples 1G --tokens-per-example 2048 --epochs 1 "
        + "--packing 1 --samples 0 -q --get accelerator_hours")
    #expect(abs(1e9 * 2048 / (hours[0] / 8 * 3600) / speeds[1] - 1) < 1e-3)
    #expect(speeds[1] < speeds[0])
  }
}
