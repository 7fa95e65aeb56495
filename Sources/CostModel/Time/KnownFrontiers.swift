import Synchronization

/// The frontiers that searches of one setup have found.
///
/// Several threads may share one. Two that search at once for the same both find the same.
final class KnownFrontiers: Sendable {
  /// A model of the grid, and how many accelerators.
  struct Key: Hashable {
    var size = 0
    var sparsity = 0
    var count = 1
  }

  private let known = Mutex<[Key: StepFrontier]>([:])

  /// The frontier as it was found before, or else as it is found now.
  func frontier(_ key: Key, _ find: () -> StepFrontier) -> StepFrontier {
    if let frontier = known.withLock({ $0[key] }) { return frontier }
    let frontier = find()
    known.withLock { $0[key] = frontier }
    return frontier
  }
}
