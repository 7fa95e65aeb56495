/// One training step on one kind of accelerator: counts for any layout, and their time.
///
/// What does not depend on the layout is added up once, so that a layout costs some hundred operations and no memory.
package struct StepModel: Sendable {
  /// What the step does.
  package let job: StepJob
  /// The accelerator and its links.
  package let hardware: TrainingHardware
  /// The fitted constants.
  package let constants: StepConstants

  let shape: TransformerShape
  /// Λ of `StepCounts.products`.
  private let activeMatrices: Double
  private let attentionOperations: Double
  private let memoryElements: Double
  private let inputsAndOutputs: Double
  /// Layers with those that predict further ahead, over layers.
  private let withPrediction: Double
  /// Passes: 3, or 2 beside frozen weights.
  let passes: Double
  private let attentionPasses: Double

  /// A step of a job.
  package init(_ job: StepJob, on hardware: TrainingHardware, _ constants: StepConstants) {
    self.job = job
    self.hardware = hardware
    self.constants = constants
    let shape = job.shape
    self.shape = shape
    activeMatrices =
      shape.attentionMatrices + shape.networkMatrices + shape.activeExpertMatrices + shape.sharedMatrices
      + shape.routerMatrices + shape.predictionMatrices
    attentionOperations = shape.attentionOperations(sequence: job.sequence, documents: job.documents)
    memoryElements =
      30 * shape.hidden * shape.layers + shape.networkElements + shape.attentionElements + shape.sharedElements
      + (job.software.writesScores ? 12 * shape.queryHeads * job.sequence : 0)
    inputsAndOutputs = 6 * shape.hidden * shape.layers + 3 * shape.networkWidth + shape.expertElements
    withPrediction = shape.layers > 0 ? (shape.layers + shape.predictionLayers) / shape.layers : 1
    let learning = 1 - job.frozenShare
    passes = job.task == .lora ? 2 : 1 + 2 * learning
    attentionPasses = 1 + 2.5 * learning
  }

  /// Counts of a layout.
  package func counts(_ layout: Layout) -> StepCounts {
    var counts = StepCounts()
    let stage = StageShare(
      layers: shape.layers, pipeline: layout.pipeline, hasExperts: shape.hasExperts,
      isEstimated: shape.isEstimated)
    let tensor = Double(layout.tensor)
    let tokens = layout.microBatch * job.sequence / Double(layout.context)
    let again = layout.recompute.shares(
      layersPerStage: shape.layers / Double(layout.pipeline), constants.recomputed)
    let share = stage.layers / tensor
    let elements = 2 * tokens * share * (1 + again.memory / 3)
    counts.products = 2 * tokens * activeMatrices * share * (passes + again.matrices)
    counts.productBytes =
      job.precision.trafficBytes * (residentMatrices(layout) * stage.layers + tokens * inputsAndOutputs * share)
      * (passes + again.matrices)
    counts.attention = tokens * attentionOperations * withPrediction * share * (attentionPasses + again.attention)
    counts.memoryBytes = elements * memoryElements * withPrediction
    counts.expertBytes = elements * shape.mixtureElements
    let head = tokens / tensor * stage.head * (1 + shape.predictionLayers)
    counts.head = 2 * head * shape.vocabulary * shape.hidden * passes
    counts.headBytes = 16 * head * shape.vocabulary
    counts.layers = shape.layers * stage.layers
    counts.mixtureLayers = shape.mixtureLayers * stage.layers
    counts.microBatches = Swift.max(1, job.batch / (Double(layout.data) * layout.microBatch))
    counts.bubble = Double(layout.pipeline - 1) / Double(layout.virtualStages)
    counts.passes = (3 + again.matrices) / 4
    if layout.offload.contains(.activations) {
      let whole = layout.recompute.wholeLayers(layersPerStage: shape.layers / Double(layout.pipeline))
      let kept = job.keptBytesPerToken * (1 - whole) + 2 * shape.hidden * shape.layers * whole
      // Down while the forward pass runs, up again for the backward pass.
      counts.activationOffload = 2 * kept * tokens * share / hardware.hostLink
    }
    addTraffic(to: &counts, layout, tokens: tokens, share: stage.layers, again: again.traffic)
    addStates(to: &counts, layout)
    return counts
  }

  /// Weights of an accelerator that its matrix products read.
  private func residentMatrices(_ layout: Layout) -> Double {
    (shape.attentionMatrices + shape.networkMatrices + shape.sharedMatrices) / Double(layout.tensor)
      + shape.expertMatrices / (Double(layout.expert) * Double(layout.expertTensor))
  }

  private func addTraffic(
    to counts: inout StepCounts, _ layout: Layout, tokens: Double, share: Double, again: Double
  ) {
    let (up, out, domain) = (hardware.scaleUp.bytesPerSecond, hardware.scaleOut.bytesPerSecond, hardware.domain)
    let tensor = Double(layout.tensor)
    let width = 2 * tokens * shape.hidden
    let isAdapter = job.task == .lora
    if layout.tensor > 1 {
      let collectives = (isAdapter ? 8 : 10) + 4 * again
      // Without expert tensor parallelism the experts' half of a layer exchanges nothing.
      let dense =
        shape.hasExperts && layout.expertTensor == 1
        ? 0.5 + 0.5 * (shape.layers - shape.mixtureLayers) / shape.layers : 1
      // A group wider than a domain drives all links of its domains.
      let rate = layout.tensor <= domain ? up : Swift.min(up, Double(domain) * out)
      counts.tensor = collectives * width * (tensor - 1) / tensor * shape.layers * share * dense / rate
      let latency = layout.tensor <= domain ? hardware.scaleUp.latency : hardware.scaleOut.latency
      counts.tensorLatency = collectives * shape.layers * share * latency
    }
    if layout.context > 1 {
      let rate = layout.tensor * layout.context <= domain ? up : out
      counts.context =
        3 * Double(layout.context - 1) * 2 * tokens * shape.exchangedKeyValues / tensor * share / rate
    }
    if layout.expert > 1, shape.hasExperts {
      let group = Swift.max(1, Swift.min(layout.expert, domain / layout.expertTensor))
      let ranks = Double(layout.expert)
      let groups = ranks / Double(group)
      let exchanges = isAdapter ? 4 : 4 + 2 * again
      let sent =
        tokens / tensor * shape.hidden * job.software.dispatchBytes * exchanges * shape.mixtureLayers * share
      let chosen = shape.expertsPerToken
      counts.expertUp = sent * Swift.min(Double(chosen), Self.distinct(ranks, chosen)) * (1 - 1 / ranks) / up
      if groups > 1 { counts.expertOut = sent * Self.distinct(groups, chosen) * (1 - 1 / groups) / out }
    }
    if layout.pipeline > 1 {
      let rate = layout.accelerators <= Double(domain) ? up : out
      counts.transfer = 2 * width / tensor * Double(layout.virtualStages) / rate
    }
  }

  /// Ranks out of some that a token meets with so many choices: u·(1 − (1 − 1/u)^x).
  private static func distinct(_ ranks: Double, _ choices: Int) -> Double {
    var (power, base, rest) = (1.0, 1 - 1 / ranks, choices)
    while rest > 0 {
      if rest & 1 == 1 { power *= base }
      base *= base
      rest >>= 1
    }
    return ranks * (1 - power)
  }

  /// Seconds to gather or scatter bytes over ranks that are some accelerators apart: first within domains, then between.
  private func gather(_ bytes: Double, _ ranks: Double, stride: Int) -> Double {
    guard ranks > 1, bytes > 0 else { return 0 }
    let group = Swift.max(1, Swift.min(ranks, Double(hardware.domain / Swift.max(1, stride))))
    let within = bytes * (group - 1) / group / hardware.scaleUp.bytesPerSecond
    guard group < ranks else { return within }
    return Swift.max(within, bytes * (1 - group / ranks) / (group * hardware.scaleOut.bytesPerSecond))
  }

  /// Parameters of an accelerator before replicas divide anything: outside of experts, and in them.
  func parameters(_ layout: Layout) -> (dense: Double, experts: Double) {
    let (tensor, pipeline) = (Double(layout.tensor), Double(layout.pipeline))
    let dense =
      (shape.attentionMatrices + shape.networkMatrices + shape.sharedMatrices + shape.routerMatrices)
      / (tensor * pipeline)
    let tables = (shape.isTied ? 1 : 2) * shape.vocabulary * shape.hidden / tensor / pipeline
    return (
      dense + tables, shape.expertMatrices / (Double(layout.expert) * Double(layout.expertTensor) * pipeline)
    )
  }

  private func addStates(to counts: inout StepCounts, _ layout: Layout) {
    let (dense, experts) = parameters(layout)
    let (replicas, copies) = (layout.replicas, layout.expertReplicas)
    let stride = layout.expert * layout.expertTensor
    func both(_ ranks: Double, _ expertRanks: Double) -> Double {
      gather(2 * dense, ranks, stride: layout.tensor) + gather(2 * experts, expertRanks, stride: stride)
    }
    let learning = 1 - job.frozenShare
    switch (job.task, layout.sharding, layout.pipeline) {
    case (.lora, .fsdp, _): counts.shard = 2 * gather(2 * dense, replicas, stride: layout.tensor)
    case (.lora, _, _): return
    case (_, .fsdp, 1), (_, .hsdp, 1), (_, .zero2, 1):
      let ranks = layout.shards(domain: hardware.domain)
      counts.shard = (layout.sharding == .zero2 ? 2 : 1 + 2 * learning) * both(ranks, Swift.min(copies, ranks))
      if replicas > ranks {
        counts.data =
          4 * learning * (dense + experts) / ranks * (1 - ranks / replicas) / hardware.scaleOut.bytesPerSecond
      }
      counts.optimizer = update(dense / ranks + experts / Swift.min(copies, ranks)) * learning
    default:
      let bytes = job.software.gathersEightBits && job.precision.width == 1 && job.precision != .int8 ? 1.5 : 2
      counts.data = bytes * learning * both(replicas, copies)
      let divided = layout.sharding != .ddp
      counts.optimizer = update(dense / (divided ? replicas : 1) + experts / (divided ? copies : 1)) * learning
    }
    guard layout.offload.contains(.optimizer) else { return }
    let isDivided = layout.sharding != .ddp
    let own = (dense / (isDivided ? replicas : 1) + experts / (isDivided ? copies : 1)) * learning
    // Gradients down and weights up, two bytes each; the host's update follows the transfer.
    counts.optimizerOffload = 4 * own / hardware.hostLink + update(own) * hardware.bandwidth / hardware.hostLink
    counts.optimizer = 0
  }

  /// Seconds of the optimizer's traffic: 30 bytes for each parameter.
  private func update(_ parameters: Double) -> Double { 30 * parameters / hardware.bandwidth }

  /// The time of a layout.
  package func time(_ layout: Layout) -> StepTime {
    StepTime(counts(layout), job, hardware, constants)
  }
}
