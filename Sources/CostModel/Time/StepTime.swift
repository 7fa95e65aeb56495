/// Seconds of one training step, term by term.
///
/// Step = (m + (pp − 1)/vp)·t + data + optimizer + start, t the sum of the terms of a micro-batch on the slowest stage.
package struct StepTime: Sendable, Equatable {
  /// Matrix products of layers, in each micro-batch.
  package var products: Double
  /// Attention scores and weighted values.
  package var attention: Double
  /// What the exchange of keys and values adds to attention.
  package var context: Double
  /// Norms, activations and other operations that memory bounds.
  package var memory: Double
  /// Permutation and activations of routed experts.
  package var experts: Double
  /// Output head and loss.
  package var head: Double
  /// Launches of kernels and gaps.
  package var launch: Double
  /// Tensor parallelism that nothing hides.
  package var tensor: Double
  /// Exchange of tokens between experts that nothing hides.
  package var expert: Double
  /// Gathers of sharded weights that nothing hides.
  package var shard: Double
  /// Transfers between stages that nothing hides.
  package var transfer: Double
  /// Activations to the host and back that nothing hides.
  package var offload: Double
  /// Exchange of replicas that nothing hides, once a step.
  package var data: Double
  /// The optimizer, once a step.
  package var optimizer: Double
  /// Traffic that runs beside computing, in each micro-batch: tensor, expert, shard, transfer.
  package var hiddenTensor: Double
  /// The same of experts.
  package var hiddenExpert: Double
  /// The same of sharded weights.
  package var hiddenShard: Double
  /// The same of stages.
  package var hiddenTransfer: Double
  /// The same of replicas, once a step.
  package var hiddenData: Double
  /// Micro-batches.
  package var microBatches: Double
  /// Micro-batches that the pipeline stands idle.
  package var bubble: Double
  /// Layers of the slowest stage.
  package var layers: Double

  /// The time of counted work.
  package init(_ counts: StepCounts, _ job: StepJob, _ hardware: TrainingHardware, _ constants: StepConstants) {
    let software = job.software
    let rate = hardware.peak * hardware.matmulShare * constants.products
    let productRate =
      job.precision.width == 0
      ? rate
      : hardware.peak(job.precision) * hardware.matmulShare * constants.products * constants.lowPrecision
    let byte = constants.memory / hardware.bandwidth
    let link = 1 / constants.links
    let overlap = software.overlapsTensor && job.precision != .nvfp4 ? constants.hiddenTensor : 0
    products = counts.products / productRate + counts.productBytes * byte
    let kernel = software.usesPortableAttention ? constants.portableAttention : constants.attention
    let attention = counts.attention / (hardware.peak * hardware.matmulShare * kernel)
    self.attention = attention
    let exchange = counts.context * link
    context = (attention * attention + exchange * exchange).squareRoot() - attention
    memory = counts.memoryBytes * byte
    experts =
      counts.expertBytes * (software.fusesExperts ? constants.memory / 2 : constants.experts) / hardware.bandwidth
    head = counts.head / rate + counts.headBytes * byte
    launch = constants.launch * (counts.layers + (software.fusesExperts ? 0 : 4 * counts.mixtureLayers))
    let tensor = counts.tensor * link + counts.tensorLatency
    let expert = Swift.max(counts.expertUp, counts.expertOut) * link
    (self.tensor, hiddenTensor) = (tensor * (1 - overlap), tensor * overlap)
    (self.expert, hiddenExpert) = (expert * (1 - constants.hiddenTensor), expert * constants.hiddenTensor)
    let hidden = constants.hiddenData * link
    let exposed = (1 - constants.hiddenData) * link
    (shard, hiddenShard) = (counts.shard * exposed, counts.shard * hidden)
    (transfer, hiddenTransfer) = (counts.transfer * exposed, counts.transfer * hidden)
    (data, hiddenData) = (counts.data * exposed, counts.data * hidden)
    optimizer = counts.optimizer + counts.optimizerOffload
    (microBatches, bubble, layers) = (counts.microBatches, counts.bubble, counts.layers)
    offload = 0
    if counts.activationOffload > 0 { offload = Swift.max(0, counts.activationOffload * link - perMicroBatch) }
    if software.isEager { addHost(passes: counts.passes) }
  }

  /// Seconds of one micro-batch on the slowest stage.
  package var perMicroBatch: Double {
    products + attention + context + memory + experts + head + launch + tensor + expert + shard + transfer + offload
  }

  /// Seconds of the step.
  package var seconds: Double {
    (microBatches + bubble) * perMicroBatch + data + optimizer + StepConstants.start
  }

  /// Seconds that an accelerator waits for the pipeline to fill and drain.
  package var bubbleSeconds: Double { bubble * perMicroBatch }

  /// A host that launches each kernel takes 3.5 ms for a layer; short micro-batches wait for it: t ← (t⁴ + h⁴)^¼
  /// (measured on Megatron-LM of 2021 and 2022).
  private mutating func addHost(passes: Double) {
    let (own, host) = (perMicroBatch, Self.hostSecondsPerLayer * passes * layers)
    guard own > 0 else { return }
    let ratio = host / own
    launch += own * ((1 + ratio * ratio * ratio * ratio).squareRoot().squareRoot() - 1)
  }

  static let hostSecondsPerLayer = 3.5e-3
  /// Below this time for a layer and micro-batch steps without graphs wait for the host.
  static let launchBound = 2.5e-3

  /// Whether the step is likely to wait for kernels to be launched.
  package var isLaunchBound: Bool { layers > 0 && perMicroBatch / layers < Self.launchBound }
}
