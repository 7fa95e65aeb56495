/// N and D along compute-optimal models as power laws of one variable x: N = n·x^a and D = d·x^b.
///
/// x is the compute in a unit of the law's own, or, for a rule such as D = 20·N, the parameters themselves.
package struct OptimumCurve: Sendable, Equatable {
  /// A term coefficient·x^exponent.
  package struct Power: Sendable, Equatable {
    /// The value at x = 1.
    package var coefficient: Double
    /// The exponent.
    package var exponent: Double

    /// A power law; nil unless the coefficient is above zero and both are finite.
    package init?(coefficient: Double, exponent: Double) {
      guard coefficient > 0, coefficient.isFinite, exponent.isFinite else { return nil }
      self.coefficient = coefficient
      self.exponent = exponent
    }

    /// The value at some x.
    package func callAsFunction(_ x: Double) -> Double { coefficient * Elementary.power(x, exponent) }

    /// The same law of a variable that counts in smaller units: x = y/unit.
    package func stretched(by unit: Double) -> Power {
      var power = self
      power.coefficient *= Elementary.power(unit, -exponent)
      return power
    }

    /// What is left of x/6 when this is divided out: the other of N and D, from x = C = 6·N·D.
    var complement: Power? { Power(coefficient: 1 / (6 * coefficient), exponent: 1 - exponent) }
  }

  /// N as a function of x.
  package var parameters: Power
  /// D as a function of x.
  package var tokens: Power
  /// The loss of the models on the curve: (coefficient/x)^exponent, where the law tells it.
  package var frontier: Power?

  /// A curve; nil unless N and D both rise with x.
  package init?(parameters: Power, tokens: Power, frontier: Power? = nil) {
    guard parameters.exponent > 0, tokens.exponent > 0 else { return nil }
    self.parameters = parameters
    self.tokens = tokens
    self.frontier = frontier
  }

  /// A curve by one of its two functions of C in FLOP; the other follows from C = 6·N·D.
  package init?(parameters: Power?, tokens: Power?, frontier: Power? = nil) {
    guard let parameters = parameters ?? tokens?.complement, let tokens = tokens ?? parameters.complement else {
      return nil
    }
    self.init(parameters: parameters, tokens: tokens, frontier: frontier)
  }

  /// The x of a product of parameters and tokens.
  func position(product: Double) -> Double {
    Elementary.power(
      product / (parameters.coefficient * tokens.coefficient), 1 / (parameters.exponent + tokens.exponent))
  }

  func optimum(product: Double) -> ModelSize {
    let parameters = parameters(position(product: product))
    return ModelSize(parameters: Quantity(parameters), tokens: Quantity(product / parameters))
  }

  func loss(product: Double) -> Double? {
    frontier.map { Elementary.power($0.coefficient / position(product: product), $0.exponent) }
  }
}

/// A law that says how large a model should be for its compute, and perhaps how good it gets.
package struct ScalingLaw: Sendable {
  /// What the law consists of.
  package enum Form: Sendable, Equatable {
    /// A loss for every size: its optimum follows.
    case loss(LossFunction)
    /// The optimum alone.
    case optimum(OptimumCurve)
  }

  /// What the law was fitted on; an open end where that is not known.
  package struct FitRange: Sendable, Equatable {
    /// N.
    package var parameters: ClosedRange<Double>?
    /// D.
    package var tokens: ClosedRange<Double>?
    /// C.
    package var operations: ClosedRange<Double>?
  }

  /// What users type.
  package var id: String
  /// Who found it.
  package var name: String
  /// What it consists of.
  package var form: Form
  /// Active over all parameters; below 1 for a mixture of experts.
  package var activeShare: Double
  /// What it was fitted on.
  package var fitRange: FitRange
  /// How fast repeats lose their worth, where the law has its own constants for it.
  package var repetition: RepeatedData.Decay?
  /// Tokens per batch as a function of C in FLOP.
  package var batchSize: OptimumCurve.Power?
  /// Peak learning rate as a function of C in FLOP.
  package var learningRate: OptimumCurve.Power?
  /// Where it came from; nil for the user's own.
  package var reference: RowReference?

  /// A law of some form.
  package init(
    id: String, name: String, form: Form, activeShare: Double = 1, fitRange: FitRange = FitRange(),
    repetition: RepeatedData.Decay? = nil, reference: RowReference? = nil
  ) {
    self.id = id
    self.name = name
    self.form = form
    self.activeShare = activeShare
    self.fitRange = fitRange
    self.repetition = repetition
    self.reference = reference
  }

  /// Training FLOP of each parameter and token: 6 for each active parameter.
  var operationsPerParameterToken: Double { 6 * activeShare }

  /// C = 6·N·D, N being the active parameters.
  package func operations(_ size: ModelSize) -> Quantity<Operations> {
    Quantity(operationsPerParameterToken * size.parameters.value * size.tokens.value)
  }

  /// Its loss for every size; nil for a law of the optimum alone.
  package var lossFunction: LossFunction? {
    if case .loss(let function) = form { function } else { nil }
  }

  /// The compute-optimal model.
  package func optimum(for operations: Quantity<Operations>) -> ModelSize {
    let product = operations.value / operationsPerParameterToken
    return switch form {
    case .loss(let function): function.optimum(product: product)
    case .optimum(let curve): curve.optimum(product: product)
    }
  }

  /// The loss of the compute-optimal model; nil where the law does not tell.
  package func optimalLoss(for operations: Quantity<Operations>) -> Double? {
    switch form {
    case .loss(let function): function.loss(optimum(for: operations))
    case .optimum(let curve): curve.loss(product: operations.value / operationsPerParameterToken)
    }
  }

  /// The same law where only so many unique tokens exist; a law of the optimum alone stays as it is.
  package func limited(to uniqueTokens: Quantity<Tokens>, decay: RepeatedData.Decay) -> ScalingLaw {
    guard case .loss(let function) = form else { return self }
    var law = self
    law.form = .loss(
      LossFunction(
        function.surface, repeated: RepeatedData(uniqueTokens: uniqueTokens, decay: repetition ?? decay)))
    return law
  }

  /// What of a model lies outside the range the law was fitted on, in words; empty inside it.
  package func extrapolations(_ size: ModelSize) -> [String] {
    func outside(_ value: Double, _ range: ClosedRange<Double>?, _ dimension: Dimension, _ noun: String) -> String? {
      guard let range, !range.contains(value) else { return nil }
      func show(_ value: Double) -> String { Notation.display(value, as: dimension) }
      let bounds =
        range.lowerBound > 0
        ? "\(show(range.lowerBound)) to \(show(range.upperBound))" : "up to \(show(range.upperBound))"
      return "\(show(value)) \(noun) (fitted on \(bounds))"
    }
    return [
      outside(size.parameters.value, fitRange.parameters, .parameters, "parameters"),
      outside(size.tokens.value, fitRange.tokens, .tokens, "tokens"),
      outside(operations(size).value, fitRange.operations, .operations, "FLOP"),
    ].compactMap { $0 }
  }
}
