/// The constants of the time of a step, fitted on published steps.
///
/// Smallest is Σ ln(1 + r²) with r = w·ln(predicted/published)/0.1: untuned first releases, which no size explains, hardly
/// move it. w = n^−½ for n rows of the same publications, model, accelerator, format and task. Each constant moves
/// between bounds through a logistic and is held to a round guess made before any data by a residual of 0.6 of its
/// distance. Matmul shares that nobody measured move to the median of their rows, shrunk by n/(n + 3).
package struct StepFit: Sendable {
  /// The constants.
  package private(set) var constants = StepConstants()
  /// By how much the matmul share of an accelerator that nobody measured is multiplied.
  package private(set) var shareFactors: [String: Double] = [:]
  /// How many steps stand behind each of these factors.
  package private(set) var shareRows: [String: Int] = [:]

  /// Bounds of the constants, in the order of `StepConstants.names`.
  private static let bounds: [ClosedRange<Double>] = [
    0.5...1.1, 0.4...1.1, 0.2...1, 0.1...1, 0.3...6, 0.5...10, 0.3...1, 0...0.95, 0...0.95, 0...6e-4,
  ]

  /// One step as the fit sees it.
  private struct Row {
    var counts: StepCounts
    var job: StepJob
    var hardware: TrainingHardware
    var seconds: Double
    var weight: Double
    var id: String

    /// ln(predicted/published).
    func residual(_ constants: StepConstants) -> Double {
      Elementary.logarithm(StepTime(counts, job, hardware, constants).seconds / seconds)
    }
  }

  /// Fits published steps; those set apart count only for accelerators that have no others. Nil without steps.
  ///
  /// - Parameters:
  ///   - steps: The steps, their matmul shares as measured or assumed.
  ///   - recomputed: What recomputing parts of a layer does again.
  ///   - start: Where to begin; the guess where nothing is nearer.
  package init?(_ steps: [PublishedStep], _ recomputed: RecomputedParts, from start: StepConstants = StepConstants()) {
    let learned = steps.filter { $0.exclusion == nil }
    guard !learned.isEmpty else { return nil }
    constants.recomputed = recomputed
    var sizes: [String: Int] = [:]
    for step in learned { sizes[step.group, default: 0] += 1 }
    func row(_ step: PublishedStep) -> Row {
      let model = StepModel(step.job, on: step.hardware, constants)
      return Row(
        counts: model.counts(step.layout), job: step.job, hardware: step.hardware, seconds: step.seconds,
        weight: 1 / Double(sizes[step.group] ?? 1).squareRoot(), id: step.hardwareID)
    }
    var rows = learned.map(row)
    constants = Self.fitted(rows, from: start)
    constants.recomputed = recomputed
    let known = Set(learned.map(\.hardwareID))
    calibrate(rows + steps.filter { $0.isOfUnknownShare(known) }.map(row))
    for index in rows.indices { rows[index].hardware.matmulShare *= shareFactors[rows[index].id] ?? 1 }
    constants = Self.fitted(rows, from: constants)
    constants.recomputed = recomputed
  }

  private mutating func calibrate(_ rows: [Row]) {
    var residuals: [String: [Double]] = [:]
    for row in rows where !row.hardware.isMatmulMeasured {
      residuals[row.id, default: []].append(row.residual(constants))
    }
    for (id, values) in residuals {
      let count = Double(values.count)
      shareFactors[id] = Elementary.exponential(Quantiles.quantile(0.5, of: values) * count / (count + 3))
      shareRows[id] = values.count
    }
  }

  /// The hardware of a step with the share that this fit gives it.
  package func hardware(of step: PublishedStep) -> TrainingHardware {
    var hardware = step.hardware
    if !hardware.isMatmulMeasured { hardware.matmulShare *= shareFactors[step.hardwareID] ?? 1 }
    return hardware
  }

  /// Seconds that the fit predicts for a step.
  package func time(of step: PublishedStep) -> StepTime {
    StepModel(step.job, on: hardware(of: step), constants).time(step.layout)
  }

  private static func value(_ place: Double, _ bounds: ClosedRange<Double>) -> Double {
    bounds.lowerBound + (bounds.upperBound - bounds.lowerBound) / (1 + Elementary.exponential(-place))
  }

  private static func place(_ value: Double, _ bounds: ClosedRange<Double>) -> Double {
    let share = (value - bounds.lowerBound) / (bounds.upperBound - bounds.lowerBound)
    let inside = Swift.min(Swift.max(share, 0.02), 0.98)
    return Elementary.logarithm(inside / (1 - inside))
  }

  private static func constants(_ places: [Double]) -> StepConstants {
    var constants = StepConstants()
    for (index, entry) in StepConstants.all.enumerated() {
      constants[keyPath: entry.path] = value(places[index], bounds[index])
    }
    return constants
  }

  private static func places(_ constants: StepConstants) -> [Double] {
    StepConstants.all.enumerated().map { place(constants[keyPath: $1.path], bounds[$0]) }
  }

  /// Residuals, those of the guess at the end.
  private static func residuals(_ rows: [Row], _ places: [Double], _ guess: [Double]) -> [Double] {
    let constants = constants(places)
    return rows.map { $0.weight * $0.residual(constants) / 0.1 } + zip(places, guess).map { 0.6 * ($0 - $1) }
  }

  private static func loss(_ residuals: [Double]) -> Double {
    residuals.reduce(0) { $0 + Elementary.logarithm(1 + $1 * $1) }
  }

  /// Levenberg and Marquardt's steps on reweighted residuals.
  private static func fitted(_ rows: [Row], from start: StepConstants) -> StepConstants {
    let guess = places(StepConstants())
    var current = places(start)
    var residual = residuals(rows, current, guess)
    var least = loss(residual)
    var damping = 1e-3
    for _ in 0..<60 {
      let (normal, gradient) = normalEquations(rows, current, residual, guess)
      var isBetter = false
      while damping < 1e8 {
        guard let step = LinearEquations.solve(normal, gradient, damping: damping) else {
          damping *= 10
          continue
        }
        let next = zip(current, step).map { $0 - $1 }
        let nextResidual = residuals(rows, next, guess)
        let value = loss(nextResidual)
        guard value < least else {
          damping *= 4
          continue
        }
        isBetter = least - value > 1e-10 * least
        (current, residual, least) = (next, nextResidual, value)
        damping = Swift.max(1e-9, damping / 5)
        break
      }
      if !isBetter { break }
    }
    return constants(current)
  }

  private static func normalEquations(
    _ rows: [Row], _ places: [Double], _ residual: [Double], _ guess: [Double]
  ) -> (normal: [[Double]], gradient: [Double]) {
    let size = places.count
    var columns: [[Double]] = []
    for index in 0..<size {
      var moved = places
      moved[index] += 1e-5
      let next = residuals(rows, moved, guess)
      columns.append(zip(next, residual).map { ($0 - $1) / 1e-5 })
    }
    let weights = residual.map { 1 / (1 + $0 * $0) }
    var normal = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
    var gradient = [Double](repeating: 0, count: size)
    for first in 0..<size {
      for row in residual.indices { gradient[first] += columns[first][row] * weights[row] * residual[row] }
      for second in first..<size {
        var sum = 0.0
        for row in residual.indices { sum += columns[first][row] * weights[row] * columns[second][row] }
        (normal[first][second], normal[second][first]) = (sum, sum)
      }
    }
    return (normal, gradient)
  }
}

