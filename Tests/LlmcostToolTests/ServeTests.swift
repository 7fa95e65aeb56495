import LlmcostTool
import Testing
import TextFormats

@Suite("llmcost serve")
struct ServeTests {
  private func get(_ options: String, _ name: String) throws -> Double {
    let outcome = TestWorld().run("llmcost serve \(options) --samples 0 --get \(name)")
    #expect(outcome.status == .success, "\(outcome.complaint)")
    return try #require(Double(outcome.output.dropLast()))
  }

  @Test func `memory bounds the batch as weights and caches of the architecture say`() throws {
    // Llama 3.1 70B: 327,680 bytes of cache a token in 16 bits; 0.88 of two times 80 GiB are usable. Embeddings, head and
    // norms, 2.1 billion parameters, stay in 16 bits.
    let sixteen = 2 * 128_256.0 * 8192 + 161 * 8192
    let room = (2 * 80 * 1_073_741_824.0 * 0.88 - 70_553_706_496 - sixteen) / (327_680 * (1000 + 200))
    let options = "--model llama-3.1-70b --input-tokens 1000 --output-tokens 400 --offline --tensor-parallel 2"
    #expect(abs(try get(options, "batch") / room - 1) < 1e-9)
    // Half the bytes of cache, twice the sequences.
    #expect(abs(try get(options + " --kv-precision fp8", "batch") / room - 2) < 1e-9)
  }

  @Test func `DeepSeek-V3 caches 70,272 bytes a token`() throws {
    let options = "--model deepseek-v3 --gpu h200 --offline --tensor-parallel 8"
    let weights = 671_026_419_200.0 + 2 * 129_280 * 7168
    let room = (8 * 141 * 1_073_741_824.0 * 0.88 - weights) / (70_272 * 8 * 2200)
    // Split over eight accelerators, each keeps the latent vectors of all heads.
    #expect(abs(try get(options, "batch") / room - 1) < 1e-3)
  }

  @Test func `a prompt of 5,000 tokens takes Llama 3.3 70B 0.41 s on two H100s`() throws {
    // NVIDIA NIM 1.8, one request at a time: 406.77 ms. The fit has seen no time to a first token.
    let options = "--model llama-3.1-70b --input-tokens 5000 --output-tokens 500 --tensor-parallel 2 --concurrency 1"
    #expect((0.67...1.5).contains(try get(options, "time_to_first_token_s") / 0.40677))
    // The same page: 51.67 tokens/s to the one reader.
    #expect((0.5...2).contains(try get(options, "tokens_per_second_per_reader") / 51.67))
  }

