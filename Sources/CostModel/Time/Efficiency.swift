/// How much of the accelerators' peak a training run gets out of them, as a function of its work.
///
/// Effective MFU is 6·N·D over (dense 16-bit peak × speed-up of the precision × accelerator-hours). What it depends on is
/// part of the formula, so that ranges, sweeps and searches see it.
package protocol Efficiency: Sendable {
  /// The effective MFU of the training passes of some work.
  ///
  /// - Parameters:
  ///   - work: The work, with its FLOP.
  ///   - model: The model it trains.
  /// - Returns: The MFU, as a formula of what it depends on.
  func mfu(of work: Work, model: Scenario.Model) -> Expression<Ratio>

  /// The standard deviation of the logarithm of that MFU.
  var deviation: Double { get }
}

/// An MFU that is known, whatever the work.
package struct GivenEfficiency: Efficiency {
  let mfu: Expression<Ratio>

  /// An MFU that is known.
  package init(_ mfu: Expression<Ratio>) { self.mfu = mfu }

  /// That of the range given.
  package var deviation: Double { mfu.variance.squareRoot() }

  /// The MFU as it is.
  package func mfu(of work: Work, model: Scenario.Model) -> Expression<Ratio> { mfu }
}

/// The MFU of pre-training on one kind of accelerator, by the regression on published runs and the model of a step.
package struct FittedEfficiency: Efficiency {
  /// The MFU of a model of ten billion active parameters.
  let mfu: Expression<Ratio>
  /// The power of N, in billions, by which the regression has a smaller model's MFU change.
  let exponent: Double
  /// The tuned MFU by size, and the power with which it counts; nil without a model of the step.
  let tuned: (curve: TunedEfficiency, power: Double)?

  /// That of runs not seen.
  package var deviation: Double { mfu.variance.squareRoot() }

  /// The MFU as a formula of the active parameters.
  package func mfu(of work: Work, model: Scenario.Model) -> Expression<Ratio> {
    let active = model.activeParameters ?? model.parameters
    var result = mfu
    if exponent != 0 {
      let billions = active / Expression<Parameters>(constant: EfficiencyRegression.smallModel)
      result = result * Expression.smaller(billions, 1).power(exponent)
    }
    guard let tuned else { return result }
    let size = tuned.curve.relative(active, power: tuned.power)
      .named("MFU of a tuned step over that of 10 billion parameters", note: "by the model of a training step")
    return result * size
  }
}

/// The MFU of pre-training on one accelerator by that on another: team, software and goodput are the same, and tuned steps
/// differ in full.
struct ComparedEfficiency: Efficiency {
  let baseline: FittedEfficiency
  /// Tuned MFU here and there.
  let ratio: (own: TunedEfficiency, baseline: TunedEfficiency)
  /// The ratio as it is over that of the model.
  let error: Expression<Ratio>
  let limit: Double

  var deviation: Double { (baseline.mfu.variance + error.variance).squareRoot() }

  func mfu(of work: Work, model: Scenario.Model) -> Expression<Ratio> {
    let active = model.activeParameters ?? model.parameters
    let middle = Expression<Ratio>(constant: ratio.own.middle / ratio.baseline.middle)
    let sizes = ratio.own.relative(active, power: 1) / ratio.baseline.relative(active, power: 1)
    let tuned = (middle * sizes).named("MFU of a tuned step over that on the accelerator compared with")
    return .smaller(baseline.mfu(of: work, model: model) * tuned * error, Expression(constant: limit))
  }
}
