/// How fast the steps of a run went so far, and how evenly.
package struct Pace: Sendable {
  /// Steps that were timed.
  private var steps = 0.0
  /// What they took, in seconds.
  private var seconds = 0.0
  /// Intervals in which they were timed, and Σ seconds² / steps over them.
  private var intervals = 0.0
  private var squares = 0.0
  /// Seconds a step in the slowest of them.
  private var slowest = 0.0

  /// Nothing timed yet.
  package init() {}

  /// Takes the time of some steps.
  package mutating func add(steps count: Double, seconds time: Double) {
    guard count > 0, time >= 0, time.isFinite else { return }
    steps += count
    seconds += time
    intervals += 1
    squares += time * time / count
    slowest = Swift.max(slowest, time / count)
  }

  /// Seconds of a step; nil where none was timed.
  package var secondsPerStep: Double? { steps > 0 ? seconds / steps : nil }

  /// The variance of the logarithm of the mean pace, by how unevenly the intervals went: independent steps, whose means
  /// vary by their number.
  package var variance: Double {
    guard intervals > 1, seconds > 0 else { return 0 }
    return Swift.max(0, squares - seconds * seconds / steps) / (intervals - 1) * steps / (seconds * seconds)
  }

  /// Seconds of a first interval that were no steps, but compiling and filling caches; 0 where it may as well have been a
  /// slow one.
  package func startUp(steps count: Double, seconds time: Double) -> Double {
    guard intervals > 0, steps > 0, count > 0 else { return 0 }
    let usual = seconds / steps * count
    let excess = time - usual
    return excess > Swift.max(usual / 2, Self.least) && time / count > Self.excess * slowest ? excess : 0
  }

  /// Seconds that are nothing.
  private static let least = 2.0
  /// How much slower than the slowest interval a first one is to be something else.
  private static let excess = 1.5
}
