/// How much of the accelerators' peak a training run gets out of them, as a function of its work.
///
/// Effective MFU is 6·N·D over (dense 16-bit peak × speed-up of the precision × accelerator-hours). What it depends on is
/// part of the formula, so that ranges, sweeps and searches see it.
public protocol Efficiency: Sendable {
  /// The effective MFU of the training passes of some work.
  ///
  /// - Parameters:
  ///   - work: The work, with its FLOP.
  ///   - model: The model it trains.
  /// - Returns: The MFU, as a formula of what it depends on.
  func mfu(of work: Work, model: Scenario.Model) -> Expression<Ratio>
}

/// An MFU that is known, whatever the work.
public struct GivenEfficiency: Efficiency {
  let mfu: Expression<Ratio>

  /// An MFU that is known.
  public init(_ mfu: Expression<Ratio>) { self.mfu = mfu }

  /// The MFU as it is.
  public func mfu(of work: Work, model: Scenario.Model) -> Expression<Ratio> { mfu }
}

/// The MFU of pre-training that the regression on published runs gives one kind of accelerator.
public struct FittedEfficiency: Efficiency {
  /// The MFU of a model of at least a billion active parameters.
  let mfu: Expression<Ratio>
  /// The power of N, in billions, by which a smaller model's MFU changes.
  let exponent: Double

  /// The MFU, lower for small models where the fit found them slower.
  public func mfu(of work: Work, model: Scenario.Model) -> Expression<Ratio> {
    guard exponent != 0 else { return mfu }
    let active = model.activeParameters ?? model.parameters
    let billions = active / Expression<Parameters>(constant: EfficiencyRegression.smallModel)
    return mfu * Expression.smaller(billions, 1).power(exponent)
  }
}
