/// A question that a scaling law has no answer to.
package enum ScalingError: Error, Sendable, Equatable {
  /// The loss is at or below what the law can reach.
  case unreachableLoss(Double, law: String, floor: Double)
  /// The law tells no loss.
  case noLoss(law: String)
  /// No model, however small or large, has what is asked for.
  case noModel(String)

  /// What is wrong.
  package var message: Message {
    switch self {
    case .unreachableLoss(let loss, let law, let floor):
      "by \(law) no model reaches a loss of \(Self.shown(loss)): \(Self.shown(floor)) is never reached"
    case .noLoss(let law): "\(law) tells no loss"
    case .noModel(let problem): Message(problem)
    }
  }

  /// What to do.
  package var advice: Message {
    switch self {
    case .unreachableLoss(_, _, let floor): "give a loss above \(Self.shown(floor)), or another \(input: "law")"
    case .noLoss: "choose a law with a loss, as \(input: "law", as: "besiroglu")"
    case .noModel: "check the suffix: k, M, B and T are 10³, 10⁶, 10⁹ and 10¹²"
    }
  }

  private static func shown(_ loss: Double) -> String { Notation.display(loss, as: .ratio, digits: 5) }
}

extension ScalingLaw {
  /// The logarithms of the compute searched: from 1 to about 1e60 FLOP.
  static let searched = 0.0...138.0

  /// The least compute whose optimum has so much of something that rises with compute.
  func operations(where amount: Double, is measure: (Quantity<Operations>) -> Double) -> Quantity<Operations>? {
    func value(_ logarithm: Double) -> Double { measure(Quantity(Elementary.exponential(logarithm))) }
    guard value(Self.searched.lowerBound) <= amount, value(Self.searched.upperBound) >= amount else { return nil }
    return Quantity(
      Elementary.exponential(
        Numerics.root(from: Self.searched.lowerBound, to: Self.searched.upperBound) { value($0) - amount }))
  }

  /// The compute for which a model of that size is optimal.
  package func operations(forOptimal parameters: Quantity<Parameters>) throws(ScalingError) -> Quantity<Operations> {
    guard let found = operations(where: parameters.value, is: { optimum(for: $0).parameters.value }) else {
      throw .noModel("\(Notation.display(parameters.value, as: .parameters)) parameters are optimal for no compute")
    }
    return found
  }

  /// The compute for which so many tokens are optimal.
  package func operations(forOptimal tokens: Quantity<Tokens>) throws(ScalingError) -> Quantity<Operations> {
    guard let found = operations(where: tokens.value, is: { optimum(for: $0).tokens.value }) else {
      throw .noModel("\(Notation.display(tokens.value, as: .tokens)) tokens are optimal for no compute")
    }
    return found
  }

  /// The least compute that reaches a loss.
  ///
  /// - Parameters:
  ///   - loss: In nats per token.
  ///   - judge: The law that tells the loss of this law's models; nil for this law itself.
  /// - Returns: The training FLOP.
  /// - Throws: `ScalingError` for a loss that is out of reach, or a law that tells none.
  package func operations(reaching loss: Double, judgedBy judge: LossFunction? = nil) throws(ScalingError)
    -> Quantity<Operations>
  {
    func reached(_ operations: Quantity<Operations>) -> Double? {
      judge.map { $0.loss(optimum(for: operations)) } ?? optimalLoss(for: operations)
    }
    guard let floor = reached(Quantity(Elementary.exponential(Self.searched.upperBound))) else {
      throw .noLoss(law: id)
    }
    let irreducible = judge?.surface.irreducible ?? lossFunction?.surface.irreducible ?? 0
    guard loss > floor, loss > irreducible else {
      throw .unreachableLoss(loss, law: id, floor: Swift.max(irreducible, floor))
    }
    guard let found = operations(where: -loss, is: { -(reached($0) ?? .infinity) }) else {
      throw .noModel("a loss of \(Notation.display(loss, as: .ratio, digits: 4)) is above that of any model")
    }
    return found
  }
}
