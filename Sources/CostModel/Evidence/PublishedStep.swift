/// A published training step with its layout.
public struct PublishedStep: Sendable {
  /// The row's id.
  public var id: String
  /// Who measured it.
  public var organization: String
  /// Publications that are left out together when a fit is tested.
  public var series: String
  /// When it was published.
  public var date: String
  /// The model's name.
  public var model: String
  /// What the step does.
  public var job: StepJob
  /// Accelerators and their links.
  public var hardware: TrainingHardware
  /// How the work is divided.
  public var layout: Layout
  /// Published seconds of the step.
  public var seconds: Double
  /// Why no fit learns from it; nil where one does.
  public var exclusion: String?
  /// FLOP of a step that the model needs, attention with its causal mask included; 0 where unknown.
  public var operations = 0.0

  /// A step by its row.
  public init(
    id: String, organization: String, series: String, date: String, model: String, job: StepJob,
    hardware: TrainingHardware, layout: Layout, seconds: Double, exclusion: String?
  ) {
    self.id = id
    self.organization = organization
    self.series = series
    self.date = date
    self.model = model
    self.job = job
    self.hardware = hardware
    self.layout = layout
    self.seconds = seconds
    self.exclusion = exclusion
  }

  /// Whether it trains a mixture of experts.
  public var kind: ArchitectureClass { job.shape.hasExperts ? .mixtureOfExperts : .dense }
}
