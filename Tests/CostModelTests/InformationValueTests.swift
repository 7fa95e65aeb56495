import Dice
import Testing

@testable import CostModel

/// Normal deviates by the polar method, which shares nothing with the sampling under test.
private struct Normals {
  var dice = Dice(state: 20)
  private var spare: Double?

  mutating func next() -> Double {
    if let value = spare {
      spare = nil
      return value
    }
    while true {
      let (x, y) = (Double.random(in: -1...1, using: &dice), Double.random(in: -1...1, using: &dice))
      let square = x * x + y * y
      guard square > 0, square < 1 else { continue }
      let factor = (-2 * Elementary.logarithm(square) / square).squareRoot()
      spare = y * factor
      return x * factor
    }
  }
}

/// An input by its p10, typical value and p90, drawn by the formula of the documentation.
private struct Drawn {
  var low: Double
  var typical: Double
  var high: Double

  func value(_ z: Double) -> Double {
    typical * Elementary.power(z < 0 ? typical / low : high / typical, z / 1.2815515655446004)
  }

  func expression<Measure: Unit>(_ id: String) -> Expression<Measure> {
    .input(id, id, Ranged(typical, low: low, high: high), from: .assumed("test"))
  }
}

@Suite("Value of information")
struct InformationValueTests {
  private static let plan = SamplingPlan(draws: 16_384)

  /// The value of knowing one of three independent inputs by two loops of plain draws. Without an inner loop, worths must
  /// be straight lines in each input: the loop then ends in the worths at the means of the others, however long it is.
  private static func nested(
    _ inputs: [Drawn], knowing known: Int, outer: Int, inner: Int?, _ worths: ([Double]) -> [Double]
  ) -> Double {
    var normals = Normals()
    let means = inputs.map { input in (0..<200_000).reduce(0) { sum, _ in sum + input.value(normals.next()) } / 200_000
    }
    var (best, sums) = (0.0, [Double]())
    var mirrored: Double?
    for _ in 0..<outer {
      var values = means
      // Each deviate and its mirror image: fewer are needed.
      let deviate = mirrored ?? normals.next()
      mirrored = mirrored == nil ? -deviate : nil
      values[known] = inputs[known].value(deviate)
      var expected = worths(values)
      if let inner {
        expected = expected.map { _ in 0 }
        for _ in 0..<inner {
          for place in inputs.indices where place != known { values[place] = inputs[place].value(normals.next()) }
          for (way, worth) in worths(values).enumerated() { expected[way] += worth / Double(inner) }
        }
      }
      best += expected.max() ?? 0
      sums = sums.isEmpty ? expected : zip(sums, expected).map { $0 + $1 }
    }
    return (best - (sums.max() ?? 0)) / Double(outer)
  }

  private static let hours = Drawn(low: 700, typical: 1000, high: 2000)
  private static let price = Drawn(low: 1.5, typical: 2, high: 3)
  private static let fixed = Drawn(low: 50, typical: 200, high: 900)

  private static func total() -> (
    hours: Expression<AcceleratorHours>, fixed: Expression<Dollars>, cost: Expression<Dollars>
  ) {
    let hours: Expression<AcceleratorHours> = hours.expression("hours")
    let price: Expression<Per<Dollars, AcceleratorHours>> = price.expression("price")
    let fixed: Expression<Dollars> = fixed.expression("fixed")
    return (hours, fixed, (price * hours + fixed).named("cost"))
  }

  private static func goingOn(_ values: [Double]) -> [Double] { [budget - values[0] * values[1] - values[2], 0] }
  private static let budget = 2500.0

  private static func worth(ofKnowing id: String) throws -> Double {
    let cost = total().cost
    let value = InformationValue(of: cost.node, deciding: Decision(within: budget, of: cost), plan: plan)
    return try #require(value.lines.first { $0.id == id }?.worth)
  }

  @Test func `knowing an input before going on is worth what two loops of plain draws say`() throws {
    let expected = Self.nested([Self.hours, Self.price, Self.fixed], knowing: 0, outer: 8000, inner: 125, Self.goingOn)
    #expect(expected > 100)
    let worth = try Self.worth(ofKnowing: "hours")
    #expect(abs(worth / expected - 1) < 0.05, "\(worth) \(expected)")
  }

