import LlmcostTool
import Testing
import TextFormats

@Suite("llmcost size")
struct SizeTests {
  private func run(_ line: String, _ world: TestWorld = TestWorld()) throws -> String {
    let outcome = world.run(line)
    #expect(outcome.status == .success, "\(outcome.complaint)")
    return outcome.output
  }

  private func get(_ options: String, _ name: String) throws -> Double {
    try #require(Double(try run("llmcost size \(options) --get \(name)").dropLast()))
  }

  @Test(arguments: [
    "--compute 1e23", "--budget 2M", "--params 30B", "--tokens 500B", "--loss 2.05", "--days 30 --gpus 512",
    "--budget 100k --own", "--budget 2M --law hoffmann --gpu b200 --precision fp8",
    "--budget 2M --unique-tokens 100B",
  ])
  func `what one question finds, all the others give back`(question: String) throws {
    // A cluster keeps its size: storage is paid for as long as the run takes.
    let options = question.split(separator: " ").dropFirst(2).joined(separator: " ")
    let found = try figures(question)
    let names = ["flop", "cost_usd", "parameters", "tokens"]
    for (option, name) in [
      ("--compute", "flop"), ("--budget", "cost_usd"), ("--params", "parameters"), ("--tokens", "tokens"),
      ("--loss", "loss"),
    ] {
      let back = try figures("\(option) \(try #require(found[name]?.number)) \(options)")
      for other in names {
        let ratio = try #require(back[other]?.number) / (try #require(found[other]?.number))
        // A loss is flat in compute: its twelfth digit moves compute in the tenth or so.
        #expect(abs(ratio - 1) < (name == "loss" ? 1e-7 : 1e-9), "\(option) → \(other)")
      }
    }
  }

  private func figures(_ options: String) throws -> JSONValue {
    let line = "llmcost size \(options) --json --samples 0" + (options.contains("--law") ? "" : " --law besiroglu")
    return try #require(try JSONReader.read(Array(try run(line).utf8))["summary"])
  }

  @Test(arguments: ["--budget 3M", "--budget 3M --law hoffmann --gpu a100", "--params 13B", "--days 20 --gpus 256"])
  func `cost and hours are those of pretrain`(options: String) throws {
    let found = try figures(options)
    let (parameters, tokens) = (try #require(found["parameters"]?.number), try #require(found["tokens"]?.number))
    let hardware = options.contains("a100") ? " --gpu a100" : options.contains("--gpus") ? " --gpus 256" : ""
    let pretrain = "llmcost pretrain --params \(parameters) --tokens \(tokens)\(hardware) --get "
    for name in ["flop", "accelerator_hours", "cost_usd"] {
      let value = try #require(Double(try run(pretrain + name).dropLast()))
      // A budget ends where a cluster has one node more or less: the last digit of a size decides.
      let error = options.hasPrefix("--budget") ? 1e-3 : 1e-9
      #expect(abs(try #require(found[name]?.number) / value - 1) < error, "\(name)")
    }
  }

  @Test func `two laws and the rule of 20 stand side by side, the first one in the summary`() throws {
    let value = try JSONReader.read(Array(try run("llmcost size --compute 1e24 --json").utf8))
    let models = try #require(value["models"]?.array)
    #expect(models.compactMap { $0["law"]?.string } == ["besiroglu", "hoffmann", "rule-20"])
    #expect(models.compactMap { $0["loss_by"]?.string } == ["besiroglu", "hoffmann", "besiroglu"])
    #expect(value["summary"]?["parameters"]?.number == models[0]["parameters"]?.number)
    #expect(abs(try #require(models[2]["tokens_per_parameter"]?.number) - 20) < 1e-9)
    #expect(
      value.members?.map(\.name) == [
        "schemaVersion", "command", "scenario", "summary", "models", "neighborhood", "notes",
      ])
  }

  @Test func `all formats carry the same number`() throws {
    let line = "llmcost size --loss 2.1 --law besiroglu "
    let value = try run(line + "--get parameters").dropLast()
    #expect(try run(line + "-f csv --columns law,parameters") == "law,parameters\nbesiroglu,\(value)\n")
    #expect(try run(line + "-f tsv --columns parameters") == "parameters\n\(value)\n")
    #expect(try run(line + "-f jsonl --columns parameters") == "{\"parameters\":\(value)}\n")
    #expect(try run(line + "-f markdown --columns parameters") == "| parameters |\n|---:|\n| \(value) |\n")
  }

