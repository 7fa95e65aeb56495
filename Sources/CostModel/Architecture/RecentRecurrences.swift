/// The matrix memory of an xLSTM layer: exponential gates for each head, an output gate for each channel.
package struct MatrixMemory: Sendable, Equatable {
  /// Heads.
  package var heads: Int
  /// Dimensions of all queries, and of all keys.
  package var keySize: Int
  /// Dimensions of all values.
  package var valueSize: Int
  /// Whether projections and the norm of the heads have biases; the gates of the heads always have.
  package var hasBias = false

  var keys: Double { Double(keySize) }
  var state: Double { keys * Double(valueSize) / Double(Swift.max(heads, 1)) }

  func weights(hidden: Double) -> Weights {
    let (values, gates) = (Double(valueSize), 2 * Double(heads))
    return Weights(
      matrices: hidden * (2 * keys + 2 * values + gates) + values * hidden,
      vectors: gates + values + (hasBias ? 2 * keys + 3 * values + hidden : 0))
  }
}

/// The time mixing of RWKV-7: a generalized delta rule whose decay, learning rate, value mix and gate each come from the
/// input through a short vector.
package struct TimeMixing: Sendable, Equatable {
  /// Dimensions of a head.
  package var headSize: Int
  /// Dimensions of the vector behind the decay.
  package var decayRank: Int
  /// The same of the learning rate.
  package var rateRank: Int
  /// The same of the mix with the values of the first layer; nil in that layer.
  package var valueRank: Int?
  /// The same of the output gate.
  package var gateRank: Int

  func state(hidden: Double) -> Double { hidden * Double(headSize) }

  func weights(hidden: Double) -> Weights {
    let ranks = Double(decayRank) + Double(rateRank) + Double(valueRank ?? 0) + Double(gateRank)
    // Six shifts, three scales of keys and bonus, a norm of weight and bias, the biases behind decay, rate and value mix.
    return Weights(
      matrices: 4 * hidden * hidden + 2 * hidden * ranks, vectors: (valueRank == nil ? 13 : 14) * hidden)
  }
}
