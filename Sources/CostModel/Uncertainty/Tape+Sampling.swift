extension Tape {
  /// How many draws are evaluated together: enough for tight loops, few enough to stay in cache.
  private static let blockWidth = 64
  /// Up to how many draws all are kept; of more, the neighborhoods of the quantiles alone.
  private static let mostKept = 8192
  /// So many of the first draws tell where the quantiles lie.
  private static let pilotDraws = (few: 512, many: 4096)

  /// The typical value of each wanted step, with p10 and p90 where a plan asks for draws and the step varies.
  func spreads(of wanted: [Int], plan: SamplingPlan) -> [Spread] {
    let typical = typicalValues()
    var spreads = wanted.map { Spread(typical: typical[$0]) }
    let varying = wanted.indices.filter { steps[wanted[$0]].varies }
    guard plan.draws > 0, !varying.isEmpty else { return spreads }
    // Results that are one step are one sample.
    var rows: [Int: Int] = [:]
    var slots: [Int] = []
    for position in varying where rows[wanted[position]] == nil {
      rows[wanted[position]] = slots.count
      slots.append(wanted[position])
    }
    let ends = plan.draws > Self.mostKept ? tails(of: slots, plan: plan) : quantiles(of: slots, plan: plan)
    for position in varying {
      guard let row = rows[wanted[position]] else { continue }
      (spreads[position].p10, spreads[position].p90) = (ends[row].p10, ends[row].p90)
    }
    return spreads
  }

  /// The share of draws in which each of some steps stays within a bound.
  func shareWithin(_ bounds: [(slot: Int, most: Double)], plan: SamplingPlan) -> Double {
    guard plan.draws > 0, !bounds.isEmpty else { return 1 }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: plan.draws * bounds.count) { samples in
      sample(bounds.map(\.slot), plan: plan, into: samples)
      let kept = (0..<plan.draws).count { draw in
        bounds.indices.allSatisfy { samples[$0 * plan.draws + draw] <= bounds[$0].most }
      }
      return Double(kept) / Double(plan.draws)
    }
  }

  /// Whether a step is positive in all draws of a plan.
  func isPositive(_ slot: Int, plan: SamplingPlan) -> Bool {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: plan.draws) { samples in
      sample([slot], plan: plan, into: samples)
      return samples.allSatisfy { $0 > 0 }
    }
  }

  /// How much of the variance of a step, or of its logarithm, each of some inputs makes, by itself and together with
  /// others: half the mean square of how far the step moves where that input alone is drawn anew (Jansen 1999).
  ///
  /// What an input takes away from the variance where it is held says less: held below its mean it makes the rest of a
  /// sum the larger part, and a small input with a long tail then explains nothing.
  ///
  /// - Returns: The shares, in the order of the ids.
  func shares(of slot: Int, by ids: [String], plan: SamplingPlan, isLogarithmic: Bool) -> [Double] {
    guard plan.draws > 1 else { return ids.map { _ in 0 } }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * plan.draws) { memory in
      let samples = UnsafeMutableBufferPointer(rebasing: memory[..<plan.draws])
      let moved = UnsafeMutableBufferPointer(rebasing: memory[plan.draws...])
      func fill(_ place: UnsafeMutableBufferPointer<Double>, redrawing id: String?) -> Double {
        let likeness = forEachBlock(plan, anew: Redraw(id: id)) { block, start, count in
          for i in 0..<count {
            let value = block[slot * Self.blockWidth + i]
            place.initializeElement(
              at: start + i, to: isLogarithmic ? Elementary.logarithm(Swift.max(value, .leastNormalMagnitude)) : value)
          }
        }
        return likeness
      }
      _ = fill(samples, redrawing: nil)
      let mean = samples.reduce(0, +) / Double(plan.draws)
      let variance = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(plan.draws - 1)
      guard variance > 0, variance.isFinite else { return ids.map { _ in 0 } }
      return ids.map { id in
        // Of so many draws the new ones are never quite unlike the old: by so much they move less.
        let likeness = fill(moved, redrawing: id)
        let square = zip(samples, moved).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(plan.draws)
        return square / 2 / (1 - likeness) / variance
      }
    }
  }

  /// The values of a step that so many draws of a plan stay below, as shares of them; the typical value without draws.
  func quantiles(of slot: Int, at shares: [Double], plan: SamplingPlan) -> [Double] {
    guard plan.draws > 0 else { return shares.map { _ in typicalValues()[slot] } }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: plan.draws) { samples in
      sample([slot], plan: plan, into: samples)
      var samples = samples
      return shares.map { Quantiles.select($0, &samples) }
    }
  }

  /// p10 and p90 of steps, by selection from all their draws.
  private func quantiles(of slots: [Int], plan: SamplingPlan) -> [(p10: Double, p90: Double)] {
    let draws = plan.draws
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: slots.count * draws) { samples in
      sample(slots, plan: plan, into: samples)
      return slots.indices.map { row in
        Self.ends(of: UnsafeMutableBufferPointer(rebasing: samples[(row * draws)..<((row + 1) * draws)]))
      }
    }
  }

  /// p10 and p90 of a sample in no order; it is reordered. Of many values, those near the quantiles are looked at alone.
  private static func ends(of sample: UnsafeMutableBufferPointer<Double>) -> (p10: Double, p90: Double) {
    var sample = sample
    let (pilot, capacity) = (pilotDraws.few, sample.count / 4)
    if sample.count > 4 * pilot {
      let found = withUnsafeTemporaryAllocation(of: Double.self, capacity: pilot + capacity) { memory in
        var first = UnsafeMutableBufferPointer(rebasing: memory[..<pilot])
        _ = first.initialize(fromContentsOf: sample[..<pilot])
        let kept = UnsafeMutableBufferPointer(rebasing: memory[pilot...])
        return TailWindow.both(of: &first, reach: 2.5).map { window in
          var window = window
          for start in stride(from: 0, to: sample.count, by: blockWidth) {
            let end = Swift.min(start + blockWidth, sample.count)
            window.keep(UnsafeMutableBufferPointer(rebasing: sample[start..<end]), in: kept)
          }
          return window.quantile(of: sample.count, in: kept)
        }
      }
      if let p10 = found[0], let p90 = found[1] { return (p10, p90) }
    }
    return (Quantiles.select(0.1, &sample), Quantiles.select(0.9, &sample))
  }

  /// p10 and p90 of steps over many draws: a pilot finds where they lie, and only draws near them are kept.
  ///
  /// The result is that of ``quantiles(of:plan:)``, to which it falls back where the pilot misses.
  private func tails(of slots: [Int], plan: SamplingPlan) -> [(p10: Double, p90: Double)] {
    let pilot = Self.pilotDraws.many
    var windows = [TailWindow]()
    windows.reserveCapacity(2 * slots.count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: slots.count * pilot) { samples in
      sample(slots, plan: plan.drawing(pilot), into: samples)
      for row in slots.indices {
        var sample = UnsafeMutableBufferPointer(rebasing: samples[(row * pilot)..<((row + 1) * pilot)])
        windows += TailWindow.both(of: &sample, reach: 4)
      }
    }
    let capacity = plan.draws / 10
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: windows.count * capacity) { kept in
      forEachBlock(plan) { block, _, count in
        for (row, slot) in slots.enumerated() {
          let values = UnsafeMutableBufferPointer(
            rebasing: block[(slot * Self.blockWidth)..<(slot * Self.blockWidth + count)])
          for window in [2 * row, 2 * row + 1] {
            let place = UnsafeMutableBufferPointer(rebasing: kept[(window * capacity)..<((window + 1) * capacity)])
            windows[window].keep(values, in: place)
          }
        }
      }
      return slots.indices.map { row in
        let ends = [2 * row, 2 * row + 1].map { window -> Double? in
          let place = UnsafeMutableBufferPointer(rebasing: kept[(window * capacity)..<((window + 1) * capacity)])
          return windows[window].quantile(of: plan.draws, in: place)
        }
        guard let p10 = ends[0], let p90 = ends[1] else { return quantiles(of: [slots[row]], plan: plan)[0] }
        return (p10, p90)
      }
    }
  }

  /// The draws of steps: one row of `plan.draws` values for each.
  ///
  /// - Parameters:
  ///   - wanted: The steps.
  ///   - plan: How many draws, from which start.
  ///   - known: An input whose deviate is known, by its id; what is correlated with it follows.
  /// - Returns: The rows, in the order of the steps.
  func draws(of wanted: [Int], plan: SamplingPlan, knowing known: KnownInput? = nil) -> [[Double]] {
    let draws = plan.draws
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: wanted.count * draws) { samples in
      sample(wanted, plan: plan, into: samples, knowing: known)
      return wanted.indices.map { Array(samples[($0 * draws)..<(($0 + 1) * draws)]) }
    }
  }

  /// Fills one row of `plan.draws` values for each wanted step.
  private func sample(
    _ wanted: [Int], plan: SamplingPlan, into samples: UnsafeMutableBufferPointer<Double>,
    knowing known: KnownInput? = nil
  ) {
    forEachBlock(plan, knowing: known) { block, start, count in
      for (row, slot) in wanted.enumerated() {
        for i in 0..<count {
          samples.initializeElement(at: row * plan.draws + start + i, to: block[slot * Self.blockWidth + i])
        }
      }
    }
  }

  /// The uncertain inputs, each once, by their ids: inputs of one id share their draws.
  var uncertainIDs: [String] {
    var known: Set<String> = []
    return inputs.map(\.record).filter { !$0.distribution.isCertain && known.insert($0.id).inserted }.map(\.id)
  }

  /// Evaluates all draws block by block; the body gets the block, its first draw and how many of its draws count.
  ///
  /// - Returns: The correlation of the deviates of an input that is drawn anew with those that it had.
  @discardableResult private func forEachBlock(
    _ plan: SamplingPlan, knowing known: KnownInput? = nil, anew: Redraw? = nil,
    body: (UnsafeMutableBufferPointer<Double>, _ start: Int, _ count: Int) -> Void
  ) -> Double {
    let uncertain = inputs.filter { !$0.record.distribution.isCertain }
    var draws = InputDraws(
      of: uncertainIDs, uncertain.map { ($0.record.id, $0.record.distribution) }, plan: plan, knowing: known,
      anew: anew)
    let width = Self.blockWidth
    withUnsafeTemporaryAllocation(of: Double.self, capacity: steps.count * width) { block in
      for (slot, value) in typicalValues().enumerated() {
        block[(slot * width)..<((slot + 1) * width)].initialize(repeating: value)
      }
      for first in stride(from: 0, to: plan.draws, by: InputDraws.longestStretch) {
        let stretch = Swift.min(InputDraws.longestStretch, plan.draws - first)
        let rows = draws.rows(from: first, stretch)
        for start in stride(from: 0, to: stretch, by: width) {
          let count = Swift.min(width, stretch - start)
          for (input, row) in zip(uncertain, rows) {
            let place = block[(input.slot * width)..<(input.slot * width + count)]
            _ = place.update(fromContentsOf: row[start..<(start + count)])
          }
          evaluate(block: block, width: width)
          body(block, first + start, count)
        }
      }
    }
    return draws.likeness
  }
}

