import CostModel
import Testing

/// Scenarios drawn at random, the same on every run.
private struct Dice {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next(_ count: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % count
  }

  mutating func share(_ low: Double, _ high: Double) -> Double { low + (high - low) * Double(next(1000)) / 999 }
  mutating func isHeads() -> Bool { next(2) == 0 }
}

/// A request in one of the ways to pay, everything else at random.
private func randomRequest(_ seed: Int) -> Request {
  var dice = Dice(seed)
  let parameters = [1e9, 8e9, 70e9, 405e9][dice.next(4)]
  var request = Request(
    parameters: Ranged(parameters), phases: [.init(tokens: Ranged(parameters * Double(1 + dice.next(200))))])
  if dice.isHeads() { request[Settings.activeParameters] = Ranged(parameters / 4) }
  request.accelerator = ["h100-sxm", "a100-80gb-sxm", "b200", "gb200"][dice.next(4)]
  request[Settings.mfu] = Ranged(dice.share(0.1, 0.5))
  if dice.isHeads() { request[Settings.researchMultiplier] = Ranged(dice.share(1, 6)) }
  if dice.isHeads() { request[Settings.idle] = Ranged(dice.share(0, 1)) }
  if dice.isHeads() { request[Settings.hostCPUs] = Ranged(dice.share(1, 32)) }
  if dice.isHeads() { request[Settings.egress] = Ranged(1e13) }
  request[Settings.egressPrice] = request[Settings.egress] == nil ? nil : Ranged(9e-11)
  if dice.isHeads() { request.corpusStorage = StorageClass.allCases[dice.next(5)] }
  if dice.isHeads() { request.region = ["us-tx", "fr", "de", "jp"][dice.next(4)] }
  switch dice.next(7) {
  case 0: request[Settings.price] = Ranged(dice.share(1, 8))
  case 1: request.blend = [.init(.onDemand, share: 0.5), .init(.reservedOneYear, share: 0.5)]
  case 2: request.method = CostMethod.allCases[dice.next(2)]
  case 3:
    request.method = .acquisition
    request.cluster = .accelerators(Ranged(Double(8 << dice.next(10))))
  case 4:
    request[Settings.price] = Ranged(dice.share(1, 8))
    request.cluster = .accelerators(Ranged(Double(8 << dice.next(10))))
    request[Settings.term] = Ranged([24, 730.5, 8766][dice.next(3)])
  default:
    request.isOwned = true
    request.hosting = HostingKind.allCases[dice.next(3)]
    request[Settings.costOfCapital] = Ranged(dice.share(0, 0.2))
    request[Settings.utilization] = Ranged(dice.share(0.1, 1))
    if dice.isHeads() {
      request.depreciation = .pricePerformance
      request[Settings.hardwareAge] = Ranged(dice.share(0, 4) * 8766)
    } else {
      request[Settings.resale] = Ranged(dice.share(0, 0.5))
    }
  }
  if request.blend.isEmpty == false { request.accelerator = "h100-sxm" }
  return request
}

@Suite("No double counting")
struct ChargeTests {
  private func report(_ request: Request) throws -> (estimate: Estimate, report: Report) {
    let scenario = try ScenarioBuilder.scenario(for: request, in: TableCatalog.shared)
    let estimate = try Estimate.pretraining(scenario)
    return (estimate, estimate.report(SamplingPlan(draws: 0)))
  }

  private func lines(_ estimate: Estimate, _ report: Report) -> [ChargeCategory: Double] {
    Dictionary(
      uniqueKeysWithValues: estimate.bill.lines.map { line in
        (line.category, report.result(line.category.key)?.value.typical ?? .nan)
      })
  }

  /// The inputs below a line.
  private func inputs(of key: String, in report: Report) -> Set<String> {
    var found: Set<String> = []
    func visit(_ place: Int) {
      let line = report.lines[place]
      if case .input = line.basis { found.insert(line.name) }
      for part in line.parts { visit(part) }
    }
    if let place = report.results.first(where: { report.lines[$0].key == key }) { visit(place) }
    return found
  }

  @Test func `rent and ownership never both bill electricity or depreciation`() throws {
    var ways: Set<String> = []
    for seed in 1...400 {
      let request = randomRequest(seed)
      let (estimate, report) = try report(request)
      let lines = lines(estimate, report)
      let rests = inputs(of: "cost_usd", in: report)
      let paysRent = rests.contains { $0.hasPrefix("rental price") }
      let wears = rests.contains { $0.hasPrefix("purchase price") }
      let buysPower = rests.contains { $0.hasPrefix("electricity price") }
      #expect(paysRent != wears, "\(seed)")
      #expect(!(paysRent && buysPower), "\(seed)")
      #expect(buysPower == (lines[.electricity] != nil), "\(seed)")
      let housed = lines[.interest] != nil || lines[.hosting] != nil || lines[.staff] != nil
      let name = try #require(report.result("compute_usd")).name
      let isRented = name.hasPrefix("compute, rented")
      ways.insert(isRented ? "compute, rented" : name)
      let share = report.result("contract_share")?.value.typical ?? 0
      #expect(name.hasSuffix("by contract") == (share > 0) && name.contains("partly") == (share > 0 && share < 1))
      switch estimate.scenario.payment {
      case .rent, .blend: #expect(paysRent && !housed && isRented, "\(seed)")
      case .ownership:
        #expect(wears && buysPower && name == "compute, depreciation", "\(seed)")
        #expect(housed == request.isOwned, "\(seed)")
      case .acquisition: #expect(wears && !buysPower && !housed && name == "compute, bought", "\(seed)")
      case .unpriced: Issue.record("\(seed): h100-sxm has a price")
      }
    }
    #expect(ways.count == 3)
  }

