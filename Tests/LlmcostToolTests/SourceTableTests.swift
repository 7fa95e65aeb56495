import LlmcostTool
import Testing

/// What the survey of training stages says that stages cost, computed by commands that show every assumption.
///
/// The table `claims` holds each claim against ranges; these hold them against commands in which nothing is left open.
@Suite("Costs of stages that are claimed")
struct SourceTableTests {
  private func number(_ command: String) throws -> Double {
    let outcome = TestWorld().run("llmcost \(command) --samples 0")
    #expect(outcome.status == .success, "\(command): \(outcome.complaint)")
    return try #require(Double(outcome.output.dropLast()))
  }

  private func fits(_ command: String) -> Bool {
    TestWorld().run("llmcost \(command) --labels none --require-fit --get cost_usd --samples 0").status == .success
  }

  @Test func `LoRA on 70B costs 50 to 500 dollars, but not on one accelerator of 80 GB`() throws {
    let tune = "sft --params 70B --tuning lora --tokens-per-example 700 --epochs 2 --labels none --gpu h100-sxm"
    #expect((50...500).contains(try number("\(tune) --examples 30k --price 3 --get compute_usd")))
    #expect((50...500).contains(try number("\(tune) --examples 100k --price 3 --get compute_usd")))
    // 140 GB of 16-bit weights.
    #expect(!fits("sft --params 70B --tuning lora --gpu h100-sxm --gpus 1"))
    #expect(fits("sft --params 70B --tuning lora --gpu h100-sxm --gpus 4"))
  }

  @Test func `QLoRA on 70B costs 20 to 100 dollars for 10,000 examples, more for 100,000, and not on 24 GB`() throws {
    let tune = "sft --params 70B --tuning qlora --tokens-per-example 700 --epochs 2 --labels none --price 2"
    #expect((20...100).contains(try number("\(tune) --gpu a100-80gb-sxm --examples 10k --get compute_usd")))
    #expect(try number("\(tune) --gpu a100-80gb-sxm --examples 100k --get compute_usd") > 100)
    // 35 GB of 4-bit weights.
    #expect(!fits("sft --params 70B --tuning qlora --gpu rtx-4090 --gpus 1"))
    #expect(fits("sft --params 70B --tuning qlora --gpu a100-80gb-sxm --gpus 1"))
  }

  @Test func `full fine-tuning of 70B costs 1,000 to 5,000 dollars from 400,000 examples on, not on 8 H100s`() throws {
    let tune = "sft --params 70B --tokens-per-example 700 --epochs 2 --labels none --gpu h100-sxm --price 3"
    #expect((1000...5000).contains(try number("\(tune) --examples 400k --get compute_usd")))
    #expect((1000...5000).contains(try number("\(tune) --examples 1M --get compute_usd")))
    #expect(try number("\(tune) --examples 10k --get compute_usd") < 1000)
    // 16 bytes for each of 70B parameters are 1.1 TB.
    #expect(!fits("sft --params 70B --gpu h100-sxm --gpus 8") && fits("sft --params 70B --gpu h100-sxm --gpus 32"))
  }

  @Test func `a reward model costs 10,000 to 100,000 dollars by its labels; its compute alone far less`() throws {
    let reward = "reward --params 70B --comparisons 30k --epochs 1 --gpu h100-sxm --price 3"
    #expect((10_000...100_000).contains(try number("\(reward) --labels human --label-price 2 --get cost_usd")))
    #expect(try number("\(reward) --labels human --label-price 2 --get compute_usd") < 5000)
  }

