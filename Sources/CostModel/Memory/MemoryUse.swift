/// Bytes on the most loaded accelerator, by part.
///
/// Sources: Rajbhandari et al. 2019, ZeRO (states); Korthikanti et al. 2022 (activations); Dettmers et al. 2023, QLoRA.
public struct MemoryUse: Sendable, Equatable {
  /// Weights that are trained or served, and frozen ones beside adapters.
  public var weights: Quantity<Bytes> = .zero
  /// Gradients.
  public var gradients: Quantity<Bytes> = .zero
  /// Master weights and moments.
  public var optimizer: Quantity<Bytes> = .zero
  /// Further models: reference, reward model, the copy that writes rollouts.
  public var otherModels: Quantity<Bytes> = .zero
  /// What the forward pass leaves for the backward pass.
  public var activations: Quantity<Bytes> = .zero
  /// The output over the vocabulary and its gradient.
  public var logits: Quantity<Bytes> = .zero
  /// Keys and values of sequences in flight.
  public var cache: Quantity<Bytes> = .zero
  /// Weights gathered or dequantized for the layer at work.
  public var buffers: Quantity<Bytes> = .zero

  /// Nothing.
  public init() {}

  /// The parts with their names, in order.
  public var parts: [(name: String, key: String, bytes: Quantity<Bytes>)] {
    [
      ("weights", "weight_bytes", weights), ("gradients", "gradient_bytes", gradients),
      ("optimizer", "optimizer_bytes", optimizer), ("other models", "other_model_bytes", otherModels),
      ("activations", "activation_bytes", activations), ("logits", "logit_bytes", logits),
      ("key-value cache", "cache_bytes", cache), ("buffers", "buffer_bytes", buffers),
    ]
  }

  /// All parts.
  public var total: Quantity<Bytes> { parts.reduce(.zero) { $0 + $1.bytes } }
  /// Weights, gradients and optimizer.
  public var states: Quantity<Bytes> { weights + gradients + optimizer }
}

extension MemoryUse {
  /// The memory of a job on the most loaded accelerator of a layout.
  ///
  /// Weights, gradients and optimizer: 2 + 2 + 12 bytes a parameter for Adam in mixed precision, divided by tensor and
  /// pipeline parallelism, and by the replicas as far as ZeRO's stage says. Activations: Σ over layers of what is kept of
  /// a token, divided by tensor (with sequence) and context parallelism; pipelines hold as many micro-batches as stages,
  /// so the first stage keeps as much as all layers of one. Logits: 6 bytes for each token and word.
  public init(_ model: MemoryProfile, _ job: MemoryJob, _ layout: ParallelLayout) {
    let shard = Shard(model, layout)
    switch job.task {
    case .serve: weights = Quantity(shard.bytes(job.weightBytes, divided: false))
    case .lora, .qlora: addAdapters(model, job, layout, shard)
    default: addTraining(model, job, layout, shard)
    }
    if job.isTraining { addActivations(model, job, layout) }
    if job.generates { addGeneration(model, job, layout) }
    guard job.isTraining, layout.zeroStage == 3 else { return }
    // The layer at work and the next one are whole.
    let layer = model.largestLayer / Double(layout.tensor) + model.largestExperts / Double(layout.expert)
    let bytes = job.task == .qlora ? MemoryJob.quantizedBytes : job.weightBytes
    buffers = buffers + Quantity(2 * layer * bytes)
  }

  private mutating func addTraining(
    _ model: MemoryProfile, _ job: MemoryJob, _ layout: ParallelLayout, _ shard: Shard
  ) {
    // A critic is trained like the policy.
    let trained = 1 + (job.task == .rlhf ? job.criticShare : 0)
    weights = Quantity(trained * shard.bytes(job.weightBytes, divided: layout.zeroStage >= 3))
    gradients = Quantity(trained * shard.bytes(job.gradientBytes, divided: layout.zeroStage >= 2))
    let each = job.optimizer.bytesPerParameter
    let more = job.optimizer.bytesPerEmbeddingParameter - each
    optimizer = Quantity(trained * shard.bytes(each, embedding: more, divided: layout.zeroStage >= 1))
    var frozen = 0.0
    switch job.task {
    case .dpo, .grpo: frozen = job.hasReference ? 1 : 0
    case .rlhf: frozen = (job.hasReference ? 1 : 0) + job.criticShare
    default: break
    }
    otherModels = Quantity(frozen * shard.bytes(2, divided: layout.zeroStage >= 3))
  }

