import CostModel

/// What whole runs get of the speed of a tuned step, as the estimate of the stage has it.
struct FitPractice {
  /// The stage whose estimate it is.
  let stage: String
  /// Tokens a second of all accelerators together.
  let tokensPerSecond: Double

  /// The speed of a run of full sequences on a placement; nil for work whose estimate counts other tokens, and where the
  /// stage has no estimate of it.
  ///
  /// - Parameters:
  ///   - request: The model.
  ///   - job: The work.
  ///   - precision: The format of the matrix products.
  ///   - row: The accelerators that it fits on.
  ///   - catalog: The tables.
  init?(_ request: Request, _ job: MemoryJob, _ precision: TrainingPrecision, on row: FitRow, in catalog: TableCatalog)
  {
    guard row.fits, row.tokensPerSecond != nil, let placement = row.placement else { return nil }
    var request = request
    request.accelerator = row.accelerator.id
    request.cluster = .accelerators(Ranged(placement.layout.accelerators))
    // Speed alone is asked for.
    request[Settings.price] = Ranged(1)
    if let batch = job.batch { request.step.batch = .sequences(batch) }
    switch precision {
    case .bf16, .fp16: break
    case .fp8, .mxfp8: request.precision = .fp8
    case .nvfp4: request.precision = .fp4
    case .int8: return nil
    }
    do throws(ScenarioError) {
      guard let estimate = try Self.estimate(request, job, in: catalog) else { return nil }
      let tokens = Expression.sum(estimate.work.phases.map(\.tokens)).typical.value
      stage = job.task == .pretrain ? Pretraining.name : SupervisedFineTuning.name
      let hours = estimate.run.acceleratorHours.typical.value
      tokensPerSecond = tokens / hours / 3600 * placement.layout.accelerators
    } catch {
      // A layout that the stage does not know has no speed there; that it fits holds all the same.
      return nil
    }
  }

  /// A run so long that starting it takes none of its time.
  private static func estimate(
    _ request: Request, _ job: MemoryJob, in catalog: TableCatalog
  ) throws(ScenarioError) -> Estimate? {
    var request = request
    let tuning: String
    switch job.task {
    case .pretrain:
      request.phases = [Request.Phase(tokens: Ranged(tokens), contextLength: Ranged(job.context))]
      return try .pretraining(ScenarioBuilder.scenario(for: request, in: catalog))
    case .sft: tuning = "full"
    case .lora: tuning = "lora"
    case .qlora: tuning = "qlora"
    case .reward, .dpo, .rlhf, .grpo, .serve: return nil
    }
    typealias Stage = SupervisedFineTuning
    var given: [String: Ranged<Ratio>] = [
      Stage.examples.id: Ranged(tokens / job.context), Stage.exampleTokens.id: Ranged(job.context),
      Stage.epochs.id: Ranged(1), Stage.packing.id: Ranged(1),
    ]
    if job.task != .sft { given[Stage.rank.id] = Ranged(Double(job.rank)) }
    return try .stage(
      Stage.self, for: request,
      StageInputs(stage: Stage.name, given: given, chosen: [Stage.tuning.id: tuning], catalog: catalog))
  }

  private static let tokens = 1e13
}
