/// Fits `EfficiencyRegression` to published runs.
///
/// Least squares on ln MFU with Huber's weights, so that a few runs gone wrong do not bend the rest, and a little
/// shrinkage. Which terms are used is chosen by the squares left when each organization's runs are predicted without it. Spreads come
/// from the same predictions: they are those of runs not seen.
package struct EfficiencyFit: Sendable {
  /// A run as the fit sees it.
  package struct Observation: Sendable, Hashable {
    let organization: String
    let generation: String
    let features: [Double]
    let logarithm: Double
    /// ln of the tuned steps' MFU over that of the run, and what it depends on; nil where no step is known.
    let overTuned: OverTuned?

    /// A run held against tuned steps.
    struct OverTuned: Sendable, Hashable {
      let features: [Double]
      let logarithm: Double
    }
  }

  /// The regression.
  package let regression: EfficiencyRegression
  /// What whole runs take over tuned steps.
  package let tunedToReal: TunedToReal

  /// How many constants there are, of the regression and of what runs take over tuned steps.
  package static let constants = EfficiencyRegression.Term.allCases.count + TunedToReal.terms.count

  /// The models to choose from, each by the terms it leaves out.
  static let leftOut: [Set<EfficiencyRegression.Term>] = [
    [.size], [], [.size, .peak, .date], [.size, .memory], [.size, .otherVendor], [.size, .calendar],
  ]
  /// Residuals of ln MFU beyond this count by their size, not its square.
  static let outlier = 0.3
  /// How strongly constants other than the intercept are drawn to zero, in runs.
  static let shrinkage = 1.0

  /// The observation that a published run makes.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - speedup: Throughput of its precision over that of 16 bits.
  /// - Returns: nil for a run that is excluded, or without hours, peak or date.
  package static func observation(of run: PublishedRun, speedup: Double) -> Observation? {
    guard run.exclusion == nil, let mfu = run.effectiveMFU, let features = run.features else { return nil }
    // As it would have been on the usual cluster.
    let logarithm = Elementary.logarithm(mfu / speedup / run.relativeThroughput)
    return Observation(
      organization: run.organization, generation: run.accelerator.generation, features: features.values,
      logarithm: logarithm,
      overTuned: run.tuned.map {
        let tuned = Elementary.logarithm($0.mfu(activeParameters: run.activeParameters))
        return Observation.OverTuned(features: TunedToReal.features(features), logarithm: tuned - logarithm)
      })
  }

  /// Fits the constants and the spreads; nil for runs of fewer than two organizations.
  package init?(_ observations: [Observation]) {
    guard Set(observations.map(\.organization)).count > 1 else { return nil }
    let all = EfficiencyRegression.Term.allCases
    let models = Self.leftOut.map { leftOut in
      let terms = all.indices.filter { !leftOut.contains(all[$0]) }
      return (terms: terms, residuals: Self.residuals(observations, terms) { $0.organization })
    }
    func best(without organization: String? = nil) -> (terms: [Int], residuals: [Double])? {
      func loss(_ residuals: [Double]) -> Double {
        zip(observations, residuals).reduce(0) { $1.0.organization == organization ? $0 : $0 + $1.1 * $1.1 }
      }
      return models.min { loss($0.residuals) < loss($1.residuals) }
    }
    guard let chosen = best() else { return nil }
    // The width is that of runs that had no part in the choice of the terms either.
    var nested: [String: [Double]] = [:]
    for organization in Set(observations.map(\.organization)) {
      nested[organization] = best(without: organization)?.residuals
    }
    let residuals = observations.indices.map { (nested[observations[$0].organization] ?? chosen.residuals)[$0] }
    // A generation not seen: neither the organization nor the accelerator's kind has a run to learn from.
    let unseen = Self.residuals(observations, chosen.terms) {
      $0.organization + "\n" + $0.generation
    } without: {
      $0.organization == $1.organization || $0.generation == $1.generation
    }
    let spread = Quantiles.fourOfFive(residuals.map(\.magnitude)) ?? 0
    regression = EfficiencyRegression(
      constants: Self.constants(observations, chosen.terms), spread: Elementary.exponential(spread),
      unseenSpread: Elementary.exponential(
        Swift.max(spread, Quantiles.fourOfFive(unseen.map(\.magnitude)) ?? spread)))
    tunedToReal = Self.tunedToReal(observations, regressionResiduals: residuals)
  }

  /// The factor between tuned steps and whole runs, with the spreads of both ways to an MFU and of the steps alone.
  private static func tunedToReal(
    _ observations: [Observation], regressionResiduals: [Double]
  ) -> TunedToReal {
    func constants(_ observations: [Observation]) -> [Double] {
      RidgeRegression.constants(
        observations.compactMap { one in one.overTuned.map { ($0.features, $0.logarithm) } }, shrinkage: shrinkage,
        outlier: outlier)
    }
    var known: [String: [Double]] = [:]
    var residuals: (tuned: [Double], blended: [Double]) = ([], [])
    for (one, residual) in zip(observations, regressionResiduals) {
      guard let over = one.overTuned else { continue }
      let fitted =
        known[one.organization] ?? constants(observations.filter { $0.organization != one.organization })
      known[one.organization] = fitted
      // More hours than expected are less MFU.
      let tuned = zip(fitted, over.features).reduce(0) { $0 + $1.0 * $1.1 } - over.logarithm
      residuals.tuned.append(tuned.magnitude)
      residuals.blended.append(((tuned + residual) / 2).magnitude)
    }
    return TunedToReal(
      constants: constants(observations),
      blendedSpread: Elementary.exponential(Quantiles.fourOfFive(residuals.blended) ?? 0),
      tunedSpread: Elementary.exponential(Quantiles.fourOfFive(residuals.tuned) ?? 0))
  }

  /// Each observation's ln MFU less what the others say of it, without those of its group.
  private static func residuals(
    _ observations: [Observation], _ terms: [Int], by group: (Observation) -> String,
    without: (Observation, Observation) -> Bool = { $0.organization == $1.organization }
  ) -> [Double] {
    var known: [String: [Double]] = [:]
    return observations.map { one in
      let name = group(one)
      let fitted = known[name] ?? constants(observations.filter { !without(one, $0) }, terms)
      known[name] = fitted
      return one.logarithm - zip(fitted, one.features).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// The constants of all terms, 0 for those left out.
  private static func constants(_ observations: [Observation], _ terms: [Int]) -> [Double] {
    let rows = observations.map { one in (features: terms.map { one.features[$0] }, value: one.logarithm) }
    let fitted = RidgeRegression.constants(rows, shrinkage: shrinkage, outlier: outlier)
    var constants = [Double](repeating: 0, count: EfficiencyRegression.Term.allCases.count)
    for (term, value) in zip(terms, fitted) { constants[term] = value }
    return constants
  }
}

/// Least squares with a penalty on all constants but the first.
enum RidgeRegression {
  /// Solves (XᵀWX + λI′)·c = XᵀWy by Gaussian elimination.
  ///
  /// - Parameters:
  ///   - observations: Features and values; all have as many features.
  ///   - shrinkage: λ.
  ///   - outlier: Residuals beyond this weigh less, by Huber's rule; nil for plain least squares.
  /// - Returns: The constants; none without observations.
  static func constants(
    _ observations: [(features: [Double], value: Double)], shrinkage: Double, outlier: Double? = nil
  ) -> [Double] {
    guard let count = observations.first?.features.count, count > 0 else { return [] }
    var weights = [Double](repeating: 1, count: observations.count)
    var constants = solution(observations, weights, count, shrinkage)
    guard let outlier else { return constants }
    for _ in 0..<steps {
      for (index, one) in observations.enumerated() {
        var residual = one.value
        for place in 0..<count { residual -= constants[place] * one.features[place] }
        weights[index] = Swift.min(1, outlier / Swift.max(residual.magnitude, 1e-9))
      }
      constants = solution(observations, weights, count, shrinkage)
    }
    return constants
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

  /// Rounds of weighing; constants change by less than 1e-3 in the last.
  private static let steps = 8

  private static func solution(
    _ observations: [(features: [Double], value: Double)], _ weights: [Double], _ count: Int, _ shrinkage: Double
  ) -> [Double] {
    let width = count + 1
    return [Double](unsafeUninitializedCapacity: count) { result, initialized in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: count * width) { rows in
        rows.initialize(repeating: 0)
        for (index, one) in observations.enumerated() {
          one.features.withUnsafeBufferPointer { features in
            for i in 0..<count where features[i] != 0 {
              let weighted = weights[index] * features[i]
              for j in 0..<count { rows[i * width + j] += weighted * features[j] }
              rows[i * width + count] += weighted * one.value
            }
          }
        }
        for i in 1..<Swift.max(1, count) { rows[i * width + i] += shrinkage }
        for i in 0..<count {
          // Positive definite by the penalty: no pivot is zero.
          let pivot = rows[i * width + i]
          for j in i...count { rows[i * width + j] /= pivot }
          for k in 0..<count where k != i {
            let factor = rows[k * width + i]
            for j in i...count { rows[k * width + j] -= factor * rows[i * width + j] }
          }
        }
        for i in 0..<count { result.initializeElement(at: i, to: rows[i * width + count]) }
      }
      initialized = count
    }
  }
}
