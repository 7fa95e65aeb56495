import CostModel
import Foundation
import Testing
import TextFormats

@testable import LlmcostTool

/// Programs as budgets: what is paid once, when, by whom it is used, and in which scenario.
@Suite("Budgets")
struct BudgetTests {
  /// The founder's case: a 32B in twelve months on 64 H100, rented for a year at $2.35.
  static let founder = #"""
    {
      // What an hour costs is the quote's.
      "name": "A 32B in a year", "months": 12,
      "shared": {"params": "32B", "gpu": "h100", "gpus": 64, "price": 2.35, "term": "1y"},
      "stages": {
        "continued": {"stage": "pretrain", "tokens": "50B"},
        "sft": {"examples": "20k", "labels": "none"},
        "dpo": {"comparisons": "20k"},
        "grpo": {"prompts": "20k", "output-tokens": "4k"},
      },
      "people": [
        {"role": "engineer-us", "count": 6, "months": 12}, {"role": "researcher-us", "count": 2, "months": 12}],
      "lines": [{"name": "data", "usd": "761k", "month": 2, "category": "data"}],
      "overhead": "15%",
      "scenarios": {
        "low": {"people.researcher-us.count": 1, "lines.data.usd": "300k"},
        "high": {"people.engineer-us.count": 9, "contingency": "20%"},
      },
    }
    """#
  static let owned = "--set shared.price=null --set shared.term=null --set shared.own=true"

  static func world(_ recipe: String = founder) -> TestWorld { TestWorld(files: ["r.json": recipe]) }

  static func json(_ options: String, of recipe: String = founder) throws -> JSONValue {
    let outcome = world(recipe).run("llmcost program r.json --json \(options)")
    try #require(outcome.status == .success, "\(options): \(outcome.complaint)")
    return try JSONReader.read(Array(outcome.output.utf8))
  }

  static func number(_ value: JSONValue, _ name: String) throws -> Double {
    try #require(value["summary"]?[name]?.number, "\(name)")
  }

  static func get(_ name: String, _ options: String = "", of recipe: String = founder) throws -> Double {
    let outcome = world(recipe).run("llmcost program r.json --get \(name) --samples 0 \(options)")
    return try #require(Double(outcome.output.dropLast()), "\(options): \(outcome.complaint)")
  }

  private static func isNear(_ left: Double, _ right: Double, _ within: Double = 1e-9) -> Bool {
    abs(left - right) <= within * max(1, abs(left), abs(right))
  }

  // MARK: - Clusters

  @Test func `a term is paid once, however many stages use it`() throws {
    let program = try Self.json("--samples 0")
    // 64 × 8,766 h × $2.35.
    #expect(Self.isNear(try Self.number(program, "compute_usd"), 64 * 8766 * 2.35, 0.005))
    #expect((4.8e6...5.2e6).contains(try Self.number(program, "cost_usd")))
    let more = try Self.get("compute_usd", #"--set 'stages.again={"stage":"sft","examples":"40k"}'"#)
    #expect(Self.isNear(more, try Self.number(program, "compute_usd"), 0.001))
    // What nothing uses is shown once, and is all but the hours used.
    let idle = try #require(program["lines"]?.array?.filter { $0["detail"]?.string == "not used" })
    let hours = try Self.number(program, "accelerator_hours")
    #expect(idle.count == 1)
    #expect(Self.isNear(try #require(idle[0]["usd"]?.number), (64 * 8766 - hours) * 2.35))
    #expect(try Self.number(program, "unused_usd") == idle[0]["usd"]?.number)
  }

  @Test func `experiments run in the idle time of a term, and cost nothing more`() throws {
    #expect(Self.isNear(try Self.get("compute_usd"), try Self.get("compute_usd", "--set research=3"), 1e-6))
    let own = try Self.get("compute_usd", "--set stages.continued.research-multiplier=3")
    #expect(Self.isNear(try Self.get("compute_usd"), own, 1e-6))
    let beyond = try Self.get("compute_usd", "--set research=1000")
    #expect(beyond > 2 * (try Self.get("compute_usd")))
  }

  @Test func `what is owned is bought in its first month, keeps its value to the end, and costs what the cluster does`()
    throws
  {
    let program = try Self.json("--samples 0 " + Self.owned)
    func cluster(_ name: String, _ options: String = "") throws -> Double {
      let outcome = TestWorld().run("llmcost cluster --gpus 64 --months 12 --samples 0 --get \(name) \(options)")
      return try #require(Double(outcome.output.dropLast()))
    }
    let cash = try #require(program["cash"]?.array)
    #expect(try #require(cash[0]["compute_usd"]?.number) > (try cluster("capex_usd")))
    #expect(try #require(cash[11]["compute_usd"]?.number) < 0)
    // After one year of five it is worth 80 %, and its capital is on average half of that and of the price.
    let interest = try cluster("interest_usd", "--resale 80%")
    let kept = try cluster("cost_usd") - cluster("electricity_usd") - cluster("interest_usd") + interest
    let hours = try Self.number(program, "accelerator_hours")
    // Servers draw 15 % of their rated power while they wait, and 76 % while they compute.
    let paid = 64.0 * 8766
    let electricity = try cluster("electricity_usd") * (hours + 0.15 / 0.76 * (paid - hours)) / paid
    #expect(Self.isNear(try Self.number(program, "compute_usd"), kept + electricity, 0.005))
    let outcome = Self.world().run("llmcost program r.json --samples 0 -q " + Self.owned)
    #expect(outcome.output.contains("purchase") && outcome.output.contains("residual value"))
  }

  /// Ways to pay for a cluster.
  static let contracts = [
    "", "--set clusters.main.term=1mo", "--set clusters.main.term=1y", "--set clusters.main.own=true",
    "--set clusters.main.lease=2y", "--set clusters.main.own=true --set clusters.main.hosting=facility",
    "--set clusters.main.own=true --set research=100", "--set clusters.main.own=true --set serving.cluster=main",
    "--set clusters.main.term=1y --set serving.cluster=main", "--set stages.sft.cluster=none",
    "--set clusters.main.own=true --set stages.sft.cluster=none --set evaluation=5%",
    "--set serving.growth=20% --set contingency=10%", "--set clusters.main.from=4 --set clusters.main.months=5",
  ]

  static let shared = #"""
    {"start": "2027-01", "months": 12,
     "clusters": {"main": {"gpu": "h100", "gpus": 64}},
     "shared": {"params": "32B"},
     "stages": {"pretrain": {"tokens": "50B"}, "sft": {"examples": "20k", "labels": "human"}},
     "people": [{"role": "engineer-us", "count": 4, "hiring": "20k", "from": 3}],
     "research": "1.5..2", "overhead": "15%",
     "serving": {"requests-per-day": "10k", "lifetime": "6mo"}}
    """#

  @Test(arguments: contracts)
  func `lines, categories and months have the same sum, whoever pays for the cluster`(options: String) throws {
    let program = try Self.json("--samples 0 " + options, of: Self.shared)
    let total = try Self.number(program, "cost_usd")
    let lines = try #require(program["lines"]?.array)
    #expect(Self.isNear(lines.compactMap { $0["usd"]?.number }.reduce(0, +), total))
    let cash = try #require(program["cash"]?.array)
    #expect(Self.isNear(cash.compactMap { $0["usd"]?.number }.reduce(0, +), total))
    var sum = 0.0
    for category in BudgetCategory.allCases {
      guard let amount = program["summary"]?[category.key]?.number else { continue }
      sum += amount
      #expect(Self.isNear(cash.compactMap { $0[category.key]?.number }.reduce(0, +), amount), "\(category)")
      let own = lines.filter { $0["category"]?.string == category.rawValue }.compactMap { $0["usd"]?.number }
      #expect(Self.isNear(own.reduce(0, +), amount), "\(category)")
    }
    #expect(Self.isNear(sum, total))
  }

  @Test func `a lease pays for itself by the month, and for no more months than the budget has`() throws {
    let options = "--set clusters.main.lease="
    let two = try Self.json("--samples 0 \(options)2y", of: Self.shared)
    let cash = try #require(two["cash"]?.array).compactMap { $0["compute_usd"]?.number }
    // No month is like the purchase, and none brings anything back.
    #expect(cash.allSatisfy { $0 > 0 && $0 < 500_000 })
    // The longer it is paid for, the less falls into the year.
    #expect(try Self.number(two, "compute_usd") > (try Self.get("compute_usd", options + "4y", of: Self.shared)))
    // A lease of the whole budget pays the price and its interest: more than the price, less than half as much again.
    let year = try #require(
      Self.json("--by cluster --samples 0 \(options)1y", of: Self.shared)["clusters"]?.array?.first?["usd"]?.number)
    let price = try #require(
      Double(TestWorld().run("llmcost cluster --gpus 64 --capex --samples 0 --get capex_usd").output.dropLast()))
    #expect((1...1.5).contains(year / price))
  }

  @Test func `a cluster that is too small is told, and a stage that is too large refused`() {
    let small = Self.world(Self.shared).run(
      "llmcost program r.json --samples 0 --set clusters.main.term=1mo --set clusters.main.months=1 --set research=50")
    #expect(small.status == .success)
    #expect(small.complaint.contains("are used: what is beyond is counted as rented besides"), "\(small.complaint)")
    let large = Self.world(Self.shared).run("llmcost program r.json --set stages.pretrain.gpus=128 --check")
    #expect(large.complaint.contains("it takes 128 accelerators, and main has 64"), "\(large.complaint)")
    #expect(
      Self.world(Self.shared).run("llmcost program r.json --set stages.sft.cluster=other").complaint.contains(
        "there is no cluster 'other'"))
  }

  @Test func `a small cluster is hosted by others and kept by a share of a person, a large one has its building`()
    throws
  {
    func cluster(_ count: Int, _ name: String) -> Double? {
      Double(TestWorld().run("llmcost cluster --gpus \(count) --months 12 --samples 0 --get \(name)").output.dropLast())
    }
    #expect(cluster(64, "facility_usd") == nil && cluster(2048, "facility_usd") != nil)
    // Half an engineer of $236,000.
    for count in [1, 8, 64] { #expect(Self.isNear(cluster(count, "staff_usd") ?? 0, 118_000, 0.01)) }
    #expect((cluster(2048, "staff_usd") ?? 0) > 800_000)
  }

  // MARK: - People, lines, demand

  @Test func `people are paid from their first month to their last, hired once, and may be a range`() throws {
    let recipe = #"""
      {"start": "2027-01", "months": 6, "people": [
       {"name": "counsel", "usd": "120k", "count": 2, "from": "2027-03", "to": "2027-04", "hiring": "5k"}]}
      """#
    let program = try Self.json("--samples 0", of: recipe)
    let cash = try #require(program["cash"]?.array).compactMap { $0["people_usd"]?.number }
    #expect(cash == [0, 0, 30_000, 20_000, 0, 0])
    let ranged = try Self.json("--set people.counsel.count=1..4", of: recipe)
    #expect(try Self.number(ranged, "cost_usd.p10") < 30_000)
    #expect(try Self.number(ranged, "cost_usd.p90") > 80_000)
  }

  @Test func `lines are paid once or by the month, under their category`() throws {
    let recipe = #"""
      {"months": 4, "lines": [
       {"name": "laptops", "usd": 30000, "month": 2}, {"name": "office", "usd-per-month": "8k", "from": 3},
       {"name": "licenses", "usd": "12k", "from": 1, "months": 3, "category": "data"}],
       "contingency": "10%"}
      """#
    let program = try Self.json("--samples 0", of: recipe)
    let cash = try #require(program["cash"]?.array)
    #expect(cash.compactMap { $0["overhead_usd"]?.number } == [0, 30_000, 8000, 8000])
    #expect(cash.compactMap { $0["data_usd"]?.number }.allSatisfy { Self.isNear($0, 4000) || $0 == 0 })
    #expect(Self.isNear(try Self.number(program, "contingency_usd"), 5800))
    #expect(Self.isNear(try Self.number(program, "cost_usd"), 63_800))
  }

  @Test func `demand that grows costs more, and demand that stays what serving costs`() throws {
    func serving(_ options: String) throws -> Double {
      try Self.get("serving_usd", "--set serving.requests-per-day=2M " + options, of: Self.shared)
    }
    let flat = try serving("")
    #expect(Self.isNear(try serving("--set serving.growth=0"), flat))
    #expect(Self.isNear(try serving("--set 'serving.requests-per-day=[\"2M\"]'"), flat))
    let growths = try [0.1, 0.3, 0.6].map { try serving("--set serving.growth=\($0)") }
    #expect(zip([flat] + growths, growths).allSatisfy { $0 < $1 })
    let listed = try Self.json(
      #"--samples 0 --set 'serving.requests-per-day=["2M","20M"]'"#, of: Self.shared)
    let cash = try #require(listed["cash"]?.array).compactMap { $0["serving_usd"]?.number }.filter { $0 > 0 }
    #expect((cash.last ?? 0) > 5 * (cash.first ?? 0))
  }

  @Test func `labels take the weeks that their team needs, and decisions theirs`() throws {
    let recipe = #"{"shared": {"params": "7B"}, "stages": {"sft": {"examples": 5000, "labels": "expert"}}}"#
    func days(_ options: String) throws -> Double { try Self.get("days", options, of: recipe) }
    let bare = try days("--set stages.sft.labels=none")
    // One an hour, 35 hours a week.
    #expect(Self.isNear(try days("--set annotators=10") - bare, 5000.0 / 350 * 7))
    #expect(Self.isNear(try days("--set stages.sft.annotators=20") - bare, 5000.0 / 700 * 7))
    // Whoever does not say how many has as many as are done in eight weeks.
    #expect(Self.isNear(try days("") - bare, 56))
    #expect(
      Self.isNear(try days("--set stages.sft.labels=none --set decision-time=1w --set evaluation-time=2d") - bare, 9))
  }

  // MARK: - Calendar

  @Test(arguments: 1...12)
  func `quarters follow the fiscal year, three months each`(start: Int) throws {
    let calendar = ProgramCalendar(start: CalendarMonth("2027-01"), fiscalStart: start)
    let quarters = (0..<48).map(calendar.quarter)
    var lengths: [String: Int] = [:]
    for quarter in quarters { lengths[quarter, default: 0] += 1 }
    #expect(quarters.prefix(45).dropFirst(3).allSatisfy { lengths[$0] == 3 })
    // The fiscal year that begins in a month of 2027 ends in 2027 or 2028, and bears that number.
    #expect(calendar.quarter(start - 1) == (start == 1 ? "2027 Q1" : "FY2028 Q1"))
    #expect(calendar.month(13) == "2028-02")
  }

  // MARK: - Scenarios and overrides

  @Test func `scenarios stand side by side on the same draws`() throws {
    let program = try Self.json("")
    let scenarios = try #require(program["scenarios"]?.array)
    #expect(scenarios.compactMap { $0["name"]?.string } == ["low", "plan", "high"])
    let totals = scenarios.compactMap { $0["summary"]?["cost_usd"]?.number }
    #expect(totals[0] < totals[1] && totals[1] < totals[2])
    for name in ["low", "plan", "high"] {
      let alone = try Self.json("--scenario \(name) --samples 0")
      let among = scenarios.first { $0["name"]?.string == name }?["summary"]?["cost_usd"]?.number
      #expect(try Self.number(alone, "cost_usd") == among, "\(name)")
    }
    // A sum that is certain moves both ends of the range by itself.
    let recipe = #"""
      {"stages": {"pretrain": {"params": "7B", "tokens": "1T"}}, "lines": [{"name": "x", "usd": 0}],
       "scenarios": {"more": {"lines.x.usd": "1M"}}}
      """#
    let more = try #require(try Self.json("", of: recipe)["scenarios"]?.array)
    for end in ["cost_usd", "cost_usd.p10", "cost_usd.p90"] {
      let values = more.compactMap { $0["summary"]?[end]?.number }
      #expect(abs(values[1] - values[0] - 1e6) < 1, "\(end)")
    }
  }

  static let changes: [(String, Double)] = [
    ("people.engineer-us.count=7", 236_000.0), ("people.0.count=7", 236_000), ("people.0=null", -6 * 236_000),
    (#"people.+={"name":"pm","usd":100000,"count":1,"months":12}"#, 100_000),
    ("people=null", -6 * 236_000 - 2 * 400_000), ("lines.data.usd=861000", 100_000), ("lines=null", -761_000),
    (#"lines.+={"name":"rent","usd-per-month":1000}"#, 12_000), ("lines.0.category=labels", 0),
    ("overhead=null", 0),
  ]

  @Test(arguments: changes)
  func `anything is changed, added and taken away`(override: String, difference: Double) throws {
    let options = override.hasPrefix("overhead") ? "" : "--set overhead=null "
    let (before, after) = (
      try Self.get("cost_usd", "--set overhead=null"), try Self.get("cost_usd", options + "--set '\(override)'")
    )
    #expect(Self.isNear(after - before, difference, 1e-6), "\(after - before)")
    // What one may set, one may vary.
    let swept = Self.world().run(
      "llmcost sweep r.json --set '\(override)' --set overhead=0 --columns cost_usd -f csv -q")
    let lines = swept.output.split(separator: "\n")
    #expect(lines.count == 2 && Self.isNear(Double(lines[1]) ?? 0, after, 1e-6), "\(swept.complaint)")
  }

  @Test(arguments: [
    ("people.lawyer.count=2", "there is no element 'lawyer'"), ("stages.sft.examples.x=2", "has no members"),
    ("people.17.count=2", "there is no element '17'"), ("stags.sft.examples=1", "is not known"),
  ])
  func `a path that leads nowhere is told`(override: String, message: String) {
    let outcome = Self.world().run("llmcost program r.json --set \(override)")
    #expect(outcome.status == .usage && outcome.complaint.contains(message), "\(outcome.complaint)")
  }

  // MARK: - What is wrong

  @Test func `everything that is wrong is told at once, in one round`() {
    let recipe = """
      {"shared": {"params": "7B", "gpuz": "h100"},
       "start": "soon",
       "stages": {"sft": {"exampels": 10, "epochs": "many", "tokens-per-example": "lots"}, "x": {"stage": "nothing"}},
       "people": [{"role": "boss", "count": 1}, {"role": "engineer-us"}],
       "lines": [{"name": "a"}, {"name": "b", "usd": 1, "category": "fun"}],
       "overheads": 3}
      """
    let outcome = Self.world(recipe).run("llmcost program r.json --check")
    #expect(outcome.status == .badData && outcome.output.isEmpty)
    for message in [
      "shared.gpuz: ", "start: 'soon' is no month", "stages.sft.exampels: ", "stages.sft.epochs: 'many'",
      "stages.sft.tokens-per-example: 'lots'", "there is no stage 'nothing'", "people[0].role: 'boss'",
      "people[1].count: is missing", "lines[0]: one of", "there is no category 'fun'", "overheads: is not known",
    ] { #expect(outcome.complaint.contains(message), "\(message): \(outcome.complaint)") }
  }

  static let nonsense: [(String, String)] = [
    (#"{"months": 3, "people": [{"name": "a", "usd": 1, "count": 1, "from": "2027-02"}]}"#, "'start' is missing"),
    (#"{"months": 3, "lines": [{"name": "a", "usd": 1, "from": 3, "to": 2}]}"#, "it ends before it begins"),
    (#"{"months": 3, "lines": [{"name": "a", "usd": 1, "from": 1, "to": 2, "months": 2}]}"#, "both say when it ends"),
    (#"{"currency": "EUR", "lines": [{"name": "a", "usd": 1}]}"#, "fx: is missing"),
    (#"{"fiscal-year": 13, "lines": [{"name": "a", "usd": 1}]}"#, "no month of the year"),
    (#"{"lines": [{"name": "a", "usd": -1}]}"#, "must not be negative"),
    (#"{"lines": [{"name": "a", "usd": 1}], "scenarios": {"x": 3}}"#, "an object of paths and values"),
    (#"{"lines": [{"name": "a", "usd": 1}], "scenarios": {"x": {"lines.b.usd": 3}}}"#, "there is no element 'b'"),
    (#"{"lines": [{"name": "a", "usd": 1}], "scenarios": {"x": {"lines.a.usd": "y"}}}"#, "(scenario x)"),
    (
      #"{"clusters": {"main": {"gpu": "h100"}}, "stages": {"sft": {"params": "7B"}}}"#, "clusters.main.gpus: is missing"
    ),
    (#"{"clusters": {"main": {"gpus": 8, "gpuz": 1}}, "stages": {"sft": {"params": "7B"}}}"#, "clusters.main.gpuz"),
    (#"{"stages": {"sft": {"params": "7B", "labels": "human", "annotators": 0}}}"#, "must be above zero"),
  ]

  @Test(arguments: nonsense)
  func `what makes no sense is refused`(recipe: String, message: String) {
    let outcome = Self.world(recipe).run("llmcost program r.json --check")
    #expect(outcome.status == .badData && outcome.complaint.contains(message), "\(outcome.complaint)")
  }

  @Test(arguments: [
    "stages.sft.length=1e300y", "stages.sft.times=1e6", "people.0.count=1e300", "lines.0.usd=1e300",
    "stages.sft.annotators=1e-300", "months=1200", "lines.0.month=1200", "overhead=1e300", "research=1e9",
    "shared.term=1000y", "shared.gpus=1e9", "people.0.from=1200", "stages.dpo.from=1200",
  ])
  func `no size of a number stops it`(override: String) {
    let world = Self.world()
    for format in ["table", "json", "csv --by month", "html"] {
      let outcome = world.run(
        "llmcost program r.json --set stages.sft.labels=expert --set \(override) --samples 8 --format \(format)")
      #expect(outcome.status == .success || !outcome.complaint.isEmpty, "\(format)")
    }
  }

  // MARK: - Gates, explanations, other commands

  @Test func `gates fail with the result printed`() {
    for (gate, status) in [
      ("--budget 1M", ToolStatus.failed), ("--budget 100M", .success), ("--max-days 1", .failed),
      ("--max-days 1000", .success),
    ] {
      let outcome = Self.world().run("llmcost program r.json --require-confidence 0.5 \(gate)")
      #expect(outcome.status == status && outcome.output.contains("total cost"), "\(gate)")
    }
  }

  @Test func `every value of a program is explained, and what moves it is ranked`() throws {
    let explained = Self.world().run("llmcost program r.json --explain -q --width 0").output
    #expect(explained.contains("sum of the lines") && explained.contains("table labor, row engineer-us"))
    #expect(explained.contains("accelerator-hours of cluster"))
    let ranked = Self.world().run("llmcost sensitivity r.json --format csv -q").output.split(separator: "\n")
    #expect(ranked[1].hasPrefix("salary.researcher-us,"))
    #expect(ranked.count > 10)
  }
}