extension PublishedStep {
  /// The accelerator, or its variant, that the matmul share belongs to.
  var hardwareID: String { hardware.variant ?? hardware.accelerator.id }

  /// Steps that count together as the root of their number.
  fileprivate var group: String {
    [series, model, hardwareID, job.precision.rawValue, job.task.rawValue].joined(separator: "|")
  }

  /// Whether the step says something of a matmul share that no step in the fit does.
  fileprivate func isOfUnknownShare(_ known: Set<String>) -> Bool {
    exclusion != nil && !hardware.isMatmulMeasured && !known.contains(hardwareID)
  }
}

/// Small systems of linear equations.
enum LinearEquations {
  /// Solves (A + d·diag A)·x = b for a symmetric matrix by Gaussian elimination; nil where it is singular.
  static func solve(_ matrix: [[Double]], _ right: [Double], damping: Double) -> [Double]? {
    var (rows, right) = (matrix, right)
    let size = right.count
    for index in 0..<size { rows[index][index] += damping * rows[index][index] + 1e-12 }
    for column in 0..<size {
      guard let pivot = (column..<size).max(by: { rows[$0][column].magnitude < rows[$1][column].magnitude }),
        rows[pivot][column].magnitude > 1e-300
      else { return nil }
      rows.swapAt(column, pivot)
      right.swapAt(column, pivot)
      for row in (column + 1)..<Swift.max(size, column + 1) {
        let factor = rows[row][column] / rows[column][column]
        guard factor != 0 else { continue }
        for other in column..<size { rows[row][other] -= factor * rows[column][other] }
        right[row] -= factor * right[column]
      }
    }
    var solution = [Double](repeating: 0, count: size)
    for row in (0..<size).reversed() {
      var sum = right[row]
      for column in (row + 1)..<Swift.max(size, row + 1) { sum -= rows[row][column] * solution[column] }
      solution[row] = sum / rows[row][row]
    }
    return solution
  }
}
