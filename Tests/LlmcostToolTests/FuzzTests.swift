import Dice
import LlmcostTool
import Testing

/// Mutated command lines and files through the whole program: it never traps, ends with a status it documents, says why
/// it refuses, and never prints a number that is none.
@Suite("Fuzzing")
struct FuzzTests {
  private static let numbers = [
    "0", "-0", "1", "-1", "1e-300", "1e300", "1e308", "1e309", "-1e308", "5e-324", "nan", "inf", "-inf", "7B", "15T",
    "0.3", "1.5", "100%", "-3%", "1e18", "9223372036854775807", "9223372036854775808", "18446744073709551616", "0x1p3",
    "1..2", "2..1", "1..2..3", "..", "1..", "..2", "1e300..1e301", "1B..100B:log:5", "0..1:0", "1,2,3", ",", ":", "@",
    "8k", "800B@128k", "@@", "1_000", "1__0", "_1", "1.2.3", "+5", "--", "-", "", " ", "é", "\u{0}", "٣", "１", "$5",
    "$", "30d", "1y", "20TB", "0.09/GB", "2023-06", "2023-99", "9999-12", "0000-00", "=", "a=b", "cost_usd.p90", "\n",
    "\u{FEFF}", "🤖", "h100", "bf16", "none", "all", "location", "json", "1e9999999999", "0.00000000000000000000001",
  ]

  private static let seeds = [
    "corpus --tokens 1T --pages 10M --own-share 0.8 --months 6",
    "pretrain --params 7B --tokens 1T --gpus 512 --mfu 0.4 --price 2 --context 8k --then 100B@32k",
    "pretrain --params 7B --tokens 1T --days 14 --own --region us-tx --pue 1.2 --resale 0.1 --hardware-life 5y",
    "pretrain --params 671B --active-params 37B --tokens 14.8T --gpu h800 --precision fp8 --embodied --equivalents",
    "pretrain --config config.json --tokens 1T --research-multiplier 2..3 --egress 20TB --egress-price 90",
    "pretrain --params 7B --tokens 1T --commitment on-demand:0.2,spot:80% --as-of 2026-06 --currency EUR --fx 0.9",
    "sft --params 8B --examples 10k --epochs 3 --tuning lora --lora-rank 16",
    "reward --params 8B --comparisons 10k", "rlhf --params 8B --prompts 10k --reward-params 1B",
    "dpo --params 8B --comparisons 10k --method simpo", "grpo --params 8B --prompts 10k --group-size 8",
    "distill --params 8B --method offline", "synthesize --params 8B", "annotate --items 1k --answers 2",
    "compare sft dpo --params 8B dpo.comparisons=10k", "compare sft --params 8B --vary gpu=h100,b200",
    "program startup.json", "model --model gpt2 --context 2k", "model --config config.json",
    "fit --params 7B --gpu h100 --gpus 8 --tensor-parallel 2 --context 4k", "size --compute 1e22 --law besiroglu",
    "size --loss 2.2 --law-constants E=1.7,A=400,B=2000,alpha=0.35,beta=0.37", "size --budget 5M --unique-tokens 1T",
    "size --params 7B --tokens 1T --inference-tokens 1T", "serve --params 8B --requests-per-day 1M",
    "schedule --params 7B --tokens 1T", "cluster --gpus 1024 --gpu h100", "sensitivity --params 7B --tokens 1T --top 3",
    "sweep --params 1B,7B --tokens 1T,2T --gpu h100,b200",
    "sweep --params 1B..9B:log:3 --tokens 1T --pareto cost_usd,params",
    "backtest --require median=0.9..1.1", "claims gpt-3-cost", "tables prices --where accelerator=h100-sxm",
    "tables import nebius/vms.csv --as-of-date 2026-11", "completions bash", "help units",
  ]

  private static let fragments = [
    "\"", "{", "}", "[", "]", ",", ":", "\\", "\\u0000", "\\uD800", "null", "true", "-1", "0", "1e309", "1e300", "-0.0",
    "\u{0}", "\n", "\r\n", "é", "🤖", "NaN", "9223372036854775808", "[[[[", "{}", "[]", "\"x\"", "1e-400", ";", "\t",
    "#",
  ]

