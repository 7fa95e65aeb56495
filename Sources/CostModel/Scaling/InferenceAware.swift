/// The size that is cheapest over its life at a given loss: a smaller model trained longer costs more to train and less
/// to serve (Sardana et al. 2023, Beyond Chinchilla-Optimal, https://arxiv.org/abs/2401.00448).
package enum InferenceAware {
  /// FLOP of serving so many tokens, prompts and answers alike: 2 for each active parameter and token.
  package static func operations(
    serving tokens: Quantity<Tokens>, parameters: Quantity<Parameters>, law: ScalingLaw
  ) -> Quantity<Operations> {
    Quantity(2 * law.activeShare * parameters.value * tokens.value)
  }

  /// The model of least training and inference FLOP, 6·N·D + 2·N·D_inference, among those of one loss.
  package static func leastOperations(
    at loss: Double, serving tokens: Quantity<Tokens>, law: ScalingLaw
  ) throws(ScalingError) -> ModelSize {
    try least(at: loss, law: law) { size in
      (law.operations(size) + operations(serving: tokens, parameters: size.parameters, law: law)).value
    }
  }

  /// The model for which some cost is least among those of one loss.
  ///
  /// - Parameters:
  ///   - loss: The loss all candidates have.
  ///   - law: A law with a loss for every size.
  ///   - cost: What to keep low, in any unit, with one valley.
  /// - Returns: The size, the compute-optimal one if nothing is cheaper.
  /// - Throws: `ScalingError` for a loss that is out of reach, or a law that tells none.
  static func least(
    at loss: Double, law: ScalingLaw, cost: (ModelSize) -> Double
  ) throws(ScalingError) -> ModelSize {
    guard let function = law.lossFunction else { throw .noLoss(law: law.id) }
    let optimal = law.optimum(for: try law.operations(reaching: loss))
    let center = Elementary.logarithm(optimal.parameters.value)
    func size(_ logarithm: Double) -> ModelSize? {
      let parameters = Quantity<Parameters>(Elementary.exponential(logarithm))
      return function.tokens(for: loss, parameters: parameters).map { ModelSize(parameters: parameters, tokens: $0) }
    }
    var best = (size: optimal, cost: cost(optimal))
    let (low, high) = (center - 8, center + 2)
    let found = Numerics.minimum(from: low, to: high) { size($0).map(cost) ?? .infinity }
    for place in [found, low, high] {
      guard let candidate = size(place) else { continue }
      let value = cost(candidate)
      if value < best.cost { best = (candidate, value) }
    }
    return best.size
  }
}

/// A given model held against the optimum of a law.
package struct Overtraining: Sendable {
  /// The model.
  package var model: ModelSize
  /// Its loss by the law.
  package var loss: Double
  /// Its training FLOP.
  package var operations: Quantity<Operations>
  /// The optimum for the same FLOP.
  package var atSameOperations: ModelSize
  /// The loss of that.
  package var lossAtSameOperations: Double
  /// The optimum of the same loss.
  package var atSameLoss: ModelSize
  /// The FLOP of that.
  package var operationsAtSameLoss: Quantity<Operations>
  /// The tokens to serve until the smaller model has saved the FLOP that its longer training took beyond the optimum of
  /// the same loss; nil for a model that is not smaller than that.
  package var breakEven: Quantity<Tokens>?

  /// Holds a model against a law.
  package init(_ model: ModelSize, law: ScalingLaw) throws(ScalingError) {
    guard let function = law.lossFunction else { throw .noLoss(law: law.id) }
    self.model = model
    loss = function.loss(model)
    operations = law.operations(model)
    atSameOperations = law.optimum(for: operations)
    lossAtSameOperations = function.loss(atSameOperations)
    operationsAtSameLoss = try law.operations(reaching: loss)
    atSameLoss = law.optimum(for: operationsAtSameLoss)
    let perToken = 2 * law.activeShare * (atSameLoss.parameters - model.parameters).value
    if perToken > 0, operations >= operationsAtSameLoss {
      breakEven = Quantity((operations - operationsAtSameLoss).value / perToken)
    }
  }

  /// Training FLOP over those of the optimum of the same loss.
  package var excess: Double { operations / operationsAtSameLoss }
}