  @Test(arguments: [(0, "hours"), (1, "price"), (2, "fixed")])
  func `each input is worth what the limit of two loops says`(place: Int, id: String) throws {
    let expected = Self.nested(
      [Self.hours, Self.price, Self.fixed], knowing: place, outer: 100_000, inner: nil, Self.goingOn)
    let worth = try Self.worth(ofKnowing: id)
    // What is worth a thousandth of the budget is told as little, not to a twentieth.
    #expect(abs(worth - expected) < max(0.05 * expected, 0.001 * Self.budget), "\(worth) \(expected)")
  }

  @Test func `rent against a purchase is worth what the limit of two loops says`() throws {
    let (_, fixed, rented) = Self.total()
    // Owned: paid once, whatever the hours.
    let owned = (fixed * 4 + Expression<Dollars>(constant: 1500)).named("owned")
    let decision = Decision(between: [("rent", rented), ("own", owned)], by: Correlations())
    let value = InformationValue(of: rented.node, deciding: decision, plan: Self.plan)
    let worth = try #require(value.lines.first { $0.id == "hours" }?.worth)
    let expected = Self.nested(
      [Self.hours, Self.price, Self.fixed], knowing: 0, outer: 100_000, inner: nil
    ) { values in [-values[0] * values[1] - values[2], -values[2] * 4 - 1500] }
    #expect(expected > 50)
    #expect(abs(worth / expected - 1) < 0.05, "\(worth) \(expected)")
  }

  @Test func `two prices that move together are worth what two loops of plain draws say`() throws {
    let hours: Expression<AcceleratorHours> = Self.hours.expression("hours")
    let one: Expression<Per<Dollars, AcceleratorHours>> = Self.price.expression("one")
    let other: Expression<Per<Dollars, AcceleratorHours>> = Self.price.expression("other")
    let plan = Self.plan.correlated(by: Correlations([.init("one", "other", 0.6)]))
    let ways = [("a", (one * hours).named("a")), ("b", (other * hours * 1.1).named("b"))]
    let value = InformationValue(
      of: ways[0].1.node, deciding: Decision(between: ways, by: Correlations()), plan: plan)
    let worth = try #require(value.lines.first { $0.id == "one" }?.worth)
    var normals = Normals()
    // The hours are the same for both and stand by their mean; the inner loop, on draws of its own, is of the other price,
    // in steps of the known one between which it is a straight line.
    let size = (0..<200_000).reduce(0) { sum, _ in sum + Self.hours.value(normals.next()) } / 200_000
    let rest = (0..<5000).map { _ in 0.8 * normals.next() }.flatMap { [$0, -$0] }
    let inner = (-60...60).map { step in
      rest.reduce(0) { $0 + Self.price.value(0.06 * Double(step) + $1) } / Double(rest.count)
    }
    var (best, sums) = (0.0, [0.0, 0.0])
    let outer = 200_000
    for _ in 0..<outer / 2 {
      let deviate = min(max(normals.next(), -5.9), 5.9)
      for known in [deviate, -deviate] {
        let place = known * 10 + 60
        let (left, share) = (Int(place), place - place.rounded(.down))
        let mean = inner[left] + (inner[left + 1] - inner[left]) * share
        let means = [-Self.price.value(known) * size, -1.1 * mean * size]
        best += (means.max() ?? 0) / Double(outer)
        sums = zip(sums, means).map { $0 + $1 / Double(outer) }
      }
    }
    let expected = best - (sums.max() ?? 0)
    #expect(expected > 10)
    #expect(abs(worth / expected - 1) < 0.05, "\(worth) \(expected)")
  }

  @Test func `the only input is worth what Black's formula says`() throws {
    // A log-normal cost and the right to leave it: a put.
    let (sigma, budget) = (0.5, 1100.0)
    let reach = Elementary.exponential(sigma * 1.2815515655446004)
    let drawn = Drawn(low: 1000 / reach, typical: 1000, high: 1000 * reach)
    let cost: Expression<Dollars> = drawn.expression("cost").named("cost")
    let value = InformationValue(of: cost.node, deciding: Decision(within: budget, of: cost), plan: Self.plan)
    let mean = 1000 * Elementary.exponential(sigma * sigma / 2)
    let d1 = (Elementary.logarithm(mean / budget) + sigma * sigma / 2) / sigma
    let call = budget * Diagnosis.normalShare(below: sigma - d1) - mean * Diagnosis.normalShare(below: -d1)
    let expected = call - max(0, budget - mean)
    let line = try #require(value.lines.first)
    #expect(abs(try #require(line.worth) / expected - 1) < 0.02)
    #expect(abs(try #require(value.perfect) / expected - 1) < 0.02)
    #expect(line.narrowing > 0.999 && value.lines.count == 1)
  }

