/// A mixer whose memory of the past has a fixed size: state-space models and linear attention.
///
/// Its FLOP follow the recurrent form; chunked kernels do somewhat more.
package enum Recurrence: Sendable, Equatable {
  /// Mamba (Gu and Dao 2023).
  case mamba(Mamba)
  /// Mamba-2 (Dao and Gu 2024).
  case mamba2(Mamba2)
  /// Gated DeltaNet (Yang et al. 2024).
  case deltaNet(DeltaNet)
  /// Lightning attention of MiniMax-01: heads, and dimensions of one.
  case lightning(heads: Int, headSize: Int)
  /// The matrix memory of xLSTM (Beck et al. 2024).
  case matrixMemory(MatrixMemory)
  /// The time mixing of RWKV-7 (Peng et al. 2025).
  case timeMixing(TimeMixing)
  /// Gated short convolution (LFM2) of so many taps.
  case convolution(taps: Int, hasBias: Bool)

  func weights(hidden: Double) -> Weights {
    switch self {
    case .mamba(let mamba): return mamba.weights(hidden: hidden)
    case .mamba2(let mamba): return mamba.weights(hidden: hidden)
    case .deltaNet(let net): return net.weights(hidden: hidden)
    case .matrixMemory(let memory): return memory.weights(hidden: hidden)
    case .timeMixing(let mixing): return mixing.weights(hidden: hidden)
    case .lightning(let heads, let headSize):
      let width = Double(heads) * Double(headSize)
      return Weights(matrices: 5 * hidden * width, vectors: width)
    case .convolution(let taps, let hasBias):
      return Weights(matrices: 4 * hidden * hidden, vectors: hidden * Double(taps) + (hasBias ? 5 * hidden : 0))
    }
  }

  /// FLOP for one token besides those of the matrices.
  func operations(hidden: Double) -> Double {
    switch self {
    case .mamba(let mamba):
      let inner = Double(mamba.innerSize)
      return 6 * inner * Double(mamba.stateSize) + 2 * Double(mamba.taps) * inner
    case .mamba2(let mamba):
      return 6 * mamba.inner * Double(mamba.stateSize) + 2 * Double(mamba.taps) * mamba.channels
    case .deltaNet(let net): return 8 * net.state + 2 * Double(net.taps) * net.channels
    case .matrixMemory(let memory): return 5 * memory.state
    case .timeMixing(let mixing): return 8 * mixing.state(hidden: hidden)
    case .lightning(let heads, let headSize): return 5 * Double(heads) * Double(headSize) * Double(headSize)
    case .convolution(let taps, _): return 2 * Double(taps) * hidden
    }
  }

  /// Numbers kept for one sequence, whatever its length.
  func stateElements(hidden: Double) -> Double {
    switch self {
    case .mamba(let mamba): return Double(mamba.innerSize) * (Double(mamba.stateSize) + Double(mamba.taps))
    case .mamba2(let mamba): return mamba.inner * Double(mamba.stateSize) + Double(mamba.taps) * mamba.channels
    case .deltaNet(let net): return net.state + Double(net.taps) * net.channels
    case .matrixMemory(let memory): return memory.state + memory.keys + Double(memory.heads)
    // Beside the state of each head, the last token of both mixings.
    case .timeMixing(let mixing): return mixing.state(hidden: hidden) + 2 * hidden
    case .lightning(let heads, let headSize): return Double(heads) * Double(headSize) * Double(headSize)
    case .convolution(let taps, _): return Double(taps) * hidden
    }
  }
}

