/// The part of a layer that works on each token alone.
package enum FeedForward: Sendable, Equatable {
  /// One network for all tokens.
  case dense(Perceptron)
  /// A router that picks a few of many networks for each token.
  case experts(MixtureOfExperts)
}

/// Two matrices, or three with a gate.
package struct Perceptron: Sendable, Equatable {
  /// Inner width.
  package var width: Int
  /// Whether a third matrix gates the inner activations, as in SwiGLU.
  package var isGated = true
  /// Whether the matrices have biases.
  package var hasBias = false
  /// Further learned numbers, such as those of the activation.
  package var additionalParameters = 0

  func weights(hidden: Double) -> Weights {
    let up = Double(isGated ? 2 : 1) * Double(width)
    return Weights(
      matrices: hidden * up + Double(width) * hidden,
      vectors: (hasBias ? up + hidden : 0) + Double(additionalParameters))
  }
}

/// Experts behind a router.
package struct MixtureOfExperts: Sendable, Equatable {
  /// Experts that the router chooses from.
  package var count: Int
  /// Experts that work on a token.
  package var perToken: Int
  /// One of them.
  package var expert: Perceptron
  /// Further experts that work on every token, as one network.
  package var shared: Perceptron?
  /// Whether a learned gate scales the shared experts.
  package var hasSharedGate = false
  /// Whether the router has a bias that is a parameter.
  package var hasRouterBias = false
  /// Width that tokens are projected to before the routed experts, where it is not the hidden size.
  package var latentSize: Int?
  /// Choices of the router that do nothing, as LongCat has them.
  package var idleCount = 0
  /// Further learned numbers of the router.
  package var additionalRouterParameters = 0

  /// One routed expert.
  func expertWeights(hidden: Double) -> Weights { expert.weights(hidden: latentSize.map(Double.init) ?? hidden) }

  func routed(hidden: Double) -> Weights { expertWeights(hidden: hidden) * Double(count) }

  func router(hidden: Double) -> Weights {
    Weights(
      matrices: hidden * (Double(count) + Double(idleCount)) + (latentSize.map { 2 * hidden * Double($0) } ?? 0),
      vectors: (hasRouterBias ? Double(count) : 0) + Double(additionalRouterParameters))
  }

  func sharedWeights(hidden: Double) -> Weights {
    (shared?.weights(hidden: hidden) ?? Weights()) + Weights(matrices: hasSharedGate ? hidden : 0)
  }

  /// Routed experts that do not work on a token.
  var inactive: Double { max(0, Double(count) - Double(perToken)) }
}
