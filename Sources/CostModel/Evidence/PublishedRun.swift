/// A pre-training run that was published.
package struct PublishedRun: Sendable {
  /// The row's id.
  package var id: String
  /// Who ran it.
  package var organization: String
  /// When it was published.
  package var date: String
  /// Parameters active per token.
  package var activeParameters: Double
  /// Tokens trained on.
  package var tokens: Double
  /// Dense or mixture of experts.
  package var architecture: ArchitectureClass
  /// The number format.
  package var precision: Precision
  /// What it ran on.
  package var accelerator: Accelerator
  /// Accelerator-hours, as disclosed or as accelerators times wall-clock time; nil where neither is known.
  package var acceleratorHours: Double?
  /// Whether the hours are accelerators times days of the calendar, which count the time between attempts too.
  package var isCalendar: Bool
  /// Why it says nothing about efficiency, where it compares different things.
  package var exclusion: String?
  /// Accelerators; nil where that was not published.
  package var accelerators: Double?
  /// Tokens of a sequence; nil where that was not published.
  package var sequence: Double?
  /// The MFU of tuned steps on its accelerator; nil where it is not known.
  package var tuned: TunedEfficiency?
  /// Throughput of tuned steps on its cluster over that on the usual one: 1 where nothing is known.
  package var relativeThroughput = 1.0

  /// A run by its row.
  package init(
    id: String, organization: String, date: String, activeParameters: Double, tokens: Double,
    architecture: ArchitectureClass, precision: Precision, accelerator: Accelerator, acceleratorHours: Double?,
    isCalendar: Bool = false, exclusion: String? = nil
  ) {
    self.id = id
    self.organization = organization
    self.date = date
    self.activeParameters = activeParameters
    self.tokens = tokens
    self.architecture = architecture
    self.precision = precision
    self.accelerator = accelerator
    self.acceleratorHours = acceleratorHours
    self.isCalendar = isCalendar
    self.exclusion = exclusion
  }

  /// 6·N·D over the dense 16-bit peak of all its hours; nil where peak or hours are unknown.
  package var effectiveMFU: Double? {
    guard let peak = accelerator.referencePeak, let acceleratorHours else { return nil }
    return 6 * activeParameters * tokens / (peak * 3600 * acceleratorHours)
  }

  /// What decides how the hours of runs like this one depend on the cluster: those with the same text share it.
  package var stepKey: String { "\(accelerator.id) \(precision.rawValue) \(sequence ?? 0) \(architecture.rawValue)" }

  /// How hours depend on the cluster, for runs of the same ``stepKey``; nil where no step is known.
  ///
  /// - Throws: ``ScenarioError`` where a look-up fails.
  package func stepScaling(in catalog: any Catalog) throws(ScenarioError) -> StepScaling? {
    var request = request
    request.phases[0].contextLength = sequence.map { Ranged($0) }
    return try ScenarioBuilder.scaling(for: request, in: catalog)
  }

  /// Throughput of tuned steps on the run's cluster, at its context, over that on the usual one; 1 where the cluster is
  /// not known.
  package func relativeThroughput(by scaling: StepScaling?) -> Double {
    guard let scaling, let accelerators, accelerators >= 1 else { return 1 }
    // The parameters that do not work on a token are not in the table of runs.
    let share = architecture == .mixtureOfExperts ? TunedEfficiency.mixtureShare : 1
    let relative = scaling.relative(
      active: activeParameters, total: activeParameters * share, on: accelerators,
      operations: 6 * activeParameters * tokens)
    return relative.isFinite && relative > 0 ? relative : 1
  }

  /// What the regression knows of it; nil without a peak or a date.
  package var features: EfficiencyRegression.Features? {
    guard let month = CalendarMonth(date) else { return nil }
    return EfficiencyRegression.Features(
      accelerator, architecture, activeParameters: activeParameters, month: month, isCalendar: isCalendar)
  }

  /// The run as a request, all else by default.
  var request: Request {
    var request = Request(parameters: Ranged(activeParameters), phases: [Request.Phase(tokens: Ranged(tokens))])
    if architecture == .mixtureOfExperts { request[Settings.activeParameters] = request[Settings.parameters] }
    request.accelerator = accelerator.id
    request.precision = precision
    request[Settings.price] = Ranged(1)
    return request
  }
}
