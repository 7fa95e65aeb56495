import Foundation
import LlmcostTool
import Testing
import TextFormats

/// Every command in every format: the same numbers, lines that fit, and refusals that say what works.
@Suite("Formats")
struct FormatTests {
  private static let world = TestWorld.sample

  /// A command of each family, with few draws: what is looked at is how numbers are written.
  static let commands = [
    "pretrain --params 70B --tokens 15T --gpus 2048 --samples 64",
    "pretrain --params 8B --tokens 1T --own --research-multiplier 2 --samples 64",
    "grpo --params 8B --samples 64", "annotate --items 10k --samples 64", "corpus --tokens 1T --samples 64",
    "compare sft dpo --params 8B --samples 64",
    "compare lora-70b domain-7b --samples 64", "program domain-7b --samples 64",
    "program lora-70b --diff domain-7b --samples 64", "report lora-70b --samples 64",
    "sensitivity --params 70B --tokens 15T --samples 64", "size --budget 5M --samples 64",
    "size --params 8B --tokens 15T --samples 64",
    "serve --params 70B --requests-per-day 1M --samples 64",
    "schedule --params 70B --tokens 15T --gpus 2048 --samples 64",
    "fit --model llama-3.1-70b --task qlora", "fit --params 7B --gpu h100", "step --model llama-3.1-70b --gpus 512",
    "cluster --gpus 1000 --samples 64", "model --model deepseek-v3", "claims --where topic=data", "claims gpt-3-cost",
    "tables regions", "tables accelerators h100-sxm",
  ]

  private func run(_ line: String) throws -> String {
    let outcome = Self.world.run("llmcost " + line)
    #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    return outcome.output
  }

