extension LayoutSearch {
  /// Calls a body with every layout on so many accelerators that the batch allows, and with what its stages hold.
  ///
  /// Degrees are powers of two; pipelines any divisor up to 64 over which layers spread evenly, if need be with embedding
  /// and head as a layer each. What is fixed is taken as it is. Where the body returns false, no more of the layout is
  /// computed again: that takes less memory and more time.
  ///
  /// - Parameters:
  ///   - count: Accelerators.
  ///   - onlyFitting: Whether layouts whose leanest form does not fit are passed over.
  ///   - body: What to do with a layout.
  func visit(_ count: Int, onlyFitting: Bool = false, _ body: (Layout, PipelineStages) -> Bool) {
    guard count >= 1, count <= 1 << 40 else { return }
    for pipeline in pipelines(of: count) {
      let stages = chunks(of: pipeline).map { PipelineStages(model, pipeline: pipeline, virtualStages: $0) }
      for tensor in degrees(fixed.tensor, atMost: node, of: count / pipeline) where isSplittable(tensor) {
        guard count % (pipeline * tensor) == 0 else { continue }
        for context in degrees(fixed.context, atMost: contextLimit, of: count / tensor / pipeline) {
          let group = tensor * pipeline * context
          guard count % group == 0 else { continue }
          var layout = Layout(tensor: tensor, pipeline: pipeline, data: count / group, context: context)
          layout.offload = fixed.offload
          visit(layout, stages, onlyFitting: onlyFitting, body)
        }
      }
    }
  }

  private func visit(
    _ start: Layout, _ stages: [PipelineStages], onlyFitting: Bool, _ body: (Layout, PipelineStages) -> Bool
  ) {
    var layout = start
    let batch = job.batch.map { $0 / Double(layout.data) }
    let microBatches = microBatches(of: batch)
    for expert in experts(layout) {
      layout.expert = expert
      layout.expertTensor = fixed.expertTensor ?? 1
      for sharding in shardings(layout) {
        layout.sharding = sharding
        if onlyFitting, !fits(layout, microBatches, stages) { continue }
        for microBatch in microBatches {
          layout.microBatch = microBatch
          for held in stages {
            // Interleaving needs as many micro-batches as stages.
            if held.virtualStages > 1, fixed.virtualStages == nil, let batch, batch / microBatch < Double(held.pipeline)
            {
              continue
            }
            layout.virtualStages = held.virtualStages
            for recompute in recomputes {
              layout.recompute = recompute
              if !body(layout, held) { break }
            }
          }
        }
      }
    }
  }

  /// Whether a layout fits with the smallest micro-batch, the fewest chunks and as much computed again as may be: nothing
  /// else takes less.
  private func fits(_ layout: Layout, _ microBatches: [Double], _ stages: [PipelineStages]) -> Bool {
    guard let microBatch = microBatches.first, let held = stages.first, let recompute = recomputes.last else {
      return false
    }
    var leanest = layout
    (leanest.microBatch, leanest.virtualStages, leanest.recompute) = (microBatch, held.virtualStages, recompute)
    return MemoryUse(model, job, leanest, held).total.value <= usable
  }

  private func pipelines(of count: Int) -> [Int] {
    if let pipeline = fixed.pipeline {
      return (1...Swift.max(1, Swift.min(count, model.layers))).contains(pipeline) && count % pipeline == 0
        ? [pipeline] : []
    }
    guard fixed.hasPipeline || !job.isTraining else { return [1] }
    let most = Swift.min(64, model.layers, count)
    guard most >= 1 else { return [] }
    return (1...most).filter { pipeline in
      guard count % pipeline == 0 else { return false }
      if model.isEstimated { return pipeline & (pipeline - 1) == 0 }
      return model.experts > 1 || model.layers % pipeline == 0 || (model.layers + 2) % pipeline == 0
        || pipeline & (pipeline - 1) == 0 && step == nil
    }
  }

  /// Chunks that the layers of a stage divide into.
  private func chunks(of pipeline: Int) -> [Int] {
    if let fixed = fixed.virtualStages { return [Swift.max(1, fixed)] }
    guard pipeline > 1, step != nil else { return [1] }
    if model.isEstimated { return [1, 2, 4, 8].filter { $0 * pipeline <= model.layers } }
    let even = model.layers % pipeline == 0 ? model.layers / pipeline : 0
    let counted = (model.layers + 2) % pipeline == 0 ? (model.layers + 2) / pipeline : 0
    return [1]
      + [2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20].filter {
        even > 0 && even % $0 == 0 || counted > 0 && counted % $0 == 0
      }
  }

  /// Sequences at once that divide what a replica has of the batch.
  private func microBatches(of batch: Double?) -> [Double] {
    if let fixed = fixed.microBatch {
      if let batch, batch < fixed { return [] }
      return [fixed]
    }
    guard let batch else { return step == nil ? [1] : [1, 2, 4, 8, 16] }
    guard step != nil else { return batch >= 1 || batch.isNaN ? [1] : [] }
    guard dividesBatch else { return [1, 2, 4, 8, 16].filter { batch >= $0 } }
    return [1, 2, 4, 8, 16].filter { (batch / $0).truncatingRemainder(dividingBy: 1) == 0 && batch >= $0 }
  }

  private func experts(_ layout: Layout) -> [Int] {
    guard model.experts > 1 else { return degrees(fixed.expert, atMost: 1, of: 1) }
    let group = layout.tensor * layout.data * layout.context / (fixed.expertTensor ?? 1)
    return degrees(fixed.expert, atMost: model.experts, of: group).filter { expert in
      // Experts are divided at least as far as the other matrices.
      group % expert == 0
        && (fixed.expert != nil || expert >= Swift.min(layout.tensor, model.experts / 2))
    }
  }

  private func shardings(_ layout: Layout) -> [Layout.Sharding] {
    guard job.isTraining else { return [.ddp] }
    if let sharding = fixed.sharding { return [sharding] }
    guard layout.replicas > 1 || (model.experts > 1 && layout.expertReplicas > 1) else { return [.ddp] }
    if let step {
      guard layout.pipeline == 1 else { return [.zero1] }
      let domain = Double(Swift.max(1, step.hardware.domain / layout.tensor))
      let whole: [Layout.Sharding] = layout.replicas > domain ? [.fsdp, .hsdp] : [.fsdp]
      return step.job.task == .lora ? [.ddp, .fsdp] : [.zero1] + whole
    }
    // Stages 2 and 3 would exchange gradients and weights once for each micro-batch of a pipeline.
    return layout.pipeline > 1 ? [.ddp, .zero1] : [.ddp, .zero1, .zero2, .fsdp]
  }

  private var recomputes: [Recompute] {
    guard job.isTraining else { return [.none] }
    if let recompute = fixed.recompute { return [recompute] }
    return step == nil ? [.full] : [.none, .selective, .full]
  }

  /// Shorter pieces of a sequence are not worth an exchange.
  private var contextLimit: Int {
    job.isTraining ? Int.whole(job.context / 4096, atMost: 64) : 1
  }

  private func isSplittable(_ tensor: Int) -> Bool { tensor == 1 || (model.heads.map { $0 % tensor == 0 } ?? true) }

  /// The fixed degree where there are so many accelerators, or all powers of two up to a limit.
  private func degrees(_ fixed: Int?, atMost limit: Int, of count: Int) -> [Int] {
    if let fixed { return (1...Swift.max(1, count)).contains(fixed) ? [fixed] : [] }
    var degrees = [1]
    while let last = degrees.last, last * 2 <= Swift.min(limit, count) { degrees.append(last * 2) }
    return degrees
  }
}
