import CostModel
import Dice
import Foundation
import LlmcostTool
import Testing
import TextFormats

/// One scenario has one number, whichever command, format or file asks for it.
@Suite("Doors")
struct DoorTests {
  private static let world = TestWorld()

  /// The one record that a command prints in a format.
  private func record(_ line: String, format: String = "csv") throws -> [String: String] {
    let outcome = Self.world.run("llmcost \(line) --format \(format)")
    switch format {
    case "markdown": return Self.markdown(outcome.output)
    case "tsv":
      let rows = outcome.output.split(separator: "\n").map {
        $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      }
      try #require(rows.count == 2, "\(line): \(outcome.complaint)")
      return Dictionary(zip(rows[0], rows[1])) { first, _ in first }
    default:
      let table = try DelimitedText.read(Array(outcome.output.utf8))
      try #require(!table.records.isEmpty, "\(line): \(outcome.complaint)")
      return Dictionary(zip(table.header, table.records[0])) { first, _ in first }
    }
  }

  /// The record of a Markdown table.
  private static func markdown(_ text: String) -> [String: String] {
    let rows = text.split(separator: "\n").map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces).replacing("\\_", with: "_") }
    }
    guard rows.count >= 3 else { return [:] }
    return Dictionary(zip(rows[0], rows[2])) { first, _ in first }
  }

  @Test(arguments: OptionTests.stages, StageLines.seeds(2))
  func `one scenario by every door gives one number`(stage: String, seed: UInt64) throws {
    var dice = Dice(state: seed &* 7919 &+ UInt64(stage.utf8.reduce(0) { $0 + Int($1) }))
    let line = StageLines.random(stage, &dice) + " --samples 64"
    let json = try JSONReader.read(Array(Self.world.run("llmcost \(line) --json").output.utf8))
    let summary = try #require(json["summary"]?.members, "\(line)")
    let values = summary.compactMap { member in member.value.number.map { (member.name, $0) } }
    let names = values.map(\.0).filter { !$0.hasPrefix("managed_") }
    #expect(values.count >= 3, "\(line)")
    let all = names.joined(separator: ",")
    let bare = Self.world.run("llmcost \(line) --get \(all)").output.split(separator: "\n").map(String.init)
    try #require(bare.count == names.count, "\(line)")
    let texts = Dictionary(zip(names, bare)) { first, _ in first }
    for (name, value) in values where texts[name] != nil {
      #expect(Double(texts[name] ?? "") == value, "\(line): JSON and --get of \(name)")
    }
    for format in ["csv", "tsv", "markdown"] {
      let record = try record("\(line) --columns \(all)", format: format)
      for name in names { #expect(record[name] == texts[name], "\(line): \(format) of \(name)") }
    }
    let words = line.dropFirst(stage.count)
    let swept = Self.world.run("llmcost sweep \(stage)\(words) --columns \(all)")
    if swept.status == .success {
      let row = try DelimitedText.read(Array(swept.output.utf8))
      for name in names {
        let place = try #require(row.header.lastIndex(of: name), "\(line)")
        #expect(row.records[0][place] == texts[name], "\(line): sweep of \(name)")
      }
    } else {
      #expect(swept.complaint.contains("--columns"), "\(line): \(swept.complaint)")
    }
    let compared = try record("compare \(stage)\(words)")
    for name in names { if let cell = compared[name] { #expect(cell == texts[name], "\(line): compare of \(name)") } }
    try program(stage, line, texts)
  }

  /// The same stage as the only one of a program.
  private func program(_ stage: String, _ line: String, _ texts: [String: String]) throws {
    var words = line.split(separator: " ").dropFirst().map(String.init)
    if let place = words.firstIndex(of: "--samples") { words.removeSubrange(place...(place + 1)) }
    var options: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      let name = word.drop { $0 == "-" }
      if let value = rest.first, !value.hasPrefix("--") {
        rest.removeFirst()
        options.append("\"\(name)\": \"\(value)\"")
      } else {
        options.append("\"\(name)\": true")
      }
    }
    guard !line.contains("--research-multiplier"), !line.contains("--then"), !line.contains("--method") else { return }
    let recipe = "{\"name\": \"one\", \"stages\": {\"\(stage)\": {\(options.joined(separator: ", "))}}}"
    let world = TestWorld(files: ["one.json": recipe])
    for name in ["cost_usd", "cost_usd.p10", "cost_usd.p90"] {
      let value = world.run("llmcost program one.json --samples 64 --get \(name)")
      guard value.status == .success else {
        Issue.record("\(recipe): \(value.complaint)")
        return
      }
      let (one, other) = (Double(value.output.dropLast()) ?? 0, Double(texts[name] ?? "") ?? 0)
      #expect(abs(one - other) <= 1e-12 * abs(other), "\(line): program, \(name)")
    }
  }

  @Test(arguments: OptionTests.stages)
  func `columns that end a range have one without being told to draw`(stage: String) throws {
    let line = StageLines.needs(stage)
    let row = try DelimitedText.read(
      Array(
        Self.world.run(
          "llmcost sweep \(line) --columns cost_usd,cost_usd.p10,cost_usd.p90"
        ).output.utf8))
    let ends = Self.world.run("llmcost \(line) --get cost_usd.p10,cost_usd.p90").output.split(separator: "\n")
    #expect(row.records[0][row.header.count - 3] == ends[0], "\(line)")
    #expect(row.records[0][row.header.count - 2] == ends[1], "\(line)")
  }

  // MARK: - The library and the page

  /// What a scenario says by the options of a command, and by the properties of the library.
  private struct Scenario {
    let parameters: Double
    let accelerator: String
    let region: String
    let price: Double

    init(_ dice: inout Dice) {
      parameters = dice.one(of: [1e9, 7e9, 32e9])
      accelerator = dice.one(of: ["h100", "a100", "h200"])
      region = dice.one(of: ["se", "us-tx", "in"])
      price = dice.one(of: [1.5, 2, 3.75])
    }

    /// The words for a stage, of those that it takes.
    func line(of stage: String) -> String {
      let names = Set(OptionTests.options(of: stage).map(\.name))
      let words = [
        ("--params", Notation.exact(parameters, as: .parameters)), ("--gpu", accelerator), ("--region", region),
        ("--price", "\(price)"),
      ].filter { names.contains($0.0) }.map { "\($0.0) \($0.1)" }
      let needs = StageLines.needs(stage).replacing("--params 7B", with: "")
      return "\(needs) \(words.joined(separator: " "))"
    }

    func estimate<Kind: Stage>(_ kind: Kind.Type) throws -> CostEstimate {
      var stage = Kind()
      let names = Set(OptionTests.options(of: Kind.name).map(\.name))
      if names.contains("--params") { stage.parameters = Ranged(Quantity(parameters)) }
      if names.contains("--gpu") { stage.accelerator = accelerator }
      if names.contains("--region") { stage.region = region }
      if names.contains("--price") { stage.price = Ranged(Quantity(price)) }
      if Kind.name == Pretraining.name { stage.tokens = 1e12 }
      if Kind.name == Distillation.name { stage[Distillation.teacherParameters] = 70e9 }
      return try stage.estimate(sampling: SamplingPlan(draws: 64, seed: 3))
    }
  }

  @Test(arguments: OptionTests.stages, StageLines.seeds(2))
  func `the library says what the program says`(stage: String, seed: UInt64) throws {
    var dice = Dice(state: seed &* 6151 &+ UInt64(stage.utf8.count))
    let scenario = Scenario(&dice)
    let kind = try #require(Stages.all.first { kind in kind.name == stage })
    let estimate = try scenario.estimate(kind)
    let line = scenario.line(of: stage)
    let text = Self.world.run(
      "llmcost \(line) --samples 64 --seed 3 --get cost_usd,cost_usd.p10,cost_usd.p90"
    ).output
    let values = text.split(separator: "\n").compactMap { Double($0) }
    try #require(values.count == 3, "\(line): \(text)")
    for (value, own) in zip(values, [estimate.cost.typical, estimate.cost.p10, estimate.cost.p90]) {
      #expect(abs(value - own.value) <= 1e-14 * abs(value), "\(line): \(own.value)")
    }
  }

  @Test(arguments: OptionTests.stages, StageLines.seeds(1))
  func `a page shows what the table shows`(stage: String, seed: UInt64) throws {
    var dice = Dice(state: seed &* 3079 &+ UInt64(stage.utf8.count))
    let line = Scenario(&dice).line(of: stage) + " --samples 64"
    let table = TestWorld(variables: ["COLUMNS": "400"]).run("llmcost \(line)").output
    let page = Self.world.run("llmcost \(line) --format html").output
    let amounts = table.matches(of: /\$[0-9.,]+[kMBT]?/).map { String($0.output) }
    #expect(amounts.count >= 3, "\(line)")
    for amount in amounts { #expect(page.contains(amount), "\(line): \(amount)") }
  }
}