  @Test(arguments: Stages.all.map { $0.name })
  func `no input of a stage is worth more than all of them, and none narrows beyond the whole range`(
    name: String
  ) throws {
    let stage = try #require(Stages.all.first { $0.name == name })
    let estimate = try Self.estimate(of: stage)
    let cost = estimate.bill.total
    let plan = SamplingPlan(draws: 2048)
    let value = try #require(
      estimate.informationValue(deciding: Decision(within: cost.typical.value * 1.1, of: cost), plan: plan))
    let perfect = try #require(value.perfect)
    #expect(!value.lines.isEmpty)
    for line in value.lines {
      let worth = try #require(line.worth)
      #expect(worth >= 0 && worth <= perfect + 0.01 * cost.typical.value, "\(line.id)")
      #expect(line.narrowing >= 0 && line.narrowing <= 1 && line.saving >= 0, "\(line.id)")
    }
    #expect(value.lines.map { $0.worth ?? 0 } == value.lines.map { $0.worth ?? 0 }.sorted(by: >))
  }

  private static func estimate(of stage: any Stage.Type) throws -> Estimate {
    var given: [String: Ranged<Ratio>] = [:]
    if stage.name == "distill" { given["teacher-params"] = Ranged(70e9) }
    if stage == Pretraining.self {
      let request = Request(parameters: Ranged(7e9), phases: [.init(tokens: Ranged(1e12))])
      return try .pretraining(ScenarioBuilder.scenario(for: request, in: TableCatalog.shared))
    }
    return try .stage(
      stage, for: Request(parameters: Ranged(8e9), phases: []),
      StageInputs(stage: stage.name, given: given, catalog: TableCatalog.shared))
  }
}

@Suite("Chances and correlated inputs")
struct CorrelationTests {
  private static func input(_ id: String, _ low: Double, _ typical: Double, _ high: Double) -> Expression<Ratio> {
    .input(id, id, Ranged(typical, low: low, high: high), from: .assumed("test"))
  }

  private static func chances(
    of result: Expression<Ratio>, within limit: Double, draws: Int = 16_384, by pairs: [Correlations.Pair]
  ) -> Chances {
    let node = result.named("result").node
    return Chances(
      of: [(.money, "cost_usd", node)], among: [node], within: [.money: limit], confidences: [0.8, 0.9],
      plan: SamplingPlan(draws: draws).correlated(by: Correlations(pairs)))
  }

