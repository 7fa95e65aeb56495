/// Effective MFU as a function of what is known before a run: a regression on published runs, with shrinkage.
///
/// log MFU = c₀ + c₁·[mixture of experts] + c₂·log(peak / 312 TFLOP/s) + c₃·(year − 2023) + c₄·[fast accelerator, below 20B]
///
/// where MFU is 6·N·D over (dense 16-bit peak × speed-up of the precision × accelerator-hours). Peaks grow faster than
/// memory and network (c₂), software gets better (c₃), and small models do not fill an accelerator beyond 500 TFLOP/s
/// (c₄). No constant belongs to an organization, a model or an accelerator.
public struct EfficiencyFit: Sendable, Equatable {
  /// What the fit knows of a run.
  public struct Features: Sendable {
    let values: [Double]

    /// The features of a run.
    ///
    /// - Parameters:
    ///   - architecture: Dense or mixture of experts.
    ///   - peak: Dense 16-bit peak, FLOP/s.
    ///   - activeParameters: Parameters that work on each token.
    ///   - month: When it ends.
    public init(architecture: ArchitectureClass, peak: Double, activeParameters: Double, month: CalendarMonth) {
      let isFast = peak > 500e12
      let isSmall = SizeClass(activeParameters: activeParameters) != .large
      values = [
        1, architecture == .mixtureOfExperts ? 1 : 0, Elementary.logarithm(peak / 312e12),
        Double(month.index) / 12 - 2023, isFast && isSmall ? 1 : 0,
      ]
    }
  }

  /// The names of the constants, in order.
  public static let names = [
    "intercept", "mixture-of-experts", "log-peak-over-312-teraflops", "years-since-2023", "small-on-fast-accelerator",
  ]

  /// The constants, in the order of ``names``.
  public var constants: [Double]
  /// The standard deviation of log MFU for a run of an organization that the fit has not seen.
  public var deviation: Double

  /// How strongly constants other than the intercept are drawn to zero, in runs.
  static let shrinkage = 1.0

  /// A run as the fit sees it.
  public struct Observation: Sendable {
    var organization: String
    var features: Features
    var logarithm: Double
  }

  /// The typical MFU of a run.
  public func mfu(_ features: Features) -> Double {
    Elementary.exponential(zip(constants, features.values).map(*).reduce(0, +))
  }

  /// The MFU of a run with p10 and p90, the spread widened by a factor.
  public func range(_ features: Features, widened: Double = 1) -> Ranged<Ratio> {
    let typical = mfu(features)
    let spread = Elementary.exponential(deviation * widened * Distribution.ninetiethPercentile)
    return Ranged(typical, low: typical / spread, high: Swift.min(1, typical * spread))
  }

  /// The observation that a published run makes; nil for one that says nothing.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - speedup: Throughput of its precision over that of 16 bits.
  /// - Returns: nil for an excluded run, and for one without a peak or a date.
  public static func observation(of run: PublishedRun, speedup: Double) -> Observation? {
    guard run.exclusion == nil, let mfu = run.effectiveMFU, let features = run.features else { return nil }
    return Observation(
      organization: run.organization, features: features, logarithm: Elementary.logarithm(mfu / speedup))
  }

  /// Fits the constants, and the spread from predicting each organization's runs without it; nil for runs of fewer than
  /// two organizations.
  public init?(_ observations: [Observation]) {
    guard let constants = Self.constants(observations) else { return nil }
    self.constants = constants
    var squares = 0.0
    for organization in Set(observations.map(\.organization)).sorted() {
      guard let others = Self.constants(observations.filter { $0.organization != organization }) else { return nil }
      for one in observations where one.organization == organization {
        let residual = one.logarithm - zip(others, one.features.values).map(*).reduce(0, +)
        squares += residual * residual
      }
    }
    deviation = (squares / Double(observations.count)).squareRoot()
  }

  private static func constants(_ observations: [Observation]) -> [Double]? {
    RidgeRegression.constants(observations.map { ($0.features.values, $0.logarithm) }, shrinkage: shrinkage)
  }
}

extension PublishedRun {
  /// What the fit knows of it; nil without a peak or a date.
  public var features: EfficiencyFit.Features? {
    guard let peak = accelerator.referencePeak, let month = CalendarMonth(date) else { return nil }
    return EfficiencyFit.Features(
      architecture: architecture, peak: peak, activeParameters: activeParameters, month: month)
  }
}