  private mutating func addAdapters(
    _ model: MemoryProfile, _ job: MemoryJob, _ layout: ParallelLayout, _ shard: Shard
  ) {
    let isDivided = layout.zeroStage >= 3
    if job.task == .lora {
      weights = Quantity(shard.bytes(job.weightBytes, divided: isDivided))
    } else {
      // Embeddings and output head stay in 16 bits.
      let four = MemoryJob.quantizedBytes
      weights = Quantity(shard.bytes(four, embedding: 2 - four, divided: isDivided))
      buffers = Quantity(2 * model.largestMatrix / Double(layout.tensor))
    }
    let adapters =
      job.rank * (model.attentionSides + model.feedForwardSides) / (Double(layout.tensor) * Double(layout.pipeline))
    func part(_ bytes: Double, divided: Bool) -> Quantity<Bytes> {
      Quantity(adapters * bytes / (divided ? layout.replicas : 1))
    }
    weights = weights + part(2, divided: isDivided)
    gradients = part(job.gradientBytes, divided: layout.zeroStage >= 2)
    optimizer = part(job.optimizer.bytesPerParameter, divided: layout.zeroStage >= 1)
  }

  private mutating func addActivations(_ model: MemoryProfile, _ job: MemoryJob, _ layout: ParallelLayout) {
    let sequences = job.microBatch * (job.hasPairs ? 2 : 1)
    let tokens = sequences * job.context / Double(layout.context)
    let tensor = Double(layout.tensor)
    let blockwise = job.usesFlashAttention
    let scores = { (each: Double) in blockwise ? 0 : each * job.context }
    let kept: Double
    switch job.recomputation {
    case .none: kept = model.keptPerToken + scores(model.scoresPerPosition)
    case .selective: kept = model.keptPerToken + scores(model.largestScores)
    case .full:
      kept = 2 * model.hidden * Double(model.layers) + model.largestKept + scores(model.largestScores)
    }
    let first = kept * tokens / tensor
    let output = 6 * model.vocabulary * tokens / tensor
    guard layout.pipeline > 1 else {
      (activations, logits) = (Quantity(first), Quantity(output))
      return
    }
    // The last stage has one micro-batch in flight, but the output.
    let last = first / Double(layout.pipeline)
    (activations, logits) = last + output > first ? (Quantity(last), Quantity(output)) : (Quantity(first), .zero)
  }

  private mutating func addGeneration(_ model: MemoryProfile, _ job: MemoryJob, _ layout: ParallelLayout) {
    guard job.isTraining else {
      let sequences = (job.inFlight / Double(layout.data)).rounded(.up)
      let cached = model.cacheBytes(
        context: job.context, bytesPerElement: job.cacheBytes, tensor: layout.tensor)
      cache = Quantity(sequences * cached / Double(layout.pipeline))
      // Prompts are read in chunks, layer by layer.
      let chunk = Swift.min(job.context, Self.prefillChunk)
      activations = Quantity(chunk * (model.largestKept + 2 * model.hidden) / Double(layout.tensor))
      logits = Quantity(sequences * 6 * model.vocabulary / Double(layout.tensor))
      return
    }
    // Engines of up to 64 accelerators write; rollouts and updates take turns in the same memory.
    let spread = Swift.min(layout.accelerators, 64)
    otherModels = otherModels + Quantity(2 * model.parameters / spread)
    let sequences = (job.inFlight / layout.accelerators).rounded(.up)
    let written = model.cacheBytes(context: job.context, bytesPerElement: job.cacheBytes, tensor: 1) * sequences
    let room = activations.value + logits.value
    if written > room { (activations, logits, cache) = (.zero, .zero, Quantity(written)) }
  }

  /// Tokens of a prompt that are read at once.
  static let prefillChunk = 8192.0
}

/// The parameters of a layout's most loaded accelerator.
private struct Shard {
  let layers: Double
  let embedding: Double
  let experts: Double
  let replicas: (dense: Double, experts: Double)

  /// Layers are spread evenly over the stages; the first has the embedding, or the last the output head.
  init(_ model: MemoryProfile, _ layout: ParallelLayout) {
    let tables = model.embedding + model.outputHead
    let tensor = Double(layout.tensor)
    let pipeline = Double(layout.pipeline)
    layers = (model.parameters - model.routedExperts - tables) / tensor / pipeline
    embedding = (layout.pipeline == 1 ? tables : Swift.max(model.embedding, model.outputHead)) / tensor
    experts = model.routedExperts / Double(layout.expert) / pipeline
    replicas = (layout.replicas, Swift.max(1, layout.expertReplicas))
  }

  /// So many bytes for each parameter, and more for embeddings and output head.
  func bytes(_ each: Double, embedding more: Double = 0, divided: Bool) -> Double {
    let dense = (layers + embedding) * each + embedding * more
    return divided ? dense / replicas.dense + experts * each / replicas.experts : dense + experts * each
  }
}
