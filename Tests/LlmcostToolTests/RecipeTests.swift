import CostModel
import Foundation
import Testing
import TextFormats

@testable import LlmcostTool

@Suite("Recipes")
struct RecipeTests {
  private static let recipes: [String] = (try? TableCatalog().tables.rows(of: "recipes").map(\.id)) ?? []

  private func json(_ command: String) throws -> [String: Any] {
    let outcome = TestWorld.sample.run(command)
    #expect(outcome.status == .success, "\(outcome.complaint)")
    let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return try #require(value as? [String: Any])
  }

  private func number(_ command: String) throws -> Double {
    let outcome = TestWorld.sample.run(command)
    return try #require(Double(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(outcome.complaint)")
  }

  @Test func `there are eight bundled programs and more`() { #expect(Self.recipes.count >= 8) }

  @Test(arguments: recipes)
  func `lines sum to the total, and months to it`(recipe: String) throws {
    let program = try json("llmcost program \(recipe) --json --samples 0")
    let summary = try #require(program["summary"] as? [String: Double])
    let total = try #require(summary["cost_usd"])
    let lines = try #require(program["lines"] as? [[String: Any]])
    let sum = lines.compactMap { $0["usd"] as? Double }.reduce(0, +)
    #expect(abs(sum / total - 1) < 1e-9)
    let categories = BudgetCategory.allCases.compactMap { summary[$0.key] }.reduce(0, +)
    #expect(abs(categories / total - 1) < 1e-9)
    let months = try #require(program["cashByMonth"] as? [Double])
    #expect(abs(months.reduce(0, +) / total - 1) < 1e-9)
  }

  /// Dollars of accelerator time by label, at typical values.
  private func compute(_ recipe: String) throws -> [String: Double] {
    let lines = try #require(try json("llmcost program \(recipe) --json --samples 0")["lines"] as? [[String: Any]])
    var sums: [String: Double] = [:]
    for line in lines where line["detail"] as? String == "accelerators" {
      sums[line["label"] as? String ?? "", default: 0] += line["usd"] as? Double ?? 0
    }
    return sums
  }

  @Test func `DeepSeek-V3's 5.576 million are met within 15 percent, R1's 294,000 within half`() throws {
    let compute = try compute("deepseek-v3-r1")
    let base = ["pretrain", "context-extension"].compactMap { compute[$0] }.reduce(0, +)
    #expect(abs(base / 5.576e6 - 1) < 0.15)
    let reasoning = ["r1-zero", "r1-data", "r1-rl"].compactMap { compute[$0] }.reduce(0, +)
    #expect((1 / 1.5...1.5).contains(reasoning / 294e3))
  }

  @Test(arguments: [
    // The V3 report's table 1, and the supplement of R1 in Nature.
    ("pretrain", 2_664_000.0), ("context-extension", 119_000), ("v3-post", 5000), ("r1-zero", 101_000),
    ("r1-data", 5000), ("r1-rl", 41_000),
  ])
  func `DeepSeek's hours of each stage are the disclosed ones, at two dollars`(stage: String, hours: Double) throws {
    let dollars = try #require(try compute("deepseek-v3-r1")[stage])
    #expect(abs(dollars / 2 / hours - 1) < 0.01)
  }

  @Test(arguments: recipes)
  func `a bundled program says what it is, what is guessed and what it leaves out, in every format`(
    recipe: String
  ) throws {
    let about = try #require(try json("llmcost program \(recipe) --json --samples 0")["about"] as? [String: String])
    #expect(Set(about.keys) == ["description", "assumptions", "not_included"], "\(about.keys)")
    for (key, text) in about { #expect(text.count > 10, "\(recipe): \(key)") }
    for format in ["table --width 0", "markdown", "html", "csv", "tsv", "jsonl", "svg"] {
      let outcome = TestWorld().run("llmcost program \(recipe) --samples 0 --format \(format)")
      for (key, text) in about {
        // Markup writes some characters in other ways.
        let words = text.split(whereSeparator: { "'\"&<>|".contains($0) })[0]
        #expect((outcome.output + outcome.complaint).contains(words), "\(recipe), \(format): \(key)")
      }
    }
  }

  @Test func `no bundled program multiplies a model by what a whole company spends`() throws {
    for row in try TableCatalog().tables.rows(of: "recipes") {
      #expect(row.member("recipe.research")?.string?.hasPrefix("openai") != true, "\(row.id)")
    }
    // Press and AI Index: $78M to $200M for GPT-4.
    let total = try number("llmcost program gpt-4-class --get cost_usd --quiet --samples 0")
    #expect((60e6...260e6).contains(total))
  }

  @Test func `a recipe of one's own says the same`() throws {
    let text =
      #"{"name": "ours", "description": "a trial", "assumptions": ["everything"], "not-included": ["people"], "#
      + #""stages": {"sft": {"params": "7B", "examples": 1000}}}"#
    let world = TestWorld(files: ["ours.json": text])
    for word in ["a trial", "everything", "people"] {
      #expect(world.run("llmcost program ours.json --samples 0").output.contains(word))
    }
    let plain = TestWorld(files: ["ours.json": #"{"stages": {"sft": {"params": "7B", "examples": 1000}}}"#])
    #expect(!plain.run("llmcost program ours.json --samples 0").output.contains("left out"))
    let wrong = TestWorld(files: ["ours.json": #"{"guessed": 3, "stages": {"sft": {"params": "7B"}}}"#])
    #expect(wrong.run("llmcost program ours.json").status == .badData)
  }

  @Test func `Tulu 3 8B's 864 accelerator-hours are met within half`() throws {
    // 192 for fine-tuning, 72 for the reward model, 80 for DPO and 520 for reinforcement learning.
    let hours = try number("llmcost program tulu-3-8b --get accelerator_hours --quiet --samples 0")
    #expect((1 / 1.5...1.5).contains(hours / 864))
  }

  @Test func `Tulu 3 on 70B takes about as many times the hours as it has parameters`() throws {
    let hours = try ["tulu-3-8b", "tulu-3-70b"].map {
      try number("llmcost program \($0) --get accelerator_hours --quiet --samples 0")
    }
    // 8.8 times the parameters; larger jobs reach more of the peak, and the reward model stays that of the 8B.
    #expect((4.4...8.8).contains(hours[1] / hours[0]))
  }

  @Test func `a hundred stages are read and summed`() throws {
    let stages = (1...100).map { "\"s\($0)\": {\"stage\": \"sft\", \"params\": \"7B\", \"examples\": \($0)000}" }
    let world = TestWorld(files: ["many.json": "{\"stages\": {\(stages.joined(separator: ","))}}"])
    let outcome = world.run("llmcost program many.json --get cost_usd --samples 0")
    #expect(outcome.status == .success, "\(outcome.complaint)")
  }

  @Test func `a stage costs in a program what it costs alone`() throws {
    let alone = try number("llmcost pretrain --params 7B --tokens 300B --gpu h100 --gpus 64 --get cost_usd --samples 0")
    let program = try json("llmcost program startup.json --json --samples 0")
    let lines = try #require(program["lines"] as? [[String: Any]])
    let sum = lines.filter { $0["label"] as? String == "pretrain" }.compactMap { $0["usd"] as? Double }.reduce(0, +)
    #expect(abs(sum / alone - 1) < 1e-9)
  }

  /// What the accelerators of the stages cost, without experiments.
  private func final(_ program: [String: Any]) -> Double? {
    (program["lines"] as? [[String: Any]])?.filter { $0["detail"] as? String == "accelerators" }
      .compactMap { $0["usd"] as? Double }.reduce(0, +)
  }

  @Test func `research multiplies compute and leaves labels alone`() throws {
    let once = try json("llmcost program startup.json --set research=1 --json --samples 0")
    let thrice = try json("llmcost program startup.json --set research=3 --json --samples 0")
    let before = try #require(once["summary"] as? [String: Double])
    let after = try #require(thrice["summary"] as? [String: Double])
    #expect(before["labels_usd"] == after["labels_usd"])
    let compute = try #require(final(once))
    #expect(abs((try #require(after["compute_usd"])) - (try #require(before["compute_usd"])) - 2 * compute) < 1e-3)
  }

  @Test func `OLMo 3's development is four fifths of all compute`() throws {
    let program = try json("llmcost program olmo-3-32b --json --samples 0")
    let lines = try #require(program["lines"] as? [[String: Any]])
    let research = lines.filter { $0["detail"] as? String == "experiments" }.compactMap { $0["usd"] as? Double }
      .reduce(0, +)
    let compute = try #require(final(program))
    #expect(abs(research / (research + compute) - 0.822) < 0.005)
  }

  @Test func `an experiment runs on the data of the stages, which nobody is paid for again`() throws {
    var world = TestWorld()
    world.files["r.json"] = """
      {"shared": {"params": "8B"}, "stages": {
        "sft": {"examples": 2000, "labels": "demonstration-abaka"},
        "trials": {"stage": "sft", "examples": 2000, "labels": "demonstration-abaka", "times": 10, "experiment": true},
        "failed": {"stage": "sft", "examples": 2000, "labels": "demonstration-abaka", "times": 0.3, "experiment": true}}}
      """
    // ABAKA AI's $6 an example, once.
    #expect(world.run("llmcost program r.json --get labels_usd").output == "12000\n")
    let rows = world.run("llmcost program r.json --format csv --columns label,detail,usd -q").output
    func sum(_ detail: String) -> Double {
      rows.split(separator: "\n").filter { $0.contains(",\(detail),") }
        .compactMap { $0.split(separator: ",").last.flatMap { Double($0) } }.reduce(0, +)
    }
    #expect(abs(sum("experiment") / sum("accelerators") - 10.3) < 1e-9)
  }
}
