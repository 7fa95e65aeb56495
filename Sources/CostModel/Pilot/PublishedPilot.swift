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
/// One law: neither the year, how the hours were counted nor accelerator-days predict it where an organization is left out.
package struct PilotFit: Sendable {
  /// What runs lose.
  package let law: LossLaw
  /// The runs behind it, and their organizations.
  package let counts: (runs: Int, organizations: Int)

  /// Speed of a whole run over its steady speed.
  package var goodput: Ranged<Ratio> {
    let hours = law.quantiles()
    return Ranged(
      Elementary.exponential(-hours.middle), low: Elementary.exponential(-hours.high),
      high: Elementary.exponential(-hours.low))
  }

  /// Fits runs; nil for those of fewer than two organizations.
  package init?(_ pilots: [PublishedPilot], without organization: String? = nil) {
    let known = pilots.filter { $0.logarithm != nil && $0.run.organization != organization }
    let organizations = Set(known.map(\.run.organization))
    guard organizations.count > 1, let law = LossLaw(known.compactMap { $0.logarithm.map { -$0 } }) else { return nil }
    self.law = law
    counts = (known.count, organizations.count)
  }
}
