import CommandLineKit
import Foundation
import Testing

@testable import LlmcostTool

/// Chances to stay inside limits, by every door.
@Suite("Chances")
struct ChanceTests {
  private static let stages = StageCommand.all.map { $0.name }

  /// A job of each stage.
  static func job(_ stage: String) -> String {
    switch stage {
    case "pretrain": "pretrain --params 7B --tokens 1T"
    case "corpus", "annotate": stage
    case "distill": "distill --params 8B --teacher-params 70B"
    default: "\(stage) --params 8B"
    }
  }

  private func numbers(_ line: String) throws -> [Double] {
    let outcome = TestWorld().run(line)
    #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    return outcome.output.split(separator: "\n").compactMap { Double($0) }
  }

  // MARK: - Against an independent program

  /// Draws of awk: deviates by Box and Muller, inputs by the formula of the documentation.
  private static let draws = """
    function deviate() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307179586 * rand()) }
    function input(low, typical, high, z) {
      z = deviate() / 1.2815515655446
      return typical * (z < 0 ? (typical / low) ^ z : (high / typical) ^ z)
    }

    """

  private static func awk(_ formula: String, within limits: [Double]) throws -> [Double] {
    let tests = limits.indices.map { "if (r\($0) <= \(limits[$0])) in\($0)++; else all = 0" }.joined(separator: "; ")
    let shares = limits.indices.map { "in\($0) / n" }.joined(separator: ", ")
    let program =
      draws + "BEGIN { srand(7); n = 1000000; for (i = 0; i < n; i++) { all = 1; \(formula); \(tests); every += all } "
      + "print \(shares), every / n }"
    return try Shell.run("LC_ALL=C awk '\(program)'").split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
  }

  private static var hasAwk: Bool { Shell.has("awk") || Shell.has("mawk") || Shell.has("gawk") }

