/// What memory depends on in a model: sizes summed over layers, and the largest layer.
package struct MemoryProfile: Sendable, Hashable {
  /// All parameters.
  package var parameters: Double
  /// Parameters of experts that a router chooses from.
  package var routedExperts: Double
  /// Token and position embeddings.
  package var embedding: Double
  /// The output matrix; 0 where it is the token embedding.
  package var outputHead: Double
  /// Tokens of the vocabulary.
  package var vocabulary: Double
  /// Width of the residual stream.
  package var hidden: Double
  /// Layers.
  package var layers: Int
  /// Attention heads that tensor parallelism may split; nil where unknown.
  package var heads: Int?
  /// Experts of a layer; 1 without.
  package var experts: Int
  /// Bytes in 16 bits that the backward pass needs of each token, all layers: inputs of matrices, gates, keys, values.
  package var keptPerToken: Double
  /// The same of the largest layer.
  package var largestKept: Double
  /// Bytes of attention scores for each token and position, all layers, where they are kept.
  package var scoresPerPosition: Double
  /// The same of the largest layer.
  package var largestScores: Double
  /// Parameters of the largest layer, without routed experts.
  package var largestLayer: Double
  /// Routed experts of the largest layer.
  package var largestExperts: Double
  /// Parameters of the largest matrix of a layer.
  package var largestMatrix: Double
  /// Inputs and outputs of the matrices of attention, beside which adapters sit, all layers.
  package var attentionSides: Double
  /// The same of feed-forward networks; routed experts get no adapters.
  package var feedForwardSides: Double
  /// The parameters by part; nil where they were estimated from a size.
  var count: ParameterCount?
  /// Whether it was estimated from a size: layers spread over any number of stages, and need be no whole number.
  var isEstimated = false
  /// Layers alike in a row, from the first to the last.
  var runs: [LayerRun] = []
  /// Bytes of a token that recomputing some modules need not keep, all layers; those of ``keptPerToken``.
  var keptByModule: [Recompute.Modules: Double] = [:]
  /// What generation keeps.
  var caches: [Cache]
  /// Numbers that recurrent layers keep of a sequence.
  var stateElements: Double

  /// What a layer takes before anything divides it.
  struct LayerLoad: Hashable, Sendable {
    /// Parameters outside of routed experts.
    var dense = 0.0
    /// Parameters of routed experts.
    var experts = 0.0
    /// Bytes that the backward pass needs of a token.
    var kept = 0.0
    /// Bytes of attention scores for each token and position, where they are kept.
    var scores = 0.0

    static func + (left: Self, right: Self) -> Self {
      Self(
        dense: left.dense + right.dense, experts: left.experts + right.experts, kept: left.kept + right.kept,
        scores: left.scores + right.scores)
    }

    static func * (load: Self, factor: Double) -> Self {
      Self(
        dense: load.dense * factor, experts: load.experts * factor, kept: load.kept * factor,
        scores: load.scores * factor)
    }
  }

  /// Layers alike in a row.
  struct LayerRun: Hashable, Sendable {
    var count: Int
    var load: LayerLoad
  }

  /// The sum over some layers.
  func load(of layers: Range<Int>) -> LayerLoad {
    var (sum, start) = (LayerLoad(), 0)
    for run in runs {
      let overlap = Swift.min(layers.upperBound, start + run.count) - Swift.max(layers.lowerBound, start)
      if overlap > 0 { sum = sum + run.load * Double(overlap) }
      start += run.count
    }
    return sum
  }

  /// Parameters of norms, projections and encoders outside of layers, beside embeddings and output head.
  var outerParameters: Double {
    let layers = load(of: 0..<layers)
    guard !isEstimated else { return 0 }
    return Swift.max(0, parameters - layers.dense - layers.experts - embedding - outputHead)
  }

  /// Bytes of a parameter of weights as they are stored.
  struct BytesPerParameter: Sendable {
    /// What is neither an expert nor an embedding, on average.
    var layers: Double
    /// Embeddings and output head.
    var embedding: Double
    /// Experts that a router chooses from.
    var experts: Double
  }

  /// Bytes of a parameter in some formats; where only the size is known, all are in the main one.
  func bytesPerParameter(of weights: StoredWeights) -> BytesPerParameter {
    let main = weights.main.bytes
    guard let count else { return BytesPerParameter(layers: main, embedding: main, experts: main) }
    let tables = StoredPrecision.bf16.bytes
    let others = count.total.value - routedExperts - embedding - outputHead
    let bytes = weights.bytes(count).value - routedExperts * main - (embedding + outputHead) * tables
    return BytesPerParameter(layers: others > 0 ? bytes / others : main, embedding: tables, experts: main)
  }

  /// The caches of layers that see the same tokens and have as many key-value heads.
  struct Cache: Hashable, Sendable {
    var reach: Reach
    /// Key-value heads, over which tensor parallelism splits the cache; 1 for a latent vector.
    var heads: Int
    /// Numbers kept of each token.
    var elements: Double
  }

  /// Bytes of the cache of one sequence on an accelerator of a tensor-parallel group.
  func cacheBytes(context: Double, bytesPerElement: Double, tensor: Int) -> Double {
    let tokens = caches.reduce(0) { sum, cache in
      sum + cache.elements * cache.reach.cachedPositions(context: context) / Double(Swift.min(tensor, cache.heads))
    }
    return (tokens + stateElements / Double(tensor)) * bytesPerElement
  }
}

