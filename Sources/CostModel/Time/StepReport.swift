/// One training step as people read it: its time by term, its speed, and what the model cannot know.
package struct StepReport: Sendable {
  /// A part of the step's time.
  package struct Term: Sendable {
    /// The stable name, as `attention_seconds`.
    package var key: String
    /// The name in words.
    package var name: String
    /// Seconds of the step that nothing hides.
    package var seconds: Double
    /// Seconds of traffic beside computing; 0 for work that is no traffic.
    package var hidden = 0.0
    /// How it is computed.
    package var formula: String
  }

  /// The step.
  package var model: StepModel
  /// How it is laid out.
  package var layout: Layout
  /// What was counted.
  package var counts: StepCounts
  /// Its time.
  package var time: StepTime
  /// Its time with p10 and p90.
  package var seconds: Spread
  /// FLOP of the step that the model needs.
  package var operations: Double
  /// Those of attention.
  package var attentionOperations: Double

  /// The report of a layout.
  ///
  /// - Parameters:
  ///   - model: The step.
  ///   - layout: How it is laid out.
  ///   - spread: How far published steps lie from predicted ones.
  ///   - unknown: What is not known of it.
  package init(_ model: StepModel, _ layout: Layout, spread: StepSpread, unknown: StepSpread.Unknowns) {
    self.model = model
    self.layout = layout
    counts = model.counts(layout)
    time = StepTime(counts, model.job, model.hardware, model.constants)
    seconds = spread.range(time, model, unknown: unknown)
    let shape = model.shape
    let learning = model.job.task == .lora ? 2 : 1 + 2 * (1 - model.job.frozenShare)
    attentionOperations =
      model.job.tokens * shape.attentionOperations(sequence: model.job.sequence, documents: model.job.documents)
      * learning
    operations = attentionOperations + model.job.tokens * 2 * shape.matrices * learning
  }

  /// Tokens a second, all accelerators together.
  package var tokensPerSecond: Double { model.job.tokens / time.seconds }
  /// FLOP/s that one accelerator does for the model, without what is computed again.
  package var operationsPerSecond: Double { operations / time.seconds / layout.accelerators }
  /// The share of the dense peak of the step's format.
  package var mfu: Double { operationsPerSecond / model.hardware.peak(model.job.precision) }
  /// The same with the FLOP of matrices alone.
  package var mfuWithoutAttention: Double { mfu * (1 - attentionOperations / operations) }

  /// The stable names of the parts, and of their hidden traffic.
  package static let keys: [String] =
    [
      "matrix_products", "attention", "memory_operations", "experts", "head", "launch", "tensor", "context", "expert",
      "shard", "pipeline", "offload", "bubble", "data", "optimizer", "start",
    ].map { $0 + "_seconds" } + ["tensor", "expert", "shard", "pipeline", "data"].map { $0 + "_hidden_seconds" }

  /// The name of a part's hidden traffic.
  package static func hiddenKey(of key: String) -> String { key.dropLast("_seconds".count) + "_hidden_seconds" }

  /// The parts of the step, which add up to its seconds.
  package var terms: [Term] {
    let times = time.microBatches
    func term(
      _ key: String, _ name: String, _ seconds: Double, hidden: Double = 0, _ formula: String
    ) -> Term {
      Term(key: key + "_seconds", name: name, seconds: seconds * times, hidden: hidden * times, formula: formula)
    }
    return [
      term(
        "matrix_products", "matrix products", time.products,
        "FLOP / (peak · matmul share · gemm) + bytes · memory / bandwidth"),
      term("attention", "attention", time.attention, "FLOP / (16-bit peak · matmul share · attention)"),
      term("memory_operations", "memory operations", time.memory, "bytes · memory / bandwidth"),
      term(
        "experts", "experts' permutation and activations", time.experts,
        "bytes · experts / bandwidth, or half of memory with fused kernels"),
      term("head", "output head and loss", time.head, "FLOP / (16-bit peak · matmul share · gemm) + bytes"),
      term(
        "launch", "launches and gaps", time.launch, "launch · (layers + 4 · layers with experts without fused kernels)"),
      term(
        "tensor", "tensor-parallel exchange", time.tensor, hidden: time.hiddenTensor,
        "(traffic / links + latency) · (1 − hidden-tensor)"),
      term(
        "context", "context-parallel exchange", time.context, "√(attention² + (traffic / links)²) − attention"),
      term(
        "expert", "expert-parallel exchange", time.expert, hidden: time.hiddenExpert,
        "max(within, between domains) / links · (1 − hidden-tensor)"),
      term(
        "shard", "gathers of sharded weights", time.shard, hidden: time.hiddenShard,
        "traffic / links · (1 − hidden-data)"),
      term(
        "pipeline", "transfers between stages", time.transfer, hidden: time.hiddenTransfer,
        "traffic / links · (1 − hidden-data)"),
      term("offload", "activations to the host and back", time.offload, "traffic / links beyond a micro-batch"),
      Term(
        key: "bubble_seconds", name: "pipeline bubble", seconds: time.bubbleSeconds,
        formula: "(stages − 1) / virtual stages · seconds of a micro-batch"),
      Term(
        key: "data_seconds", name: "data-parallel exchange", seconds: time.data, hidden: time.hiddenData,
        formula: "traffic / links · (1 − hidden-data), once a step"),
      Term(
        key: "optimizer_seconds", name: "optimizer", seconds: time.optimizer,
        formula: "30 bytes a parameter / bandwidth, once a step"),
      Term(
        key: "start_seconds", name: "start of the step", seconds: StepConstants.start, formula: "10 ms, not fitted"),
    ]
  }

  /// What the model cannot know of this step, and where it was not tried.
  package var notes: [Message] {
    let (job, hardware) = (model.job, model.hardware)
    let shape = model.shape
    var notes: [Message] = []
    if shape.hasExperts, !job.software.fusesExperts {
      notes.append(
        "software of 2026 with fused experts and whole-iteration graphs is up to 2.9 times as fast on mixtures; "
          + "\(input: "stack", as: "megatron-2026") counts with it")
    }
    if counts.expertOut > counts.expertUp {
      notes.append(
        "experts are exchanged between domains: schedules that hide all of it, such as DualPipe, save up to "
          + Notation.display(time.expert / time.perMicroBatch, as: .ratio) + " of a micro-batch")
    }
    if TrainingSoftware.hasVendorKernels(hardware.accelerator.generation), !job.software.usesPortableAttention,
      time.attention > 0.1 * time.perMicroBatch
    {
      notes.append(
        "FlashAttention-2 in place of the vendor's kernels takes 1.8 times as long here; see \(input: "stack")")
    }
    if time.isLaunchBound {
      notes.append(
        "less than 2.5 ms of work a layer and micro-batch: kernels may wait to be launched, and the step take longer; "
          + "a larger micro-batch or CUDA graphs help")
    }
    if shape.hidden.truncatingRemainder(dividingBy: 128) != 0, !shape.isEstimated {
      notes.append("the width is no multiple of 128: such models were measured 20 to 35 % slower")
    }
    if shape.recurrenceOperations > 0 {
      notes.append("no published step of a recurrent or hybrid model is behind the constants")
    }
    if layout.tensor > hardware.domain {
      notes.append("tensor parallelism leaves the scale-up domain: tried on six steps")
    }
    if layout.accelerators > 1, let note = hardware.scaleUp.note { notes.append(Message(note)) }
    if !["ampere", "hopper", "blackwell"].contains(hardware.accelerator.generation) {
      notes.append(
        "few or no steps of the generation \(hardware.accelerator.generation) are behind the constants: "
          + "\(input: "matmul-tflops") with a measured rate helps most")
    }
    if !layout.offload.isEmpty { notes.append("no published step with offloading is behind the constants") }
    return notes
  }
}

