import CostModel
import LlmcostTool
import Testing

@Suite("llmcost step")
struct StepTests {
  private func outcome(_ options: String) -> Outcome { TestWorld().run("llmcost step \(options)") }

  private func get(_ options: String, _ name: String) throws -> Double {
    let outcome = outcome("\(options) --quiet --get \(name)")
    #expect(outcome.complaint == "")
    return try #require(Double(outcome.output.dropLast()), "\(name)")
  }

  private static let names = [
    "seconds", "seconds.p10", "seconds.p90", "loss", "tokens_per_second", "tokens_per_second_per_accelerator",
    "teraflop_per_second_per_accelerator", "mfu", "mfu_without_attention", "micro_batches", "total_bytes",
  ]

  @Test(arguments: [
    "--model llama-3.1-8b --gpus 8", "--model mixtral-8x7b --gpus 64 --precision fp8",
    "--params 30B --active-params 3B --gpu tpu-v5p --gpus 64", "--model jamba-v0.1 --gpu gb200 --gpus 64",
  ])
  func `every name is a number, and parts add up to the step`(options: String) throws {
    for name in Self.names { #expect(try get(options, name) >= 0) }
    let parts = try StepReport.keys.filter { !$0.contains("hidden") }.reduce(0.0) { try $0 + get(options, $1) }
    let seconds = try get(options, "seconds")
    #expect(abs(parts / seconds - 1) < 1e-4)
    #expect(try get(options, "seconds.p10") < seconds)
    #expect(try get(options, "seconds.p90") > seconds)
    // MFU is a rate over the peak.
    #expect(try get(options, "mfu_without_attention") < get(options, "mfu"))
  }

  @Test func `the layout found is no slower than any given, ties aside, and prints as it is read`() throws {
    let job = "--model llama-3.1-70b --gpus 64 --context 8k --global-batch 512"
    let best = try get(job, "seconds")
    for layout in ["tp8,pp2,recompute=full", "tp4,pp4,vp5", "tp8,fsdp", "tp4,pp8,recompute=selective"] {
      #expect(try get("\(job) --layout \(layout)", "seconds") >= best / LayoutSearch.tie)
    }
    let layout = outcome("\(job) --quiet --get layout").output.dropLast()
    #expect(abs(try get("\(job) --layout \(layout)", "seconds") / best - 1) < 1e-5)
  }

  @Test func `a machine's own rate of products speeds the step up, and narrows its range`() throws {
    let job = "--model llama-3.1-8b --gpus 8 --layout tp2,mbs1,zero1,recompute=none --stack megatron"
    let usual = try get(job, "seconds")
    #expect(try get("\(job) --matmul-share 0.9", "seconds") < usual)
    #expect(try get("\(job) --matmul-tflops 500", "seconds") > usual)
    // 0.803 of 989.4, times the 0.94 that the constant of products stands for.
    let same = try get("\(job) --matmul-tflops 747", "seconds")
    #expect(abs(same / usual - 1) < 1e-3)
    let tpu = "--model llama-3.1-8b --gpu tpu-v7 --gpus 8 --layout tp2,mbs1,zero1,recompute=none --stack maxtext"
    func width(_ options: String) throws -> Double { try get(options, "seconds.p90") / get(options, "seconds.p10") }
    #expect(try width("\(tpu) --matmul-share 0.85") < width(tpu))
    // Software that nobody names widens it.
    #expect(try width("--model mixtral-8x7b --gpus 64") > width("--model mixtral-8x7b --gpus 64 --stack megatron"))
  }

  @Test(arguments: [
    ("--model llama-2-7b --gpu rtx-4090 --gpus 8", "staged in the memory of the host"),
    ("--model mixtral-8x7b --gpus 64", "--stack megatron-2026"),
    ("--model gpt-oss-120b --gpus 64", "the width is no multiple of 128"),
    ("--model qwen2.5-0.5b --gpus 8 --context 1024 --micro-batch 1 --global-batch 64", "kernels may wait"),
    ("--model jamba-v0.1 --gpus 64", "recurrent or hybrid"),
    ("--model llama-3.1-8b --gpu v100-32gb-sxm --gpus 64 --precision fp16", "generation volta"),
    ("--model llama-3.1-8b --gpus 8 --offload optimizer", "offloading"),
  ])
  func `what the model cannot know is said where it acts`(options: String, note: String) {
    let outcome = outcome(options)
    #expect(outcome.complaint.contains(note), "\(outcome.complaint)")
    #expect(self.outcome(options + " --quiet").complaint == "")
  }

  @Test func `slow networks, small batches and long pipelines cost what they cost`() throws {
    let job = "--model llama-3.1-70b --gpus 512 --context 8k --global-batch 1024 --layout tp8,pp4,mbs1"
    let usual = try get(job, "seconds")
    #expect(try get("\(job) --scale-out 25Gbps", "seconds") > usual)
    #expect(try get("\(job) --network aws-p4d", "data_seconds") > get(job, "data_seconds"))
    #expect(abs(try get("\(job) --scale-out 50GB/s", "seconds") / usual - 1) < 1e-6)
    let small = try get(job.replacing("1024", with: "64"), "tokens_per_second")
    #expect(try small < get(job, "tokens_per_second"))
  }

  @Test func `a layout that does not fit says by how much, and what would do`() {
    let outcome = outcome("--model llama-3.1-70b --gpus 64 --layout tp2,zero1,recompute=none --quiet")
    #expect(outcome.status == .failed)
    #expect(outcome.complaint.contains("usable; tp"))
    #expect(outcome.complaint.contains(" fits\n"))
  }
}