  @Test func `throughput rises with the batch, and each reader's falls`() throws {
    var last = (all: 0.0, each: Double.infinity, cost: Double.infinity)
    for batch in [1, 2, 4, 16, 64, 128] {
      let options = "--model llama-3.1-70b --tensor-parallel 2 --concurrency \(batch)"
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
    let base = "--params 70B --tensor-parallel 4 --concurrency 16 "
    let cost = try get(base, "usd_per_request")
    #expect(try get(base + "--input-tokens 4000", "usd_per_request") > cost)
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

  @Test(arguments: [
    ("--model llama-3.1-8b --gpu h100", 64), ("--model llama-3.1-70b --gpu h200", 16),
    ("--model deepseek-v3 --gpu b200", 64),
    ("--params 30B --active-params 3B --gpu h100", 8), ("--model gemma-2-9b --gpu a100-80gb-sxm", 32),
  ])
  func `serving and synthesis take the same time for the same tokens`(model: String, batch: Int) throws {
    let outcome = TestWorld().run(
      "llmcost synthesize \(model) --items 1M --keep-rate 1 --input-tokens 1000 --output-tokens 400 "
        + "--in-flight \(batch) --weight-bytes 2 --tail 1 --overhead 1 --samples 0 --get accelerator_hours")
    #expect(outcome.status == .success, "\(outcome.complaint)")
    let hours = try #require(Double(outcome.output.dropLast()))
    let speed = try get(
      "\(model) --weight-precision bf16 --concurrency \(batch) --input-tokens 1000 --output-tokens 400",
      "tokens_per_second_per_accelerator")
    #expect(abs(400e6 / speed / 3600 / hours - 1) < 1e-9)
  }

  @Test func `a measurement of one's own takes the place of the model's`() throws {
    let options = "--model llama-3.1-8b --throughput 5000 --time-per-token 0.01 --output-tokens 400 --price 3.6"
    #expect(abs(try get(options, "tokens_per_second_per_accelerator") - 5000) < 1e-6)
    #expect(abs(try get(options, "tokens_per_second_per_reader") - 100) < 1e-9)
    // 400 tokens at 5,000 a second are 0.08 s of an accelerator that costs 0.1 cents a second.
    #expect(abs(try get(options + " --utilization 1", "usd_per_request") / 8e-5 - 1) < 1e-9)
  }

  @Test func `the copy that is taken is the cheapest of all sizes`() throws {
    for options in ["--model llama-3.1-70b --speed 60", "--model llama-3.1-8b --concurrency 8"] {
      let taken = try get(options, "usd_per_request")
      for size in [1, 2, 4, 8] {
        let outcome = TestWorld().run(
          "llmcost serve \(options) --tensor-parallel \(size) --samples 0 --get usd_per_request")
        guard outcome.status == .success, let cost = Double(outcome.output.dropLast()) else { continue }
        #expect(cost >= 0.985 * taken, "\(options), \(size)")
      }
    }
  }

  @Test func `each way to serve more cheaply or faster does what it is for`() throws {
    let base = "--model deepseek-v3 --gpu h200 --tensor-parallel 8 --concurrency 128 --input-tokens 4000 "
    let (cost, each) = (try get(base, "usd_per_request"), try get(base, "tokens_per_second_per_reader"))
    #expect(try get(base + "--accepted-tokens 1.8", "tokens_per_second_per_reader") > each)
    #expect(try get(base + "--cached-input 0.8", "usd_per_request") < cost)
    // Prompts of others no longer interrupt an answer, for the same time of all accelerators together.
    #expect(try get(base + "--disaggregated", "tokens_per_second_per_reader") > each)
    #expect(abs(try get(base + "--disaggregated", "usd_per_request") / cost - 1) < 1e-9)
    // Latent caches are not kept eight times.
    let memory = "--model deepseek-v3 --gpu h200 --tensor-parallel 8 --offline "
    #expect(try get(memory + "--data-parallel-attention", "batch") > 4 * get(memory, "batch"))
    #expect(try get(base + "--embodied", "carbon_g") > get(base, "carbon_g"))
    #expect(abs(try get(base + "--idle 0.5", "energy_wh") / get(base + "--utilization 1", "energy_wh") - 1.5) < 1e-9)
  }

  @Test func `requests beyond what memory holds wait in line`() throws {
    let options = "--model llama-3.1-70b --tensor-parallel 2 "
    let full = try get(options + "--offline", "usd_per_request")
    #expect(abs(try get(options + "--concurrency 100000", "usd_per_request") / full - 1) < 1e-9)
    let outcome = TestWorld().run("llmcost serve \(options) --concurrency 100000 --get batch")
    #expect(outcome.complaint.contains("wait in line"))
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

  @Test(arguments: [
    // EcoLogits 0.11.3, compute_llm_impacts of 400 tokens at a PUE of 1.2, which stands on measurements at a batch of 64 in
    // 16 bits; then MIT Technology Review of May 2025, 114 and 6,706 joules a response, cooling included. The two are a
    // factor of two apart for the largest.
    ("--model llama-3.1-8b", 0.0357), ("--model llama-3.1-70b", 0.264), ("--model llama-3.1-405b", 3.66),
    ("--model deepseek-v3 --gpu h200", 1.59), ("--model llama-3.1-8b", 0.0317), ("--model llama-3.1-405b", 1.86),
  ])
  func `energy of a request agrees with what others count and measure`(model: String, wattHours: Double) throws {
    let load = " --input-tokens 300 --output-tokens 400 --concurrency 64 --weight-precision bf16"
    #expect((0.4...1.8).contains(try get(model + load, "energy_wh") / wattHours))
  }

  @Test(arguments: [("h100", 1.69), ("h200", 1.74), ("b200", 2.34), ("gb200", 2.75)])
  func `an hour of an owned cluster costs what SemiAnalysis counts for neoclouds`(gpu: String, dollars: Double) throws {
    // The constants of InferenceX, USD per accelerator-hour of a neocloud that owns its cluster.
    let outcome = TestWorld().run(
      "llmcost pretrain --params 70B --tokens 15T --gpu \(gpu) --own --utilization 1 --samples 0 --get owned_price_usd")
    #expect((0.75...1.25).contains(try #require(Double(outcome.output.dropLast())) / dollars), "\(outcome.output)")
  }

  @Test func `waiting hardware and its making are counted where they are asked for`() throws {
    let base = "--params 8B --tensor-parallel 1 --concurrency 16"
    #expect(abs(try get(base + " --idle 0.5", "energy_wh") / get(base + " --utilization 1", "energy_wh") - 1.5) < 1e-9)
    #expect(try get(base + " --embodied", "carbon_g") > get(base, "carbon_g"))
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
    ("--params 8B --speed 0", "out of range"),
    ("--params 8B --concurrency 0", "out of range"),
    ("--params 8B --tensor-parallel 0", "--tensor-parallel of 0 is out of range"),
    ("--params 8B --expert-parallel 6 --tensor-parallel 4", "is no multiple of --tensor-parallel"),
    ("--params 8B --batch 4", "write --concurrency"),
    ("--params 8B --accepted-tokens 0.5", "is out of range"), ("--params 8B --throughput 0", "is out of range"),
    ("--params 8B --speed 20 --concurrency 4", "--concurrency and --speed are both given"),
    ("--params 8B --speed 10000", "no batch gives each reader 10,000 tokens/s"),
    ("--params 405B --tensor-parallel 2", "do not fit on 2 h100-sxm"),
    ("--params 8B --concurrency many", "'many' is not a"),
    ("--params 8B --lifetime 2y", "needs --requests-per-day"),
    ("--params 8B --tokens 1T", "needs --requests-per-day"),
    ("--params 8B --tokens 1T --training-cost 5M --requests-per-day 1M", "are both given"),
    ("--params 8B --requests-per-day -5", "is out of range"),
    ("--params 8B --weight-precision fp9", "'fp9' is not one of"),
    ("--params 8B --get batches", "did you mean 'batch'?"), ("--params 8B --get parity_days", "the cost of training"),
    ("--params 8B --get usd_per_month", "without --requests-per-day"), ("--params nan", "'nan' is not a count"),
    ("--params 8B --columns batch", "--columns goes with json, jsonl, csv"),
    ("--params 8B -f csv --explain", "--explain goes with"),
    ("--params 8B --compare-api nobody", "unknown model with a token price 'nobody'"),
    ("--params 8B --gpus 8", "unknown option '--gpus'"), ("--params 1e16", "do not fit"),
  ])
  func `bad input ends in one clear message`(options: String, message: String) {
    let outcome = TestWorld().run("llmcost serve \(options)")
    #expect(outcome.status == .usage)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
    #expect(outcome.output.isEmpty)
  }

  // MARK: - At one's own volume

  private static let small = "llmcost serve -p 32B --requests-per-day 1k --samples 0"

  private func small(_ options: String, _ name: String) throws -> Double {
    try #require(Double(TestWorld().run("\(Self.small) \(options) --get \(name) -q").output.dropLast()), "\(name)")
  }

  @Test func `a request at one's own volume costs the month over its requests`() throws {
    let month = try small("", "usd_per_month")
    #expect(abs(try small("", "usd_per_request_at_volume") / (month / (1000 * 30.4375)) - 1) < 1e-9)
    // A copy that hardly works costs hundreds of times what its tokens cost at the mean load.
    #expect(try small("", "usd_per_request_at_volume") > 100 * small("", "usd_per_request"))
    #expect(try small("", "copies") == 1)
    #expect(abs(try small("", "usd_per_month_with_spare") / month - 2) < 1e-9)
    #expect(abs(try small("--spare-copies 1", "usd_per_month") / month - 2) < 1e-9)
    #expect(try small("--spare-copies 1", "accelerators") == 2 * small("", "accelerators"))
  }

  @Test(arguments: [1.0, 2, 5, 10])
  func `peak over mean is the load that copies are enough for`(peak: Double) throws {
    func busy(_ options: String, _ name: String) throws -> Double {
      try get("-p 32B --requests-per-day 20M \(options)", name)
    }
    let needed = try busy("--utilization 1", "usd_per_request")
    #expect(abs(try busy("--peak-over-mean \(peak)", "usd_per_request") / (needed * peak) - 1) < 1e-9)
    let copies = try busy("--peak-over-mean \(peak)", "copies")
    let once = try busy("--peak-over-mean 1", "copies")
    #expect(copies >= peak * (once - 1) && copies <= peak * once + 1)
  }

  @Test func `a month here stands beside a month by API`() throws {
    let text = TestWorld().run("\(Self.small) --compare-api deepinfra-qwen3-32b --width 80").output
    #expect(text.contains("A month of 30,400 requests") && text.contains("with a spare copy"), "\(text)")
    #expect(text.contains("API: deepinfra-qwen3-32b"))
    let json = try JSONReader.read(Array(TestWorld().run("\(Self.small) --json -q").output.utf8))
    for api in try #require(json["api"]?.array) {
      let request = try #require(api["usd_per_request"]?.number), month = try #require(api["usd_per_month"]?.number)
      #expect(abs(month / (request * 30_437.5) - 1) < 1e-9)
    }
    #expect(!TestWorld().run("llmcost serve -p 32B --samples 0").output.contains("A month of"))
  }

  @Test(arguments: [
    ("--peak-over-mean 3 --utilization 0.5", "--peak-over-mean and --utilization are both given"),
    ("--peak-over-mean 0.5", "out of range"), ("--spare-copies -1", "out of range"),
  ])
  func `contradictions of load are refused`(options: String, complaint: String) {
    let outcome = TestWorld().run("\(Self.small) \(options)")
    #expect(outcome.status == .usage && outcome.complaint.contains(complaint), "\(outcome.complaint)")
    #expect(TestWorld().run("llmcost serve -p 32B --spare-copies 1").complaint.contains("no load is given"))
  }
}
