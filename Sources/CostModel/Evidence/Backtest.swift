/// Published runs predicted as if they had not been published.
///
/// A run is predicted from parameters, tokens, hardware, precision, kind and date alone, by a fit that has seen no run of
/// its organization. Runs that compare different things are predicted too, and set apart with the reason.
public struct Backtest: Sendable {
  /// One run, predicted.
  public struct Entry: Sendable {
    /// The run.
    public var run: PublishedRun
    /// Predicted accelerator-hours with p10 and p90.
    public var predicted: Spread
    /// Predicted over actual accelerator-hours.
    public var ratio: Double { predicted.typical / run.acceleratorHours }
    /// Whether the actual hours lie inside the range.
    public var isInside: Bool {
      (predicted.p10 ?? predicted.typical)...(predicted.p90 ?? predicted.typical) ~= run.acceleratorHours
    }
    /// Why the run counts for no summary; nil where it does.
    public var setAside: String? { run.exclusion }
  }

  /// How good the predictions of some runs are.
  public struct Summary: Sendable, Equatable {
    /// Runs that count.
    public var count: Int
    /// Median of predicted over actual.
    public var median: Double
    /// Share within a factor of 1.5 either way.
    public var withinOneAndAHalf: Double
    /// Share within a factor of 2 either way.
    public var withinTwo: Double
    /// Share inside p10 to p90.
    public var inside: Double

    /// The summary of the entries that are not set aside.
    public init(_ entries: [Entry]) {
      let counted = entries.filter { $0.setAside == nil }
      func share(_ isTrue: (Entry) -> Bool) -> Double {
        counted.isEmpty ? 0 : Double(counted.filter(isTrue).count) / Double(counted.count)
      }
      func within(_ factor: Double) -> Double { share { (1 / factor)...factor ~= $0.ratio } }
      count = counted.count
      median = Quantiles.quantile(0.5, of: counted.map(\.ratio))
      withinOneAndAHalf = within(1.5)
      withinTwo = within(2)
      inside = share(\.isInside)
    }
  }

  /// The runs, in the order given.
  public var entries: [Entry]

  /// Predicts runs.
  ///
  /// - Parameters:
  ///   - runs: The runs to predict.
  ///   - known: The runs to learn from.
  ///   - speedups: Throughput of low precisions.
  ///   - plan: How ranges are found.
  public init(
    _ runs: [PublishedRun], learningFrom known: [PublishedRun], speedups: PrecisionSpeedups, plan: SamplingPlan
  ) {
    var fits: [String: EfficiencyFit] = [:]
    entries = runs.compactMap { run in
      let fit =
        fits[run.organization]
        ?? EfficiencyFit(
          known.filter { $0.organization != run.organization }.compactMap {
            EfficiencyFit.observation(of: $0, speedup: speedups.typical($0.precision, $0.architecture))
          })
      guard let fit, let features = run.features, let peak = run.accelerator.referencePeak else { return nil }
      fits[run.organization] = fit
      let hours = Self.hours(of: run, peak: peak, mfu: fit.range(features), speedups: speedups)
      guard let line = Report(of: hours, plan: plan).lines.last else { return nil }
      return Entry(run: run, predicted: line.value)
    }
  }

  private static func hours(
    of run: PublishedRun, peak: Double, mfu: Ranged<Ratio>, speedups: PrecisionSpeedups
  ) -> Expression<AcceleratorHours> {
    let operations = TrainingCompute.sixND(
      activeParameters: Expression(constant: run.activeParameters), tokens: Expression(constant: run.tokens))
    let efficiency = Expression(
      Input("mfu", "effective MFU", mfu, from: .assumed("the fit without its organization"), limits: 0...1))
    let speedup = Expression(
      Input(
        "precision_speedup", "speed-up", speedups.range(run.precision, run.architecture),
        from: .assumed("table factors")))
    let rate = Expression<Per<Operations, AcceleratorHours>>(constant: Quantity.operationsPerSecond(peak).value)
    return operations / (rate * efficiency * speedup)
  }
}
