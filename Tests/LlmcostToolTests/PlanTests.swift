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
    let job = "pretrain --params 8B --tokens 100B --research-multiplier 1.2"
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
