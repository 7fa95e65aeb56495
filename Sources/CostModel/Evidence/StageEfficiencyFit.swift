/// Effective MFU of fine-tuning, and the overhead of reinforcement learning, as functions of what is known before a run.
///
/// log MFU = c₀ + c₁·log₁₀(FLOP / 1e20) + c₂·[adapter] + c₃·[preferences]
///
/// Small jobs run at a hundredth of the peak, large ones at a sixth. The overhead of whole runs of reinforcement learning
/// over their steps is one number. Spreads hold four residuals out of five, each organization predicted without its runs.
package struct StageEfficiencyFit: Sendable {
  /// The names of the constants, the overhead last.
  package static let names = ["intercept", "per-decade-of-flop", "adapter", "preference", "overhead"]

  /// The constants of the regression.
  package var constants: [Double]
  /// The factor to either side that holds four runs out of five of an unseen organization.
  package var spread: Double
  /// Billed time of whole runs of reinforcement learning over that of their steps.
  package var overhead: Double
  /// The factor to either side of the overhead.
  package var overheadSpread: Double
  /// The factor to either side that holds four of five reports of steps, for which nothing is fitted.
  package var stepSpread: Double
  /// Runs behind regression and overhead, and reports of steps.
  package var counts: (training: Int, reinforcement: Int, steps: Int)

  /// One run as the fit sees it.
  package struct Observation: Sendable {
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
  package func mfu(operations: Double, kind: StageEfficiency.Kind) -> Double {
    Elementary.exponential(
      zip(constants, Self.features(operations: operations, kind: kind)).map(*).reduce(0, +))
  }

  /// The efficiency of a kind, as the tables would have it.
  func efficiency(of kind: StageEfficiency.Kind) -> StageEfficiency {
    StageEfficiency(
      kind, reference: mfu(operations: 1e20, kind: kind), perDecade: Elementary.exponential(constants[1]),
      spread: spread, overhead: nil, from: .assumed("the fit without its organization"))
  }

  /// Fits runs; nil where a part has runs of fewer than two organizations.
  package init?(_ observations: [Observation]) {
    let training = observations.filter { $0.features != nil }
    let reinforcement = observations.filter { $0.features == nil && !$0.isOfSteps }
    let steps = observations.filter(\.isOfSteps).map(\.logarithm.magnitude)
    guard let constants = Self.constants(training), let overhead = Self.mean(reinforcement) else { return nil }
    self.constants = constants
    self.overhead = Elementary.exponential(overhead)
    counts = (training.count, reinforcement.count, steps.count)
    stepSpread = Elementary.exponential(Quantiles.fourOfFive(steps) ?? 0)
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
    guard let spread = Quantiles.fourOfFive(residuals.training),
      let wide = Quantiles.fourOfFive(residuals.reinforcement)
    else { return nil }
    self.spread = Elementary.exponential(spread)
    overheadSpread = Elementary.exponential(wide)
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
    let constants = RidgeRegression.constants(
      observations.compactMap { one in one.features.map { ($0, one.logarithm) } }, shrinkage: shrinkage)
    return constants.isEmpty ? nil : constants
  }
}