extension Int {
  /// A number as a count of at least one; nothing traps.
  static func whole(_ value: Double, atMost limit: Int) -> Int {
    guard value >= 1 else { return 1 }
    return value < Double(limit) ? Int(value) : limit
  }
}

extension MemoryProfile {
  /// The profile of a known architecture.
  ///
  /// Kept of each token and layer, two bytes each: the inputs of both norms, of the projections, of each matrix of the
  /// feed-forward network; queries, keys and values; the result of attention; gate, value and product of a gated
  /// network. For an ungated one of width 4·d that is 32·d bytes; with two dropout masks it is the 34·d of Korthikanti
  /// et al. 2022. Scores not computed blockwise take 5 bytes for each head and position (softmax in and out, mask).
  package init(_ architecture: Architecture) {
    let count = architecture.parameterCount
    let width = Double(architecture.hiddenSize)
    var profile = MemoryProfile(
      parameters: count.total.value, routedExperts: count[.routedExperts].value, embedding: count.embedding.value,
      outputHead: count[.outputHead].value, vocabulary: Double(architecture.embedding.vocabularySize), hidden: width,
      layers: architecture.layers.count)
    for layer in architecture.layers { profile.add(layer) }
    profile.count = count
    self = profile
  }

  /// No layer yet.
  private init(
    parameters: Double, routedExperts: Double, embedding: Double, outputHead: Double, vocabulary: Double,
    hidden: Double, layers: Int
  ) {
    self.parameters = parameters
    self.routedExperts = routedExperts
    self.embedding = embedding
    self.outputHead = outputHead
    self.vocabulary = vocabulary
    self.hidden = hidden
    self.layers = layers
    experts = 1
    (keptPerToken, largestKept, scoresPerPosition, largestScores) = (0, 0, 0, 0)
    (largestLayer, largestExperts, largestMatrix) = (0, 0, 0)
    (attentionSides, feedForwardSides) = (0, 0)
    caches = []
    stateElements = 0
  }

