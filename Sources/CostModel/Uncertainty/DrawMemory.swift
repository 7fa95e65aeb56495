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

  /// The draws as they were made before; nil where they were not.
  func row(_ question: Question) -> [Double]? { rows.withLock { $0[question] } }

  /// Keeps draws.
  func keep(_ row: [Double], for question: Question) {
    rows.withLock { rows in
      if rows.count >= Self.capacity { rows.removeAll() }
      rows[question] = row
    }
  }

  static func == (left: DrawMemory, right: DrawMemory) -> Bool { true }
}
