extension Schedule.Conditions {
  /// What a schedule of a request depends on: what is given of ``Settings``, and the tables for the rest.
  ///
  /// - Parameters:
  ///   - request: What is given.
  ///   - estimate: The run on its reference cluster.
  ///   - law: The law that tells the largest batch, where none is given.
  ///   - catalog: The tables.
  /// - Throws: ``ScenarioError`` for values out of range, and for look-ups that fail.
  package init(
    _ request: Request, of estimate: Estimate, batchBy law: ScalingLaw, in catalog: any Catalog
  ) throws(ScenarioError) {
    let inputs = Inputs(values: request.values, catalog: catalog)
    let scenario = estimate.scenario
    let active = (scenario.model.activeParameters ?? scenario.model.parameters).typical.value
    let reference: Double
    if let given = try inputs.given(Settings.referenceCluster) {
      reference = given.typical.value
    } else {
      reference = try Schedule.referenceCluster(activeParameters: active, in: catalog)
    }
    let usual = Inputs(values: InputValues(), catalog: catalog)
    self.init(
      reliability: try Reliability(inputs), usualReliability: try Reliability(usual),
      scalingLoss: try inputs(Settings.scalingLoss, row: "scaling-loss-per-doubling"),
      usualScalingLoss: try usual(Settings.scalingLoss, row: "scaling-loss-per-doubling"),
      referenceCluster: reference,
      batch: try Self.batch(inputs, law, operations: estimate.work.operations.typical.value),
      context: scenario.phases.first?.contextLength?.typical.value
        ?? scenario.hardware.referenceContext.typical.value)
  }

  private static func batch(
    _ inputs: Inputs, _ law: ScalingLaw, operations: Double
  ) throws(ScenarioError) -> Double {
    if let given = try inputs.given(Settings.criticalBatch) { return given.typical.value }
    guard let size = law.batchSize else {
      throw .contradiction(
        "the law '\(law.id)' tells no batch",
        advice: "give \(Settings.criticalBatch), as \(Settings.criticalBatch, as: "16M")")
    }
    return size(operations)
  }
}

extension Reliability {
  /// Interruptions of accelerators that are kept, as far as they are given; the tables tell the rest.
  ///
  /// - Throws: ``ScenarioError`` for values out of range, and for look-ups that fail.
  init(_ inputs: Inputs) throws(ScenarioError) {
    self.init(
      failures: try inputs(Settings.failureRate), pause: try inputs(Settings.checkpointPause),
      restart: try inputs(Settings.restartTime), interval: try inputs.given(Settings.checkpointInterval))
  }

  /// The same on spot nodes, which are taken away at times.
  ///
  /// - Throws: ``ScenarioError`` for values out of range, and for look-ups that fail.
  package func onSpotNodes(
    _ request: Request, of accelerator: Accelerator, in catalog: any Catalog
  ) throws(ScenarioError) -> Reliability {
    let inputs = Inputs(values: request.values, catalog: catalog)
    var reliability = self
    let node = Double(accelerator.acceleratorsPerNode ?? 1)
    let rate = try inputs(Settings.preemptionRate)
    let each = rate.range
    reliability.preemptions = rate.renamed("preemption_rate", "preemptions for each accelerator and hour")
      .ranging(
        over: Ranged(each.typical.value / node, low: each.low.value / node, high: each.high.value / node))
    reliability.replacement = try inputs.row(
      "spot-restart-minutes", as: "spot_restart_time", "hours from a preemption to the next step", scale: 1.0 / 60)
    return reliability
  }
}
