import Dice
import LlmcostTool
import Testing
import TextFormats

/// Results move the way the world does, in every stage that has the option.
@Suite("Directions")
struct DirectionTests {
  private static let world = TestWorld()

  struct Rule: Sendable, CustomTestStringConvertible {
    var option: String
    var grid: String
    /// The result that it moves.
    var result = "cost_usd"
    var isRising = true
    /// What makes it count.
    var with = ""
    var testDescription: String { "\(option) \(grid)\(with)" }
  }

  static let rules = [
    Rule(option: "--params", grid: "1B..100B:log:6"), Rule(option: "--tokens", grid: "1B..10T:log:6"),
    Rule(option: "--epochs", grid: "1..8:4"), Rule(option: "--context", grid: "512..512k:log:6", result: "flop"),
    Rule(option: "--examples", grid: "1k..1M:log:6"), Rule(option: "--comparisons", grid: "1k..1M:log:6"),
    Rule(option: "--prompts", grid: "1k..1M:log:6"), Rule(option: "--items", grid: "1k..1M:log:6"),
    Rule(option: "--price", grid: "0.5..12:log:6"),
    Rule(option: "--label-price", grid: "0.5..50:log:5", with: " --labels human"),
    Rule(option: "--electricity", grid: "0.02..0.5:log:5", with: " --own"),
    Rule(option: "--purchase-price", grid: "5k..80k:log:5", with: " --own"),
    Rule(option: "--mfu", grid: "0.1..0.6:6", isRising: false),
    Rule(option: "--steady-mfu", grid: "0.1..0.6:6", isRising: false),
    Rule(option: "--goodput", grid: "0.4..1:5", isRising: false, with: " --steady-mfu 0.4"),
    Rule(option: "--hardware-life", grid: "2y..10y:5", isRising: false, with: " --own"),
    Rule(option: "--utilization", grid: "0.2..1:5", isRising: false, with: " --own"),
    Rule(option: "--resale", grid: "0..0.5:5", isRising: false, with: " --own"),
    Rule(option: "--pue", grid: "1..2:5", result: "energy_kwh"),
    Rule(option: "--carbon-intensity", grid: "10..900:5", result: "carbon_kg"),
    Rule(option: "--power-draw", grid: "0.3..1:5", result: "energy_kwh"),
    Rule(option: "--research-multiplier", grid: "1..10:4"), Rule(option: "--checkpoints", grid: "1..100:4"),
    Rule(option: "--storage-time", grid: "1mo..24mo:4"),
    Rule(option: "--egress-price", grid: "10..100:4", with: " --egress 20TB"),
    Rule(option: "--output-tokens", grid: "200..4k:5"), Rule(option: "--group-size", grid: "2..32:4"),
    Rule(option: "--tokens-per-example", grid: "200..4k:5"),
    Rule(option: "--turns", grid: "1..20:4", with: " --verifier environment"),
    Rule(option: "--turn-time", grid: "1s..60s:4", with: " --verifier environment"),
    Rule(option: "--ppo-epochs", grid: "1..4:7", result: "accelerator_hours"),
    Rule(option: "--critic-params", grid: "1B..70B:log:8", result: "accelerator_hours"),
    Rule(option: "--reward-params", grid: "1B..70B:log:8", result: "accelerator_hours"),
    Rule(option: "--reward-params", grid: "1B..70B:log:8", result: "accelerator_hours", with: " --critic-params 8B"),
    Rule(option: "--pretraining-rows", grid: "0..8:5", result: "accelerator_hours"),
    Rule(option: "--comparisons", grid: "60k..140k:9", result: "accelerator_hours"),
    Rule(option: "--updates", grid: "1..4:7", result: "accelerator_hours"),
    Rule(option: "--input-tokens", grid: "100..4k:5", result: "accelerator_hours"),
    Rule(option: "--prompts-per-step", grid: "8..512:log:7", result: "accelerator_hours", with: " --steps 200"),
    Rule(option: "--overhead", grid: "1..3:4"), Rule(option: "--failure-rate", grid: "0..20:5"),
  ]

  private func column(_ line: String, _ result: String) throws -> [Double] {
    let outcome = Self.world.run("llmcost sweep \(line) --columns \(result)")
    // An option that does not count in a stage is refused there.
    guard outcome.status == .success else { return [] }
    let table = try DelimitedText.read(Array(outcome.output.utf8))
    let place = try #require(table.header.firstIndex(of: result), "\(line): \(outcome.complaint)")
    return table.records.compactMap { Double($0[place]) }
  }

