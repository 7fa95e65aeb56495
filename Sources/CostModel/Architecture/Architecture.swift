/// A decoder-only transformer, or a hybrid of one, by the sizes that decide its parameters, FLOP and memory.
package struct Architecture: Sendable, Equatable {
  /// What its configuration calls the family, as `llama`.
  package var family: String
  /// Width of the residual stream.
  package var hiddenSize: Int
  /// The layers from input to output.
  package var layers: [Layer]
  /// Token and position embeddings, and the output head.
  package var embedding: Embedding
  /// Parameters of norms outside of layers.
  package var outerNormParameters: Int
  /// Parameters of matrices outside of layers that multiply every token.
  package var outerMatrices = 0.0
  /// Layers that predict tokens further ahead; stored beside the model and not counted in its parameters.
  package var predictionLayers: [Layer] = []
  /// What reads images, video and sound, with its projector.
  package var encoders: [Encoder] = []
  /// The longest sequence it takes; nil where the configuration has none.
  package var longestSequence: Int?
  /// The formats that its checkpoint keeps weights in; nil where the configuration says nothing of them.
  package var checkpoint: StoredWeights?
}

extension Architecture {
  /// Whether a router chooses experts in some layer.
  package var hasExperts: Bool {
    layers.contains { layer in
      layer.feedForwards.contains { if case .experts = $0 { true } else { false } }
    }
  }
}

/// What mixes the tokens of a sequence.
package enum Mixer: Sendable, Equatable {
  /// Multi-head, grouped-query or multi-query attention.
  case attention(Attention)
  /// Multi-head latent attention.
  case latent(LatentAttention)
  /// Attention to a window and to compressed earlier tokens.
  case compressed(CompressedAttention)
  /// A state-space model or linear attention.
  case recurrence(Recurrence)

  func weights(hidden: Double) -> Weights {
    switch self {
    case .attention(let attention): attention.weights(hidden: hidden)
    case .latent(let attention): attention.weights(hidden: hidden)
    case .compressed(let attention): attention.weights(hidden: hidden)
    case .recurrence(let recurrence): recurrence.weights(hidden: hidden)
    }
  }
}

/// One layer. Its parts stand in lists: a layer may lack one, or have two side by side.
package struct Layer: Sendable, Equatable {
  /// What mixes tokens.
  package var mixers: [Mixer]
  /// What works on each token alone.
  package var feedForwards: [FeedForward]
  /// Parameters of its norms over the hidden size, and of other vectors.
  package var normParameters: Int
  /// Parameters of further matrices that multiply every token.
  package var additionalMatrices = 0
  /// Whether the weights are those of an earlier layer, which tokens pass once more.
  package var reusesWeights = false
}

/// Tables of vectors at the input, and the matrix at the output.
package struct Embedding: Sendable, Equatable {
  /// Tokens in the vocabulary.
  package var vocabularySize: Int
  /// Width of a token's vector; projected where it differs from the hidden size.
  package var width: Int
  /// Learned positions; 0 where positions are computed.
  package var positions = 0
  /// Whether the output head is the token embedding.
  package var isTied: Bool
  /// Whether the output head has a bias.
  package var hasHeadBias = false
  /// A second table that feeds every layer.
  package var perLayer: PerLayer?
  /// Parameters of further tables that tokens are looked up in, as for n-grams; few of them work on a token.
  package var lookupParameters = 0.0

  /// A table with a vector for each token and layer, beside a projection of the token embedding to the same width.
  package struct PerLayer: Sendable, Equatable {
    /// Tokens it knows.
    package var vocabularySize: Int
    /// Width over all layers.
    package var width: Int
  }
}

/// A part of a multimodal model that is not the language model.
package struct Encoder: Sendable, Equatable {
  /// What it reads, as `vision`.
  package var name: String
  /// All its parameters, those of its projector included; nil where they are not known.
  package var parameters: Double?
}
