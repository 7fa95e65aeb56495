extension LayoutSearch {
  /// A search for the layouts of a training step, by memory and time.
  ///
  /// - Parameters:
  ///   - job: The step.
  ///   - memory: The model's memory.
  ///   - hardware: The accelerator with its links.
  ///   - constants: The fitted constants.
  ///   - memoryShare: The share of the memory that may be filled.
  ///   - optimizer: What keeps the moments.
  package init(
    _ job: StepJob, memory: MemoryProfile, on hardware: TrainingHardware, _ constants: StepConstants,
    memoryShare: Double, optimizer: Optimizer = .adam
  ) {
    var work = MemoryJob(job.task == .lora ? .lora : .pretrain, context: job.sequence)
    (work.batch, work.frozenShare, work.domain) = (job.batch, job.frozenShare, hardware.domain)
    work.optimizer = optimizer
    var job = job
    job.keptBytesPerToken = memory.keptPerToken
    self.init(
      memory, work, step: StepModel(job, on: hardware, constants), usable: hardware.memory * memoryShare,
      node: Self.largestTensorGroup(domain: hardware.domain))
  }

  /// Accelerator-hours that training on some tokens takes at the speed of the fastest layout that fits; nil where none
  /// fits, or no step is known.
  ///
  /// This is a tuned system in steady state: nothing fails, nothing is evaluated.
  ///
  /// - Parameters:
  ///   - tokens: Tokens in all.
  ///   - count: Accelerators.
  /// - Returns: Accelerator-hours.
  package func acceleratorHours(tokens: Double, on count: Int) -> Double? {
    best(on: count).flatMap { acceleratorHours(tokens: tokens, $0) }
  }

  /// The same for a layout, whether it fits or not.
  package func acceleratorHours(tokens: Double, _ layout: Layout) -> Double? {
    guard let step else { return nil }
    return step.time(layout).seconds * tokens / step.job.tokens * layout.accelerators / 3600
  }

  private func acceleratorHours(tokens: Double, _ choice: LayoutChoice) -> Double? {
    acceleratorHours(tokens: tokens, choice.layout)
  }
}

extension MemoryJob {
  /// The training step of this job, for the choice among layouts; nil for work that is none, and where links or constants
  /// are unknown.
  ///
  /// A job that says no batch trains on that of factor `training-batch-tokens`, or `fine-tuning-batch-sequences`.
  ///
  /// - Throws: ``ScenarioError`` for tables that do not read.
  package func step(
    _ shape: TransformerShape, precision: TrainingPrecision, on accelerator: Accelerator, in catalog: any Catalog
  ) throws(ScenarioError) -> StepModel? {
    guard [.pretrain, .sft, .lora, .qlora].contains(task) else { return nil }
    let known = try Inputs.look { () throws(CatalogError) in
      (try catalog.trainingHardware(accelerator.id), try catalog.stepConstants())
    }
    guard let hardware = known.0, let constants = known.1 else { return nil }
    let isWhole = task == .pretrain
    let usual = try Inputs.look { () throws(CatalogError) in
      try catalog.factor(isWhole ? "training-batch-tokens" : "fine-tuning-batch-sequences")
    }.value.typical.value
    var job = StepJob(
      shape: shape, sequence: context,
      batch: batch ?? (isWhole ? Self.batch(tokens: usual, context: context) : usual))
    job.precision = precision
    job.task = task == .pretrain ? .pretrain : task == .sft ? .sft : .lora
    return StepModel(job, on: hardware, constants)
  }
}