/// The selective state-space layer of Mamba.
package struct Mamba: Sendable, Equatable {
  /// Inner width.
  package var innerSize: Int
  /// State dimensions for each of the inner.
  package var stateSize: Int
  /// Taps of the convolution.
  package var taps: Int
  /// Rank of the time step.
  package var timeStepRank: Int
  /// Whether the convolution has a bias.
  package var hasConvolutionBias = true
  /// Whether the projections have biases.
  package var hasBias = false
  /// Whether time step, B and C are normalized, as in Jamba.
  package var hasInnerNorms = false

  func weights(hidden: Double) -> Weights {
    let (inner, state, rank) = (Double(innerSize), Double(stateSize), Double(timeStepRank))
    var weights = Weights(
      matrices: 2 * hidden * inner + inner * (rank + 2 * state) + rank * inner + inner * hidden,
      vectors: inner * Double(taps) + inner + inner * state + inner)
    if hasConvolutionBias { weights.vectors += inner }
    if hasBias { weights.vectors += 2 * inner + hidden }
    if hasInnerNorms { weights.vectors += rank + 2 * state }
    return weights
  }
}

/// The multi-head state-space layer of Mamba-2.
package struct Mamba2: Sendable, Equatable {
  /// Heads.
  package var heads: Int
  /// Dimensions of one.
  package var headSize: Int
  /// Groups of heads that share B and C.
  package var groups: Int
  /// State dimensions for each of the inner.
  package var stateSize: Int
  /// Taps of the convolution.
  package var taps: Int
  /// Whether the convolution has a bias.
  package var hasConvolutionBias = true
  /// Whether the projection of the input has a bias.
  package var hasInputBias = false
  /// Whether the projection of the output has a bias.
  package var hasOutputBias = false
  /// Whether the output is normalized.
  package var hasNorm = true

  var inner: Double { Double(heads) * Double(headSize) }
  var channels: Double { inner + 2 * Double(groups) * Double(stateSize) }

  func weights(hidden: Double) -> Weights {
    let projected = inner + channels + Double(heads)
    var weights = Weights(
      matrices: hidden * projected + inner * hidden, vectors: channels * Double(taps) + 3 * Double(heads))
    if hasConvolutionBias { weights.vectors += channels }
    if hasInputBias { weights.vectors += projected }
    if hasOutputBias { weights.vectors += hidden }
    if hasNorm { weights.vectors += inner }
    return weights
  }
}

/// The gated delta rule of Qwen3-Next.
package struct DeltaNet: Sendable, Equatable {
  /// Heads of queries and keys.
  package var keyHeads: Int
  /// Dimensions of one.
  package var keyHeadSize: Int
  /// Heads of values.
  package var valueHeads: Int
  /// Dimensions of one.
  package var valueHeadSize: Int
  /// Taps of the convolution.
  package var taps: Int
  /// How decay and output gate come from the input.
  package enum Gates: Sendable, Equatable {
    /// A decay for each head, a gate for each channel.
    case perHead
    /// A decay and a gate for each channel, both through a vector of the head size: Kimi Delta Attention.
    case lowRank
    /// A decay for each channel through a vector of the head size, a gate by a whole matrix.
    case lowRankDecay
    /// Both for each channel by whole matrices.
    case full
  }

  /// How decay and output gate come from the input.
  package var gates = Gates.perHead

  private var keys: Double { Double(keyHeads) * Double(keyHeadSize) }
  private var values: Double { Double(valueHeads) * Double(valueHeadSize) }
  var channels: Double { 2 * keys + values }
  var state: Double { Double(valueHeads) * Double(keyHeadSize) * Double(valueHeadSize) }

  func weights(hidden: Double) -> Weights {
    let size = Double(valueHeadSize)
    guard gates == .perHead else {
      let (low, full) = (hidden * size + size * values, hidden * values)
      let gateMatrices = gates == .lowRank ? 2 * low : gates == .full ? 2 * full : low + full
      return Weights(
        matrices: hidden * (2 * keys + values) + hidden * Double(valueHeads) + gateMatrices + values * hidden,
        vectors: channels * Double(taps) + values + Double(valueHeads) + size)
    }
    return Weights(
      matrices: hidden * (2 * keys + 2 * values) + hidden * 2 * Double(valueHeads) + values * hidden,
      vectors: channels * Double(taps) + 2 * Double(valueHeads) + Double(valueHeadSize))
  }
}
