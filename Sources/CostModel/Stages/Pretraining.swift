/// Pre-training: next-token prediction over one or more phases (core, continued, context extension, annealing).
public enum Pretraining {
  /// The work of a pre-training run.
  public static func work(_ scenario: Scenario) -> Work {
    work(scenario.model, scenario.phases, on: scenario.hardware)
  }

  /// The work of training a model in some phases.
  static func work(_ model: Scenario.Model, _ stretches: [Scenario.Phase], on hardware: Scenario.Hardware) -> Work {
    let activeParameters = (model.activeParameters ?? model.parameters)
    let phases = stretches.map { phase in
      let unique = phase.tokens
      let tokens = phase.epochs.map { (unique * $0).named("tokens trained on, \(phase.name)") } ?? unique
      let parameterOperations = TrainingCompute.sixND(activeParameters: activeParameters, tokens: tokens)
      let reference = hardware.referenceContext
      let exact = model.known.map {
        TrainingCompute.exactForward($0.architecture, tokens, phase.contextLength ?? reference)
          * 3
      }
      guard let context = phase.contextLength else {
        return Work.Phase(
          name: phase.name, tokens: tokens, operations: parameterOperations.named("FLOP, \(phase.name)"),
          exact: exact)
      }
      let attention =
        model.known.map {
          TrainingCompute.attentionBeyond(
            $0.architecture, tokens: tokens, context: context, reference: reference)
        }
        ?? TrainingCompute.attentionBeyond(
          activeParameters: activeParameters, tokens: tokens, context: context, reference: reference,
          widthToDepth: hardware.widthToDepth)
      return Work.Phase(
        name: phase.name, tokens: tokens, operations: (parameterOperations + attention).named("FLOP, \(phase.name)"),
        exact: exact)
    }
    var work = Work(
      phases: phases, checkpoints: .run, corpus: Expression.sum(stretches.map { $0.tokens }))
    work.sixND = .sum(
      work.phases.map { TrainingCompute.sixND(activeParameters: activeParameters, tokens: $0.tokens) })
    work.operations = work.operations.named("training FLOP", key: "flop")
    return work
  }
}
