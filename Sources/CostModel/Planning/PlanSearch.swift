/// What a plan must keep.
package struct PlanLimits: Sendable {
  /// Hours by the clock, from the first start.
  package var hours: Double?
  /// USD.
  package var cost: Double?
  /// Grams of CO2e.
  package var carbon: Double?
  /// The chance to miss the others, at most.
  package var risk: Double?

  /// No limits.
  package init() {}
}

/// One way to do a job.
package struct PlanOption: Sendable {
  /// The base, by its place.
  package var base: Int
  /// The cluster, by its place among those of the base.
  package var point: Int
  /// The region, by its place.
  package var region: Int
  /// The offer, by its place among those of the base there.
  package var offer: Int
  /// USD.
  package var cost: Double
  /// Hours by the clock, from its start.
  package var hours: Double
  /// Hours from the first start to its own.
  package var delay: Double
  /// Grams of CO2e.
  package var carbon: Double
  /// When it ends, in hours from the first start.
  package var end: Double { delay + hours }
  /// The chance to miss a limit.
  package var risk = 0.0
  /// What doubts add to the risk where the safest is chosen.
  package var doubts = 0.0
}

/// All ways to do a job, the best of them, and what leaves the others out.
///
/// Cost and carbon of an option are those of a base on a cluster at a rent and a grid:
/// cost = fixed + egress + rate · (perRate + unused), where whole terms leave N·T·⌈used/(N·T)⌉ − used accelerator-hours unused.
package struct PlanSearch: Sendable {
  /// A base with its offers, region by region.
  package struct Ground: Sendable {
    /// The job on its accelerators.
    package var base: PlanBase
    /// The offers in each region.
    package var offers: [[RentalOffer]]

    /// A base with its offers.
    package init(_ base: PlanBase, offers: [[RentalOffer]]) { (self.base, self.offers) = (base, offers) }
  }

  /// How near options of a base come to the limits that all of them miss.
  package struct Miss: Sendable {
    /// The fewest hours of those that keep all other limits; infinite for none.
    package var hours = Double.infinity
    /// The least cost of those that keep all other limits.
    package var cost = Double.infinity
    /// The least carbon of those that keep all other limits.
    package var carbon = Double.infinity

    /// Nothing seen yet.
    package init() {}
  }

  /// The bases.
  package let grounds: [Ground]
  /// Grams of a kWh in each region.
  package let intensities: [Double]
  /// The limits.
  package let limits: PlanLimits
  /// The cost that risk is about: the budget, or half as much again as the cheapest plan of the least doubtful kind;
  /// infinite where a chance is required of the time alone.
  package private(set) var costOfRisk = 0.0
  /// Where there is no budget, risk is the chance to cost so many times as much.
  private static let usualReserve = 1.5

  /// Options there are.
  package private(set) var count = 0
  /// Options of each base that keep the limits.
  package private(set) var kept: [Int]
  /// How near each base comes to the limits.
  package private(set) var misses: [Miss]
  /// The cheapest option in the limits; nil where none keeps them.
  package private(set) var cheapest: PlanOption?
  /// The fastest.
  package private(set) var fastest: PlanOption?
  /// The one least likely to miss a limit, doubts included.
  package private(set) var safest: PlanOption?
  /// The least risk of an option that keeps the limits by its typical values; infinite for none.
  package private(set) var leastRisk = Double.infinity
  /// Options that no other beats in cost, time, carbon and risk, rising in cost.
  package private(set) var front: [PlanOption] = []

  /// What each doubt adds to a risk where the safest is chosen.
  package let doubt: Double

  /// Searches every combination of clusters, offers and regions.
  ///
  /// - Parameters:
  ///   - grounds: The bases with their offers.
  ///   - intensities: Grams of a kWh in each region.
  ///   - limits: What must be kept.
  ///   - doubt: What spot accelerators, fewer than 16 bits and a single seller each add to a risk where the safest is chosen.
  package init(_ grounds: [Ground], intensities: [Double], limits: PlanLimits, doubt: Double = 0) {
    self.doubt = doubt
    self.grounds = grounds
    self.intensities = intensities
    self.limits = limits
    kept = grounds.map { _ in 0 }
    misses = grounds.map { _ in Miss() }
    var least: [Int: Double] = [:]
    forEach { search, option in
      guard search.weigh(option) else { return }
      let doubts = search.countDoubts(option)
      least[doubts] = Swift.min(least[doubts] ?? .infinity, option.cost)
    }
    guard let surest = least.min(by: { $0.key < $1.key }) else { return }
    // Where a chance is required it is that of the limits which are given.
    costOfRisk = limits.cost ?? (limits.risk == nil ? Self.usualReserve * surest.value : .infinity)
    var front = PlanFront()
    if limits.risk != nil { (cheapest, fastest) = (nil, nil) }
    forEach { search, option in
      guard search.keeps(option) else { return }
      let option = search.rated(option)
      search.leastRisk = Swift.min(search.leastRisk, option.risk)
      if let most = limits.risk {
        guard option.risk <= most else {
          search.kept[option.base] -= 1
          return
        }
        search.rank(option)
      }
      front.insert(option)
      if search.safest.map({ search.isSafer(option, than: $0) }) ?? true { search.safest = option }
    }
    for name in [\PlanSearch.cheapest, \.fastest] {
      self[keyPath: name] = self[keyPath: name].map(rated)
    }
    self.front = front.options.sorted { $0.cost < $1.cost }
  }

  private mutating func forEach(_ body: (inout PlanSearch, PlanOption) -> Void) {
    for (place, ground) in grounds.enumerated() {
      for region in ground.offers.indices {
        for (offer, terms) in ground.offers[region].enumerated()
        where (terms.commitment == .spot) == ground.base.isSpot {
          for (number, point) in ground.base.points.enumerated() where terms.allows(point, on: ground.base) {
            body(
              &self,
              PlanOption(
                base: place, point: number, region: region, offer: offer,
                cost: point.fixed + terms.egress + terms.rate.typical.value
                  * (point.perRate + ground.base.unused(by: terms, of: point)),
                hours: point.hours, delay: terms.start.delay,
                carbon: point.carbonFixed + point.carbonPerIntensity * intensities[region]))
          }
        }
      }
    }
  }

  /// Counts an option, and whether it keeps the limits.
  private mutating func weigh(_ option: PlanOption) -> Bool {
    count += 1
    let (inTime, inBudget, isClean) = (isInTime(option), isInBudget(option), isClean(option))
    let place = option.base
    if inBudget, isClean { misses[place].hours = Swift.min(misses[place].hours, option.end) }
    if inTime, isClean { misses[place].cost = Swift.min(misses[place].cost, option.cost) }
    if inTime, inBudget { misses[place].carbon = Swift.min(misses[place].carbon, option.carbon) }
    guard inTime, inBudget, isClean else { return false }
    kept[place] += 1
    rank(option)
    return true
  }

  private mutating func rank(_ option: PlanOption) {
    if cheapest.map({ (option.cost, option.end) < ($0.cost, $0.end) }) ?? true { cheapest = option }
    if fastest.map({ (option.end, option.cost) < ($0.end, $0.cost) }) ?? true { fastest = option }
  }

  private func isInTime(_ option: PlanOption) -> Bool { limits.hours.map { option.end <= $0 } ?? true }
  private func isInBudget(_ option: PlanOption) -> Bool { limits.cost.map { option.cost <= $0 } ?? true }
  private func isClean(_ option: PlanOption) -> Bool { limits.carbon.map { option.carbon <= $0 } ?? true }
  private func keeps(_ option: PlanOption) -> Bool { isInTime(option) && isInBudget(option) && isClean(option) }

  /// The options that keep the limits, or all of them.
  package func options(keepingLimits: Bool) -> [PlanOption] {
    var options: [PlanOption] = []
    var search = self
    search.forEach { search, option in
      guard !keepingLimits || search.keeps(option) else { return }
      let option = search.rated(option)
      guard !keepingLimits || option.risk <= search.limits.risk ?? 1 else { return }
      options.append(option)
    }
    return options
  }

  /// The offer of an option.
  package func offer(of option: PlanOption) -> RentalOffer { grounds[option.base].offers[option.region][option.offer] }
  /// The cluster of an option.
  package func point(of option: PlanOption) -> PlanBase.Point { grounds[option.base].base.points[option.point] }
}