  @Test func `RLHF takes 5 to 10 times the compute of fine-tuning only where it sees more tokens`() throws {
    // 20·N a token with four models of one size against 6·N: 3.3 on the same tokens.
    let tokens = "--input-tokens 256 --output-tokens 256 --ppo-epochs 1 --reward-model existing"
    let rlhf = try number("rlhf --params 7B --prompts 100k \(tokens) --get flop")
    let tuning = "sft --params 7B --tokens-per-example 512 --packing 1 --epochs 1 --labels none"
    let same = try number("\(tuning) --examples 100k --get flop")
    #expect(abs(rlhf / same - 20.0 / 6) < 0.01)
    // Half as many examples as prompts: 6.7.
    let half = try number("\(tuning) --examples 50k --get flop")
    #expect((5...10).contains(rlhf / half))
    // InstructGPT's own figures are 60 over 4.9 petaflop/s-days, pre-training mix and all.
    let ptx = try number(
      "rlhf --params 175B --reward-params 6B --prompts 256k --input-tokens 1024 --output-tokens 1024 "
        + "--ppo-epochs 1 --pretraining-rows 8 --reward-model existing --get flop")
    let demonstrations = try number(
      "sft --params 175B --examples 12725 --tokens-per-example 2048 --packing 1 --epochs 16 --labels none "
        + "--get flop")
    #expect(abs(ptx / demonstrations / (60 / 4.9) - 1) < 0.05)
  }

  @Test func `DPO takes less than half of RLHF's compute with the same comparisons: nothing is generated`() throws {
    let same = "--params 70B --comparisons 100k --tokens-per-answer 600 --packing 0.6 --labels none --epochs 1"
    let rlhf = try number("rlhf \(same) --prompts 100k --get compute_usd")
    #expect((0.08...0.5).contains(try number("dpo \(same) --get compute_usd") / rlhf))
  }

