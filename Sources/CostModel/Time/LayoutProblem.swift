/// Why a layout cannot be: what is wrong, and what would do.
package enum LayoutProblem: Error, Sendable, Equatable {
  /// The degrees do not multiply to the accelerators; `others` are those of tensor, pipeline and context parallelism.
  case accelerators(degrees: Int, count: Int, others: Int)
  /// More stages, or chunks of stages, than layers.
  case stages(Int, layers: Int)
  /// Chunks that the layers do not fill.
  case virtualStages(Int, pipeline: Int, layers: Int)
  /// A tensor degree that does not divide the heads.
  case heads(tensor: Int, heads: Int)
  /// An expert degree without experts, or one that does not divide them.
  case experts(Int, experts: Int)
  /// An expert degree that does not divide the accelerators of a stage.
  case expertGroup(Int, accelerators: Int)
  /// A batch that does not give every replica a micro-batch.
  case batch(sequences: Double, replicas: Int, microBatch: Double)
  /// A batch that replicas and micro-batches do not divide.
  case unevenBatch(sequences: Double, replicas: Int, microBatch: Double)

  /// What is wrong.
  package var message: String {
    switch self {
    case .accelerators(let degrees, let count, _):
      "the degrees multiply to \(degrees) accelerators, and there are \(count)"
    case .stages(let stages, let layers): "\(stages) pipeline stages are more than the model's \(layers) layers"
    case .virtualStages(let chunks, let pipeline, let layers):
      "\(layers) layers do not fill \(pipeline) stages of \(chunks) chunks"
    case .heads(let tensor, let heads): "tensor parallelism of \(tensor) does not divide \(heads) attention heads"
    case .experts(let expert, let experts):
      experts <= 1
        ? "expert parallelism of \(expert) needs a mixture of experts"
        : "expert parallelism of \(expert) does not divide \(experts) experts"
    case .expertGroup(let expert, let accelerators):
      "expert parallelism of \(expert) does not divide the \(accelerators) accelerators of a stage"
    case .batch(let sequences, let replicas, let microBatch):
      "a batch of \(sequences.plainText) sequences is too small for \(replicas) replicas with micro-batches of "
        + microBatch.plainText
    case .unevenBatch(let sequences, let replicas, let microBatch):
      "a batch of \(sequences.plainText) sequences does not divide by \(replicas) replicas times a micro-batch of "
        + microBatch.plainText
    }
  }

  /// What would do.
  package var hint: String {
    switch self {
    case .accelerators(_, let count, let others):
      count % others == 0
        ? "dp\(count / others) makes \(count), or leave dp out" : "choose degrees whose product divides \(count)"
    case .stages(_, let layers): "at most pp\(layers)"
    case .virtualStages(_, let pipeline, let layers):
      "vp1, or one of "
        + (1...Swift.max(1, layers / Swift.max(1, pipeline))).filter {
          layers % (pipeline * $0) == 0 || (layers + 2) % (pipeline * $0) == 0
        }.map { "vp\($0)" }.joined(separator: ", ")
    case .heads(_, let heads):
      "one of " + [1, 2, 4, 8, 16].filter { heads % $0 == 0 }.map { "tp\($0)" }.joined(separator: ", ")
    case .experts(_, let experts):
      experts <= 1
        ? "leave ep out"
        : "one of " + (1...experts).filter { experts % $0 == 0 }.map { "ep\($0)" }.joined(separator: ", ")
    case .expertGroup: "experts are divided among tensor, data and context parallel ranks of one stage"
    case .batch(_, let replicas, let microBatch):
      "a batch of at least \((Double(replicas) * microBatch).plainText), fewer accelerators, or more tensor or pipeline "
        + "parallelism"
    case .unevenBatch(let sequences, let replicas, let microBatch):
      "a batch of "
        + ((sequences / (Double(replicas) * microBatch)).rounded(.up) * Double(replicas) * microBatch).plainText
        + ", or another micro-batch"
    }
  }
}

extension Layout {
  /// Checks that a model and a batch can be laid out so.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - batch: Sequences of a step.
  ///   - count: Accelerators.
  /// - Throws: The first `LayoutProblem`.
  package func check(_ model: MemoryProfile, batch: Double, on count: Int) throws(LayoutProblem) {
    let others = Double(tensor) * Double(pipeline) * Double(context)
    guard accelerators == Double(count) else {
      throw .accelerators(
        degrees: Int.whole(accelerators, atMost: .max >> 1), count: count, others: Int.whole(others, atMost: 1 << 40))
    }
    guard pipeline <= model.layers else { throw .stages(pipeline, layers: model.layers) }
    if virtualStages > 1 {
      let fills = [model.layers, model.layers + 2].contains {
        $0 % pipeline == 0 && ($0 / pipeline) % virtualStages == 0
      }
      guard pipeline > 1, fills || (model.isEstimated && virtualStages * pipeline <= model.layers) else {
        throw .virtualStages(virtualStages, pipeline: pipeline, layers: model.layers)
      }
    }
    if let heads = model.heads, heads % tensor != 0 { throw .heads(tensor: tensor, heads: heads) }
    if expert > 1 {
      guard model.experts > 1, model.isEstimated || model.experts % expert == 0 else {
        throw .experts(expert, experts: model.experts)
      }
      let stage = Swift.max(1, count / pipeline)
      guard stage % expert == 0 else { throw .expertGroup(expert, accelerators: stage) }
    }
    let each = Double(data) * microBatch
    guard batch >= each else { throw .batch(sequences: batch, replicas: data, microBatch: microBatch) }
    guard (batch / each).truncatingRemainder(dividingBy: 1) == 0 else {
      throw .unevenBatch(sequences: batch, replicas: data, microBatch: microBatch)
    }
  }
}