extension PlanSearch {
  /// Chances that differ by less are alike; the cheaper option then counts.
  private static let alike = 0.005

  private func isSafer(_ one: PlanOption, than other: PlanOption) -> Bool {
    let (own, others) = (one.risk + one.doubts, other.risk + other.doubts)
    if (own - others).magnitude > Self.alike { return own < others }
    return (one.cost, one.end) < (other.cost, other.end)
  }

  /// An option with its risk and what doubts add to it.
  private func rated(_ option: PlanOption) -> PlanOption {
    var option = option
    option.risk = risk(of: option)
    option.doubts = doubt * Double(countDoubts(option))
    return option
  }

  /// What speaks against an option besides its risk: accelerators that may be taken away, fewer than 16 bits, and a price
  /// that one seller asks.
  private func countDoubts(_ option: PlanOption) -> Int {
    let (base, sellers) = (grounds[option.base].base, offer(of: option).sellers)
    return (base.isSpot ? 1 : 0) + (base.isReference ? 0 : 1) + (sellers.map { $0 < 2 } ?? false ? 1 : 0)
  }
}

extension PlanBase {
  /// Accelerator-hours that whole terms of an offer leave unused, beyond what the points have of them.
  fileprivate func unused(by offer: RentalOffer, of point: Point) -> Double {
    includesTerms ? 0 : offer.unused(of: point)
  }

