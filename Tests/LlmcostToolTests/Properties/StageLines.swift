import Dice
import Foundation
import LlmcostTool
import Testing

/// Command lines of a stage, with values that its options are likely to take.
enum StageLines {
  /// Values by what stands for the value in the help.
  private static let values = [
    "count": ["12", "64", "300", "2k", "5M"], "n": ["1.5", "2", "4"], "share": ["0.2", "0.35", "60%"],
    "usd": ["1.5", "3", "$12"], "time": ["20", "30s", "12h", "6mo"], "tokens": ["200", "4k", "700"],
    "size": ["2TB", "300GB"], "mass": ["150kg", "0.3t"], "volume": ["100L"], "l": ["1.5"], "g": ["300"],
    "year": ["2023"],
  ]

  /// Values of options that name something, or that take a word of their own.
  private static let named = [
    "--gpu": ["a100", "b200", "h200", "mi300x"], "--region": ["se", "us-tx", "in"], "--provider": ["coreweave", "aws"],
    "--commitment": ["reserved-1y", "spot:0.3,on-demand:0.7"], "--tier": ["hyperscaler", "marketplace"],
    "--precision": ["fp8"], "--global-batch": ["2Mtok", "512"], "--layout": ["tp4,pp2"], "--zero": ["1", "3"],
    "--recompute": ["full"], "--scale-out": ["100Gbps"], "--then": ["10B@32k"], "--start": ["2027-06"],
    "--as-of": ["2026-06"], "--params": ["7B", "70B"], "--days": ["14", "90"], "--gpus": ["64", "256"],
  ]

  /// What help lists of a stage, by option; inputs alone.
  static func options(of stage: String) -> [OptionTests.Entry] {
    OptionTests.options(of: stage).filter { !outputs.contains($0.name) }
  }

  /// Options of how results are found, checked and printed.
  static let outputs: Set = [
    "--explain", "--samples", "--seed", "--max-cost", "--max-days", "--require-fit", "--strict", "--save-plan",
    "--currency", "--fx", "--get", "--format", "--json", "--columns", "--output", "--color", "--ascii", "--width",
    "--quiet", "--tables", "--log", "--config", "--prices", "--like", "--help",
  ]

  /// Values that an option may take: several where it is a number, all words where it lists them.
  static func values(of option: OptionTests.Entry) -> [String] {
    if let known = named[option.name] { return known }
    if option.placeholder.isEmpty { return [""] }
    if let numbers = values[option.placeholder] { return numbers }
    if option.placeholder.contains("|") { return option.placeholder.split(separator: "|").map(String.init) }
    if option.placeholder == "...", let list = option.help.split(separator: ": ").last {
      return list.split(separator: ", ").map(String.init).filter { !$0.contains(" ") }
    }
    return []
  }

  /// What a stage needs before any other option.
  static func needs(_ stage: String) -> String {
    stage + (OptionTests.needs[stage].map { " " + $0 } ?? "")
  }

  /// A line of a stage with a few options more, which the program accepts.
  static func random(_ stage: String, _ dice: inout Dice, in world: TestWorld = TestWorld()) -> String {
    let options = options(of: stage)
    var line = needs(stage)
    for _ in 0..<6 {
      let option = dice.one(of: options)
      let values = values(of: option)
      guard !values.isEmpty, !line.contains(option.name + " ") else { continue }
      let value = dice.one(of: values)
      let longer = line + " " + option.name + (value.isEmpty ? "" : " " + value)
      if world.run("llmcost \(longer) --samples 0 --get cost_usd").status == .success { line = longer }
    }
    return line
  }

  /// How many cases a property has: few by default, as many as `LLMCOST_CASES` says where somebody waits for them.
  static func seeds(_ usual: UInt64) -> [UInt64] {
    let wanted = ProcessInfo.processInfo.environment["LLMCOST_CASES"].flatMap(UInt64.init) ?? usual
    return Array(1...max(1, wanted))
  }
}
