/// The shares of bandwidth and peak that serving reaches, fitted on published throughput.
///
/// seconds per token = reading / bandwidth share + (computing / decoding share + prompts / prefill share) / four bits
///
/// with one set of shares for dense models and one for mixtures of experts. What is smallest is the mean of the absolute
/// logarithms, which one odd row does not move. Dense models compute far longer than they read once batches are full,
/// so that their share of the bandwidth is taken as given.
public struct ServingFit: Sendable {
  /// The names of the constants.
  public static let names = [
    "bandwidth-moe", "decoding-dense", "decoding-moe", "prefill-dense", "prefill-moe", "four-bits",
  ]
  /// The share of the bandwidth that kernels reach on dense models.
  public static let denseBandwidth = 0.9

  /// One published throughput as the fit sees it.
  public struct Observation: Sendable {
    /// The model, whose rows are left out together.
    public var model: String
    /// Seconds of an accelerator for a token at full bandwidth and peak.
    var ideal: (reading: Double, computing: Double, prefill: Double)
    var isMixture: Bool
    var isFourBits: Bool
    /// Published seconds of an accelerator for a token.
    var seconds: Double
  }

  /// The constants, in the order of ``names``.
  public var constants: [Double]
  /// The factor to either side that holds four rows out of five of an unseen model.
  public var spread: Double

  /// The typical share of the bandwidth.
  public func bandwidth(_ kind: ArchitectureClass) -> Double { kind == .dense ? Self.denseBandwidth : constants[0] }
  /// The typical share of the peak while tokens are written.
  public func decoding(_ kind: ArchitectureClass) -> Double { constants[kind == .dense ? 1 : 2] }
  /// The typical share of the peak while prompts are read.
  public func prefill(_ kind: ArchitectureClass) -> Double { constants[kind == .dense ? 3 : 4] }
  /// What four bits keep of the shares of the peak.
  public var fourBits: Double { constants[5] }

  /// Fits published throughput; nil without rows of two models.
  public init?(_ observations: [Observation]) {
    let models = Set(observations.map(\.model)).sorted()
    guard models.count > 1 else { return nil }
    constants = Self.fitted(observations)
    var residuals: [Double] = []
    for model in models {
      let others = Self.fitted(observations.filter { $0.model != model })
      residuals += observations.filter { $0.model == model }.map { Self.residual($0, others).magnitude }
    }
    residuals.sort()
    let place = Swift.min(residuals.count - 1, Int(0.8 * Double(residuals.count)))
    spread = Elementary.exponential(residuals[place])
  }

  private static func residual(_ one: Observation, _ constants: [Double]) -> Double {
    let four = one.isFourBits ? constants[5] : 1
    let (read, write, prompt) =
      one.isMixture ? (constants[0], constants[2], constants[4]) : (denseBandwidth, constants[1], constants[3])
    let seconds =
      one.ideal.reading / read + (one.ideal.computing / write + one.ideal.prefill / prompt) / four
    return Elementary.logarithm(seconds / one.seconds)
  }

  /// The best constants by a search along each of them, in ever smaller steps.
  private static func fitted(_ observations: [Observation]) -> [Double] {
    func error(_ constants: [Double]) -> Double {
      observations.reduce(0) { $0 + residual($1, constants).magnitude }
    }
    var best = [0.5, 0.4, 0.2, 0.5, 0.3, 0.7]
    var least = error(best)
    var factor = 1.5
    while factor > 1.002 {
      var hasMoved = false
      for index in best.indices {
        for step in [factor, 1 / factor] {
          var next = best
          next[index] = Swift.min(1, next[index] * step)
          let value = error(next)
          if value < least - 1e-12 {
            (best, least, hasMoved) = (next, value, true)
          }
        }
      }
      if !hasMoved { factor = 1 + (factor - 1) / 2 }
    }
    return best
  }
}
