/// What one step of training does, whatever the layout.
package struct StepJob: Sendable, Hashable {
  /// Which weights learn.
  package enum Task: String, CaseIterable, Sendable {
    /// All, from the start.
    case pretrain
    /// All, on examples.
    case sft
    /// Adapters beside frozen weights.
    case lora
  }

  /// The sizes of the model.
  package var shape: TransformerShape
  /// Which weights learn.
  package var task = Task.pretrain
  /// The format of the large matrix products.
  package var precision = TrainingPrecision.bf16
  /// Tokens of a sequence.
  package var sequence: Double
  /// Sequences of a step.
  package var batch: Double
  /// Tokens of the documents packed into a sequence, which attend to themselves alone; nil where it is one.
  package var documents: Double?
  /// Share of the layers, the first, that stay as they are: no backward pass, no gradients.
  package var frozenShare = 0.0
  /// Bytes that the forward pass keeps of a token, all layers: what offloading of activations moves.
  package var keptBytesPerToken = 0.0
  /// Choices of the software.
  package var software = TrainingSoftware()

  /// A step over so many sequences.
  package init(shape: TransformerShape, sequence: Double, batch: Double) {
    self.shape = shape
    self.sequence = sequence
    self.batch = batch
  }

  /// Tokens of a step.
  package var tokens: Double { sequence * batch }
}

/// Choices of the software that change the time of a step.
package struct TrainingSoftware: Sendable, Hashable {
  /// Experts with fused kernels, and the whole iteration as one graph: stacks of 2026.
  package var fusesExperts = false
  /// Whether the exchange of tensor parallelism runs beside matrix products.
  package var overlapsTensor = true
  /// FlashAttention-2 in place of the vendor's kernel, on Hopper and Blackwell.
  package var usesPortableAttention = false
  /// Whether 8-bit training gathers weights in 8 bits.
  package var gathersEightBits = true
  /// Whether scores of attention are written to memory, as before 2022.
  package var writesScores = false
  /// Bytes of a number sent to an expert.
  package var dispatchBytes = 2.0
  /// Whether each kernel is launched from the host, without graphs.
  package var isEager = false

  /// The usual software: Megatron.
  package init() {}

  /// Whether the vendor's attention kernels outrun portable ones on a generation.
  package static func hasVendorKernels(_ generation: String) -> Bool {
    ["hopper", "blackwell"].contains(generation)
  }
}

/// The fitted constants of the time of a step, and how far it is off.
package struct StepConstants: Sendable, Hashable {
  /// Large matrix products over the sustained share of the 16-bit peak.
  package var products = 0.85
  /// Efficiency of 8 and 4 bits relative to 16 bits.
  package var lowPrecision = 0.85
  /// The vendor's attention kernels, share of sustained 16-bit products.
  package var attention = 0.5
  /// FlashAttention-2 on Hopper and Blackwell, the same.
  package var portableAttention = 0.35
  /// Memory traffic, as a multiple of the count.
  package var memory = 1.5
  /// Permutation and activation traffic of experts without fused kernels, as a multiple of the count.
  package var experts = 3.0
  /// Achieved share of link rates.
  package var links = 0.75
  /// Hidden share of tensor and expert traffic.
  package var hiddenTensor = 0.4
  /// Hidden share of shard, data and stage traffic.
  package var hiddenData = 0.4
  /// Launches and gaps for each layer and micro-batch, seconds.
  package var launch = 1e-4
  /// What recomputing parts of a layer does again; not fitted.
  package var recomputed = RecomputedParts()

  /// Round guesses made before any data: where fits start.
  package init(recomputed: RecomputedParts = RecomputedParts()) { self.recomputed = recomputed }

  /// Seconds of a step before its first micro-batch; not fitted.
  package static let start = 0.010

  /// The constants by name, in the order of the table.
  static let all: [(name: String, path: any WritableKeyPath<StepConstants, Double> & Sendable)] = [
    ("gemm", \.products), ("low-precision", \.lowPrecision), ("attention", \.attention),
    ("portable-attention", \.portableAttention), ("memory", \.memory), ("experts", \.experts), ("links", \.links),
    ("hidden-tensor", \.hiddenTensor), ("hidden-data", \.hiddenData), ("launch", \.launch),
  ]

  /// The names of the constants.
  package static let names = all.map(\.name)

  /// A constant by its name; nil for a name that there is not.
  package subscript(name: String) -> Double? {
    get { Self.all.first { $0.name == name }.map { self[keyPath: $0.path] } }
    set {
      guard let newValue, let path = Self.all.first(where: { $0.name == name })?.path else { return }
      self[keyPath: path] = newValue
    }
  }
}

extension Architecture {
  /// FLOP that training one token of a job needs, without recomputation: the passes over all matrices and over attention
  /// with its causal mask.
  ///
  /// - Parameters:
  ///   - job: The length of sequences and which weights learn.
  ///   - layers: Layers trained over the layers of the model.
  /// - Returns: FLOP for a token.
  package func stepOperations(_ job: StepJob, layers: Double = 1) -> Double {
    let operations = operations(context: Quantity(job.documents.map { Swift.min($0, job.sequence) } ?? job.sequence))
    let forward =
      (operations.matrices + operations.attention + operations.recurrence).value * layers + operations.outputHead.value
    return forward * (job.task == .lora ? 2 : 1 + 2 * (1 - job.frozenShare))
  }
}
