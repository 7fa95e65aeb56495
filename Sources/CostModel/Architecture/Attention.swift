/// Which earlier tokens a token attends to; always causal.
package enum Reach: Sendable, Hashable {
  /// All of them.
  case full
  /// The last so many, itself included.
  case window(Int)
  /// Those in its own chunk of so many.
  case chunk(Int)

  /// How many tokens a token attends to, on average over a sequence.
  ///
  /// Full attention: (S + 1)/2. A window w: its first w tokens see 1, 2, …, w, the others w. A chunk: (w + 1)/2.
  package func meanPositions(context: Double) -> Double {
    switch self {
    case .full: (context + 1) / 2
    case .window(let size):
      size >= 1 && context > Double(size)
        ? (Double(size) * (Double(size) + 1) / 2 + (context - Double(size)) * Double(size)) / context
        : (context + 1) / 2
    case .chunk(let size): (min(context, max(Double(size), 1)) + 1) / 2
    }
  }

  /// How many tokens of a sequence stay in the cache.
  package func cachedPositions(context: Double) -> Double {
    switch self {
    case .full: context
    case .window(let size), .chunk(let size): min(context, max(Double(size), 0))
    }
  }
}

/// Multi-head, grouped-query or multi-query attention: as many key-value heads as query heads, fewer, or one.
package struct Attention: Sendable, Equatable {
  /// Norms of queries and keys.
  package enum QueryKeyNorm: Sendable, Equatable {
    /// None.
    case none
    /// One norm of the head size for all query heads and one for all key heads.
    case shared(Normalization)
    /// One norm over all dimensions of the queries and one over those of the keys.
    case whole(Normalization)
  }

  /// Query heads.
  package var queryHeads: Int
  /// Key-value heads.
  package var keyValueHeads: Int
  /// Dimensions of a query and a key head.
  package var headSize: Int
  /// Dimensions of a value head.
  package var valueHeadSize: Int
  /// The tokens it sees.
  package var reach: Reach
  /// Whether queries, keys and values have biases.
  package var hasInputBias = false
  /// Whether the output projection has a bias.
  package var hasOutputBias = false
  /// Norms of queries and keys.
  package var queryKeyNorm = QueryKeyNorm.none
  /// Dimensions of a gate on the output, computed from the input; 0 for none.
  package var gateSize = 0
  /// Whether the gate has a bias where the queries have one.
  package var hasGateBias = true
  /// Whether the values are the keys, so that one projection makes both.
  package var valuesAreKeys = false
  /// Whether keys and values come from an earlier layer: neither projected nor cached here.
  package var reusesKeyValues = false
  /// Picks the tokens to attend to, where attention is sparse.
  package var scorer: LatentAttention.Indexer?
  /// Further learned numbers, such as one attention sink for each head.
  package var additionalParameters = 0

  /// Attention with heads of one size.
  package init(queryHeads: Int, keyValueHeads: Int, headSize: Int, reach: Reach = .full) {
    self.queryHeads = queryHeads
    self.keyValueHeads = keyValueHeads
    self.headSize = headSize
    valueHeadSize = headSize
    self.reach = reach
  }

  private var queries: Double { Double(queryHeads) * Double(headSize) }
  private var keys: Double { reusesKeyValues ? 0 : Double(keyValueHeads) * Double(headSize) }
  private var values: Double {
    valuesAreKeys || reusesKeyValues ? 0 : Double(keyValueHeads) * Double(valueHeadSize)
  }
  private var outputs: Double { Double(queryHeads) * Double(valueHeadSize) }

  func weights(hidden: Double) -> Weights {
    var weights = Weights(
      matrices: hidden * (queries + keys + values + Double(gateSize)) + outputs * hidden,
      vectors: Double(additionalParameters))
    if let scorer {
      let size = Double(scorer.headSize)
      weights.matrices += hidden * Double(scorer.heads) * size + hidden * size
      weights.vectors += 2 * size
    }
    if hasInputBias { weights.vectors += queries + keys + values + (hasGateBias ? Double(gateSize) : 0) }
    if hasOutputBias { weights.vectors += hidden }
    switch queryKeyNorm {
    case .none: break
    case .shared(let norm):
      weights.vectors += (reusesKeyValues ? 1 : 2) * Double(headSize) * norm.parametersPerDimension
    case .whole(let norm): weights.vectors += (queries + keys) * norm.parametersPerDimension
    }
    return weights
  }

  /// FLOP of scores and weighted values for one token and one position it attends to: 2·q·(d_k + d_v).
  var operationsPerPosition: Double { 2 * Double(queryHeads) * (Double(headSize) + Double(valueHeadSize)) }

  /// What it attends to: which earlier tokens, with the FLOP for each of them.
  var spans: [(reach: Reach, operationsPerPosition: Double)] {
    guard let scorer else { return [(reach, operationsPerPosition)] }
    return [(.window(scorer.selected), operationsPerPosition), (reach, scorer.operationsPerPosition)]
  }

  /// Keys and values kept for one token, with the scorer's key.
  var cacheElements: Double {
    let scores = scorer.map { Double($0.headSize) } ?? 0
    return reusesKeyValues ? 0 : Double(keyValueHeads) * (Double(headSize) + Double(valueHeadSize)) + scores
  }
}

