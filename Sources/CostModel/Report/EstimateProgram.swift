/// What evaluates many rows of open inputs, a block at a time.
package protocol RowProgram: Sendable {
  /// Whether there is such an input, and all values between two lie within its limits.
  func accepts(from low: Double, to high: Double, forInput input: Int) -> Bool
  /// Sets an open input for the first rows of the block; one that there is not is left alone.
  mutating func set(input: Int, to values: UnsafeBufferPointer<Double>)
  /// Evaluates the first rows of the block.
  ///
  /// - Returns: How many of them have results; the first behind them must be estimated by itself.
  mutating func evaluate(rows: Int) -> Int
  /// Copies a result of the first rows, in base units.
  ///
  /// - Returns: False where there is none of that name.
  func copy(result: Int, into values: UnsafeMutableBufferPointer<Double>) -> Bool
}

/// An estimate made ready to be evaluated many times: some of its inputs stay open, the rest is computed once.
///
/// Rows are evaluated in blocks of ``width``, each step over the whole block before the next, without allocating. The
/// results are those of `Estimate.report(_:rangesOf:)` at typical values, to the last bit.
package struct EstimateProgram: RowProgram {
  /// The most rows in a block.
  package static let width = 64

  private let steps: [(slot: Int, step: Tape.Step)]
  private let inputs: [(slot: Int, limits: ClosedRange<Double>)?]
  private let results: [Int?]
  private var block: [Double]

  /// Prepares an estimate.
  ///
  /// - Parameters:
  ///   - estimate: The estimate; its formulas must not depend on the values of the open inputs.
  ///   - open: The ids of the inputs that each row sets.
  ///   - keys: The stable names of the results wanted.
  package init(_ estimate: Estimate, open: [String], results keys: [String]) {
    self.init(estimate.results, open: open, results: keys)
  }

  /// Prepares results with stable names.
  init(_ builder: ReportBuilder, open: [String], results keys: [String]) {
    let tape = Tape(roots: builder.nodes)
    inputs = open.map { id in
      tape.inputs.first { $0.record.id == id }.map { ($0.slot, $0.record.distribution.limits) }
    }
    results = keys.map { key in builder.root(key).flatMap { tape.slot(of: $0) } }
    var depends = [Bool](repeating: false, count: tape.steps.count)
    for input in inputs { if let slot = input?.slot { depends[slot] = true } }
    var steps: [(slot: Int, step: Tape.Step)] = []
    for (slot, step) in tape.steps.enumerated() {
      switch step.code {
      case .constant, .input: continue
      case .power, .exponential, .roundUp: depends[slot] = depends[step.left]
      case .add, .subtract, .multiply, .divide, .maximum, .minimum:
        depends[slot] = depends[step.left] || depends[step.right]
      case .function:
        depends[slot] = [step.left, step.right, step.third, step.fourth].contains { depends[$0] }
      }
      if depends[slot] { steps.append((slot, step)) }
    }
    self.steps = steps
    block = tape.typicalValues().flatMap { [Double](repeating: $0, count: Self.width) }
  }

  /// Whether the estimate has an input, and all values between two lie within its limits.
  package func accepts(from low: Double, to high: Double, forInput input: Int) -> Bool {
    guard let limits = inputs[input]?.limits else { return false }
    return limits.contains(low) && limits.contains(high)
  }

  /// Sets an open input for the first rows of the block; one that the estimate does not have is left alone.
  package mutating func set(input: Int, to values: UnsafeBufferPointer<Double>) {
    guard let slot = inputs[input]?.slot else { return }
    for row in 0..<Swift.min(values.count, Self.width) { block[slot * Self.width + row] = values[row] }
  }

  /// Evaluates the block; all rows have results.
  package mutating func evaluate(rows: Int) -> Int {
    evaluate()
    return rows
  }

  /// Evaluates the block.
  package mutating func evaluate() {
    block.withUnsafeMutableBufferPointer { block in
      guard let base = block.baseAddress else { return }
      for (slot, step) in steps { step.evaluate(slot, base, Self.width) }
    }
  }

  /// Copies a result of the first rows, in base units.
  ///
  /// - Returns: False where the estimate has none of that name.
  package func copy(result: Int, into values: UnsafeMutableBufferPointer<Double>) -> Bool {
    guard let slot = results[result] else { return false }
    for row in 0..<Swift.min(values.count, Self.width) { values[row] = block[slot * Self.width + row] }
    return true
  }
}
