/// Derives the default effective MFU, with its range, from published runs.
///
/// Every run gives one figure: 6·N·D over (dense 16-bit peak × speed-up of its precision × accelerator-hours). Runs are
/// pooled in a tree: kind (dense or mixture of experts), generation and kind, with size, and for one accelerator. A
/// group leans on its parent as if the parent were one more organization, so that a group of one run does not pretend
/// to know more than it does. All arithmetic is on logarithms.
public struct EfficiencyDerivation: Sendable {
  /// A derived row.
  public struct Row: Sendable {
    /// The row's id, as ``EfficiencyKey/rowIDs`` has it.
    public var id: String
    /// The row it leans on.
    public var parent: String?
    /// Typical MFU, and p10 to p90 for a run not yet seen.
    public var mfu: Ranged<Ratio>
    /// The runs behind it.
    public var runs: [String]
    /// How many benchmarks are behind it instead, where there are no runs.
    public var benchmarks: Int
    /// How many organizations the runs come from.
    public var organizations: Int
    /// The newest run's date.
    public var asOf: String
  }

  /// Throughput of a precision over that of 16 bits.
  public var speedup: @Sendable (Precision, ArchitectureClass) -> Double
  /// Effective MFU over benchmark throughput, where only benchmarks are known.
  public var effectiveOverBenchmark: Ranged<Ratio>

  /// A derivation with its two conversions.
  public init(
    speedup: @escaping @Sendable (Precision, ArchitectureClass) -> Double, effectiveOverBenchmark: Ranged<Ratio>
  ) {
    self.speedup = speedup
    self.effectiveOverBenchmark = effectiveOverBenchmark
  }

  /// How many organizations a parent's center counts as.
  static let parentWeight = 1.0
  /// How many organizations a parent's spread counts as.
  static let parentSpreadWeight = 3.0

  private struct Group {
    var center: Double
    var variance: Double
    var weight: Double
    var row: Row
  }

  /// The rows, most general first, and in order of id within a level.
  public func rows(from runs: [PublishedRun], benchmarks: [Benchmark] = []) -> [Row] {
    let observed = runs.filter { $0.exclusion == nil }.compactMap { run in
      run.effectiveMFU.map {
        (run: run, logarithm: Elementary.logarithm($0 / speedup(run.precision, run.architecture)))
      }
    }
    guard !observed.isEmpty else { return [] }
    let all = group(observed, id: "all", parent: nil)
    var levels: [[Group]] = []
    var known = ["all": all]
    for depth in 0..<4 {
      var members: [String: [(run: PublishedRun, logarithm: Double)]] = [:]
      var parents: [String: String] = [:]
      for item in observed {
        let ids = item.run.key.pooledRowIDs.reversed().map(\.self)
        guard depth < ids.count else { continue }
        members[ids[depth], default: []].append(item)
        parents[ids[depth]] = depth > 0 ? ids[depth - 1] : "all"
      }
      let level = members.keys.sorted().compactMap { id -> Group? in
        guard let items = members[id], let parentID = parents[id] else { return nil }
        return group(items, id: id, parent: known[parentID])
      }
      for group in level { known[group.row.id] = group }
      levels.append(level)
    }
    let fromRuns = levels.flatMap { $0.map(\.row) }
    return fromRuns + rows(from: benchmarks, without: Set(fromRuns.map(\.id)))
  }

  private func group(_ items: [(run: PublishedRun, logarithm: Double)], id: String, parent: Group?) -> Group {
    let count = Double(items.count)
    let organizations = Double(Set(items.map(\.run.organization)).count)
    let mean = items.map(\.logarithm).reduce(0, +) / count
    let weight = organizations + (parent == nil ? 0 : Self.parentWeight)
    let center = (organizations * mean + (parent.map { Self.parentWeight * $0.center } ?? 0)) / weight
    let scatter = items.map { ($0.logarithm - center) * ($0.logarithm - center) }.reduce(0, +) / count * organizations
    let variance =
      (scatter + (parent.map { Self.parentSpreadWeight * $0.variance } ?? 0))
      / (organizations + (parent == nil ? 0 : Self.parentSpreadWeight))
    let deviation = (variance * (1 + 1 / weight)).squareRoot() * Distribution.ninetiethPercentile
    let row = Row(
      id: id, parent: parent?.row.id == "all" ? nil : parent?.row.id,
      mfu: Ranged(
        Elementary.exponential(center), low: Elementary.exponential(center - deviation),
        high: Swift.min(1, Elementary.exponential(center + deviation))),
      runs: items.map(\.run.id), benchmarks: 0, organizations: Int(organizations),
      asOf: items.map(\.run.date).max() ?? "")
    return Group(center: center, variance: variance, weight: weight, row: row)
  }

  /// Rows of generations without published runs: benchmark throughput, lowered to what whole runs keep of it.
  ///
  /// Benchmarks in 16 bits count alone where there are any: the speed-up of lower precisions is known less well.
  private func rows(from benchmarks: [Benchmark], without known: Set<String>) -> [Row] {
    var shares: [String: [(share: Double, asOf: String, isSixteenBit: Bool)]] = [:]
    for benchmark in benchmarks {
      guard let peak = benchmark.accelerator.referencePeak else { continue }
      let id = "\(benchmark.accelerator.generation)-\(benchmark.architecture.rawValue)"
      let sixteenBit = peak * speedup(benchmark.precision, benchmark.architecture)
      shares[id, default: []].append(
        (
          benchmark.operationsPerSecond / sixteenBit, benchmark.asOf,
          benchmark.precision == .bf16 || benchmark.precision == .fp16
        ))
    }
    let keep = effectiveOverBenchmark
    return shares.keys.sorted().compactMap { id in
      guard !known.contains(id), var rows = shares[id] else { return nil }
      if rows.contains(where: \.isSixteenBit) { rows = rows.filter(\.isSixteenBit) }
      let values = rows.map(\.share)
      return Row(
        id: id, parent: nil,
        mfu: Ranged(
          Swift.min(1, Quantiles.quantile(0.5, of: values) * keep.typical.value),
          low: Quantiles.quantile(0.1, of: values) * keep.low.value,
          high: Swift.min(1, Quantiles.quantile(0.9, of: values) * keep.high.value)),
        runs: [], benchmarks: values.count, organizations: 0, asOf: rows.map(\.asOf).max() ?? "")
    }
  }
}
