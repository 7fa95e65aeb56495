/// What training passes after pre-training take over the steps of the model of time, by their kind.
package struct StageEfficiency: Sendable {
  /// Kinds of training that are looked up by themselves.
  package enum Kind: String, CaseIterable, Sendable {
    /// All weights are trained on examples.
    case fineTuning = "fine-tuning"
    /// Adapters are trained beside frozen weights.
    case adapter
    /// Pairs or rankings are compared: reward models, DPO and its like.
    case preference
    /// Rollouts, scoring and updates in turn.
    case reinforcement
  }

  /// The kind of training.
  package var kind: Kind
  /// Hours over those of the model of time: of training steps, and in reinforcement of generation and scoring too.
  package var hoursOverModel: Double
  /// p90 over the typical value, and the typical value over p10.
  package var spread: Double
  /// Billed time over that of the steps, where the hours over the model do not bear it.
  package var overhead: Ranged<Ratio>?
  /// Where the numbers came from.
  package var origin: Origin

  /// A row of the table, or a fit of one's own.
  package init(
    _ kind: Kind, hoursOverModel: Double, spread: Double, overhead: Ranged<Ratio>? = nil, from origin: Origin
  ) {
    self.kind = kind
    self.hoursOverModel = hoursOverModel
    self.spread = spread
    self.overhead = overhead
    self.origin = origin
  }

  /// Hours of a run over those of the model of time, as an input: one draw for all phases of a stage.
  var input: Expression<Ratio> {
    Expression.input(
      "\(kind.rawValue)_hours_over_model", "hours over those of the model of time",
      Ranged(hoursOverModel, low: hoursOverModel / spread, high: hoursOverModel * spread), from: origin,
      limits: 1e-3...1e6)
  }
}

/// The MFU of training passes whose hours are those of the model of a training step, on a usual cluster, times what
/// published runs take over it.
struct StageStepEfficiency: Efficiency {
  let stage: StageEfficiency
  /// The steps; nil where no step of the accelerator is known, and pre-training stands in.
  let scaling: StepScaling?
  let hardware: Scenario.Hardware
  /// The highest MFU that is believed.
  let limit: Double

  var deviation: Double {
    Elementary.logarithm(Swift.max(1, stage.spread)) / Distribution.ninetiethPercentile
  }

  func mfu(of work: Work, model: Scenario.Model) -> Expression<Ratio> {
    let most = Expression<Ratio>(constant: limit)
    guard let scaling, let main = work.steppedPhase else {
      return .smaller(hardware.efficiency.mfu(of: work, model: model) / stage.input, most)
    }
    let (active, total) = StepScaling.sizes(model)
    let hours = Expression<Ratio>.function(
      scaling.usual, [active, total, Expression(constant: scaling.usualBatch.tokens(operations: 0))]
    ).named("hours of a token in the steps of a usual cluster", note: "by the model of a training step")
    let operations = (main.operations / main.tokens).count.named("FLOP of a token")
    var steps = operations / (hardware.peak.count * hours)
    // The steps are those of the precision already.
    if let speedup = hardware.speedup { steps = steps / speedup }
    return .smaller(steps.named("MFU of the steps") / stage.input, most)
  }
}

extension Work {
  /// The training phase that the model of a step times: of those that train the model, the one that does most.
  var steppedPhase: Phase? {
    phases.filter { $0.isTraining && $0.isOfModel }.max { $0.operations.typical < $1.operations.typical }
  }
}