  private mutating func add(_ layer: Layer) {
    var (kept, scores, size, routed) = (4 * hidden, 0.0, Double(layer.normParameters + layer.additionalMatrices), 0.0)
    for mixer in layer.mixers {
      size += mixer.weights(hidden: hidden).count
      kept += 2 * hidden
      switch mixer {
      case .attention(let attention):
        let queries = Double(attention.queryHeads) * Double(attention.headSize)
        let values = Double(attention.queryHeads) * Double(attention.valueHeadSize)
        kept += 2 * (queries + attention.cacheElements + values)
        keptByModule[.coreAttention, default: 0] += 2 * values
        scores += 5 * Double(attention.queryHeads)
        attentionSides += 4 * hidden + queries + attention.cacheElements + values
        largestMatrix = Swift.max(largestMatrix, hidden * queries)
        heads = Swift.min(heads ?? .max, attention.queryHeads)
        add(attention.reach, attention.keyValueHeads, attention.cacheElements)
      case .latent(let attention):
        let keys = Double(attention.heads) * Double(attention.plainHeadSize + attention.rotaryHeadSize)
        let values = Double(attention.heads) * Double(attention.valueHeadSize)
        kept += 2 * (Double(attention.queryRank ?? 0) + attention.cacheElements + 2 * keys + 2 * values)
        keptByModule[.latentUpProjection, default: 0] += 2 * (2 * keys + values)
        scores += 5 * Double(attention.heads)
        let plain = Double(attention.heads) * Double(attention.plainHeadSize)
        let rank = Double(attention.keyValueRank)
        attentionSides += hidden + keys + 2 * Double(attention.queryRank ?? 0)
        attentionSides += hidden + rank + Double(attention.rotaryHeadSize) + rank + plain + values
        attentionSides += values + hidden
        largestMatrix = Swift.max(largestMatrix, hidden * values)
        heads = Swift.min(heads ?? .max, attention.heads)
        add(attention.reach, 1, attention.cacheElements)
      case .compressed(let attention):
        let queries = Double(attention.heads) * Double(attention.headSize)
        let groups = Double(attention.outputGroups) * Double(attention.outputRank)
        kept += 2 * (Double(attention.queryRank) + 2 * queries + Double(attention.headSize) + groups)
        scores += 5 * Double(attention.heads)
        attentionSides += 4 * hidden + 2 * Double(attention.queryRank) + 2 * queries + groups
        largestMatrix = Swift.max(largestMatrix, Double(attention.queryRank) * queries)
        heads = Swift.min(heads ?? .max, attention.heads)
        for part in attention.caches { add(part.reach, 1, part.elements) }
      case .recurrence(let recurrence):
        // Each matrix leaves as many numbers of a token as it has columns.
        kept += 2 * recurrence.weights(hidden: hidden).matrices / Swift.max(hidden, 1)
        stateElements += recurrence.stateElements(hidden: hidden)
      }
    }
    for feedForward in layer.feedForwards { add(feedForward, &kept, &size, &routed) }
    if layer.reusesWeights { (size, routed) = (0, 0) }
    add(LayerLoad(dense: size, experts: routed, kept: kept, scores: scores))
    keptByModule[.layerNorm, default: 0] += 2 * hidden * Double(layer.mixers.count + layer.feedForwards.count)
    keptPerToken += kept
    scoresPerPosition += scores
    largestKept = Swift.max(largestKept, kept)
    largestScores = Swift.max(largestScores, scores)
    largestLayer = Swift.max(largestLayer, size)
    largestExperts = Swift.max(largestExperts, routed)
  }

  /// Counts a layer with those before it that are alike.
  private mutating func add(_ load: LayerLoad) {
    if let last = runs.indices.last, runs[last].load == load {
      runs[last].count += 1
    } else {
      runs.append(LayerRun(count: 1, load: load))
    }
  }

