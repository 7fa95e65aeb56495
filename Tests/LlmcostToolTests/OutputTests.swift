import Foundation
import LlmcostTool
import Testing
import TextFormats

private let base = "llmcost pretrain --params 70B --tokens 15T --gpus 2048 "

@Suite("Output")
struct OutputTests {
  private func run(_ line: String, _ world: TestWorld = TestWorld()) throws -> String {
    let outcome = world.run(line)
    #expect(outcome.status == .success, "\(outcome.complaint)")
    return outcome.output
  }

  private func json(_ line: String) throws -> JSONValue { try JSONReader.read(Array(try run(line).utf8)) }

  @Test func `JSON has the members of the design`() throws {
    let value = try json(base + "--json")
    #expect(
      value.members?.map(\.name) == [
        "schemaVersion", "command", "scenario", "summary", "bill", "footprint", "tree", "questions", "notes",
      ])
    #expect(value["summary"]?["accelerator_hours"]?.number != nil)
    #expect(value["summary"]?["accelerator_hours.p90"]?.number != nil)
    #expect(value["scenario"]?["inputs"]?.array?.isEmpty == false)
  }

  @Test func `every node of the tree is an input with an origin or a formula`() throws {
    func check(_ node: JSONValue) {
      let isInput = node["origin"] != nil
      #expect(isInput != (node["formula"] != nil), "\(node["name"]?.string ?? "")")
      for part in node["parts"]?.array ?? [] { check(part) }
    }
    for node in try #require(try json(base + "--json --own --research-multiplier 2")["tree"]?.array) { check(node) }
  }

  @Test(arguments: ["", "--own", "--own --research-multiplier 2.5", "--price 2..3"])
  func `bill lines sum to the total to the cent in JSON and CSV`(options: String) throws {
    let value = try json(base + "--json " + options)
    let lines = try #require(value["bill"]?["lines"]?.array).compactMap { $0["usd"]?.number }
    let total = try #require(value["bill"]?["total"]?["usd"]?.number)
    #expect(abs(lines.reduce(0, +) - total) < 0.01)
    let csv = try run(base + "-f csv " + options).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let record = Dictionary(
      zip(csv[0].map(String.init), csv[1].map { Double($0) }), uniquingKeysWith: { first, _ in first })
    let categories = [
      "compute_usd", "interest_usd", "hosting_usd", "electricity_usd", "host_cpu_usd", "storage_usd", "egress_usd",
      "data_usd", "human_data_usd", "api_usd", "staff_usd", "research_usd",
    ]
    let sum = categories.compactMap { record[$0] ?? nil }.reduce(0, +)
    #expect(abs(sum - (try #require(record["cost_usd"] ?? nil))) < 0.01)
  }

  @Test func `all formats carry the same number`() throws {
    let hours = try run(base + "--get accelerator_hours").dropLast()
    #expect(try run(base + "-f csv --columns accelerator_hours") == "accelerator_hours\n\(hours)\n")
    #expect(try run(base + "-f tsv --columns accelerator_hours") == "accelerator_hours\n\(hours)\n")
    #expect(try run(base + "-f jsonl --columns accelerator_hours") == "{\"accelerator_hours\":\(hours)}\n")
    #expect(
      try run(base + "-f markdown --columns accelerator_hours") == "| accelerator_hours |\n|---:|\n| \(hours) |\n")
    #expect(try json(base + "--json")["summary"]?["accelerator_hours"]?.number == Double(hours))
  }

  @Test func `a bare number agrees with the hand calculation to the last digit shown`() throws {
    let hours = 6 * 70e9 * 15e12 / (989.4e12 * 3600 * 0.4)
    let text = try run(base + "--mfu 0.4 --get accelerator_hours").dropLast()
    #expect(abs(try #require(Double(text)) / hours - 1) < 1e-14)
    #expect(try run("llmcost pretrain -p 1B -t 1T --get flop") == "6e+21\n")
    // 6·10²¹ FLOP at half of 312 TFLOP/s and $1.56 an hour: 6e21 / (1.56e14 · 3600) · 1.56.
    #expect(
      try run("llmcost pretrain -p 1B -t 1T -g a100 --mfu 50% --price 1.56 --get compute_usd") == "16666.6666666667\n")
  }

  @Test(arguments: ["total.usd", "bill.total.usd", "cost_usd", "summary.cost_usd"])
  func `the total has several paths`(path: String) throws {
    #expect(try run(base + "--get \(path)") == run(base + "--get cost_usd"))
  }

  @Test func `zero samples leave the ranges out and the typical values alone`() throws {
    #expect(try run(base + "--samples 0 --get cost_usd") == run(base + "--get cost_usd"))
    #expect(!(try run(base + "--samples 0")).contains("–  "))
    #expect(try run(base + "--samples 0 --get cost_usd.p90") == run(base + "--get cost_usd"))
  }

  @Test func `color is for terminals, unless told otherwise`() throws {
    let escape = "\u{1B}["
    #expect(!(try run(base)).contains(escape))
    #expect(try run(base, TestWorld(terminalWidth: 100)).contains(escape))
    #expect(!(try run(base, TestWorld(variables: ["NO_COLOR": "1"], terminalWidth: 100))).contains(escape))
    #expect(!(try run(base, TestWorld(variables: ["TERM": "dumb"], terminalWidth: 100))).contains(escape))
    #expect(try run(base + "--color always").contains(escape))
    #expect(!(try run(base + "--color never", TestWorld(terminalWidth: 100))).contains(escape))
  }

  @Test(arguments: [60, 80, 120])
  func `no line is wider than asked for`(width: Int) throws {
    for line in try run(base + "--width \(width)").split(separator: "\n") { #expect(line.count <= width) }
    for line in try run("llmcost tables prices --width \(width)").split(separator: "\n") {
      #expect(line.count <= width)
    }
  }

  @Test func `notes go to standard error and --quiet silences them`() {
    let line = "llmcost pretrain -p 8B -t 1T -g h800"
    #expect(TestWorld().run(line).complaint.contains("note: the rental price (h800-on-demand-neocloud) is of 2025-03"))
    #expect(TestWorld().run(line + " --quiet").complaint.isEmpty)
  }

  @Test func `overlays come from the option, the environment and the configuration folder, in that order of strength`()
    throws
  {
    func factor(_ draw: Double) -> String {
      #"{"table": "factors", "rows": [{"id": "power-draw", "low": \#(draw), "typical": \#(draw), "high": \#(draw), "asOf": "2026", "assumption": "a test"}]}"#
    }
    var world = TestWorld(files: [
      "/home/llmcost/factors.json": factor(0.5), "env.json": factor(0.6), "option.json": factor(0.7),
    ])
    func energy(_ options: String = "") throws -> Double {
      try #require(Double(try run(base + "--get energy_kwh " + options, world).dropLast()))
    }
    let plain = try energy() / 0.76
    world.variables["XDG_CONFIG_HOME"] = "/home"
    #expect(abs(try energy() / plain - 0.5) < 1e-9)
    world.variables["LLMCOST_TABLES"] = "env.json"
    #expect(abs(try energy() / plain - 0.6) < 1e-9)
    #expect(abs(try energy("--tables option.json") / plain - 0.7) < 1e-9)
  }

  @Test func `output to a file is left to the caller whole`() {
    let outcome = TestWorld().run(base + "-o result.csv -f csv")
    #expect(outcome.outputPath == "result.csv")
    #expect(outcome.output.hasPrefix("command,"))
  }

  @Test func `every option of help is explained and every command has three examples`() throws {
    let files = [
      "config.json": """
      {"model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
       "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 1000}
      """,
      "./my-tables/x.json": #"{"table": "prices", "rows": []}"#, "mine.json": ClaimTests.own,
      "aws/vms.csv":
        "InstanceType,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region\np5.48xlarge,H100,8,55.04,,us-east-1\n",
      "-": "",
      "train.log": "step,tokens,time\n" + (1...99).map { "\($0),\($0 * 7_500_000),\($0 * 10)\n" }.joined(),
      "plan.json": """
      {"plan": "pretrain", "arguments": ["--params", "8B", "--tokens", "1T", "--gpus", "64"],
       "expected": {"accelerator_hours": {"typical": 36000}}}
      """,
    ]
    for command in Listing.commands {
      let help = try run("llmcost \(command) --help")
      // A topic of the same name stands behind it.
      #expect(try run("llmcost help \(command)").hasPrefix(help))
      let examples = try #require(help.split(separator: "Examples:").last).split(separator: "\n").filter {
        $0.hasPrefix("  ") && !$0.hasPrefix("   ")
      }
      #expect(examples.count >= 3)
      for example in examples {
        #expect(
          TestWorld(files: files)
            .run(try Self.commandAlone(in: example)).status == .success, "\(example)")
      }
    }
  }

  /// The program's part of a shell's line.
  private static func commandAlone(in line: Substring) throws -> String {
    let start = try #require(line.range(of: "llmcost ")?.lowerBound)
    let rest = line[start...]
    let end = [" < ", " > ", " | ", ")"].compactMap { rest.range(of: $0)?.lowerBound }.min() ?? rest.endIndex
    return String(rest[..<end])
  }

  @Test(arguments: Listing.commands)
  func `options have names of their own and a half-line of help`(command: String) throws {
    let lines = try run("llmcost \(command) --help").split(separator: "\n").filter { $0.hasPrefix("  -") }
    for line in lines { #expect(!line.hasSuffix("."), "\(line)") }
    let names = lines.compactMap { line in line.split(separator: " ").first { $0.hasPrefix("--") } }
    #expect(names.count == lines.count)
    #expect(Set(names).count == names.count)
  }

  @Test func `control characters of the command line do not reach the terminal`() {
    let outcome = Tool.run(["pretrain", "--params", "7\u{1B}[31mB\n", "--tokens", "1T"], in: TestWorld())
    #expect(outcome.complaint.contains("\\u{1B}[31m"))
    #expect(!outcome.complaint.contains("\u{1B}"))
  }

  @Test func `without arguments the tool says what it is for`() throws {
    #expect(try run("llmcost") == run("llmcost -h"))
    #expect(try run("llmcost --help") == run("llmcost help"))
    #expect(try run("llmcost").contains("llmcost pretrain -p 70B -t 15T"))
    #expect(try run("llmcost --version").hasPrefix("llmcost "))
  }
}
