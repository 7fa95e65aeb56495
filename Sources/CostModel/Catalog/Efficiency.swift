/// Whether every parameter works on every token.
public enum ArchitectureClass: String, CaseIterable, Sendable {
  /// Every parameter works on every token.
  case dense
  /// A router picks the experts that work on a token.
  case mixtureOfExperts = "moe"
}

/// Sizes that train alike, by parameters active per token.
public enum SizeClass: String, CaseIterable, Sendable {
  /// Below 3 billion.
  case small
  /// From 3 to 20 billion.
  case medium
  /// From 20 billion.
  case large

  /// The active parameters at which the second and the third class begin.
  static let starts = (medium: 3e9, large: 20e9)

  /// The class of a model by its active parameters.
  public init(activeParameters: Double) {
    self = activeParameters < Self.starts.medium ? .small : activeParameters < Self.starts.large ? .medium : .large
  }
}

/// The effective MFU that runs of one kind reached: 6·N·D over the dense 16-bit peak of every billed accelerator-hour,
/// before the speed-up of a lower precision.
public struct Efficiency: Sendable {
  /// The share of the peak, with p10 to p90 for a run not yet seen.
  public var mfu: Ranged<Ratio>
  /// The number of published runs behind it.
  public var runs: Int
  /// The row it came from.
  public var reference: RowReference

  /// An efficiency row.
  public init(mfu: Ranged<Ratio>, runs: Int, reference: RowReference) {
    self.mfu = mfu
    self.runs = runs
    self.reference = reference
  }
}

/// What decides which efficiency row describes a run.
public struct EfficiencyKey: Sendable, Equatable {
  /// The accelerator's id.
  public var accelerator: String
  /// The accelerator's family.
  public var generation: String
  /// The number format.
  public var precision: Precision
  /// Dense or mixture of experts.
  public var architecture: ArchitectureClass
  /// The class of the active parameters.
  public var size: SizeClass

  /// The key of one run.
  public init(
    accelerator: String, generation: String, precision: Precision, architecture: ArchitectureClass, size: SizeClass
  ) {
    self.accelerator = accelerator
    self.generation = generation
    self.precision = precision
    self.architecture = architecture
    self.size = size
  }

  /// The ids of the rows that describe it, most specific first.
  ///
  /// The built-in table has the third: precision is counted apart, by its speed-up. The others are for rows of the user.
  public var rowIDs: [String] {
    let kind = architecture.rawValue
    return [
      "\(accelerator)-\(precision.rawValue)-\(kind)-\(size.rawValue)",
      "\(generation)-\(precision.rawValue)-\(kind)-\(size.rawValue)", "\(accelerator)-\(kind)-\(size.rawValue)",
      "\(generation)-\(kind)-\(size.rawValue)", "\(generation)-\(kind)", kind,
    ]
  }
}
