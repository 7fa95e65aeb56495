/// The effective MFU of training passes after pre-training, which the size of the job and its kind decide.
package struct StageEfficiency: Sendable {
  /// Kinds of training that reach a like efficiency.
  package enum Kind: String, CaseIterable, Sendable {
    /// All weights are trained on examples.
    case fineTuning = "fine-tuning"
    /// Adapters are trained beside frozen weights.
    case adapter
    /// Pairs or rankings are compared: reward models, DPO and its like.
    case preference
    /// Policy and critic updates between rollouts.
    case reinforcement
  }

  /// The kind of training.
  package var kind: Kind
  /// The MFU of a job of 1e20 FLOP.
  package var reference: Double
  /// The MFU of a job ten times as large over that of this one.
  package var perDecade: Double
  /// p90 over the typical value, and the typical value over p10.
  package var spread: Double
  /// Billed time over that of the steps, where the MFU does not bear it.
  package var overhead: Ranged<Ratio>?
  /// Where the numbers came from.
  package var origin: Origin

  /// A row of the table, or a fit of one's own.
  package init(
    _ kind: Kind, reference: Double, perDecade: Double, spread: Double, overhead: Ranged<Ratio>?, from origin: Origin
  ) {
    self.kind = kind
    self.reference = reference
    self.perDecade = perDecade
    self.spread = spread
    self.overhead = overhead
    self.origin = origin
  }

  /// Training passes at this efficiency, typically never at a higher one than pre-training on the same hardware has.
  ///
  /// - Parameters:
  ///   - pretraining: The efficiency of pre-training.
  ///   - limit: The highest MFU that is believed.
  /// - Returns: The efficiency.
  func atMost(_ pretraining: any Efficiency, limit: Double) -> any Efficiency {
    FittedStageEfficiency(stage: self, pretraining: pretraining, limit: limit)
  }
}

/// MFU that rises with the FLOP of the job: mfu(1e20) · perDecade^log₁₀(FLOP / 1e20), up to that of pre-training.
struct FittedStageEfficiency: Efficiency {
  let stage: StageEfficiency
  let pretraining: any Efficiency
  let limit: Double

  var deviation: Double {
    Elementary.logarithm(Swift.max(1, stage.spread)) / Distribution.ninetiethPercentile
  }

  func mfu(of work: Work, model: Scenario.Model) -> Expression<Ratio> {
    let id = "mfu_\(stage.kind.rawValue)"
    var typical = Expression<Ratio>.input(
      "\(id)_reference", "typical MFU of a job of 1e20 FLOP", Ranged(stage.reference), from: stage.origin)
    if stage.perDecade != 1 {
      let training = Expression.sum(work.phases.filter(\.isTraining).map(\.operations))
      let size = Expression.larger(training / Expression<Operations>(constant: 1e20), 1e-20)
      typical = typical * size.power(Elementary.logarithm(stage.perDecade) / Elementary.logarithm(10))
    }
    typical = Expression.smaller(typical, pretraining.mfu(of: work, model: model))
    guard stage.spread > 1 else { return typical }
    let team = Expression<Ratio>.input(
      id, "MFU of a run over the typical one", Ranged(1, low: 1 / stage.spread, high: stage.spread),
      from: stage.origin)
    return .smaller(typical.named("typical MFU of training") * team, Expression(constant: limit))
  }
}
