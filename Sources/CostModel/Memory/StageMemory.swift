extension Stage {
  /// Work that people or services do fills no memory of ours.
  package static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? { nil }

  static func job(
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
  package static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    let tuning = inputs(tuning)
    let padded = try inputs(exampleTokens) / (try inputs(packing))
    var job = job(tuning == "full" ? .sft : tuning == "lora" ? .lora : .qlora, padded)
    job.isOneByOne = inputs(rows) == "separate"
    if !job.isOneByOne { job.context = Swift.max(job.context, packedTokens) }
    if tuning != "full" { job.rank = try inputs(rank).typical.value }
    return job
  }
}

extension RewardModeling {
  /// One pair at a time.
  package static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    var job = job(
      .reward, try inputs(PreferenceOptimization.answerTokens) / (try inputs(PreferenceOptimization.packing)))
    job.isOneByOne = true
    return job
  }
}

extension PreferenceOptimization {
  /// One pair at a time, and a reference unless its log-probabilities are cached.
  package static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    var job = job(.dpo, try inputs(answerTokens) / (try inputs(packing)))
    job.isOneByOne = true
    job.hasReference = inputs(reference) == "each-step" && ["dpo", "ipo", "kto"].contains(inputs(loss))
    return job
  }
}

extension ProximalPolicyOptimization {
  /// Policy, critic, reference, reward model and rollouts together.
  package static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    var job = job(.rlhf, try inputs(Rollouts.promptTokens) + (try inputs(Rollouts.answerTokens)))
    job.isOneByOne = true
    let reward = try inputs.optional(rewardParameters)
    if let critic = try inputs.optional(criticParameters) ?? reward {
      job.criticShare = critic.typical.value / Swift.max(model.parameters.typical.value, 1)
    }
    return job
  }
}

extension GroupPolicyOptimization {
  /// Policy, rollouts, and a reference where the method has one.
  package static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    let isAdapter = inputs(tuning) == "lora"
    var job = job(isAdapter ? .lora : .grpo, try Agents.length(inputs))
    if isAdapter { job.rank = try inputs(SupervisedFineTuning.rank).typical.value }
    job.hasReference = hasReference(inputs(algorithm), inputs)
    return job
  }
}

extension Distillation {
  /// The student alone.
  package static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    job(.sft, try inputs(Rollouts.promptTokens) + (try inputs(Rollouts.answerTokens)))
  }
}

extension Synthesis {
  /// One copy with one sequence, where it is not bought.
  package static func memory(_ model: ModelShape, _ inputs: StageInputs) throws(ScenarioError) -> MemoryJob? {
    guard inputs(generator) == "own" else { return nil }
    var job = job(.serve, try inputs(Rollouts.promptTokens) + (try inputs(Rollouts.answerTokens)))
    let format = StoredPrecision.nearest(try inputs(Rollouts.weightBytes).typical.value)
    job.served = model.known?.weights(in: format) ?? StoredWeights(format)
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
