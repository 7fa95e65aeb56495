/// The sizes of a model that decide the time of a training step, summed over its layers.
///
/// Letters are those of the formulas in `StepCounts`: a weights of attention, f of a dense network, e of one expert, h
/// of shared experts, H width, x experts a token, M expert width, F network width, q query heads, d head size.
package struct TransformerShape: Sendable, Hashable {
  /// Layers, those that predict further ahead aside.
  package var layers: Double
  /// H.
  package var hidden: Double
  /// Whether it was estimated from a size, so that layers need be no whole number.
  package private(set) var isEstimated = false
  /// Query heads, which tensor parallelism divides; nil where unknown.
  package var heads: Int?
  /// V.
  package var vocabulary: Double
  /// Whether the output head is the token embedding.
  package var isTied: Bool
  /// E, at most over the layers; 1 without experts.
  package var experts = 1
  /// x.
  package var expertsPerToken = 0
  /// N_m: layers with experts.
  package var mixtureLayers = 0.0
  /// Layers that predict tokens further ahead.
  package var predictionLayers = 0.0

  /// Σ a.
  var attentionMatrices = 0.0
  /// Σ f.
  var networkMatrices = 0.0
  /// Σ F.
  var networkWidth = 0.0
  /// Σ 8·F with a gate, 6·F without.
  var networkElements = 0.0
  /// Σ 6·(q·d_q + κ).
  var attentionElements = 0.0
  /// Σ κ, halved for latent attention: what context parallelism passes on.
  var exchangedKeyValues = 0.0
  /// Σ q.
  var queryHeads = 0.0
  /// Σ x·e.
  var activeExpertMatrices = 0.0
  /// Σ E·e.
  var expertMatrices = 0.0
  /// Σ h.
  var sharedMatrices = 0.0
  /// Σ H·E.
  var routerMatrices = 0.0
  /// Σ x·(2·H + 3·M).
  var expertElements = 0.0
  /// Σ 12·x·H + 8·x·M + 4·E.
  var mixtureElements = 0.0
  /// Σ 8·S_w, the width of shared experts.
  var sharedElements = 0.0
  /// Matrices of the prediction layers that work on a token.
  var predictionMatrices = 0.0
  /// FLOP of a forward pass for one token and position, by what layers see.
  var attention: [Architecture.AttentionGroup] = []
  /// State updates of recurrences, FLOP a token.
  var recurrenceOperations = 0.0

  /// The shape of a known architecture.
  package init(_ architecture: Architecture) {
    hidden = Double(architecture.hiddenSize)
    layers = Double(architecture.layers.count)
    vocabulary = Double(architecture.embedding.vocabularySize)
    isTied = architecture.embedding.isTied
    attention = architecture.attentionGroups
    for layer in architecture.layers { add(layer) }
    predictionLayers = Double(architecture.predictionLayers.count)
    for layer in architecture.predictionLayers {
      var alone = self
      alone.clear()
      alone.add(layer)
      predictionMatrices +=
        alone.attentionMatrices + alone.networkMatrices + alone.activeExpertMatrices + alone.sharedMatrices
        + 2 * hidden * hidden
    }
  }

  /// The shape of a transformer of some size, estimated: N = 12·L·H² for the parameters active on a token, a vocabulary
  /// of 128,256, heads of 128 with an eighth as many keys and values, a gated network of 3.5·H, and experts for the rest.
  ///
  /// - Parameters:
  ///   - parameters: All parameters.
  ///   - active: Parameters that work on a token; nil for all.
  ///   - widthToDepth: Width over layers.
  package init(parameters: Double, active: Double?, widthToDepth: Double) {
    let dense = Swift.max(active ?? parameters, 1)
    let shape = EstimatedShape(dense, widthToDepth: widthToDepth)
    let (depth, width, table) = (shape.depth, shape.width, shape.table)
    isEstimated = true
    hidden = width
    layers = depth
    vocabulary = table / width
    isTied = false
    heads = nil
    let perLayer = Swift.max(0, dense - 2 * table) / depth
    queryHeads = width / 128 * depth
    let keyValues = 2 * 8.0 * 128
    attentionMatrices = Swift.min(perLayer, 2 * width * width + width * keyValues) * depth
    attentionElements = 6 * (width + keyValues) * depth
    exchangedKeyValues = keyValues * depth
    attention = [Architecture.AttentionGroup(reach: .full, operationsPerPosition: 4 * width * depth)]
    let network = perLayer * depth - attentionMatrices
    guard let active, active < parameters else {
      networkMatrices = network
      networkWidth = network / (3 * width)
      networkElements = 8 * networkWidth
      return
    }
    // Eight of as many experts as the parameters not active make.
    mixtureLayers = depth
    expertsPerToken = 8
    experts = Int.whole(8 * parameters / dense, atMost: 1024)
    activeExpertMatrices = network
    expertMatrices = network + parameters - dense
    routerMatrices = width * Double(experts) * depth
    let inner = network / (3 * width)
    expertElements = 8 * 2 * width * depth + 3 * inner
    mixtureElements = (12 * 8 * width + 4 * Double(experts)) * depth + 8 * inner
  }

  /// The same model with fewer layers, all kinds in proportion.
  package func with(layers count: Double) -> TransformerShape {
    guard layers > 0, count > 0, count != layers else { return self }
    let share = count / layers
    var shape = self
    shape.layers = count
    for path in Self.sums { shape[keyPath: path] *= share }
    shape.attention = attention.map {
      Architecture.AttentionGroup(
        reach: $0.reach, operationsPerPosition: $0.operationsPerPosition * share)
    }
    return shape
  }

  private static let sums: [any WritableKeyPath<TransformerShape, Double> & Sendable] = [
    \.mixtureLayers, \.attentionMatrices, \.networkMatrices, \.networkWidth, \.networkElements, \.attentionElements,
    \.exchangedKeyValues, \.queryHeads, \.activeExpertMatrices, \.expertMatrices, \.sharedMatrices, \.routerMatrices,
    \.expertElements, \.mixtureElements, \.sharedElements, \.recurrenceOperations,
  ]

  private mutating func clear() {
    for path in Self.sums { self[keyPath: path] = 0 }
  }

  /// Whether a router chooses experts in some layer.
  package var hasExperts: Bool { mixtureLayers > 0 }

  /// FLOP of scores and weighted values for one token in a forward pass, all layers.
  ///
  /// - Parameters:
  ///   - sequence: Tokens of a sequence.
  ///   - documents: Tokens of the documents packed into it; nil where it is one.
  /// - Returns: FLOP.
  func attentionOperations(sequence: Double, documents: Double?) -> Double {
    let total = attention.reduce(0.0) { sum, group in
      let positions =
        documents.map { Swift.min(sequence, $0) / 2 } ?? group.reach.averagePositions(sequence: sequence)
      return sum + group.operationsPerPosition * positions
    }
    return total + recurrenceOperations
  }
}

