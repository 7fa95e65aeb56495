/// How ranges are found: how many draws, from which start.
public struct SamplingPlan: Sendable, Equatable {
  /// The number of draws; 0 leaves the ranges out.
  public var draws: Int
  /// Draws with the same seed are the same.
  public var seed: UInt64

  /// A plan; the defaults settle p10 and p90 to about one part in a hundred.
  public init(draws: Int = 512, seed: UInt64 = 1) {
    self.draws = draws
    self.seed = seed
  }
}

/// A value with the range that sampling found for it.
public struct Spread: Sendable, Equatable {
  /// With every input at its typical value.
  public var typical: Double
  /// Exceeded by nine draws in ten; nil when nothing was sampled or nothing varies.
  public var p10: Double?
  /// Exceeded by one draw in ten.
  public var p90: Double?

  /// A value, with its range where it has one.
  public init(typical: Double, p10: Double? = nil, p90: Double? = nil) {
    self.typical = typical
    self.p10 = p10
    self.p90 = p90
  }
}

/// An additive low-discrepancy sequence: draw n of input j is frac(start_j + n·φ^-(j+1)).
///
/// φ is the root of x^(d+1) = x + 1 for d inputs, a generalization of the golden ratio
/// (M. Roberts, "The Unreasonable Effectiveness of Quasirandom Sequences", 2018).
struct LowDiscrepancySequence {
  /// One input's part of the sequence.
  struct Coordinate {
    let start: Double
    let step: Double

    func value(draw: Int) -> Double {
      let x = start + Double(draw + 1) * step
      return x - Double(Int(x))
    }
  }

  let coordinates: [Coordinate]

  init(inputs: Int, seed: UInt64) {
    var root = 2.0
    for _ in 0..<40 { root = Elementary.power(1 + root, 1 / Double(inputs + 1)) }
    var state = seed
    coordinates = (0..<inputs).map { input in
      Coordinate(start: Self.fraction(&state), step: Elementary.power(root, -Double(input + 1)))
    }
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
