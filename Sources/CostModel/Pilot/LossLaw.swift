/// What whole runs take over their steady speed: the logarithm of their hours over those at that speed is an exponential
/// loss, to restarts and standing still, and a normal error of what was measured and disclosed.
package struct LossLaw: Sendable, Equatable {
  /// ln of the hours over those at the steady speed where nothing is lost.
  package var middle: Double
  /// The mean loss.
  package var loss: Double
  /// The deviation of the error.
  package var error: Double

  /// A law by its constants.
  package init(middle: Double, loss: Double, error: Double) {
    (self.middle, self.loss, self.error) = (middle, loss, error)
  }

  /// Fits the logarithms of runs by maximum likelihood; nil for none.
  package init?(_ logarithms: [Double]) {
    guard !logarithms.isEmpty else { return nil }
    var best: (likelihood: Double, law: LossLaw)?
    for middle in -10...10 {
      for loss in 2...40 {
        let law = LossLaw(middle: Double(middle) / 100, loss: Double(loss) / 100, error: Self.rounding)
        let likelihood = logarithms.reduce(0) { $0 + law.logarithm($1) }
        if likelihood > best?.likelihood ?? -.infinity { best = (likelihood, law) }
      }
    }
    guard let best else { return nil }
    self = best.law
  }

  /// Speeds and hours are disclosed to a few hundredths.
  private static let rounding = 0.05
  /// What has no likelihood at all.
  private static let least = -700.0

  /// ln of the density.
  private func logarithm(_ x: Double) -> Double {
    // A loss that is small beside the error is lost in it.
    guard loss > error / 20 else {
      let deviate = (x - middle - loss) / error
      return -deviate * deviate / 2 - Elementary.logarithm(error)
    }
    let share = Diagnosis.normalShare(below: (x - middle) / error - error / loss)
    guard share > 0 else { return Self.least }
    let power = error * error / (2 * loss * loss) - (x - middle) / loss
    return Swift.max(Self.least, power + Elementary.logarithm(share / loss))
  }

  /// p10, median and p90 of ln of the hours over those at the steady speed.
  ///
  /// - Parameter prior: What is expected of it without the speed, by its middle and deviation; nil for nothing.
  /// - Returns: The quantiles of both together, by Bayes' rule.
  package func quantiles(_ prior: (middle: Double, deviation: Double)? = nil) -> (
    low: Double, middle: Double, high: Double
  ) {
    let start = middle - 8 * error
    var end = middle + 8 * error + 12 * loss
    if let prior { end = Swift.max(end, prior.middle + 4 * prior.deviation) }
    let width = (end - start) / Double(Self.places)
    var logarithms: [Double] = []
    for place in 0...Self.places {
      let x = start + Double(place) * width
      let deviate = prior.map { (x - $0.middle) / $0.deviation } ?? 0
      logarithms.append(logarithm(x) - deviate * deviate / 2)
    }
    let most = logarithms.max() ?? 0
    let weights = logarithms.map { Elementary.exponential(Swift.max(Self.least, $0 - most)) }
    let whole = weights.reduce(0, +)
    func quantile(_ share: Double) -> Double {
      var sum = 0.0
      for (place, weight) in weights.enumerated() {
        if sum + weight >= share * whole {
          return start + (Double(place) + (share * whole - sum) / weight - 0.5) * width
        }
        sum += weight
      }
      return end
    }
    return (quantile(0.1), quantile(0.5), quantile(0.9))
  }

  private static let places = 1000

  /// Half the way from p10 to p90 in deviations.
  static func deviation(_ quantiles: (low: Double, middle: Double, high: Double)) -> Double {
    (quantiles.high - quantiles.low) / (2 * Distribution.ninetiethPercentile)
  }
}
