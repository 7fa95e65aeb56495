import CostModel
import Foundation
import LlmcostTool
import Testing
import TextFormats

@Suite("Sweep")
struct SweepTests {
  /// The records of CSV output, each by column.
  private func rows(_ line: String, in world: TestWorld = TestWorld()) throws -> [[String: String]] {
    let outcome = world.run(line)
    #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    let (header, records) = try DelimitedText.read(Array(outcome.output.utf8))
    return records.map { Dictionary(zip(header, $0)) { first, _ in first } }
  }

  @Test(arguments: [
    "--model llama-3.1-70b --input-tokens 1000,64000 --output-tokens 100,800 --concurrency 1,16,300",
    "--model deepseek-v3 --gpu h200 --input-tokens 2000,9000 --cached-input 0,0.5 --concurrency 8,256",
    "--params 8B --speed 30 --input-tokens 500,5000 --utilization 0.3,0.9",
    "--model mixtral-8x7b --speed 25 --input-tokens 500,5000", "--params 8B --throughput 3000 --output-tokens 100,900",
  ])
  func `each point of serving is what serve says of it alone`(options: String) throws {
    let results = ["accelerators_per_copy", "batch", "time_to_first_token_s", "usd_per_request", "energy_wh"]
    let words = options.split(separator: " ").map(String.init)
    let names = words.filter { $0.hasPrefix("--") }
    for row in try rows("llmcost sweep serve \(options)") {
      #expect(row["error"] == "")
      let line = names.map { "\($0) \(row[String($0.dropFirst(2))] ?? "")" }.joined(separator: " ")
      let alone = try rows(
        "llmcost serve \(line) --samples 0 --format csv --columns \(results.joined(separator: ","))")
      for name in results {
        let (one, other) = (Double(row[name] ?? ""), Double(alone.first?[name] ?? ""))
        #expect(abs(try #require(one) / (try #require(other)) - 1) < 1e-9, "\(line) \(name)")
      }
    }
  }

  @Test func `a point that no copy serves says why, and the others stay`() throws {
    let rows = try rows("llmcost sweep serve --model llama-3.1-70b --input-tokens 1000 --speed 20,5000")
    #expect(rows.map { $0["usd_per_request"] != "" } == [true, false])
    #expect(rows[1]["error"]?.contains("no batch gives each reader 5,000 tokens/s") == true)
  }

  /// The options that a row shows, as arguments.
  private func arguments(_ row: [String: String], _ names: [String]) -> String {
    names.filter { row[$0] != "" }.map { " --\($0.drop { $0 == "-" }) \(row[$0] ?? "")" }.joined()
  }

  @Test(arguments: [
    ("pretrain", "--params 1B..100B:log:5 --tokens 1T..20T:3 --price 1..4:3", ["params", "tokens", "price"]),
    (
      "pretrain", "--params 2B,4B,30B --gpu h100,b200,v100 --tokens 1T,3T --gpus 64,1k",
      ["params", "gpu", "tokens", "gpus"]
    ),
    (
      "pretrain", "--days 10d..60d:3 --tokens 2T --params 8B,70B --context 8k,32k",
      ["--days", "tokens", "params", "context"]
    ),
    (
      "pretrain", "--params 671B --active-params 1B..40B:4 --tokens 14.8T --mfu 0.2,0.3..0.4",
      ["params", "active-params", "tokens", "--mfu"]
    ),
    (
      "pretrain", "--tokens 1T --params 7B --pue 1.1,1.3 --carbon-intensity 50..500:3 --research-multiplier 2,5",
      ["tokens", "params", "pue", "carbon-intensity", "research-multiplier"]
    ),
    ("sft", "--params 8B,70B --examples 1k..100k:log:3 --tuning full,lora", ["params", "examples", "tuning"]),
    ("grpo", "--params 8B --output-tokens 1k,8k --group-size 8,16", ["params", "output-tokens", "group-size"]),
    ("annotate", "--task pairwise --items 100,10k --answers 2,4", ["task", "items", "answers"]),
  ])
  func `a row is what the single command prints`(stage: String, options: String, names: [String]) throws {
    for row in try rows("llmcost sweep \(stage) \(options)") {
      #expect(row["error"] == "")
      for result in ["flop", "accelerator_hours", "cost_usd", "energy_kwh", "carbon_kg", "days"] {
        let line = "llmcost \(stage)\(arguments(row, names)) --samples 0 --get \(result)"
        let single = TestWorld().run(line)
        if row[result] == "" {
          #expect(single.status == .usage, "\(line)")
        } else {
          #expect(single.output == (row[result] ?? "") + "\n", "\(line)")
        }
      }
    }
  }

