/// How far a published step lies from the predicted one: standard deviations of its logarithm.
public struct StepSpread: Sendable, Equatable {
  /// Dense models, from sources that no fit has seen.
  public var dense = 0.10
  /// Mixtures of experts whose software is known.
  public var mixture = 0.20

  /// The values of the formula sheet that the constants come with.
  public init() {}

  /// What is not known of a step, beside its kind.
  public struct Unknowns: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int
    /// A set by its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The layout comes from a search.
    public static let layout = Unknowns(rawValue: 1)
    /// What is computed again.
    public static let recompute = Unknowns(rawValue: 2)
    /// The software.
    public static let software = Unknowns(rawValue: 4)
  }

  /// The standard deviation of the logarithm of a step's seconds.
  ///
  /// Variances add up: layouts of a search 0.03, unknown recomputation 0.08, unknown software 0.08 (0.17 for mixtures,
  /// where fused kernels decide), and a matmul share that nobody measured 0.05, or 0.08 off NVIDIA and AMD.
  public func deviation(_ model: StepModel, unknown: Unknowns = []) -> Double {
    let isMixture = model.shape.hasExperts
    var parts = [isMixture ? mixture : dense]
    if unknown.contains(.layout) { parts.append(0.03) }
    if unknown.contains(.recompute) { parts.append(0.08) }
    if unknown.contains(.software) { parts.append(isMixture ? 0.17 : 0.08) }
    if !model.hardware.isMatmulMeasured {
      parts.append(["NVIDIA", "AMD"].contains(model.hardware.accelerator.vendor) ? 0.05 : 0.08)
    }
    return parts.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// Steps that wait for launches may take longer, by a deviation of 0.4 on that side.
  static let launchBound = 0.4

  /// Seconds with p10 and p90.
  public func range(_ time: StepTime, _ model: StepModel, unknown: Unknowns = []) -> Spread {
    let deviation = deviation(model, unknown: unknown)
    let isBound = time.isLaunchBound && !model.job.software.isEager
    let up = (deviation * deviation + (isBound ? Self.launchBound * Self.launchBound : 0)).squareRoot()
    return Spread(
      typical: time.seconds, p10: time.seconds * Elementary.exponential(-Self.tenth * deviation),
      p90: time.seconds * Elementary.exponential(Self.tenth * up))
  }

  /// Standard deviations from the middle to p90.
  static let tenth = 1.2816
}
