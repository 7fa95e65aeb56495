import Dice
import Foundation
import LlmcostTool
import Testing

/// What says the same thing in other words gives the same answer, wherever and however it is run.
@Suite("Invariance")
struct InvarianceTests {
  /// Spellings of one amount.
  static let spellings = [
    ["70B", "70e9", "70_000_000_000", "70000M", "7e10", "0.07T"], ["15T", "15e12", "15_000_000M", "15000B"],
  ]

  private func csv(_ line: String, _ world: TestWorld = TestWorld()) -> String {
    let names = "flop,accelerator_hours,cost_usd,cost_usd.p10,cost_usd.p90,energy_kwh,carbon_kg,water_l"
    return world.run("llmcost \(line) --samples 64 --format csv --columns \(names)").output
  }

  @Test func `equal amounts are equal`() {
    let line = "pretrain --params 70B --tokens 15T --gpus 2048"
    let expected = csv(line)
    #expect(!expected.isEmpty)
    for params in Self.spellings[0] {
      for tokens in Self.spellings[1] {
        #expect(csv("pretrain --params \(params) --tokens \(tokens) --gpus 2048") == expected, "\(params) \(tokens)")
      }
    }
  }

  @Test(arguments: [
    ("--days", ["54d", "1296h", "54", "77760min"]), ("--mfu", ["0.4", "40%", "40 %", "4e-1"]),
    ("--price", ["2", "$2", "2.00", "$2.0"]), ("--context", ["8k", "8192"]),
    ("--storage-time", ["1y", "12mo"]), ("--egress", ["20TB", "20000GB", "0.02PB"]),
  ])
  func `equal units are equal`(option: String, values: [String]) {
    let results = values.map { value in
      let outcome = Tool.run(
        [
          "pretrain", "--params", "7B", "--tokens", "1T", option, value, "--samples", "64", "--get",
          "cost_usd,cost_usd.p90",
        ],
        in: TestWorld())
      #expect(outcome.status == .success, "\(option) \(value): \(outcome.complaint)")
      return outcome.output
    }
    #expect(Set(results).count == 1, "\(option): \(zip(values, results).map { "\($0) \($1)" })")
  }

