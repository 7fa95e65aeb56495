/// What keeps the moments of gradients.
package enum Optimizer: String, CaseIterable, Sendable {
  /// Adam: master weights and two moments in 32 bits.
  case adam
  /// Adam with moments in 8 bits (Dettmers et al. 2021).
  case adam8bit = "adam-8bit"
  /// Adafactor: the second moment by rows and columns, no first (Shazeer & Stern 2018).
  case adafactor
  /// Muon: one moment for matrices, Adam for embeddings and output head (Jordan et al. 2024).
  case muon

  /// Bytes for each trained parameter of a matrix, 32-bit master weights included.
  package var bytesPerParameter: Double {
    switch self {
    case .adam: 12
    case .adam8bit: 6
    case .adafactor: 4
    case .muon: 8
    }
  }

  /// The same for embeddings and output head.
  package var bytesPerEmbeddingParameter: Double { self == .muon ? 12 : bytesPerParameter }
}

/// What fills the memory of accelerators: a kind of work with the sizes that decide it.
package struct MemoryJob: Sendable, Hashable {
  /// Kinds of work.
  package enum Task: String, CaseIterable, Sendable {
    /// Pre-training: all weights.
    case pretrain
    /// Fine-tuning of all weights.
    case sft
    /// Adapters beside 16-bit weights.
    case lora
    /// Adapters beside 4-bit weights.
    case qlora
    /// A reward model, on pairs.
    case reward
    /// Preferences, on pairs, with a reference.
    case dpo
    /// PPO: policy, critic, reference, reward model, rollouts.
    case rlhf
    /// Groups of answers: policy, reference, rollouts.
    case grpo
    /// Generation.
    case serve
  }

  /// What is done.
  package var task: Task
  /// What keeps the moments.
  package var optimizer = Optimizer.adam
  /// Bytes of a gradient.
  package var gradientBytes = 2.0
  /// The formats of weights that are served; what is trained is kept in 16 bits, adapters on 4 bits aside.
  package var served = StoredWeights(.bf16)
  /// Tokens of a sequence.
  package var context: Double
  /// Whether scores of attention are computed blockwise and never kept.
  package var usesFlashAttention = true
  /// Rank of adapters.
  package var rank = 16.0
  /// Sequences generated together, over all accelerators.
  package var inFlight = 16.0
  /// Bytes of a number of the key-value cache.
  package var cacheBytes = 2.0
  /// Parameters of the critic over the policy's, and the same of the reward model.
  package var criticShare = 1.0
  /// Whether the reference stays in memory.
  package var hasReference = true
  /// Sequences of an optimizer step; nil for any number.
  package var batch: Double?
  /// Share of the layers that stay as they are.
  package var frozenShare = 0.0
  /// Whether examples are trained on one by one, not packed into long sequences.
  package var isOneByOne = false
  /// Accelerators of a scale-up domain, within which hybrid sharding divides.
  package var domain = 8

  /// A job with sequences of some length.
  ///
  /// - Parameters:
  ///   - task: What is done.
  ///   - context: Tokens of a sequence; nil for a usual length: 2,048 where examples are trained on, else 4,096.
  package init(_ task: Task, context: Double? = nil) {
    self.task = task
    let isOfExamples = [.sft, .lora, .qlora, .dpo, .reward, .rlhf].contains(task)
    self.context = context ?? (isOfExamples ? 2048 : 4096)
  }

  /// Sequences of a step of some tokens, rounded to a power of two, as replicas and micro-batches divide it.
  ///
  /// - Parameters:
  ///   - tokens: Tokens of a step.
  ///   - context: Tokens of a sequence.
  /// - Returns: Sequences.
  package static func batch(tokens: Double, context: Double) -> Double {
    var (batch, least) = (1.0, tokens / Swift.max(1, context) / 2.0.squareRoot())
    if !least.isFinite { least = 1 }
    while batch < least, batch < 1e12 { batch *= 2 }
    return batch
  }

  /// Sequences of a step that is given in tokens: a number within five percent that as many of the accelerators as can be
  /// divide among them.
  ///
  /// - Parameters:
  ///   - sequences: Tokens of a step over those of a sequence, at least one half.
  ///   - count: The accelerators.
  /// - Returns: Whole sequences.
  package static func batch(sequences: Double, among count: Int) -> Double {
    guard count > 1 else { return Swift.max(1, sequences.rounded()) }
    for part in 1...count where count.isMultiple(of: part) {
      let replicas = Double(count / part)
      let whole = (sequences / replicas).rounded() * replicas
      if whole >= 1, (whole / sequences - 1).magnitude <= 0.05 { return whole }
    }
    return Swift.max(1, sequences.rounded())
  }

  var isTraining: Bool { task != .serve }
  var generates: Bool { task == .serve || task == .rlhf || task == .grpo }
  /// Two sequences for each item.
  var hasPairs: Bool { task == .dpo || task == .reward }

  /// Bytes of a weight while training.
  static let trainedBytes = 2.0
  /// Bytes of a weight in 4-bit NormalFloat with block constants quantized twice: (4 + 0.127)/8 (Dettmers et al. 2023).
  package static let quantizedBytes = (4 + 0.127) / 8
}
