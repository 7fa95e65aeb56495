/// How far a published step lies from the predicted one: standard deviations of its logarithm.
package struct StepSpread: Sendable, Equatable {
  /// Dense models, from sources that no fit has seen.
  package var dense = 0.10
  /// Mixtures of experts whose software is known.
  package var mixture = 0.20
  /// What is added, variance by variance, by its id in the table of factors.
  package var added: [Added: Double] = [:]

  /// What makes a step less certain.
  package enum Added: String, CaseIterable, Sendable {
    /// A layout that comes from a search.
    case layout = "step-spread-layout"
    /// Recomputation that is not known.
    case recompute = "step-spread-recompute"
    /// Software that is not known, of a dense model.
    case software = "step-spread-software"
    /// The same of a mixture, where fused kernels decide.
    case mixtureSoftware = "step-spread-software-moe"
    /// A matmul share that nobody measured.
    case matmul = "step-spread-matmul"
    /// The same off NVIDIA and AMD.
    case otherMatmul = "step-spread-matmul-other-vendor"
    /// Launches that a step waits for, on the slow side alone.
    case launches = "step-spread-launches"
  }

  /// Spreads without anything added.
  package init() {}

  /// What is not known of a step, beside its kind.
  package struct Unknowns: OptionSet, Sendable {
    /// The bits.
    package let rawValue: Int
    /// A set by its bits.
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// The layout comes from a search.
    package static let layout = Unknowns(rawValue: 1)
    /// What is computed again.
    package static let recompute = Unknowns(rawValue: 2)
    /// The software.
    package static let software = Unknowns(rawValue: 4)
  }

  /// The standard deviation of the logarithm of a step's seconds.
  ///
  /// Variances add up.
  package func deviation(_ model: StepModel, unknown: Unknowns = []) -> Double {
    let isMixture = model.shape.hasExperts
    var parts: [Added] = []
    if unknown.contains(.layout) { parts.append(.layout) }
    if unknown.contains(.recompute) { parts.append(.recompute) }
    if unknown.contains(.software) { parts.append(isMixture ? .mixtureSoftware : .software) }
    if !model.hardware.isMatmulMeasured {
      parts.append(["NVIDIA", "AMD"].contains(model.hardware.accelerator.vendor) ? .matmul : .otherMatmul)
    }
    let own = isMixture ? mixture : dense
    return parts.reduce(own * own) { $0 + (added[$1] ?? 0) * (added[$1] ?? 0) }.squareRoot()
  }

  /// Seconds with p10 and p90.
  package func range(_ time: StepTime, _ model: StepModel, unknown: Unknowns = []) -> Spread {
    let deviation = deviation(model, unknown: unknown)
    let isBound = time.isLaunchBound && !model.job.software.isEager
    let launches = isBound ? added[.launches] ?? 0 : 0
    let up = (deviation * deviation + launches * launches).squareRoot()
    return Spread(
      typical: time.seconds, p10: time.seconds * Elementary.exponential(-Self.tenth * deviation),
      p90: time.seconds * Elementary.exponential(Self.tenth * up))
  }

  /// Standard deviations from the middle to p90.
  static let tenth = 1.2816
}
