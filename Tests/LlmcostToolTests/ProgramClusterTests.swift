import Foundation
import Testing
import TextFormats

@testable import LlmcostTool

/// What runs on the clusters of a program, and what they cost while nothing does.
@Suite("Clusters of programs")
struct ProgramClusterTests {
  private static func number(_ name: String, _ options: String) throws -> Double {
    try BudgetTests.get(name, "--set clusters.main.own=true " + options, of: BudgetTests.shared)
  }

  @Test func `servers of one's own draw power while they wait, and rented ones are paid for with the rent`() throws {
    func waiting(_ options: String) throws -> Double? {
      let program = try BudgetTests.json("--samples 0 " + options, of: BudgetTests.shared)
      return program["lines"]?.array?.first { $0["detail"]?.string == "idle power" }?["usd"]?.number
    }
    let cost = try #require(try waiting("--set clusters.main.own=true"))
    #expect(cost > 0)
    #expect(try waiting("--set clusters.main.term=1y") == nil)
    // Twice the months are more than twice the waiting: the stages take as long as before.
    let longer = try #require(try waiting("--set clusters.main.own=true --set clusters.main.months=24"))
    #expect(longer > 2 * cost)
    let energy = try [12, 24].map { try Self.number("energy_kwh", "--set clusters.main.months=\($0)") }
    #expect(energy[1] > energy[0])
    // What they wait for is done a hundred times over: nothing waits.
    #expect(try #require(try waiting("--set clusters.main.own=true --set research=1000")) == 0)
  }

  @Test func `serving that starts in a month of its own takes its accelerators from the stages`() throws {
    func start(_ options: String) throws -> Double {
      let program = try BudgetTests.json(
        "--samples 0 --set serving.cluster=main --set serving.requests-per-day=2M " + options, of: BudgetTests.shared)
      let line = program["lines"]?.array?.first { $0["label"]?.string == "pretrain" }
      return try #require(line?["start_days"]?.number)
    }
    #expect(try start("") == 0)
    #expect(try start("--set serving.from=1") > 180)
    #expect(try start("--set serving.from=9") == 0)
  }

  @Test(arguments: [
    ("--set serving.requests-per-day=20M", "at once, and main has 64: what is beyond must be rented besides"),
    ("--set serving.from=10 --set clusters.main.months=11", "which is there from 2027-01 to 2027-11"),
  ])
  func `serving that has no room or no time is told`(options: String, message: String) {
    let outcome = BudgetTests.world(BudgetTests.shared)
      .run("llmcost program r.json --samples 0 --set serving.cluster=main " + options)
    #expect(outcome.status == .success)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
  }

  @Test func `a cluster that costs more than its hours on demand says so, once`() {
    func said(_ options: String) -> Int {
      let outcome = BudgetTests.world(BudgetTests.shared).run("llmcost program r.json --samples 0 " + options)
      return outcome.complaint.components(separatedBy: "the hours that are used would cost").count - 1
    }
    #expect(said("--set clusters.main.own=true") == 1)
    #expect(said("--set clusters.main.term=1y --set 'scenarios={\"low\":{\"overhead\":0}}'") == 1)
    #expect(said("") == 0)
    // A cluster that is used all the time is cheaper than rent.
    #expect(said("--set clusters.main.own=true --set research=150") == 0)
  }
}