  @Test(.enabled(if: hasAwk))
  func `chances of a training run are those of a million draws of awk`() throws {
    let given = try numbers(
      "llmcost pretrain --params 7B --tokens 1T --gpu h100 --gpus 64 --mfu 0.25..0.35..0.5 --price 1.5..2..4 "
        + "--checkpoints 0 --storage-time 0 --budget 80k --max-days 25 --get p_in_budget,p_in_time,p_in_all -q")
    let drawn = try Self.awk(
      """
      h = 6 * 7e9 * 1e12 / (989.4e12 * input(0.25, 0.35, 0.5)) / 3600
      gb = input(3.2, 4.2, 4.9) * 1000
      r0 = h * input(1.5, 2, 4) + input(0.023, 0.06, 0.07) * gb * h / 64 / 730.5; r1 = h / 64 / 24
      """, within: [80_000, 25])
    #expect(given.count == 3 && drawn.count == 3)
    for (one, other) in zip(given, drawn) { #expect(abs(one - other) < 0.01, "\(given) \(drawn)") }
  }

  @Test(.enabled(if: hasAwk))
  func `chances of fine-tuning are those of a million draws of awk`() throws {
    let given = try numbers(
      "llmcost sft --params 8B --examples 100k --tokens-per-example 1000 --epochs 2 --packing 0.6..0.7..0.9 "
        + "--mfu 0.2..0.4 --gpu h100 --gpus 8 --price 2..4 --checkpoints 0 --budget 45 --get p_in_budget -q")
    let drawn = try Self.awk(
      """
      p = input(0.6, 0.7, 0.9); if (p > 1) p = 1
      r0 = 6 * 2e8 / p * 8e9 / (989.4e12 * input(0.2, sqrt(0.08), 0.4)) / 3600 * input(2, sqrt(8), 4)
      """, within: [45])
    #expect(abs(try #require(given.first) - (try #require(drawn.first))) < 0.01, "\(given) \(drawn)")
  }

  @Test(.enabled(if: hasAwk))
  func `chances of people's work are those of a million draws of awk`() throws {
    let given = try numbers(
      "llmcost annotate --items 10k --wage 8..15..25 --speed 2..4..6 --margin 1.2..1.4..2 --review-share 0 "
        + "--rule-design-hours 40..120..400 --design-wage 100 --budget 80k --get p_in_budget -q")
    let drawn = try Self.awk(
      "r0 = 10000 * input(8, 15, 25) / input(2, 4, 6) * input(1.2, 1.4, 2) + 100 * input(40, 120, 400)",
      within: [80_000])
    #expect(abs(try #require(given.first) - (try #require(drawn.first))) < 0.01, "\(given) \(drawn)")
  }

  // MARK: - Every stage, every door

  @Test(arguments: stages)
  func `an amount holds with the confidence that it is printed for`(stage: String) throws {
    let job = Self.job(stage) + " --samples 1024 -q"
    let amounts = try numbers("llmcost \(job) --get cost_usd.p80,cost_usd.p95,cost_usd.mean")
    #expect(amounts.count == 3 && amounts[0] <= amounts[1] && amounts[2] > 0, "\(amounts)")
    for (amount, share) in zip(amounts, [0.8, 0.95]) {
      let chance = try #require(try numbers("llmcost \(job) --budget \(amount) --get p_in_budget").first)
      #expect(abs(chance - share) < 0.01, "\(share): \(chance)")
    }
  }

  @Test(arguments: ["table", "json", "jsonl", "csv", "tsv", "markdown", "html"])
  func `every format tells chances`(format: String) {
    for line in [
      "llmcost sft --params 8B --budget 100 --max-days 1", "llmcost compare sft dpo --params 8B --budget 100",
      "llmcost compare sft --params 8B --vary gpu=h100,b200 --budget 100 --max-days 1",
      "llmcost program lora-70b --budget 1M", "llmcost compare lora-70b domain-7b --budget 1M",
      "llmcost serve --params 8B --requests-per-day 1M --budget 1M --max-carbon 100t",
    ] {
      // A program's records are its lines; its totals are in the JSON.
      if line.contains("program"), !["table", "markdown", "json", "html"].contains(format) { continue }
      let outcome = TestWorld().run(line + " --format \(format) --samples 512 -q")
      #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
      let isForPeople = ["table", "html", "markdown"].contains(format)
      let name = isForPeople ? (line.contains("compare") ? "chance within" : "chance to stay inside") : "p_in_budget"
      #expect(outcome.output.contains(name), "\(line)")
      if line.contains("--max-"), !isForPeople { #expect(outcome.output.contains("p_in_all"), "\(line)") }
    }
  }

  @Test func `a page tells typical, mean and median apart without being asked`() {
    let page = TestWorld().run("llmcost sft --params 8B --format html -q").output
    for words in ["mean, for sums", "the median", "holds with 95 %", "Take it"].map({ $0.lowercased() }) {
      #expect(page.lowercased().contains(words), "\(words)")
    }
  }

  @Test(arguments: [
    ("pretrain --params 7B --tokens 1T --budget 1B --require-confidence 0.9", 0),
    ("pretrain --params 7B --tokens 1T --budget 1k --require-confidence 90%", 1),
    ("pretrain --params 7B --tokens 1T --budget 1k", 0),
    ("pretrain --params 7B --tokens 1T --max-energy 1MWh --require-confidence 50", 1),
    ("pretrain --params 7B --tokens 1T --max-carbon 1kg --require-confidence 0.01", 1),
    ("pretrain --params 7B --tokens 1T --gpus 64 --max-days 1 --require-confidence 0.5", 1),
    ("pretrain --params 7B --tokens 1T --gpus 64 --max-days 400 --budget 1B --require-confidence 0.99", 0),
    ("compare sft dpo --params 8B --budget 1M --require-confidence 0.9", 0),
    ("compare sft dpo --params 8B --budget 1 --require-confidence 0.9", 1),
    ("program lora-70b --budget 1 --require-confidence 0.1", 1),
    ("compare lora-70b domain-7b --budget 1B --require-confidence 0.9", 0),
    ("serve --params 8B --requests-per-day 1M --budget 1 --require-confidence 0.1", 1),
  ])
  func `a required confidence is a gate, and a limit alone is none`(line: String, status: Int32) {
    let outcome = TestWorld().run("llmcost " + line + " --samples 512")
    #expect(outcome.status.rawValue == status, "\(outcome.complaint)")
    #expect(!outcome.output.isEmpty)
    #expect(outcome.complaint.contains("below --require-confidence") == (status == 1))
  }

  @Test func `a limit that is likelier broken than kept is told`() {
    let outcome = TestWorld().run("llmcost sft --params 8B --budget 10 --samples 512")
    #expect(outcome.status == .success && outcome.complaint.contains("--require-confidence makes it a gate"))
  }

  @Test func `the chance of all limits is no more than that of any`() throws {
    let chances = try numbers(
      "llmcost pretrain --params 7B --tokens 1T --gpus 64 --budget 120k --max-days 25 --max-energy 40MWh "
        + "--max-carbon 16t --get p_in_all,p_in_budget,p_in_time,p_in_energy,p_in_carbon -q")
    #expect(chances.count == 5)
    #expect(chances.dropFirst().allSatisfy { $0 >= chances[0] && $0 < 1 && $0 > 0 })
    #expect(chances[0] > chances.dropFirst().map { 1 - $0 }.reduce(1, -) - 1e-9)
  }

  @Test(arguments: stages)
  func `what was not said is told apart from what is not known`(stage: String) throws {
    let outcome = TestWorld().run("llmcost " + Self.job(stage) + " --json")
    let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    let questions = try #require(value?["questions"] as? [[String: Any]])
    #expect(!questions.isEmpty)
    let reaches = questions.compactMap { $0["reach"] as? Double }
    #expect(reaches == reaches.sorted(by: >) && reaches.allSatisfy { $0 > 1 })
    let options = try #require(StageCommand.all.first { $0.name == stage }).options.flatMap(\.names)
    for question in questions {
      #expect(["unsaid", "unknown"].contains(question["kind"] as? String))
      if let answer = question["answer"] as? String { #expect(options.contains("--" + answer), "\(answer)") }
    }
    #expect(outcome.complaint.contains("of the range, not"))
  }

  @Test func `what was said is no question`() {
    let said = TestWorld().run(
      "llmcost pretrain --params 7B --tokens 1T --mfu 0.3..0.4 --price 2..3 --checkpoints 0 --storage-time 0")
    #expect(!said.complaint.contains("of the range, not"))
  }
}

/// `llmcost worth` and `llmcost afford`.
@Suite("Worth and afford")
struct WorthTests {
  private func json(_ line: String) throws -> [String: Any] {
    let outcome = TestWorld().run(line + " --json -q")
    #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  @Test(arguments: StageCommand.all.map { $0.name })
  func `every stage tells what to find out first and how`(stage: String) throws {
    let answer = try json("llmcost worth " + ChanceTests.job(stage) + " --samples 1024")
    let inputs = try #require(answer["inputs"] as? [[String: Any]])
    #expect(!inputs.isEmpty && answer["decision"] == nil)
    // Whatever narrows a range by a tenth has a way to learn it.
    for input in inputs where (input["narrowing"] as? Double ?? 0) > 0.1 {
      #expect(input["way"] is String, "\(input["id"] ?? "")")
    }
  }

  @Test(arguments: [
    "worth pretrain --params 7B --tokens 1T --budget 100k",
    "worth pretrain --params 7B --tokens 1T --vary gpu=h100,b200",
    "worth pretrain --params 7B --tokens 1T --gpus 256 --vary own=no,yes", "worth domain-7b --budget 400k",
    "worth domain-7b --vary stages.continued.gpu=h100,b200",
  ])
  func `a decision prices what knowing is worth`(line: String) throws {
    let answer = try json("llmcost \(line) --samples 2048")
    let decision = try #require(answer["decision"] as? [String: Any])
    let ways = try #require(decision["ways"] as? [[String: Any]])
    let best = try #require(decision["best"] as? String)
    let expected = ways.compactMap { $0["expected_usd"] as? Double }
    #expect(ways.count == 2 && expected.count == 2)
    #expect(ways.first { $0["expected_usd"] as? Double == expected.max() }?["name"] as? String == best)
    let perfect = try #require(decision["perfect_usd"] as? Double)
    let worths = try #require(answer["inputs"] as? [[String: Any]]).compactMap { $0["worth_usd"] as? Double }
    #expect(worths == worths.sorted(by: >) && (worths.first ?? 0) <= perfect * 1.1 + 1)
  }

  @Test func `two accelerators have prices of their own`() throws {
    let answer = try json("llmcost worth pretrain --params 70B --tokens 15T --vary gpu=h100,b200 --samples 1024")
    let names = try #require(answer["inputs"] as? [[String: Any]]).compactMap { $0["id"] as? String }
    #expect(names.contains("contract_price") && names.contains("contract_price/b200"))
    #expect(names.filter { $0.hasPrefix("mfu") } == ["mfu"])
  }

  /// Amounts that a budget buys; what runs on no accelerators is dear at any size.
  private static let budgets = ["corpus": 10e6, "annotate": 200e3, "evaluate": 500.0]

  @Test(arguments: StageCommand.all.map { $0.name })
  func `the amount that a budget buys costs no more, and a little more than it costs more`(stage: String) throws {
    let budget = Self.budgets[stage] ?? 50_000
    let job = ChanceTests.job(stage).replacing(" --tokens 1T", with: "")
    let answer = try json("llmcost afford \(job) --budget \(budget) --confidence 80 --samples 256")
    let option = try #require(answer["of"] as? String)
    let row = try #require((answer["amounts"] as? [[String: Any]])?.first)
    let amount = try #require(row[option.replacing("-", with: "_")] as? Double)
    func chance(_ amount: Double) throws -> Double {
      let outcome = TestWorld().run(
        "llmcost \(job) --\(option) \(amount) --budget \(budget) --samples 256 --get p_in_budget -q")
      return try #require(
        Double(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(outcome.complaint)")
    }
    #expect(try chance(amount) >= 0.795, "\(option) \(amount)")
    #expect(try chance((amount * 1.05).rounded(.up)) <= 0.805, "\(option) \(amount)")
  }

  @Test func `more limits buy no more, and more confidence buys less`() throws {
    func tokens(_ options: String) throws -> [Double] {
      let answer = try json("llmcost afford --params 8B --gpus 64 --samples 256 " + options)
      return try #require(answer["amounts"] as? [[String: Any]]).compactMap { $0["tokens"] as? Double }
    }
    let money = try tokens("--budget 100k --confidence 50,80,95")
    #expect(money.count == 3 && money == money.sorted(by: >))
    let both = try tokens("--budget 100k --max-days 10 --confidence 50,80,95")
    #expect(zip(both, money).allSatisfy { $0 <= $1 } && both != money)
  }
}
