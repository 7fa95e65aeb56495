import Dice
import Foundation
import LlmcostTool
import Testing
import TextFormats

/// Schemas hold for what the program prints and reads, and say no more than that.
@Suite("Schemas")
struct SchemaTests {
  /// Commands that print results, by the completion of `llmcost schema`.
  static let commands = Listing.commands.filter { command in
    TestWorld().run("llmcost \(command) --help").output.contains("--format <")
  }

  private static func schema(_ name: String) throws -> SchemaValidator {
    let outcome = TestWorld().run("llmcost schema \(name)")
    #expect(outcome.status == .success, "\(name): \(outcome.complaint)")
    return SchemaValidator(root: try JSONReader.read(Array(outcome.output.utf8)))
  }

  /// The schema of a line of JSON Lines.
  private static func row(_ schema: SchemaValidator) throws -> SchemaValidator {
    let row = try #require(schema.root["$defs"]?["row"])
    let definitions = try #require(schema.root["$defs"])
    let members = (row.members ?? []) + [JSONValue.Member(name: "$defs", value: definitions)]
    return SchemaValidator(root: JSONValue(content: .object(members), offset: 0))
  }

  // MARK: - Random invocations

  /// What a command needs, with values that come up often.
  private static let seeds: [String: [String]] = OptionTests.needs.mapValues { [$0] }.merging(
    [
      "pretrain": [
        "--params 7B --tokens 1T", "--params 30B-A3B --tokens 2T --days 30",
        "--model llama-3.1-8b --tokens 1T --gpus 64",
        "--params 7B --tokens 1T --own --embodied --equivalents", "--like llama-3-70b",
        "--model llama-3.1-70b --tokens 15T --flops exact --context 32k",
        "--params 7B --tokens 1T --currency EUR --fx 0.9",
        "--params 7B --tokens 1T --budget 300k --confidence 50,95", "--params 7B --tokens 1T --max-carbon 90t -b 200k",
      ],
      "sft": ["--params 8B --lora", "--params 8B --labels expert --gpus 8", "--like tulu3-8b-sft"],
      "compare": [
        "pretrain --params 7B --tokens 1T --gpu h100,b200", "sft dpo --params 7B", "domain-7b lora-70b",
        "--vary method=dpo,simpo,grpo --params 8B", "domain-7b --vary stages.sft.examples=5000,50000",
        "sft dpo --params 7B --budget 10k --confidence 80,97.5", "domain-7b lora-70b --budget 1M",
      ],
      "program": [
        "domain-7b", "domain-7b --currency EUR --fx 0.9", "domain-7b --diff lora-70b", "startup.json",
        "domain-7b --budget 1M --confidence 95", "startup.json --by cluster", "domain-7b --by month",
        "startup.json --scenario all --by scenario",
      ],
      "report": ["domain-7b", "startup.json --budget 9M"],
      "plan": [
        "--params 7B --tokens 100B --gpu h100,b200 --max-gpus 32",
        "sft --params 8B --gpu h100,a100 --budget 900 --max-gpus 16", "--params 7B --tokens 1T --gpu h100 --cash --own",
        "serve --params 8B --requests-per-day 100k --gpu h100,l40s",
      ],
      "worth": [
        "--params 7B --tokens 1T", "--params 7B --tokens 1T --budget 300k", "sft --params 8B --vary gpu=h100,b200",
        "domain-7b --budget 2M", "--params 7B --tokens 1T --of carbon_kg",
      ],
      "afford": [
        "--params 8B --budget 1M", "sft --params 8B --budget 500", "grpo --params 8B --gpus 64 --max-days 3",
        "--params 8B --budget 1M --max-carbon 90t --confidence 60,90",
        "--params 8B --tokens 1T --of epochs --budget 9M",
      ],
      "model": ["--model llama-3.1-8b", "--config config.json", "--model deepseek-v3 --context 128k"],
      "fit": ["--params 7B", "--params 8B --gpu h100 --gpus 8", "--model llama-3.1-70b --gpu h100 --gpus 2"],
      "step": ["--params 8B --gpus 8", "--model llama-3.1-8b --gpus 16 --layout tp8,dp2"],
      "size": ["--compute 1e22", "--budget 1M", "--params 7B --tokens 1T --inference-tokens 1T"],
      "serve": ["--params 8B", "--params 8B --requests-per-day 1M --training-cost 1M", "--model llama-3.1-70b"],
      "schedule": ["--params 7B --tokens 1T", "--params 7B --tokens 1T --gpus 256"],
      "cluster": ["--gpus 64", "--gpus 64 --currency EUR --fx 0.9"],
      "diagnose": [
        "--params 8B --tokens 1T --gpus 64 --tflops 210", "sft --params 8B --gpus 8 --tokens-per-second 9k",
      ],
      "track": ["plan.json --log train.log", "plan.json --log train.log --budget 200k --deadline 40d"],
      "sensitivity": ["--params 7B --tokens 1T", "sft --params 8B", "domain-7b"],
      "sweep": [
        "--params 1B,7B --tokens 1T", "sft --params 8B --examples 1k..9k:3", "serve --params 8B,70B",
        "domain-7b --set stages.sft.examples=1000,5000 --set research=1,2",
      ],
      "backtest": [
        "", "--of energy_kwh", "--stage post-training", "--of cost_usd --require within2=1", "--stage plan",
        "--stage prices",
      ],
      "claims": ["gpt-3-cost", "--where topic=data"],
      "tables": ["", "regions", "regions us", "prices --where provider=aws", "recipes"],
    ]
  ) { $1 }

