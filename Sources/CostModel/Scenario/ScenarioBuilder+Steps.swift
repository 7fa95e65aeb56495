extension ScenarioBuilder {
  /// How the hours of pre-training depend on its cluster, and what cluster to take where none is given.
  func steps(
    for model: Scenario.Model, _ phases: [Scenario.Phase]
  ) throws(ScenarioError) -> (scaling: StepScaling?, choice: ClusterChoice) {
    let (catalog, id) = (catalog, accelerator.id)
    // A catalog of one's own need not know steps, nor the factors behind them.
    let known = try Inputs.look { () throws(CatalogError) in
      (try catalog.trainingHardware(id), try catalog.stepConstants())
    }
    guard known.0 != nil, known.1 != nil else {
      return (nil, ClusterChoice(nil, node: accelerator.acceleratorsPerNode ?? 1))
    }
    let law = try Inputs.look { () throws(CatalogError) in try catalog.criticalBatch() }
    let reference = try factor("reference-context")
    // The context of most tokens; what others add is counted as FLOP.
    let main = phases.max { $0.tokens.typical < $1.tokens.typical }
    let context = main?.contextLength?.typical.value ?? reference
    var cluster = UsualCluster(accelerators: try factor("reference-cluster"))
    cluster.exponent = try factor("reference-cluster-exponent")
    let tokens = try factor("training-batch-tokens")
    return try StepsBuilder(request, accelerator, catalog).steps(
      for: model, MemoryJob(.pretrain, context: context), usualContext: reference,
      usualBatch: law.map { .critical($0) } ?? .tokens(tokens), on: cluster,
      reliability: try Reliability(Inputs(values: request.values, catalog: catalog)))
  }

  /// The hours of tuned steps on another accelerator, with its usual links; nil where no step is known.
  func stepsElsewhere(
    on other: Accelerator, for model: Scenario.Model, _ phases: [Scenario.Phase]
  ) throws(ScenarioError) -> TunedHours? {
    try ScenarioBuilder(request.on(other), in: catalog).steps(for: model, phases).scaling?.hours
  }

  /// What to say of the batch of a request.
  func note(on scaling: StepScaling?, _ model: Scenario.Model, _ phases: [Scenario.Phase]) -> Message? {
    let tokens = phases.reduce(0) { $0 + $1.tokens.typical.value * ($1.epochs?.typical.value ?? 1) }
    let active = (model.activeParameters ?? model.parameters).typical.value
    var count: Double?
    if case .accelerators(let given)? = request.cluster { count = given.typical.value }
    // A schedule is told its critical batch, and says itself which clusters lie beyond it.
    guard request[Settings.criticalBatch] == nil else { return nil }
    return scaling?.note(model, operations: 6 * active * tokens, on: count)
  }

  private func factor(_ id: String) throws(ScenarioError) -> Double {
    let catalog = catalog
    return try Inputs.look { () throws(CatalogError) in try catalog.factor(id) }.value.typical.value
  }

  /// How the hours of a request for pre-training depend on its cluster; nil where no step of its accelerator is known.
  static func scaling(for request: Request, in catalog: any Catalog) throws(ScenarioError) -> StepScaling? {
    let builder = try ScenarioBuilder(request, in: catalog)
    let model = try builder.model()
    return try builder.steps(for: model, builder.phases(of: model)).scaling
  }
}

extension Request {
  /// The same job on so many accelerators.
  func on(accelerators count: Double) -> Request {
    var request = self
    request.cluster = .accelerators(Ranged(count))
    return request
  }

  /// The same job on another accelerator, with its usual links and the layout that is best there.
  func on(_ other: Accelerator) -> Request {
    var request = self
    request.accelerator = other.id
    (request.step.hardware, request.step.fixed, request.precision) = (nil, LayoutSearch.Fixed(), nil)
    request.cluster = nil
    return request
  }
}

/// Puts together how hours depend on the cluster, for one request.
struct StepsBuilder {
  let request: Request
  let accelerator: Accelerator
  let catalog: any Catalog

  init(_ request: Request, _ accelerator: Accelerator, _ catalog: any Catalog) {
    self.request = request
    self.accelerator = accelerator
    self.catalog = catalog
  }

