/// Bytes on the most loaded accelerator, by part.
///
/// Sources: Rajbhandari et al. 2019, ZeRO (states); Korthikanti et al. 2022 (activations); Dettmers et al. 2023, QLoRA.
package struct MemoryUse: Sendable, Equatable {
  /// Weights that are trained or served, and frozen ones beside adapters.
  package var weights: Quantity<Bytes> = .zero
  /// Gradients.
  package var gradients: Quantity<Bytes> = .zero
  /// Master weights and moments.
  package var optimizer: Quantity<Bytes> = .zero
  /// Further models: reference, reward model, the copy that writes rollouts.
  package var otherModels: Quantity<Bytes> = .zero
  /// What the forward pass leaves for the backward pass.
  package var activations: Quantity<Bytes> = .zero
  /// The output over the vocabulary and its gradient.
  package var logits: Quantity<Bytes> = .zero
  /// Keys and values of sequences in flight.
  package var cache: Quantity<Bytes> = .zero
  /// Weights gathered or dequantized for the layer at work.
  package var buffers: Quantity<Bytes> = .zero

  /// Nothing.
  package init() {}

  /// The parts with their names, in order.
  package var parts: [(name: String, key: String, bytes: Quantity<Bytes>)] {
    [
      ("weights", "weight_bytes", weights), ("gradients", "gradient_bytes", gradients),
      ("optimizer", "optimizer_bytes", optimizer), ("other models", "other_model_bytes", otherModels),
      ("activations", "activation_bytes", activations), ("logits", "logit_bytes", logits),
      ("key-value cache", "cache_bytes", cache), ("buffers", "buffer_bytes", buffers),
    ]
  }

  /// All parts.
  package var total: Quantity<Bytes> {
    weights + gradients + optimizer + otherModels + activations + logits + cache + buffers
  }
  /// Weights, gradients and optimizer.
  package var states: Quantity<Bytes> { weights + gradients + optimizer }
}

extension MemoryUse {
  /// The memory of a job on the most loaded accelerator of a layout.
  ///
  /// Weights, gradients and optimizer: 2 + 2 + 12 bytes a parameter for Adam in mixed precision, divided by tensor and
  /// pipeline parallelism, and by the replicas as far as ZeRO's stage says. Activations: Σ over layers of what is kept of
  /// a token, divided by tensor (with sequence) and context parallelism, for as many micro-batches as the stage has in
  /// flight. Logits: 6 bytes for each token and word, on the last stage. The fullest stage counts.
  package init(_ model: MemoryProfile, _ job: MemoryJob, _ layout: Layout) {
    self.init(
      model, job, layout,
      PipelineStages(model, pipeline: layout.pipeline, virtualStages: layout.virtualStages))
  }

  /// The same with the stages known.
  init(_ model: MemoryProfile, _ job: MemoryJob, _ layout: Layout, _ stages: PipelineStages) {
    self.init()
    for stage in stages.stages {
      let use = MemoryUse(model, job, layout, stage)
      if use.total.value > total.value || stages.stages.count == 1 { self = use }
    }
  }

  private init(_ model: MemoryProfile, _ job: MemoryJob, _ layout: Layout, _ stage: PipelineStages.Stage) {
    let shard = Shard(model, job, layout, stage)
    switch job.task {
    case .serve: weights = Quantity(shard.bytes(model.bytesPerParameter(of: job.served)))
    case .lora, .qlora: addAdapters(model, job, layout, shard)
    default: addTraining(model, job, layout, shard)
    }
    if job.isTraining { addActivations(model, job, layout, stage) }
    if job.generates { addGeneration(model, job, layout) }
    if layout.offload.contains(.optimizer) { optimizer = .zero }
    guard job.isTraining, layout.sharding.stage == 3 else { return }
    // The layer at work and the next one are whole.
    let layer =
      model.largestLayer / Double(layout.tensor) + model.largestExperts / Double(layout.expert * layout.expertTensor)
    let bytes = job.task == .qlora ? MemoryJob.quantizedBytes : MemoryJob.trainedBytes
    buffers = buffers + Quantity(2 * layer * bytes)
  }

  private mutating func addTraining(_ model: MemoryProfile, _ job: MemoryJob, _ layout: Layout, _ shard: Shard) {
    let stage = layout.sharding.stage
    // A critic is trained like the policy.
    let trained = 1 + (job.task == .rlhf ? job.criticShare : 0)
    weights = Quantity(trained * shard.bytes(MemoryJob.trainedBytes, divided: stage >= 3))
    let learning = trained * (1 - job.frozenShare)
    gradients = Quantity(learning * shard.bytes(job.gradientBytes, divided: stage >= 2))
    let each = job.optimizer.bytesPerParameter
    let more = job.optimizer.bytesPerEmbeddingParameter - each
    optimizer = Quantity(learning * shard.bytes(each, embedding: more, divided: stage >= 1))
    var frozen = 0.0
    switch job.task {
    case .dpo, .grpo: frozen = job.hasReference ? 1 : 0
    case .rlhf: frozen = (job.hasReference ? 1 : 0) + job.criticShare
    default: break
    }
    otherModels = Quantity(frozen * shard.bytes(2, divided: stage >= 3))
  }

