import CostModel
import Testing

@Suite("Expressions and sampling")
struct ExpressionTests {
  private func input<Measure: Unit>(
    _ id: String, _ value: Ranged<Measure>, limits: ClosedRange<Double> = 0...Double.greatestFiniteMagnitude
  ) -> Expression<Measure> {
    Expression.input(id, id, value, from: .given(id), limits: limits)
  }

  @Test(arguments: [
    (0.9, 1.2815515655), (0.975, 1.9599639845), (0.5, 0), (0.001, -3.0902323062), (1e-9, -5.9978070150),
  ])
  func `normal quantiles agree with the tables`(probability: Double, quantile: Double) {
    #expect(abs(Distribution.normalQuantile(probability) - quantile) < 1e-6)
  }

  @Test func `quantiles interpolate as NumPy's default does`() {
    #expect(Quantiles.quantile(0.1, of: [1, 2, 3, 4]) == 1.3)
    #expect(Quantiles.quantile(0.9, of: [4, 1, 3, 2]) == 3.7)
    #expect(Quantiles.quantile(0.5, of: [7]) == 7)
    #expect(Quantiles.quantile(0.5, of: []) == 0)
  }

  @Test func `a sampled input has the range it was given`() throws {
    let hours = input("hours", Ranged<AcceleratorHours>(1000, low: 700, high: 1900)).named("hours", key: "hours")
    let report = Report(of: hours, plan: SamplingPlan(draws: 4096))
    let line = try #require(report.result("hours"))
    #expect(line.value.typical == 1000)
    #expect(abs(try #require(line.value.p10) / 700 - 1) < 0.01)
    #expect(abs(try #require(line.value.p90) / 1900 - 1) < 0.01)
  }

  @Test(arguments: [2, 5, 12, 20])
  func `each of many inputs keeps its own range in few draws`(count: Int) throws {
    let inputs = (0..<count).map {
      input("input \($0)", Ranged<Ratio>(16, low: 8, high: 64)).named("i\($0)", key: "i\($0)")
    }
    var product = inputs[0]
    for one in inputs.dropFirst() { product = product * one }
    let report = Report(of: product.named("product", key: "product"), plan: SamplingPlan(draws: 512))
    for line in report.lines where line.key?.hasPrefix("i") == true {
      #expect(abs(try #require(line.value.p10) / 8 - 1) < 0.01, "\(line.name)")
      #expect(abs(try #require(line.value.p90) / 64 - 1) < 0.01, "\(line.name)")
    }
  }

  @Test func `the product of two log-normal inputs has the spread that theory gives`() throws {
    let hours = input("hours", Ranged<AcceleratorHours>(1000, low: 500, high: 2000))
    let price = input("price", Ranged<Per<Dollars, AcceleratorHours>>(2, low: 1, high: 4))
    let report = Report(of: (price * hours).named("cost", key: "cost"), plan: SamplingPlan(draws: 8192))
    let p90 = try #require(report.result("cost")?.value.p90)
    // Independent spreads of ×2 add in squares on the logarithm: 2^√2.
    #expect(abs(p90 / (2000 * 2.665144) - 1) < 0.02)
  }

  @Test func `shares of variance of a sum are those of its terms`() {
    // Normal terms: p10 and p90 at ±1.2816 deviations; variances 9, 16 and 0.
    func term(_ id: String, _ width: Double) -> Expression<Dollars> {
      let ends = 1.2815515655 * width
      return input(id, Ranged<Dollars>(0, low: -ends, high: ends), limits: -1e9...1e9)
    }
    let sensitivity = Sensitivity(
      of: term("three", 3) + term("four", 4) + Expression<Dollars>(constant: 7), plan: SamplingPlan(draws: 8192))
    #expect(sensitivity.drivers.map(\.id) == ["four", "three"])
    #expect(abs(sensitivity.drivers[0].share - 16.0 / 25) < 0.01)
    #expect(abs(sensitivity.drivers[1].share - 9.0 / 25) < 0.01)
    #expect(abs(sensitivity.drivers[1].atHigh - (7 + 3 * 1.2815515655)) < 1e-9)
  }