  @Test(arguments: OptionTests.stages)
  func `results rise and fall with what drives them`(stage: String) throws {
    let names = Set(OptionTests.options(of: stage).map(\.name))
    var tried = 0
    for rule in Self.rules where names.contains(rule.option) {
      var words = StageLines.needs(stage).split(separator: " ").map(String.init)
      if let place = words.firstIndex(of: rule.option) { words.removeSubrange(place...(place + 1)) }
      // On one cluster: a larger job may otherwise have a cluster of its own, with its own prices.
      let cluster = names.contains("--gpus") ? " --gpus 64" : ""
      let line = words.joined(separator: " ") + cluster + rule.with + " \(rule.option) \(rule.grid)"
      let values = try column(line, rule.result)
      guard values.count >= 3 else { continue }
      tried += 1
      for (one, next) in zip(values, values.dropFirst()) {
        let slack = 1e-9 * abs(one)
        #expect(rule.isRising ? next >= one - slack : next <= one + slack, "\(line): \(rule.result) \(values)")
      }
    }
    #expect(tried >= 1, "\(stage)")
  }

  @Test(arguments: [
    ("pretrain --params 7B", "--tokens", ["flop", "accelerator_hours", "energy_kwh", "compute_usd"]),
    ("pretrain --params 7B --tokens 1T", "--price", ["compute_usd"]),
    ("pretrain --params 7B --tokens 1T --own", "--purchase-price", ["compute_usd"]),
    ("annotate", "--items", ["human_data_usd"]), ("sft --params 7B", "--examples", ["flop"]),
    ("synthesize --params 7B", "--items", ["flop"]),
  ])
  func `twice as much of what is linear is twice the result`(line: String, option: String, results: [String]) throws {
    for result in results {
      let values = try column(
        "\(line) --gpus 64 \(option) 20k,40k".replacing(
          " --gpus 64", with: line.hasPrefix("annotate") ? "" : " --gpus 64"
        ).replacing("--price 20k,40k", with: "--price 2,4"), result)
      try #require(values.count == 2, "\(line) \(option)")
      let share = line.hasPrefix("annotate") ? 0.9 : 1 - 1e-9
      #expect(
        values[1] / values[0] <= 2 + 1e-9 && values[1] / values[0] >= 2 * share,
        "\(line) \(option): \(result) \(values)")
    }
  }

  @Test(
    arguments: [128, 256, 1024, 4096],
    ["--failure-rate 4,10,40", "--scaling-loss 0.01,0.1,0.3", "--checkpoint-pause 10s,1min,10min"])
  func `a worse cluster never costs less`(gpus: Int, option: String) throws {
    let words = option.split(separator: " ")
    var last = 0.0
    for value in words[1].split(separator: ",") {
      let line =
        "llmcost schedule --params 70B --tokens 15T --gpus \(gpus) \(words[0]) \(value) --samples 0 --get cost_usd,mfu"
      let lines = Self.world.run(line).output.split(separator: "\n").compactMap { Double($0) }
      try #require(lines.count == 2, "\(line)")
      #expect(lines[0] >= last, "\(line)")
      #expect(lines[1] <= 1, "\(line)")
      last = lines[0]
    }
  }

  @Test func `no failures are the best there is`() throws {
    let line =
      "llmcost schedule --params 70B --tokens 15T --gpus 2048 --samples 0 --get cost_usd,goodput --failure-rate "
    let none = Self.world.run(line + "0").output.split(separator: "\n").compactMap { Double($0) }
    let few = Self.world.run(line + "0.000001").output.split(separator: "\n").compactMap { Double($0) }
    try #require(none.count == 2 && few.count == 2)
    #expect(none[1] == 1)
    #expect(abs(none[0] / few[0] - 1) < 1e-3 && none[0] <= few[0])
  }

  @Test(arguments: ["1M", "10M", "124M", "1B", "7B", "405B"], ["256", "512", "1k", "2k", "4k", "32k", "1M"])
  func `no run takes less than 6ND`(params: String, context: String) throws {
    let flop = Self.world.run(
      "llmcost pretrain --params \(params) --tokens 1B --context \(context) --samples 0 --get flop"
    ).output
    let least = Self.world.run("llmcost pretrain --params \(params) --tokens 1B --samples 0 --get flop").output
    #expect(
      try #require(Double(flop.dropLast())) >= (try #require(Double(least.dropLast()))), "\(params) at \(context)")
  }
}
