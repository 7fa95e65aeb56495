/// Loss over model size and data: L(N, D) = E + A/N^α + B/D^β, in nats per token.
///
/// The parametric form of Hoffmann et al. 2022 (https://arxiv.org/abs/2203.15556, equation 2).
package struct LossSurface: Sendable, Equatable {
  /// E: what no model and no amount of data goes below.
  package var irreducible: Double
  /// A, the weight of the parameters' term.
  package var parameterWeight: Double
  /// α, how fast the parameters' term falls.
  package var parameterExponent: Double
  /// B, the weight of the data's term.
  package var tokenWeight: Double
  /// β, how fast the data's term falls.
  package var tokenExponent: Double

  /// A surface by its five constants; nil unless A, B, α and β are above zero, E is not below, and all are finite.
  package init?(
    irreducible: Double, parameterWeight: Double, parameterExponent: Double, tokenWeight: Double, tokenExponent: Double
  ) {
    let positive = [parameterWeight, parameterExponent, tokenWeight, tokenExponent]
    guard irreducible >= 0, irreducible.isFinite, positive.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    self.irreducible = irreducible
    self.parameterWeight = parameterWeight
    self.parameterExponent = parameterExponent
    self.tokenWeight = tokenWeight
    self.tokenExponent = tokenExponent
  }

  func parameterTerm(_ parameters: Double) -> Double {
    parameterWeight / Elementary.power(parameters, parameterExponent)
  }

  func tokenTerm(_ tokens: Double) -> Double { tokenWeight / Elementary.power(tokens, tokenExponent) }

  /// The loss of a model of that size after that many unique tokens.
  package func loss(_ size: ModelSize) -> Double {
    irreducible + parameterTerm(size.parameters.value) + tokenTerm(size.tokens.value)
  }

  /// The least loss for C = k·N·D: N = G·(C/k)^a and D = (C/k)^b/G, with a = β/(α+β), b = α/(α+β) and
  /// G = (αA/βB)^(1/(α+β)) (Hoffmann et al. 2022, equation 4, for k = 6).
  ///
  /// - Parameter product: C/k, the product of parameters and tokens.
  /// - Returns: N and D.
  func optimum(product: Double) -> ModelSize {
    let sum = parameterExponent + tokenExponent
    let balance = Elementary.power(
      parameterExponent * parameterWeight / (tokenExponent * tokenWeight), 1 / sum)
    let parameters = balance * Elementary.power(product, tokenExponent / sum)
    return ModelSize(parameters: Quantity(parameters), tokens: Quantity(product / parameters))
  }

  /// The parameters for which so many tokens are compute-optimal: αA/N^α = βB/D^β.
  func parameters(optimalFor tokens: Double) -> Double {
    Elementary.power(
      parameterExponent * parameterWeight / (tokenExponent * tokenTerm(tokens)), 1 / parameterExponent)
  }
}

/// A model and what it is trained on: N parameters and D tokens, repeats counted.
public struct ModelSize: Sendable, Equatable {
  /// N, all parameters.
  public var parameters: Quantity<Parameters>
  /// D, tokens trained on.
  public var tokens: Quantity<Tokens>

  /// A model of some size and its data.
  public init(parameters: Quantity<Parameters>, tokens: Quantity<Tokens>) {
    self.parameters = parameters
    self.tokens = tokens
  }

  /// D/N.
  public var tokensPerParameter: Double { tokens.value / parameters.value }
}
