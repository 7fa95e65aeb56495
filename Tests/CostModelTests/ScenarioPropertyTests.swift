import CostModel
import Dice
import Testing

extension Dice {
  /// From low to high, evenly in the logarithm.
  fileprivate mutating func number(_ low: Double, _ high: Double) -> Double {
    low * Elementary.power(high / low, Double.random(in: 0...1, using: &self))
  }

  /// Evenly in the logarithm, and in one case of three with a range around it.
  fileprivate mutating func ranged<Measure: Unit>(_ low: Double, _ high: Double) -> Ranged<Measure> {
    let value = number(low, high)
    guard Int.random(in: 0..<3, using: &self) == 0 else { return Ranged(value) }
    let (least, most) = (max(low, value / 1.5), min(high, value * 1.5))
    return least < most ? Ranged(value, low: least, high: most) : Ranged(value)
  }

  /// Any pre-training run that the built-in tables can estimate, its MFU and price given.
  fileprivate mutating func request() -> Request {
    var request = Request(
      parameters: Ranged(number(1e8, 1e12)), phases: [.init(tokens: Ranged(number(1e9, 1e14)))])
    request[Settings.mfu] = ranged(0.05, 0.7)
    request[Settings.price] = Ranged(number(0.1, 20))
    request.accelerator = ["h100-sxm", "a100-80gb", "b200", "mi300x"].randomElement(using: &self)
    request.region = ["us", "us-tx"].randomElement(using: &self)
    if Bool.random(using: &self) { request[Settings.researchMultiplier] = ranged(1.01, 10) }
    if Bool.random(using: &self) { request[Settings.epochs] = ranged(1, 10) }
    if Bool.random(using: &self) { request[Settings.powerUsageEffectiveness] = ranged(1.01, 2) }
    if Bool.random(using: &self) { request[Settings.checkpoints] = Ranged(number(1, 1000)) }
    if Bool.random(using: &self) { request.phases[0].contextLength = Ranged(number(512, 1e6)) }
    if Bool.random(using: &self) { request.cluster = .accelerators(Ranged(number(8, 1e5).rounded())) }
    if Int.random(in: 0..<3, using: &self) == 0 {
      request[Settings.price] = nil
      request.isOwned = true
    }
    return request
  }
}

private let catalog = TableCatalog.shared

private func report(_ request: Request, draws: Int = 0) throws -> Report {
  try Estimate.pretraining(ScenarioBuilder.scenario(for: request, in: catalog)).report(SamplingPlan(draws: draws))
}

private func typical(_ report: Report, _ key: String) throws -> Double {
  try #require(report.result(key), "\(key)").value.typical
}

private let extensive = ["flop", "accelerator_hours", "compute_usd", "cost_usd", "energy_kwh", "carbon_kg", "water_l"]
private let seeds = Array(UInt64(1)...25)

@Suite("Random scenarios")
struct ScenarioPropertyTests {
  @Test(arguments: seeds)
  func `every line is finite and non-negative, and ranges are in order`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    let report = try report(dice.request(), draws: 64)
    #expect(report.lines.count > 10)
    for line in report.lines {
      for value in [line.value.typical, line.value.p10, line.value.p90].compactMap({ $0 }) {
        #expect(value.isFinite, "\(line.name)")
        // Attention at a context below that of the efficiencies is a difference, and below zero.
        let isDifference = line.key == nil && line.name.contains("attention")
        #expect(value >= 0 || isDifference, "\(line.name) \(line.key ?? "")")
      }
      if let low = line.value.p10, let high = line.value.p90 { #expect(low <= high, "\(line.name)") }
    }
    for key in extensive { #expect(try typical(report, key) > 0, "\(key)") }
  }

  @Test(arguments: seeds)
  func `the lines of the bill sum to the total`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    let report = try report(dice.request())
    let parts = ChargeCategory.allCases.compactMap { report.result($0.key)?.value.typical }
    let total = try typical(report, "cost_usd")
    #expect(parts.count >= 2)
    #expect(abs(parts.reduce(0, +) / total - 1) < 1e-12)
  }

  @Test(arguments: seeds, [1.5, 10])
  func `more parameters and more tokens never take less`(seed: UInt64, factor: Double) throws {
    var dice = Dice(state: seed)
    let request = dice.request()
    let base = try report(request)
    var wide = request
    wide[Settings.parameters] = Ranged((request[Settings.parameters] ?? Ranged(0)).typical.value * factor)
    var long = request
    long.phases[0].tokens = Ranged(request.phases[0].tokens.typical.value * factor)
    let (wider, longer) = (try report(wide), try report(long))
    // A longer job may have a larger cluster chosen, which is cheaper to house and to keep where it is owned.
    let isChosenAndOwned = request.isOwned && request.cluster == nil
    for key in extensive where !(isChosenAndOwned && key == "cost_usd") {
      #expect(try typical(wider, key) > typical(base, key), "\(key) with parameters")
      #expect(try typical(longer, key) > typical(base, key), "\(key) with tokens")
    }
    // Tokens enter FLOP, hours and energy as a factor.
    for key in ["flop", "accelerator_hours", "energy_kwh", "carbon_kg"] {
      #expect(abs(try typical(longer, key) / typical(base, key) / factor - 1) < 1e-9, "\(key)")
    }
  }

  @Test(arguments: seeds, [0.5, 1.01, 4])
  func `cost is linear in the price, which nothing physical depends on`(seed: UInt64, factor: Double) throws {
    var dice = Dice(state: seed)
    var request = dice.request()
    request.isOwned = false
    let price = dice.number(0.1, 20)
    request[Settings.price] = Ranged(price)
    let base = try report(request)
    request[Settings.price] = Ranged(price * factor)
    let dearer = try report(request)
    for key in ["compute_usd", "research_usd"] where base.result(key) != nil {
      #expect(abs(try typical(dearer, key) / typical(base, key) / factor - 1) < 1e-12, "\(key)")
    }
    let rest = try ["compute_usd", "research_usd"].reduce(try typical(base, "cost_usd")) { rest, key in
      rest - (base.result(key) == nil ? 0 : try typical(base, key))
    }
    let moved = try typical(base, "cost_usd") - rest
    #expect(abs(try typical(dearer, "cost_usd") / (moved * factor + rest) - 1) < 1e-12)
    for key in ["flop", "accelerator_hours", "energy_kwh", "carbon_kg", "water_l"] {
      #expect(try typical(dearer, key) == typical(base, key), "\(key)")
    }
  }
}
