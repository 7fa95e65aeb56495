import Foundation
import LlmcostTool
import Testing

/// Recipes as files: what is refused, where, and what to do about it; the order of stages; serving.
@Suite("Recipe files")
struct RecipeFileTests {
  private func run(_ recipe: String, _ options: String = "--check") -> Outcome {
    TestWorld(files: ["r.json": recipe]).run("llmcost program r.json \(options)")
  }

  @Test(arguments: [
    ("", "1:1: the text ends too early", "llmcost help recipes"),
    ("[]", "1:1: a recipe is an object, not an array", ""),
    ("{}", "1:1: stages: is missing", "write \"stages\""),
    (#"{"stages": {}}"#, "1:12: stages: there are none", "write \"stages\""),
    (#"{"stags": {}}"#, "1:11: stags: is not known", "did you mean 'stages'?"),
    (#"{"stages": {"": {"stage": "sft"}}}"#, "1:17: stages: a stage has an empty label", "name it"),
    (#"{"stages": {"sft": {"params": "7B"}, "sft": {}}}"#, "1:38: the name 'sft' appears twice", ""),
    (
      "{\"stages\": {\"sft\":\n {\"params\": \"7B\", \"timse\": 2}}}",
      "2:28: stages.sft.timse: sft has no option 'timse'",
      "did you mean 'times'?"
    ),
    (#"{"stages": {"sft": {"params": "7B", "exmples": 2}}}"#, "1:48: stages.sft.exmples: ", "did you mean 'examples'?"),
    (#"{"stages": {"sft": {"params": "7B", "times": "3"}}}"#, "1:46: stages.sft.times: a number is expected", ""),
    (#"{"stages": {"sft": {"params": null}}}"#, "1:31: stages.sft.params: a text or a number is expected", ""),
    (
      #"{"stages": {"x": {"stage": "pretrian"}}}"#, "1:28: stages.x.stage: there is no stage",
      "did you mean 'pretrain'?"
    ),
    (
      #"{"stages": {"sft": {"params": "7B", "after": "sft"}}}"#,
      "1:46: stages.sft.after: stages wait for each other: 'sft'",
      "[] starts at once"
    ),
    (
      #"{"stages": {"sft": {"params": "7B"}}, "people": [{"rol": "x"}]}"#, "1:58: people[0].rol: is not known",
      "did you mean 'role'?"
    ),
    (
      #"{"stages": {"sft": {"params": "7B"}}, "serving": {"model": "llama-3.1-8b"}}"#,
      "1:50: serving: requests-per-day is missing", "1M"
    ),
    (
      #"{"stages": {"sft": {"params": "7B"}}, "serving": {"requests-pr-day": 3}}"#,
      "1:70: serving.requests-pr-day: serve has no option", "did you mean 'requests-per-day'?"
    ),
    (
      #"{"stages": {"sft": {"params": "7B"}}, "serving": {"requests-per-day": "1M"}}"#,
      "1:50: serving: --params is missing", "--params 70B"
    ),
  ])
  func `a recipe that is wrong is told by line, column and path`(recipe: String, message: String, hint: String) {
    let outcome = run(recipe)
    #expect(outcome.status == .badData)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.hasPrefix("llmcost: r.json:" + message), "\(outcome.complaint)")
    #expect(hint.isEmpty || outcome.complaint.contains(hint), "\(outcome.complaint)")
  }

  @Test func `a cycle is told all round, a chain that leads into it is not part of it`() {
    let recipe = #"""
      {"stages": {"d": {"stage": "sft", "params": "7B", "after": "a"},
       "a": {"stage": "sft", "params": "7B", "after": "c"}, "b": {"stage": "sft", "params": "7B"},
       "c": {"stage": "sft", "params": "7B", "after": ["b"]}}}
      """#
    let outcome = run(recipe)
    #expect(
      outcome.complaint.contains("'a' waits for 'c', which waits for 'b', which waits for 'a'"), "\(outcome.complaint)")
    #expect(!outcome.complaint.contains("'d'"))
  }

  @Test func `a file of ten megabytes has its answer, whatever fills it`() {
    let stages = (0..<200_000).map { "\"s\($0)\": {\"stage\": \"sft\", \"params\": \"7B\"}" }.joined(separator: ",")
    let people = repeatElement(#"{"role": "engineer-us", "count": 1, "months": 1}"#, count: 150_000)
    let shared = (0..<600_000).map { "\"o\($0)\": 1" }.joined(separator: ",")
    let fine = #""stages": {"sft": {"params": "7B"}}"#
    for (recipe, message) in [
      ("{\"stages\": {\(stages)}}", "r.json:1:12: stages: there are 200000, and at most 1000 are read"),
      ("{\(fine), \"people\": [\(people.joined(separator: ","))]}", "people: there are 150000, and at most 1000"),
      ("{\"shared\": {\(shared)}, \(fine)}", "r.json:1:19: shared.o0: no stage has the option 'o0'"),
    ] {
      let outcome = run(recipe)
      #expect(outcome.status == .badData)
      #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
    }
    #expect(run("{\(fine), \"description\": \"\(String(repeating: "x", count: 10_000_000))\"}").status == .success)
  }

  @Test func `a stage may wait for one that is written later`() throws {
    let recipe = #"""
      {"stages": {"last": {"stage": "sft", "params": "7B", "after": ["long", "short"]},
       "long": {"stage": "sft", "params": "7B", "length": "10d", "after": []},
       "short": {"stage": "sft", "params": "7B", "length": "3d", "after": []}}}
      """#
    let outcome = run(recipe, "--format csv --columns label,category,start_days,days --samples 0")
    #expect(outcome.status == .success, "\(outcome.complaint)")
    #expect(outcome.output.contains("last,compute,10,"))
    #expect(outcome.output.contains("long,compute,0,10\n"))
    #expect(outcome.output.contains("short,compute,0,3\n"))
  }

  @Test func `serving costs in a program what it costs alone, after the stages`() throws {
    let recipe = #"""
      {"shared": {"model": "llama-3.1-8b", "gpu": "h100"},
       "stages": {"sft": {"examples": 1000, "labels": "none", "length": "5d"}},
       "serving": {"requests-per-day": "1M", "lifetime": "2y"}}
      """#
    let world = TestWorld(files: ["r.json": recipe])
    let serve = "llmcost serve --model llama-3.1-8b --gpu h100 --requests-per-day 1M --lifetime 2y --samples 0 --get "
    let lines = world.run("llmcost program r.json --format csv --columns label,usd,start_days,days --samples 0").output
    let line = try #require(lines.split(separator: "\n").first { $0.hasPrefix("serving,") }).split(separator: ",")
    let alone = try #require(Double(world.run(serve + "lifetime_usd").output.dropLast()))
    #expect(abs((try #require(Double(line[1]))) / alone - 1) < 1e-9)
    #expect(line[2] == "5")
    #expect(line[3] == "730.5")
    // Energy is that of both.
    let stage =
      "llmcost sft --model llama-3.1-8b --gpu h100 --examples 1000 --labels none --samples 0 --get energy_kwh"
    let both = [serve + "lifetime_energy_kwh", stage].compactMap { Double(world.run($0).output.dropLast()) }
    let energy = try #require(
      Double(world.run("llmcost program r.json --get energy_kwh --samples 0").output.dropLast()))
    #expect(abs(energy / both.reduce(0, +) - 1) < 1e-9)
  }

  @Test(arguments: [
    "program plans/r.json", "compare plans/r.json plans/r.json", "report plans/r.json", "sensitivity plans/r.json",
  ])
  func `files that a recipe names lie beside it`(line: String) {
    let recipe = #"{"stages": {"pretrain": {"config": "models/c.json", "tokens": "1T"}}}"#
    let config = TestWorld.sample.files["config.json"] ?? ""
    let world = TestWorld(files: ["plans/r.json": recipe, "plans/models/c.json": config])
    #expect(world.run("llmcost \(line)").status == .success)
    let elsewhere = TestWorld(files: ["plans/r.json": recipe, "models/c.json": config]).run("llmcost \(line)")
    #expect(elsewhere.complaint.contains("cannot read plans/models/c.json"), "\(elsewhere.complaint)")
  }

  @Test func `more scenarios than are read are refused`() {
    let scenarios = (1...101).map { "\"s\($0)\": {\"stages.sft.epochs\": \($0)}" }.joined(separator: ", ")
    let recipe = "{\"stages\": {\"sft\": {\"params\": \"7B\"}}, \"scenarios\": {\(scenarios)}}"
    let outcome = TestWorld(files: ["r.json": recipe]).run("llmcost program r.json --samples 0")
    #expect(outcome.status == .badData)
    #expect(outcome.complaint.contains("scenarios: there are 101, and at most 100 are read"), "\(outcome.complaint)")
  }

  @Test(arguments: ["length", "decision-time", "evaluation-time"])
  func `no pause and no stage lasts longer than a program may`(member: String) {
    let recipe = #"{"stages": {"sft": {"params": "7B", "\#(member)": "1e18y"}}}"#
    let outcome = TestWorld(files: ["r.json": recipe]).run("llmcost program r.json --samples 0")
    #expect(outcome.status == .badData)
    #expect(outcome.complaint.contains("stages.sft.\(member): it is more than 100 years"), "\(outcome.complaint)")
  }

  @Test func `a page of a program has all its parts, and its sources`() throws {
    let html = TestWorld().run("llmcost report llama-3.1-405b").output
    for id in ["stages", "categories", "drivers", "timeline", "cash", "totals", "inputs"] {
      #expect(html.contains("<h2 id=\"\(id)\">"), "\(id)")
    }
    // Four charts, each with a table behind it, and five tables alone.
    #expect(html.components(separatedBy: "<svg").count - 1 == 4)
    #expect(html.components(separatedBy: "<table").count - 1 == 9)
    #expect(html.contains("table labor, row researcher-us"))
    #expect(html.contains("https://"))
    // Without draws nothing is known to move it.
    #expect(!TestWorld().run("llmcost report gpt-4-class --samples 0").output.contains("id=\"drivers\""))
  }

  @Test func `what moves a program is what moves its stages`() throws {
    let recipe = #"{"stages": {"pretrain": {"params": "7B", "tokens": "1T", "price": "1..2..4", "mfu": 0.4}}}"#
    let html = TestWorld(files: ["r.json": recipe]).run("llmcost report r.json").output
    let drivers = try #require(html.components(separatedBy: "id=\"drivers\"").last)
    let rows = drivers.components(separatedBy: "<tbody>")[1]
    #expect(
      rows.drop(while: \.isWhitespace).hasPrefix("<tr><th scope=\"row\">rental price</th>"), "\(rows.prefix(200))")
  }
}
