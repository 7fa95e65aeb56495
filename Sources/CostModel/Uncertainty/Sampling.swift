/// How ranges are found: how many draws, from which start.
public struct SamplingPlan: Sendable, Equatable {
  /// The number of draws; 0 leaves the ranges out. From a full round on, a wide result takes more of them by itself.
  public var draws: Int
  /// Draws with the same seed are the same.
  public var seed: UInt64
  /// Which inputs move together.
  package var correlations = Correlations()
  /// Where draws are kept for other samples of the same inputs; nil keeps none.
  var memory: DrawMemory?

  /// So many draws are made together, evenly.
  public static let round = 8192

  /// A plan; the defaults settle p10 and p90 to about one part in a hundred.
  public init(draws: Int = SamplingPlan.round, seed: UInt64 = 1) {
    self.draws = draws
    self.seed = seed
  }

  /// How many draws settle the ends of a range as well as the narrow ones.
  ///
  /// Of n draws of a log-normal law with a standard deviation σ of the logarithm, p90 has a standard error of
  /// √(0.09/n)·σ/φ(1.2816), where φ is the standard normal density (David and Nagaraja 2003, Order Statistics, 10.2).
  ///
  /// - Parameter ends: p10 and p90 of the first round.
  /// - Returns: Whole rounds, or as many draws as are asked for, whichever is more.
  func draws(settling ends: (p10: Double, p90: Double)) -> Int {
    guard draws >= Self.round, ends.p10 > 0, ends.p90 > ends.p10, ends.p90.isFinite else { return draws }
    let error = Self.errorOfEnds * Elementary.logarithm(ends.p90 / ends.p10)
    let rounds = (error * error / Double(Self.round)).rounded(.up)
    return Swift.max(draws, Int(Swift.min(rounds, Self.mostRounds)) * Self.round)
  }

  /// √0.09/φ(1.2816) for each standard deviation, of which p90 lies 2·1.2816 above p10, over the error that is wanted: half
  /// of a part in a hundred.
  package static let errorOfEnds = 0.3 / 0.1754983 / (2 * Distribution.ninetiethPercentile) / 0.005
  /// No range takes more rounds than these by itself.
  package static let mostRounds = 16.0

  /// The same with another number of draws.
  package func drawing(_ draws: Int) -> SamplingPlan {
    var plan = self
    plan.draws = draws
    return plan
  }

  /// The same with inputs that move together.
  package func correlated(by correlations: Correlations) -> SamplingPlan {
    var plan = self
    plan.correlations = correlations
    return plan
  }

  /// The same with draws kept for other samples of the same inputs.
  func keepingDraws(in memory: DrawMemory?) -> SamplingPlan {
    var plan = self
    plan.memory = memory
    return plan
  }
}

/// A value with the range that sampling found for it.
package struct Spread: Sendable, Equatable {
  /// With every input at its typical value.
  package var typical: Double
  /// Exceeded by nine draws in ten; nil when nothing was sampled or nothing varies.
  package var p10: Double?
  /// Exceeded by one draw in ten.
  package var p90: Double?

  /// A value, with its range where it has one.
  package init(typical: Double, p10: Double? = nil, p90: Double? = nil) {
    self.typical = typical
    self.p10 = p10
    self.p90 = p90
  }
}

/// Draws of one input, the same for the same seed.
///
/// A round is a Latin hypercube (McKay, Beckman and Conover 1979): each input meets each of its n strata once, in an order
/// of its own, so that its own quantiles are exact. The order follows from the seed and the input's id, so that an input
/// has the same draws wherever it stands: one scenario has one range in every command. Later rounds are the first one
/// begun at another place for each input, which pairs its draws with other ones of all others.
struct EvenSequence {
  private let start: UInt64

  init(of id: String, seed: UInt64) { start = Self.start(of: id, seed: seed) }

  /// The standard normal deviates of the first round, of so many draws.
  func deviates(_ count: Int) -> [Double] {
    let strata = permutation(of: count)
    guard count != SamplingPlan.round else { return strata.map { Self.middles[Int($0)] } }
    return strata.map { Self.middle(of: Int($0), among: count) }
  }

  /// Which draw of the first round a later one begins with, as a share of all.
  func beginning(ofRound round: Int) -> Double {
    var state = start ^ (UInt64(round) &* 0xD1B5_4A32_D192_ED03)
    return round == 0 ? 0 : Self.fraction(&state)
  }

  /// The deviates in the middle of the strata of a whole round.
  private static let middles = (0..<SamplingPlan.round).map { middle(of: $0, among: SamplingPlan.round) }

  private static func middle(of stratum: Int, among count: Int) -> Double {
    Distribution.normalQuantile((Double(stratum) + 0.5) / Double(count))
  }

  /// Where the generator of an input starts: the FNV-1a hash of its id, moved by the seed.
  private static func start(of id: String, seed: UInt64) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return hash ^ (seed &* 0x9E37_79B9_7F4A_7C15)
  }

  /// Fisher and Yates's shuffle.
  private func permutation(of count: Int) -> [Int32] {
    var state = start
    var strata = [Int32](0..<Int32(count))
    strata.withUnsafeMutableBufferPointer { strata in
      for last in stride(from: count - 1, to: 0, by: -1) {
        strata.swapAt(last, Int(Self.fraction(&state) * Double(last + 1)))
      }
    }
    return strata
  }

  /// A number in 0..<1 from the SplitMix64 generator (Steele, Lea and Flood 2014).
  private static func fraction(_ state: inout UInt64) -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}
