/// Throughput of each precision over that of 16 bits, for comparing published runs on one scale.
package struct PrecisionSpeedups: Sendable {
  /// The speed-up with its range.
  package let range: @Sendable (Precision, ArchitectureClass) -> Ranged<Ratio>

  /// Speed-ups by precision and kind.
  package init(_ range: @escaping @Sendable (Precision, ArchitectureClass) -> Ranged<Ratio>) { self.range = range }

  /// The typical speed-up.
  package func typical(_ precision: Precision, _ architecture: ArchitectureClass) -> Double {
    range(precision, architecture).typical.value
  }
}
