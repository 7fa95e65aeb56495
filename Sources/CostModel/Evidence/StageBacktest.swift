extension PublishedStageRun {
  /// What the fit learns from it; nil for runs that say nothing, and for steps alone, whose efficiency is assumed.
  package func observation(in catalog: any Catalog) throws(ScenarioError) -> StageEfficiencyFit.Observation? {
    guard exclusion == nil, let stage, kind != .generation else { return nil }
    let estimate = try Estimate.stage(
      stage, for: request(), inputs(catalog, and: ["overhead": Ranged(1)]))
    if kind != .training {
      let steps = estimate.run.acceleratorHours.typical.value
      return StageEfficiencyFit.Observation(
        organization: organization, features: nil, isOfSteps: isOfStepsAlone,
        logarithm: Elementary.logarithm(acceleratorHours / steps))
    }
    guard let peak = accelerator.referencePeak, let efficiency = stage.efficiency(inputs(catalog)) else { return nil }
    let operations = estimate.work.operations.typical.value
    return StageEfficiencyFit.Observation(
      organization: organization,
      features: StageEfficiencyFit.features(operations: operations, kind: efficiency),
      logarithm: Elementary.logarithm(operations / (peak * 3600 * acceleratorHours)))
  }
}

extension Backtest {
  /// Predicts runs after pre-training from their settings, each by fits without its organization.
  ///
  /// - Parameters:
  ///   - runs: The runs to predict, and to learn from.
  ///   - pretraining: Runs that the efficiency of continued pre-training is learned from.
  ///   - catalog: The tables.
  ///   - speedups: Throughput of low precisions.
  ///   - plan: How ranges are found.
  /// - Throws: ``ScenarioError`` where a look-up fails.
  package init(
    stages runs: [PublishedStageRun], pretraining: [PublishedRun], catalog: any Catalog, speedups: PrecisionSpeedups,
    plan: SamplingPlan
  ) throws(ScenarioError) {
    var observations: [StageEfficiencyFit.Observation] = []
    for run in runs {
      if let one = try run.observation(in: catalog) { observations.append(one) }
    }
    var fits = FitsByOrganization(pretraining, speedups: speedups)
    learnedFrom = (observations.count, Set(observations.map(\.organization)).count)
    entries = []
    for run in runs {
      let others = observations.filter { $0.organization != run.organization }
      guard let fit = StageEfficiencyFit(others) else { continue }
      let estimate: Estimate
      if let stage = run.stage {
        estimate = try run.estimate(stage, by: fit, in: catalog)
      } else {
        guard let mfu = fits.mfu(of: run.asRun) else {
          unpredicted.append((run.id, "peak or date is unknown"))
          continue
        }
        estimate = try run.continuedPretraining(mfu: mfu, in: catalog)
      }
      let hours = estimate.report(plan, rangesOf: .results).result("accelerator_hours")?.value
      entries.append(
        Entry(
          id: run.id, run: run.asRun, groups: [run.kind.rawValue, run.method], measure: .acceleratorHours,
          predicted: hours ?? Spread(typical: 0), actual: run.acceleratorHours, setAside: run.exclusion))
    }
  }
}

extension PublishedStageRun {
  fileprivate func estimate(
    _ stage: any Stage.Type, by fit: StageEfficiencyFit, in catalog: any Catalog
  ) throws(ScenarioError) -> Estimate {
    let overhead = Ranged<Ratio>(
      fit.overhead, low: Swift.max(1, fit.overhead / fit.overheadSpread), high: fit.overhead * fit.overheadSpread)
    var more: [String: Ranged<Ratio>] = [:]
    if kind == .reinforcement { more["overhead"] = overhead }
    if isOfStepsAlone { more["overhead"] = Ranged(1, low: 1 / fit.stepSpread, high: fit.stepSpread) }
    let inputs = inputs(catalog, and: more)
    let efficiency = kind == .training ? stage.efficiency(inputs).map(fit.efficiency) : nil
    return try Estimate.stage(stage, for: request(), inputs, by: efficiency)
  }

  /// Continued pre-training and context extension: pre-training at the context of its sequences.
  fileprivate func continuedPretraining(
    mfu: Expression<Ratio>, in catalog: any Catalog
  ) throws(ScenarioError) -> Estimate {
    var request = request()
    request.phases = [
      Request.Phase(tokens: Ranged(tokens), contextLength: sequenceLength.map { Ranged($0) })
    ]
    var scenario = try ScenarioBuilder.scenario(for: request, in: catalog)
    scenario.hardware.efficiency = GivenEfficiency(mfu)
    return try .pretraining(scenario)
  }
}
