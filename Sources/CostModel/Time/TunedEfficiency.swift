/// MFU of a tuned system in steady state, as the model of a training step has it at the fastest layout: by the size of the
/// model, in a usual cluster for it.
package struct TunedEfficiency: Sendable, Equatable {
  /// Active parameters at which it is computed.
  package static let sizes = [1e8, 1e8 * root, 1e9, 1e9 * root, 1e10, 1e10 * root, 1e11, 1e11 * root, 1e12]
  private static let root = 10.0.squareRoot()
  /// Tokens over active parameters of the run whose critical batch it has.
  package static let tokensPerParameter = 20.0
  /// Parameters of a mixture of experts over those that work on a token, for its shape.
  package static let mixtureShare = 8.0

  /// 6·N·D over the dense 16-bit peak at ``sizes``.
  package var mfus: [Double]

  /// A curve by its values at ``sizes``; nil unless there is a positive one for each.
  package init?(_ mfus: [Double]) {
    guard mfus.count == Self.sizes.count, mfus.allSatisfy({ $0 > 0 && $0 <= 1 }) else { return nil }
    self.mfus = mfus
  }

  /// The powers of N between the sizes, to four decimals.
  private var slopes: [Double] {
    zip(mfus, mfus.dropFirst()).enumerated().map { place, pair in
      let slope =
        Elementary.logarithm(pair.1 / pair.0) / Elementary.logarithm(Self.sizes[place + 1] / Self.sizes[place])
      return (slope * 1e4).rounded() / 1e4
    }
  }

  /// A stretch between two sizes: over that at the end next to the middle, the MFU is the size over that end to a power.
  package struct Stretch: Sendable {
    /// Its ends.
    package var low: Double
    package var high: Double
    /// The one next to the middle.
    package var end: Double
    /// The power.
    package var slope: Double
  }

  /// The stretches between the sizes.
  var stretches: [Stretch] {
    let middle = Self.sizes[Self.sizes.count / 2]
    return slopes.enumerated().map { place, slope in
      let (low, high) = (Self.sizes[place], Self.sizes[place + 1])
      return Stretch(low: low, high: high, end: low < middle ? high : low, slope: slope)
    }
  }

  /// The MFU of a model: straight on logarithms between the sizes, level beyond.
  package func mfu(activeParameters: Double) -> Double {
    stretches.reduce(middle) { mfu, stretch in
      let inside = Swift.min(Swift.max(activeParameters, stretch.low), stretch.high)
      return mfu * Elementary.power(inside / stretch.end, stretch.slope)
    }
  }

  /// The highest MFU of all sizes over that in the middle.
  var mostOverMiddle: Double {
    Self.sizes.map { mfu(activeParameters: $0) / middle }.max() ?? 1
  }

  /// The same over the MFU of the size in the middle, as a formula of the parameters, raised to a power.
  func relative(_ active: Expression<Parameters>, power: Double) -> Expression<Ratio> {
    guard slopes.contains(where: { $0 != 0 }) else { return 1 }
    return .function(TunedCurve(curve: self, power: power), [active.count])
  }

  /// The MFU in the middle.
  var middle: Double { mfus[mfus.count / 2] }

  /// Computes the curve with the model of a training step.
  ///
  /// - Parameters:
  ///   - accelerator: What it runs on.
  ///   - architecture: Dense or mixture of experts.
  ///   - catalog: The tables.
  /// - Returns: nil where the links are unknown, or no cluster of a usual size holds any of the models.
  /// - Throws: ``ScenarioError`` where a look-up fails.
  package static func computed(
    on accelerator: Accelerator, _ architecture: ArchitectureClass, in catalog: any Catalog
  ) throws(ScenarioError) -> TunedEfficiency? {
    var mfus: [Double] = []
    for size in sizes {
      // A model too large for the accelerator has the MFU of the largest that it holds.
      guard let mfu = try tuned(size, accelerator, architecture, catalog) ?? mfus.last else { return nil }
      mfus.append(mfu)
    }
    return TunedEfficiency(mfus)
  }

  private static func tuned(
    _ active: Double, _ accelerator: Accelerator, _ architecture: ArchitectureClass, _ catalog: any Catalog
  ) throws(ScenarioError) -> Double? {
    guard let peak = accelerator.referencePeak else { return nil }
    var request = Request(
      parameters: Ranged(architecture == .mixtureOfExperts ? active * mixtureShare : active),
      phases: [Request.Phase(tokens: Ranged(active * tokensPerParameter))])
    if architecture == .mixtureOfExperts { request[Settings.activeParameters] = Ranged(active) }
    request.accelerator = accelerator.id
    guard let scaling = try ScenarioBuilder.scaling(for: request, in: catalog) else { return nil }
    let hours = scaling.usual.value(
      Arguments4(
        first: active, second: request[Settings.parameters]?.typical.value ?? active,
        third: scaling.usualBatch.tokens(operations: 6 * active * active * tokensPerParameter)))
    let mfu = 6 * active / (hours * peak * 3600)
    // The whole of the peak stands for a model that no cluster holds.
    return mfu > 0 && mfu < 0.99 ? mfu : nil
  }
}

/// A curve over its value in the middle, raised to a power, as a function of the parameters.
private final class TunedCurve: FormulaFunction {
  let curve: TunedEfficiency
  let power: Double
  let name = "tuned_mfu_over_that_of_10B"
  let isChoice = false

  init(curve: TunedEfficiency, power: Double) {
    self.curve = curve
    self.power = power
  }

  func value(_ arguments: Arguments4) -> Double {
    Elementary.power(curve.mfu(activeParameters: arguments.first) / curve.middle, power)
  }

  let movingArguments: Set = [0]

  func table(around arguments: Arguments4, upTo accelerators: Double) -> FunctionTable? {
    .curve(stretches: curve.stretches, power: power)
  }
}

/// What whole runs take over the steps of a tuned system, and how the two ways to an MFU are put together.
///
/// ln MFU = ½ ln MFU of the regression + ½ ln (MFU of the tuned step / factor): the regression knows when a run was made and
/// how such runs went, the step what the accelerator can do with a model of the size. Where fewer than three whole runs on
/// a generation were published, the tuned step and the factor stand alone.
package struct TunedToReal: Sendable, Equatable {
  /// What the factor depends on.
  static let terms: [EfficiencyRegression.Term] = [.intercept, .date, .calendar]

  /// ln of the factor in January 2023, its change in a year, and for hours that are accelerators times days.
  package var constants: [Double]
  /// The factor to either side that holds four in five runs of an organization not seen, for both ways together.
  package var blendedSpread: Double
  /// The same for the tuned step alone.
  package var tunedSpread: Double

  /// Whole runs on a generation from which on the regression counts.
  static let fewestRuns = 3

  /// What the factor depends on, of a run's features.
  static func features(_ features: EfficiencyRegression.Features) -> [Double] {
    let all = EfficiencyRegression.Term.allCases
    return terms.map { term in all.firstIndex(of: term).map { features.values[$0] } ?? 0 }
  }

  /// Hours of a whole run over those of tuned steps.
  func factor(_ features: EfficiencyRegression.Features) -> Double {
    Elementary.exponential(zip(constants, Self.features(features)).reduce(0) { $0 + $1.0 * $1.1 })
  }
}
