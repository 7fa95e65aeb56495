import LlmcostTool
import Testing
import TextFormats

/// What people write first means what they mean.
@Suite("Short forms")
struct ShortFormTests {
  private func output(_ line: String) -> String {
    let outcome = TestWorld.sample.run(line)
    #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    return outcome.output
  }

  private static let machine = " --samples 0 --format csv --columns flop,accelerator_hours,cost_usd,energy_kwh"

  // MARK: - Shares

  @Test(arguments: OptionTests.stages)
  func `a share may be written in percent without the sign`(stage: String) {
    var compared = 0
    for option in OptionTests.options(of: stage) where option.placeholder == "share" {
      let base = "llmcost \(stage) \(OptionTests.needs[stage] ?? "") \(option.name) "
      let sign = TestWorld.sample.run(base + "45%" + Self.machine)
      // Some count beside another option alone; what they say is the same then too.
      let bare = TestWorld.sample.run(base + "45" + Self.machine)
      #expect(bare.output == sign.output && bare.status == sign.status, "\(option)")
      #expect(
        bare.complaint.replacing("45 ", with: "45% ") == sign.complaint.replacing("45 ", with: "45% "), "\(option)")
      if sign.status == .success { compared += 1 }
    }
    #expect(compared >= 1 || ["corpus", "annotate", "evaluate"].contains(stage), "\(compared)")
  }

  @Test func `a share between one and ten is refused, as it may be either`() {
    for value in ["1.2", "1.99", "9.9", "101", "0.3..45", "-45"] {
      #expect(TestWorld().run("llmcost pretrain -p 7B -t 1T --mfu \(value)").status == .usage, "\(value)")
    }
    let share = output("llmcost pretrain -p 7B -t 1T --mfu 0.385 --get cost_usd.p90")
    #expect(output("llmcost pretrain -p 7B -t 1T --mfu 38.5 --get cost_usd.p90") == share)
    #expect(
      output("llmcost pretrain -p 7B -t 1T --mfu 30..45 --get cost_usd.p90")
        == output("llmcost pretrain -p 7B -t 1T --mfu 0.3..0.45 --get cost_usd.p90"))
    #expect(
      output("llmcost sweep -p 7B -t 1T --mfu 30..45:4,50 --columns cost_usd")
        == output("llmcost sweep -p 7B -t 1T --mfu 0.3..0.45:4,0.5 --columns cost_usd"))
    // A ratio that may be above one means what it says.
    #expect(
      output("llmcost pretrain -p 7B -t 1T --research-multiplier 2 --get cost_usd")
        != output("llmcost pretrain -p 7B -t 1T --get cost_usd"))
  }

  // MARK: - Mixtures

  @Test(arguments: ["pretrain -t 1T", "sft", "grpo", "fit --gpu h100", "step --gpus 64", "serve", "schedule -t 1T"])
  func `a mixture may be called by both of its sizes`(command: String) {
    let (name, rest) = (
      command.split(separator: " ")[0], command.split(separator: " ").dropFirst().joined(separator: " ")
    )
    func json(_ size: String) -> JSONValue? {
      try? JSONReader.read(Array(output("llmcost \(name) \(size) \(rest) --json").utf8))
    }
    let apart = json("-p 30B --active-params 3B")
    #expect(apart != nil)
    for size in ["-p 30B-A3B", "--params=30b-a3b", "-p 30B-A3.0B"] { #expect(json(size) == apart, "\(size)") }
  }

  @Test(arguments: ["30B-", "30B-A", "30B-B3", "30B-A3B-A1B", "-A3B"])
  func `a name that is none is refused`(size: String) {
    let outcome = TestWorld().run("llmcost pretrain --params=\(size) -t 1T")
    #expect(outcome.status == .usage && outcome.complaint.contains("--params"), "\(outcome.complaint)")
  }

  @Test func `both ways at once are one too many`() {
    let outcome = TestWorld().run("llmcost pretrain -p 30B-A3B --active-params 3B -t 1T")
    #expect(outcome.complaint.contains("--active-params is given twice"))
    let compared = output("llmcost compare pretrain sft -p 30B-A3B --samples 0 --format csv")
    #expect(compared == output("llmcost compare pretrain sft -p 30B --active-params 3B --samples 0 --format csv"))
  }

  // MARK: - Adapters

  @Test func `adapters have a switch where they may be chosen`() {
    for stage in OptionTests.stages {
      let needs = OptionTests.needs[stage] ?? ""
      for value in ["lora", "qlora"] {
        let long = TestWorld().run("llmcost \(stage) \(needs) --tuning \(value)" + Self.machine)
        let short = TestWorld().run("llmcost \(stage) \(needs) --\(value)" + Self.machine)
        #expect(short.output == long.output && short.status == long.status, "\(stage) --\(value)")
      }
    }
    let twice = TestWorld().run("llmcost sft -p 7B --lora --tuning qlora")
    #expect(twice.complaint.contains("--lora and --tuning say the same thing twice"))
    #expect(output("llmcost sft -p 7B --lora --format csv") == output("llmcost sft -p 7B --tuning lora --format csv"))
    let recipe = #"{"stages": {"sft": {"params": "7B", "lora": true}}}"#
    let other = #"{"stages": {"sft": {"params": "7B", "tuning": "lora"}}}"#
    let costs = [recipe, other].map {
      TestWorld(files: ["r.json": $0]).run("llmcost program r.json --get cost_usd").output
    }
    #expect(costs[0] == costs[1] && !costs[0].isEmpty)
  }

  // MARK: - Lists in a comparison

  @Test(arguments: [
    ("pretrain -p 7B -t 1T", "--gpu", "gpu", "h100,b200"), ("pretrain -t 1T", "-p", "params", "7B,70B"),
    ("sft -p 8B", "--precision", "precision", "bf16,fp8"), ("pretrain -p 7B -t 1T", "--gpus", "gpus", "64,128"),
    ("sft", "--model", "model", "llama-3.1-8b,qwen3-8b"),
  ])
  func `a list behind an option compares its values`(line: String, option: String, name: String, values: String) {
    let list = output("llmcost compare \(line) \(option) \(values) --samples 0")
    #expect(list == output("llmcost compare \(line) --vary \(name)=\(values) --samples 0"))
  }

  @Test func `lists that are none, or two, are told apart`() {
    let two = TestWorld().run("llmcost compare pretrain -p 7B,70B -t 1T --gpu h100,b200")
    #expect(two.complaint.contains("--params has a list of values, and so has --gpu"))
    // Shares of commitments are one value.
    let shares = "llmcost compare pretrain -p 7B -t 1T --commitment on-demand:0.3,reserved-1y:0.7 --samples 0"
    #expect(output(shares).contains("pretrain"))
    #expect(TestWorld().run("llmcost pretrain -p 7B -t 1T --gpu all").status == .usage)
  }

  @Test func `all accelerators are the cheapest of them, the cheapest first`() throws {
    let line = "llmcost compare pretrain -p 7B -t 2T --days 30 --samples 0 --gpu "
    let rows = output(line + "all --format csv --columns name,cost_usd").split(separator: "\n").dropFirst()
    let costs = rows.compactMap { $0.split(separator: ",").last.flatMap { Double($0) } }
    #expect(costs.count == 6 && costs == costs.sorted())
    let names = rows.compactMap { $0.split(separator: ",").first }.joined(separator: ",")
    #expect(output(line + names) == output(line + "all"))
    // No other that is on the market is cheaper.
    let others = TestWorld().run(
      "llmcost tables accelerators --where availability!=announced --format csv --columns id"
    )
    .output.split(separator: "\n").dropFirst()
    let last = try #require(costs.last)
    for id in others where !names.split(separator: ",").contains(id) {
      let cost = TestWorld().run("llmcost pretrain -p 7B -t 2T --days 30 --samples 0 --gpu \(id) --get cost_usd").output
      if let cost = Double(cost.dropLast()) { #expect(cost >= last * 0.95, "\(id): \(cost)") }
    }
  }
}
