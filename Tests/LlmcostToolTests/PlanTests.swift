import CostModel
import Dice
import Foundation
import LlmcostTool
import Testing
import TextFormats

@Suite("llmcost plan")
struct PlanTests {
  /// How many random jobs are held against single commands; more are asked for by `LLMCOST_PLAN_JOBS=200`.
  private static let jobs = ProcessInfo.processInfo.environment["LLMCOST_PLAN_JOBS"].flatMap { Int($0) } ?? 3

  private struct Row {
    var values: [String: String]
    subscript(name: String) -> String { values[name] ?? "" }
    func number(_ name: String) -> Double { Double(values[name] ?? "") ?? .nan }
  }

  private func rows(_ line: String) throws -> [Row] {
    let outcome = TestWorld().run(line)
    #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    let csv = try DelimitedText.read(Array(outcome.output.utf8))
    return csv.records.map { Row(values: Dictionary(zip(csv.header, $0), uniquingKeysWith: { first, _ in first })) }
  }

  private func json(_ line: String) throws -> JSONValue {
    let outcome = TestWorld().run(line + " --json --quiet")
    #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    return try JSONReader.read(Array(outcome.output.utf8))
  }

  private let kinds = [
    "h100-sxm", "h200-sxm", "b200", "a100-80gb-sxm", "l40s", "mi300x", "rtx-4090", "a100-40gb-sxm", "b300", "h100-pcie",
  ]

  private func job(_ dice: inout Dice) -> String {
    let size = Int.random(in: 1...30, using: &dice)
    let jobs = [
      "pretrain --params \(size)B --tokens \(Int.random(in: 5...400, using: &dice))B",
      "pretrain --params \(size)B --tokens 50B --research-multiplier 1.5 --egress 3TB",
      "pretrain --params \(size)B --tokens 80B --context 8k --region fr,us-va --start 2027-09",
      "sft --params \(size)B --examples \(Int.random(in: 5...500, using: &dice))k",
      "sft --params \(size)B --tuning lora", "dpo --params \(size)B --comparisons 60k",
      "grpo --params \(size)B --prompts 8k", "reward --params \(size)B",
    ]
    let commitments = [
      "on-demand,spot", "on-demand,reserved-1y", "spot,capacity-block,on-demand", "on-demand", "reserved-1y",
      "reserved-3y,spot",
    ]
    return dice.one(of: jobs)
      + " --gpu \(dice.one(of: kinds)),\(dice.one(of: kinds)) --commitment \(dice.one(of: commitments))"
      + " --max-gpus \(dice.one(of: [8, 24, 64]))"
  }

  @Test(.timeLimit(.minutes(60))) func `plans of random jobs are what single commands say`() throws {
    var dice = Dice(state: 2022)
    for number in 0..<Self.jobs {
      let line = "llmcost plan " + job(&dice)
      // Most jobs have a plan; one that no cluster so small holds has none.
      guard TestWorld().run(line + " --samples 0").status == .success else { continue }
      let all = try rows(line + " --all --samples 0 -f csv")
      #expect(!all.isEmpty)
      var costs: [(cost: Double, days: Double)] = []
      for (place, row) in all.enumerated() where Self.jobs > 3 || place % max(1, all.count / 12) == 0 {
        let single = TestWorld().run(row["command"] + " --get cost_usd,days,carbon_kg --samples 0 -q")
        #expect(single.status == .success, "\(row["command"]): \(single.complaint)")
        let values = single.output.split(separator: "\n").compactMap { Double($0) }
        try #require(values.count == 3, "\(row["command"])")
        for (name, value) in zip(["cost_usd", "days", "carbon_kg"], values) {
          #expect(abs(row.number(name) / value - 1) < 1e-9, "\(row["command"]): \(name)")
        }
        costs.append((values[0], values[1]))
      }
      // A limit between the cheapest and the median, so that some options go.
      // A little above, as rows show fifteen digits.
      let median = all.map { $0.number("cost_usd") }.sorted()[all.count / 2] * (1 + 1e-9)
      let limit = number % 2 == 0 ? " --budget \(median)" : ""
      let plan = try json(line + limit + " --samples 0")
      let kept = all.filter { limit.isEmpty || $0.number("cost_usd") <= median }
      let choices = plan["choices"]
      let cheapest = try #require(kept.map { $0.number("cost_usd") }.min())
      let fastest = try #require(kept.map { $0.number("days") }.min())
      #expect(abs(try #require(choices?["cheapest"]?["cost_usd"]?.number) / cheapest - 1) < 1e-9, "\(line)")
      #expect(abs(try #require(choices?["fastest"]?["days"]?.number) / fastest - 1) < 1e-9, "\(line)")
      for name in ["cheapest", "fastest", "safest"] {
        let command = try #require(choices?[name]?["command"]?.string)
        let cost = TestWorld().run(command + " --get cost_usd -q --samples 0").output.dropLast()
        #expect(choices?[name]?["cost_usd"]?.number == Double(cost), "\(command)")
      }
    }
  }

