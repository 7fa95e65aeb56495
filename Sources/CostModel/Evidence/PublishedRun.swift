/// A pre-training run that was published.
public struct PublishedRun: Sendable {
  /// The row's id.
  public var id: String
  /// Who ran it.
  public var organization: String
  /// When it was published.
  public var date: String
  /// Parameters active per token.
  public var activeParameters: Double
  /// Tokens trained on.
  public var tokens: Double
  /// Dense or mixture of experts.
  public var architecture: ArchitectureClass
  /// The number format.
  public var precision: Precision
  /// What it ran on.
  public var accelerator: Accelerator
  /// Accelerator-hours, as disclosed or as accelerators times wall-clock time; nil where neither is known.
  public var acceleratorHours: Double?
  /// Whether the hours are accelerators times days of the calendar, which count the time between attempts too.
  public var isCalendar: Bool
  /// Why it says nothing about efficiency, where it compares different things.
  public var exclusion: String?
  /// The MFU of tuned steps on its accelerator; nil where it is not known.
  public var tuned: TunedEfficiency?

  /// A run by its row.
  public init(
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
  public var effectiveMFU: Double? {
    guard let peak = accelerator.referencePeak, let acceleratorHours else { return nil }
    return 6 * activeParameters * tokens / (peak * 3600 * acceleratorHours)
  }

  /// What the regression knows of it; nil without a peak or a date.
  public var features: EfficiencyRegression.Features? {
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
