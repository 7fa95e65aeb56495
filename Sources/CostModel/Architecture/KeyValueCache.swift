/// What generation keeps of the tokens it has seen.
package struct KeyValueCache: Sendable, Equatable {
  /// Numbers that one more token adds, while no window is full.
  package var elementsPerToken: Double
  /// Numbers that a sequence of the context keeps, windows exploited.
  package var elementsAtContext: Double
  /// Numbers that a sequence keeps whatever its length: the states of recurrences.
  package var stateElements: Double

  /// Bytes that one more token adds.
  package func bytesPerToken(bytesPerElement: Double) -> Quantity<Per<Bytes, Tokens>> {
    Quantity(elementsPerToken * bytesPerElement)
  }

  /// Bytes of a sequence of the context, states of recurrences included.
  package func bytesAtContext(bytesPerElement: Double) -> Quantity<Bytes> {
    Quantity((elementsAtContext + stateElements) * bytesPerElement)
  }
}

extension Architecture {
  /// The cache of one sequence.
  ///
  /// For each layer and token: 2·k·d with k key-value heads of d dimensions, the latent vector and rotary key in
  /// multi-head latent attention; a window keeps no more than its size.
  package func keyValueCache(context: Quantity<SequenceLength>) -> KeyValueCache {
    let length = max(context.value, 0)
    var cache = KeyValueCache(elementsPerToken: 0, elementsAtContext: 0, stateElements: 0)
    for mixer in layers.lazy.flatMap(\.mixers) {
      switch mixer {
      case .attention(let attention):
        cache.elementsPerToken += attention.cacheElements
        cache.elementsAtContext += attention.cacheElements * attention.reach.cachedPositions(context: length)
      case .latent(let attention):
        cache.elementsPerToken += attention.cacheElements
        cache.elementsAtContext += attention.cacheElements * attention.reach.cachedPositions(context: length)
      case .compressed(let attention):
        for part in attention.caches {
          cache.elementsPerToken += part.elements
          cache.elementsAtContext += part.elements * part.reach.cachedPositions(context: length)
        }
      case .recurrence(let recurrence): cache.stateElements += recurrence.stateElements(hidden: Double(hiddenSize))
      }
    }
    return cache
  }
}