  private func factor(_ id: String) throws(ScenarioError) -> Double {
    let catalog = catalog
    return try Inputs.look { () throws(CatalogError) in try catalog.factor(id) }.value.typical.value
  }

  /// The steps of a stage after pre-training, on one node or more.
  func steps(
    for model: Scenario.Model, _ memory: MemoryJob
  ) throws(ScenarioError) -> (scaling: StepScaling?, choice: ClusterChoice) {
    let sequences = try factor("fine-tuning-batch-sequences")
    return try steps(
      for: model, memory, usualContext: memory.context, usualBatch: .tokens(sequences * memory.context),
      on: UsualCluster(node: accelerator.acceleratorsPerNode ?? 1))
  }

  /// The steps of some work.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - memory: What fills the memory.
  ///   - usualContext: The context that the efficiency stands for.
  ///   - usualBatch: The batch where none is given.
  ///   - cluster: The cluster that the efficiency stands for.
  ///   - reliability: Interruptions, where they count.
  /// - Returns: How hours depend on the cluster, nil where no step is known, and which cluster to take.
  /// - Throws: ``ScenarioError`` for a layout that cannot be, and where a look-up fails.
  func steps(
    for model: Scenario.Model, _ memory: MemoryJob, usualContext: Double, usualBatch: StepScaling.Batch,
    on cluster: UsualCluster, reliability: Reliability? = nil
  ) throws(ScenarioError) -> (scaling: StepScaling?, choice: ClusterChoice) {
    let node = accelerator.acceleratorsPerNode ?? 1
    guard memory.isTraining, var setup = try setup(for: model, memory) else {
      let fewest = try fewest(model, memory)
      return (nil, ClusterChoice(nil, node: node, fewest: fewest))
    }
    let own = TunedHours(setup.own, memory: catalog.memory)
    try check(own, model, memory)
    var usual = own
    if request.step.changesHours || setup.own.mayOffload || usualContext != memory.context {
      (setup.usual.job.sequence, setup.usual.memory.context) = (usualContext, usualContext)
      usual = TunedHours(setup.usual, memory: catalog.memory)
    }
    let isGiven = request[Settings.mfu] != nil || request[Settings.steadyMFU] != nil
    let catalog = catalog
    let limit = try Inputs.look { () throws(CatalogError) in try catalog.publishedEfficiency().limit }
    let batch = request.step.batch.map { StepScaling.Batch.tokens($0.tokens(sequence: memory.context)) }
    let scaling = StepScaling(
      hours: own, usual: UsualHours(usual, on: cluster), batch: batch ?? usualBatch, usualBatch: usualBatch,
      limit: isGiven ? 1 : limit,
      reliability: reliability, countsContext: usualContext != memory.context)
    return (scaling, ClusterChoice(own, node: own.multiple(of: node), avoidsShortage: cluster.accelerators != nil))
  }

  /// Whether what is fixed of the layout can be, and fits in memory, on the accelerators that are given.
  private func check(_ hours: TunedHours, _ model: Scenario.Model, _ memory: MemoryJob) throws(ScenarioError) {
    let fixed = request.step.fixed
    guard fixed != LayoutSearch.Fixed(), case .accelerators(let given)? = request.cluster, given.isCertain else {
      return
    }
    let count = Int.whole(given.typical.value, atMost: 1 << 40)
    let active = (model.activeParameters ?? model.parameters).typical.value
    let place = hours.nearest(active: active, total: model.parameters.typical.value)
    var search = hours.search(place)
    search.job.batch = request.step.batch.map { ($0.tokens(sequence: memory.context) / memory.context).rounded() }
    guard search.best(on: count) == nil else { return }
    do throws(LayoutProblem) {
      try fixed.layout(on: count).check(search.model, batch: search.job.batch ?? .greatestFiniteMagnitude, on: count)
    } catch {
      throw .contradiction("the layout cannot be: \(error.message)", advice: Message(error.hint))
    }
    guard let nearest = search.nearest(on: count) else {
      throw .contradiction(
        "no layout of these degrees and this batch has \(String(count)) accelerators", advice: "leave one of them out")
    }
    let display = { (bytes: Double) in Notation.display(bytes, as: .bytes) }
    let enough = hours.fewest(place, from: count)
    throw .contradiction(
      "the layout does not fit: \(display(nearest.use.total.value)) on the most loaded accelerator, "
        + "\(display(search.usable)) usable",
      advice: enough.map { "with \(String($0)) accelerators it does; or let the layout be looked for" }
        ?? "more tensor or pipeline parallelism, or recompute=full")
  }