  /// Whether it computes in the 16 bits that efficiencies are measured in.
  package var isReference: Bool { precision == accelerator.referencePrecision }
}

extension RentalOffer {
  /// Whether a cluster can be rented so, for so long.
  func allows(_ point: PlanBase.Point, on base: PlanBase) -> Bool {
    let nodes = point.accelerators / Double(base.accelerator.acceleratorsPerNode ?? 1)
    return mostNodes.map { nodes <= $0 } ?? true && term?.longest.map { point.hours <= $0.value } ?? true
  }

  /// Accelerator-hours that whole terms leave unused.
  func unused(of point: PlanBase.Point) -> Double {
    guard let term else { return 0 }
    let terms = ((point.used / point.accelerators) / term.length.value).rounded(.up)
    return point.accelerators * (term.length.value * terms) - point.used
  }
}

extension PlanSearch {
  /// The chance to miss a limit, about: hours and rent are log-normal, and rent by whole terms does not grow with hours.
  ///
  /// P = 1 − ∫ Φ((ln(B/c) − e·h)/s) φ(h) dh over the h that end in time, with e the share of the cost that grows with the
  /// hours and s the deviation of the part that is rent.
  private func risk(of option: PlanOption) -> Double {
    let (ground, offer, point) = (grounds[option.base], offer(of: option), point(of: option))
    let rate = offer.rate.typical.value
    let growing = offer.term == nil ? rate * point.perRate / option.cost : 0
    let rented = (option.cost - point.fixed - offer.egress) / option.cost
    let (deviation, ofRent) = (ground.base.deviation, Swift.max(1e-9, offer.deviation * rented))
    let room = Elementary.logarithm(costOfRisk / option.cost)
    var kept = 0.0
    for (deviate, weight) in Self.nodes {
      let change = deviate * deviation
      if let hours = limits.hours, !ground.base.isScheduled,
        Elementary.logarithm((hours - option.delay) / option.hours) < change
      {
        continue
      }
      kept += weight * Self.normal((room - growing * change) / ofRent)
    }
    return Swift.min(1, Swift.max(0, 1 - kept))
  }

  /// The middles of 32 equally likely parts of a normal law.
  private static let nodes: [(Double, Double)] = (0..<32).map {
    (Distribution.normalQuantile((Double($0) + 0.5) / 32), 1.0 / 32)
  }

  /// The normal distribution function, by a logistic curve: 1 / (1 + e^(−1.5976·x − 0.07056·x³)), within 0.0002.
  private static func normal(_ x: Double) -> Double {
    let x = Swift.min(8, Swift.max(-8, x))
    return 1 / (1 + Elementary.exponential(-1.5976 * x - 0.07056 * x * x * x))
  }
}

/// Options that no other beats.
private struct PlanFront {
  private(set) var options: [PlanOption] = []

  /// Risks are told to the hundredth; what differs by less is alike.
  private static func objectives(_ option: PlanOption) -> (Double, Double, Double, Double) {
    (option.cost, option.end, option.carbon, (option.risk * 50).rounded())
  }

  private static func beats(_ one: PlanOption, _ other: PlanOption) -> Bool {
    let (a, b) = (objectives(one), objectives(other))
    return a.0 <= b.0 && a.1 <= b.1 && a.2 <= b.2 && a.3 <= b.3 && a != b
  }

  /// Takes an option in, unless another beats it; those that it beats leave.
  mutating func insert(_ option: PlanOption) {
    if let better = options.lastIndex(where: { Self.beats($0, option) }) {
      // What beats one option is likely to beat the next.
      options.swapAt(better, options.count - 1)
      return
    }
    // The same in all objectives is there once.
    guard !options.contains(where: { Self.objectives($0) == Self.objectives(option) }) else { return }
    options.removeAll { Self.beats(option, $0) }
    options.append(option)
  }
}
