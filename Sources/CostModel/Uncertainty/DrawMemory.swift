import Synchronization

/// Draws of inputs that were made before, for commands that sample the same inputs many times.
///
/// Several threads may share one. What it holds changes no draw: it only saves making it again.
final class DrawMemory: Sendable, Equatable {
  /// Which draws of which input.
  struct Question: Hashable, Sendable {
    /// The inputs that the deviates are made of, with their weights.
    var parts: [Part]
    /// The spread that the values follow; nil for the deviates themselves.
    var distribution: Distribution?
    var draws: Int
    var seed: UInt64
  }

  /// An input whose deviate counts by a weight.
  struct Part: Hashable, Sendable {
    var id: String
    var weight: Double
  }

  /// So many rows are kept at most, each of some 64 kB; then it starts anew.
  private static let capacity = 512
  private let rows = Mutex<[Question: [Double]]>([:])

  /// Nothing drawn yet.
  init() {}

  /// The draws as they were made before, or else as they are made now.
  func row(_ question: Question, _ make: () -> [Double]) -> [Double] {
    if let known = rows.withLock({ $0[question] }) { return known }
    let row = make()
    rows.withLock { rows in
      if rows.count >= Self.capacity { rows.removeAll() }
      rows[question] = row
    }
    return row
  }

  static func == (left: DrawMemory, right: DrawMemory) -> Bool { true }
}
