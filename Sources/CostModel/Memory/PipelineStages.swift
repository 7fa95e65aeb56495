/// What the stages of a pipeline hold, those left out that hold no more than one before them.
struct PipelineStages: Sendable {
  /// One stage.
  struct Stage: Sendable {
    /// Its layers.
    var load: MemoryProfile.LayerLoad
    /// How many layers.
    var layers: Double
    /// Parameters of token and position embeddings, of the output head, or of both.
    var tables: Double
    /// Micro-batches whose activations it keeps at once, in full ones of its layers.
    var inFlight: Double
    /// Whether it computes the output.
    var isLast: Bool
  }

  /// The degrees that it was made for.
  let pipeline: Int
  let virtualStages: Int
  /// The stages that may be the fullest.
  let stages: [Stage]

  /// The stages of a model.
  ///
  /// Layers are spread as evenly as they go; what is left over goes to stages in the middle, since the first has the
  /// embedding and the last the head. A stage keeps as many micro-batches as stages follow it, itself included; with
  /// interleaving (Narayanan et al. 2021) 2·(pp − i − 1) + (vp − 1)·pp + 1 chunks of a vp-th of its layers.
  init(_ model: MemoryProfile, pipeline: Int, virtualStages: Int = 1) {
    self.pipeline = pipeline
    self.virtualStages = virtualStages
    guard pipeline > 1 else {
      stages = [
        Stage(
          load: model.load(of: 0..<model.layers), layers: Double(model.layers),
          tables: model.embedding + model.outputHead, inFlight: 1, isLast: true)
      ]
      return
    }
    // Where the head is the embedding, the last stage has a copy of it.
    let head = model.outputHead > 0 ? model.outputHead : model.embedding
    var (stages, start): ([Stage], Int) = ([], 0)
    for index in 0..<pipeline {
      let count = Self.layers(of: index, model.layers, pipeline)
      let isLast = index == pipeline - 1
      let even = model.isEstimated ? 1 / Double(pipeline) : nil
      let load = even.map { model.load(of: 0..<model.layers) * $0 }
      let stage = Stage(
        load: load ?? Self.load(model, start..<start + count, index, pipeline, virtualStages),
        layers: even.map { Double(model.layers) * $0 } ?? Double(count),
        tables: index == 0 ? model.embedding : isLast ? head : 0,
        inFlight: Self.inFlight(index, pipeline, virtualStages), isLast: isLast)
      start += count
      if let last = stages.last, index > 1, !isLast, last.load == stage.load { continue }
      stages.append(stage)
    }
    self.stages = stages
  }

  /// Layers of a stage: those left over go to the middle first, then to the first stage.
  private static func layers(of index: Int, _ layers: Int, _ pipeline: Int) -> Int {
    let (even, rest) = (layers / pipeline, layers % pipeline)
    guard rest > 0 else { return even }
    if rest >= pipeline - 1 { return index == pipeline - 1 ? even : even + 1 }
    return (1...rest).contains(index) ? even + 1 : even
  }

  /// The layers of a stage; with interleaving each chunk stands at its place in the model.
  private static func load(
    _ model: MemoryProfile, _ range: Range<Int>, _ index: Int, _ pipeline: Int, _ virtualStages: Int
  ) -> MemoryProfile.LayerLoad {
    let chunks = pipeline * virtualStages
    guard virtualStages > 1, model.runs.count > 1, model.layers % chunks == 0 else { return model.load(of: range) }
    let size = model.layers / chunks
    return (0..<virtualStages).reduce(MemoryProfile.LayerLoad()) { sum, chunk in
      let first = (chunk * pipeline + index) * size
      return sum + model.load(of: first..<first + size)
    }
  }

  private static func inFlight(_ index: Int, _ pipeline: Int, _ virtualStages: Int) -> Double {
    guard virtualStages > 1 else { return Double(pipeline - index) }
    return Double(2 * (pipeline - index - 1) + (virtualStages - 1) * pipeline + 1) / Double(virtualStages)
  }
}