  /// The back-test predicts every run anew each time, which is once for each format and no more.
  @Test(arguments: commands + ["backtest --where generation=volta --samples 64"])
  func `records of all formats hold the same to the last digit`(command: String) throws {
    let csv = try DelimitedText.read(Array(try run(command + " --format csv").utf8))
    #expect(!csv.records.isEmpty && Set(csv.header).count == csv.header.count)
    let lines = try run(command + " --format jsonl").split(separator: "\n")
    #expect(lines.count == csv.records.count)
    for (line, record) in zip(lines, csv.records) {
      let object = try JSONReader.read(Array(line.utf8))
      for (name, cell) in zip(csv.header, record) {
        guard let value = object[name]?.number else { continue }
        #expect(Double(cell) == value, "\(name)")
      }
    }
    let columns = csv.header.prefix(40).joined(separator: ",")
    let chosen = try run(command + " --format csv --columns " + columns)
    #expect(try DelimitedText.read(Array(chosen.utf8)).records == csv.records.map { Array($0.prefix(40)) })
    let json = try JSONReader.read(Array(try run(command + " --format json --columns " + columns).utf8))
    #expect(json.array?.count == csv.records.count)
    let markdown = try run(command + " --format markdown --columns " + columns)
    for cell in csv.records[0].prefix(40) where Double(cell) != nil { #expect(markdown.contains("| \(cell) |")) }
    let tabs = try run(command + " --format tsv --columns " + columns).split(separator: "\n").dropFirst()
    #expect(tabs.count == csv.records.count)
  }

  @Test(arguments: commands)
  func `bare values are those of the records, in the order asked for`(command: String) throws {
    let hasTotals = command.hasPrefix("program") && !command.contains("--diff") || command.hasPrefix("report")
    guard !hasTotals else { return }
    let isChosen = command.hasPrefix("schedule")
    let csv = try DelimitedText.read(Array(try run(command + " --format csv").utf8))
    let row = try #require(isChosen ? csv.records.first { $0[0] == "2048" } : csv.records.first)
    let places = row.indices.filter { !row[$0].isEmpty && !row[$0].contains("\n") }.prefix(5).reversed()
    let values = try run(command + " --get " + places.map { csv.header[$0] }.joined(separator: ","))
    #expect(values == places.map { row[$0] + "\n" }.joined())
  }

  @Test func `columns that are the answer stay in a narrow terminal`() {
    let log =
      "step,tokens,step_seconds,total_steps,gpus\n"
      + (1...3).map { "\($0 * 1000),\($0 * 4_194_304_000),13.1,71000,128" }.joined(separator: "\n")
    var world = TestWorld(variables: ["NO_COLOR": "1"], terminalWidth: 80, files: ["log.csv": log])
    let job = "--params 13B --tokens 300B --gpu h100 --gpus 128 --samples 256"
    let saved = world.run("llmcost pretrain \(job) --save-plan run.json")
    world.files["run.json"] = saved.files.first?.text
    let track = "llmcost track run.json --log log.csv -q"
    let given = world.run(track + " --budget 500k --deadline 14d").output
    for text in ["limit", "in limit", "planned", "$500,000", "14 days", "│ budget $500,000"] {
      #expect(given.contains(text), "\(given)")
    }
    #expect(!given.contains("left out"), "\(given)")
    let planned = world.run(track).output
    #expect(
      planned.contains("│ plan's p90 $")
        && planned.contains("without --budget and --deadline the limit is the plan's p90"), "\(planned)")
    #expect(!planned.contains("│ budget"), "\(planned)")
    let diagnosis = world.run("llmcost diagnose \(job) --log log.csv -q").output
    #expect(diagnosis.contains("what to do") && diagnosis.contains("left out: hours saved"), "\(diagnosis)")
    for text in [given, planned, diagnosis] { #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }) }
  }

  @Test(arguments: commands, [40, 80, 500])
  func `no line is wider than asked for, and no number is cut`(command: String, width: Int) throws {
    // A report is a page unless told otherwise.
    guard !command.hasPrefix("report") else { return }
    let narrow = try run(command + " --width \(width)").split(separator: "\n")
    for line in narrow { #expect(line.unicodeScalars.count <= width, "\(line)") }
    let whole = try run(command + " --width 0")
    let words = Set(whole.split { $0 == " " || $0 == "\n" })
    for line in narrow where !line.contains("left out") && !line.contains("(--width") {
      for word in line.split(separator: " ") where word.first?.isNumber ?? false || word.hasPrefix("$") {
        // Names may break behind a hyphen.
        #expect(words.contains(word) || words.contains { $0.contains(word) && !$0.allSatisfy(\.isNumber) }, "\(word)")
      }
    }
  }

  @Test(arguments: [
    ("pretrain --params 7B --tokens 1T --columns flop", "json, jsonl, csv, tsv and markdown"),
    ("compare sft --params 8B --columns name --format html", "json, jsonl, csv, tsv and markdown"),
    ("tables --format svg", "table, json, jsonl, csv, tsv, markdown, html and xlsx"),
    ("sweep --params 7B --tokens 1T --format html", "jsonl, csv, tsv"),
    ("serve --params 8B --explain --format csv", "table, json, html"),
    ("step --model llama-3.1-70b --gpus 512 --explain --json", "--explain goes with table"),
    ("pretrain --params 7B --tokens 1T --format xml", "table, json, jsonl, csv, tsv, markdown, html, svg"),
    ("program lora-70b --get label", "there is: cost_usd"),
  ])
  func `a refusal says what works`(command: String, names: String) {
    let outcome = Self.world.run("llmcost " + command)
    #expect(outcome.status == .usage && outcome.output.isEmpty)
    #expect(outcome.complaint.contains(names), "\(outcome.complaint)")
  }

  @Test func `a record tells its command line from others`() throws {
    let csv = try DelimitedText.read(
      Array(try run("grpo --params 8B --price 2..3 --gpu b200 --format csv").utf8))
    let record = Dictionary(zip(csv.header, csv.records[0])) { first, _ in first }
    #expect(record["command"] == "grpo" && record["parameters"] == "8000000000" && record["price"] == "2..3")
    #expect(record["accelerator"] == "b200" && record["precision"] == "bf16" && record["region"] == "us")
  }
}
