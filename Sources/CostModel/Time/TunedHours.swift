/// Accelerator-hours that a token takes in a tuned step at the fastest layout, by the size of the model, the accelerators
/// and the batch.
///
/// Layouts are searched where they are first asked for: models at eight sizes a decade and four sparsities a
/// doubling, clusters in powers of two. Between those, logarithms are interpolated, which is within 1 % of a search in the
/// mean. A finer grid would be nearer to the searches, whose hours fall by up to 2.5 % where another layout begins to fit: no
/// reader would believe a larger model to take less.
final class TunedHours: FormulaFunction {
  /// Whose steps they are.
  enum Subject: Sendable, Hashable {
    /// A known architecture.
    case known(ModelSizes)
    /// A model of any size, with so much width over its layers.
    case sized(widthToDepth: Double)
  }

  /// All that does not change with size, cluster and batch.
  struct Setup: Sendable, Hashable {
    var subject: Subject
    /// The step; its shape and batch do not matter.
    var job: StepJob
    /// What fills the memory.
    var memory: MemoryJob
    var hardware: TrainingHardware
    var constants: StepConstants
    /// Bytes that may be filled.
    var usable: Double
    /// What the user fixes.
    var fixed = LayoutSearch.Fixed()
    /// What is fixed where it fits in memory, as those do who train few examples; nil to look for the fastest at once.
    var conventional: LayoutSearch.Fixed?
    /// Whether the host keeps the optimizer of what does not fit otherwise, on a cluster that is given.
    var mayOffload = false
  }

  let setup: Setup
  let name = "tuned_hours_per_token"
  let isChoice = false
  private let frontiers: KnownFrontiers

  /// Hours of a setup.
  ///
  /// - Parameters:
  ///   - setup: What does not change with size, cluster and batch.
  ///   - memory: Where frontiers are that were found before; nil keeps them for these hours alone.
  init(_ setup: Setup, memory: TableMemory? = nil) {
    self.setup = setup
    frontiers = memory?.frontiers(of: setup) ?? KnownFrontiers()
  }

  static let sizesPerDecade = 8.0
  private static let sparsitiesPerDoubling = 4.0
  /// Beyond this no cluster is looked at for one that holds a model.
  static let mostAccelerators = 1 << 20

  /// Hours for active parameters, all parameters, accelerators and tokens of a batch.
  func value(_ arguments: Arguments4) -> Double {
    mean(active: arguments.first, total: arguments.second) { place in
      hours(place, on: arguments.third, batch: arguments.fourth)
    }
  }

  /// The accelerators and the batch.
  let movingArguments: Set = [2, 3]
  var clusterArgument: Int? { 2 }

  func table(around arguments: Arguments4, upTo accelerators: Double) -> FunctionTable? {
    table(around: arguments.first, arguments.second, upTo: 2 * accelerators).map(FunctionTable.tuned)
  }

  /// The frontiers of a model; nil where the degrees of a layout are fixed, which few numbers of accelerators divide.
  func table(around active: Double, _ total: Double, upTo accelerators: Double) -> HoursTable? {
    var places: [(place: Place, weight: Double)] = []
    guard active > 0, total > 0, active.isFinite, total.isFinite else { return nil }
    forEachPlace(active: active, total: total) { places.append(($0, $1)) }
    return table(of: places, upTo: accelerators)
  }

  /// The frontiers of some models of the grid.
  func table(of places: [(place: Place, weight: Double)], upTo accelerators: Double) -> HoursTable? {
    guard !isExact, accelerators.isFinite else { return nil }
    var powers = 0
    while Double(1 << powers) < accelerators, 1 << powers < Self.mostAccelerators { powers += 1 }
    return HoursTable(
      sequence: setup.job.sequence,
      places: places.map { place, weight in
        HoursTable.Entry(
          place: place, weight: weight, nominal: nominal(place),
          frontiers: (0...powers).map { frontier(place, 1 << $0).lines })
      })
  }

  /// The places around a model, their logarithms weighed.
  func mean(active: Double, total: Double, _ hours: (Place) -> Double) -> Double {
    guard active > 0, total > 0, active.isFinite, total.isFinite else { return .nan }
    guard case .sized = setup.subject else { return hours(Place(active: active)) }
    var sum = 0.0
    forEachPlace(active: active, total: total) { sum += $1 * Elementary.logarithm(hours($0)) }
    return Elementary.exponential(sum)
  }

  private func forEachPlace(active: Double, total: Double, _ body: (Place, _ weight: Double) -> Void) {
    guard case .sized = setup.subject else { return body(Place(active: active), 1) }
    let size = Elementary.logarithm(active) / Self.logarithmOfTen * Self.sizesPerDecade
    let doublings = Swift.max(0, Elementary.logarithm(total / active) / Self.logarithmOfTwo)
    let sparsity = doublings * Self.sparsitiesPerDoubling
    for (first, share) in Self.neighbors(size) {
      for (second, part) in Self.neighbors(sparsity) {
        let place = Place(
          size: first, sparsity: second,
          active: Elementary.exponential(Double(first) / Self.sizesPerDecade * Self.logarithmOfTen))
        body(place, share * part)
      }
    }
  }

  /// A model that layouts are searched for.
  struct Place {
    var size = 0
    var sparsity = 0
    /// Its active parameters.
    var active: Double
  }

  private static let logarithmOfTwo = Elementary.logarithm(2)
  private static let logarithmOfTen = Elementary.logarithm(10)

