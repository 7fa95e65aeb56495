extension Tape {
  /// How many draws are evaluated together: enough for tight loops, few enough to stay in cache.
  fileprivate static let blockWidth = 64
  /// So many of the first draws tell where the quantiles of a round lie.
  private static let pilotDraws = 512

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
    let ends = ends(of: slots, plan: plan)
    for position in varying {
      guard let row = rows[wanted[position]] else { continue }
      (spreads[position].p10, spreads[position].p90) = (ends[row].p10, ends[row].p90)
    }
    return spreads
  }

  /// How many draws each of some steps takes, for what is counted over draws to be what its range says.
  func draws(settling slots: [Int], plan: SamplingPlan) -> [Int] {
    guard plan.draws >= SamplingPlan.round else { return slots.map { _ in plan.draws } }
    return withFirstRound(of: slots, plan: plan) { _, found, _ in found.map(\.draws) }
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
        var draws = inputDraws(plan, anew: id)
        forEachBlock(plan.draws, of: [(slot, plan.draws)], by: &draws) { block, start, count in
          for i in 0..<count {
            let value = block[slot * Self.blockWidth + i]
            place.initializeElement(
              at: start + i, to: isLogarithmic ? Elementary.logarithm(Swift.max(value, .leastNormalMagnitude)) : value)
          }
        }
        return draws.likeness
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

  /// The values of a step that so many draws stay below, as shares of them; the typical value without draws.
  func quantiles(of slot: Int, at shares: [Double], plan: SamplingPlan) -> [Double] {
    guard plan.draws > 0 else { return shares.map { _ in typicalValues()[slot] } }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: plan.draws) { samples in
      sample([slot], plan: plan, into: samples)
      var samples = samples
      return shares.map { Quantiles.select($0, &samples) }
    }
  }

  /// What the first round says of a step.
  private struct FirstRound {
    var ends: (p10: Double, p90: Double)
    /// Where the ends lie.
    var windows: [TailWindow]
    /// The draws of the round, in no order.
    var values: UnsafeMutableBufferPointer<Double>
    /// How many draws the step takes.
    var draws = 0
  }

  /// Draws the first round of steps.
  private func withFirstRound<Answer>(
    of slots: [Int], plan: SamplingPlan, _ body: ([Int], [FirstRound], inout InputDraws) -> Answer
  ) -> Answer {
    let first = Swift.min(plan.draws, SamplingPlan.round)
    var draws = inputDraws(plan)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: slots.count * first) { samples in
      sample(slots, first, by: &draws, into: samples)
      let isJoint = jointSteps(draws)
      let found = slots.enumerated().map { row, slot in
        let values = UnsafeMutableBufferPointer(rebasing: samples[(row * first)..<((row + 1) * first)])
        var found = Self.ends(of: values)
        // What one input alone moves has exact ends after one round.
        found.draws = isJoint[slot] ? plan.draws(settling: found.ends) : plan.draws
        return found
      }
      return body(slots, found, &draws)
    }
  }

  /// p10 and p90 of steps: by the first round of draws, and where that is too few by as many as each step needs.
  private func ends(of slots: [Int], plan: SamplingPlan) -> [(p10: Double, p90: Double)] {
    withFirstRound(of: slots, plan: plan) { slots, found, draws in
      var ends = found.map(\.ends)
      let wide = slots.indices.filter { found[$0].draws > SamplingPlan.round }
      let settled = settled(wide.map { (slots[$0], found[$0]) }, by: &draws, plan)
      for (row, end) in zip(wide, settled) { ends[row] = end }
      return ends
    }
  }

  /// Whether more than one independent deviate moves each step.
  private func jointSteps(_ draws: InputDraws) -> [Bool] {
    var isJoint = [Bool](repeating: false, count: steps.count)
    var movers = [String?](repeating: nil, count: steps.count)
    for (slot, record) in uncertain { (movers[slot], isJoint[slot]) = (record.id, draws.isMixed(record.id)) }
    for (slot, step) in steps.enumerated() where step.varies && step.code != .input {
      let ids = step.operands.compactMap { movers[$0] }
      movers[slot] = ids.first
      isJoint[slot] = step.operands.contains { isJoint[$0] } || ids.contains { $0 != ids[0] }
    }
    return isJoint
  }

  /// p10 and p90 of a sample in no order, and where they lie; it is reordered. Of many values, those near the quantiles are
  /// looked at alone.
  private static func ends(of values: UnsafeMutableBufferPointer<Double>) -> FirstRound {
    var sample = values
    let (pilot, capacity) = (pilotDraws, sample.count / 4)
    if sample.count > 4 * pilot {
      let found = withUnsafeTemporaryAllocation(of: Double.self, capacity: pilot + capacity) { memory in
        var first = UnsafeMutableBufferPointer(rebasing: memory[..<pilot])
        _ = first.initialize(fromContentsOf: sample[..<pilot])
        let kept = UnsafeMutableBufferPointer(rebasing: memory[pilot...])
        let windows = TailWindow.both(of: &first, reach: 2.5)
        let ends = windows.map { window in
          var window = window
          window.keep(all: sample, in: kept)
          return window.quantile(of: sample.count, in: kept)
        }
        return (ends, windows)
      }
      if let p10 = found.0[0], let p90 = found.0[1] {
        return FirstRound(ends: (p10, p90), windows: found.1, values: values)
      }
    }
    let ends = (Quantiles.select(0.1, &sample), Quantiles.select(0.9, &sample))
    let windows = sample.count < SamplingPlan.round ? [] : TailWindow.both(of: &sample, reach: 4)
    return FirstRound(ends: ends, windows: windows, values: values)
  }

  /// p10 and p90 of steps over several rounds: the first one finds where they lie, and only draws near them are kept.
  ///
  /// - Parameters:
  ///   - wide: The steps, each with what the first round says.
  ///   - draws: What draws the inputs.
  ///   - plan: From which start.
  /// - Returns: The ends, in the order of the steps.
  private func settled(
    _ wide: [(slot: Int, first: FirstRound)], by draws: inout InputDraws, _ plan: SamplingPlan
  ) -> [(p10: Double, p90: Double)] {
    guard let most = wide.map(\.first.draws).max() else { return [] }
    let capacity = most / 8
    var windows = wide.flatMap(\.first.windows)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: windows.count * capacity) { kept in
      func place(_ window: Int) -> UnsafeMutableBufferPointer<Double> {
        UnsafeMutableBufferPointer(rebasing: kept[(window * capacity)..<((window + 1) * capacity)])
      }
      for (row, step) in wide.enumerated() {
        for window in [2 * row, 2 * row + 1] { windows[window].keep(all: step.first.values, in: place(window)) }
      }
      forEachBlock(most, from: 1, of: wide.map { ($0.slot, $0.first.draws) }, by: &draws) { block, start, count in
        for (row, step) in wide.enumerated() where start < step.first.draws {
          let end = Swift.min(count, step.first.draws - start)
          let first = step.slot * Self.blockWidth
          let values = UnsafeMutableBufferPointer(rebasing: block[first..<(first + end)])
          windows[2 * row].keep(values, in: place(2 * row))
          windows[2 * row + 1].keep(values, in: place(2 * row + 1))
        }
      }
      return wide.indices.map { row in
        let ends = [2 * row, 2 * row + 1].map { windows[$0].quantile(of: wide[row].first.draws, in: place($0)) }
        if let p10 = ends[0], let p90 = ends[1] { return (p10, p90) }
        let all = quantiles(of: wide[row].slot, at: [0.1, 0.9], plan: plan.drawing(wide[row].first.draws))
        return (all[0], all[1])
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
    var draws = inputDraws(plan, knowing: known)
    sample(wanted, plan.draws, by: &draws, into: samples)
  }

  /// Fills one row of the first `count` draws for each wanted step.
  private func sample(
    _ wanted: [Int], _ count: Int, by draws: inout InputDraws, into samples: UnsafeMutableBufferPointer<Double>
  ) {
    forEachBlock(count, of: wanted.map { ($0, count) }, by: &draws) { block, start, width in
      for (row, slot) in wanted.enumerated() {
        for i in 0..<width {
          samples.initializeElement(at: row * count + start + i, to: block[slot * Self.blockWidth + i])
        }
      }
    }
  }

  /// What draws the inputs.
  private func inputDraws(
    _ plan: SamplingPlan, knowing known: KnownInput? = nil, anew: String? = nil
  ) -> InputDraws {
    InputDraws(
      of: uncertainIDs, uncertain.map { ($0.record.id, $0.record.distribution) }, plan: plan, knowing: known,
      anew: anew)
  }

  private var uncertain: [(slot: Int, record: InputRecord)] {
    inputs.filter { !$0.record.distribution.isCertain }
  }

  /// The uncertain inputs, each once, by their ids: inputs of one id share their draws.
  var uncertainIDs: [String] {
    var known: Set<String> = []
    return inputs.map(\.record).filter { !$0.distribution.isCertain && known.insert($0.id).inserted }.map(\.id)
  }

  /// Evaluates draws block by block; the body gets the block, its first draw and how many of its draws count.
  ///
  /// - Parameters:
  ///   - total: How many draws.
  ///   - first: The round that it begins with.
  ///   - wanted: The steps whose rows are read, each up to so many draws.
  ///   - draws: What draws the inputs.
  ///   - body: What takes a block.
  private func forEachBlock(
    _ total: Int, from first: Int = 0, of wanted: [(slot: Int, draws: Int)], by draws: inout InputDraws,
    body: (UnsafeMutableBufferPointer<Double>, _ start: Int, _ count: Int) -> Void
  ) {
    let (slots, round, width) = (uncertain.map(\.slot), SamplingPlan.round, Self.blockWidth)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: steps.count * width) { block in
      for (slot, value) in typicalValues().enumerated() {
        block[(slot * width)..<((slot + 1) * width)].initialize(repeating: value)
      }
      for start in stride(from: first * round, to: total, by: round) {
        let stretch = Swift.min(round, total - start)
        let isNeeded = needed(for: wanted.filter { $0.draws > start }.map(\.slot))
        let varying = steps.indices.filter { isNeeded[$0] && steps[$0].varies }
        let rows = draws.rows(round: start / round, stretch, where: slots.map { isNeeded[$0] })
        for offset in stride(from: 0, to: stretch, by: width) {
          let count = Swift.min(width, stretch - offset)
          for (slot, row) in zip(slots, rows) {
            let place = block[(slot * width)..<(slot * width + count)]
            row?.copy(from: offset, into: UnsafeMutableBufferPointer(rebasing: place))
          }
          evaluate(varying, block: block, width: width)
          body(block, start + offset, count)
        }
      }
    }
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

  /// Keeps those of many values, a block at a time.
  mutating func keep(
    all values: UnsafeMutableBufferPointer<Double>, in place: UnsafeMutableBufferPointer<Double>
  ) {
    for start in stride(from: 0, to: values.count, by: Tape.blockWidth) {
      let end = Swift.min(start + Tape.blockWidth, values.count)
      keep(UnsafeMutableBufferPointer(rebasing: values[start..<end]), in: place)
    }
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