  @Test(arguments: OptionTests.stages, StageLines.seeds(2))
  func `the order of options is nothing`(stage: String, seed: UInt64) {
    var dice = Dice(state: seed &* 104_729 &+ UInt64(stage.utf8.count))
    let line = StageLines.random(stage, &dice)
    var groups: [[Substring]] = []
    for word in line.split(separator: " ").dropFirst() {
      if word.hasPrefix("--") {
        groups.append([word])
      } else if !groups.isEmpty {
        groups[groups.count - 1].append(word)
      }
    }
    let shuffled = groups.shuffled(using: &dice).flatMap(\.self).joined(separator: " ")
    let get = " --samples 64 --get cost_usd,cost_usd.p10,cost_usd.p90"
    #expect(
      TestWorld().run("llmcost \(line)\(get)").output == TestWorld().run("llmcost \(stage) \(shuffled)\(get)").output,
      "\(line)")
  }

  @Test(arguments: [
    "pretrain --params 7B --tokens 1T", "pretrain --params 7B --tokens 1T --seed 2 --samples 512", "grpo --params 7B",
    "pretrain --params 9B --tokens 1T --mfu 0.3..0.5 --price 2..3", "schedule --params 7B --tokens 1T",
    "serve --params 7B", "size --compute 1e22", "program domain-7b", "backtest --where generation=volta",
    "claims --where topic=data", "worth pretrain --params 7B --tokens 1T",
  ])
  func `what is known from before changes nothing`(line: String) {
    let words = line.split(separator: " ").map(String.init) + ["--json"]
    let alone = Tool.run(words, in: ForgetfulWorld())
    #expect(alone.status == .success)
    for _ in 0..<2 { #expect(Tool.run(words, in: TestWorld()).output == alone.output) }
  }

  static let environments: [[String: String]] = [
    ["LC_ALL": "de_DE.UTF-8"], ["LC_ALL": "tr_TR.UTF-8"], ["LC_ALL": "ar_EG.UTF-8"], ["LC_ALL": "C"],
    ["TZ": "Pacific/Kiritimati"], ["TZ": "nonsense"], ["HOME": "/nowhere"], ["HOME": ""],
    ["XDG_CONFIG_HOME": "/nowhere"], ["TERM": "dumb"], ["TERM": ""], ["NO_COLOR": "1"], ["LANG": ""],
    ["COLUMNS": "1"], ["COLUMNS": "0"], ["COLUMNS": "-5"], ["COLUMNS": "500"], ["COLUMNS": "wide"],
    ["COLUMNS": "99999999999999999999"], ["LLMCOST_TABLES": ""],
  ]

  /// Few draws: what is looked at is the layout.
  @Test(arguments: [
    "pretrain --params 7B --tokens 1T --samples 64", "grpo --params 7B --samples 64",
    "schedule --params 7B --tokens 1T --samples 64", "serve --params 7B --samples 64",
    "size --compute 1e22 --samples 64", "fit --params 7B --gpu h100", "program domain-7b --samples 64",
    "tables factors pue-default",
    "cluster --gpus 64 --samples 64", "model --model llama-3.1-8b",
  ])
  func `the environment changes nothing but the layout`(line: String) {
    let expected = TestWorld().run("llmcost \(line) --json").output
    #expect(!expected.isEmpty)
    for variables in Self.environments {
      #expect(TestWorld(variables: variables).run("llmcost \(line) --json").output == expected, "\(variables)")
    }
  }

  @Test(arguments: [
    "pretrain --params 7B --tokens 1T --gpus 64 --samples 64", "grpo --params 7B --samples 64",
    "schedule --params 7B --tokens 1T --samples 64",
    "serve --params 7B --samples 64", "size --compute 1e22 --samples 64", "fit --params 7B --gpu h100",
    "program domain-7b --samples 64", "cluster --gpus 64 --samples 64",
    "tables prices", "backtest --samples 64", "sensitivity --params 7B --tokens 1T --samples 64",
    "claims --where topic=data",
  ])
  func `tables keep their lines within any width`(line: String) {
    for width in [40, 52, 60, 80, 100, 137, 200, 500] {
      let text = TestWorld(variables: ["COLUMNS": "\(width)"]).run("llmcost \(line)").output
      #expect(!text.isEmpty)
      let longest = text.split(separator: "\n").map(\.count).max() ?? 0
      // A word that is longer than the window, as a link, cannot be broken.
      #expect(width < 80 || longest <= width, "\(line) at \(width): \(longest)")
    }
    for width in ["1", "2", "7", "39"] {
      #expect(!TestWorld(variables: ["COLUMNS": width]).run("llmcost \(line)").output.isEmpty)
    }
  }

  @Test(arguments: OptionTests.stages + ["serve"])
  func `without its notes a command prints the same numbers, whatever is asked for`(stage: String) {
    let line = "llmcost " + (stage == "serve" ? "serve --params 8B" : StageLines.needs(stage)) + " --samples 256"
    for asked in [
      "--get cost_usd.p90", "--get usd_per_request.p10", "--get storage_usd.p90,cost_usd.p10",
      "--columns water_l.p90,energy_kwh,cost_usd.p10 --format csv", "--columns batch.p10,energy_wh.p90 --format jsonl",
      "--columns accelerator,days.p90 --format csv",
    ] {
      let (told, quiet) = (TestWorld().run("\(line) \(asked)"), TestWorld().run("\(line) \(asked) -q"))
      #expect(told.output == quiet.output && told.status == quiet.status, "\(line) \(asked)")
    }
  }

  @Test(arguments: OptionTests.stages + ["program"])
  func `another seed moves the ends of a range little`(stage: String) throws {
    let sized = [
      "sft": " --examples 20k --tokens-per-example 800 --epochs 2", "grpo": " --prompts 10k --output-tokens 2k",
      "dpo": " --comparisons 20k", "rlhf": " --prompts 20k", "reward": " --comparisons 20k",
    ]
    let line = stage == "program" ? "program domain-7b" : StageLines.needs(stage) + (sized[stage] ?? "")
    var ends: [[Double]] = []
    for seed in 1...4 {
      let text = TestWorld().run("llmcost \(line) --seed \(seed) --get cost_usd.p10,cost_usd.p90").output
      let values = text.split(separator: "\n").compactMap { Double($0) }
      try #require(values.count == 2, "\(line): \(text)")
      ends.append(values)
    }
    for (one, other) in ends.enumerated().flatMap({ place, one in ends[..<place].map { (one, $0) } }) {
      for (first, second) in zip(one, other) { #expect(abs(second / first - 1) < 0.02, "\(line): \(ends)") }
    }
  }
}
