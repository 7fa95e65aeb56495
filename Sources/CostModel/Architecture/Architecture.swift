/// A decoder-only transformer, or a hybrid of one, by the sizes that decide its parameters, FLOP and memory.
public struct Architecture: Sendable, Equatable {
  /// What its configuration calls the family, as `llama`.
  public var family: String
  /// Width of the residual stream.
  public var hiddenSize: Int
  /// The layers from input to output.
  public var layers: [Layer]
  /// Token and position embeddings, and the output head.
  public var embedding: Embedding
  /// Parameters of norms outside of layers.
  public var outerNormParameters: Int
  /// Parameters of matrices outside of layers that multiply every token.
  public var outerMatrices = 0.0
  /// Layers that predict tokens further ahead; stored beside the model and not counted in its parameters.
  public var predictionLayers: [Layer] = []
  /// What reads images, video and sound, with its projector.
  public var encoders: [Encoder] = []
  /// The longest sequence it takes; nil where the configuration has none.
  public var longestSequence: Int?

  /// An architecture.
  public init(
    family: String, hiddenSize: Int, layers: [Layer], embedding: Embedding, outerNormParameters: Int
  ) {
    self.family = family
    self.hiddenSize = hiddenSize
    self.layers = layers
    self.embedding = embedding
    self.outerNormParameters = outerNormParameters
  }
}

extension Architecture {
  /// Whether a router chooses experts in some layer.
  public var hasExperts: Bool {
    layers.contains { layer in
      layer.feedForwards.contains { if case .experts = $0 { true } else { false } }
    }
  }
}

/// What mixes the tokens of a sequence.
public enum Mixer: Sendable, Equatable {
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
public struct Layer: Sendable, Equatable {
  /// What mixes tokens.
  public var mixers: [Mixer]
  /// What works on each token alone.
  public var feedForwards: [FeedForward]
  /// Parameters of its norms over the hidden size, and of other vectors.
  public var normParameters: Int
  /// Parameters of further matrices that multiply every token.
  public var additionalMatrices = 0
  /// Whether the weights are those of an earlier layer, which tokens pass once more.
  public var reusesWeights = false

  /// A layer.
  public init(mixers: [Mixer], feedForwards: [FeedForward], normParameters: Int) {
    self.mixers = mixers
    self.feedForwards = feedForwards
    self.normParameters = normParameters
  }
}

/// Tables of vectors at the input, and the matrix at the output.
public struct Embedding: Sendable, Equatable {
  /// Tokens in the vocabulary.
  public var vocabularySize: Int
  /// Width of a token's vector; projected where it differs from the hidden size.
  public var width: Int
  /// Learned positions; 0 where positions are computed.
  public var positions: Int
  /// Whether the output head is the token embedding.
  public var isTied: Bool
  /// Whether the output head has a bias.
  public var hasHeadBias: Bool
  /// A second table that feeds every layer.
  public var perLayer: PerLayer?
  /// Parameters of further tables that tokens are looked up in, as for n-grams; few of them work on a token.
  public var lookupParameters = 0.0

  /// A table with a vector for each token and layer, beside a projection of the token embedding to the same width.
  public struct PerLayer: Sendable, Equatable {
    /// Tokens it knows.
    public var vocabularySize: Int
    /// Width over all layers.
    public var width: Int

    /// A table.
    public init(vocabularySize: Int, width: Int) {
      self.vocabularySize = vocabularySize
      self.width = width
    }
  }

  /// Embeddings.
  public init(vocabularySize: Int, width: Int, positions: Int = 0, isTied: Bool, hasHeadBias: Bool = false) {
    self.vocabularySize = vocabularySize
    self.width = width
    self.positions = positions
    self.isTied = isTied
    self.hasHeadBias = hasHeadBias
  }
}

/// A part of a multimodal model that is not the language model.
public struct Encoder: Sendable, Equatable {
  /// What it reads, as `vision`.
  public var name: String
  /// All its parameters, those of its projector included; nil where they are not known.
  public var parameters: Double?

  /// An encoder.
  public init(name: String, parameters: Double?) {
    self.name = name
    self.parameters = parameters
  }
}