  private static let world: TestWorld = {
    var world = TestWorld.sample
    world.files["train.log"] =
      "step,tokens,time\n" + (1...99).map { "\($0),\($0 * 7_500_000),\($0 * 10)\n" }.joined()
    world.files["plan.json"] = """
      {"plan": "pretrain", "arguments": ["--params", "8B", "--tokens", "1T", "--gpus", "64"],
       "expected": {"accelerator_hours": {"typical": 36000}}}
      """
    return world
  }()

  /// Values by what stands for them in help.
  private static let values: [String: [String]] = [
    "count": ["1", "64", "3B"], "n": ["1", "2", "8"], "share": ["0.3", "40", "0.2..0.4"], "usd": ["2", "1..3", "9k"],
    "time": ["10d", "3y"], "tokens": ["400", "4k"], "size": ["20TB"], "id": ["h100", "b200", "us", "human"],
    "flop": ["1e22"], "date": ["2026-06"], "name": ["aws"], "path": ["none.json"],
  ]

  /// A command line: a seed with a few options of the command, right or wrong.
  private static func line(_ command: String, seed: Int, _ dice: inout Dice) -> String {
    let seeds = seeds[command] ?? [""]
    var line = command + " " + seeds[seed % seeds.count]
    for _ in 0..<Int.random(in: 0...3, using: &dice) {
      let option = dice.one(of: options[command] ?? [])
      guard !line.contains(option.name) else { continue }
      let words = option.placeholder.split(separator: "|").map(String.init)
      guard let value = words.count > 1 ? words : option.placeholder.isEmpty ? [""] : values[option.placeholder] else {
        continue
      }
      line += " \(option.name) \(dice.one(of: value))"
    }
    let isDrawn = ["model", "fit", "step", "claims", "tables"].contains(command)
    let draws = command == "worth" ? ["1024"] : ["0", "16"]
    return line + (isDrawn ? "" : " --samples \(dice.one(of: draws))")
  }

  /// Options that need files, and those that print a recipe or nothing in place of results.
  private static let leftOut = ["--log", "--output", "--explain", "--print", "--init", "--check"]

  private static let options: [String: [OptionTests.Entry]] = Dictionary(
    uniqueKeysWithValues: commands.map { command in
      (command, OptionTests.options(of: command).filter { !leftOut.contains($0.name) })
    })

  private static let runs = StageLines.seeds(120).count

