extension PublishedStageRun {
  /// What the fit learns from it; nil for runs that say nothing, and for continued pre-training, which has a fit.
  package func observation(in catalog: any Catalog) throws(ScenarioError) -> StageEfficiencyFit.Observation? {
    guard exclusion == nil, let stage, kind != .generation else { return nil }
    let inputs = inputs(catalog, and: kind == .training ? [:] : ["overhead": Ranged(1)])
    guard let efficiency = stage.efficiency(inputs) else { return nil }
    let one = StageEfficiency(efficiency, hoursOverModel: 1, spread: 1, from: .assumed("the model of time alone"))
    let estimate = try Estimate.stage(stage, for: request(), inputs, by: one)
    let start = isOfStepsAlone ? 0 : estimate.run.startHours?.typical.value ?? 0
    let model = estimate.run.acceleratorHours.typical.value - (estimate.run.startHours?.typical.value ?? 0)
    // What starts and ends a run is never all of it.
    let hours = Swift.max(acceleratorHours - start, acceleratorHours / 2)
    let spread = estimate.report(SamplingPlan(), rangesOf: .results).result("accelerator_hours")?.value
    let own = spread.map { Elementary.logarithm(($0.p90 ?? $0.typical) / ($0.p10 ?? $0.typical)) / 2 } ?? 0
    return StageEfficiencyFit.Observation(
      organization: organization, kind: kind, logarithm: Elementary.logarithm(hours / model), own: own)
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
    var fits = FitsByOrganization(pretraining, speedups: speedups, memory: catalog.memory)
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
    let origin = Origin.assumed("the fit without its organization")
    var more: [String: Ranged<Ratio>] = [:]
    if isOfStepsAlone { more["overhead"] = Ranged(1) }
    if kind == .reinforcement { more["overhead"] = fit.efficiency(of: .reinforcement, from: origin).overhead }
    let inputs = inputs(catalog, and: more)
    let efficiency = stage.efficiency(inputs).map { fit.efficiency(of: $0, from: origin) }
    var estimate = try Estimate.stage(stage, for: request(), inputs, by: efficiency)
    if isOfStepsAlone, let start = estimate.run.startHours {
      estimate.run.acceleratorHours = estimate.run.acceleratorHours - start
    }
    return estimate
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