  @Test func `lines sum to the total, each category once`() throws {
    for seed in 1...400 {
      let (estimate, report) = try report(randomRequest(seed))
      let categories = estimate.bill.lines.map(\.category)
      #expect(Set(categories).count == categories.count, "\(seed)")
      let total = try #require(report.result("cost_usd")).value.typical
      let sum = lines(estimate, report).values.reduce(0, +)
      #expect(abs(sum - total) < max(0.005, total * 1e-14), "\(seed): \(sum) is not \(total)")
      #expect(lines(estimate, report).values.allSatisfy { $0 >= 0 }, "\(seed)")
    }
  }

  @Test func `twice the accelerator-hours double the lines that depend on them, and no other`() throws {
    let scaling: Set<ChargeCategory> = [.compute, .interest, .hosting, .electricity, .host, .staff, .research]
    for seed in 1...400 {
      var request = randomRequest(seed)
      // Where the length of the run is known, storage is kept for it too.
      if request.method == .acquisition {
        request[Settings.egress] = nil
        request[Settings.egressPrice] = nil
        request[Settings.hostCPUs] = nil
        request[Settings.hostCPUPrice] = nil
        (request.corpusStorage, request.checkpointStorage) = (nil, nil)
      }
      // More hours would have a larger cluster chosen, which has its own place and people.
      if request.isOwned, request.cluster == nil { request[Settings.accelerators] = Ranged(4096) }
      let (estimate, before) = try report(request)
      request[Settings.mfu] = Ranged((request[Settings.mfu]?.typical.value ?? 0) / 2)
      let (_, after) = try report(request)
      let isBought = request.method == .acquisition
      let isSized = request.cluster != nil
      for line in estimate.bill.lines where line.category != .unused {
        let key = line.category.key
        let ratio =
          try #require(after.result(key)).value.typical / (try #require(before.result(key)).value.typical)
        if isSized, line.category == .storage { continue }
        let expected: Double = scaling.contains(line.category) && !(isBought && line.category == .compute) ? 2 : 1
        let isNothing = try #require(before.result(key)).value.typical == 0
        #expect(isNothing || abs(ratio - expected) < 1e-12, "\(seed) \(key): \(ratio)")
      }
      if let term = request[Settings.term]?.typical.value, case .accelerators(let count) = request.cluster {
        // What is paid in all stays whole terms of the whole cluster.
        let paid = ["compute_usd", "research_usd", "unused_usd"].reduce(0) { sum, key in
          sum + (after.result(key)?.value.typical ?? 0)
        }
        let hosts = after.result("host_cpu_usd")?.value.typical ?? 0
        let research = (request[Settings.researchMultiplier]?.typical.value ?? 1) - 1
        let unit = try #require(request[Settings.price]).typical.value * count.typical.value * term
        let terms = (paid - hosts * research) / unit
        #expect(abs(terms - terms.rounded()) < 1e-9 * terms, "\(seed): \(terms) terms")
      }
      for key in ["energy_kwh", "carbon_kg", "water_l"] {
        let ratio =
          try #require(after.result(key)).value.typical / (try #require(before.result(key)).value.typical)
        #expect(abs(ratio - 2) < 1e-12, "\(seed) \(key)")
      }
    }
  }

  @Test func `classes of storage, egress and host processors cost what their rows say`() throws {
    var request = Request(parameters: Ranged(8e9), phases: [.init(tokens: Ranged(1e12))])
    request[Settings.mfu] = Ranged(0.4)
    let plain = try report(request).report
    request.corpusStorage = .cold
    request.checkpointStorage = .file
    request[Settings.egress] = Ranged(2e13)
    request[Settings.egressPrice] = Ranged(9e-11)
    request[Settings.hostCPUs] = Ranged(16)
    request[Settings.hostCPUPrice] = Ranged(0.03)
    let extra = try report(request).report
    // Six months: 4.2 TB of text cold at 0.015, ten checkpoints of 14 bytes a parameter on files at 0.07.
    #expect(abs(try value(extra, "storage_usd") / (6 * (4200 * 0.015 + 1120 * 0.07)) - 1) < 1e-12)
    #expect(abs(try value(plain, "storage_usd") / (6 * (4200 + 1120) * 0.06) - 1) < 1e-12)
    #expect(abs(try value(extra, "egress_usd") / 1800 - 1) < 1e-12)
    #expect(abs(try value(extra, "host_cpu_usd") / (value(extra, "accelerator_hours") * 0.48) - 1) < 1e-12)
    #expect(plain.result("egress_usd") == nil && plain.result("host_cpu_usd") == nil)
    #expect(try value(extra, "compute_usd") == value(plain, "compute_usd"))
  }
}
