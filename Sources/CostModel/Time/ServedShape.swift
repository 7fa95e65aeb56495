/// What the time of serving depends on in a model: sizes in bytes, FLOP of a token, caches by what attention sees.
struct ServedShape<Number: FormulaNumber>: Sendable {
  /// FLOP of a token in matrices of one format.
  struct Product: Sendable {
    var operations: Number
    var format: StoredPrecision
  }

  /// Attention of the layers that see the same tokens and split alike.
  struct AttentionGroup: Sendable {
    var reach: Reach
    /// How many accelerators can hold a part of its cache each, before they hold copies: key-value heads, 1 for a latent.
    var heads: Double
    /// Bytes that a token of context keeps in memory.
    var storedBytes: Number
    /// Bytes that a decoding step reads of a token of context.
    var readBytes: Number
    /// FLOP of a token written for each position it sees: latent attention works on the latent vectors then.
    var decodingOperations: Number
    /// FLOP of a prompt's token for each position it sees.
    var prefillOperations: Number
  }

  /// Layers.
  var layers: Number
  /// Layers with routed experts.
  var mixtureLayers: Number
  /// Width of the residual stream.
  var width: Number
  /// Bytes of all weights.
  var weights: Number
  /// Bytes of attention and recurrences, which a step reads whole.
  var attentionBytes: Number
  /// Bytes of what else a step reads whole: feed-forward networks, shared experts, output head.
  var commonBytes: Number
  /// Bytes of the routed experts.
  var expertBytes: Number
  /// The share of the routed experts that one token leaves idle.
  var idleShare: Double
  /// Routed experts that work on a token.
  var expertsPerToken: Double
  /// FLOP of a token in the matrices of the layers.
  var products: [Product]
  /// FLOP of a token in the output head.
  var headOperations: Number
  /// Attention.
  var attention: [AttentionGroup]
  /// Bytes of the states of recurrences of a sequence, read and written by each step.
  var stateBytes: Number
}

extension ServedShape {
  /// The shape of a known architecture.
  init(_ architecture: Architecture, weights stored: StoredWeights, cache: StoredPrecision) {
    let hidden = Double(architecture.hiddenSize)
    let count = architecture.parameterCount
    let head = Double(architecture.embedding.vocabularySize) * Double(architecture.embedding.width)
    var (attention, common, active, state) = (0.0, architecture.outerMatrices, 0.0, 0.0)
    var (mixtures, idle, perToken) = (0.0, 0.0, 0.0)
    for layer in architecture.layers {
      common += Double(layer.additionalMatrices)
      for mixer in layer.mixers {
        attention += mixer.weights(hidden: hidden).matrices
        if case .recurrence(let recurrence) = mixer { state += recurrence.stateElements(hidden: hidden) }
      }
      for feedForward in layer.feedForwards {
        switch feedForward {
        case .dense(let network): common += network.weights(hidden: hidden).matrices
        case .experts(let mixture):
          common += mixture.router(hidden: hidden).matrices + mixture.sharedWeights(hidden: hidden).matrices
          active += mixture.expertWeights(hidden: hidden).matrices * Double(mixture.perToken)
          mixtures += 1
          idle = mixture.inactive / Swift.max(1, Double(mixture.count))
          perToken = Double(mixture.perToken)
        }
      }
    }
    func number(_ value: Double) -> Number { Number(constant: value) }
    self.init(
      layers: number(Double(architecture.layers.count)).line("layers"),
      mixtureLayers: number(mixtures).line("layers with experts"),
      width: number(hidden).line("hidden width"),
      weights: number(stored.bytes(count).value).line("bytes of the weights"),
      attentionBytes: number(attention * stored.attention.bytes),
      commonBytes: number(common * stored.feedForward.bytes + head * StoredPrecision.bf16.bytes),
      expertBytes: number(count[.routedExperts].value * stored.experts.bytes), idleShare: idle,
      expertsPerToken: perToken,
      products: Self.products([
        (2 * attention, stored.attention), (2 * common, stored.feedForward), (2 * active, stored.experts),
      ]), headOperations: number(2 * head), attention: Self.groups(architecture, cache: cache),
      // States are kept in 32 bits.
      stateBytes: number(4 * state))
  }

  /// FLOP of a token by number format.
  private static func products(_ parts: [(operations: Double, format: StoredPrecision)]) -> [Product] {
    StoredPrecision.allCases.compactMap { format in
      let sum = parts.filter { $0.format == format }.reduce(0) { $0 + $1.operations }
      return sum == 0
        ? nil
        : Product(
          operations: Number(constant: sum).line("FLOP of a token in \(format.rawValue) matrices"), format: format)
    }
  }

