import LlmcostTool
import Testing
import TextFormats

/// Plans that are to keep their limits with a probability.
@Suite("Plans with a confidence")
struct PlanConfidenceTests {
  private func plan(_ options: String) throws -> JSONValue {
    let outcome = TestWorld().run(
      "llmcost plan pretrain --params 7B --tokens 300B --gpu h100-sxm,b200 --max-gpus 1024 --json \(options)")
    #expect(outcome.status == .success, "\(outcome.complaint)")
    return try JSONReader.read(Array(outcome.output.utf8))
  }

  private func number(_ name: String, of choice: String, in plan: JSONValue) throws -> Double {
    try #require(plan["choices"]?[choice]?[name]?.number)
  }

  @Test(arguments: ["--days 20", "--days 20 --budget 60k"])
  func `the surer the plans, the more the cheapest costs, and all keep what is asked`(limits: String) throws {
    var last = try number("cost_usd", of: "cheapest", in: plan(limits))
    for confidence in [0.5, 0.8, 0.95] {
      let plans = try plan("\(limits) --require-confidence \(confidence)")
      for plan in try #require(plans["front"]?.array) {
        #expect(try #require(plan["risk"]?.number) <= 1 - confidence, "\(limits) \(confidence)")
      }
      let cost = try number("cost_usd", of: "cheapest", in: plans)
      #expect(cost >= last * (1 - 1e-9))
      last = cost
    }
  }

  @Test(arguments: [
    (
      "--days 20 --budget 21.5k --max-gpus 64 --require-confidence 99.9%", "no plan stays inside the limits with 99.9",
      "--budget"
    ),
    ("--require-confidence 0.9", "needs something to stay inside", "--days"),
    ("--days 20 --max-risk 0.2", "unknown option '--max-risk'", "--require-confidence"),
  ])
  func `what cannot be kept is told`(options: String, message: String, hint: String) {
    let outcome = TestWorld().run("llmcost plan pretrain --params 7B --tokens 300B --gpu h100-sxm \(options)")
    #expect(outcome.status != .success)
    #expect(outcome.complaint.contains(message) && outcome.complaint.contains(hint), "\(outcome.complaint)")
  }
}
