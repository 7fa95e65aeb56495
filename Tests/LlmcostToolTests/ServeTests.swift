import LlmcostTool
import Testing

@Suite("llmcost serve")
struct ServeTests {
  private func get(_ options: String, _ name: String) throws -> Double {
    let outcome = TestWorld().run("llmcost serve \(options) --samples 0 --get \(name)")
    #expect(outcome.status == .success, "\(outcome.complaint)")
    return try #require(Double(outcome.output.dropLast()))
  }

  @Test func `memory bounds the batch as weights and caches of the architecture say`() throws {
    // Llama 3.1 70B: 327,680 bytes of cache a token in 16 bits; 0.88 of two times 80 GB are usable.
    let room = (2 * 80e9 * 0.88 - 70_553_706_496) / (327_680 * (1000 + 200))
    let options = "--model llama-3.1-70b --input-tokens 1000 --output-tokens 400 --offline --tensor-parallel 2"
    #expect(abs(try get(options, "batch") / room - 1) < 1e-9)
    // Half the bytes of cache, twice the sequences.
    #expect(abs(try get(options + " --kv-precision fp8", "batch") / room - 2) < 1e-9)
  }

  @Test func `DeepSeek-V3 caches 70,272 bytes a token`() throws {
    let options = "--model deepseek-v3 --gpu h200 --offline --tensor-parallel 8"
    let weights = 671_026_419_200.0
    let room = (8 * 141e9 * 0.88 - weights) / (70_272 * 1200)
    #expect(abs(try get(options, "batch") / room - 1) < 1e-3)
  }

  @Test func `a prompt of 5,000 tokens takes Llama 3.3 70B 0.41 s on two H100s`() throws {
    // NVIDIA NIM 1.8, one request at a time: 406.77 ms. The fit has seen no time to a first token.
    let options = "--model llama-3.1-70b --input-tokens 5000 --output-tokens 500 --tensor-parallel 2 --batch 1"
    #expect((0.67...1.5).contains(try get(options, "time_to_first_token_s") / 0.40677))
    // The same page: 51.67 tokens/s to the one reader.
    #expect((0.5...2).contains(try get(options, "tokens_per_second_per_reader") / 51.67))
  }

  @Test func `throughput rises with the batch, and each reader's falls`() throws {
    var last = (all: 0.0, each: Double.infinity, cost: Double.infinity)
    for batch in [1, 2, 4, 16, 64, 128] {
      let options = "--model llama-3.1-70b --tensor-parallel 2 --batch \(batch)"
      let now = (
        all: try get(options, "tokens_per_second_per_accelerator"),
        each: try get(options, "tokens_per_second_per_reader"), cost: try get(options, "usd_per_request")
      )
      #expect(now.all > last.all && now.each < last.each && now.cost < last.cost)
      last = now
    }
  }

  @Test func `a speed that is asked for is kept`() throws {
    for speed in [20.0, 35, 60] {
      let options = "--params 70B --tensor-parallel 4 --speed \(speed)"
      #expect(try get(options, "tokens_per_second_per_reader") >= speed * (1 - 1e-6))
    }
    #expect(try get("--params 70B --tensor-parallel 4 --speed 60", "batch") > 1)
  }

  @Test func `cost rises with lengths, price and idleness`() throws {
    let base = "--params 70B --tensor-parallel 4 --batch 16 "
    let cost = try get(base, "usd_per_request")
    #expect(try get(base + "--input-tokens 2000", "usd_per_request") > cost)
    #expect(try get(base + "--output-tokens 800", "usd_per_request") > cost)
    #expect(try get(base + "--cached-input 0.5", "usd_per_request") < cost)
    let two = try get(base + "--price 2", "usd_per_request")
    #expect(abs(try get(base + "--price 4", "usd_per_request") / two - 2) < 1e-9)
    let half = try get(base + "--utilization 0.5", "usd_per_request")
    #expect(abs(try get(base + "--utilization 1", "usd_per_request") * 2 / half - 1) < 1e-9)
    #expect(try get(base + "--own", "usd_per_request") > 0)
  }

