/// The hardware of a published run, held against what else could be rented in its month.
package struct HardwareChoice: Sendable {
  /// The run.
  package var run: PublishedRun
  /// Other accelerators with an on-demand price of then.
  package var rivals: [String] = []
  /// Whether some cluster of its accelerator is beaten by none of the others, in cost and time together.
  package var isOnFront = false
  /// What beats it, and by how much, or why nothing can be said.
  package var reason: String?
  /// Whether nothing can be said.
  package var isSetAside = false

  /// One cluster.
  private struct Cluster {
    var accelerator: String
    var count: Double
    var cost: Double
    var hours: Double
  }

  /// Clusters are so many times that of the run.
  private static let sizes = [0.5, 1, 2]
  /// Clusters of runs that do not say how large theirs was.
  private static let usualCluster = 512.0

  /// Holds a run against every accelerator that had a price then, on clusters of half its size to twice.
  ///
  /// - Parameters:
  ///   - run: The run, at the date of its row.
  ///   - prices: All price rows.
  ///   - sellers: Providers that sell accelerator-hours.
  ///   - catalog: The tables.
  /// - Throws: ``ScenarioError`` where a look-up fails.
  package init(
    _ run: PublishedRun, prices: [Price], sellers: Set<String>, in catalog: any Catalog
  ) throws(ScenarioError) {
    self.run = run
    guard let month = CalendarMonth(run.date) else {
      (isSetAside, reason) = (true, "its date is not known")
      return
    }
    let rents = Self.rents(in: month, prices, sellers)
    guard rents[run.accelerator.id] != nil else {
      (isSetAside, reason) = (true, "no on-demand price of \(run.accelerator.id) is of the year before \(month.text)")
      return
    }
    rivals = rents.keys.filter { $0 != run.accelerator.id }.sorted()
    guard !rivals.isEmpty else {
      (isSetAside, reason) = (true, "no other accelerator has a price of then")
      return
    }
    var clusters: [Cluster] = []
    for id in [run.accelerator.id] + rivals {
      for size in Self.sizes {
        let count = Swift.max(1, ((run.accelerators ?? Self.usualCluster) * size).rounded())
        if let cluster = try Self.cluster(run, id, count, rent: rents[id] ?? 0, in: catalog) {
          clusters.append(cluster)
        }
      }
    }
    let own = clusters.filter { $0.accelerator == run.accelerator.id }
    let others = clusters.filter { $0.accelerator != run.accelerator.id }
    guard let first = own.first(where: { $0.count >= run.accelerators ?? Self.usualCluster }) ?? own.last else {
      (isSetAside, reason) = (true, "its time is not known")
      return
    }
    isOnFront = own.contains { one in !others.contains { Self.beats($0, one) } }
    if !isOnFront, let best = others.filter({ Self.beats($0, first) }).min(by: { $0.cost < $1.cost }) {
      func times(_ one: Double, _ other: Double) -> String { Notation.display(one / other, as: .ratio, digits: 2) }
      reason =
        "\(best.accelerator) takes \(times(best.hours, first.hours)) of the time "
        + "at \(times(best.cost, first.cost)) of the cost"
    }
  }

  private static func beats(_ one: Cluster, _ other: Cluster) -> Bool {
    one.cost <= other.cost && one.hours <= other.hours && (one.cost, one.hours) != (other.cost, other.hours)
  }

  /// The median of what sellers asked on demand in the year before a month, by accelerator.
  private static func rents(in month: CalendarMonth, _ prices: [Price], _ sellers: Set<String>) -> [String: Double] {
    let offered = prices.filter { price in
      price.commitment == .onDemand && price.kind != .quote && price.kind != .index && sellers.contains(price.provider)
    }
    var rates: [String: [String: [Double]]] = [:]
    for price in PriceSelection.current(offered, asOf: month) {
      rates[price.accelerator, default: [:]][price.provider, default: []].append(price.rate)
    }
    return rates.mapValues { own in
      Quantiles.quantile(0.5, of: own.values.map { Quantiles.quantile(0.5, of: $0) })
    }
  }

  /// The run on another accelerator; nil where that cannot train it.
  private static func cluster(
    _ run: PublishedRun, _ id: String, _ count: Double, rent: Double, in catalog: any Catalog
  ) throws(ScenarioError) -> Cluster? {
    var request = run.request
    request.accelerator = id
    if id != run.accelerator.id { request.precision = nil }
    request.cluster = .accelerators(Ranged(count))
    request[Settings.price] = Ranged(rent)
    request.phases[0].contextLength = run.sequence.map { Ranged($0) }
    let estimate: Estimate
    do throws(ScenarioError) {
      estimate = try .pretraining(ScenarioBuilder.scenario(for: request, in: catalog))
    } catch {
      // An accelerator without a peak or an efficiency is no rival.
      switch error {
      case .noEfficiency, .missing, .unsupportedPrecision: return nil
      default: throw error
      }
    }
    guard let hours = estimate.run.wallClock?.typical.value, hours.isFinite else { return nil }
    return Cluster(accelerator: id, count: count, cost: estimate.bill.total.typical.value, hours: hours)
  }
}