extension TransformerShape {
  /// Matrix parameters that work on a token in one pass, output head and prediction layers included.
  var matrices: Double {
    attentionMatrices + networkMatrices + activeExpertMatrices + sharedMatrices + routerMatrices + predictionMatrices
      + vocabulary * hidden * (1 + predictionLayers)
  }
}

extension StepCounts {
  /// What was counted, by name, with the unit.
  package var entries: [(name: String, value: Double, unit: String)] {
    [
      ("matrix products", products, "FLOP"), ("their operands", productBytes, "bytes"),
      ("attention", attention, "FLOP"), ("memory operations", memoryBytes, "bytes"),
      ("experts' permutation and activations", expertBytes, "bytes"), ("output head", head, "FLOP"),
      ("its memory operations", headBytes, "bytes"), ("layers", layers, ""), ("layers with experts", mixtureLayers, ""),
      ("tensor-parallel traffic", tensor, "s"), ("its latency", tensorLatency, "s"),
      ("context-parallel traffic", context, "s"), ("expert traffic within domains", expertUp, "s"),
      ("expert traffic between domains", expertOut, "s"), ("transfers between stages", transfer, "s"),
      ("gathers of sharded weights", shard, "s"), ("activations to the host and back", activationOffload, "s"),
      ("replicas, once a step", data, "s"), ("optimizer, once a step", optimizer, "s"),
      ("optimizer on the host, once a step", optimizerOffload, "s"),
    ]
  }
}