  private static func groups(_ architecture: Architecture, cache: StoredPrecision) -> [AttentionGroup] {
    var keys: [AttentionSplit] = []
    var sums: [[Double]] = []
    func add(_ reach: Reach, _ heads: Double, stored: Double, read: Double, decoding: Double, prefill: Double) {
      let key = AttentionSplit(reach: reach, heads: heads)
      let place = keys.firstIndex(of: key) ?? keys.count
      if place == keys.count {
        keys.append(key)
        sums.append([0, 0, 0, 0])
      }
      for (index, value) in [stored, read, decoding, prefill].enumerated() { sums[place][index] += value }
    }
    for mixer in architecture.layers.lazy.flatMap(\.mixers) {
      switch mixer {
      case .attention(let one):
        let read = Double(one.keyValueHeads) * (Double(one.headSize) + Double(one.valueHeadSize))
        add(
          one.reach, Double(one.keyValueHeads), stored: one.cacheElements, read: read,
          decoding: 0, prefill: 0)
        for span in one.spans {
          add(
            span.reach, Double(one.keyValueHeads), stored: 0, read: 0, decoding: span.operationsPerPosition,
            prefill: span.operationsPerPosition)
        }
      case .compressed(let one):
        for part in one.caches {
          add(part.reach, 1, stored: part.elements, read: part.elements, decoding: 0, prefill: 0)
        }
        for span in one.spans {
          add(
            span.reach, 1, stored: 0, read: 0, decoding: span.operationsPerPosition,
            prefill: span.operationsPerPosition)
        }
      case .latent(let one):
        let latent = Double(one.keyValueRank) + Double(one.rotaryHeadSize)
        let decoding = 2 * Double(one.heads) * (latent + Double(one.keyValueRank))
        let prefill = one.operationsPerPosition
        guard let indexer = one.indexer else {
          add(one.reach, 1, stored: latent, read: latent, decoding: decoding, prefill: prefill)
          continue
        }
        // All of the latents stay in memory, and those that the indexer selects are read.
        add(one.reach, 1, stored: latent, read: 0, decoding: 0, prefill: 0)
        add(.window(indexer.selected), 1, stored: 0, read: latent, decoding: decoding, prefill: prefill)
        let scoring = indexer.operationsPerPosition
        add(
          one.reach, 1, stored: Double(indexer.headSize), read: Double(indexer.headSize), decoding: scoring,
          prefill: scoring)
      case .recurrence: continue
      }
    }
    return zip(keys, sums).map { key, sums in
      AttentionGroup(
        reach: key.reach, heads: Swift.max(1, key.heads), storedBytes: Number(constant: sums[0] * cache.bytes),
        readBytes: Number(constant: sums[1] * cache.bytes), decodingOperations: Number(constant: sums[2]),
        prefillOperations: Number(constant: sums[3]))
    }
  }

  /// The shape of a model of which only sizes are known: the usual width over layers, attention with eight key-value
  /// heads of 128, and, in a mixture, all weights in experts.
  ///
  /// - Parameters:
  ///   - parameters: All parameters.
  ///   - active: Parameters that work on a token.
  ///   - idleShare: The share of the weights that one token leaves idle; nil for a dense model.
  ///   - layers: Layers.
  ///   - width: Width of the residual stream.
  ///   - bytesPerParameter: Bytes of a weight.
  ///   - cacheBytesPerToken: Bytes of cache for a token of context.
  ///   - format: The format that matrices are multiplied in.
  init(
    parameters: Number, active: Number, idleShare: Double?, layers: Number, width: Number,
    bytesPerParameter: Number, cacheBytesPerToken: Number, format: StoredPrecision
  ) {
    let zero = Number(constant: 0)
    let bytes = (parameters * bytesPerParameter).line("bytes of the weights")
    let attention = AttentionGroup(
      reach: .full, heads: 8, storedBytes: cacheBytesPerToken, readBytes: cacheBytesPerToken,
      decodingOperations: (layers * width).scaled(by: 4), prefillOperations: (layers * width).scaled(by: 4))
    let isDense = idleShare == nil
    self.init(
      layers: layers, mixtureLayers: isDense ? zero : layers, width: width, weights: bytes,
      attentionBytes: zero, commonBytes: isDense ? bytes : zero, expertBytes: isDense ? zero : bytes,
      idleShare: idleShare ?? 0, expertsPerToken: 8,
      products: [Product(operations: active.scaled(by: 2), format: format)], headOperations: zero,
      attention: [attention],
      stateBytes: zero)
  }
}

/// What layers of attention share that are counted together.
private struct AttentionSplit: Equatable {
  var reach: Reach
  var heads: Double
}
