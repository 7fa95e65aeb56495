/// Effective MFU of fine-tuning, and the overhead of reinforcement learning, as functions of what is known before a run.
///
/// log MFU = c₀ + c₁·log₁₀(FLOP / 1e20) + c₂·[adapter] + c₃·[preferences]
///
/// Small jobs run at a hundredth of the peak, large ones at a sixth. The overhead of whole runs of reinforcement learning
/// over their steps is one number. Spreads hold four residuals out of five, each organization predicted without its runs.
public struct StageEfficiencyFit: Sendable {
  /// The names of the constants, the overhead last.
  public static let names = ["intercept", "per-decade-of-flop", "adapter", "preference", "overhead"]

  /// The constants of the regression.
  public var constants: [Double]
  /// The factor to either side that holds four runs out of five of an unseen organization.
  public var spread: Double
  /// Billed time of whole runs of reinforcement learning over that of their steps.
  public var overhead: Double
  /// The factor to either side of the overhead.
  public var overheadSpread: Double
  /// The factor to either side that holds four of five reports of steps, for which nothing is fitted.
  public var stepSpread: Double
  /// Runs behind regression and overhead, and reports of steps.
  public var counts: (training: Int, reinforcement: Int, steps: Int)

  /// One run as the fit sees it.
  public struct Observation: Sendable {
    var organization: String
    /// Features of a training run; nil for a run of reinforcement learning.
    var features: [Double]?
    /// Whether the hours are those of steps alone.
    var isOfSteps = false
    /// log MFU, or log of hours over predicted steps.
    var logarithm: Double
  }

  /// How strongly constants other than the intercept are drawn to zero, in runs.
  private static let shrinkage = 1.0

  static func features(operations: Double, kind: StageEfficiency.Kind) -> [Double] {
    [
      1, Elementary.logarithm(operations / 1e20) / Elementary.logarithm(10), kind == .adapter ? 1 : 0,
      kind == .preference ? 1 : 0,
    ]
  }

  /// The typical MFU of a job.
  public func mfu(operations: Double, kind: StageEfficiency.Kind) -> Double {
    Elementary.exponential(
      zip(constants, Self.features(operations: operations, kind: kind)).map(*).reduce(0, +))
  }

  /// Fits runs; nil where a part has runs of fewer than two organizations.
  public init?(_ observations: [Observation]) {
    let training = observations.filter { $0.features != nil }
    let reinforcement = observations.filter { $0.features == nil && !$0.isOfSteps }
    let steps = observations.filter(\.isOfSteps).map(\.logarithm.magnitude)
    guard let constants = Self.constants(training), let overhead = Self.mean(reinforcement) else { return nil }
    self.constants = constants
    self.overhead = Elementary.exponential(overhead)
    counts = (training.count, reinforcement.count, steps.count)
    stepSpread = Elementary.exponential(Self.fourOfFive(steps) ?? 0)
    var residuals: (training: [Double], reinforcement: [Double]) = ([], [])
    for organization in Set(observations.map(\.organization)).sorted() {
      let others = observations.filter { $0.organization != organization }
      let fit = Self.constants(others.filter { $0.features != nil })
      let mean = Self.mean(others.filter { $0.features == nil && !$0.isOfSteps })
      for one in observations where one.organization == organization {
        if let features = one.features, let fit {
          residuals.training.append((one.logarithm - zip(fit, features).map(*).reduce(0, +)).magnitude)
        } else if one.features == nil, !one.isOfSteps, let mean {
          residuals.reinforcement.append((one.logarithm - mean).magnitude)
        }
      }
    }
    guard let spread = Self.fourOfFive(residuals.training), let wide = Self.fourOfFive(residuals.reinforcement) else {
      return nil
    }
    self.spread = Elementary.exponential(spread)
    overheadSpread = Elementary.exponential(wide)
  }

  /// The residual that a new one exceeds once in five times: at 0.8·(n + 1) of n in order, between its neighbors.
  private static func fourOfFive(_ residuals: [Double]) -> Double? {
    guard let largest = residuals.max() else { return nil }
    let sorted = residuals.sorted() + [largest]
    let position = 0.8 * Double(residuals.count + 1) - 1
    let lower = Swift.max(0, Swift.min(Int(position), residuals.count - 1))
    return sorted[lower] + (sorted[lower + 1] - sorted[lower]) * Swift.max(0, position - Double(lower))
  }

  /// The mean over organizations, so that one with many runs does not outvote the others.
  private static func mean(_ observations: [Observation]) -> Double? {
    let groups = Dictionary(grouping: observations, by: \.organization).values
    guard !groups.isEmpty else { return nil }
    let means = groups.map { $0.map(\.logarithm).reduce(0, +) / Double($0.count) }
    return means.sorted().reduce(0, +) / Double(means.count)
  }

  private static func constants(_ observations: [Observation]) -> [Double]? {
    guard Set(observations.map(\.organization)).count > 1 else { return nil }
    return RidgeRegression.constants(
      observations.compactMap { one in one.features.map { ($0, one.logarithm) } }, shrinkage: shrinkage)
  }
}

/// Least squares with a penalty on all constants but the first.
enum RidgeRegression {
  /// Solves (XᵀX + λI′)·c = Xᵀy by Gaussian elimination; nil without observations.
  static func constants(_ observations: [(features: [Double], value: Double)], shrinkage: Double) -> [Double]? {
    guard let count = observations.first?.features.count, count > 0 else { return nil }
    var rows = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
    for (x, y) in observations {
      for i in 0..<count {
        for j in 0..<count { rows[i][j] += x[i] * x[j] }
        rows[i][count] += x[i] * y
      }
    }
    for i in 1..<count { rows[i][i] += shrinkage }
    return solved(rows)
  }

  /// Solves normal equations, each row with its right side at the end, by Gaussian elimination.
  static func solved(_ equations: [[Double]]) -> [Double] {
    var rows = equations
    let count = rows.count
    for i in 0..<count {
      // Positive definite by the penalty: no pivot is zero.
      let pivot = rows[i][i]
      for j in i...count { rows[i][j] /= pivot }
      for k in 0..<count where k != i {
        let factor = rows[k][i]
        for j in i...count { rows[k][j] -= factor * rows[i][j] }
      }
    }
    return rows.map { $0[count] }
  }
}