/// Multi-head latent attention: keys and values are rebuilt from one small vector for each token (DeepSeek-V2).
package struct LatentAttention: Sendable, Equatable {
  /// A light-weight scorer that picks the tokens to attend to (DeepSeek-V3.2).
  package struct Indexer: Sendable, Equatable {
    /// Heads of the scorer.
    package var heads: Int
    /// Dimensions of one.
    package var headSize: Int
    /// Tokens that it picks.
    package var selected: Int

    /// FLOP of scoring one position for one token.
    var operationsPerPosition: Double { 2 * Double(heads) * Double(headSize) }
  }

  /// Query heads; each has its own keys and values.
  package var heads: Int
  /// Dimensions of the compressed queries; nil where queries are projected at once.
  package var queryRank: Int?
  /// Dimensions of the compressed keys and values.
  package var keyValueRank: Int
  /// Dimensions of a head without positions.
  package var plainHeadSize: Int
  /// Dimensions of a head with rotary positions; their keys are shared by all heads.
  package var rotaryHeadSize: Int
  /// Dimensions of a value head.
  package var valueHeadSize: Int
  /// Whether the projections to the compressed vectors and the output have biases.
  package var hasBias = false
  /// The scorer, where attention is sparse.
  package var indexer: Indexer?
  /// Dimensions of a gate on the output, computed from the input; 0 for none.
  package var gateSize = 0
  /// The tokens it sees.
  package var reach = Reach.full

  private var keySize: Double { Double(plainHeadSize) + Double(rotaryHeadSize) }

  func weights(hidden: Double) -> Weights {
    let heads = Double(self.heads)
    let rank = Double(keyValueRank)
    var weights = Weights()
    if let queryRank {
      weights.matrices += hidden * Double(queryRank) + Double(queryRank) * heads * keySize
      weights.vectors += Double(queryRank) + (hasBias ? Double(queryRank) : 0)
    } else {
      weights.matrices += hidden * heads * keySize
    }
    weights.matrices += hidden * (rank + Double(rotaryHeadSize))
    weights.vectors += rank + (hasBias ? rank + Double(rotaryHeadSize) + hidden : 0)
    weights.matrices += rank * heads * (Double(plainHeadSize) + Double(valueHeadSize))
    weights.matrices += heads * Double(valueHeadSize) * hidden + hidden * Double(gateSize)
    if let indexer {
      let size = Double(indexer.headSize)
      weights.matrices += (queryRank.map(Double.init) ?? hidden) * Double(indexer.heads) * size
      weights.matrices += hidden * size + hidden * Double(indexer.heads)
      weights.vectors += 2 * size
    }
    return weights
  }

  /// FLOP of scores and weighted values for one token and one position it attends to, keys and values rebuilt.
  var operationsPerPosition: Double { 2 * Double(heads) * (keySize + Double(valueHeadSize)) }

  /// FLOP at a context as trained, keys and values rebuilt for each head.
  func operations(context: Double) -> Double {
    let perPosition = operationsPerPosition
    guard let indexer else { return perPosition * reach.meanPositions(context: context) }
    let scoring = indexer.operationsPerPosition
    return perPosition * Reach.window(indexer.selected).meanPositions(context: context)
      + scoring * reach.meanPositions(context: context)
  }

  /// The latent vector and the shared rotary key of one token, with the scorer's key where there is one.
  var cacheElements: Double {
    Double(keyValueRank) + Double(rotaryHeadSize) + (indexer.map { Double($0.headSize) } ?? 0)
  }
}
