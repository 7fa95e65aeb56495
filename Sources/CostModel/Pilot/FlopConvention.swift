/// Which FLOP a measured MFU or rate counts: frameworks print different ones under the same name.
public enum FlopConvention: String, CaseIterable, Sendable {
  /// 6·N for a token and nothing else.
  case parameters
  /// 6·N and attention without the causal mask, 12·L·d·T: Megatron-LM, torchtitan, nanotron, llm-foundry, PaLM.
  case attention
  /// 6·N and attention with the causal mask, 6·L·d·T: Megatron-Bridge, MaxText, DeepSeek.
  case causal
  /// The second with a forward pass computed again: hardware FLOP, as Megatron-LM of before 2023 prints with full
  /// recomputation.
  case recompute

  /// How much of attention without the mask counts.
  var attentionShare: Double {
    switch self {
    case .parameters: 0
    case .attention, .recompute: 1
    case .causal: 0.5
    }
  }

  /// FLOP done over FLOP that the model needs.
  var passes: Double { self == .recompute ? 4.0 / 3 : 1 }

  /// FLOP that it counts over 6·N, where layers times width over parameters is known.
  ///
  /// - Parameters:
  ///   - layersTimesWidth: L·d.
  ///   - context: T, tokens of a sequence.
  ///   - active: N.
  /// - Returns: (1 + share · 12·L·d·T / 6·N) · passes.
  func overSixN(layersTimesWidth: Double, context: Double, active: Double) -> Double {
    (1 + attentionShare * 2 * layersTimesWidth * context / active) * passes
  }

  /// The same as a formula.
  func overSixN(
    _ shape: ModelShape, context: Expression<SequenceLength>
  ) -> Expression<Ratio> {
    guard self != .parameters else { return 1 }
    let attention =
      shape.layers * shape.width * context.count / shape.active.count * Expression(constant: 2 * attentionShare)
    return ((1 + attention) * Expression(constant: passes))
      .named("FLOP that the measurement counts over 6·N", note: "6·N + \(rawValue): attention is 12·L·d·T unmasked")
  }
}