  private func check(_ words: [String], in world: TestWorld, _ note: @autoclosure () -> String = "") {
    let outcome = Tool.run(words, in: world).gathered(in: world)
    #expect([0, 1, 64, 65, 66].contains(outcome.status.rawValue), "\(words) \(note())")
    if outcome.status.rawValue >= 64 {
      let messages = outcome.complaint.split(separator: "\n").filter { $0.hasPrefix("llmcost: ") }
      // Several things may be wrong with a file.
      #expect(!messages.isEmpty, "\(words) \(note()): \(outcome.complaint)")
      #expect(outcome.output.isEmpty, "\(words) \(note())")
    }
    guard words.first != "completions", words.first != "help", words.first != "tables" else { return }
    // What was typed, as the name of a currency or of an accelerator, may come back.
    let typed = Set(words.flatMap { $0.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init) })
    for word in outcome.output.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
      guard !typed.contains(word.lowercased()) else { continue }
      #expect(!["nan", "inf", "infinity"].contains(word.lowercased()), "\(words) \(note()) prints \(word)")
    }
  }

  @Test(arguments: 0..<8)
  func `mutated command lines`(part: Int) {
    var dice = Dice(state: UInt64(1000 + part))
    for _ in 0..<60 * StageLines.seeds(1).count {
      var words = dice.one(of: Self.seeds).split(separator: " ").map(String.init)
      for _ in 0..<Int.random(in: 1...3, using: &dice) {
        let index = Int.random(in: 0..<words.count, using: &dice)
        switch Int.random(in: 0..<8, using: &dice) {
        case 0: words.remove(at: index)
        case 1: words.insert(dice.one(of: Self.numbers), at: index)
        case 2: words.insert(words[index], at: Int.random(in: 0...words.count, using: &dice))
        case 3: words[index] += dice.one(of: Self.numbers)
        default:
          // Mostly a value, which parses often enough to reach the engine.
          let values = words.indices.filter { $0 > 0 && !words[$0].hasPrefix("--") }
          if let place = values.randomElement(using: &dice) { words[place] = dice.one(of: Self.numbers) }
        }
        if words.isEmpty { words = ["pretrain"] }
      }
      // Files on the disk and grids of a million rows are out of bounds here.
      if words.contains(where: { $0.hasPrefix("-o") || $0.hasPrefix("--output") }) { continue }
      if words.first != "sweep" && !words.contains("--samples") && words.first != "tables" && Bool.random(using: &dice)
      {
        words += ["--samples", "16"]
      }
      check(words, in: TestWorld.sample)
    }
  }

  @Test(arguments: [
    ("config.json", "model --config config.json"),
    ("config.json", "pretrain --tokens 1T --samples 16 --config config.json"),
    ("startup.json", "program startup.json"), ("startup.json", "compare startup.json"),
    ("mine/prices.json", "tables check --tables mine/prices.json"),
    ("mine/prices.json", "pretrain --params 7B --tokens 1T --samples 16 --tables mine/prices.json"),
    ("ours.json", "pretrain --params 7B --tokens 1T --samples 16 --prices ours.json"),
    ("mine/factors.json", "pretrain --params 7B --tokens 1T --samples 16 --tables mine/factors.json"),
    ("nebius/vms.csv", "pretrain --params 7B --tokens 1T --samples 16 --prices nebius/vms.csv"),
    ("nebius/vms.csv", "tables import nebius/vms.csv"), ("vultr.csv", "tables import vultr.csv"),
    ("runs.csv", "backtest --runs runs.csv --samples 16"), ("runs.csv", "sweep --tokens 1T --from runs.csv"),
  ])
  func `mutated files`(file: String, line: String) throws {
    var dice = Dice(state: UInt64(file.utf8.count * 7919 + line.utf8.count))
    let original = Array(try #require(TestWorld.sample.files[file]).utf8)
    let words = line.split(separator: " ").map(String.init)
    // A back-test learns anew from each file of runs.
    for _ in 0..<(line.hasPrefix("backtest") ? 5 : 25) {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &dice) {
        let place = Int.random(in: 0...bytes.count, using: &dice)
        let end = min(bytes.count, place + Int.random(in: 1...12, using: &dice))
        switch Int.random(in: 0..<6, using: &dice) {
        case 0: bytes.removeSubrange(place..<end)
        case 1: bytes.insert(contentsOf: Array(dice.one(of: Self.fragments).utf8), at: place)
        case 2: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        case 3: bytes.removeSubrange(place...)
        case 4: replaceNumber(in: &bytes, after: place, by: dice.one(of: Self.fragments))
        default: replaceNumber(in: &bytes, after: place, by: dice.one(of: Self.numbers))
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      var world = TestWorld.sample
      world.files[file] = text
      check(words, in: world, text)
    }
  }

  /// Puts something else where the next number stands.
  private func replaceNumber(in bytes: inout [UInt8], after place: Int, by text: String) {
    func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) || byte == 46 }
    guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Array(text.utf8))
  }
}