  @Test(arguments: ["reserved-1y", "reserved-3y", "capacity-block", "reserved", "spot", "on-demand"])
  func `each way to rent costs by itself what its command says`(commitment: String) throws {
    let job = "pretrain --params 8B --tokens 100B --research-multiplier 1.2 --egress 3TB"
    let line = "llmcost plan \(job) --gpu h100-sxm,b200 --max-gpus 32 --commitment \(commitment) --samples 0"
    let all = try rows(line + " --all -f csv")
    #expect(!all.isEmpty)
    for (place, row) in all.enumerated() where place % max(1, all.count / 6) == 0 {
      let single = TestWorld().run(row["command"] + " --get cost_usd --samples 0 -q").output.dropLast()
      #expect(abs(row.number("cost_usd") / (try #require(Double(single))) - 1) < 1e-9, "\(row["command"])")
    }
  }

  @Test func `no offer of the market is forgotten`() throws {
    let job = "pretrain --params 1B --tokens 5B"
    for gpu in ["h100-sxm", "mi300x"] {
      let all = try rows("llmcost plan \(job) --gpu \(gpu) --gpus 8 --precision bf16 --all --samples 0 -f csv")
      for tier in ["neocloud", "marketplace", "hyperscaler"] {
        for commitment in ["on-demand", "spot", "reserved-1y", "reserved-3y", "reserved", "capacity-block"] {
          let single = TestWorld().run(
            "llmcost \(job) --gpu \(gpu) --gpus 8 --tier \(tier) --commitment \(commitment) --samples 0")
          let isOffered = single.status == .success && !single.complaint.contains("no current price")
          let isPlanned = all.contains { $0["seller"] == tier && $0["commitment"] == commitment }
          #expect(isOffered == isPlanned, "\(gpu) \(tier) \(commitment)")
        }
      }
    }
  }