  @Test func `shares of variance of a log-normal product are those of theory`() {
    let hours = input("hours", Ranged<AcceleratorHours>(1000, low: 800, high: 1250))
    let price = input("price", Ranged<Per<Dollars, AcceleratorHours>>(2, low: 1, high: 4))
    let sensitivity = Sensitivity(of: price * hours, plan: SamplingPlan(draws: 1 << 15))
    // The logarithms add: σ² = (ln 2 / 1.28155)² and (ln 1.25 / 1.28155)².
    let (large, small) = (0.292539, 0.030317)
    #expect(sensitivity.drivers.map(\.id) == ["price", "hours"])
    #expect(abs(sensitivity.drivers[0].share - large / (large + small)) < 0.01)
    #expect(abs(sensitivity.drivers[1].share - small / (large + small)) < 0.01)
  }

  @Test func `of terms of a sum those that swing it more explain more, however long their tails are`() {
    // Their typical values are far below their means: held there, a small one would make the rest the larger part.
    func term(_ id: String, _ typical: Double) -> Expression<Dollars> {
      input(id, Ranged<Dollars>(typical, low: typical * 0.8, high: typical * 3))
    }
    let sizes = [32.0, 16, 8, 4, 2, 1]
    let sum = Expression.sum(sizes.map { term("\($0)", $0) })
    for draws in [4096, 1 << 14] {
      let drivers = Sensitivity(of: sum, plan: SamplingPlan(draws: draws)).drivers
      #expect(drivers.map(\.id) == sizes.map { "\($0)" })
      for (larger, smaller) in zip(drivers, drivers.dropFirst()) {
        #expect(smaller.share > 0 && smaller.atHigh - smaller.atLow < larger.atHigh - larger.atLow)
        // Half the size has about a quarter of the variance.
        #expect((2.5...6).contains(larger.share / smaller.share), "\(larger.id): \(larger.share / smaller.share)")
      }
    }
  }

  @Test func `inputs of one id are one driver, which swings all of them at once`() {
    func hours() -> Expression<AcceleratorHours> {
      input("hours", Ranged<AcceleratorHours>(1000, low: 500, high: 2000))
    }
    let drivers = Sensitivity(of: hours() + hours(), plan: SamplingPlan(draws: 1024)).drivers
    #expect(drivers.map(\.id) == ["hours"])
    #expect(drivers.map(\.atHigh) == [4000] && drivers.allSatisfy { abs($0.share - 1) < 0.01 })
  }

  @Test func `inputs of one id share one draw`() throws {
    let hours = input("hours", Ranged<AcceleratorHours>(1000, low: 500, high: 2000))
    let again = input("hours", Ranged<AcceleratorHours>(1000, low: 500, high: 2000))
    let report = Report(of: (hours - again).named("nothing", key: "nothing"), plan: SamplingPlan(draws: 256))
    let value = try #require(report.result("nothing")).value
    #expect((value.p10, value.p90) == (0, 0))
  }

  @Test func `no draw leaves the limits`() throws {
    let share = input("share", Ranged<Ratio>(0.9, low: 0.5, high: 0.99), limits: 0...1).named("share", key: "share")
    let report = Report(of: share, plan: SamplingPlan(draws: 1000))
    #expect(try #require(report.result("share")?.value.p90) <= 1)
  }

  @Test func `the same seed gives the same draws and another seed other ones`() {
    // One input alone has the same strata whatever their order; two meet in other pairs.
    let hours = input("hours", Ranged<AcceleratorHours>(1000, low: 500, high: 2000))
    let price = input("price", Ranged<Per<Dollars, AcceleratorHours>>(2, low: 1, high: 4))
    let cost = (price * hours).named("cost", key: "cost")
    func p90(_ seed: UInt64) -> Double? {
      Report(of: cost, plan: SamplingPlan(draws: 64, seed: seed)).result("cost")?.value.p90
    }
    #expect(p90(1) == p90(1))
    #expect(p90(1) != p90(2))
  }

  @Test func `formulas read out with brackets only where they are needed`() throws {
    let a = input("a", Ranged<Ratio>(2))
    let b = input("b", Ranged<Ratio>(3))
    let c = input("c", Ranged<Ratio>(4))
    let report = Report(
      of: (a * (b + c) / (b * c) - (a - b)).named("result", key: "result"), plan: SamplingPlan(draws: 0))
    let line = try #require(report.result("result"))
    guard case .formula(let pieces) = line.basis else {
      Issue.record("a formula is expected")
      return
    }
    let text = pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .line(let index): report.lines[index].name
      }
    }.joined()
    #expect(text == "a × (b + c) / (b × c) − (a − b)")
    #expect(abs(line.value.typical - (2 * 7.0 / 12 + 1)) < 1e-15)
  }
}
