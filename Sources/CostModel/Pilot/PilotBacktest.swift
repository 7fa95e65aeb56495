extension Backtest {
  /// Predicts the accelerator-hours of runs that disclose their steady speed, with that speed as a pilot.
  ///
  /// Neither what is expected without the speed nor what whole runs have of it has seen a run of the organization.
  ///
  /// - Parameters:
  ///   - pilots: The runs with their speeds; those set apart, or without what a prediction needs, count for nothing.
  ///   - known: The runs that efficiencies are learned from.
  ///   - catalog: The tables.
  ///   - speedups: Throughput of low precisions.
  ///   - plan: How ranges are found.
  /// - Throws: ``ScenarioError`` where a look-up fails.
  package init(
    pilots: [PublishedPilot], learningFrom known: [PublishedRun], catalog: any Catalog, speedups: PrecisionSpeedups,
    plan: SamplingPlan
  ) throws(ScenarioError) {
    var fits = FitsByOrganization(known, speedups: speedups, memory: catalog.memory)
    learnedFrom = PilotFit(pilots)?.counts ?? (0, 0)
    entries = []
    for pilot in pilots {
      guard let steady = pilot.steadyHours, let actual = pilot.run.acceleratorHours,
        let fit = PilotFit(pilots, without: pilot.run.organization), pilot.run.activeParameters > 0,
        let mfu = fits.mfu(of: pilot.run)
      else {
        unpredicted.append((pilot.id, pilot.exclusion ?? "active parameters, peak or date are unknown"))
        continue
      }
      var job = try ScenarioBuilder.job(for: pilot.run.request, in: catalog)
      job.hardware.efficiency = GivenEfficiency(mfu)
      job.hardware.scaling = nil
      let work = Pretraining.work(job.model, job.phases, on: job.hardware)
      let prior = try Run(work, of: job.model, on: job.hardware).acceleratorHours
      let update = PilotUpdate(
        prior: prior, steady: Expression(constant: steady), fit: fit, deviation: mfu.variance.squareRoot())
      guard let line = Report(of: update.posterior, plan: plan).lines.last else { continue }
      entries.append(
        Entry(
          id: pilot.id, run: pilot.run, measure: .acceleratorHours, predicted: line.value, actual: actual,
          setAside: pilot.exclusion))
    }
  }
}
