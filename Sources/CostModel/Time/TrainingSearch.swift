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
  public init(
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

  /// The search for a training step with what the catalog knows of the accelerator; nil where its links or the fit are
  /// not known.
  ///
  /// - Parameters:
  ///   - shape: The sizes of the model.
  ///   - memory: The model's memory.
  ///   - accelerator: Id of the accelerator.
  ///   - precision: The format of the matrix products.
  ///   - context: Tokens of a sequence.
  ///   - batch: Sequences of a step; nil for that of factor `training-batch-tokens`.
  ///   - catalog: Where hardware, constants and factors stand.
  /// - Returns: The search, with the usual networks; its ``step`` has the hardware to change.
  /// - Throws: ``ScenarioError`` for tables that do not read.
  public static func training(
    _ shape: TransformerShape, _ memory: MemoryProfile, on accelerator: String, precision: TrainingPrecision,
    context: Double, batch: Double? = nil, in catalog: any Catalog
  ) throws(ScenarioError) -> LayoutSearch? {
    let known = try Inputs.look { () throws(CatalogError) in
      (
        try catalog.trainingHardware(accelerator), try catalog.stepConstants(),
        try catalog.factor("training-memory-share").value.typical.value,
        try catalog.factor("training-batch-tokens").value.typical.value
      )
    }
    guard let hardware = known.0, let constants = known.1 else { return nil }
    var job = StepJob(
      shape: shape, sequence: context, batch: batch ?? MemoryJob.batch(tokens: known.3, context: context))
    job.precision = precision
    return LayoutSearch(job, memory: memory, on: hardware, constants, memoryShare: known.2)
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
  public func acceleratorHours(tokens: Double, on count: Int) -> Double? {
    best(on: count).flatMap { acceleratorHours(tokens: tokens, $0) }
  }

  /// The same for a layout, whether it fits or not.
  public func acceleratorHours(tokens: Double, _ layout: Layout) -> Double? {
    guard let step else { return nil }
    return step.time(layout).seconds * tokens / step.job.tokens * layout.accelerators / 3600
  }

  private func acceleratorHours(tokens: Double, _ choice: LayoutChoice) -> Double? {
    acceleratorHours(tokens: tokens, choice.layout)
  }
}

/// Seconds of an accelerator for a token at the fastest layout, by the size of a model: searched at some sizes, between
/// them interpolated on logarithms. For sweeps over sizes.
public struct StepTable: Sendable {
  private let start: Double
  private let step: Double
  private let values: [Double]

  /// Searches at sizes from the least to the most.
  ///
  /// - Parameters:
  ///   - sizes: Parameters, least and most.
  ///   - perDecade: Sizes for each factor of ten.
  ///   - count: Accelerators.
  ///   - search: The search for a model of so many parameters.
  public init(
    _ sizes: ClosedRange<Double>, perDecade: Int = 100, on count: Int, search: (Double) throws -> LayoutSearch
  ) rethrows {
    start = Elementary.logarithm(sizes.lowerBound)
    let length = Elementary.logarithm(sizes.upperBound) - start
    step = Elementary.logarithm(10) / Double(Swift.max(1, perDecade))
    let steps = Swift.max(1, Int.whole((length / step).rounded(.up), atMost: 100_000))
    values = try (0...steps).map { [start, step] index in
      let hours = try search(Elementary.exponential(start + Double(index) * step)).acceleratorHours(
        tokens: 3600, on: count)
      return hours.map { Elementary.logarithm($0) } ?? .infinity
    }
  }

  /// Seconds of an accelerator for a token of a model of so many parameters; nil outside of the sizes, and where no layout
  /// fits.
  public func secondsPerToken(parameters: Double) -> Double? {
    let place = (Elementary.logarithm(parameters) - start) / step
    guard place >= -1e-9, place <= Double(values.count - 1) + 1e-9 else { return nil }
    let below = Swift.min(values.count - 2, Int(Swift.max(0, place)))
    let share = place - Double(below)
    let value = values[below] * (1 - share) + values[below + 1] * share
    return value.isFinite ? Elementary.exponential(value) : nil
  }
}

extension TransformerShape {
  /// The shape of a scenario's model: of its architecture, or estimated from its size.
  public init(_ model: Scenario.Model, widthToDepth: Double) {
    if let known = model.known {
      self.init(known.architecture)
    } else {
      self.init(
        parameters: model.parameters.typical.value, active: model.activeParameters?.typical.value,
        widthToDepth: widthToDepth)
    }
  }
}

extension MemoryJob {
  /// The training step of this job, for the choice among layouts; nil for work that is none, and where links or constants
  /// are unknown.
  ///
  /// A job that says no batch trains on that of factor `training-batch-tokens`, or `fine-tuning-batch-sequences`.
  ///
  /// - Throws: ``ScenarioError`` for tables that do not read.
  public func step(
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
