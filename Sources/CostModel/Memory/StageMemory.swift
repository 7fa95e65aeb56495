extension Stage {
  /// Work that people or services do fills no memory of ours.
  public static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? { nil }

  fileprivate static func job(
    _ task: MemoryJob.Task, _ length: Expression<SequenceLength>
  ) -> MemoryJob {
    var job = MemoryJob(task, context: Swift.max(1, length.typical.value))
    // The least that works: one sequence at a time on each accelerator.
    job.inFlight = 1
    return job
  }
}

extension SupervisedFineTuning {
  /// One example at a time, all layers computed again.
  public static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    let tuning = inputs(tuning)
    var job = job(tuning == "full" ? .sft : tuning == "lora" ? .lora : .qlora, try inputs(exampleTokens))
    if tuning != "full" { job.rank = try inputs(rank).typical.value }
    return job
  }
}

extension RewardModeling {
  /// One pair at a time.
  public static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    job(.reward, try inputs(PreferenceOptimization.answerTokens))
  }
}

extension PreferenceOptimization {
  /// One pair at a time, and a reference unless its log-probabilities are cached.
  public static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    var job = job(.dpo, try inputs(answerTokens))
    job.hasReference = inputs(reference) == "each-step" && ["dpo", "ipo", "kto"].contains(inputs(loss))
    return job
  }
}

extension ProximalPolicyOptimization {
  /// Policy, critic, reference, reward model and rollouts together.
  public static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    var job = job(.rlhf, try inputs(Rollouts.promptTokens) + (try inputs(Rollouts.answerTokens)))
    let reward = try inputs.optional(rewardParameters)
    if let critic = try inputs.optional(criticParameters) ?? reward {
      job.criticShare = critic.typical.value / Swift.max(model.parameters.typical.value, 1)
    }
    return job
  }
}

extension GroupPolicyOptimization {
  /// Policy, rollouts, and a reference where the method has one.
  public static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    var job = job(.grpo, try inputs(Rollouts.promptTokens) + (try inputs(Rollouts.answerTokens)))
    job.hasReference = hasReference(inputs(algorithm), inputs)
    return job
  }
}

extension Distillation {
  /// The student alone.
  public static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    job(.sft, try inputs(Rollouts.promptTokens) + (try inputs(Rollouts.answerTokens)))
  }
}

extension Synthesis {
  /// One copy with one sequence, where it is not bought.
  public static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    guard inputs(generator) == "own" else { return nil }
    var job = job(.serve, try inputs(Rollouts.promptTokens) + (try inputs(Rollouts.answerTokens)))
    job.weightBytes = try inputs(Rollouts.weightBytes).typical.value
    return job
  }
}

extension Pretraining {
  /// One sequence of the longest phase at a time, on as many replicas as there are.
  static func memory(_ scenario: Scenario) -> MemoryJob {
    let lengths = scenario.phases.compactMap(\.contextLength).map(\.typical.value)
    var job = MemoryJob(
      .pretrain, context: lengths.max() ?? scenario.hardware.referenceContext.typical.value)
    job.batch = .infinity
    return job
  }
}

/// A cluster that cannot hold its job, however it is laid out.
public struct MemoryShortage: Sendable {
  /// The accelerator.
  public var accelerator: String
  /// How many of them there are.
  public var accelerators: Int
  /// What the most loaded one needs in the layout that takes least; nil where no layout has so many.
  public var needed: Quantity<Bytes>?
  /// What may be filled.
  public var usable: Quantity<Bytes>
  /// The fewest that would do; nil where none would.
  public var smallest: Int?

  /// What is wrong, and what would do.
  public var message: String {
    let display = { (bytes: Quantity<Bytes>) in Notation.display(bytes.value, as: .bytes) }
    let need = needed.map { ": \(display($0)) on the most loaded, \(display(usable)) usable" } ?? ""
    let enough = smallest.map { "; \(Notation.display(Double($0), as: .accelerators)) can" } ?? ""
    return "\(Notation.display(Double(accelerators), as: .accelerators)) × \(accelerator) cannot hold it"
      + "\(need)\(enough) ('llmcost fit' shows how)"
  }
}

extension Estimate {
  /// Why the cluster asked for cannot hold the job, offloading aside; nil where it can, and where there is no cluster.
  ///
  /// - Throws: ``ScenarioError`` where a factor is missing.
  public func memoryShortage(in catalog: any Catalog) throws(ScenarioError) -> MemoryShortage? {
    guard let memory, let accelerators = run.accelerators?.typical.value.rounded(.up), accelerators < 1e9 else {
      return nil
    }
    let count = Int.whole(accelerators, atMost: 1 << 30)
    guard let search = try search(for: memory, in: catalog), !search.holds(on: count) else { return nil }
    return MemoryShortage(
      accelerator: scenario.hardware.accelerator.id, accelerators: count,
      needed: search.nearest(on: count)?.use.total, usable: Quantity(search.usable),
      smallest: search.smallest().map { Int.whole($0.layout.accelerators, atMost: 1 << 30) })
  }

  /// The fewest accelerators that hold the job, a power of two; nil where that is unknown.
  public func fewestAccelerators(in catalog: any Catalog) throws(ScenarioError) -> Int? {
    guard let memory, let smallest = try search(for: memory, in: catalog)?.smallest() else { return nil }
    return Int.whole(smallest.layout.accelerators, atMost: 1 << 30)
  }

  private func search(for memory: MemoryJob, in catalog: any Catalog) throws(ScenarioError) -> LayoutSearch? {
    let profile = MemoryProfile(scenario.model, widthToDepth: scenario.hardware.widthToDepth.typical.value)
    return try LayoutSearch.on(scenario.hardware.accelerator, profile, memory, in: catalog)
  }
}

extension LayoutSearch {
  /// Whether some layout fits; odd counts may leave some accelerators out, down to the power of two below.
  func holds(on count: Int) -> Bool {
    if fits(on: count) { return true }
    var power = 1
    while power * 2 <= count { power *= 2 }
    return power != count && fits(on: power)
  }
}