  @Test func `schemas hold for random invocations`() throws {
    var dice = Dice(state: 2312)
    var schemas: [String: (document: SchemaValidator, row: SchemaValidator)] = [:]
    let error = try Self.schema("error")
    var (answers, errors) = (0, 0)
    var lines = ""
    for run in 0..<Self.runs {
      let command = Self.commands[run % Self.commands.count]
      // Each seed in turn, so that none is left out.
      let line = Self.line(command, seed: run / Self.commands.count, &dice)
      if schemas[command] == nil {
        let schema = try Self.schema(command)
        schemas[command] = (schema, try Self.row(schema))
      }
      let schema = try #require(schemas[command])
      let isRow = command == "sweep" || run % 3 == 0
      let outcome = Self.world.run("llmcost \(line) --format \(isRow ? "jsonl" : "json")")
      guard outcome.status.rawValue < 64, !outcome.output.isEmpty else {
        errors += 1
        let said = outcome.complaint.split(separator: "\n").filter { !$0.hasPrefix(#"{"note":"#) }
        #expect(said.count == 1, "\(line): \(outcome.complaint)")
        let value = try JSONReader.read(Array((said.first ?? "").utf8))
        #expect(error.fault(value) == nil, "\(line)")
        #expect(value["status"]?.number == Double(outcome.status.rawValue), "\(line)")
        continue
      }
      answers += 1
      for text in isRow ? outcome.output.split(separator: "\n").map(String.init) : [outcome.output] {
        let fault = (isRow ? schema.row : schema.document).fault(try JSONReader.read(Array(text.utf8)))
        #expect(fault == nil, "\(line)")
        let value = text.split(separator: "\n").joined()
        lines += #"{"command": "\#(command)", "row": \#(isRow), "line": "\#(line)", "value": \#(value)}"# + "\n"
      }
    }
    // Random as they are, most of them are right.
    #expect(answers > Self.runs / 2 && errors > 0, "\(answers) answers, \(errors) errors")
    if Shell.hasPython("jsonschema") { try holdAgainstLibrary(lines) }
  }

  /// The same by a library of another language.
  private func holdAgainstLibrary(_ lines: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("llmcost-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let values = folder.appendingPathComponent("values.jsonl")
    try lines.write(to: values, atomically: true, encoding: .utf8)
    let script = Package.root.appendingPathComponent("Tests/Agents/validate.py").path
    let printed = try Shell.run(
      "llmcost schema > '\(folder.path)/schemas.json'; \(Shell.pythonPath)python3 '\(script)' '\(folder.path)' 2>&1")
    #expect(printed == "", "\(printed)")
  }

  // MARK: - What there is a schema of

  @Test func `every command with results has a schema, and every schema is strict`() throws {
    #expect(Self.commands.count >= 28)
    for command in Self.commands {
      let schema = try Self.schema(command)
      #expect(schema.root["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
      let text = TestWorld().run("llmcost schema \(command)").output
      // One that takes anything would hold for nothing.
      let isOpen = ["sweep", "tables"].contains(command)
      #expect(isOpen || text.contains("\"required\""), "\(command)")
      let (number, nothing) = (try JSONReader.read(Array("7".utf8)), try JSONReader.read(Array("{}".utf8)))
      #expect(schema.fault(number) != nil, "\(command)")
      #expect(isOpen || schema.fault(nothing) != nil, "\(command)")
    }
  }

  @Test func `a member that is not declared, and one that is missing, are faults`() throws {
    let schema = try Self.schema("pretrain")
    let text = TestWorld().run("llmcost pretrain -p 7B -t 1T --samples 0 --json").output
    let value = try JSONReader.read(Array(text.utf8))
    #expect(schema.fault(value) == nil)
    let members = try #require(value.members)
    for place in members.indices {
      var fewer = members
      let name = fewer.remove(at: place).name
      #expect(schema.fault(JSONValue(content: .object(fewer), offset: 0)) == "$ lacks \(name)")
    }
    let more = members + [JSONValue.Member(name: "more", value: JSONValue(content: .null, offset: 0))]
    #expect(schema.fault(JSONValue(content: .object(more), offset: 0)) == "$ has more")
  }

  @Test(arguments: Listing.tables())
  func `the schema of a table holds for its rows`(table: String) throws {
    let schema = try Self.schema("tables \(table)")
    let path = Package.root.appendingPathComponent("Data/\(table).json")
    let value = try JSONReader.read(Array(try Data(contentsOf: path)))
    #expect(schema.fault(value) == nil)
    // Numbers out of limits, and columns that are none, are faults.
    let wrong = #"{"table": "\#(table)", "rows": [{"id": "x", "wibble": 1}]}"#
    #expect(schema.fault(try JSONReader.read(Array(wrong.utf8))) == "$.rows[0] has wibble")
  }

  @Test func `the schema of recipes holds for those that run, and for none that does not read`() throws {
    let schema = try Self.schema("recipe")
    let path = Package.root.appendingPathComponent("Data/recipes.json")
    let rows = try #require(try JSONReader.read(Array(try Data(contentsOf: path)))["rows"]?.array)
    for row in rows {
      let recipe = try #require(row["recipe"])
      let id = row["id"]?.string ?? ""
      #expect(schema.fault(recipe) == nil, "\(id)")
      let printed = TestWorld().run("llmcost program \(id) --print").output
      #expect(schema.fault(try JSONReader.read(Array(printed.utf8))) == nil, "\(id)")
    }
    for (name, text) in SampleFiles.all where name.hasPrefix("bad/") || name == "startup.json" {
      guard let value = try? JSONReader.read(Array(text.utf8)) else { continue }
      // Names that only tables know are beyond a schema.
      let isBeyond = ["bad/role.json", "bad/after.json", "bad/research.json", "bad/unknown-stage.json"].contains(name)
      #expect((schema.fault(value) == nil) == (isBeyond || name == "startup.json"), "\(name)")
    }
  }

  @Test func `the schema of a plan holds for one that is saved`() throws {
    let outcome = TestWorld().run("llmcost sft -p 8B --lora --gpus 8 --save-plan plan.json")
    let text = try #require(outcome.files.first?.text)
    #expect(try Self.schema("saved-plan").fault(try JSONReader.read(Array(text.utf8))) == nil)
    var world = Self.world
    world.files["saved.json"] = text
    #expect(text.contains(#""--tuning""#) && text.contains(#""lora""#))
    #expect(world.run("llmcost track saved.json --log train.log").status == .success)
  }
}

extension Shell {
  /// Whether the Python here has a package.
  static func hasPython(_ package: String) -> Bool {
    (try? run("\(pythonPath)python3 -c 'import \(package); print(1)'")) == "1\n"
  }

  /// Where further packages are looked for.
  static let pythonPath = ProcessInfo.processInfo.environment["PYTHONPATH"].map { "PYTHONPATH='\($0)' " } ?? ""
}
