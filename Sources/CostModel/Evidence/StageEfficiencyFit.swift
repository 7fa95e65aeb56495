/// What published runs after pre-training take over the model of time.
///
/// Training passes: one factor over the steps of the model. Reinforcement learning: one over the sum of its generation,
/// scoring and updates, and what whole runs take besides (evaluation, restarts, imbalance). No constant belongs to a model,
/// an accelerator or an organization. Spreads hold four residuals out of five, each organization predicted without its
/// runs.
package struct StageEfficiencyFit: Sendable {
  /// The names of the constants.
  package static let names = ["training", "reinforcement", "whole-run"]

  /// One run as the fit sees it.
  package struct Observation: Sendable {
    var organization: String
    var kind: PublishedStageRun.Class
    /// log of hours over those of the model of time, start-up left out.
    var logarithm: Double
    /// Half the log of p90 over p10 that its other inputs have: a part of what it is off.
    var own: Double

    var features: [Double] { kind == .reinforcement ? [1, 1] : kind == .steps ? [1, 0] : [1] }
  }

  /// Hours over the model for training passes.
  package var training: Double
  /// Hours of steps of reinforcement learning over those of the model.
  package var steps: Double
  /// Billed time of whole runs of reinforcement learning over that of their steps.
  package var overhead: Double
  /// For each class, the factor to either side that with what other inputs have holds four of five runs of an unseen
  /// organization.
  package var spreads: [PublishedStageRun.Class: Double]
  /// Runs of each class.
  package var counts: [PublishedStageRun.Class: Int]

  /// How strongly constants other than the intercept are drawn to zero, in runs.
  private static let shrinkage = EfficiencyFit.shrinkage
  /// Residuals beyond this count by their size, not its square.
  private static let outlier = EfficiencyFit.outlier

  /// Fits runs; nil where a part has runs of fewer than two organizations.
  package init?(_ observations: [Observation]) {
    guard let all = Self.constants(observations) else { return nil }
    training = Elementary.exponential(all.training)
    steps = Elementary.exponential(all.reinforcement[0])
    overhead = Elementary.exponential(Swift.max(0, all.reinforcement[1]))
    counts = Dictionary(grouping: observations, by: \.kind).mapValues(\.count)
    var residuals: [PublishedStageRun.Class: [Double]] = [:]
    for organization in Set(observations.map(\.organization)).sorted() {
      guard let fit = Self.constants(observations.filter { $0.organization != organization }) else { continue }
      for one in observations where one.organization == organization {
        let constants = one.kind == .training ? [fit.training] : fit.reinforcement
        let fitted = zip(constants, one.features).map(*).reduce(0, +)
        let off = one.logarithm - fitted
        // What its other inputs do not hold of it.
        residuals[one.kind, default: []].append(Swift.max(0, off * off - one.own * one.own).squareRoot())
      }
    }
    spreads = residuals.mapValues { Elementary.exponential(Quantiles.fourOfFive($0) ?? 0) }
  }

  private static func constants(_ observations: [Observation]) -> (training: Double, reinforcement: [Double])? {
    func fit(_ part: [Observation]) -> [Double] {
      guard Set(part.map(\.organization)).count > 1 else { return [] }
      return RidgeRegression.constants(
        part.map { ($0.features, $0.logarithm) }, shrinkage: shrinkage, outlier: outlier)
    }
    let training = fit(observations.filter { $0.kind == .training })
    let reinforcement = fit(observations.filter { $0.kind == .steps || $0.kind == .reinforcement })
    guard let first = training.first, reinforcement.count == 2 else { return nil }
    return (first, reinforcement)
  }

  /// The spread of what whole runs take over their steps: with that of the steps it makes up that of whole runs.
  package var overheadSpread: Double {
    let whole = Elementary.logarithm(spreads[.reinforcement] ?? 1)
    let own = Elementary.logarithm(spreads[.steps] ?? 1)
    return Elementary.exponential(Swift.max(0, whole * whole - own * own).squareRoot())
  }

  /// The efficiency of a kind, as the tables would have it.
  func efficiency(of kind: StageEfficiency.Kind, from origin: Origin) -> StageEfficiency {
    guard kind == .reinforcement else {
      return StageEfficiency(kind, hoursOverModel: training, spread: spreads[.training] ?? 1, from: origin)
    }
    let own = spreads[.steps] ?? 1
    // A run takes no less than its steps.
    let range = Ranged<Ratio>(
      overhead, low: Swift.max(1, overhead / overheadSpread), high: overhead * overheadSpread)
    return StageEfficiency(
      kind, hoursOverModel: steps, spread: own, overhead: range, from: origin)
  }
}