  @Test func `bare FLOP are six times parameters times tokens`() throws {
    for row in try rows("llmcost sweep --params 1B..700B:log:9 --tokens 1T..20T:9 --columns flop") {
      let (size, tokens) = (try #require(Double(row["params"] ?? "")), try #require(Double(row["tokens"] ?? "")))
      let operations = try #require(Double(row["flop"] ?? ""))
      #expect(abs(operations / (6 * size * tokens) - 1) < 1e-14)
    }
  }

  @Test func `threads change neither rows nor their order`() {
    let line = "llmcost sweep --params 1B..9B:log:30 --gpu h100,b200,nope --tokens 1T..9T:13 --price 1..4:7"
    let alone = TestWorld().run(line)
    #expect(alone.output.split(separator: "\n").count == 30 * 3 * 13 * 7 + 1)
    for cores in [2, 3, 5] { #expect(TestWorld(cores: cores).run(line).output == alone.output) }
  }

  @Test func `a grid has its ends, and even or proportional steps`() throws {
    let even = try rows("llmcost sweep --params 1B --tokens 1T..4T:4 --columns flop").map { $0["tokens"] }
    #expect(even == ["1000000000000", "2000000000000", "3000000000000", "4000000000000"])
    let steps = try rows("llmcost sweep --params 1B --tokens 1T --gpus 8..1024:log:8 --columns days").map { $0["gpus"] }
    #expect(steps == ["8", "16", "32", "64", "128", "256", "512", "1024"])
  }

  @Test func `lists go in step with zip`() throws {
    let found = try rows("llmcost sweep --params 1B,7B --tokens 1T,2T --gpu b200 --zip --columns flop")
    #expect(found.map { $0["flop"] } == ["6e+21", "8.4e+22"])
  }

  @Test func `rows of a file are those of a grid`() throws {
    let line = "llmcost sweep --params 1B,30B --tokens 1T..2T:3 --gpu h100,v100 --own --columns cost_usd,flop"
    let grid = TestWorld().run(line)
    var lines = grid.output.split(separator: "\n").map { $0.split(separator: ",").prefix(4).joined(separator: ",") }
    let text = lines.joined(separator: "\n")
    for csv in [text, text + "\n", "\u{FEFF}" + lines.joined(separator: "\r\n") + "\r\n"] {
      let world = TestWorld(files: ["rows.csv": csv], cores: 2)
      #expect(world.run("llmcost sweep --from rows.csv --columns cost_usd,flop").output == grid.output)
    }
    lines.removeFirst()
    let objects = lines.map { line -> String in
      let cells = line.split(separator: ",")
      return #"{"params": \#(cells[0]), "tokens": "\#(cells[1])", "gpu": "\#(cells[2])", "own": true}"#
    }
    let world = TestWorld(files: ["rows.jsonl": objects.joined(separator: "\n")])
    #expect(world.run("llmcost sweep --from rows.jsonl --columns cost_usd,flop").output == grid.output)
  }

  @Test func `a frontier is what comparing all pairs leaves`() throws {
    let options = "--params 1B..90B:log:7 --tokens 1T..9T:5 --gpu h100,b200,a100 --price 1,2"
    let all = try rows("llmcost sweep \(options) --columns cost_usd,accelerator_hours,flop")
    func objectives(_ row: [String: String]) throws -> [Double] {
      [
        try #require(Double(row["cost_usd"] ?? "")), try #require(Double(row["accelerator_hours"] ?? "")),
        -(try #require(Double(row["flop"] ?? ""))),
      ]
    }
    let values = try all.map(objectives)
    let expected = zip(all, values).filter { _, one in
      !values.contains { other in zip(other, one).allSatisfy { $0 <= $1 } && other != one }
    }
    let line = "llmcost sweep \(options) --columns cost_usd --pareto cost_usd,accelerator_hours,flop"
    for cores in [1, 3] {
      let kept = try rows(line, in: TestWorld(cores: cores))
      #expect(kept.map { $0["cost_usd"] } == expected.map { $0.0["cost_usd"] })
      #expect(kept.map { $0["gpu"] } == expected.map { $0.0["gpu"] })
    }
    #expect(expected.count < all.count)
  }

  @Test func `ranges need draws and are those of the single command`() throws {
    let row = try rows("llmcost sweep --params 70B --tokens 15T --samples 256 --columns cost_usd.p10,cost_usd.p90")[0]
    for end in ["p10", "p90"] {
      let single = TestWorld().run("llmcost pretrain --params 70B --tokens 15T --samples 256 --get cost_usd.\(end)")
      #expect(single.output == (row["cost_usd.\(end)"] ?? "") + "\n")
    }
  }

  @Test(arguments: [
    ("--params 1B --tokens 1T..2T:1", "'1' is not a number of points"),
    ("--params 1B --tokens 1T..2T:lin:3", "is not a grid"),
    ("--params 1B --tokens 1T:3", "has no two ends"),
    ("--params 1B --tokens 2T..1T:3", "upside down"),
    ("--params 1B --tokens 1T..2T:log:x", "'x' is not a number of points"),
    ("--params 1B --tokens 1T --carbon-intensity 0..5:log:3", "no constant factor from zero"),
    ("--params 1B --tokens 1T --gpus 1..4:9", "more points than there are whole numbers"),
    ("--params 1B,,2B --tokens 1T", "has an empty value"),
    ("--params 1B,x --tokens 1T", "'x' is not a count"),
    ("--params 1B --tokens 1T..2T:1000000000000", "the grid has 1000000000000 rows (tokens 1T), more than 100000000"),
    (
      "--params 1B..2B:9999999999 --tokens 1T..2T:9999999999 --price 1..2:9999999999",
      "the grid has 9.999999997e+29 rows"
    ),
    ("--params 1B,2B --tokens 1T,2T,3T --zip", "--params has 2 values and --tokens 3"),
    ("--params 1B", "--tokens is missing"),
    ("--params 1B --tokens 1T --columns cost", "there is no 'cost'"),
    ("--params 1B --tokens 1T --columns flop,flop", "'flop' is there twice"),
    ("--params 1B --tokens 1T --pareto cost_usd", "two things at least"),
    ("--params 1B --tokens 1T --pareto cost_usd,gold", "there is no 'gold'"),
    ("--params 1B --tokens 1T --pareto cost_usd,flop:most", "not a name with :min or :max"),
    ("--params 1B,2B --from x.csv", "--from gives the rows"),
    ("--params 1B --tokens 1T --prices -", "standard input cannot be read for each row"),
    ("nosuch --params 1B", "there is no stage 'nosuch'"),
  ])
  func `what makes no sweep is refused before it starts`(options: String, message: String) {
    let outcome = TestWorld().run("llmcost sweep \(options)")
    #expect(outcome.status == .usage)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
  }

  @Test(arguments: [
    ("", "x is empty"), ("\n\n", "x is empty"), ("params,sizee\n1B,2\n", "there is no option 'sizee'"),
    ("params,params\n1B,2B\n", "the column 'params' is there twice"),
    ("params,price\n1B,2\n", "--price is an option and a column"),
    ("params,tokens\n1B,\"1T\n", "a quote is left open"), ("{broken\n", "x:1: "), ("[1]\n", "there is no option '[1]'"),
  ])
  func `a file that holds no rows is refused`(text: String, message: String) {
    let outcome = TestWorld(files: ["x": text]).run("llmcost sweep --from x --price 2")
    #expect(outcome.status == .badData || outcome.status == .usage)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
    #expect(TestWorld().run("llmcost sweep --from x").status == .missingInput)
  }

  @Test func `a wrong row says so, and stops a strict sweep`() throws {
    let text = "params,tokens,gpu\n1B,1T,h100\n2B\n3B,1T,\"a,b\"\n4B,x,h100\n1e30,1T,\n5B,1T,h100"
    let world = TestWorld(files: ["x": text])
    let found = try rows("llmcost sweep --from x --columns flop", in: world)
    #expect(found.map { $0["flop"] == "" } == [false, true, true, true, true, false])
    for (row, message) in [
      (1, "1 fields where the header has 3"), (2, "unknown accelerator 'a,b'"), (3, "'x' is not a count"),
      (4, "must lie between"),
    ] { #expect(found[row]["error"]?.contains(message) == true, "\(found[row])") }
    #expect(world.run("llmcost sweep --from x").complaint == "note: 4 of 6 rows are wrong: see the column error\n")
    let strict = world.run("llmcost sweep --from x --strict")
    #expect(strict.status == .badData)
    #expect(strict.complaint.contains("row 2 (x:3): 1 fields"))
    #expect(TestWorld().run("llmcost sweep --params 1B --tokens 1T --gpu nope,none").status == .failed)
  }

  @Test func `numbers have 15 digits, rounded as the C library rounds`() throws {
    var state: UInt64 = 7
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let exponent = Int(state >> 40) % 100 - 40
      let value = Double(state >> 11) * pow(10, Double(exponent)) * (state & 1 == 0 ? 1 : -1)
      let text = Notation.machineText(value)
      // Near a tie either will do: the digits beyond the fifteenth of the nearest Double say nothing.
      let beyond = Int(String(format: "%.16e", value).split(separator: "e")[0].suffix(2)) ?? 0
      if !(30...70).contains(beyond) { #expect(Double(text) == Double(String(format: "%.14e", value)), "\(value)") }
      #expect(abs((Double(text) ?? 0) / value - 1) < 6e-15)
      #expect(text == JSONDocument.numberText(try #require(Double(text))), "\(value)")
    }
    for (value, text) in [
      (0, "0"), (-0.0, "0"), (1, "1"), (0.1 + 0.2, "0.3"), (1e15, "1000000000000000"), (1e17, "1e+17"),
      (1e-4, "0.0001"),
      (1e-5, "1e-05"), (-2.5e-7, "-2.5e-07"), (1.234567890123456e17, "1.23456789012346e+17"), (1e300, "1e+300"),
      (999_999_999_999_999.9, "1000000000000000"), (.leastNonzeroMagnitude, "5e-324"), (.infinity, ""),
      (9_007_199_254_740_992, "9007199254740990"), (9.1e15, "9.1e+15"), (1.5e16, "1.5e+16"), (8e15, "8000000000000000"),
    ] as [(Double, String)] { #expect(Notation.machineText(value) == text) }
  }

  @Test func `the loss of a sweep is that of size, by formulas shared and by rows alone`() throws {
    let size = "llmcost size --params 7B --tokens 2T --law besiroglu --samples 0 --quiet --get loss"
    let expected = try #require(Double(TestWorld().run(size).output.dropLast()))
    for options in ["--params 7B,8B --tokens 2T", "--params 7B --tokens 2T --samples 8"] {
      let output = TestWorld().run("llmcost sweep \(options) --columns loss").output
      let row = try #require(output.split(separator: "\n").dropFirst().first).split(separator: ",")
      #expect(abs((try #require(Double(row[2]))) / expected - 1) < 1e-9, "\(output)")
    }
    // Laws of two variables say nothing of experts and of repeats.
    for options in ["--params 7B --active-params 1B --tokens 2T", "--params 7B --tokens 2T --epochs 4"] {
      #expect(TestWorld().run("llmcost sweep \(options) --columns loss").output.hasSuffix(",,\n"))
    }
    #expect(TestWorld().run("llmcost sweep sft --params 7B --columns loss").status == .usage)
  }

  @Test func `a frontier weighs results by their names without the unit`() {
    let grid = "llmcost sweep --params 1B..70B:log:8 --tokens 1T..20T:log:8 --columns cost_usd,loss --pareto "
    let short = TestWorld().run(grid + "cost,loss")
    #expect(short.status == .success, "\(short.complaint)")
    #expect(short.output == TestWorld().run(grid + "cost_usd,loss").output)
    // More money never buys a higher loss on a frontier.
    let rows = short.output.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").compactMap { Double($0) }
    }
    let sorted = rows.sorted { $0[2] < $1[2] }
    #expect(rows.count > 8)
    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $0[3] > $1[3] })
  }

  // MARK: - Chances

  @Test(arguments: [
    ("pretrain --params 7B --tokens 1T", "gpus", ["128", "256"], "--budget 150k --max-days 20"),
    ("pretrain --params 7B --tokens 1T --gpus 64", "gpu", ["h100-sxm", "b200"], "--max-carbon 20t --max-energy 60MWh"),
    ("sft --params 8B", "examples", ["50k", "500k"], "--budget 300 --samples 2000 --seed 4"),
    ("serve --params 8B --requests-per-day 1M", "gpu", ["h100-sxm", "l40s"], "--budget 3M"),
  ]) func `chances of rows are those of single commands`(
    job: String, option: String, values: [String], limits: String
  ) throws {
    let table = try rows("llmcost sweep \(job) --\(option) \(values.joined(separator: ",")) \(limits) --quiet")
    #expect(table.count == values.count)
    let names = table[0].keys.filter { $0.hasPrefix("p_in") }
    #expect(!names.isEmpty && names.contains("p_in_all") == (names.count > 1))
    for (row, value) in zip(table, values) {
      for name in names {
        let single = TestWorld().run("llmcost \(job) --\(option) \(value) \(limits) --get \(name) -q")
        #expect(Double(row[name] ?? "") == Double(single.output.dropLast()), "\(value) \(name): \(single.complaint)")
      }
    }
    let named = try rows(
      "llmcost sweep \(job) --\(option) \(values[0]) \(limits) --quiet --columns \(names.sorted()[0])")
    #expect(named[0].keys.filter { $0.hasPrefix("p_in") }.sorted() == Array(names.sorted().prefix(1)))
  }

  @Test func `chances of a recipe's rows are those of the program`() throws {
    let table = try rows(
      "llmcost sweep tulu-3-8b --set stages.sft.epochs=1,4 --budget 16k --max-days 60 --samples 1000 --format csv -q")
    #expect(table.count == 2)
    for (row, value) in zip(table, [1, 4]) {
      for name in ["p_in_budget", "p_in_time", "p_in_all"] {
        let single = TestWorld().run(
          "llmcost program tulu-3-8b --set stages.sft.epochs=\(value) --budget 16k --max-days 60 --samples 1000 -q "
            + "--get \(name)")
        #expect(Double(row[name] ?? "") == Double(single.output.dropLast()), "\(value) \(name): \(single.complaint)")
      }
    }
  }

  @Test func `a chance without a limit, or a limit without a result, says so`() throws {
    let unlimited = TestWorld().run("llmcost sweep --params 1B,2B --tokens 1B --columns p_in_budget")
    #expect(unlimited.status == .usage && unlimited.complaint.contains("--budget"), "\(unlimited.complaint)")
    let unanswered = TestWorld().run("llmcost sweep annotate --items 10,20 --max-days 3 -q")
    #expect(unanswered.status == .failed)
    #expect(unanswered.output.split(separator: "\n").count { $0.contains("no time from start to end") } == 2)
    let few = TestWorld().run("llmcost sweep --params 1B,2B --tokens 1B --budget 1k --samples 0")
    #expect(few.status == .usage && few.complaint.contains("--samples"), "\(few.complaint)")
  }

  @Test func `a cluster that cannot hold its job is told, in whichever row of the grid it stands`() {
    for counts in ["1,1024", "1024,1", "1..1024:log:30"] {
      let line = "llmcost sweep --params 405B --tokens 15T --gpus \(counts)"
      let complaint = TestWorld().run(line).complaint
      #expect(complaint.contains("cannot hold it") && complaint.contains("note: row "), "\(complaint)")
      #expect(TestWorld().run(line + " -q").complaint.isEmpty)
    }
    #expect(TestWorld().run("llmcost sweep --params 405B --tokens 15T --gpus 1024,2048").complaint.isEmpty)
  }
}
