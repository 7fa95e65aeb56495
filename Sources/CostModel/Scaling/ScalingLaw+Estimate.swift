extension Estimate {
  /// The loss of a pre-trained model by a law.
  ///
  /// - Returns: nil for a law that tells none, for a mixture of experts and for repeated data, which laws of two
  ///   variables say nothing about.
  package func loss(by law: ScalingLaw) -> Expression<Ratio>? {
    guard let surface = law.lossFunction?.surface, scenario.model.architecture == .dense, !scenario.phases.isEmpty,
      scenario.phases.allSatisfy({ $0.epochs == nil })
    else { return nil }
    let parameters = scenario.model.parameters.count
    let tokens = Expression.sum(scenario.phases.map { $0.tokens }) / Expression<Tokens>(constant: 1)
    let loss =
      Expression<Ratio>(constant: surface.irreducible)
      + Expression<Ratio>(constant: surface.parameterWeight) * parameters.power(-surface.parameterExponent)
      + Expression<Ratio>(constant: surface.tokenWeight) * tokens.power(-surface.tokenExponent)
    return loss.named("loss", note: "in nats per token, by the law of \(law.name)")
  }
}
