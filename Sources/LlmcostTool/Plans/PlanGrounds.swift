import CommandLineKit
import CostModel

/// The bases of a plan: the job on every kind of accelerator in every format that the request lets it choose.
struct PlanGrounds {
  /// Why accelerators are left out.
  struct Exclusion: Sendable {
    var accelerator: String
    var reason: String
    var detail: String?
  }

  private(set) var grounds: [PlanSearch.Ground] = []
  private(set) var exclusions: [Exclusion] = []
  /// Grams of a kWh in each region.
  private(set) var intensities: [Double] = []

  private let request: PlanRequest
  private let job: PlanJob

  /// A kind of accelerator in a format, before it is estimated.
  struct Kind: Sendable {
    var accelerator: Accelerator
    var precision: Precision
    var isReference: Bool
    /// Offers in each region.
    var offers: [[RentalOffer]]
    /// USD at the least; nil where nothing is known of it.
    var least: Double?
  }

  /// Kinds that cost so many times the cheapest plan at the least are not looked at.
  static let mostTimes = 3.0

  init(_ request: PlanRequest, _ job: PlanJob) throws(Failure) {
    self.request = request
    self.job = job
    intensities = try intensitiesOfRegions()
    var kinds = try kinds()
    // What bounds the cost of the others comes first.
    kinds.sort { ($0.least ?? 0) < ($1.least ?? 0) }
    var rest = kinds[...]
    while grounds.isEmpty, let first = rest.popFirst() { take(Self.bases(of: first, request, job)) }
    let cheapest =
      job.recipe == nil
      ? PlanSearch(grounds, intensities: intensities, limits: PlanLimits()).cheapest?.cost : kinds.first?.least
    if let cheapest { leaveOut(&rest, beyond: cheapest) }
    let workers = rest.count > 2 && job.world.cores > 1 ? job.world.cores : 0
    let pipeline = OrderedPipeline<Kind, Bases>(workers: workers) { [request, job] in
      { Self.bases(of: $0, request, job) }
    }
    defer { pipeline.close() }
    for kind in rest {
      _ = pipeline.submit(kind) { bases in
        take(bases)
        return true
      }
    }
    _ = pipeline.finish { bases in
      take(bases)
      return true
    }
  }

  /// Leaves out the kinds that cost many times as much as the cheapest; an accelerator is where all its formats are.
  private mutating func leaveOut(_ kinds: inout ArraySlice<Kind>, beyond cheapest: Double) {
    guard request.accelerators.isEmpty else { return }
    let all = kinds
    kinds.removeAll { ($0.least ?? 0) > Self.mostTimes * cheapest }
    var kept = kinds.map(\.accelerator.id) + grounds.map(\.base.accelerator.id)
    for kind in all where !kept.contains(kind.accelerator.id) {
      kept.append(kind.accelerator.id)
      let times = Notation.display((kind.least ?? 0) / cheapest, as: .ratio, digits: 2)
      exclude(
        kind.accelerator.id,
        job.recipe == nil
          ? "costs \(times) times as much at the least" : "a node of it costs \(times) times as much for the same")
    }
  }

  private mutating func take(_ bases: Bases) {
    grounds += bases.grounds
    exclusions += bases.exclusions
  }

  // MARK: - Kinds

  private func intensitiesOfRegions() throws(Failure) -> [Double] {
    var intensities: [Double] = []
    for region in request.regions {
      intensities.append(try job.carbonIntensity(region.map { [("--region", $0)] } ?? []))
    }
    return intensities
  }

  private mutating func kinds() throws(Failure) -> [Kind] {
    var kinds: [Kind] = []
    let ids: [String]
    do throws(CatalogError) {
      ids = request.accelerators.isEmpty ? try job.catalog.ids(in: "accelerators") : request.accelerators
    } catch {
      throw Failure(error)
    }
    for id in ids {
      do throws(ScenarioError) {
        var known = Request()
        known.accelerator = id
        let accelerator = try ScenarioBuilder.accelerator(of: known, in: job.catalog)
        let offers = try offers(of: accelerator)
        guard offers.contains(where: { !$0.isEmpty }) else { continue }
        kinds += precisions(of: accelerator).map { precision in
          Kind(
            accelerator: accelerator, precision: precision, isReference: precision == accelerator.referencePrecision,
            offers: offers, least: leastCost(accelerator, precision, offers))
        }
      } catch {
        throw Failure(error)
      }
    }
    return kinds
  }

  private mutating func precisions(of accelerator: Accelerator) -> [Precision] {
    guard !job.isServing else { return [accelerator.referencePrecision] }
    let reference = accelerator.referencePrecision
    guard !request.precisions.isEmpty else {
      let isFaster = (accelerator.peaks["fp8"] ?? 0) > (accelerator.referencePeak ?? .infinity)
      return job.trains && isFaster ? [reference, .fp8] : [reference]
    }
    let known = request.precisions.filter { accelerator.precisions.contains($0) }
    if known.isEmpty {
      exclude(
        accelerator.id, "does not compute in " + request.precisions.map(\.name).joined(separator: " or "))
    }
    return known
  }

