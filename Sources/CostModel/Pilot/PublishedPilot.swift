/// A published run that discloses both its steady speed and its hours.
package struct PublishedPilot: Sendable {
  /// How a speed is stated; the raw values are those of the table.
  package enum Measure: String, CaseIterable, Sendable {
    /// MFU of the dense 16-bit peak.
    case mfu
    /// TFLOP/s of one accelerator.
    case teraflops
    /// Tokens a second of all accelerators.
    case tokens = "tokens-per-second"
    /// Tokens a second of one accelerator.
    case tokensOfOne = "tokens-per-second-per-accelerator"
  }

  /// The row's id.
  package let id: String
  /// The run; its active parameters are 0 where they are not known.
  package var run: PublishedRun
  /// How the speed is stated.
  package let measure: Measure
  /// The speed.
  package let value: Double
  /// Which FLOP an MFU or a rate counts.
  package let convention: FlopConvention
  /// Accelerators of the measurement.
  package let accelerators: Double
  /// Layers times width, for the FLOP of attention.
  let layersTimesWidth: Double
  /// Why it says nothing of a whole run over its speed; nil where it does.
  package let exclusion: String?
  /// Hours of tuned steps on the run's cluster over those on the measured one.
  var relativeHours = 1.0

  /// Accelerator-hours had the whole run gone at that speed; nil without what they take.
  package var steadyHours: Double? {
    let seconds: Double
    switch measure {
    case .tokens: seconds = run.tokens / value * accelerators
    case .tokensOfOne: seconds = run.tokens / value
    case .mfu, .teraflops:
      guard run.activeParameters > 0, let peak = run.accelerator.referencePeak, let sequence = run.sequence else {
        return nil
      }
      let counted = convention.overSixN(
        layersTimesWidth: layersTimesWidth, context: sequence, active: run.activeParameters)
      seconds = 6 * run.activeParameters * run.tokens * counted / (measure == .mfu ? value * peak : value * 1e12)
    }
    return seconds / 3600 * relativeHours
  }

  /// ln of the whole run's speed over the steady one; nil where it says nothing.
  var logarithm: Double? {
    guard exclusion == nil, let steadyHours, let hours = run.acceleratorHours else { return nil }
    return Elementary.logarithm(steadyHours / hours)
  }
}

/// What whole runs have of their steady speed, by runs that disclose both.
package struct PilotFit: Sendable {
  /// ln of the typical goodput of hours that a team counts, and its change for accelerators times days.
  package let constants: [Double]
  /// ln of p10 and of p90 over the typical value, of runs whose organization the fit has not seen.
  package let spread: (low: Double, high: Double)
  /// The standard deviation of ln goodput by the middle of the same runs: how much the measurement counts. The few that
  /// stood still for weeks make the range wide, and do not make the speed of the others worth less.
  package let deviation: Double
  /// The runs behind it, and their organizations.
  package let counts: (runs: Int, organizations: Int)

  private struct Observation {
    let organization: String
    let features: [Double]
    let logarithm: Double
  }

  /// Residuals beyond this count by their size: a run that was stopped for weeks does not bend the rest.
  private static let outlier = 0.1
  /// How strongly the change for calendar hours is drawn to zero, in runs.
  private static let shrinkage = 1.0

  static func features(isCalendar: Bool) -> [Double] { [1, isCalendar ? 1 : 0] }

  /// Fits runs; nil for those of fewer than two organizations.
  package init?(_ pilots: [PublishedPilot], without organization: String? = nil) {
    let observations = pilots.compactMap { pilot -> Observation? in
      guard pilot.run.organization != organization, let logarithm = pilot.logarithm else { return nil }
      return Observation(
        organization: pilot.run.organization, features: Self.features(isCalendar: pilot.run.isCalendar),
        logarithm: logarithm)
    }
    let organizations = Set(observations.map(\.organization)).sorted()
    guard organizations.count > 1 else { return nil }
    func constants(_ observations: [Observation]) -> [Double] {
      RidgeRegression.constants(
        observations.map { ($0.features, $0.logarithm) }, shrinkage: Self.shrinkage, outlier: Self.outlier)
    }
    var residuals: [Double] = []
    for organization in organizations {
      let fitted = constants(observations.filter { $0.organization != organization })
      for one in observations where one.organization == organization {
        residuals.append(one.logarithm - zip(fitted, one.features).reduce(0) { $0 + $1.0 * $1.1 })
      }
    }
    self.constants = constants(observations)
    // Each side by itself: nothing runs much faster than its steady speed.
    let ends = residuals.sorted()
    let below = ends.filter { $0 < 0 }.map(\.magnitude)
    let above = ends.filter { $0 >= 0 }
    spread = (Quantiles.fourOfFive(below) ?? 0, Quantiles.fourOfFive(above) ?? 0)
    deviation = Quantiles.quantile(0.5, of: residuals.map(\.magnitude)) / 0.6745
    counts = (observations.count, organizations.count)
  }

  /// Speed of a whole run over its steady speed.
  package func goodput(isCalendar: Bool) -> Ranged<Ratio> {
    let typical = Elementary.exponential(
      zip(constants, Self.features(isCalendar: isCalendar)).reduce(0) { $0 + $1.0 * $1.1 })
    return Ranged(
      typical, low: typical * Elementary.exponential(-spread.low), high: typical * Elementary.exponential(spread.high))
  }
}