  @Test(arguments: [-0.8, -0.3, 0, 0.5, 0.9])
  func `a product of correlated inputs keeps a limit as often as theory says`(correlation: Double) throws {
    let (one, other) = (Self.input("one", 8, 16, 32), Self.input("other", 2, 4, 8))
    let sigma = Elementary.logarithm(2) / 1.2815515655446004
    let deviation = (2 * sigma * sigma * (1 + correlation)).squareRoot()
    for limit in [30.0, 64, 100, 200] {
      let chance = try #require(
        Self.chances(of: one * other, within: limit, by: [.init("one", "other", correlation)]).lines.first?.chance)
      let expected = Diagnosis.normalShare(below: Elementary.logarithm(limit / 64) / deviation)
      #expect(abs(chance - expected) < 0.01, "\(limit): \(chance) \(expected)")
    }
  }

  @Test func `each correlated input keeps its own spread`() throws {
    let pairs = [Correlations.Pair("a", "b", 0.8), .init("b", "c", -0.4)]
    for (id, factor) in [("a", 1.0), ("b", 1), ("c", 1)] {
      let input = Self.input(id, 8, 16, 64)
      let others = ["a", "b", "c"].filter { $0 != id }.map { Self.input($0, 1, 1.0001, 1.0002) }
      let sum = input + (others[0] - others[0]) + (others[1] - others[1])
      let line = try #require(Self.chances(of: sum, within: 16 * factor, by: pairs).lines.first)
      #expect(abs(try #require(line.chance) - 0.5) < 0.01, "\(id)")
      #expect(abs(line.amounts[1] / 64 - 1) < 0.02, "\(id)")
    }
  }

  @Test func `pairs that cannot hold together are told, and still give numbers`() throws {
    let pairs = [Correlations.Pair("a", "b", 0.95), .init("b", "c", 0.95), .init("a", "c", -0.95)]
    #expect(!Correlations(pairs).isConsistent)
    #expect(Correlations(Array(pairs.dropLast())).isConsistent == false)
    #expect(Correlations([pairs[0]]).isConsistent)
    let sum = Self.input("a", 1, 2, 4) + Self.input("b", 1, 2, 4) + Self.input("c", 1, 2, 4)
    let line = try #require(Self.chances(of: sum, within: 6, by: pairs).lines.first)
    #expect(line.mean.isFinite && line.amounts.allSatisfy(\.isFinite))
  }

  @Test func `a pair of stages speaks of inputs of one stage alone`() {
    let correlations = Correlations([.init("*.output-tokens", "*.tail", 0.5), .init("price", "price", 0.4)])
    let mixes = correlations.mixes(of: ["grpo.output-tokens", "rlhf.tail", "grpo.tail", "price", "price/b200"])
    #expect(mixes.map(\.place).sorted() == [2, 4])
    #expect(correlations.mixes(of: ["grpo.output-tokens", "rlhf.tail"]).isEmpty)
    let led = correlations.mixes(of: ["price", "price/b200"], ledBy: 1)
    #expect(led.map(\.place) == [0])
  }

  @Test func `what does not vary is inside or not`() throws {
    let five = Expression<Ratio>(constant: 5)
    #expect(Self.chances(of: five, within: 5, draws: 64, by: []).ofAll == 1)
    #expect(Self.chances(of: five, within: 4.99, draws: 64, by: []).ofAll == 0)
  }

  @Test func `the table's pairs can hold together and name inputs that estimates have`() throws {
    let correlations = try TableCatalog.shared.correlations()
    #expect(correlations.isConsistent && correlations.pairs.count >= 5)
    let ids = Set(
      Settings.all.map(\.key) + Stages.all.flatMap { stage in stage.settings.map { "*." + $0.id } }
        + ["contract_price", "price"])
    for pair in correlations.pairs {
      #expect(ids.contains(pair.first) && ids.contains(pair.second), "\(pair)")
    }
  }
}

@Suite("Reliability of chances")
struct ChanceReliabilityTests {
  private static func entries() throws -> [Backtest.Entry] {
    let runs = try TableCatalog.shared.publishedRuns()
    return try Backtest(
      runs, learningFrom: runs, catalog: TableCatalog.shared, speedups: try TableCatalog.shared.precisionSpeedups(),
      plan: SamplingPlan()
    ).entries
  }

  @Test func `over the published runs, stated chances score better than a fixed range`() throws {
    let entries = try Self.entries()
    let range = try TableCatalog.shared.factor("contingency-range").value.typical.value
    let reliability = try #require(ChanceReliability(entries, fixedRange: range))
    #expect(reliability.brier < reliability.fixed)
    // One width found in hindsight is as good as it gets with one width.
    #expect(reliability.hindsight <= reliability.fixed)
    #expect(reliability.brier < 1.03 * reliability.hindsight)
    #expect(reliability.cameTrue.count == 9)
    for (said, share) in reliability.cameTrue { #expect(abs(said - share) < 0.12, "\(said) \(share)") }
  }

  @Test func `scores are those of their definition`() throws {
    let known = try Self.entries().filter { $0.setAside == nil && $0.predicted.p10 != nil }
    let reliability = try #require(ChanceReliability(known, fixedRange: 1.3))
    var (sum, count) = (0.0, 0.0)
    for entry in known {
      for budget in ChanceReliability.budgets {
        let z = Elementary.logarithm(budget) / (Elementary.logarithm(1.3) / 1.2815515655446004)
        let error = Diagnosis.normalShare(below: z) - (entry.actual / entry.predicted.typical <= budget ? 1 : 0)
        (sum, count) = (sum + error * error, count + 1)
      }
    }
    #expect(abs(sum / count - reliability.fixed) < 1e-9)
    var shifted = known
    for place in shifted.indices { shifted[place].actual *= 3 }
    #expect(try #require(ChanceReliability(shifted, fixedRange: 1.3)).brier > 2 * reliability.brier)
    #expect(ChanceReliability([], fixedRange: 1.3) == nil)
  }
}