  private mutating func offers(of accelerator: Accelerator) throws(ScenarioError) -> [[RentalOffer]] {
    var known = Request()
    known.accelerator = accelerator.id
    let locals = try Self.placesOfPrices(accelerator.id, job.catalog)
    var offers: [[RentalOffer]] = []
    var reasons: [String] = []
    let isFirstLocal = request.regions[0].map { locals.contains($0.lowercased()) } ?? false
    for region in request.regions {
      // Prices differ by region only where providers list them so.
      let isLocal = region.map { locals.contains($0.lowercased()) } ?? false
      if let first = offers.first, !isLocal, !isFirstLocal {
        offers.append(first)
        continue
      }
      known.region = region
      let found = try RentalOffer.all(for: known, of: request.choice, now: request.newest, in: job.catalog)
      offers.append(found.offers)
      for reason in found.without where !reasons.contains(reason) { reasons.append(reason) }
    }
    if offers.allSatisfy(\.isEmpty) {
      exclude(
        accelerator.id, reasons.isEmpty ? "no price of that kind in the tables" : "no current price",
        reasons.first)
    }
    return offers
  }

  private static func placesOfPrices(_ id: String, _ catalog: TableCatalog) throws(ScenarioError) -> Set<String> {
    do throws(CatalogError) { return Set(try catalog.prices(accelerator: id).map { $0.region.lowercased() }) } catch {
      throw .catalog(error)
    }
  }

  private mutating func exclude(_ accelerator: String, _ reason: String, _ detail: String? = nil) {
    exclusions.append(Exclusion(accelerator: accelerator, reason: reason, detail: detail))
  }

  /// What the job costs at the least at the cheapest rent, were every hour as good as the best ever published.
  private func leastCost(_ accelerator: Accelerator, _ precision: Precision, _ offers: [[RentalOffer]]) -> Double? {
    guard let least = offers.joined().map(\.rate.typical.value).min() else { return nil }
    // Whatever is wrong with the job there is told when its turn comes.
    let node = accelerator.acceleratorsPerNode ?? 1
    let words = [
      ("--gpu", accelerator.id), ("--precision", precision.rawValue), ("--gpus", String(node)),
    ]
    if let recipe = job.recipe {
      // Of a program, what its accelerators cost on a node, not the people around them.
      var builder = recipe.builder
      let program = try? recipe.reading(words + [("--price", "1")], &builder).program
      return program.map { PlanBase.Point($0, on: node).perRate * least }
    }
    guard job.sharesFormulas else { return nil }
    return (try? job.estimate(words))?.leastHours.map { $0 * least }
  }
}

// MARK: - Bases

extension PlanGrounds {
  /// What became of a kind.
  private struct Bases: Sendable {
    var grounds: [PlanSearch.Ground] = []
    var exclusions: [Exclusion] = []
  }

  private static func bases(of kind: Kind, _ request: PlanRequest, _ job: PlanJob) -> Bases {
    var bases = Bases()
    do throws(Failure) {
      switch job.subject {
      case .stage: bases.grounds = try stage(kind, request, job)
      case .serving: bases.grounds = try serving(kind, job)
      case .program(let recipe): bases.grounds = try program(kind, request, recipe, job.catalog)
      }
    } catch {
      bases.exclusions.append(Exclusion(accelerator: kind.accelerator.id, reason: error.message))
    }
    if bases.grounds.allSatisfy(\.base.points.isEmpty), bases.exclusions.isEmpty {
      bases.exclusions.append(
        Exclusion(
          accelerator: kind.accelerator.id, reason: "takes longer than anyone plans on the clusters that are allowed"))
    }
    return bases
  }

  private static func stage(
    _ kind: Kind, _ request: PlanRequest, _ job: PlanJob
  ) throws(Failure) -> [PlanSearch.Ground] {
    var words: [PlanJob.Word] = [("--gpu", kind.accelerator.id)]
    if !kind.isReference { words.append(("--precision", kind.precision.rawValue)) }
    let node = Double(kind.accelerator.acceleratorsPerNode ?? 1)
    let first = Int(request.bounds.accelerators ?? Swift.min(node, request.bounds.most))
    func estimate(_ offer: RentalOffer, _ count: Int) throws(Failure) -> Estimate {
      // What terms leave unused depends on the offer, and is counted with it.
      try job.estimate(
        words + [("--gpus", String(count))] + offer.words.filter { !["--term", "--start"].contains($0.option) })
    }
    let offers = kind.offers.joined()
    let kept = offers.first { $0.commitment != .spot }
    let spot = offers.first { $0.commitment == .spot }
    var grounds: [PlanSearch.Ground] = []
    var shared: Estimate?
    var fewest = 1
    for (offer, isSpot) in [(kept, false), (spot, true)] {
      guard let offer else { continue }
      var base = try estimate(offer, first)
      if let shared, isSpot, job.sharesFormulas {
        // The layouts that were searched for kept accelerators serve spot ones too.
        do throws(ScenarioError) { base = try shared.rented(like: base) } catch { throw Failure(error) }
      }
      if shared == nil {
        fewest = try fewestAccelerators(base, request, job)
        shared = base
      }
      var offers = kind.offers
      if job.movesData {
        offers = try charging(offers, beyond: base.egress) { offer throws(Failure) in try estimate(offer, first).egress
        }
      }
      grounds.append(
        PlanSearch.Ground(
          try PlanBase(
            base, isShared: job.sharesFormulas, isSpot: isSpot, within: request.bounds, fewest: fewest,
            resized: { count throws(Failure) in try estimate(offer, count) }), offers: offers))
    }
    return grounds
  }