/// The draws near one quantile, and how many lie below them.
private struct TailWindow {
  let share: Double
  let low: Double
  let high: Double
  private var below = 0
  private var count = 0

  /// The windows of p10 and p90 that a pilot finds.
  ///
  /// - Parameters:
  ///   - pilot: Some of the draws; they are reordered.
  ///   - reach: How many standard errors of the pilot's quantile a window reaches to either side of it.
  /// - Returns: The two windows.
  static func both(of pilot: inout UnsafeMutableBufferPointer<Double>, reach: Double) -> [TailWindow] {
    let margin = reach * (0.09 / Double(pilot.count)).squareRoot()
    return [0.1, 0.9].map { share in
      TailWindow(
        share: share, low: Quantiles.select(share - margin, &pilot), high: Quantiles.select(share + margin, &pilot))
    }
  }

  private init(share: Double, low: Double, high: Double) {
    self.share = share
    self.low = low
    self.high = high
  }

  /// Keeps the values inside the window; those beyond the room for them are counted and lost.
  mutating func keep(_ values: UnsafeMutableBufferPointer<Double>, in place: UnsafeMutableBufferPointer<Double>) {
    guard count + values.count < place.count else {
      count = place.count
      return
    }
    var next = count
    var lower = 0
    for value in values {
      // Written first and counted after: no branch to mispredict.
      place.initializeElement(at: next, to: value)
      next += value >= low && value <= high ? 1 : 0
      lower += value < low ? 1 : 0
    }
    count = next
    below += lower
  }

  /// The quantile of all draws; nil where it lies outside of what was kept.
  func quantile(of draws: Int, in place: UnsafeMutableBufferPointer<Double>) -> Double? {
    let position = share * Double(draws - 1)
    let rank = Int(position) - below
    guard count < place.count, rank >= 0, rank + 1 < count else { return nil }
    var kept = UnsafeMutableBufferPointer(rebasing: place[0..<count])
    return Quantiles.interpolated(rank: rank, fraction: position - Double(Int(position)), &kept)
  }
}
