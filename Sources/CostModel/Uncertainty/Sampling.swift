/// How ranges are found: how many draws, from which start.
public struct SamplingPlan: Sendable, Equatable {
  /// The number of draws; 0 leaves the ranges out.
  public var draws: Int
  /// Draws with the same seed are the same.
  public var seed: UInt64
  /// Which inputs move together.
  package var correlations = Correlations()
  /// Where draws are kept for other samples of the same inputs; nil keeps none.
  var memory: DrawMemory?

  /// A plan; the defaults settle p10 and p90 to about one part in a hundred.
  public init(draws: Int = 8192, seed: UInt64 = 1) {
    self.draws = draws
    self.seed = seed
  }

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

/// Draws of one input among others that together fill the unit cube evenly, the same for the same seed.
///
/// Few draws are a Latin hypercube (McKay, Beckman and Conover 1979): each input meets each of its n strata once, in an
/// order of its own, so that its own quantiles are exact. The order follows from the seed and the input's id, so that an
/// input has the same draws wherever it stands: one scenario has one range in every command. Many draws are an additive
/// low-discrepancy sequence: draw n of input j is frac(start_j + n·φ^-(j+1)), where φ is the root of x^(d+1) = x + 1 for d
/// inputs (M. Roberts, "The Unreasonable Effectiveness of Quasirandom Sequences", 2018); it needs no memory, and is even in
/// the long run alone.
struct EvenSequence {
  /// Up to how many draws are a Latin hypercube.
  static let mostStrata = 8192

  private enum Order {
    case strata(draws: Int)
    case additive(start: Double, step: Double)
  }

  private let order: Order
  private let seed: UInt64

  /// The draws of an input.
  ///
  /// - Parameters:
  ///   - place: Which of the inputs.
  ///   - ids: The ids of all inputs.
  ///   - plan: How many draws, from which start.
  init(of place: Int, in ids: [String], plan: SamplingPlan) {
    seed = Self.start(of: ids[place], seed: plan.seed)
    guard plan.draws > Self.mostStrata else {
      order = .strata(draws: plan.draws)
      return
    }
    var root = 2.0
    for _ in 0..<40 { root = Elementary.power(1 + root, 1 / Double(ids.count + 1)) }
    var state = seed
    order = .additive(start: Self.fraction(&state), step: Elementary.power(root, -Double(place + 1)))
  }

  /// The standard normal deviates from one draw on.
  func deviates(from start: Int, _ count: Int) -> [Double] {
    switch order {
    case .strata(let draws):
      let strata = permutation(of: draws)
      return (start..<(start + count)).map {
        Distribution.normalQuantile((Double(strata[$0]) + 0.5) / Double(draws))
      }
    case .additive(let first, let step):
      return (start..<(start + count)).map { draw in
        let x = first + Double(draw + 1) * step
        return Distribution.normalQuantile(x - Double(Int(x)))
      }
    }
  }

  /// Where the generator of an input starts: the FNV-1a hash of its id, moved by the seed.
  private static func start(of id: String, seed: UInt64) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return hash ^ (seed &* 0x9E37_79B9_7F4A_7C15)
  }

  /// Fisher and Yates's shuffle.
  private func permutation(of count: Int) -> [Int32] {
    var state = seed
    var strata = [Int32](0..<Int32(count))
    for last in stride(from: count - 1, to: 0, by: -1) {
      strata.swapAt(last, Int(Self.fraction(&state) * Double(last + 1)))
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