  private func setup(
    for model: Scenario.Model, _ memory: MemoryJob
  ) throws(ScenarioError) -> (own: TunedHours.Setup, usual: TunedHours.Setup)? {
    let (catalog, id) = (catalog, accelerator.id)
    let known = try Inputs.look { () throws(CatalogError) in
      (try catalog.trainingHardware(id), try catalog.stepConstants())
    }
    guard let hardware = known.0, let constants = known.1 else { return nil }
    let share = try factor("training-memory-share")
    let ratio = try factor("width-to-depth-ratio")
    let subject: TunedHours.Subject =
      model.known.map { .known(ModelSizes($0.architecture)) }
      ?? .sized(widthToDepth: ratio)
    // Shape and batch are put in by the search.
    var job = StepJob(
      shape: TransformerShape(parameters: 1e9, active: nil, widthToDepth: ratio), sequence: memory.context, batch: 1)
    let precision = TrainingPrecision(request.precision ?? accelerator.referencePrecision)
    // A format that is no faster is computed like 16 bits.
    if hardware.peak(precision) > hardware.peak { job.precision = precision }
    job.task =
      switch memory.task {
      case .lora, .qlora: .lora
      case .pretrain: .pretrain
      default: .sft
      }
    var memory = memory
    memory.domain = hardware.domain
    var usual = TunedHours.Setup(
      subject: subject, job: job, memory: memory, hardware: hardware, constants: constants,
      usable: hardware.memory * share)
    usual.conventional = LayoutSearch.Fixed.conventional(memory, job.task)
    var own = usual
    own.hardware = request.step.hardware ?? hardware
    own.memory.domain = own.hardware.domain
    own.job.software = request.step.software ?? job.software
    own.fixed = request.step.fixed
    own.conventional = usual.conventional?.with(own.fixed)
    if case .accelerators? = request.cluster, memory.task != .pretrain { own.mayOffload = true }
    return (own, usual)
  }

  /// The fewest accelerators for work that is no training step.
  private func fewest(_ model: Scenario.Model, _ memory: MemoryJob) throws(ScenarioError) -> Int {
    let profile = ModelSizes(model, widthToDepth: try factor("width-to-depth-ratio")).memory
    let smallest = try LayoutSearch.on(accelerator, profile, memory, in: catalog)?.smallest()
    return Int.whole(smallest?.layout.accelerators ?? 1, atMost: 1 << 30)
  }
}

extension LayoutSearch.Fixed {
  /// How examples are usually trained on one after another: weights divided over all accelerators and gathered for each
  /// example or pair, all layers computed again; nil for long packed sequences, and for work that is tuned.
  static func conventional(_ memory: MemoryJob, _ task: StepJob.Task) -> Self? {
    guard memory.isOneByOne else { return nil }
    var fixed = Self()
    (fixed.tensor, fixed.pipeline, fixed.context, fixed.virtualStages) = (1, 1, 1, 1)
    fixed.microBatch = memory.hasPairs ? 2 : 1
    if memory.generates {
      // Frameworks of reinforcement learning pass about two thousand tokens at once.
      var count = 4.0
      while count > 1, count * memory.context > 2048 { count /= 2 }
      fixed.microBatch = count
    }
    fixed.recompute = .full
    if task != .lora { fixed.sharding = .fsdp }
    return fixed
  }

  /// The same with what the user fixes besides; nil where that is the division of the model itself.
  func with(_ own: Self) -> Self? {
    guard own.tensor == nil, own.pipeline == nil, own.context == nil, own.expert == nil, own.sharding == nil else {
      return nil
    }
    var fixed = self
    fixed.microBatch = own.microBatch ?? microBatch
    fixed.recompute = own.recompute ?? recompute
    fixed.offload = own.offload
    return fixed
  }
}

extension TrainingPrecision {
  /// The format of a training step whose matrix products are in a format of the tables.
  init(_ precision: Precision) {
    switch precision {
    case .fp8: self = .fp8
    case .fp4: self = .nvfp4
    case .fp16: self = .fp16
    default: self = .bf16
    }
  }
}
