/// FLOP of training a transformer.
package enum TrainingCompute {
  private static let scalingLaws = Source(
    title: "Kaplan et al. 2020, Scaling Laws for Neural Language Models, section 2.1",
    url: "https://arxiv.org/abs/2001.08361")
  private static let flashAttention = Source(
    title: "Chowdhery et al. 2022, PaLM, appendix B (attention FLOP; halved here for the causal mask)",
    url: "https://arxiv.org/abs/2204.02311")

  /// C = 6·N·D: for each parameter and token, 2 FLOP forward and 4 backward.
  ///
  /// N counts the parameters that work on a token. Attention scores, embeddings and recomputation are not counted, so
  /// an MFU for use with this formula must be one measured against it. Worked example: GPT-3 with N = 175e9 and
  /// D = 300e9 takes 3.15e23 FLOP; its paper (table D.1) prints 3.14e23.
  ///
  /// - Parameters:
  ///   - activeParameters: N, parameters that work on each token.
  ///   - tokens: D, tokens trained on, repeats counted.
  /// - Returns: C, in FLOP.
  package static func sixND(
    activeParameters: Expression<Parameters>, tokens: Expression<Tokens>
  ) -> Expression<Operations> {
    operations(6, activeParameters, tokens).named(
      "parameter FLOP", note: "C = 6·N·D: 2 FLOP forward and 4 backward for each active parameter and token",
      sources: [scalingLaws])
  }

  /// So many FLOP for each parameter and token.
  static func operations(
    _ each: Double, _ parameters: Expression<Parameters>, _ tokens: Expression<Tokens>
  ) -> Expression<Operations> {
    Expression<Per<Per<Operations, Parameters>, Tokens>>(constant: each) * tokens * parameters
  }

  /// A forward pass: 2·N FLOP a token.
  static func forward(_ parameters: Expression<Parameters>, _ tokens: Expression<Tokens>) -> Expression<Operations> {
    operations(2, parameters, tokens)
  }

  /// Layers of a transformer of some size: L = (N / 12·r²)^(1/3), from N = 12·L·d² with d = r·L.
  static func layers(
    activeParameters: Expression<Parameters>, widthToDepth: Expression<Ratio>
  ) -> Expression<Ratio> {
    let parameters = activeParameters.count
    return (parameters / (widthToDepth * widthToDepth * 12)).power(1.0 / 3)
      .named("layers, estimated", note: "N = 12·L·d² with d = r·L")
  }

  /// The attention FLOP of contexts longer than the one that an efficiency stands for.
  ///
  /// Causal attention over T tokens takes 6·L·d·T FLOP a token to train (12·L·d·T without the mask). Layers L and width
  /// d are estimated from the parameters by N = 12·L·d² and the usual width-to-depth ratio r = d/L, so that
  /// L·d = r·(N/(12·r²))^(2/3): for 70e9 parameters 0.65 million, where Llama 3 70B has 80 · 8192 = 0.66 million.
  ///
  /// - Parameters:
  ///   - activeParameters: N, parameters that work on each token.
  ///   - tokens: Tokens trained on.
  ///   - context: T, tokens per sequence.
  ///   - reference: The context whose attention the efficiency already bears.
  ///   - widthToDepth: r.
  /// - Returns: The difference in FLOP; none for shorter contexts: less than 6·N·D no model takes.
  package static func attentionBeyond(
    activeParameters: Expression<Parameters>, tokens: Expression<Tokens>, context: Expression<SequenceLength>,
    reference: Expression<SequenceLength>, widthToDepth: Expression<Ratio>
  ) -> Expression<Operations> {
    let layers = layers(activeParameters: activeParameters, widthToDepth: widthToDepth)
    let layersTimesWidth = (widthToDepth * layers * layers)
      .named("layers × width, estimated")
    let perToken = Expression<Per<Per<Operations, SequenceLength>, Tokens>>(constant: 6) * layersTimesWidth
    return (perToken * tokens * .larger(context - reference, context * 0)).named(
      "attention FLOP beyond the reference context",
      note: "6·L·d·T a token with the causal mask, beyond the context the MFU stands for",
      sources: [flashAttention])
  }
}
