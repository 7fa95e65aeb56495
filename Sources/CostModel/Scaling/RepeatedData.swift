/// Training on fewer unique tokens than are trained on: what repeats, and parameters beyond the data, are still worth.
///
/// Muennighoff et al. 2023 (https://arxiv.org/abs/2305.16264): D' = U·(1 + R*·(1 − e^(−R/R*))) for R = D/U − 1 repeats
/// beyond the first pass, and likewise N' for parameters beyond those that the unique tokens are compute-optimal for.
package struct RepeatedData: Sendable, Equatable {
  /// How fast repeats lose their worth.
  package struct Decay: Sendable, Equatable {
    /// R* of the tokens: after so many repeats, the next is worth 1/e of a new pass.
    package var tokens: Double
    /// R* of the parameters.
    package var parameters: Double

    /// The two constants; nil unless they are above zero and finite.
    package init?(tokens: Double, parameters: Double) {
      guard tokens > 0, parameters > 0, tokens.isFinite, parameters.isFinite else { return nil }
      self.tokens = tokens
      self.parameters = parameters
    }
  }

  /// U, the tokens there are.
  package var uniqueTokens: Quantity<Tokens>
  /// How fast repeats lose their worth.
  package var decay: Decay

  /// An amount up to its base counts in full; what goes beyond is worth less and less, down to nothing.
  static func worth(_ amount: Double, base: Double, decay: Double) -> Double {
    guard amount > base else { return amount }
    return base * (1 + decay * (1 - Elementary.exponential((1 - amount / base) / decay)))
  }

  /// The elasticity of the worth: how many percent it grows for one percent of the amount.
  static func elasticity(_ amount: Double, base: Double, decay: Double) -> Double {
    guard amount > base else { return 1 }
    return Elementary.exponential((1 - amount / base) / decay) * amount / worth(amount, base: base, decay: decay)
  }

  /// The unique tokens that are worth as much as D trained on.
  package func effectiveTokens(_ tokens: Quantity<Tokens>) -> Quantity<Tokens> {
    Quantity(Self.worth(tokens.value, base: uniqueTokens.value, decay: decay.tokens))
  }

  /// The tokens to train on for a worth; nil beyond what repeats can reach.
  func tokens(worth: Double) -> Double? {
    let base = uniqueTokens.value
    guard worth > base else { return worth }
    let left = 1 - (worth / base - 1) / decay.tokens
    guard left > 0 else { return nil }
    return base * (1 - decay.tokens * Elementary.logarithm(left))
  }
}

/// The loss of a law, with or without a limit to the unique tokens.
package struct LossFunction: Sendable, Equatable {
  /// The loss on unique tokens.
  package var surface: LossSurface
  /// The limit, where there is one.
  package var repeated: RepeatedData?
  private let baseParameters: Double

  /// A surface, with the unique tokens there are.
  package init(_ surface: LossSurface, repeated: RepeatedData? = nil) {
    self.surface = surface
    self.repeated = repeated
    baseParameters = repeated.map { surface.parameters(optimalFor: $0.uniqueTokens.value) } ?? .infinity
  }

  /// The loss of a model after so many tokens, repeats counted.
  package func loss(_ size: ModelSize) -> Double {
    surface.irreducible + surface.parameterTerm(worth(parameters: size.parameters.value))
      + surface.tokenTerm(repeated?.effectiveTokens(size.tokens).value ?? size.tokens.value)
  }

  private func worth(parameters: Double) -> Double {
    guard let repeated else { return parameters }
    return RepeatedData.worth(parameters, base: baseParameters, decay: repeated.decay.parameters)
  }

  /// The tokens that bring a model of that size to a loss; nil where none do.
  package func tokens(for loss: Double, parameters: Quantity<Parameters>) -> Quantity<Tokens>? {
    let rest = loss - surface.irreducible - surface.parameterTerm(worth(parameters: parameters.value))
    guard rest > 0 else { return nil }
    let unique = Elementary.power(surface.tokenWeight / rest, 1 / surface.tokenExponent)
    guard let tokens = repeated.map({ $0.tokens(worth: unique) }) ?? unique, tokens.isFinite else { return nil }
    return Quantity(tokens)
  }

  /// The least loss for a product of parameters and tokens.
  ///
  /// With repeats, the balance of the two terms' slopes along N·D = constant has one root: each slope falls.
  func optimum(product: Double) -> ModelSize {
    let plain = surface.optimum(product: product)
    guard let repeated, plain.tokens > repeated.uniqueTokens || plain.parameters.value > baseParameters else {
      return plain
    }
    let (unique, decay) = (repeated.uniqueTokens.value, repeated.decay)
    let logarithm = Numerics.root(from: -60, to: 60) { shift in
      let parameters = plain.parameters.value * Elementary.exponential(shift)
      let tokens = product / parameters
      let tokenSlope =
        surface.tokenExponent
        * surface.tokenTerm(RepeatedData.worth(tokens, base: unique, decay: decay.tokens))
        * RepeatedData.elasticity(tokens, base: unique, decay: decay.tokens)
      let parameterSlope =
        surface.parameterExponent * surface.parameterTerm(worth(parameters: parameters))
        * RepeatedData.elasticity(parameters, base: baseParameters, decay: decay.parameters)
      return tokenSlope - parameterSlope
    }
    let parameters = plain.parameters.value * Elementary.exponential(logarithm)
    return ModelSize(parameters: Quantity(parameters), tokens: Quantity(product / parameters))
  }
}