  @Test func `an example costs 6 dollars by a vendor's quote, 2,000 cost 12,000, a domain 5,600 to 140,000`() throws {
    #expect(try number("sft --params 7B --examples 2000 --labels demonstration-abaka --get human_data_usd") == 12_000)
    // 1,000 to 23,000 examples at that price.
    #expect(
      (5600...140_000).contains(
        try number("sft --params 7B --examples 1k --labels demonstration-abaka --get human_data_usd")))
    #expect(
      (5600...140_000).contains(
        try number("sft --params 7B --examples 23k --labels demonstration-abaka --get human_data_usd")))
  }

  @Test func `hard examples by the hour cost more than the 6 dollars claimed`() throws {
    let hourly = try number("annotate --task demonstration --difficulty hard --items 2000 --get cost_usd")
    #expect(hourly / 2000 > 6)
  }

  @Test func `a comparison costs 1 to 5 dollars by people, less than a cent by a model`() throws {
    #expect(
      (1...5).contains(try number("dpo --params 70B --comparisons 300k --labels human --get human_data_usd") / 300e3))
    #expect((1...5).contains(try number("annotate --task pairwise --items 100k --answers 2 --get cost_usd") / 100e3))
    #expect(try number("dpo --params 70B --comparisons 300k --labels ai --get api_usd") / 300e3 < 0.01)
    #expect(try number("annotate --task pairwise --items 100k --answers 2 --by ai --get cost_usd") / 100e3 < 0.01)
  }

  private let nothingElse =
    "--tokens 1B --domains 0 --scored-tokens 0 --cleaning-cost 0 --months 0 --filter-hours 0 --get cost_usd"

  @Test func `23 sites cost about 706,000 dollars with upkeep and vertical sites above the middle of their range`()
    throws
  {
    let sites = "corpus --large-sites 8 --vertical-sites 15 --large-site-cost 56500 --pages 0 \(nothingElse)"
    #expect(abs(try number("\(sites) --vertical-site-cost 9400 --update-years 1") / 706_000 - 1) < 0.01)
    // In the middle of both ranges and without upkeep: 8 × 56,500 + 15 × 8,000.
    #expect(try number("\(sites) --vertical-site-cost 8000 --update-years 0") == 572_000)
  }

  @Test func `a token of the corpus falls in price from the fixed costs toward what grows with volume`() throws {
    let sites = "corpus --large-sites 8 --vertical-sites 15"
    let prices = try ["1B", "100B", "10T"].map { try number("\(sites) --tokens \($0) --get usd_per_token") }
    let growing = try number("\(sites) --tokens 10T --get usd_per_token_growing")
    #expect(prices[0] > 50 * prices[1] && prices[1] > 50 * prices[2] && prices[2] > growing)
    #expect(abs(try number("\(sites) --tokens 10T --get usd_fixed") / (10e12 * (prices[2] - growing)) - 1) < 1e-9)
  }

  @Test func `a corpus costs what is named: without a site its cost follows its tokens`() throws {
    for source in ["", " --source own", " --source open", " --source crawl"] {
      let costs = try ["100M", "10B", "1T", "15T"].map { try number("corpus\(source) --tokens \($0) --get cost_usd") }
      for (less, more, factor) in [(0, 1, 100.0), (1, 2, 100), (2, 3, 15)] {
        #expect(abs(costs[more] / costs[less] / factor - 1) < 1e-6, "\(source)")
      }
      // 100M tokens of text at hand are half a gigabyte: next to nothing.
      #expect(costs[0] < 10)
      #expect(try number("corpus\(source) --tokens 1T --get usd_fixed") == 0)
    }
    let listed = TestWorld().run("llmcost corpus --tokens 1T").output
    for line in ["crawling", "licenses", "document conversion", "cleaning rules"] {
      #expect(!listed.contains(line), "\(line)")
    }
  }

  @Test func `what is named costs what it did, and named sites are crawled`() throws {
    let none = try number("corpus --tokens 1T --source crawl --get cost_usd")
    let sites = try number("corpus --tokens 1T --large-sites 8 --get cost_usd")
    #expect(abs(sites - none - 8 * 56_500) < 1)
    #expect(
      try abs(number("corpus --tokens 1T --large-sites 8 --source crawl --get cost_usd") - sites) < 1e-6)
    let licensed = try number("corpus --tokens 1T --licenses 5M --get cost_usd")
    #expect(abs(licensed - (try number("corpus --tokens 1T --get cost_usd")) - 5e6) < 1)
    // More raw text is cleaned for each byte of a crawl than of own documents.
    #expect(none > (try number("corpus --tokens 1T --source own --get cost_usd")))
  }

  @Test func `10M pages cost 14,000 dollars only with less than a seventh by a service, not with a fifth`() throws {
    func pages(_ share: Double, at price: Double) throws -> Double {
      try number(
        "corpus --large-sites 0 --vertical-sites 0 --pages 10M --own-share \(share) --own-page-cost 0.000035 "
          + "--service-page-cost \(price) \(nothingElse)")
    }
    #expect(try pages(0.8, at: 0.01) > 20_000)
    #expect(try pages(0.8, at: 0.025) > 50_000)
    #expect(abs(try pages(0.863, at: 0.01) / 14_000 - 1) < 0.01)
  }

  @Test func `12 sites, a filter and 2,000 examples cost 42,800 dollars, of which 42,000 are claimed`() throws {
    // 28,000 for the sites, 2,800 for the filter.
    let corpus = try number(
      "corpus --large-sites 0 --vertical-sites 12 --vertical-site-cost 2333.33 --licenses 2800 --pages 0 "
        + nothingElse)
    let examples = try number("sft --params 7B --examples 2000 --labels demonstration-abaka --get human_data_usd")
    #expect(abs(corpus + examples - 42_800) < 1)
  }

  @Test func `1,000 olympiad problems cost 28,000 dollars: one an hour at 20 dollars, and 40 percent`() throws {
    let cost = try number(
      "annotate --items 1000 --annotator annotator-abaka --speed 1 --review-share 0 --margin 1.4 "
        + "--rule-design-hours 0 --get cost_usd")
    #expect(abs(cost - 28_000) < 1e-6)
  }

  @Test(arguments: [("8.03B", "llama-3.1-8b"), ("70.55B", "llama-3.1-70b"), ("405.9B", "llama-3.1-405b")])
  func `long sequences take the attention that the architecture has`(parameters: String, model: String) throws {
    func attention(_ size: String) throws -> Double {
      let flop = try [8192, 131_072].map { context in
        try number("pretrain \(size) --tokens 1T --context \(context) --get flop")
      }
      return flop[1] - flop[0]
    }
    // Small models have more of their parameters in embeddings, which no attention goes with.
    let ratio = try attention("--params \(parameters)") / attention("--model \(model) --flops exact")
    #expect((0.9...1.25).contains(ratio), "\(model): \(ratio)")
  }
}
