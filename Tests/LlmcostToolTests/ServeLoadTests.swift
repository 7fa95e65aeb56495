import LlmcostTool
import Testing
import TextFormats

/// What serving owes to its speed, its load and the size of a cluster that is owned.
@Suite("llmcost serve: speed, load and owned clusters")
struct ServeLoadTests {
  private func get(_ command: String, _ name: String) throws -> Double {
    let outcome = TestWorld().run("llmcost \(command) --samples 0 -q --get \(name)")
    #expect(outcome.status == .success, "\(command): \(outcome.complaint)")
    return try #require(Double(outcome.output.dropLast()))
  }

  /// The summary of a command with its ranges.
  private func summary(_ command: String) throws -> JSONValue {
    let outcome = TestWorld().run("llmcost \(command) --samples 2000 --seed 5 -q --json")
    #expect(outcome.status == .success, "\(command): \(outcome.complaint)")
    return try #require(try JSONReader.read(Array(outcome.output.utf8))["summary"])
  }

  // MARK: - The batch that keeps a speed

  @Test func `slow draws have the largest batch that keeps the speed, not one`() throws {
    var last: Double?
    for speed in [16, 17, 18, 19, 20] {
      let found = try summary("serve -m deepseek-v3 -g h200 --tensor-parallel 8 --speed \(speed)")
      let batch = try #require(found["batch.p10"]?.number)
      #expect(batch > 20)
      if let last { #expect(batch < last && batch > 0.8 * last, "\(speed): \(batch) after \(last)") }
      #expect(try #require(found["tokens_per_second_per_reader.p10"]?.number) >= Double(speed) * (1 - 1e-6))
      last = batch
    }
  }

  @Test(arguments: [
    ("-m deepseek-v3 -g h200 --tensor-parallel 8", 30.0), ("-m deepseek-v3 -g h200 --tensor-parallel 8", 34),
    ("-p 30B --active-params 3B --tensor-parallel 1", 120), ("-m gpt-oss-120b --tensor-parallel 2", 120),
    ("-m llama-3.1-70b --tensor-parallel 4", 40),
  ])
  func `the tail is no worse than that of a small batch, and readers get what is asked`(
    model: String, speed: Double
  ) throws {
    let found = try summary("serve \(model) --speed \(speed)")
    let batch = try #require(found["batch.p10"]?.number)
    #expect(try #require(found["tokens_per_second_per_reader.p10"]?.number) >= speed * (1 - 1e-6) || batch == 1)
    let fixed = try summary("serve \(model) --concurrency \(batch)")
    let name = "output_usd_per_million_tokens.p90"
    #expect(try #require(found[name]?.number) <= 1.03 * #require(fixed[name]?.number), "\(batch)")
    #expect(try #require(found["usd_per_request.p90"]?.number) <= 1.03 * #require(fixed["usd_per_request.p90"]?.number))
  }

  @Test func `a speed that slow engines miss is noted`() {
    let base = "llmcost serve -m llama-3.1-70b --tensor-parallel 4 --samples 0 --speed"
    #expect(!TestWorld().run("\(base) 20").complaint.contains("one sequence at a time"))
    #expect(TestWorld().run("\(base) 75").complaint.contains("one sequence at a time"))
  }

  // MARK: - Short answers

  @Test(arguments: [
    "-m llama-3.1-70b --tensor-parallel 4", "-m llama-3.1-70b --tensor-parallel 8 --speed 60",
    "-m llama-3.1-8b --tensor-parallel 1 --input-tokens 200",
    "-m llama-3.1-8b --tensor-parallel 2 --input-tokens 30000",
    "-m deepseek-v3 -g h200 --tensor-parallel 8", "-m deepseek-v3 -g h200 --tensor-parallel 8 --input-tokens 20000",
    "-m deepseek-v3 -g b200 --expert-parallel 32 --tensor-parallel 1", "-p 30B --active-params 3B --tensor-parallel 1",
    "-m llama-3.1-70b --tensor-parallel 4 --accepted-tokens 2", "-m llama-3.1-70b --tensor-parallel 4 --disaggregated",
    "-m llama-3.1-70b --tensor-parallel 4 --offline", "-m llama-3.1-70b --tensor-parallel 4 --concurrency 16",
  ])
  func `a longer answer never costs less`(options: String) throws {
    var last = 0.0
    for tokens in [1, 1.5, 2, 3, 5, 10, 20, 50, 90, 100, 110, 150, 200, 300, 400, 1000, 2000, 5000] {
      let cost = try get("serve \(options) --output-tokens \(tokens)", "usd_per_request")
      #expect(cost >= last * (1 - 1e-9), "\(tokens) tokens: \(cost) after \(last)")
      last = cost
    }
  }

  @Test func `an answer of one token keeps no speed between tokens`() throws {
    let options = "serve -m llama-3.1-70b --tensor-parallel 4 --output-tokens 1"
    #expect(try get(options, "batch") == get(options + " --offline", "batch"))
    let swept = TestWorld().run(
      "llmcost sweep serve -m llama-3.1-70b --tensor-parallel 4 --output-tokens 1,2,50 --get usd_per_request -q")
    if swept.status == .success {
      let alone = try get(options, "usd_per_request")
      #expect(swept.output.split(separator: "\n").contains { abs((Double($0) ?? 0) / alone - 1) < 1e-9 })
    }
  }

  @Test func `the waits of a request add up`() throws {
    // First token and times between later ones make the whole time, of which a copy with no idle place has one for each
    // of its sequences.
    for tokens in [1.0, 20, 400, 3000] {
      let options = "serve -m llama-3.1-8b --tensor-parallel 1 --concurrency 32 --output-tokens \(tokens)"
      let whole =
        try get(options, "time_to_first_token_s") + (tokens - 1) * get(options, "time_per_token_s")
      let throughput = try get(options, "tokens_per_second_per_accelerator")
      #expect(abs(whole * throughput / (32 * tokens) - 1) < 1e-6, "\(tokens)")
    }
  }

  // MARK: - The line

  @Test func `what memory does not hold waits for those in flight`() throws {
    let options = "serve -m llama-3.1-70b --tensor-parallel 4 --concurrency"
    let (some, more) = (
      try get("\(options) 512", "time_to_first_token_s"), try get("\(options) 1024", "time_to_first_token_s")
    )
    let requests = try get("\(options) 512", "tokens_per_second_per_accelerator") * 4 / 400
    #expect(abs((more - some) * requests / 512 - 1) < 1e-6)
    #expect(try get("\(options) 256", "time_to_first_token_s") < some / 2)
  }

  // MARK: - Energy by load

  @Test func `servers that wait draw less, and cost as much`() throws {
    let options = "serve -m llama-3.1-8b --tensor-parallel 1 --utilization 1 --requests-per-day"
    let full = try get("\(options) 1", "tokens_per_second_per_accelerator") * 86_400 / 400
    func lifetime(_ share: Double, _ name: String) throws -> Double { try get("\(options) \(share * full)", name) }
    let (idle, busy) = (try lifetime(1e-6, "lifetime_energy_kwh"), try lifetime(1 - 1e-6, "lifetime_energy_kwh"))
    // 0.15 of rated power waiting, 0.6 of it serving.
    #expect(abs(idle / busy - 0.25) < 1e-4)
    #expect(abs(try lifetime(0.5, "lifetime_energy_kwh") / ((idle + busy) / 2) - 1) < 1e-4)
    #expect(abs(try lifetime(1e-6, "lifetime_carbon_kg") / lifetime(1 - 1e-6, "lifetime_carbon_kg") - 0.25) < 1e-4)
    #expect(abs(try lifetime(1e-6, "lifetime_usd") / lifetime(1 - 1e-6, "lifetime_usd") - 1) < 1e-9)
    let request = { (load: String) in try get("serve -p 8B --concurrency 16 --utilization \(load)", "energy_wh") }
    #expect(abs(try request("0.5") / request("1") - 1.25) < 1e-6)
  }

  // MARK: - Owned clusters

  /// A cost without its electricity, which is straight in the price of electricity.
  private func apartFromElectricity(_ command: String, _ name: String) throws -> Double {
    try 2 * get("\(command) --electricity 0.001", name) - get("\(command) --electricity 0.002", name)
  }

  @Test(arguments: ["1k", "3M", "300M"])
  func `an owned cluster costs in serving what it costs as a cluster`(requests: String) throws {
    let base = "serve -p 13B --own --requests-per-day \(requests)"
    let (count, copy) = (try get(base, "accelerators"), try get(base, "accelerators_per_copy"))
    for (name, size) in [("usd_per_month", count), ("usd_per_month_with_spare", count + copy)] {
      let cluster = try apartFromElectricity("cluster --months 1 -n \(size)", "cost_usd")
      #expect(abs(try apartFromElectricity(base, name) / cluster - 1) < 1e-9)
    }
    // Electricity alone tells how busy it is.
    let (month, most) = (try get(base, "usd_per_month"), try get("cluster --months 1 -n \(count)", "cost_usd"))
    let fixed = try apartFromElectricity(base, "usd_per_month")
    #expect(month < most && month > fixed)
  }

  @Test func `hours of an owned cluster that are paid all day are not idle twice`() throws {
    let base = "serve -p 13B --own"
    let half = try apartFromElectricity("\(base) --utilization 0.5", "usd_per_request")
    let full = try apartFromElectricity("\(base) --utilization 1", "usd_per_request")
    #expect(abs(full * 2 / half - 1) < 1e-9)
    // What requests cost at the mean load is what the copies cost that are as busy.
    let volume = "\(base) --requests-per-day 300M"
    #expect(abs(try get(volume, "usd_per_request") / get(volume, "usd_per_request_at_volume") - 1) < 0.03)
  }

  // MARK: - Make or buy

  @Test(arguments: ["100k", "5M"])
  func `prices of APIs are held against what a request costs at the volume`(requests: String) throws {
    let text = TestWorld().run("llmcost serve -p 13B --requests-per-day \(requests) --samples 0 -q --json").output
    let json = try JSONReader.read(Array(text.utf8))
    let month = try #require(json["summary"]?["usd_per_month"]?.number)
    let prices = try #require(json["api"]?.array)
    #expect(!prices.isEmpty)
    for price in prices {
      let (ratio, api) = (
        try #require(price["price_over_cost"]?.number), try #require(price["usd_per_month"]?.number)
      )
      #expect(abs(ratio / (api / month) - 1) < 1e-9)
    }
  }
}
