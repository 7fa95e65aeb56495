/// How long answers are: log-normal around their mean, cut off at the longest that is allowed.
///
/// Of a log-normal with p99 = r·mean, σ = z − √(z² − 2·ln r) with z = 2.326.
package struct AnswerLengths: Sendable, Equatable {
  /// The standard deviation of the logarithm of a length.
  package var deviation: Double
  /// The longest answer allowed, over the mean; nil for none.
  package var limit: Double?

  private static let ninetyNinth = 2.3263478740408408
  /// The largest 99th percentile over the mean that a log-normal has, e^(z²/2), a little less.
  static let most = 14.0

  /// Lengths by their 99th percentile over their mean; 1 for answers of one length.
  package init(ninetyNinthOverMean ratio: Double, limit: Double? = nil) {
    let z = Self.ninetyNinth
    deviation =
      z - Swift.max(0, z * z - 2 * Elementary.logarithm(Swift.min(Swift.max(1, ratio), Self.most))).squareRoot()
    self.limit = limit
  }

  /// The longest of so many answers over the mean.
  package func longest(of count: Double) -> Double {
    guard deviation > 0, count > 1 else { return 1 }
    let quantile = Distribution.normalQuantile(1 - 0.5 / (count + 1))
    let longest = Elementary.exponential(deviation * quantile - deviation * deviation / 2)
    return Swift.max(1, limit.map { Swift.min($0, longest) } ?? longest)
  }
}

/// What an engine waits for while a step's answers are written.
package enum RolloutWait: Sendable {
  /// Nothing: as an answer ends another takes its place.
  case none
  /// A step takes so much longer than its mean answer.
  case given(Expression<Ratio>)
  /// The longest of a step's answers; while it is written the batch has shrunk to a few.
  case longest(AnswerLengths, of: Double)

  /// Time of a step over that at a full batch.
  ///
  /// Answers are written in `waves` of full batches. When no prompt is left the batch drains: its answers take the work
  /// that they would have taken, and what a decoding step takes whatever its batch goes on until the longest ends.
  /// t = 1 + (longest/mean − 1) · idle / waves.
  ///
  /// - Parameters:
  ///   - idle: Seconds of a decoding step of one sequence over those of a full batch.
  ///   - waves: Answers of a step over those decoded at once.
  /// - Returns: The factor.
  func factor(idle: Double, waves: Double) -> Expression<Ratio> {
    switch self {
    case .none: return 1
    case .given(let tail): return tail
    case .longest(let lengths, let count):
      let tail = 1 + (lengths.longest(of: count) - 1) * Swift.min(1, idle) / Swift.max(1, waves)
      return .input(
        "rollout_tail", "time of a step over that of its mean answer", Ranged(tail),
        from: .assumed("log-normal lengths: the batch drains until the longest answer ends"), limits: 1...1e4)
    }
  }
}

/// Turns of an agent in its environment, within one answer.
package struct Episode: Sendable {
  /// Turns of an answer.
  package var turns: Expression<Ratio>
  /// Tokens that the environment answers with, each turn.
  package var observation: Expression<SequenceLength>
  /// Time that the environment takes, each turn.
  package var turnTime: Expression<Per<Hours, Items>>
  /// Whether what was read is kept between turns.
  package var keepsPrefix: Bool
  /// Whether other answers are written meanwhile.
  package var isHidden: Bool
}
