/// A published training step with its layout.
package struct PublishedStep: Sendable {
  /// The row's id.
  package var id: String
  /// Who measured it.
  package var organization: String
  /// Publications that are left out together when a fit is tested.
  package var series: String
  /// When it was published.
  package var date: String
  /// The model's name.
  package var model: String
  /// What the step does.
  package var job: StepJob
  /// Accelerators and their links.
  package var hardware: TrainingHardware
  /// How the work is divided.
  package var layout: Layout
  /// Published seconds of the step.
  package var seconds: Double
  /// Why no fit learns from it; nil where one does.
  package var exclusion: String?
  /// FLOP of a step that the model needs, attention with its causal mask included; 0 where unknown.
  package var operations = 0.0

  /// A step by its row.
  package init(
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
  package var kind: ArchitectureClass { job.shape.hasExperts ? .mixtureOfExperts : .dense }
}
