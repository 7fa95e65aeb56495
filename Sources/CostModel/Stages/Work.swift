/// What a stage asks of the hardware: phases, each with its FLOP. It knows nothing of prices.
public struct Work: Sendable {
  /// One phase of training.
  public struct Phase: Sendable {
    /// The name for people.
    public var name: String
    /// Tokens the model is trained on, repeats counted.
    public var tokens: Expression<Tokens>
    /// FLOP that the method requires; no recomputation.
    public var operations: Expression<Operations>
  }

  /// The phases, in order.
  public var phases: [Phase]
  /// Parameters that work on each token.
  public var activeParameters: Expression<Parameters>
  /// Tokens of all phases, repeats counted.
  public var tokens: Expression<Tokens>
  /// FLOP of all phases.
  public var operations: Expression<Operations>
}