  private mutating func addAdapters(_ model: MemoryProfile, _ job: MemoryJob, _ layout: Layout, _ shard: Shard) {
    let stage = layout.sharding.stage
    if job.task == .lora {
      weights = Quantity(shard.bytes(MemoryJob.trainedBytes, divided: stage >= 3))
    } else {
      // Embeddings and output head stay in 16 bits.
      let four = MemoryJob.quantizedBytes
      weights = Quantity(shard.bytes(four, embedding: 2 - four, divided: stage >= 3))
      buffers = Quantity(2 * model.largestMatrix / Double(layout.tensor))
    }
    let adapters =
      job.rank * (model.attentionSides + model.feedForwardSides) * shard.layerShare / Double(layout.tensor)
    func part(_ bytes: Double, divided: Bool) -> Quantity<Bytes> {
      Quantity(adapters * bytes / (divided ? shard.replicas.dense : 1))
    }
    weights = weights + part(2, divided: stage >= 3)
    gradients = part(job.gradientBytes, divided: stage >= 2)
    optimizer = part(job.optimizer.bytesPerParameter, divided: stage >= 1)
  }

  private mutating func addActivations(
    _ model: MemoryProfile, _ job: MemoryJob, _ layout: Layout, _ stage: PipelineStages.Stage
  ) {
    let tokens = layout.microBatch * (job.hasPairs ? 2 : 1) * job.context / Double(layout.context)
    let each = tokens / Double(layout.tensor)
    let microBatches = job.batch.map { $0 / (Double(layout.data) * layout.microBatch) } ?? .infinity
    let inFlight = Swift.min(stage.inFlight, Swift.max(1, microBatches))
    let recompute = layout.recompute
    let whole = recompute.wholeLayers(layersPerStage: stage.layers)
    let share = recompute.keptShare(of: model)
    var kept = stage.load.kept * (1 - whole) * share + 2 * model.hidden * stage.layers * whole
    if !job.usesFlashAttention, recompute == .none { kept += stage.load.scores * job.context }
    // What is computed again for the layer at work.
    var atWork = whole > 0 ? model.largestKept : share < 1 ? model.largestKept * (1 - share) : 0
    if !job.usesFlashAttention, recompute != .none { atWork += model.largestScores * job.context }
    activations = Quantity((kept * inFlight + atWork) * each)
    if layout.offload.contains(.activations) {
      // The layer at work, and those on their way to the host and back.
      activations = Swift.min(activations, Quantity(3 * model.largestKept * each))
    }
    if stage.isLast { logits = Quantity(6 * model.vocabulary * each) }
  }

  private mutating func addGeneration(_ model: MemoryProfile, _ job: MemoryJob, _ layout: Layout) {
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

/// The parameters of one stage on one accelerator.
private struct Shard {
  let layers: Double
  let embedding: Double
  let experts: Double
  let replicas: (dense: Double, experts: Double)
  /// The stage's layers over all.
  let layerShare: Double

  init(_ model: MemoryProfile, _ job: MemoryJob, _ layout: Layout, _ stage: PipelineStages.Stage) {
    let tensor = Double(layout.tensor)
    layers = (stage.load.dense + model.outerParameters / Double(layout.pipeline)) / tensor
    embedding = stage.tables / tensor
    experts = stage.load.experts / (Double(layout.expert) * Double(layout.expertTensor))
    let ranks = layout.shards(domain: job.domain)
    let copies = tensor * layout.replicas / (Double(layout.expert) * Double(layout.expertTensor))
    replicas = (ranks, Swift.max(1, Swift.min(copies, layout.sharding == .hsdp ? ranks : .infinity)))
    layerShare = stage.layers / Double(Swift.max(1, model.layers))
  }

  /// Bytes of weights that are whole on the accelerators of a copy.
  func bytes(_ each: MemoryProfile.BytesPerParameter) -> Double {
    layers * each.layers + embedding * each.embedding + experts * each.experts
  }

  /// So many bytes for each parameter, and more for embeddings and output head.
  func bytes(_ each: Double, embedding more: Double = 0, divided: Bool) -> Double {
    let dense = (layers + embedding) * each + embedding * more
    return divided ? dense / replicas.dense + experts * each / replicas.experts : dense + experts * each
  }
}

extension Recompute {
  /// The share of what layers keep that remains where parts of them are computed again; whole layers aside.
  ///
  /// Every other operation leaves 45 %: our judgment.
  func keptShare(of model: MemoryProfile) -> Double {
    switch self {
    case .selective: return 0.45
    case .modules(let set):
      guard model.keptPerToken > 0 else { return 1 }
      let saved = model.keptByModule.reduce(0) { sum, part in
        // Experts computed again include their activation.
        let isCounted = part.key == .expertActivation && set.contains(.experts)
        return set.contains(part.key) && !isCounted ? sum + part.value : sum
      }
      return Swift.max(0, 1 - saved / model.keptPerToken)
    default: return 1
    }
  }
}