  /// Offers with what their sellers charge for moving data out, beyond what the base has of that.
  static func charging(
    _ offers: [[RentalOffer]], beyond base: Double, egress: (RentalOffer) throws(Failure) -> Double
  ) throws(Failure) -> [[RentalOffer]] {
    var known: [String: Double] = [:]
    var offers = offers
    for region in offers.indices {
      for place in offers[region].indices {
        let offer = offers[region][place]
        if known[offer.seller] == nil { known[offer.seller] = try egress(offer) }
        offers[region][place].egress = (known[offer.seller] ?? base) - base
      }
    }
    return offers
  }

  /// The fewest accelerators that hold the job.
  private static func fewestAccelerators(
    _ estimate: Estimate, _ request: PlanRequest, _ job: PlanJob
  ) throws(Failure) -> Int {
    let fewest: Int?
    do throws(ScenarioError) { fewest = try estimate.fewestAccelerators(in: job.catalog) } catch {
      throw Failure(error)
    }
    guard estimate.memory != nil, estimate.scenario.hardware.accelerator.memoryBytes != nil else { return 1 }
    guard let fewest else { throw Failure("no cluster of it holds the job", status: .usage) }
    let most = request.bounds.accelerators ?? request.bounds.most
    try check(fewest, within: most)
    return fewest
  }

  static func check(_ fewest: Int, within most: Double) throws(Failure) {
    guard Double(fewest) > most else { return }
    let count = Notation.display(Double(fewest), as: .accelerators)
    let most = Notation.display(most, as: .accelerators)
    throw Failure("the job needs \(count) of them at least, and \(most) are allowed", status: .usage)
  }

  private static func serving(_ kind: Kind, _ job: PlanJob) throws(Failure) -> [PlanSearch.Ground] {
    func report(_ price: String) throws(Failure) -> Report {
      try job.serving([("--gpu", kind.accelerator.id), ("--price", price)]).report(
        SamplingPlan(draws: 0), rangesOf: .results)
    }
    let estimate = try job.serving([("--gpu", kind.accelerator.id), ("--price", "1")])
    let (one, two) = (try report("1"), try report("2"))
    func value(_ key: String, _ report: Report) -> Double? { report.result(key)?.value.typical }
    let key = ServingPlan.cost(in: one)
    let (first, second) = (value(key, one) ?? .nan, value(key, two) ?? .nan)
    let carbon = ServingPlan.carbon(estimate, one)?.typical ?? .nan
    let intensity = estimate.scenario.site.carbonIntensity.typical.value
    let spread = estimate.report(SamplingPlan(draws: 256), rangesOf: .results).result(key)?.value
    let deviation =
      spread.flatMap { spread in
        spread.p10.flatMap { low in spread.p90.map { Elementary.logarithm($0 / low) / 2.5631 } }
      } ?? 0
    let point = PlanBase.Point(
      accelerators: value("accelerators", one) ?? value("accelerators_per_copy", one) ?? 1,
      hours: ServingPlan.seconds(estimate, one) / 3600, used: 0, fixed: first - (second - first),
      perRate: second - first, carbonFixed: 0, carbonPerIntensity: carbon / intensity)
    let base = PlanBase(
      kind.accelerator, kind.accelerator.referencePrecision, isSpot: false, points: [point], deviation: deviation)
    // Serving goes on for whole terms.
    let offers = kind.offers.map { offers in
      offers.map { offer in
        var offer = offer
        offer.term = nil
        return offer
      }
    }
    return [PlanSearch.Ground(base, offers: offers)]
  }
}

extension Estimate {
  /// USD for moving data out.
  fileprivate var egress: Double {
    bill.lines.filter { $0.category == .egress }.reduce(0) { $0 + $1.amount.typical.value }
  }
}

/// What of serving a plan weighs.
enum ServingPlan {
  /// The cost of a month, or of a request where no demand is given.
  static func cost(in report: Report) -> String {
    report.result("usd_per_month") == nil ? "usd_per_request" : "usd_per_month"
  }

  /// Grams of a month, or of a request where no demand is given.
  static func carbon(_ estimate: ServingEstimate, _ report: Report) -> Spread? {
    guard let lifetime = estimate.lifetime else { return report.result("carbon_g")?.value }
    return report.result("lifetime_carbon_kg")?.value.scaled(by: Hours.perMonth / lifetime.length)
  }

  /// Seconds from a request to the end of its answer.
  static func seconds(_ estimate: ServingEstimate, _ report: Report) -> Double {
    func value(_ key: String) -> Double { report.result(key)?.value.typical ?? .nan }
    return value("time_to_first_token_s") + value("time_per_token_s") * estimate.load.answer.typical.value
  }
}
