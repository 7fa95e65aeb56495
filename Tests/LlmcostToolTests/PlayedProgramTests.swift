import Foundation
import LlmcostTool
import Testing
import TextFormats

/// Pages of programs that can be played with: what they compute is what the command that they tell prints.
@Suite("Programs to play with")
struct PlayedProgramTests {
  /// Months that follow from the stages, clusters that are paid for whole, scenarios that take a stage away, and two stages
  /// with the same number.
  private static let recipe = """
    {"name": "all of it", "shared": {"params": "8B"},
     "clusters": {"main": {"gpu": "h100", "gpus": 256, "own": true}},
     "stages": {"one": {"stage": "pretrain", "tokens": "100B"}, "two": {"stage": "pretrain", "tokens": "100B"},
      "v1.5": {"stage": "sft", "examples": "20k", "labels": "hard"},
      "rent": {"stage": "sft", "gpu": "a100", "gpus": 8, "examples": "50k", "labels": "none"}},
     "people": [{"role": "engineer-us", "count": 5}, {"name": "lead", "usd": "300k", "count": "1..2"}],
     "lines": [{"name": "tools", "usd-per-month": "4k..6k"}], "research": "1.5..2", "overhead": "15%",
     "scenarios": {"low": {"stages.rent": null}, "high": {"contingency": "10%..20%"}}}
    """
  private static let world = TestWorld(files: ["r.json": recipe])

  static let recipes = ["r.json", "lora-70b", "tulu-3-8b", "domain-7b", "llama-2-70b-chat"]

  /// The pages, each printed once.
  private static let pages: [String: String] = Dictionary(
    uniqueKeysWithValues: recipes.map { ($0, world.run("llmcost program \($0) --quiet --format html").output) })

  private func page(_ recipe: String) throws -> PlayedPage { try PlayedPage(try #require(Self.pages[recipe])) }

  /// Nothing moved, all at once at either end and in the middle, and some of them at places of their own.
  private func settings(of page: PlayedPage) -> [[String: Double]] {
    var number: UInt64 = 7
    func next() -> Double {
      number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(number >> 40) / Double(1 << 24)
    }
    let plain = page.controls.filter { !$0.changes }
    let together = [0, 0.5, 1].flatMap { share in
      [page.controls, plain].map { Dictionary(uniqueKeysWithValues: $0.map { ($0.id, $0.value(at: share)) }) }
    }
    let some = (0..<8).map { _ in
      let chosen = page.controls.filter { _ in next() < 0.6 }
      return Dictionary(uniqueKeysWithValues: chosen.map { ($0.id, $0.value(at: next())) })
    }
    return [[:]] + together + some
  }

  @Test(arguments: recipes)
  func `typical values are those of the command that the page tells`(recipe: String) throws {
    let page = try page(recipe)
    #expect(page.controls.count > 4 && page.setting == "--set")
    for settings in settings(of: page) {
      let moved = page.controls.filter { settings[$0.id] != nil }
      let (results, moving) = try page.evaluated(
        Dictionary(uniqueKeysWithValues: moved.map { ($0.id, (settings[$0.id] ?? 0) * $0.scale) }))
      let words = moved.filter { moving.contains($0.id) }.flatMap { control in
        ["--set", "\(control.option)=\(JSONDocument.numberText(settings[control.id] ?? 0))"]
      }
      let told = results.filter { !$0.key.hasPrefix("label_") }
      let names = told.map(\.key).joined(separator: ",")
      let line = "llmcost program \(recipe) --samples 0 --quiet --get \(names) \(words.joined(separator: " "))"
      let outcome = Self.world.run(line)
      #expect(outcome.status == .success, "\(words): \(outcome.complaint)")
      for (result, line) in zip(told, outcome.output.split(separator: "\n")) {
        let expected: Double = try #require(Double(String(line)))
        let difference: Double = abs(result.value - expected)
        #expect(difference <= 1e-12 * abs(expected), "\(words): \(result.key)")
      }
      // What the stages and all else cost is the whole.
      let sum = results.filter { $0.key.hasPrefix("label_") }.reduce(0) { $0 + $1.value }
      let total = try #require(results.first { $0.key == "cost_usd" }?.value)
      #expect(abs(sum - total) <= 1e-12 * total)
    }
  }

  @Test func `what no path can say has no slider`() throws {
    let options = try page("r.json").controls.map(\.option)
    #expect(options.contains("people.lead.usd") && options.contains("people.engineer-us.usd"))
    #expect(!options.contains { $0.contains("v1.5") })
    // The scenario that takes a stage away would make another of it.
    #expect(!options.contains { $0.contains("stages.rent") })
  }

  @Test func `a page says what it is of, and is small`() throws {
    for recipe in Self.recipes {
      let page = try #require(Self.pages[recipe])
      #expect(page.utf8.count < 400_000)
      let isTold = page.contains("\"command\": \"program\"") || page.contains("\"command\":\"program\"")
      #expect(isTold)
      #expect(page.components(separatedBy: "data-result=\"cost_usd\"").count == 6)
    }
    let page = Self.world.run("llmcost report lora-70b --quiet --samples 0").output
    let hasScript = page.contains("<script")
    #expect(!hasScript)
  }

  @Test(arguments: ["domain-7b", "lora-70b"])
  func `what is enough in nine cases of ten is the upper end of the range, however many draws there are`(recipe: String)
    throws
  {
    for draws in [3000, 12_000] {
      let page = Self.world.run("llmcost program \(recipe) --samples \(draws) --quiet --format html").output
      let facts = page.components(separatedBy: "<div data-result=\"cost_usd\"").dropFirst()
      let range = try #require(facts.first?.components(separatedBy: "</dd>").first { $0.contains("class=\"range\"") })
      let enough = try #require(facts.first { $0.contains("enough in 90 cases") })
      let upper = try #require(range.components(separatedBy: " – ").last)
      let isTold = enough.contains("<strong>\(upper)</strong>")
      #expect(isTold, "\(draws) draws: \(upper)")
    }
  }

  @Test func `overrides of the command line stay in what the page tells`() throws {
    let page = Self.world.run(
      "llmcost report lora-70b --set stages.trials.times=20 --scenario plan --quiet --by month"
    ).output
    let isTold = page.contains("stages.trials.times=20") && page.contains("--scenario")
    #expect(isTold)
    let hasMore = page.contains("\"--by\"") || page.contains("\"--quiet\"")
    #expect(!hasMore)
  }
}
