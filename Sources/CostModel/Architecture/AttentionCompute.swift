extension Architecture {
  /// Attention of the layers that see the same tokens.
  struct AttentionGroup: Hashable {
    /// Which earlier tokens a token sees.
    var reach: Reach
    /// FLOP of a forward pass for one token and one position it sees.
    var operationsPerPosition: Double
  }

  /// The FLOP of attention by what the layers see: what is left to multiply are positions.
  var attentionGroups: [AttentionGroup] {
    var groups: [AttentionGroup] = []
    func add(_ reach: Reach, _ operations: Double) {
      if let place = groups.firstIndex(where: { $0.reach == reach }) {
        groups[place].operationsPerPosition += operations
      } else {
        groups.append(AttentionGroup(reach: reach, operationsPerPosition: operations))
      }
    }
    for mixer in layers.lazy.flatMap(\.mixers) {
      switch mixer {
      case .attention(let attention):
        for span in attention.spans { add(span.reach, span.operationsPerPosition) }
      case .latent(let attention):
        guard let indexer = attention.indexer else {
          add(attention.reach, attention.operationsPerPosition)
          continue
        }
        add(.window(indexer.selected), attention.operationsPerPosition)
        add(attention.reach, indexer.operationsPerPosition)
      case .compressed(let attention):
        for span in attention.spans { add(span.reach, span.operationsPerPosition) }
      case .recurrence: continue
      }
    }
    return groups
  }
}

extension Reach {
  /// ``meanPositions(context:)`` as a formula: for a window w and m = min(T, w) it is m − m·(m − 1)/2T.
  func positions(_ context: Expression<SequenceLength>) -> Expression<SequenceLength> {
    let one = Expression<SequenceLength>(constant: 1)
    let half = Expression<Ratio>(constant: 0.5)
    switch self {
    case .full: return (context + one) * half
    case .window(let size):
      guard size >= 1 else { return (context + one) * half }
      let seen = Expression<SequenceLength>.smaller(context, Expression(constant: Double(size)))
      return seen - seen * ((seen - one) / (context * 2))
    case .chunk(let size):
      let seen = Expression<SequenceLength>.smaller(context, Expression(constant: max(Double(size), 1)))
      return (seen + one) * half
    }
  }
}

extension TrainingCompute {
  /// FLOP of attention in one forward pass over tokens in sequences of some length: Σ 2·q·(d_k + d_v)·c over layers, c
  /// the mean number of positions that mask and window leave.
  static func attention(
    _ architecture: Architecture, _ tokens: Expression<Tokens>, _ context: Expression<SequenceLength>
  ) -> Expression<Operations> {
    .sum(
      architecture.attentionGroups.map { group in
        Expression<Per<Per<Operations, SequenceLength>, Tokens>>(constant: group.operationsPerPosition) * tokens
          * group.reach.positions(context)
      })
  }

  /// The attention FLOP of training beyond those at the context an efficiency stands for, by the architecture; none for
  /// shorter contexts, whose attention is a small part of what 6·N·D leaves out.
  static func attentionBeyond(
    _ architecture: Architecture, tokens: Expression<Tokens>, context: Expression<SequenceLength>,
    reference: Expression<SequenceLength>
  ) -> Expression<Operations> {
    let passes = Expression<Ratio>(constant: 3)
    let long = attention(architecture, tokens, context).named("attention FLOP of a forward pass")
    let short = attention(architecture, tokens, reference).named(
      "attention FLOP of a forward pass at the reference context")
    return (.larger(long - short, long * 0) * passes).named(
      "attention FLOP beyond the reference context",
      note: "exact, by the heads, masks and windows of each layer; three times the forward pass")
  }
}
