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
  private struct Kind: Sendable {
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
    let cheapest = PlanSearch(grounds, intensities: intensities, limits: PlanLimits()).cheapest?.cost ?? .infinity
    rest.removeAll { kind in
      guard let least = kind.least, request.accelerators.isEmpty, least > Self.mostTimes * cheapest else {
        return false
      }
      exclusions.append(
        Exclusion(
          accelerator: kind.accelerator.id,
          reason: "costs \(Notation.display(least / cheapest, as: .ratio, digits: 2)) times as much at the least"))
      return true
    }
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

  private mutating func take(_ bases: Bases) {
    grounds += bases.grounds
    exclusions += bases.exclusions
  }

  // MARK: - Kinds

  private func intensitiesOfRegions() throws(Failure) -> [Double] {
    var intensities: [Double] = []
    for region in request.regions {
      let words = region.map { [("--region", $0)] } ?? []
      let scenario = try job.isServing ? job.serving(words).scenario : job.estimate(words).scenario
      intensities.append(scenario.site.carbonIntensity.typical.value)
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
    known.startMonth = request.start?.month
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
    guard job.sharesFormulas, let least = offers.joined().map(\.rate.typical.value).min() else { return nil }
    // Whatever is wrong with the job there is told when its turn comes.
    let words = [
      ("--gpu", accelerator.id), ("--precision", precision.rawValue),
      ("--gpus", String(accelerator.acceleratorsPerNode ?? 1)),
    ]
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
      bases.grounds =
        try job.isServing ? serving(kind, job) : stage(kind, request, job)
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
      try job.estimate(words + [("--gpus", String(count))] + offer.words.filter { $0.option != "--term" })
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
      grounds.append(
        PlanSearch.Ground(
          try PlanBase(
            base, isShared: job.sharesFormulas, isSpot: isSpot, within: request.bounds, fewest: fewest,
            resized: { count throws(Failure) in try estimate(offer, count) }), offers: kind.offers))
    }
    return grounds
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
    guard Double(fewest) <= most else {
      let count = Notation.display(Double(fewest), as: .accelerators)
      let most = Notation.display(most, as: .accelerators)
      throw Failure("the job needs \(count) of them at least, and \(most) are allowed", status: .usage)
    }
    return fewest
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
    // Who waits for an answer is not served from accelerators that are taken away, nor for a day.
    let offers = kind.offers.map { offers in
      offers.filter { $0.commitment != .spot && $0.commitment != .capacityBlock }.map { offer in
        var offer = offer
        offer.term = nil
        return offer
      }
    }
    return [PlanSearch.Ground(base, offers: offers)]
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
