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
///
/// One number: neither the year nor how the hours were counted predicts it better where an organization is left out.
package struct PilotFit: Sendable {
  /// Speed of a whole run over its steady speed; the range is that of runs whose organization the fit has not seen.
  package let goodput: Ranged<Ratio>
  /// The standard deviation of ln goodput by the middle of the same runs: how much the measurement counts. The few that
  /// stood still for weeks make the range wide, and do not make the speed of the others worth less.
  package let deviation: Double
  /// The runs behind it, and their organizations.
  package let counts: (runs: Int, organizations: Int)

  /// Residuals beyond this count by their size: a run that was stopped for weeks does not bend the rest.
  private static let outlier = 0.1
  /// The median distance from the middle of a normal law with a deviation of 1.
  private static let medianDistance = 0.6745

  /// Fits runs; nil for those of fewer than two organizations.
  package init?(_ pilots: [PublishedPilot], without organization: String? = nil) {
    let known = pilots.compactMap { pilot in
      pilot.logarithm.map { (organization: pilot.run.organization, logarithm: $0) }
    }.filter { $0.organization != organization }
    let organizations = Set(known.map(\.organization))
    guard organizations.count > 1 else { return nil }
    func middle(without organization: String? = nil) -> Double {
      let rows = known.filter { $0.organization != organization }.map { (features: [1.0], value: $0.logarithm) }
      return RidgeRegression.constants(rows, shrinkage: 0, outlier: Self.outlier).first ?? 0
    }
    var middles: [String: Double] = [:]
    for organization in organizations { middles[organization] = middle(without: organization) }
    let residuals = known.map { $0.logarithm - (middles[$0.organization] ?? 0) }
    let typical = Elementary.exponential(middle())
    // Each side by itself: nothing runs much faster than its steady speed.
    let below = Quantiles.fourOfFive(residuals.filter { $0 < 0 }.map(\.magnitude)) ?? 0
    let above = Quantiles.fourOfFive(residuals.filter { $0 >= 0 }) ?? 0
    goodput = Ranged(
      typical, low: typical * Elementary.exponential(-below), high: typical * Elementary.exponential(above))
    deviation = Quantiles.quantile(0.5, of: residuals.map(\.magnitude)) / Self.medianDistance
    counts = (known.count, organizations.count)
  }
}