  @Test func `your own constants give what the law of the same constants gives`() throws {
    let own = "--law-constants E=1.8172,A=482.01,B=2085.43,alpha=0.3478,beta=0.3658"
    #expect(try get("--compute 1e23 \(own)", "parameters") == get("--compute 1e23", "parameters"))
    #expect(try get("--compute 1e23 \(own) --law hoffmann", "loss") == get("--compute 1e23", "loss"))
  }

  @Test func `a law of the user's own table is a law like any other`() throws {
    let world = TestWorld(files: [
      "laws.json": """
      {"table": "scaling-laws", "rows": [{"id": "ours", "name": "Ours", "optimum": {"tokens": {"coefficient": 0.5,
       "exponent": 0.5}}, "asOf": "2026-11", "assumption": "our own fit"}]}
      """
    ])
    let line = "llmcost size --compute 1e22 --law ours --tables laws.json --get tokens --quiet"
    #expect(try run(line, world) == "50000000000\n")
  }

  @Test(arguments: [
    (#""loss": {"E": 1, "A": 2, "alpha": 0.3, "B": 0, "beta": 0.3}"#, "field 'loss.B': must be above 0"),
    (#""loss": {"E": 1, "A": 2, "B": 3, "beta": 0.3}"#, "field 'loss.alpha': is missing"),
    (#""optimum": {}"#, "field 'optimum': 'parameters', 'tokens' or both are expected"),
    (#""note": "none""#, "field 'optimum': a law has 'loss' or 'optimum'"),
    (#""optimum": {"tokens": {"coefficient": 1, "exponent": 1.5}}"#, "rising with x"),
    (#""optimum": {"tokens": {"coefficient": 1, "exponent": 0.5}}, "activeShare": 2"#, "field 'activeShare'"),
  ])
  func `a broken law is told by file, row and field`(members: String, problem: String) {
    let row = "{\"id\": \"ours\", \"name\": \"Ours\", \(members), \"asOf\": \"2026\", \"assumption\": \"a test\"}"
    let world = TestWorld(files: ["laws.json": "{\"table\": \"scaling-laws\", \"rows\": [\(row)]}"])
    let outcome = world.run("llmcost size --compute 1e22 --law ours --tables laws.json")
    #expect(outcome.status == .badData)
    #expect(outcome.complaint.contains("laws.json: row 'ours': "), "\(outcome.complaint)")
    #expect(outcome.complaint.contains(problem), "\(outcome.complaint)")
  }

  @Test func `a law is quiet inside its fit and speaks up outside`() {
    let inside = TestWorld().run("llmcost size --params 1B --law besiroglu")
    #expect(inside.status == .success && !inside.complaint.contains("extrapolated"), "\(inside.complaint)")
    let outside = TestWorld().run("llmcost size --params 70B --law besiroglu")
    #expect(outside.complaint.contains("note: besiroglu is extrapolated to 70B parameters (fitted on 70M to 16B)"))
  }

  @Test(arguments: [
    "--inference-tokens 2T", "--requests 1B --tokens-per-request 2k", "--tokens-per-day 2B --lifetime 1000d",
  ])
  func `tokens to be served are given in three ways`(options: String) throws {
    // Sardana et al.: 13B quality and 2T tokens call for about 7B.
    let parameters = try get("--params 13B --law sardana \(options)", "inference.least_flop.parameters")
    #expect(abs(parameters / 7e9 - 1) < 0.01)
  }

  @Test func `the costlier serving is, the smaller the cheapest model`() throws {
    func parameters(_ mfu: String) throws -> Double {
      try get("--params 13B --inference-tokens 2T --serving-mfu \(mfu)", "inference.least_cost.parameters")
    }
    #expect(try parameters("0.05") < parameters("0.1"))
    #expect(try parameters("0.1") < parameters("0.4"))
  }

  @Test(arguments: [60, 80, 120])
  func `no line is wider than asked for`(width: Int) throws {
    let lines = try run("llmcost size --budget 5M --inference-tokens 1T --width \(width)").split(separator: "\n")
    for line in lines { #expect(line.count <= width) }
  }

  @Test func `a curve is drawn on request, its lowest point in the middle`() throws {
    let lines = try run("llmcost size --compute 1e22 --law besiroglu --plot").split(separator: "\n").map(String.init)
    let bottom = try #require(lines.last { $0.contains("●") })
    let row = Array(bottom.drop { $0 != "│" }.dropFirst())
    let dots = row.indices.filter { row[$0] == "●" }
    #expect(dots.contains(24))
    #expect(lines.contains { $0.contains("└──") })
  }
}
