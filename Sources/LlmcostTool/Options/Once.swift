import Synchronization

/// A value that is made when it is first asked for, and kept.
///
/// Several threads may share one. Two that ask first at once may both make it, which comes to the same.
final class Once<Value: Sendable>: Sendable {
  private let kept = Mutex<Value?>(nil)

  func value(_ make: () -> Value) -> Value {
    if let value = kept.withLock(\.self) { return value }
    let value = make()
    kept.withLock { $0 = value }
    return value
  }
}
