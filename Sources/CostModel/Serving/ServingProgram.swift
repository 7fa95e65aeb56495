/// Serving made ready to be evaluated for many loads: each layout of a copy is computed for a block of rows, and every row
/// takes the one that serves a request most cheaply, as `ServingPoint` does.
package struct ServingProgram: RowProgram {
  private var layouts: [EstimateProgram]
  /// Tokens a second that readers get at least; nil where the batch is given.
  private let speed: Double?
  /// Places of what tells the choice, behind the results wanted.
  private let places: (hours: Int, room: Int, speed: Int)
  /// The layout of each row.
  private var choices = [Int](repeating: 0, count: EstimateProgram.width)

  /// Prepares the estimates of `ServingEstimate.layouts(_:architecture:load:demand:trainingCost:in:)`.
  ///
  /// - Parameters:
  ///   - estimates: One for each layout.
  ///   - open: The ids of the inputs that each row sets.
  ///   - keys: The stable names of the results wanted.
  package init(_ estimates: [ServingEstimate], open: [String], results keys: [String]) {
    let more = [ServingPoint.requestKey, ServingPoint.roomKey, ServingPoint.paceKey]
    layouts = estimates.map { EstimateProgram($0.rowResults, open: open, results: keys + more) }
    places = (keys.count, keys.count + 1, keys.count + 2)
    if case .tokensPerSecond(let least)? = estimates.first?.load.batch { speed = least } else { speed = nil }
  }

  /// Whether some layout has the input, and all values between two lie within its limits.
  package func accepts(from low: Double, to high: Double, forInput input: Int) -> Bool {
    layouts.first?.accepts(from: low, to: high, forInput: input) ?? false
  }

  /// Sets an open input for the first rows of the block.
  package mutating func set(input: Int, to values: UnsafeBufferPointer<Double>) {
    for index in layouts.indices { layouts[index].set(input: input, to: values) }
  }

  /// Evaluates the first rows of the block on every layout.
  ///
  /// - Returns: How many of them some layout holds, and serves as fast as is asked for.
  package mutating func evaluate(rows: Int) -> Int {
    var best = [Double](repeating: .infinity, count: rows)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * rows) { scratch in
      for index in layouts.indices {
        layouts[index].evaluate()
        for (part, place) in [places.hours, places.room, places.speed].enumerated() {
          _ = layouts[index].copy(
            result: place, into: UnsafeMutableBufferPointer(rebasing: scratch[(part * rows)..<((part + 1) * rows)]))
        }
        for row in 0..<rows where scratch[rows + row] >= 1 {
          if let speed, scratch[2 * rows + row] < speed * (1 - 1e-9) { continue }
          // A larger copy has to be worth it.
          guard scratch[row] < 0.99 * best[row] else { continue }
          (best[row], choices[row]) = (scratch[row], index)
        }
      }
    }
    return best.firstIndex { !$0.isFinite } ?? rows
  }

  /// Copies a result of the first rows, in base units.
  package func copy(result: Int, into values: UnsafeMutableBufferPointer<Double>) -> Bool {
    var isKnown = false
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Swift.max(1, values.count)) { scratch in
      let part = UnsafeMutableBufferPointer(rebasing: scratch[..<values.count])
      for index in layouts.indices where choices[..<values.count].contains(index) {
        isKnown = layouts[index].copy(result: result, into: part) || isKnown
        for row in values.indices where choices[row] == index { values[row] = part[row] }
      }
    }
    return isKnown
  }
}
