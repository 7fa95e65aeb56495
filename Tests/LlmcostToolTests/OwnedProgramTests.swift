import CostModel
import Testing
import TextFormats

@testable import LlmcostTool

/// Clusters of a program that are paid for whole: what their capital costs, what they draw, and what comes back.
@Suite("Clusters paid for whole")
struct OwnedProgramTests {
  /// An 8B on 64 H100 of a cluster that is there for two years.
  static func recipe(_ contract: String, tokens: String = "200B") -> String {
    #"""
    {"name": "A cluster", "start": "2027-01", "shared": {"params": "8B"},
     "clusters": {"main": {"gpu": "h100", "gpus": 64, "from": 1, "months": 24, \#(contract)}},
     "stages": {"pretrain": {"tokens": "\#(tokens)"}, "sft": {"examples": "20k"}}, "evaluation": "2%",
     "serving": {"requests-per-day": "100k", "lifetime": "12mo", "from": 6, "cluster": "main"}}
    """#
  }
  static let owned = #""own": true"#

  private static let catalog = TableCatalog(memory: TableMemory())

  static func report(_ recipe: String) throws -> ProgramReport {
    let reader = ProgramReader(catalog: catalog, world: BudgetTests.world(recipe))
    return try reader.reading("r.json", []).program.report(SamplingPlan(draws: 0), rangesOf: .everyLine)
  }

  /// A payment of the only cluster.
  static func charge(_ name: String, in report: ProgramReport) throws -> Double {
    try #require(report.clusters.first?.charges.first { $0.name == name }?.amount.typical, "\(name)")
  }

  static func cluster(_ name: String, _ options: String = "") throws -> Double {
    let outcome = TestWorld().run("llmcost cluster --gpus 64 --months 24 --samples 0 --get \(name) \(options)")
    return try #require(Double(outcome.output.dropLast()), "\(outcome.complaint)")
  }

  private static func isNear(_ left: Double, _ right: Double, _ within: Double = 1e-9) -> Bool {
    abs(left - right) <= within * max(abs(left), abs(right))
  }

  @Test func `capital costs its share of the mean of price and residual value`() throws {
    let report = try Self.report(Self.recipe(Self.owned))
    let interest = try Self.charge("cost of capital", in: report)
    let (price, residual) = (
      try Self.charge("purchase", in: report), -(try Self.charge("residual value", in: report))
    )
    #expect(Self.isNear(residual, 0.6 * price))
    #expect(Self.isNear(interest, (price + residual) / 2 * 0.09 * 2))
    #expect(Self.isNear(interest, try Self.cluster("interest_usd", "--resale 60%")))
  }

  @Test func `the capital of a building counts too`() throws {
    let report = try Self.report(Self.recipe(Self.owned + #", "hosting": "facility""#))
    let names = ["purchase", "facility"]
    let prices = try names.map { try Self.charge($0, in: report) }.reduce(0, +)
    let left = try ["residual value", "residual value of the facility"].map { try Self.charge($0, in: report) }
    let capital = (prices - left.reduce(0, +)) / 2
    #expect(Self.isNear(try Self.charge("cost of capital", in: report), capital * 0.09 * 2))
  }

  @Test(arguments: [owned, #""lease": "2y""#], ["200B", "4.8T", "20T"])
  func `electricity is paid for all the energy that is reported, and no more`(contract: String, tokens: String) throws {
    let report = try Self.report(Self.recipe(contract, tokens: tokens))
    let paid = try Self.charge("electricity", in: report) + Self.charge("idle power", in: report)
    let price = try Self.cluster("electricity_usd") / Self.cluster("energy_kwh")
    #expect(Self.isNear(paid, price * report.value("energy_kwh").typical))
  }

  @Test(arguments: ["1y", "2y", "3y"])
  func `a lease that outlives its cluster says what is owed`(lease: String) {
    let recipe = Self.recipe("\"lease\": \"\(lease)\"")
    let outcome = BudgetTests.world(recipe).run("llmcost program r.json --samples 0")
    #expect(outcome.status == .success)
    #expect(outcome.complaint.contains("binds 12 months longer than the cluster is kept") == (lease == "3y"))
  }

  @Test func `a cluster draws the same whoever owns it, and what waits is not nothing`() throws {
    let keys = ["energy_kwh", "carbon_kg", "water_l"]
    let footprints = try [Self.owned, #""lease": "3y""#, #""term": "1mo""#, #""term": "2y""#].map { contract in
      let report = try Self.report(Self.recipe(contract))
      return keys.map { report.value($0).typical }
    }
    for footprint in footprints.dropFirst() {
      #expect(zip(footprint, footprints[0]).allSatisfy { Self.isNear($0, $1) }, "\(footprint)")
    }
    // Waiting draws 15 of the 76 % of computing, all of the time that nothing runs.
    let report = try Self.report(Self.recipe(#""term": "2y""#))
    let use = try #require(report.clusters.first)
    let computing = use.used.typical / use.paid.typical
    let share = computing + 0.15 / 0.76 * (1 - computing)
    #expect(Self.isNear(footprints[0][0], share * (try Self.cluster("energy_kwh")), 0.001))
    // By the hour, nothing waits.
    #expect(try Self.report(Self.recipe(#""region": "us""#)).value("energy_kwh").typical < footprints[0][0] / 2)
  }

  @Test(arguments: [owned, #""lease": "2y""#, #""term": "1y""#])
  func `hours that wait are counted once, whatever is said of waiting`(contract: String) throws {
    let plain = Self.recipe(contract)
    let said = plain.replacing("\"shared\": {", with: "\"shared\": {\"idle\": 0.5, ")
    let reports = try [plain, said].map { try Self.report($0) }
    for key in ["energy_kwh", "carbon_kg", "water_l", "cost_usd"] {
      #expect(Self.isNear(reports[0].value(key).typical, reports[1].value(key).typical), "\(key)")
    }
    let note = "main waits in the hours that nothing uses: --idle does not count for it"
    #expect(BudgetTests.world(said).run("llmcost program r.json --samples 0").complaint.contains(note))
    #expect(!BudgetTests.world(plain).run("llmcost program r.json --samples 0").complaint.contains(note))
  }

  @Test(arguments: ["", " --own"])
  func `copies that wait draw what is said of waiting, or what waiting servers do, never both`(payment: String) throws {
    func energy(_ load: Double, _ idle: String = "") throws -> Double {
      let line = "llmcost serve --params 8B --utilization \(load) --samples 0 --get energy_wh\(payment)\(idle)"
      let outcome = TestWorld().run(line)
      return try #require(Double(outcome.output.dropLast()), "\(outcome.complaint)")
    }
    let busy = try energy(1)
    for load in [0.2, 0.5, 1] {
      #expect(Self.isNear(try energy(load, " --idle 0.5"), 1.5 * busy))
      #expect(Self.isNear(try energy(load), busy * (1 + 0.15 / 0.6 * (1 / load - 1)), 1e-3))
    }
  }

  @Test func `what is counted as sold is told, with the cash that it takes until then`() throws {
    let world = BudgetTests.world(Self.recipe(Self.owned))
    let outcome = world.run("llmcost program r.json --samples 0 --json")
    let program = try JSONReader.read(Array(outcome.output.utf8))
    let report = try Self.report(Self.recipe(Self.owned))
    let residual = -(try Self.charge("residual value", in: report))
    let total = report.value("cost_usd").typical
    let money = [residual, total + residual].map { Notation.display($0, as: .dollars) }
    let note =
      "main is counted as sold at the end for its residual value, \(money[0]) off the total: without a sale the cash "
      + "is \(money[1])"
    #expect(outcome.complaint.contains(note), "\(outcome.complaint)")
    // The most has left a month before the last, when it is sold.
    let peak = try #require(program["cashPeak"]?["usd"]?.number)
    #expect(peak > total && peak < total + residual)
    #expect(program["cashPeak"]?["month"]?.string == "2028-11")
    let shown = Notation.display(peak, as: .dollars)
    #expect(world.run("llmcost program r.json --samples 0").output.contains("at most \(shown), by 2028-11"))
    // What is rented brings nothing back.
    let rented = BudgetTests.world(Self.recipe(#""term": "2y""#)).run("llmcost program r.json --samples 0")
    #expect(!rented.complaint.contains("residual value") && !rented.output.contains("at most"))
  }

  @Test func `the recipe to start from serves on its own cluster, which has room for it`() throws {
    let start = TestWorld().run("llmcost program --init").output
    let outcome = BudgetTests.world(start).run("llmcost program r.json --samples 0 --scenario all")
    #expect(outcome.status == .success)
    #expect(!outcome.complaint.contains("serving takes") && !outcome.complaint.contains("serving does not lie"))
    let report = try Self.report(start)
    let use = try #require(report.clusters.first)
    let serving = try #require(report.program.services.first)
    #expect(serving.cluster == 0 && use.used.typical > serving.hours.typical.value)
    #expect(serving.hours.typical.value > 0)
  }
}
