import Foundation
import LlmcostTool
import Testing
import TextFormats

/// A program is saved as a plan, and one of its stages is held against it.
@Suite("Plans of programs")
struct TrackedProgramTests {
  /// A machine with the plan of a bundled program, and a log of its pre-training at some seconds a step.
  private func world(secondsOfStep: Double) throws -> TestWorld {
    let saved = TestWorld().run("llmcost program domain-7b --save-plan plan.json")
    let plan = try #require(saved.files.first { $0.path == "plan.json" })
    let lines = (1...300).map { "\($0),\($0 * 4_194_304),\(Double($0) * secondsOfStep)" }
    return TestWorld(files: [
      "plan.json": plan.text, "log.csv": "step,tokens,time\n" + lines.joined(separator: "\n"),
    ])
  }

  private func values(_ world: TestWorld, _ options: String = "") throws -> JSONValue {
    let outcome = world.run("llmcost track plan.json --log log.csv --stage continued --json \(options)")
    #expect(outcome.status == .success, "\(outcome.complaint)")
    return try JSONReader.read(Array(outcome.output.utf8))
  }

  @Test func `a slow stage makes the program dearer, by what it costs more itself`() throws {
    let slow = try values(world(secondsOfStep: 90))
    let fast = try values(world(secondsOfStep: 20))
    let (slowCost, fastCost) = (try #require(slow["cost_usd"]?.number), try #require(fast["cost_usd"]?.number))
    let planned = try #require(slow["planned_usd"]?.number)
    #expect(fastCost < planned && planned < slowCost)
    let hours = try #require(slow["accelerator_hours"]?.number) - (try #require(fast["accelerator_hours"]?.number))
    // Nothing but the hours of one stage moved: an hour is between one and twenty dollars.
    #expect((1...20).contains((slowCost - fastCost) / hours))
    #expect(try #require(slow["p_in_budget"]?.number) < (try #require(fast["p_in_budget"]?.number)))
  }

  @Test func `a plan without a range of time has no deadline but the one that is given`() throws {
    let world = try world(secondsOfStep: 45)
    #expect(try values(world)["p_in_time"]?.number == nil)
    #expect(try values(world, "--deadline 1d")["p_in_time"]?.number == 0)
    #expect(try values(world, "--deadline 300d")["p_in_time"]?.number == 1)
  }

  @Test(arguments: [
    ("", "has several stages", "--stage with one of continued, sft, dpo"),
    ("--stage corpus", "no stage 'corpus' that runs", "continued"),
    ("--stage continue", "no stage 'continue' that runs", "did you mean 'continued'"),
  ])
  func `the stage of the log is asked for`(options: String, message: String, hint: String) throws {
    let outcome = try world(secondsOfStep: 45).run("llmcost track plan.json --log log.csv \(options)")
    #expect(outcome.status == .usage)
    #expect(outcome.complaint.contains(message) && outcome.complaint.contains(hint), "\(outcome.complaint)")
  }

  @Test(arguments: ["--check", "--print", "--diff llama-2-70b-chat"])
  func `what makes no estimate saves no plan`(option: String) {
    let outcome = TestWorld().run("llmcost program domain-7b --save-plan plan.json \(option)")
    #expect(outcome.status == .usage && outcome.files.isEmpty)
    #expect(outcome.complaint.contains("--save-plan saves an estimate"), "\(outcome.complaint)")
  }

  @Test func `stages of a plan that are no object are not taken for none`() {
    let plan = #"{"plan": "program", "recipe": {}, "stages": [1], "expected": {"accelerator_hours": null}}"#
    let outcome = TestWorld(files: ["plan.json": plan]).run("llmcost track plan.json --log log.csv")
    #expect(outcome.status == .badData && outcome.complaint.contains("'stages' is no object"), "\(outcome.complaint)")
  }

  @Test func `a broken recipe of a plan is told by its place`() throws {
    var world = try world(secondsOfStep: 45)
    world.files["plan.json"] = world.files["plan.json"]?.replacingOccurrences(
      of: #""params": "7B""#, with: #""params": -7"#)
    let outcome = world.run("llmcost track plan.json --log log.csv --stage continued")
    #expect(outcome.status == .badData)
    #expect(outcome.complaint.contains("plan.json:") && outcome.complaint.contains("continued"), "\(outcome.complaint)")
  }
}
