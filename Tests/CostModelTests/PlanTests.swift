import Dice
import Testing

@testable import CostModel

@Suite("Plans")
struct PlanTests {
  // MARK: - The search

  /// A way to rent with chosen numbers.
  private func offer(_ dice: inout Dice, _ commitment: Commitment) -> RentalOffer {
    let rate = Double.random(in: 0.5...12, using: &dice)
    let term: RentalOffer.Term? =
      commitment == .onDemand || commitment == .spot
      ? nil : RentalOffer.Term(length: Quantity(Double.random(in: 24...9000, using: &dice)), longest: nil)
    return RentalOffer(
      provider: nil, tier: .neocloud, commitment: commitment, term: term,
      rate: Ranged(rate, low: rate * 0.8, high: rate * 1.3), sellers: Int.random(in: 1...4, using: &dice),
      mostNodes: Bool.random(using: &dice) ? 16 : nil)
  }

  private func grounds(_ dice: inout Dice, regions: Int) throws -> [PlanSearch.Ground] {
    let names = ["h100-sxm", "h200-sxm", "b200", "a100-80gb-sxm", "l40s"]
    var grounds: [PlanSearch.Ground] = []
    for _ in 0..<Int.random(in: 1...4, using: &dice) {
      let accelerator = try TableCatalog.shared.accelerator(dice.one(of: names))
      let work = Double.random(in: 100...100_000, using: &dice)
      let points = (0..<Int.random(in: 1...6, using: &dice)).map { place in
        let count = Double(8 << place)
        let used = work * (1 + 0.1 * Double(place))
        return PlanBase.Point(
          accelerators: count, hours: used / count, used: used, fixed: Double.random(in: 0...1000, using: &dice),
          perRate: used, carbonFixed: Double.random(in: 0...100, using: &dice), carbonPerIntensity: used * 0.7)
      }
      let base = PlanBase(
        accelerator, Bool.random(using: &dice) ? .bf16 : .fp8, isSpot: Bool.random(using: &dice), points: points,
        deviation: Double.random(in: 0.05...0.5, using: &dice))
      let offers = (0..<regions).map { _ in
        [Commitment.onDemand, .spot, .reservedOneYear, .capacityBlock].map { offer(&dice, $0) }
      }
      grounds.append(PlanSearch.Ground(base, offers: offers))
    }
    return grounds
  }

  /// Every combination, counted by its own loops and formulas.
  private func everyOption(_ grounds: [PlanSearch.Ground], _ intensities: [Double]) -> [[Double]] {
    var options: [[Double]] = []
    for ground in grounds {
      for (region, offers) in ground.offers.enumerated() {
        for offer in offers where (offer.commitment == .spot) == ground.base.isSpot {
          for point in ground.base.points {
            if let most = offer.mostNodes, point.accelerators / 8 > most { continue }
            var billed = point.used
            if let term = offer.term?.length.value {
              billed = (point.used / point.accelerators / term).rounded(.up) * term * point.accelerators
            }
            options.append([
              point.fixed + offer.rate.typical.value * billed, point.hours,
              point.carbonFixed + point.carbonPerIntensity * intensities[region],
            ])
          }
        }
      }
    }
    return options
  }

