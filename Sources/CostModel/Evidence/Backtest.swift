/// Published runs predicted as if they had not been published.
///
/// A run is predicted from parameters, tokens, hardware, precision, kind and date alone, by a fit that has seen no run of
/// its organization. Runs that compare different things are predicted too, and set apart with the reason.
package struct Backtest: Sendable {
  /// What is predicted; the raw values are the stable names of results, in whose units the values are.
  package enum Measure: String, CaseIterable, Sendable {
    /// Accelerator-hours.
    case acceleratorHours = "accelerator_hours"
    /// Energy in kWh.
    case energy = "energy_kwh"
    /// Carbon in kg CO2e.
    case carbon = "carbon_kg"
    /// Water in liters.
    case water = "water_l"
    /// Accelerator time in USD.
    case cost = "cost_usd"
    /// Tokens written each second by one accelerator.
    case throughput = "tokens_per_second"
    /// Seconds of a training step.
    case stepSeconds = "step_seconds"
    /// Rent in USD per accelerator-hour.
    case rent = "rent_usd"

    /// The dimension that it is displayed in.
    package var dimension: Dimension {
      switch self {
      case .acceleratorHours: .acceleratorHours
      case .energy: .kilowattHours
      case .carbon: .gramsCO2e
      case .water: .liters
      case .cost: .dollars
      case .throughput, .stepSeconds: .ratio
      case .rent: .per(.dollars, .acceleratorHours)
      }
    }

    /// One of its units in the base unit of the dimension.
    package var scale: Double { self == .carbon ? 1000 : 1 }
  }

  /// One figure, predicted.
  package struct Entry: Sendable {
    /// The id of the run, or of the disclosure.
    package var id: String
    /// The run.
    package var run: PublishedRun
    /// Runs alike, where kind, size and generation do not say it.
    package var groups: [String] = []
    /// What is predicted.
    package var measure: Measure
    /// The prediction with p10 and p90.
    package var predicted: Spread
    /// What was published.
    package var actual: Double
    /// Why the figure counts for no summary; nil where it does.
    package var setAside: String?
    /// The prediction had the accelerator-hours been known; nil where they are what is predicted, or are unknown.
    package var predictedFromHours: Double?

    /// Predicted over actual.
    package var ratio: Double { predicted.typical / actual }
    /// p90 over p10 of the prediction.
    package var width: Double { (predicted.p90 ?? predicted.typical) / (predicted.p10 ?? predicted.typical) }
    /// Whether the actual value lies inside the range.
    package var isInside: Bool {
      (predicted.p10 ?? predicted.typical)...(predicted.p90 ?? predicted.typical) ~= actual
    }
  }

  /// How good the predictions of some runs are.
  package struct Summary: Sendable, Equatable {
    /// Runs that count.
    package var count: Int
    /// Median of predicted over actual.
    package var median: Double
    /// Median of the distance from 1 of predicted over actual.
    package var error: Double
    /// Share within a factor of 1.2 either way.
    package var withinOneFifth: Double
    /// Share within a factor of 1.5 either way.
    package var withinOneAndAHalf: Double
    /// Share within a factor of 2 either way.
    package var withinTwo: Double
    /// Share inside p10 to p90.
    package var inside: Double
    /// Median of p90 over p10.
    package var width: Double
    /// Root of the mean square of ln of predicted over actual.
    package var logError: Double

    /// The summary of the entries that are not set aside.
    package init(_ entries: [Entry]) {
      let counted = entries.filter { $0.setAside == nil }
      func share(_ isTrue: (Entry) -> Bool) -> Double {
        counted.isEmpty ? 0 : Double(counted.filter(isTrue).count) / Double(counted.count)
      }
      func within(_ factor: Double) -> Double { share { (1 / factor)...factor ~= $0.ratio } }
      count = counted.count
      median = Quantiles.quantile(0.5, of: counted.map(\.ratio))
      error = Quantiles.quantile(0.5, of: counted.map { ($0.ratio - 1).magnitude })
      withinOneFifth = within(1.2)
      withinOneAndAHalf = within(1.5)
      withinTwo = within(2)
      inside = share(\.isInside)
      width = Quantiles.quantile(0.5, of: counted.map(\.width))
      let squares = counted.map { Elementary.logarithm($0.ratio) }.reduce(0) { $0 + $1 * $1 }
      logError = counted.isEmpty ? 0 : (squares / Double(counted.count)).squareRoot()
    }
  }

  /// The predictions, in the order given.
  package var entries: [Entry]
  /// The runs, and the organizations behind them, that the fit of the default efficiencies learns from.
  package var learnedFrom: (runs: Int, organizations: Int)
  /// Figures that cannot be predicted, each with what is missing.
  package var unpredicted: [(id: String, reason: String)] = []

  /// Predicts the accelerator-hours of runs.
  ///
  /// - Parameters:
  ///   - runs: The runs to predict; those without hours are left out.
  ///   - known: The runs to learn from.
  ///   - catalog: The tables.
  ///   - speedups: Throughput of low precisions, for comparing the runs learned from.
  ///   - plan: How ranges are found.
  /// - Throws: ``ScenarioError`` where a run makes no sense, or a look-up fails.
  package init(
    _ runs: [PublishedRun], learningFrom known: [PublishedRun], catalog: any Catalog, speedups: PrecisionSpeedups,
    plan: SamplingPlan
  ) throws(ScenarioError) {
    var fits = FitsByOrganization(known, speedups: speedups, memory: catalog.memory)
    learnedFrom = fits.counts
    entries = []
    for run in runs {
      guard let mfu = fits.mfu(of: run), let actual = run.acceleratorHours else { continue }
      var job = try ScenarioBuilder.job(for: run.request, in: catalog)
      job.hardware.efficiency = GivenEfficiency(mfu)
      job.hardware.scaling = nil
      let work = Pretraining.work(job.model, job.phases, on: job.hardware)
      let hours = try Run(work, of: job.model, on: job.hardware).acceleratorHours
      guard let line = Report(of: hours, plan: plan).lines.last else { continue }
      entries.append(
        Entry(
          id: run.id, run: run, measure: .acceleratorHours, predicted: line.value, actual: actual,
          setAside: run.exclusion))
    }
  }
}

