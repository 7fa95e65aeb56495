/// A named part of a model's parameters.
package enum ModelPart: String, CaseIterable, Sendable {
  /// A vector for each token.
  case tokenEmbedding
  /// A vector for each position.
  case positionEmbedding
  /// Queries, keys, values and outputs, with their biases and norms.
  case attention
  /// State-space models, linear attention and convolutions.
  case recurrence
  /// Networks that every token passes, in layers without experts.
  case feedForward
  /// Experts that work on every token.
  case sharedExperts
  /// Experts that a router chooses from.
  case routedExperts
  /// The routers.
  case routers
  /// Norms over the hidden size.
  case norms
  /// The output matrix, where it is not the token embedding.
  case outputHead
  /// What reads images, video and sound.
  case encoders

  /// As people read it.
  package var name: String {
    switch self {
    case .tokenEmbedding: "token embedding"
    case .positionEmbedding: "position embedding"
    case .attention: "attention"
    case .recurrence: "state space, linear attention"
    case .feedForward: "feed-forward"
    case .sharedExperts: "shared experts"
    case .routedExperts: "routed experts"
    case .routers: "routers"
    case .norms: "norms"
    case .outputHead: "output head"
    case .encoders: "vision and audio encoders"
    }
  }
}

/// The parameters of a model by part; they add up to the total.
package struct ParameterCount: Sendable, Hashable {
  private var counts: [Double]
  /// Parameters that work on one token: all of the language model but the experts not chosen.
  package private(set) var active: Quantity<Parameters>

  /// The parameters of one part.
  package subscript(part: ModelPart) -> Quantity<Parameters> { Quantity(counts[Self.index(part)]) }

  /// All parameters.
  package var total: Quantity<Parameters> { Quantity(counts.reduce(0, +)) }
  /// The parameters of the language model: all without the encoders.
  package var text: Quantity<Parameters> { total - self[.encoders] }
  /// Token and position embeddings.
  package var embedding: Quantity<Parameters> { self[.tokenEmbedding] + self[.positionEmbedding] }

  private static func index(_ part: ModelPart) -> Int { ModelPart.allCases.firstIndex(of: part) ?? 0 }

  init(_ architecture: Architecture) {
    var counts = [Double](repeating: 0, count: ModelPart.allCases.count)
    var inactive = 0.0
    func add(_ count: Double, to part: ModelPart) { counts[Self.index(part)] += count }
    let hidden = Double(architecture.hiddenSize)
    let embedding = architecture.embedding
    let table = Double(embedding.vocabularySize) * Double(embedding.width)
    add(table + architecture.inputProjection, to: .tokenEmbedding)
    add(embedding.lookupParameters, to: .tokenEmbedding)
    inactive += embedding.lookupParameters
    if let perLayer = embedding.perLayer {
      add(Double(perLayer.vocabularySize) * Double(perLayer.width), to: .tokenEmbedding)
      add(architecture.perLayerProjection, to: .feedForward)
    }
    add(Double(embedding.positions) * hidden, to: .positionEmbedding)
    if !embedding.isTied { add(table, to: .outputHead) }
    add(architecture.inputProjection, to: .outputHead)
    if embedding.hasHeadBias { add(Double(embedding.vocabularySize), to: .outputHead) }
    add(Double(architecture.outerNormParameters), to: .norms)
    add(architecture.outerMatrices, to: .feedForward)
    for layer in architecture.layers where !layer.reusesWeights {
      add(Double(layer.normParameters), to: .norms)
      add(Double(layer.additionalMatrices), to: .feedForward)
      for mixer in layer.mixers {
        if case .recurrence = mixer {
          add(mixer.weights(hidden: hidden).count, to: .recurrence)
        } else {
          add(mixer.weights(hidden: hidden).count, to: .attention)
        }
      }
      for feedForward in layer.feedForwards {
        switch feedForward {
        case .dense(let network): add(network.weights(hidden: hidden).count, to: .feedForward)
        case .experts(let mixture):
          let routed = mixture.routed(hidden: hidden).count
          add(routed, to: .routedExperts)
          add(mixture.router(hidden: hidden).count, to: .routers)
          add(mixture.sharedWeights(hidden: hidden).count, to: .sharedExperts)
          inactive += mixture.expertWeights(hidden: hidden).count * mixture.inactive
        }
      }
    }
    for encoder in architecture.encoders { add(encoder.parameters ?? 0, to: .encoders) }
    self.counts = counts
    active = .zero
    active = Quantity(text.value - inactive)
  }
}

extension Architecture {
  /// The parameters by part.
  package var parameterCount: ParameterCount { ParameterCount(self) }

  /// Parameters of the matrix between embeddings of another width and the residual stream.
  var inputProjection: Double {
    embedding.width == hiddenSize ? 0 : Double(embedding.width) * Double(hiddenSize)
  }

  /// Parameters of the matrix that projects token embeddings for all layers at once.
  var perLayerProjection: Double { embedding.perLayer.map { Double($0.width) * Double(hiddenSize) } ?? 0 }

  /// The parameters of the layers that predict further ahead, each with a projection of two hidden vectors and three
  /// norms; embedding and head are those of the model.
  package var predictionParameters: Quantity<Parameters> {
    let hidden = Double(hiddenSize)
    return Quantity(
      predictionLayers.reduce(0.0) { $0 + $1.weights(hidden: hidden).count + 2 * hidden * hidden + 3 * hidden })
  }
}

extension Layer {
  func weights(hidden: Double) -> Weights {
    var weights = Weights(matrices: Double(additionalMatrices), vectors: Double(normParameters))
    for mixer in mixers { weights = weights + mixer.weights(hidden: hidden) }
    for feedForward in feedForwards {
      switch feedForward {
      case .dense(let network): weights = weights + network.weights(hidden: hidden)
      case .experts(let mixture):
        weights =
          weights + mixture.routed(hidden: hidden) + mixture.router(hidden: hidden)
          + mixture.sharedWeights(hidden: hidden)
      }
    }
    return weights
  }
}
