import CostModel
import LlmcostTool
import Testing

/// What the topics and the manual say is what the program does.
@Suite("Help topics and manual")
struct HelpTests {
  private func topic(_ name: String) -> String { TestWorld().run("llmcost help \(name)").output }

  @Test func `help lists the topics`() {
    let help = TestWorld().run("llmcost help").output
    for name in Listing.topics { #expect(help.contains("\n  \(name) "), "\(name)") }
  }

  @Test(arguments: Listing.topics)
  func `a topic is short, and its examples run`(name: String) throws {
    let text = topic(name)
    #expect(text.split(separator: "\n").count <= 114)
    for line in text.split(separator: "\n") where !line.hasPrefix("  llmcost") { #expect(line.count <= 100) }
    let empty = #"{"table": "prices", "rows": []}"#
    let catalog =
      "InstanceType,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region\np5.48xlarge,H100,8,55.04,,us-east-1\n"
    let world = TestWorld(
      files: ["my-tables/x.json": empty, "./my-tables/x.json": empty, "aws/vms.csv": catalog])
    for line in text.split(separator: "\n") where line.hasPrefix("  llmcost ") {
      let outcome = world.run(String(line.dropFirst(2)))
      #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    }
  }

  @Test(arguments: [
    ("70B", Dimension.parameters, 70e9), ("405_000_000_000", .parameters, 405e9), ("1.5e12", .tokens, 1.5e12),
    ("8k", .sequenceLength, 8192), ("40%", .ratio, 0.4), ("54d", .hours, 54 * 24), ("$2.5M", .dollars, 2.5e6),
    ("2.10", .per(.dollars, .acceleratorHours), 2.1), ("380", .per(.gramsCO2e, .kilowattHours), 380),
  ])
  func `units are read as their topic says`(text: String, dimension: Dimension, value: Double) throws {
    #expect(topic("units").contains("\n  \(text) "))
    #expect(try Notation.parse(text, as: dimension) == value)
  }

  @Test func `suffixes are what the topic says`() throws {
    for (suffix, value) in [("k", 1e3), ("M", 1e6), ("B", 1e9), ("G", 1e9), ("T", 1e12)] {
      #expect(try Notation.parse("1" + suffix, as: .tokens) == value)
      if suffix != "G" { #expect(try Notation.parse("1" + suffix.lowercased(), as: .tokens) == value) }
    }
    #expect(try Notation.parse("1M", as: .sequenceLength) == 1_048_576)
    #expect(try Notation.parse("1mo", as: .hours) == 30.4375 * 24)
    #expect(try Notation.parse("1y", as: .hours) == 365.25 * 24)
    #expect(try Notation.parse("80/MWh", as: .per(.dollars, .kilowattHours)) == 0.08)
    #expect(try Notation.parse("2.5M", as: .dollars) == 2.5e6)
    #expect(throws: NotationError.self) { try Notation.parse("1,000", as: .tokens) }
    #expect(TestWorld().run("llmcost pretrain -p 1B -t 1B --mfu 400").status == .usage)
    let share = TestWorld().run("llmcost pretrain -p 1B -t 1B --mfu 0.4 --get cost_usd").output
    #expect(TestWorld().run("llmcost pretrain -p 1B -t 1B --mfu 40 --get cost_usd").output == share)
    let days = TestWorld().run("llmcost pretrain -p 70B -t 15T --days 54 --get accelerators").output
    #expect(TestWorld().run("llmcost pretrain -p 70B -t 15T --days 54d --get accelerators").output == days)
  }

  @Test func `ranges are taken as their topic says`() throws {
    func number(_ options: String) throws -> Double {
      let line = "llmcost pretrain -p 70B -t 15T " + options
      return try #require(Double(TestWorld().run(line).output.dropLast()), "\(line)")
    }
    // The geometric mean of 0.3 and 0.45, and the middle of three.
    #expect(abs(try number("--mfu 0.3..0.45 --get mfu") - 0.135.squareRoot()) < 1e-12)
    #expect(
      try number("--price 2..2.5..4 --get compute_usd") == number("--price 2.5 --get compute_usd"))
    #expect(try number("--get cost_usd --samples 0") == number("--get cost_usd"))
    #expect(try number("--get cost_usd.p90 --samples 8192 --seed 1") == number("--get cost_usd.p90"))
    #expect(try number("--get cost_usd.p90 --seed 2") != number("--get cost_usd.p90"))
    // One input alone: the result's p10 and p90 are near those of the input.
    let ratio =
      try number("--mfu 0.4 --price 2..2.5..4 --samples 100000 --get compute_usd.p90")
      / number("--mfu 0.4 --price 2.5 --get compute_usd")
    #expect(abs(ratio - 4 / 2.5) < 0.01)
  }

  @Test func `the table of one's own in the topic is one that the program takes`() throws {
    let text = topic("tables")
    let start = try #require(text.firstRange(of: #"  {"table""#)?.lowerBound)
    let end = try #require(text.firstRange(of: "]}")?.upperBound)
    let world = TestWorld(files: ["mine.json": String(text[start..<end])])
    let outcome = world.run(
      "llmcost pretrain -p 70B -t 15T --tables mine.json --provider ours --commitment reserved-1y --explain")
    #expect(outcome.output.contains("$1.85/h"), "\(outcome.complaint)")
    #expect(outcome.output.contains("Quote of 2026-11-20"))
    for table in Listing.tables() {
      #expect(text.contains("\n  \(table) "), "\(table)")
    }
  }

  @Test(arguments: ["water_l", "cost_usd"])
  func `water and money are further off than accelerator-hours, as the topic says`(measure: String) {
    #expect(topic("accuracy").contains("are further off"))
    #expect(TestWorld().run("llmcost backtest --of \(measure) --require within1.5=0.8").status == .failed)
  }

  @Test func `every status of the topic is one that a command ends with`() {
    let text = topic("exit-status")
    for status in ToolStatus.allCases { #expect(text.contains("\n  \(status.rawValue) "), "\(status)") }
    let world = TestWorld(files: ["bad.json": "{"])
    let lines: [(String, ToolStatus)] = [
      ("llmcost pretrain -p 7B -t 1T", .success),
      ("llmcost pretrain -p 7B -t 1T --budget 1 --require-confidence 0.5", .failed),
      ("llmcost pretrain", .usage), ("llmcost tables --tables bad.json", .badData),
      ("llmcost tables --tables none.json", .missingInput),
    ]
    for (line, status) in lines {
      let outcome = world.run(line)
      #expect(outcome.status == status)
      #expect(outcome.output.isEmpty == (status.rawValue >= 64), "\(line)")
    }
  }

  @Test func `the manual has every command and option`() throws {
    let page = TestWorld().run("llmcost man").output
    for section in [
      "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "COMMON OPTIONS", "EXAMPLES", "UNITS", "RANGES", "TABLES",
      "ACCURACY", "EXIT STATUS", "ENVIRONMENT", "FILES",
    ] {
      #expect(page.contains("\n.SH \"\(section.replacing("-", with: "\\-"))\"\n"), "\(section)")
    }
    let bare = page.replacing("\\", with: "")
    for command in Listing.commands {
      #expect(bare.contains("\n.SS \"llmcost \(command)\"\n"), "\(command)")
      let help = TestWorld().run("llmcost \(command) --help").output
      for line in help.split(separator: "\n") where line.hasPrefix("  -") && !line.contains("--help") {
        let name = try #require(line.split(whereSeparator: { " ,".contains($0) }).first { $0.hasPrefix("--") })
        #expect(bare.contains("fB\(name)fR"), "\(name)")
      }
    }
    // Text is ASCII, and no line is a request by accident.
    #expect(page.utf8.allSatisfy { $0 < 0x80 })
    let requests = Set(
      page.split(separator: "\n").filter { $0.hasPrefix(".") || $0.hasPrefix("'") }
        .compactMap { $0.split(separator: " ").first })
    #expect(requests.isSubset(of: [".TH", ".SH", ".SS", ".TP", ".PP", ".RS", ".RE", ".nf", ".fi", ".nh", ".ad"]))
  }

  @Test(.enabled(if: Shell.has("groff"), "groff is not installed"))
  func `groff sets the manual without a warning`() throws {
    #expect(try Shell.run("llmcost man | groff -man -Tutf8 -ww -z 2>&1").isEmpty)
    let text = try Shell.run("llmcost man | groff -man -Tutf8 -P-cbou -rLL=100n")
    #expect(text.contains("llmcost - estimate what it costs to train a large language model"))
    #expect(text.contains("see 'llmcost tables accelerators'"))
    #expect(text.contains("~/.config/llmcost/*.json"))
  }

  @Test(.enabled(if: Shell.has("mandoc"), "mandoc is not installed"))
  func `mandoc finds no error in the manual`() throws {
    #expect(try Shell.run("llmcost man | mandoc -Tlint -W error 2>&1").isEmpty)
  }
}
