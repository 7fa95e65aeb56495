import Testing

@testable import CostModel

@Suite("Draws")
struct SamplingTests {
  /// A product of inputs that are each spread by a factor to either side.
  private static func product(_ factors: [Double]) -> Expression<Ratio> {
    let inputs = factors.enumerated().map { place, factor in
      Expression<Ratio>.input("\(place)", "\(place)", Ranged(1, low: 1 / factor, high: factor), from: .assumed("test"))
    }
    return inputs.dropFirst().reduce(inputs[0]) { $0 * $1 }
  }

  private static func ends(of result: Expression<Ratio>, _ plan: SamplingPlan) throws -> (p10: Double, p90: Double) {
    let tape = Tape(roots: [result.node])
    let spread = tape.spreads(of: [try #require(tape.slot(of: result.node))], plan: plan)[0]
    return (try #require(spread.p10), try #require(spread.p90))
  }

  // MARK: - How many

  @Test func `a range takes as many draws as settle it`() {
    let plan = SamplingPlan()
    var last = 0
    for width in stride(from: 1.1, through: 200, by: 0.7) {
      let draws = plan.draws(settling: (1, width))
      #expect(draws >= last && draws % SamplingPlan.round == 0, "\(width)")
      last = draws
      // The standard error of a quantile of a log-normal law (David and Nagaraja 2003, 10.2).
      let deviation = Elementary.logarithm(width) / (2 * 1.2815515655)
      let error = (0.09 / Double(draws)).squareRoot() * deviation / 0.1754983
      #expect(error <= 0.005 + 1e-9 || draws == 16 * SamplingPlan.round, "\(width)")
    }
    #expect(plan.draws(settling: (1, 1.9)) == SamplingPlan.round)
    #expect(last == 16 * SamplingPlan.round)
  }

  @Test(arguments: [(0.0, 4.0), (-2, 4), (3, 3), (1, .infinity), (.nan, 2)])
  func `a range that is no law of factors takes what is asked for`(p10: Double, p90: Double) {
    for draws in [8192, 20_000] { #expect(SamplingPlan(draws: draws).draws(settling: (p10, p90)) == draws) }
  }

  @Test(arguments: [64, 8191, 8192, 9000, 1_000_000])
  func `no range takes fewer draws than are asked for, and a small sample no more`(draws: Int) {
    let taken = SamplingPlan(draws: draws).draws(settling: (1, 9))
    #expect(draws < SamplingPlan.round ? taken == draws : taken >= draws)
  }

  // MARK: - Which

  @Test(arguments: [8192, 12_000, 3 * 8192])
  func `p10 and p90 are those of all draws`(draws: Int) throws {
    for factors in [[1.2, 1.3], [3, 2], [6, 5, 4]] {
      let result = Self.product(factors)
      let tape = Tape(roots: [result.node])
      let slot = try #require(tape.slot(of: result.node))
      let plan = SamplingPlan(draws: draws)
      let first = tape.draws(of: [slot], plan: SamplingPlan())[0]
      let taken = plan.draws(settling: (Quantiles.quantile(0.1, of: first), Quantiles.quantile(0.9, of: first)))
      let all = tape.draws(of: [slot], plan: plan.drawing(taken))[0]
      #expect(all.count == taken)
      let ends = try Self.ends(of: result, plan)
      #expect(ends.p10 == Quantiles.quantile(0.1, of: all))
      #expect(ends.p90 == Quantiles.quantile(0.9, of: all))
    }
  }

  @Test func `draws held at a limit pile up at one value, which no window around a quantile holds`() throws {
    let capped = Expression<Ratio>.input(
      "capped", "capped", Ranged(0.9, low: 0.5, high: 0.99), from: .assumed("test"), limits: 0...0.91)
    for draws in [8192, 8193, 20_000] { #expect(try Self.ends(of: capped, SamplingPlan(draws: draws)).p90 == 0.91) }
  }

  @Test func `a round has every stratum of an input once, and pairs it with others`() throws {
    let (one, other) = (Self.product([3]), Self.product([1, 3]))
    let tape = Tape(roots: [(one + other).node])
    let slots = tape.inputs.filter { !$0.record.distribution.isCertain }.map(\.slot)
    try #require(slots.count == 2)
    let rows = tape.draws(of: slots, plan: SamplingPlan(draws: 3 * SamplingPlan.round))
    let rounds = rows.map { row in
      (0..<3).map { Array(row[($0 * SamplingPlan.round)..<(($0 + 1) * SamplingPlan.round)]) }
    }
    for row in rounds { for round in row { #expect(round.sorted() == row[0].sorted()) } }
    for round in 1..<3 {
      let partners = Dictionary(uniqueKeysWithValues: zip(rounds[0][0], rounds[1][0]))
      let same = zip(rounds[0][round], rounds[1][round]).count { partners[$0] == $1 }
      // Of two rows that know nothing of each other, one pair is the same on average.
      #expect(same < 8)
    }
  }

  @Test func `what one input alone moves takes one round`() throws {
    let alone = Self.product([20])
    let (few, many) = (try Self.ends(of: alone, SamplingPlan()), try Self.ends(of: alone, SamplingPlan(draws: 1 << 17)))
    for (one, other) in [(few.p10, many.p10), (few.p90, many.p90)] { #expect(abs(one / other - 1) < 1e-3) }
    #expect(abs(few.p90 / 20 - 1) < 1e-3 && abs(few.p10 * 20 - 1) < 1e-3)
  }

  // MARK: - How well

  @Test(arguments: [[1.2, 1.4], [3, 2], [3, 3, 3], [8, 6, 2, 2], [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5]])
  func `products of log-normal inputs have the ends that theory gives, whatever the seed`(factors: [Double]) throws {
    let width = factors.reduce(0) { sum, factor in
      let logarithm = Elementary.logarithm(factor)
      return sum + logarithm * logarithm
    }.squareRoot()
    for seed in 1...6 {
      let ends = try Self.ends(of: Self.product(factors), SamplingPlan(seed: UInt64(seed)))
      #expect(abs(ends.p90 / Elementary.exponential(width) - 1) < 0.015, "\(seed): \(ends)")
      #expect(abs(ends.p10 * Elementary.exponential(width) - 1) < 0.015, "\(seed): \(ends)")
    }
  }

  @Test func `another input beside it does not change which of two correlated ones follows the other`() throws {
    func input(_ id: String) -> Expression<Ratio> {
      .input(id, id, Ranged(1, low: 0.5, high: 2), from: .assumed("test"))
    }
    let plan = SamplingPlan(draws: 64).correlated(by: Correlations([.init("a", "b", 0.7)]))
    func draws(_ sum: Expression<Ratio>, _ part: Expression<Ratio>) throws -> [Double] {
      let tape = Tape(roots: [part.node, sum.node])
      return tape.draws(of: [try #require(tape.slot(of: part.node))], plan: plan)[0]
    }
    let (a, b, c) = (input("a"), input("b"), input("c"))
    let expected = try draws(a + b, b)
    #expect(try draws(b + a, b) == expected)
    #expect(try draws(c + b + a, b) == expected)
    #expect(try draws(a + b, a) == draws(c * b + a, a))
  }
}