  @Test func `a deadline takes the smallest cluster that ends in time`() throws {
    let line = "pretrain --params 7B --tokens 200B --gpu h100-sxm --tier neocloud --commitment on-demand"
    let plan = try json("llmcost plan \(line) --precision bf16 --days 9 --samples 0")
    let count = try #require(plan["choices"]?["cheapest"]?["accelerators"]?.number)
    func days(_ count: Double) throws -> Double {
      try #require(
        Double(TestWorld().run("llmcost \(line) --gpus \(Int(count)) --get days --samples 0 -q").output.dropLast()))
    }
    #expect(try days(count) <= 9)
    #expect(try days(count - 8) > 9)
  }

  @Test func `what --finish-by says is counted in days from today or the start`() throws {
    let line = "llmcost plan pretrain --params 1B --tokens 20B --gpu h100-sxm --max-gpus 16 --samples 0"
    for (options, days) in [
      ("--finish-by 2026-12-21", 30.0), ("--start 2027-02 --finish-by 2027-02-15", 14),
      ("--start 2028-02-27 --finish-by 2028-03-01", 3), ("--finish-by 2026-12", 40), ("--days 54d", 54),
    ] {
      #expect(try json("\(line) \(options)")["limits"]?["days"]?.number == days, "\(options)")
    }
  }

  @Test(arguments: [
    ("--days 3 --finish-by 2027-01-01", "both say how long"), ("--finish-by 2026-11-21", "no later than the start"),
    ("--start 2027-05 --finish-by 2027-02", "no later than the start"),
    ("--finish-by 2027-02-31", "a day that its month has not"),
    ("--tier neocloud --provider aws", "aws is a hyperscaler"), ("--gpus 64 --max-gpus 8", "more than --max-gpus"),
    ("--gpu h1000", "h1000"), ("--commitment monthly", "'monthly'"), ("--tier cloud", "'cloud'"),
    ("--precision int3", "'int3'"), ("--region atlantis", "atlantis"), ("--budget 0", "leaves nothing"),
    ("--max-gpus 0", "leaves no accelerator"), ("--price 2", "unknown option '--price'"),
    ("--utilization 0.5", "no effect"),
  ]) func `contradictions are named`(options: String, message: String) {
    let outcome = TestWorld().run("llmcost plan pretrain --params 7B --tokens 1T " + options)
    #expect(outcome.status == .usage, "\(options): \(outcome.output)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
    #expect(outcome.complaint.contains("\nhint: "), "\(outcome.complaint)")
  }

  // MARK: - Recipes

  /// A recipe that says of each stage what it runs on, all of which a plan replaces.
  private static let recipe = """
    {"name": "two clusters", "start": "2027-02", "shared": {"params": "3B"},
     "clusters": {"main": {"gpu": "a100", "gpus": 64, "own": true}, "small": {"gpu": "l40s", "gpus": 8, "commitment": "spot"}},
     "stages": {
       "pretrain": {"tokens": "60B"},
       "trials": {"stage": "pretrain", "params": "1B", "tokens": "5B", "times": 3, "experiment": true, "after": []},
       "sft": {"cluster": "small", "examples": 20000, "labels": "none"},
       "dpo": {"gpu": "h200", "gpus": 4, "price": 3, "comparisons": "20k", "labels": "ai"}},
     "people": [{"role": "engineer-us", "count": 2}], "research": "1.2", "overhead": "10%"}
    """

  @Test(arguments: [
    "two.json --commitment on-demand,spot,reserved-1y",
    "two.json --commitment capacity-block,reserved-3y --region fr,us-va",
    "two.json --set stages.pretrain.tokens=20B --set stages.pretrain.egress=3TB --provider any --commitment on-demand --precision bf16",
    "tulu-3-8b --start 2027-09 --commitment on-demand,reserved-1y",
    "llama-2-70b-chat --commitment on-demand --gpus 512",
  ]) func `the plan of a recipe is what the program says on the same offer`(options: String) throws {
    let world = TestWorld(files: ["two.json": Self.recipe])
    func run(_ line: String) throws -> String {
      let outcome = world.run(line)
      #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
      return outcome.output
    }
    let line = "llmcost plan \(options) --gpu h100-sxm,b200 --max-gpus 512 --samples 0"
    let csv = try DelimitedText.read(Array(try run(line + " --all -f csv").utf8))
    let all = csv.records.map { Row(values: Dictionary(zip(csv.header, $0), uniquingKeysWith: { first, _ in first })) }
    #expect(all.count > 4)
    var costs: [Double] = []
    for (place, row) in all.enumerated() {
      costs.append(row.number("cost_usd"))
      guard place % max(1, all.count / 8) == 0 else { continue }
      let values = try run(row["command"] + " --get cost_usd,days,carbon_kg --samples 0 -q").split(separator: "\n")
      try #require(values.count == 3)
      for (name, value) in zip(["cost_usd", "days", "carbon_kg"], values.compactMap({ Double($0) })) {
        #expect(abs(row.number(name) / value - 1) < 1e-9, "\(row["command"]): \(name)")
      }
    }
    // The chance is that of the program's draws.
    let budget = costs.sorted()[costs.count / 3]
    let plan = try JSONReader.read(
      Array(
        try run("\(line) --budget \(budget * 1.001) --json -q".replacing("--samples 0", with: "--samples 512")).utf8))
    let cheapest = try #require(plan["choices"]?["cheapest"])
    #expect(abs(try #require(cheapest["cost_usd"]?.number) / (costs.min() ?? 0) - 1) < 1e-9)
    let command = try #require(cheapest["command"]?.string)
    let values = try run("\(command) --budget \(budget * 1.001) --samples 512 --get cost_usd,p_in_budget -q")
      .split(separator: "\n").compactMap { Double($0) }
    #expect(cheapest["cost_usd"]?.number == values[0])
    #expect(abs(1 - (cheapest["risk"]?.number ?? 0) - values[1]) < 1e-9)
    for format in ["table --width 80", "html", "svg", "jsonl"] { #expect(try !run("\(line) -f \(format)").isEmpty) }
  }

  @Test(arguments: [
    ("deepseek-v3-r1", "accelerator-hours"), ("domain-7b --own", "a recipe says itself"), ("no-such", "no-such"),
    ("domain-7b --set stages.sft.what=1", "no option 'what'"), ("domain-7b --days 1d", "too much"), ("-", "RECIPE"),
  ]) func `a recipe that cannot be planned says why`(options: String, message: String) {
    let outcome = TestWorld().run("llmcost plan \(options)")
    #expect(outcome.status != .success && outcome.output.isEmpty)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
  }

  // MARK: - Start

  @Test func `a later start is found where rents fall until then`() throws {
    let job = "pretrain --params 3B --tokens 100B --gpu h100-sxm --max-gpus 64 --commitment on-demand,reserved-1y"
    let all = try rows("llmcost plan \(job) --finish-by 2027-06-15 --all --samples 0 -f csv")
    let starts = Set(all.map { $0["start"] })
    #expect(starts == ["", "2026-12", "2027-01", "2027-02", "2027-03", "2027-04", "2027-05", "2027-06"])
    for (place, row) in all.enumerated() where place % (all.count / 9) == 0 {
      let single = TestWorld().run(row["command"] + " --get cost_usd --samples 0 -q").output.dropLast()
      #expect(abs(row.number("cost_usd") / (try #require(Double(single))) - 1) < 1e-9, "\(row["command"])")
    }
    // Each ends in time: 14 days are left from the last start.
    let plan = try json("llmcost plan \(job) --finish-by 2027-06-15 --samples 0")
    let left = [
      "": 206.0, "2026-12": 196, "2027-01": 165, "2027-02": 134, "2027-03": 106, "2027-04": 75, "2027-05": 45,
    ]
    let inTime = all.filter { $0.number("days") <= left[$0["start"]] ?? 14 }
    let cheapest = try #require(plan["choices"]?["cheapest"])
    let least = try #require(inTime.map { $0.number("cost_usd") }.min())
    #expect(abs(try #require(cheapest["cost_usd"]?.number) / least - 1) < 1e-9)
    #expect(cheapest["start"]?.string != nil)
    #expect(plan["choices"]?["fastest"]?["start"]?.string == nil)
    let text = TestWorld().run("llmcost plan \(job) --finish-by 2027-06-15 --samples 0 --cash")
    #expect(text.output.contains("from " + (cheapest["start"]?.string ?? "?")), "\(text.output)")
    // A start that is given is the only one.
    let fixed = try rows("llmcost plan \(job) --start 2027-03 --finish-by 2027-06-15 --all --samples 0 -f csv")
    #expect(Set(fixed.map { $0["start"] }) == ["2027-03"])
  }

  // MARK: - Layouts

  @Test func `the layout of a choice is the fastest of its step`() throws {
    let plan = try json(
      "llmcost plan pretrain --params 70B --tokens 1T --gpu h100-sxm --gpus 512 --precision bf16 --commitment on-demand "
        + "--tier neocloud --global-batch 1024 --context 4k")
    let layout = try #require(plan["choices"]?["cheapest"]?["layout"]?.string)
    let step = try json("llmcost step --params 70B --gpu h100-sxm --gpus 512 --global-batch 1024 --context 4k")
    let layouts = try #require(step["layouts"]?.array).compactMap { $0["layout"]?.string }
    #expect(layouts.contains(layout), "\(layout): \(layouts)")
    let fixed = try json(
      "llmcost plan pretrain --params 70B --tokens 1T --gpu h100-sxm --gpus 512 --tensor-parallel 8 --precision bf16")
    #expect(fixed["choices"]?["cheapest"]?["layout"]?.string?.hasPrefix("tp8") == true)
  }

  // MARK: - Serving

  @Test(arguments: [
    ("--days 30", "no end"), ("--finish-by 2027-05", "no end"), ("--gpus 4", "demand decides"),
    ("--max-gpus 4", "demand decides"), ("--precision fp8", "--weights"), ("--own", "rented"),
    ("--cash", "by the month"),
    ("--start 2027-05", "today's rents"), ("--discount-rate 5%", "by the month"),
    ("--commitment spot", "taken away"), ("--commitment spot,capacity-block", "taken away"),
  ]) func `serving refuses what would count for nothing`(option: String, reason: String) {
    let outcome = TestWorld().run("llmcost plan serve --params 8B --gpu h100-sxm \(option)")
    #expect(outcome.status == .usage && outcome.output.isEmpty, "\(outcome.output)")
    #expect(outcome.complaint.contains(reason), "\(outcome.complaint)")
  }

  @Test(arguments: [("--budget 0.00008", "costs"), ("--max-carbon 0.001g", "emits")])
  func `serving keeps limits of money and carbon`(option: String, verb: String) {
    let line = "llmcost plan serve --params 8B --gpu h100-sxm,l40s "
    let outcome = TestWorld().run(line + option)
    #expect(outcome.status == .failed && outcome.complaint.contains(verb), "\(outcome.complaint)")
    #expect(TestWorld().run(line + "--budget 1 --max-carbon 1kg").status == .success)
  }

  // MARK: - Bad jobs

  @Test(arguments: ["annotate", "corpus"]) func `what runs on no accelerators has no plan`(stage: String) {
    let outcome = TestWorld().run("llmcost plan \(stage)")
    #expect(outcome.status == .usage)
    #expect(outcome.complaint.contains("no accelerators"), "\(outcome.complaint)")
  }

  @Test(arguments: [
    ("--days 0.05d", "takes", "--days"), ("--budget 100", "costs", "--budget"),
    ("--max-carbon 1kg", "emits", "--max-carbon"), ("--budget 3000 --days 1d", "costs", "--budget"),
  ]) func `limits that nothing keeps say by how much, and what would do`(
    options: String, verb: String, way: String
  ) throws {
    let line = "llmcost plan pretrain --params 7B --tokens 100B --gpu h100-sxm,a100-80gb-sxm --max-gpus 128 "
    let outcome = TestWorld().run(line + options)
    #expect(outcome.status == .failed && outcome.output.isEmpty)
    #expect(outcome.complaint.contains(verb) && outcome.complaint.contains("too much"), "\(outcome.complaint)")
    // What it says would do does.
    let words = outcome.complaint.split(whereSeparator: { " ,\n".contains($0) }).map(String.init)
    let place = try #require(words.lastIndex(of: way))
    let given = options.split(separator: " ").map(String.init)
    var mended = given
    let own = try #require(given.firstIndex(of: way))
    mended[own + 1] = words[place + 1]
    #expect(TestWorld().run(line + mended.joined(separator: " ")).status == .success, "\(mended)")
  }

  @Test func `what an accelerator is left out for is said`() throws {
    let plan = try json(
      "llmcost plan pretrain --params 7B --tokens 100B --gpu h100-sxm,tpu-v2,rtx-3090,l4 --max-gpus 24 "
        + "--days 20 --samples 0")
    let reasons = try #require(plan["excluded"]?.array)
    for (gpu, reason) in [("tpu-v2", "no current price"), ("rtx-3090", "no current price"), ("l4", "at the least")] {
      #expect(
        reasons.contains { $0["accelerator"]?.string == gpu && $0["reason"]?.string?.contains(reason) == true },
        "\(gpu): \(reasons.map { $0["reason"]?.string ?? "" })")
    }
  }

  @Test(arguments: [
    "plan pretrain --params 7B --tokens 100B --gpu h100-sxm,b200 --max-gpus 64 --days 30 --own --cash --plot",
    "plan sft --params 8B --gpu h100-sxm,l40s --max-gpus 8 --budget 500 --cash",
    "plan serve --params 8B --requests-per-day 1M --gpu h100-sxm,b200,l40s",
    "plan serve --params 8B --gpu h100-sxm,l40s",
  ]) func `every format shows the plans, and tables keep to 80 columns`(line: String) throws {
    let text = TestWorld().run("llmcost \(line) --width 80 --samples 64")
    #expect(text.status == .success, "\(text.complaint)")
    for row in text.output.split(separator: "\n") { #expect(row.count <= 80, "\(row)") }
    let plan = try json("llmcost \(line) --samples 64")
    let cheapest = try #require(plan["choices"]?["cheapest"])
    let name = try #require(cheapest["accelerator"]?.string)
    for format in ["csv", "tsv", "jsonl", "markdown", "html", "svg", "json"] {
      let outcome = TestWorld().run("llmcost \(line) --samples 64 -f \(format)")
      #expect(outcome.status == .success, "\(format): \(outcome.complaint)")
      #expect(outcome.output.contains(name), "\(format)")
    }
    let cost = try #require(cheapest["cost_usd"]?.number)
    let bare = TestWorld().run("llmcost \(line) --samples 64 --get cost_usd").output.dropLast()
    #expect(Double(bare) == cost)
    // The command that is shown is the one that is meant, over several lines or on one.
    let shown = text.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
      .joined(separator: " ").split(separator: "\\ ").joined()
    #expect(shown.contains(try #require(cheapest["command"]?.string)), "\(shown)")
  }

  @Test func `cash of a plan sums to its cost, and is worth less at the start`() throws {
    let plan = try json(
      "llmcost plan pretrain --params 7B --tokens 300B --gpu h100-sxm --commitment reserved-1y --discount-rate 12%")
    for name in ["cheapest", "fastest", "safest"] {
      let months = try #require(plan["cash"]?[name]?["months"]?.array).compactMap { $0["usd"]?.number }
      let cost = try #require(plan["choices"]?[name]?["cost_usd"]?.number)
      #expect(months.count >= 12)
      #expect(abs(months.reduce(0, +) / cost - 1) < 1e-9)
      let value = try #require(plan["cash"]?[name]?["present_value_usd"]?.number)
      #expect(value < cost && value > 0.85 * cost)
    }
  }

  @Test func `chances of the choices are those of draws`() throws {
    let line = "llmcost plan pretrain --params 7B --tokens 100B --gpu h100-sxm --max-gpus 64 --days 10"
    let few = try json(line + " --samples 4096 --seed 1"), more = try json(line + " --samples 4096 --seed 2")
    for name in ["cheapest", "fastest", "safest"] {
      let risks = try [few, more].map { try #require($0["choices"]?[name]?["risk"]?.number) }
      #expect(risks.allSatisfy { (0...1).contains($0) })
      #expect(abs(risks[0] - risks[1]) < 0.03)
    }
    // A later deadline is kept more often by the same cluster.
    func risk(_ days: Int) throws -> Double {
      let plan = try json(
        "llmcost plan pretrain --params 7B --tokens 100B --gpu h100-sxm --gpus 64 --commitment on-demand "
          + "--precision bf16 --tier neocloud --budget 1M --days \(days)")
      return try #require(plan["choices"]?["cheapest"]?["risk"]?.number)
    }
    #expect(try risk(3) > risk(4) && risk(4) > risk(8))
  }
}