  @Test func `two hundred random searches find what every combination tried by itself does`() throws {
    var dice = Dice(state: 22)
    var found = 0
    for _ in 0..<200 {
      let intensities = (0..<Int.random(in: 1...3, using: &dice)).map { _ in Double.random(in: 20...600, using: &dice) }
      let grounds = try grounds(&dice, regions: intensities.count)
      let all = everyOption(grounds, intensities)
      var limits = PlanLimits()
      if Bool.random(using: &dice) { limits.hours = Double.random(in: 1...3000, using: &dice) }
      if Bool.random(using: &dice) { limits.cost = Double.random(in: 1e3...1e6, using: &dice) }
      if Bool.random(using: &dice) { limits.carbon = Double.random(in: 1e4...1e7, using: &dice) }
      let search = PlanSearch(grounds, intensities: intensities, limits: limits)
      #expect(search.count == all.count)
      let kept = all.filter { option in
        option[0] <= limits.cost ?? .infinity && option[1] <= limits.hours ?? .infinity
          && option[2] <= limits.carbon ?? .infinity
      }
      #expect(search.kept.reduce(0, +) == kept.count)
      func alike(_ one: Double?, _ other: Double?) -> Bool {
        guard let one, let other else { return one == nil && other == nil }
        return abs(one / other - 1) < 1e-12
      }
      #expect(alike(search.cheapest?.cost, kept.map { $0[0] }.min()))
      #expect(alike(search.fastest?.hours, kept.map { $0[1] }.min()))
      #expect((search.safest == nil) == kept.isEmpty)
      // Nothing kept beats what is on the front, and all that is kept is beaten by it, or on it.
      for option in search.front {
        let values = [option.cost, option.hours, option.carbon]
        #expect(kept.contains { one in zip(one, values).allSatisfy { abs($0 - $1) <= 1e-9 * $1 } })
      }
      for one in kept {
        #expect(
          search.front.contains { option in
            zip([option.cost, option.hours, option.carbon], one).allSatisfy { $0 <= $1 * (1 + 1e-12) }
              || option.risk < 1
          })
      }
      for (place, option) in search.front.enumerated() {
        for other in search.front[(place + 1)...] {
          let worse =
            other.cost >= option.cost && other.hours >= option.hours && other.carbon >= option.carbon
            && other.risk > option.risk + 0.03
          #expect(!worse)
        }
      }
      found += kept.isEmpty ? 0 : 1
    }
    #expect((20...190).contains(found))
  }

  @Test func `the chance to miss is that of a million draws`() throws {
    var dice = Dice(state: 5)
    var checked = 0
    while checked < 12 {
      let grounds = try grounds(&dice, regions: 1)
      var limits = PlanLimits()
      limits.hours = Double.random(in: 100...3000, using: &dice)
      limits.cost = Double.random(in: 1e4...1e6, using: &dice)
      let search = PlanSearch(grounds, intensities: [400], limits: limits)
      guard let option = search.cheapest else { continue }
      let (base, offer, point) = (grounds[option.base].base, search.offer(of: option), search.point(of: option))
      let ofRate =
        Elementary.logarithm(offer.rate.high.value / offer.rate.low.value) / (2 * Distribution.ninetiethPercentile)
      var missed = 0
      let draws = 40_000
      for _ in 0..<draws {
        func deviate() -> Double { Distribution.normalQuantile(Double.random(in: 0..<1, using: &dice)) }
        let slower = Elementary.exponential(base.deviation * deviate())
        let dearer = Elementary.exponential(ofRate * deviate())
        // Rent by the term does not grow with the hours, as long as no further term begins.
        let hours = offer.term == nil ? point.perRate * slower : point.perRate + offer.unused(of: point)
        let cost = point.fixed + offer.rate.typical.value * dearer * hours
        if cost > search.costOfRisk || point.hours * slower > limits.hours ?? .infinity { missed += 1 }
      }
      // The grid of the deviates is a thirty-second wide.
      #expect(abs(option.risk - Double(missed) / Double(draws)) < 0.04, "\(option)")
      checked += 1
    }
  }

  @Test func `clusters are whole nodes that rise, and powers of two below one`() {
    for node in [1, 4, 8, 16, 64, 72] {
      for group in [1, 2, 8, 48] {
        for fewest in [1, 2, 3, 8, 9, 100, 4096] {
          let sizes = PlanSizes(fewest: fewest, node: node, group: group)
          var size = sizes.first
          for _ in 0..<16 {
            #expect(size >= fewest && size % group == 0)
            if group == 1, size > node { #expect(size % node == 0) }
            if group == 1, size < node { #expect(size & (size - 1) == 0) }
            let next = sizes.after(size)
            #expect(next > size && next <= max(2 * size + node, size + 2 * group))
            size = next
          }
        }
      }
    }
  }

  // MARK: - Money over time

  @Test(arguments: [nil, 730.5, 8766.0]) func `cash sums to the bill, whatever the term`(term: Double?) throws {
    var count = 0
    for kind in Stages.all where kind.hasModel && kind != Pretraining.self {
      var request = Request(parameters: Ranged(8e9), phases: [])
      request.cluster = .accelerators(Ranged(64))
      request[Settings.term] = term.map { Ranged($0) }
      let inputs = StageInputs(stage: kind.name, given: [:], chosen: [:], catalog: TableCatalog.shared)
      // Some ask for an input of their own.
      guard let estimate = try? Estimate.stage(kind, for: request, inputs), !estimate.work.phases.isEmpty else {
        continue
      }
      count += 1
      for isPrepaid in [false, true] {
        let flow = CashFlow(estimate, isPrepaid: isPrepaid)
        let total = estimate.bill.total.typical.value
        let paid = flow.months.reduce(0, +)
        #expect(abs(paid / total - 1) < 1e-9, "\(kind.name)")
        #expect(flow.presentValue(rate: 0) == paid)
        #expect(flow.presentValue(rate: 0.1) < total)
        #expect(flow.months.allSatisfy { $0 >= 0 })
      }
    }
    #expect(count > 5)
  }

  @Test func `a run of six months with a year's term pays for twelve`() throws {
    var request = Request(parameters: Ranged(70e9), phases: [.init(tokens: Ranged(2e12))])
    request.cluster = .accelerators(Ranged(256))
    request[Settings.price] = Ranged(2)
    request[Settings.term] = Ranged(Hours.perYear)
    let estimate = try Estimate.pretraining(ScenarioBuilder.scenario(for: request, in: TableCatalog.shared))
    let flow = CashFlow(estimate)
    // 256 accelerators for a year at $2, in equal parts, besides what is stored.
    for month in 0..<12 {
      let rent = 256 * 2 * Hours.perYear / 12
      #expect((0.99...1.05).contains(flow.months[month] / rent), "\(flow.months)")
    }
    #expect(flow.months.count >= 12)
  }

  @Test func `buying is worth what its cash is, month by month`() throws {
    var request = Request(parameters: Ranged(70e9), phases: [.init(tokens: Ranged(2e12))])
    request.cluster = .accelerators(Ranged(1024))
    request.isOwned = true
    request[Settings.resale] = Ranged(0.1)
    let estimate = try Estimate.pretraining(ScenarioBuilder.scenario(for: request, in: TableCatalog.shared))
    let dear = try #require(OwnershipCase(estimate, rate: 8, trend: 0.9))
    let cheap = try #require(OwnershipCase(estimate, rate: 0.5, trend: 0.9))
    for (own, rate) in [(dear, 0.1), (dear, 0), (cheap, 0.1)] {
      var value = -own.purchase
      var balance = -own.purchase
      var payback: Int?
      var monthly = own.rent
      for month in 1...own.life {
        let saved = monthly - own.running
        balance += saved
        if payback == nil, balance >= 0 { payback = month }
        value += saved / Elementary.power(1 + rate, (Double(month) - 0.5) / 12)
        monthly *= Elementary.power(0.9, 1.0 / 12)
      }
      value += 0.1 * own.purchase / Elementary.power(1 + rate, Double(own.life) / 12)
      #expect(abs(own.netPresentValue(rate: rate) - value) < 1e-6 * own.purchase)
      #expect(own.payback == payback)
    }
    #expect(dear.payback != nil && cheap.payback == nil)
    #expect(dear.netPresentValue(rate: 0.1) > 0 && cheap.netPresentValue(rate: 0.1) < 0)
    // A later dollar is worth less: the higher the rate, the less buying is.
    let values = [0, 0.05, 0.1, 0.2, 0.4].map { dear.netPresentValue(rate: $0) }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 > $1 })
  }

  // MARK: - Offers

  @Test func `every accelerator's offers are those that its estimates pay`() throws {
    let catalog = TableCatalog.shared
    let now = try #require(CalendarMonth("2026-11"))
    var count = 0
    for id in try catalog.ids(in: "accelerators") {
      var known = Request()
      known.accelerator = id
      let found = try RentalOffer.all(for: known, of: RentalOffer.Choice(), now: now, in: catalog)
      for offer in found.offers {
        var request = Request(parameters: Ranged(1e9), phases: [.init(tokens: Ranged(1e9))])
        (request.accelerator, request.tier, request.commitment) = (id, offer.tier, offer.commitment)
        var builder = try ScenarioBuilder(request, in: catalog)
        let price = try builder.rentalPrice(offer.commitment, id: "price", name: "price").range
        #expect(price == offer.rate)
        #expect((offer.term == nil) == [.onDemand, .spot].contains(offer.commitment))
        if offer.tier == .marketplace { #expect(offer.mostNodes == 1) }
        count += 1
      }
      #expect(found.without.allSatisfy { $0.contains(" is of ") })
    }
    #expect(count > 80)
  }

  // MARK: - Spot

  @Test func `spot nodes that are never taken away take the hours of those that are kept`() throws {
    var request = Request(parameters: Ranged(70e9), phases: [.init(tokens: Ranged(2e12))])
    request.cluster = .accelerators(Ranged(512))
    func hours(_ commitment: Commitment, _ rate: Double?) throws -> Double {
      request.commitment = commitment
      request[Settings.preemptionRate] = rate.map { Ranged($0) }
      let scenario = try ScenarioBuilder.scenario(for: request, in: TableCatalog.shared)
      return try Estimate.pretraining(scenario).run.acceleratorHours.typical.value
    }
    let kept = try hours(.onDemand, nil)
    #expect(abs(try hours(.spot, 1e-12) / kept - 1) < 1e-6)
    let usual = try hours(.spot, nil)
    #expect(usual > kept)
    #expect(try hours(.spot, 0.05) > usual)
  }

  // MARK: - Hardware of published runs

  @Test(arguments: ["llama3-8b", "llama2-7b", "olmo3-7b", "llvm-7b", "mpt-7b"])
  func `the accelerator of a run lies on the front of its month, or something beat it`(id: String) throws {
    let catalog = TableCatalog.shared
    let run = try #require(try catalog.publishedRuns().first { $0.id == id })
    let sellers = Set(try catalog.providers().filter(\.isSeller).map(\.id))
    let choice = try HardwareChoice(run, prices: try catalog.prices(), sellers: sellers, in: catalog)
    #expect(!choice.isSetAside && !choice.rivals.isEmpty)
    #expect(!choice.rivals.contains(run.accelerator.id))
    #expect(choice.isOnFront == (choice.reason == nil))
    if let reason = choice.reason { #expect(choice.rivals.contains { reason.hasPrefix($0) }, "\(reason)") }
    // Without prices of its time nothing can be said, and is not.
    let none = try HardwareChoice(run, prices: [], sellers: sellers, in: catalog)
    #expect(none.isSetAside && !none.isOnFront && none.reason?.contains("no on-demand price") == true)
  }
}
