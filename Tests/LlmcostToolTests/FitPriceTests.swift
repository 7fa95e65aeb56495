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
    #expect(text.contains("of tuned steps on full sequences, without overhead: 'llmcost \(stage)' has whole runs"))
  }

  @Test(arguments: ["", "--gpu h100 --task serve"])
  func `nothing is said where there is no price`(options: String) {
    #expect(!TestWorld().run("llmcost fit --params 8B \(options)").output.contains("tuned steps"))
  }
}