  @Test func `a request costs what its tokens cost`() throws {
    let options = "--params 30B --active-params 3B --input-tokens 3000 --output-tokens 700"
    let tokens =
      try get(options, "input_usd_per_million_tokens") * 3000 + get(options, "output_usd_per_million_tokens") * 700
    #expect(abs(tokens / 1e6 / (try get(options, "usd_per_request")) - 1) < 1e-9)
  }

  @Test func `months, lifetime and parity with training add up`() throws {
    let options = "--params 8B --requests-per-day 20M --lifetime 2y --training-cost 3M"
    let (month, lifetime) = (try get(options, "usd_per_month"), try get(options, "lifetime_usd"))
    #expect(abs(lifetime / month - 24) < 1e-9)
    #expect(abs(try get(options, "parity_days") * month / 30.4375 / 3e6 - 1) < 1e-9)
    #expect(abs(try get(options, "total_usd") - lifetime - 3e6) < 1e-3)
    #expect(abs(try get(options, "inference_share") - lifetime / (lifetime + 3e6)) < 1e-9)
    // Whole copies cost at least what the requests do.
    #expect(try get(options, "usd_per_request") * 20e6 * 30.4375 <= month * (1 + 1e-9))
    #expect(try get(options, "usd_per_request") * 20e6 * 30.4375 > month * 0.9)
  }

  @Test func `training is estimated as pre-training is`() throws {
    let trained = try get("--params 8B --requests-per-day 1M --tokens 2T", "training_usd")
    let outcome = TestWorld().run("llmcost pretrain --params 8B --tokens 2T --get cost_usd")
    #expect(abs(trained / (try #require(Double(outcome.output.dropLast()))) - 1) < 1e-9)
  }

  @Test(arguments: [
    ("", "--params is missing"), ("--params 8B --model llama-3.1-8b", "--params and --model are both given"),
    ("--params 8B --output-tokens 0", "tokens of an answer of 0 is out of range"),
    ("--params 8B --cached-input 1.5", "is out of range"), ("--params 8B --utilization 0", "is out of range"),
    ("--params 8B --speed 0", "--speed must be above 0"), ("--params 8B --batch 0", "--batch must be at least 1"),
    ("--params 8B --tensor-parallel 0", "--tensor-parallel of 0 is out of range"),
    ("--params 8B --speed 20 --batch 4", "--speed and --batch are both given"),
    ("--params 8B --speed 10000", "no batch gives each reader 10,000 tokens/s"),
    ("--params 405B --tensor-parallel 2", "do not fit on 2 h100-sxm"),
    ("--params 8B --batch 1M", "'1M' is not a whole number"), ("--params 8B --batch 100000", "memory holds"),
    ("--params 8B --lifetime 2y", "needs --requests-per-day"),
    ("--params 8B --tokens 1T", "needs --requests-per-day"),
    ("--params 8B --tokens 1T --training-cost 5M --requests-per-day 1M", "are both given"),
    ("--params 8B --requests-per-day -5", "is out of range"),
    ("--params 8B --weight-precision fp9", "'fp9' is not one of"),
    ("--params 8B --get batches", "did you mean 'batch'?"), ("--params 8B --get parity_days", "the cost of training"),
    ("--params 8B --get usd_per_month", "without --requests-per-day"), ("--params nan", "'nan' is not a count"),
    ("--params 8B --columns batch", "--columns goes with csv"),
    ("--params 8B -f json --explain", "--explain goes with"),
    ("--params 8B --compare-api nobody", "unknown model with a token price 'nobody'"),
    ("--params 8B --gpus 8", "unknown option '--gpus'"), ("--params 1e16", "do not fit"),
  ])
  func `bad input ends in one clear message`(options: String, message: String) {
    let outcome = TestWorld().run("llmcost serve \(options)")
    #expect(outcome.status == .usage)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
    #expect(outcome.output.isEmpty)
  }
}
