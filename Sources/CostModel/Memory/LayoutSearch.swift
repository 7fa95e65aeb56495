/// Looks for layouts that fit, and for the smallest cluster that has one.
public struct LayoutSearch: Sendable {
  /// Degrees that the user fixes.
  public struct Fixed: Sendable {
    /// Tensor parallelism.
    public var tensor: Int?
    /// Pipeline stages.
    public var pipeline: Int?
    /// Context parallelism.
    public var context: Int?
    /// Expert parallelism.
    public var expert: Int?
    /// ZeRO stage.
    public var zeroStage: Int?

    /// Nothing fixed.
    public init() {}
  }

  /// A layout with its memory.
  public struct Placement: Sendable {
    /// How the work is divided.
    public var layout: ParallelLayout
    /// What it takes on the most loaded accelerator.
    public var use: MemoryUse
  }

  /// The model.
  public var model: MemoryProfile
  /// The work.
  public var job: MemoryJob
  /// Bytes that may be filled on an accelerator.
  public var usable: Double
  /// Accelerators with fast links among them.
  public var node: Int
  /// Degrees that the user fixes.
  public var fixed = Fixed()

  /// The most accelerators looked at.
  public static let maximumAccelerators = 1 << 17

  /// A search on one kind of accelerator.
  public init(_ model: MemoryProfile, _ job: MemoryJob, usable: Double, node: Int) {
    self.model = model
    self.job = job
    self.usable = usable
    self.node = Swift.max(1, node)
  }

  /// The smallest power of two that some layout fits on; nil where none does.
  public func smallest() -> Placement? {
    var count = 1
    while count <= Self.maximumAccelerators {
      if let placement = best(on: count) { return placement }
      count *= 2
    }
    return nil
  }

  /// The layout that fits on so many accelerators and talks least; nil where none fits.
  public func best(on count: Int) -> Placement? {
    var best: (placement: Placement, cost: Double)?
    search(count) { placement in
      guard placement.use.total.value <= usable else { return }
      let cost = Self.cost(placement.layout)
      if let known = best, known.cost < cost || (known.cost == cost && known.placement.use.total <= placement.use.total)
      {
        return
      }
      best = (placement, cost)
    }
    return best?.placement
  }

  /// The layout that comes nearest to fitting; nil where the fixed degrees do not divide the count.
  public func nearest(on count: Int) -> Placement? {
    var least: Placement?
    search(count) { placement in
      if placement.use.total < least?.use.total ?? Quantity(.infinity) { least = placement }
    }
    return least
  }

  /// What a layout costs in communication, for choosing among those that fit: pipelines idle at both ends, tensor and
  /// context parallelism talk in every layer, ZeRO-3 gathers weights, which takes longer the more replicas there are.
  private static func cost(_ layout: ParallelLayout) -> Double {
    let replicas = logarithm(layout.data * layout.context)
    let zero: Double
    switch layout.zeroStage {
    case 0: zero = 0.2
    case 1: zero = 0.1
    case 2: zero = 0.5
    default: zero = 1.2 + 0.3 * Swift.max(0, replicas - 6)
    }
    return logarithm(layout.tensor) + 1.5 * logarithm(layout.pipeline) + 1.2 * logarithm(layout.context)
      + 0.2 * logarithm(layout.expert) + zero
  }

  private static func logarithm(_ value: Int) -> Double {
    Elementary.logarithm(Double(value)) / Elementary.logarithm(2)
  }

  private func search(_ count: Int, _ body: (Placement) -> Void) {
    guard count >= 1, count <= 1 << 40 else { return }
    for tensor in degrees(fixed.tensor, atMost: node, of: count) where isSplittable(tensor) {
      for pipeline in degrees(fixed.pipeline, atMost: model.layers, of: count / tensor) {
        for context in degrees(fixed.context, atMost: contextLimit, of: count / tensor / pipeline) {
          let group = tensor * pipeline * context
          guard count % group == 0 else { continue }
          var layout = ParallelLayout()
          (layout.tensor, layout.pipeline, layout.context, layout.data) = (tensor, pipeline, context, count / group)
          if let batch = job.batch, Double(layout.data) * job.microBatch > Swift.max(batch, 1) { continue }
          search(layout, body)
        }
      }
    }
  }

  private func search(_ layout: ParallelLayout, _ body: (Placement) -> Void) {
    var layout = layout
    let group = layout.tensor * layout.data * layout.context
    for expert in degrees(fixed.expert, atMost: model.experts, of: group) where group % expert == 0 {
      // Experts are divided at least as far as the other matrices.
      guard model.experts == 1 || fixed.expert != nil || expert >= Swift.min(layout.tensor, model.experts / 2)
      else { continue }
      layout.expert = expert
      for stage in stages(layout) {
        layout.zeroStage = stage
        body(Placement(layout: layout, use: MemoryUse(model, job, layout)))
      }
    }
  }

  private func stages(_ layout: ParallelLayout) -> [Int] {
    guard job.isTraining else { return [0] }
    if let stage = fixed.zeroStage { return [stage] }
    guard layout.replicas > 1 || (model.experts > 1 && layout.expertReplicas > 1) else { return [0] }
    // Stages 2 and 3 would exchange gradients and weights once for each micro-batch of a pipeline.
    return layout.pipeline > 1 ? [0, 1] : [0, 1, 2, 3]
  }

  /// Shorter pieces of a sequence are not worth an exchange.
  private var contextLimit: Int {
    job.isTraining ? Int.whole(job.context / 2048, atMost: 1 << 20) : 1
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