  private mutating func add(
    _ feedForward: FeedForward, _ kept: inout Double, _ size: inout Double, _ routed: inout Double
  ) {
    switch feedForward {
    case .dense(let network):
      size += network.weights(hidden: hidden).count
      add(network, &kept)
    case .experts(let mixture):
      size += mixture.router(hidden: hidden).count + mixture.sharedWeights(hidden: hidden).count
      routed += mixture.routed(hidden: hidden).count
      experts = Swift.max(experts, mixture.count)
      if let shared = mixture.shared { add(shared, &kept) }
      let inner = Double(mixture.expert.isGated ? 3 : 2) * Double(mixture.expert.width)
      kept += Double(mixture.perToken) * 2 * (hidden + inner)
      keptByModule[.expertActivation, default: 0] += Double(mixture.perToken) * 2 * Double(mixture.expert.width)
      keptByModule[.experts, default: 0] += Double(mixture.perToken) * 2 * (hidden + inner)
      largestMatrix = Swift.max(largestMatrix, hidden * Double(mixture.expert.width))
    }
  }

  private mutating func add(_ network: Perceptron, _ kept: inout Double) {
    let matrices = Double(network.isGated ? 3 : 2)
    kept += 2 * (hidden + matrices * Double(network.width))
    keptByModule[.network, default: 0] += 2 * Double(network.width)
    feedForwardSides += matrices * (hidden + Double(network.width))
    largestMatrix = Swift.max(largestMatrix, hidden * Double(network.width))
  }

  private mutating func add(_ reach: Reach, _ heads: Int, _ elements: Double) {
    if let place = caches.firstIndex(where: { $0.reach == reach && $0.heads == heads }) {
      caches[place].elements += elements
    } else {
      caches.append(Cache(reach: reach, heads: Swift.max(heads, 1), elements: elements))
    }
  }

  /// The profile of a transformer of some size, estimated: N = 12·L·d² for the parameters active on a token, 34·d bytes
  /// kept of each token and layer, eight key-value heads of 128, a vocabulary of 128,256.
  ///
  /// - Parameters:
  ///   - parameters: All parameters.
  ///   - active: Parameters that work on a token; the others are taken to be routed experts.
  ///   - widthToDepth: Hidden width over layers.
  package init(parameters: Double, active: Double?, widthToDepth: Double) {
    let dense = Swift.max(active ?? parameters, 1)
    let shape = EstimatedShape(dense, widthToDepth: widthToDepth)
    let (depth, width, table) = (shape.depth, shape.width, shape.table)
    self.init(
      parameters: parameters, routedExperts: parameters - dense, embedding: table, outputHead: table,
      vocabulary: table / width, hidden: width, layers: Int.whole(depth.rounded(), atMost: 1_000_000))
    isEstimated = true
    let perLayer = (dense - 2 * table) / depth
    keptPerToken = 34 * width * depth
    largestKept = 34 * width
    scoresPerPosition = 5 * width / 128 * depth
    largestScores = 5 * width / 128
    largestLayer = perLayer
    largestExperts = routedExperts / depth
    runs = [
      LayerRun(
        count: 1,
        load: LayerLoad(dense: perLayer, experts: largestExperts, kept: largestKept, scores: largestScores) * depth)
    ]
    keptByModule = [.layerNorm: 4 * width * depth, .network: 7 * width * depth]
    largestMatrix = 3.5 * width * width
    attentionSides = (6 * width + 2048) * depth
    feedForwardSides = 13.5 * width * depth
    experts = active == nil ? 1 : Int.whole(8 * parameters / dense, atMost: 1024)
    add(.full, 8, 2 * 8 * 128 * depth)
  }
}

/// Depth, width and embedding of a transformer of some size: N = 12·L·d², with L and d in a usual ratio.
struct EstimatedShape: Sendable {
  /// Layers, not rounded: what depends on them grows smoothly with the size.
  let depth: Double
  /// Width.
  let width: Double
  /// Parameters of the embedding, and of the output head: small models have small vocabularies.
  let table: Double

  init(_ active: Double, widthToDepth: Double) {
    let ratio = Swift.max(widthToDepth, 1)
    depth = Swift.max(1, Elementary.power(active / (12 * ratio * ratio), 1.0 / 3))
    width = Swift.max(1, Elementary.power(active / (12 * depth), 0.5))
    table = Swift.min(128_256 * width, 0.15 * active)
  }
}