/// For each organization, the fit that has seen none of its runs.
struct FitsByOrganization {
  private let known: [PublishedRun]
  private let speedups: PrecisionSpeedups
  private let memory: TableMemory?
  private var fits: [String: EfficiencyFit] = [:]

  /// - Parameters:
  ///   - known: The runs to learn from.
  ///   - speedups: Throughput of low precisions.
  ///   - memory: Where fits are kept for other back-tests; nil keeps them for this one alone.
  init(_ known: [PublishedRun], speedups: PrecisionSpeedups, memory: TableMemory? = nil) {
    self.known = known.filter { EfficiencyFit.observation(of: $0, speedup: 1) != nil }
    self.speedups = speedups
    self.memory = memory
  }

  /// The runs that say something, and their organizations.
  var counts: (runs: Int, organizations: Int) { (known.count, Set(known.map(\.organization)).count) }

  /// The effective MFU of a run, fitted without its organization; nil without a peak, a date or runs to learn from.
  mutating func mfu(of run: PublishedRun) -> Expression<Ratio>? {
    let others = known.filter { $0.organization != run.organization }
    guard let fit = fits[run.organization] ?? fit(to: others), let features = run.features else { return nil }
    fits[run.organization] = fit
    let runs = others.filter { $0.accelerator.generation == run.accelerator.generation }.count
    let blend = fit.regression.blend(
      features, tuned: run.tuned?.mfu(activeParameters: run.activeParameters), fit.tunedToReal, runs: runs)
    let typical = Swift.min(1, blend.mfu * run.relativeThroughput)
    return Expression.input(
      "mfu", "effective MFU",
      Ranged(typical, low: typical / blend.spread, high: Swift.min(1, typical * blend.spread)),
      from: .assumed("the fit without its organization"), limits: Settings.mfu.limits)
  }

  private func fit(to runs: [PublishedRun]) -> EfficiencyFit? {
    let observations = runs.compactMap {
      EfficiencyFit.observation(of: $0, speedup: speedups.typical($0.precision, $0.architecture))
    }
    guard let memory else { return EfficiencyFit(observations) }
    return memory.answer(.fit(to: observations), "") { EfficiencyFit(observations) }
  }
}
