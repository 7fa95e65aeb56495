/// One layout with its memory and its time.
package struct LayoutChoice: Sendable {
  /// How the work is divided.
  package var layout: Layout
  /// What it takes on the most loaded accelerator.
  package var use: MemoryUse
  /// Seconds of a step; nil where the job is no training step, or the accelerator's links are unknown.
  package var time: StepTime?

  /// Seconds of a step; infinite where they are unknown.
  package var seconds: Double { time?.seconds ?? .infinity }
}

/// Looks for layouts that fit in memory, the fastest of them, and the smallest cluster that has one.
package struct LayoutSearch: Sendable {
  /// What the user fixes; what is nil is looked for.
  package struct Fixed: Sendable, Hashable {
    /// Tensor parallelism.
    package var tensor: Int?
    /// Pipeline stages.
    package var pipeline: Int?
    /// Chunks of layers in a stage.
    package var virtualStages: Int?
    /// Context parallelism.
    package var context: Int?
    /// Expert parallelism.
    package var expert: Int?
    /// Accelerators that share an expert's matrices.
    package var expertTensor: Int?
    /// What replicas divide.
    package var sharding: Layout.Sharding?
    /// Sequences at once.
    package var microBatch: Double?
    /// What is computed again.
    package var recompute: Recompute?
    /// What lives on the host.
    package var offload: Layout.Offload = []
    /// Whether pipelines are left out: software without them.
    package var hasPipeline = true

    /// Nothing fixed.
    package init() {}

    /// Accelerators of one copy of the model, as far as degrees are fixed.
    var group: Int {
      [tensor, pipeline, context].reduce(1) { product, degree in
        let (next, overflows) = product.multipliedReportingOverflow(by: Swift.max(1, degree ?? 1))
        return overflows ? product : next
      }
    }

    /// The plainest layout of what is fixed, with replicas for so many accelerators.
    package func layout(on count: Int) -> Layout {
      var layout = Layout(
        tensor: tensor ?? 1, pipeline: pipeline ?? 1, context: context ?? 1, expert: expert ?? 1)
      layout.virtualStages = virtualStages ?? 1
      layout.microBatch = microBatch ?? 1
      if count % group == 0 { layout.data = count / group }
      return layout
    }

    /// Fixes the plainest of what is left where some degree is fixed: the layout is the user's own.
    package mutating func keepPlain() {
      guard tensor != nil || pipeline != nil || context != nil || expert != nil || sharding != nil else { return }
      if pipeline != nil || tensor != nil { context = context ?? 1 }
      virtualStages = virtualStages ?? 1
      microBatch = microBatch ?? 1
      recompute = recompute ?? .full
    }
  }

  /// The model's memory.
  package var model: MemoryProfile
  /// What fills the memory.
  package var job: MemoryJob
  /// The training step, for its time; nil where none is known.
  package var step: StepModel?
  /// Bytes that may be filled on an accelerator.
  package var usable: Double
  /// The largest tensor-parallel group: accelerators with fast links among them, eight at most but on a torus.
  package var node: Int
  /// What the user fixes.
  package var fixed = Fixed()
  /// Whether replicas and micro-batches divide the batch; where nothing does, what is nearest counts.
  var dividesBatch = true

  /// The most accelerators looked at.
  package static let maximumAccelerators = 1 << 17

  /// A search on one kind of accelerator.
  package init(_ model: MemoryProfile, _ job: MemoryJob, step: StepModel? = nil, usable: Double, node: Int) {
    self.model = model
    self.job = job
    self.step = step
    self.usable = usable
    self.node = Swift.max(1, node)
  }

  /// The fastest layouts that fit on so many accelerators, the fastest first; empty where none fits.
  ///
  /// - Parameters:
  ///   - count: Accelerators.
  ///   - limit: How many to return at most.
  /// - Returns: Layouts with memory and time.
  package func fastest(on count: Int, limit: Int = 1) -> [LayoutChoice] {
    let found = fastest(on: count, atMost: limit)
    guard found.isEmpty, dividesBatch else { return found }
    var loose = self
    loose.dividesBatch = false
    return loose.fastest(on: count, atMost: limit)
  }

  private func fastest(on count: Int, atMost limit: Int) -> [LayoutChoice] {
    var best: [(layout: Layout, use: MemoryUse, seconds: Double)] = []
    visit(count, onlyFitting: true) { layout, stages in
      let seconds = seconds(layout)
      // What takes too long takes longer still with more computed again.
      if best.count == limit, let last = best.last, seconds >= last.seconds { return false }
      let use = MemoryUse(model, job, layout, stages)
      guard use.total.value <= usable else { return true }
      let place = best.firstIndex { seconds < $0.seconds } ?? best.count
      best.insert((layout, use, seconds), at: place)
      if best.count > limit { best.removeLast() }
      return limit > 1
    }
    return best.map { LayoutChoice(layout: $0.layout, use: $0.use, time: step?.time($0.layout)) }
  }

  /// The fastest layout that fits on so many accelerators; nil where none fits.
  package func best(on count: Int) -> LayoutChoice? { fastest(on: count).first }

  /// The fastest layouts with those within 4 % of the first put in the order of common practice: fewer stages, smaller
  /// tensor groups. The model cannot tell such layouts apart.
  package func recommended(on count: Int, limit: Int = 10) -> [LayoutChoice] {
    let found = fastest(on: count, limit: limit)
    guard let least = found.first?.seconds, least.isFinite else { return found }
    let ties = found.prefix { $0.seconds <= least * Self.tie }
    return ties.sorted { Self.practice($0).lexicographicallyPrecedes(Self.practice($1)) } + found.dropFirst(ties.count)
  }

  /// Steps this close to each other are a tie.
  package static let tie = 1.04

  private static func practice(_ choice: LayoutChoice) -> [Double] {
    let layout = choice.layout
    return [
      Double(layout.pipeline), Double(layout.tensor), Double(layout.context), Double(layout.virtualStages),
      choice.seconds,
    ]
  }

  /// The smallest power of two that some layout fits on, with the fastest layout there; nil where none does.
  package func smallest() -> LayoutChoice? {
    var count = 1
    while count <= Self.maximumAccelerators {
      if fits(on: count), let choice = best(on: count) { return choice }
      count *= 2
    }
    return nil
  }

  /// Whether some layout fits on so many.
  package func fits(on count: Int) -> Bool {
    var leanest = self
    // Nothing takes less than one sequence at a time with everything computed again, without interleaving.
    if fixed.recompute == nil { leanest.fixed.recompute = .full }
    if fixed.microBatch == nil { leanest.fixed.microBatch = 1 }
    if fixed.virtualStages == nil { leanest.fixed.virtualStages = 1 }
    var isFound = false
    leanest.visit(count) { layout, stages in
      if !isFound, MemoryUse(model, job, layout, stages).total.value <= usable { isFound = true }
      return !isFound
    }
    return isFound
  }

  /// The layout that comes nearest to fitting; nil where the fixed degrees do not divide the count.
  package func nearest(on count: Int) -> LayoutChoice? {
    var least: (layout: Layout, use: MemoryUse)?
    visit(count) { layout, stages in
      let use = MemoryUse(model, job, layout, stages)
      if use.total < least?.use.total ?? Quantity(.infinity) { least = (layout, use) }
      return true
    }
    return least.map { LayoutChoice(layout: $0.layout, use: $0.use, time: step?.time($0.layout)) }
  }

  /// How many layouts there are on so many accelerators, fitting or not.
  package func count(on accelerators: Int) -> Int {
    var count = 0
    visit(accelerators) { _, _ in
      count += 1
      return true
    }
    return count
  }

  /// Seconds of a step. Where none are known few accelerators a copy come first, then few stages.
  private func seconds(_ layout: Layout) -> Double {
    guard let step else { return Self.communication(layout) }
    return step.time(layout).seconds
  }

  private static func communication(_ layout: Layout) -> Double {
    Double(layout.tensor * layout.pipeline) * 1e3 + Double(layout.pipeline) * 10
      + Double(layout.context + layout.sharding.stage)
  }
}
