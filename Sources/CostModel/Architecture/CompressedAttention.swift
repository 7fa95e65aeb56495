/// Attention to a window of recent tokens and to compressed earlier ones (DeepSeek-V4).
///
/// One key-value head, whose keys are the values, serves all query heads. Every so many tokens are pooled into one entry;
/// a scorer may pick the entries to attend to.
package struct CompressedAttention: Sendable, Equatable {
  /// What a layer keeps of the tokens before its window.
  package struct Compression: Sendable, Equatable {
    /// Tokens that become one entry.
    package var rate: Int
    /// Whether entries overlap, so that twice as many vectors are projected.
    package var overlaps = false
    /// Picks the entries; nil where all are attended to.
    package var indexer: LatentAttention.Indexer?
  }

  /// Query heads.
  package var heads: Int
  /// Dimensions of one.
  package var headSize: Int
  /// Dimensions of the compressed queries.
  package var queryRank: Int
  /// Groups of heads whose outputs are projected together.
  package var outputGroups: Int
  /// Dimensions of a group's output.
  package var outputRank: Int
  /// Recent tokens that are attended to as they are.
  package var window: Int
  /// What is kept of earlier ones; nil for nothing.
  package var compression: Compression?

  func weights(hidden: Double) -> Weights {
    let (size, rank) = (Double(headSize), Double(queryRank))
    let queries = Double(heads) * size
    var weights = Weights(
      matrices: hidden * rank + rank * queries + hidden * size + queries * Double(outputRank)
        + Double(outputGroups) * Double(outputRank) * hidden,
      vectors: rank + size + Double(heads))
    guard let compression else { return weights }
    let copies = compression.overlaps ? 2.0 : 1
    // Keys and their gates, a bias for each place in an entry, and a norm.
    func pooling(_ size: Double) -> Weights {
      Weights(matrices: 2 * hidden * copies * size, vectors: Double(compression.rate) * copies * size + size)
    }
    weights = weights + pooling(size)
    if let indexer = compression.indexer {
      weights = weights + pooling(Double(indexer.headSize))
      weights.matrices += rank * Double(indexer.heads) * Double(indexer.headSize) + hidden * Double(indexer.heads)
    }
    return weights
  }

  /// FLOP of scores and weighted values for one token and one position or entry.
  var operationsPerPosition: Double { 4 * Double(heads) * Double(headSize) }

  /// What the layer attends to: which earlier tokens, with the FLOP for each of them.
  var spans: [(reach: Reach, operationsPerPosition: Double)] {
    var spans: [(reach: Reach, operationsPerPosition: Double)] = [(.window(window), operationsPerPosition)]
    guard let compression else { return spans }
    let rate = Double(compression.rate)
    if let indexer = compression.indexer {
      spans.append((.window(indexer.selected * compression.rate), operationsPerPosition / rate))
      spans.append((.full, indexer.operationsPerPosition / rate))
    } else {
      spans.append((.full, operationsPerPosition / rate))
    }
    return spans
  }

  /// Numbers kept for each earlier token, by the tokens they are kept of.
  var caches: [(reach: Reach, elements: Double)] {
    var caches: [(reach: Reach, elements: Double)] = [(.window(window), Double(headSize))]
    guard let compression else { return caches }
    let entry = Double(headSize) + (compression.indexer.map { Double($0.headSize) } ?? 0)
    caches.append((.full, entry / Double(compression.rate)))
    return caches
  }
}