  /// The whole numbers around one, with their weights.
  private static func neighbors(_ value: Double) -> [(Int, Double)] {
    let low = (value + 1e-9).rounded(.down)
    let share = Swift.max(0, value - low)
    let first = Int.whole(low + 1000, atMost: 100_000) - 1000
    return share < 1e-9 ? [(first, 1)] : [(first, 1 - share), (first + 1, share)]
  }

  /// Hours for a token of a model of the grid.
  func hours(_ place: Place, on accelerators: Double, batch: Double) -> Double {
    let count = Swift.max(1, accelerators)
    guard count.isFinite, batch > 0 else { return .nan }
    if isExact {
      let whole = multiple(of: Int.whole((count - 1e-6).rounded(.up), atMost: 1 << 40))
      let at = hours(place, exactly: whole, batch)
      return at.isFinite ? at : fewest(place, from: whole).map { hours(place, exactly: $0, batch) } ?? nominal(place)
    }
    let power = Elementary.logarithm(count) / Self.logarithmOfTwo
    var sum = 0.0
    for (exponent, share) in Self.neighbors(power) {
      let at = hours(place, exactly: 1 << Swift.min(40, exponent), batch)
      // Where the smaller of two clusters does not hold it the larger counts.
      if at.isFinite { sum += share * Elementary.logarithm(at) } else { sum = .infinity }
    }
    if sum.isFinite { return Elementary.exponential(sum) }
    let larger = fewest(place, from: 1 << Swift.min(40, Int.whole(power.rounded(.up), atMost: 40)))
    return larger.map { hours(place, exactly: $0, batch) } ?? nominal(place)
  }

  /// Hours of a model that no cluster holds, at its peak: as good as any, so that searches over sizes may pass there.
  private func nominal(_ place: Place) -> Double { 6 * place.active / (setup.hardware.peak * 3600) }

  /// Whether degrees are fixed, that only some numbers of accelerators are multiples of.
  private var isExact: Bool {
    let fixed = setup.fixed
    return fixed.tensor != nil || fixed.pipeline != nil || fixed.context != nil || fixed.expert != nil
  }

  /// The next number of accelerators that the fixed degrees divide.
  func multiple(of count: Int) -> Int {
    let group = setup.fixed.group
    return (Swift.max(1, count) + group - 1) / group * group
  }

  private func hours(_ place: Place, exactly count: Int, _ batch: Double) -> Double {
    let sequences = Swift.max(1, batch / setup.job.sequence)
    let seconds = frontier(place, count).seconds(batch: sequences)
    return seconds * Double(count) / (sequences * setup.job.sequence * 3600)
  }

  /// The fewest accelerators, a number doubled over and over, that hold a model; nil where none do.
  func fewest(_ place: Place, from start: Int) -> Int? {
    var count = Swift.max(1, start)
    while count <= Self.mostAccelerators {
      if !frontier(place, count).isEmpty { return count }
      count *= 2
    }
    return nil
  }

  /// The frontier of a model of the grid on so many accelerators.
  func frontier(_ place: Place, _ count: Int) -> StepFrontier {
    let key = KnownFrontiers.Key(size: place.size, sparsity: place.sparsity, count: count)
    return frontiers.frontier(key) { searched(place, count) }
  }

  private func searched(_ place: Place, _ count: Int) -> StepFrontier {
    let search = search(place)
    // Weights alone that do not fit however they are divided need no search.
    let isHopeless = 2 * search.model.parameters / Double(count) > search.usable && setup.memory.task != .qlora
    var frontier = StepFrontier()
    for search in isHopeless ? [] : searches(search) where frontier.isEmpty {
      frontier = StepFrontier(search, on: count)
    }
    return frontier
  }

  /// A search with what is fixed, in the order in which that is tried: as is usual first, and without the host's memory.
  private func searches(_ search: LayoutSearch) -> [LayoutSearch] {
    (setup.mayOffload ? [setup.fixed.offload, .optimizer] : [setup.fixed.offload]).flatMap { offload in
      [setup.conventional, setup.fixed].compactMap(\.self).map { fixed in
        var search = search
        search.fixed = fixed
        search.fixed.offload.formUnion(offload)
        return search
      }
    }
  }

  /// The layout that steps of so many sequences are timed at on so many accelerators; of those that are a tie, the usual
  /// one; nil where none fits.
  func layout(_ place: Place, on count: Int, batch sequences: Double) -> Layout? {
    searches(search(place, batch: sequences)).lazy.compactMap { $0.recommended(on: count).first?.layout }.first
  }

  /// The search for a model of the grid, with steps of so many sequences where that matters.
  func search(_ place: Place, batch: Double? = nil) -> LayoutSearch {
    var (job, memory) = (setup.job, setup.memory)
    if let batch { (job.batch, memory.batch) = (batch, batch) }
    let sizes: ModelSizes
    switch setup.subject {
    case .known(let known): sizes = known
    case .sized(let ratio):
      let doublings = Double(place.sparsity) / Self.sparsitiesPerDoubling
      let total = place.active * Elementary.exponential(doublings * Self.logarithmOfTwo)
      sizes = ModelSizes(
        parameters: total, active: place.sparsity > 0 ? place.active : nil, widthToDepth: ratio)
    }
    job.shape = sizes.shape
    job.keptBytesPerToken = sizes.memory.keptPerToken
    var search = LayoutSearch(
      sizes.memory, memory, step: StepModel(job, on: setup.hardware, setup.constants), usable: setup.usable,
      node: LayoutSearch.largestTensorGroup(domain: setup.hardware.domain))
    search.fixed = setup.fixed
    return search
  }
}
