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
  /// Why it says nothing about efficiency, where it compares different things.
  public var exclusion: String?

  /// A run by its row.
  public init(
    id: String, organization: String, date: String, activeParameters: Double, tokens: Double,
    architecture: ArchitectureClass, precision: Precision, accelerator: Accelerator, acceleratorHours: Double?,
    exclusion: String? = nil
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
    self.exclusion = exclusion
  }

  /// Which efficiency rows it belongs to.
  public var key: EfficiencyKey {
    EfficiencyKey(
      accelerator: accelerator.id, generation: accelerator.generation, precision: precision,
      architecture: architecture, size: SizeClass(activeParameters: activeParameters))
  }

  /// 6·N·D over the dense 16-bit peak of all its hours; nil where peak or hours are unknown.
  public var effectiveMFU: Double? {
    guard let peak = accelerator.referencePeak, let acceleratorHours else { return nil }
    return 6 * activeParameters * tokens / (peak * 3600 * acceleratorHours)
  }
}
