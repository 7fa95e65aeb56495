/// Throughput of each precision over that of 16 bits, for comparing published runs on one scale.
public struct PrecisionSpeedups: Sendable {
  /// The speed-up with its range.
  public let range: @Sendable (Precision, ArchitectureClass) -> Ranged<Ratio>

  /// Speed-ups by precision and kind.
  public init(_ range: @escaping @Sendable (Precision, ArchitectureClass) -> Ranged<Ratio>) { self.range = range }

  /// The typical speed-up.
  public func typical(_ precision: Precision, _ architecture: ArchitectureClass) -> Double {
    range(precision, architecture).typical.value
  }
}