extension Reach {
  /// Positions that a token of a long sequence sees on average, without the half that its own position adds: s/2, or
  /// w − w²/2s for a window of w.
  fileprivate func averagePositions(sequence: Double) -> Double {
    switch self {
    case .full: sequence / 2
    case .window(let size):
      size >= 1 && Double(size) < sequence
        ? Double(size) - Double(size) * Double(size) / (2 * sequence) : sequence / 2
    case .chunk(let size): Swift.min(sequence, Swift.max(Double(size), 1)) / 2
    }
  }
}

extension TransformerShape {
  private mutating func add(_ layer: Layer) {
    networkMatrices += Double(layer.additionalMatrices)
    for mixer in layer.mixers { add(mixer) }
    for feedForward in layer.feedForwards {
      switch feedForward {
      case .dense(let network):
        networkMatrices += network.weights(hidden: hidden).matrices
        networkWidth += Double(network.width)
        networkElements += (network.isGated ? 8 : 6) * Double(network.width)
      case .experts(let mixture): add(mixture)
      }
    }
  }

  private mutating func add(_ mixer: Mixer) {
    attentionMatrices += mixer.weights(hidden: hidden).matrices
    switch mixer {
    case .attention(let heads):
      let keyValues = heads.cacheElements
      attentionElements += 6 * (Double(heads.queryHeads) * Double(heads.headSize) + keyValues)
      exchangedKeyValues += keyValues
      queryHeads += Double(heads.queryHeads)
      self.heads = Swift.min(self.heads ?? .max, heads.queryHeads)
    case .latent(let heads):
      let queries = Double(heads.heads) * Double(heads.plainHeadSize + heads.rotaryHeadSize)
      let keyValues = queries + Double(heads.heads) * Double(heads.valueHeadSize)
      attentionElements += 6 * (queries + keyValues)
      exchangedKeyValues += keyValues / 2
      queryHeads += Double(heads.heads)
      self.heads = Swift.min(self.heads ?? .max, heads.heads)
    case .compressed(let heads):
      let keyValues = heads.caches.reduce(0.0) { $0 + $1.elements }
      attentionElements += 6 * (Double(heads.heads) * Double(heads.headSize) + keyValues)
      exchangedKeyValues += keyValues
      queryHeads += Double(heads.heads)
      self.heads = Swift.min(self.heads ?? .max, heads.heads)
    case .recurrence(let recurrence):
      attentionElements += 6 * mixer.weights(hidden: hidden).matrices / Swift.max(hidden, 1)
      recurrenceOperations += recurrence.operations(hidden: hidden)
    }
  }

  private mutating func add(_ mixture: MixtureOfExperts) {
    let (count, chosen) = (Double(mixture.count), Double(mixture.perToken))
    let (one, width) = (mixture.expertWeights(hidden: hidden).matrices, Double(mixture.expert.width))
    mixtureLayers += 1
    experts = Swift.max(experts, mixture.count)
    expertsPerToken = Swift.max(expertsPerToken, mixture.perToken)
    activeExpertMatrices += chosen * one
    expertMatrices += count * one
    routerMatrices += hidden * count
    expertElements += chosen * (2 * hidden + 3 * width)
    mixtureElements += 12 * chosen * hidden + 8 * chosen * width + 4 * count
    guard let shared = mixture.shared else { return }
    sharedMatrices += shared.weights(hidden: hidden).matrices
    sharedElements += 8 * Double(shared.width)
  }
}
