/// How an uncertain input is spread: a typical value in the middle, one case in ten below `low`, one in ten above `high`.
///
/// Positive inputs follow a log-normal law with its own width on either side of the typical value, which keeps lopsided
/// ranges as given; a range that reaches zero or below follows a normal law in the same way.
package struct Distribution: Sendable, Hashable {
  /// The median.
  package let typical: Double
  /// The tenth percentile.
  package let low: Double
  /// The ninetieth percentile.
  package let high: Double
  /// Bounds that no draw leaves.
  package let limits: ClosedRange<Double>
  private let isLogarithmic: Bool
  private let lowerWidth: Double
  private let upperWidth: Double

  /// The standard normal quantile of 0.9.
  static let ninetiethPercentile = 1.2815515655446004

  /// A spread by its tenth, fiftieth and ninetieth percentile.
  package init(typical: Double, low: Double, high: Double, limits: ClosedRange<Double>) {
    self.typical = typical
    self.low = low
    self.high = high
    self.limits = limits
    isLogarithmic = low > 0
    if isLogarithmic {
      lowerWidth = Elementary.logarithm(typical / low) / Self.ninetiethPercentile
      upperWidth = Elementary.logarithm(high / typical) / Self.ninetiethPercentile
    } else {
      lowerWidth = (typical - low) / Self.ninetiethPercentile
      upperWidth = (high - typical) / Self.ninetiethPercentile
    }
  }

  /// Whether every draw is the typical value.
  package var isCertain: Bool { low == high }

  /// Its typical value, with its range unless it is certain.
  package var spread: Spread {
    isCertain ? Spread(typical: typical) : Spread(typical: typical, p10: low, p90: high)
  }

  /// The value at a standard normal deviate.
  package func value(at deviate: Double) -> Double {
    let step = deviate * (deviate < 0 ? lowerWidth : upperWidth)
    let value = isLogarithmic ? typical * Elementary.exponential(step) : typical + step
    return Swift.min(Swift.max(value, limits.lowerBound), limits.upperBound)
  }

  /// The standard normal quantile, by Wichura's rational approximation (algorithm AS 241, 1988), to about 1e-7.
  ///
  /// - Parameter probability: Between 0 and 1; the ends are taken as 1e-12 from them.
  /// - Returns: The deviate that a standard normal variable stays below with that probability.
  package static func normalQuantile(_ probability: Double) -> Double {
    let p = Swift.min(Swift.max(probability, 1e-12), 1 - 1e-12)
    let q = p - 0.5
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      return q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)
        / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1)
    }
    var r = (-Elementary.logarithm(q < 0 ? p : 1 - p)).squareRoot()
    let tail: Double
    if r <= 5 {
      r -= 1.6
      tail =
        (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777)
        / ((0.12021132975 * r + 0.73700164250) * r + 1)
    } else {
      r -= 5
      tail =
        (((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150)
        / ((0.012258202635 * r + 0.24197894225) * r + 1)
    }
    return q < 0 ? -tail : tail
  }
}
