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

extension Tape {
  /// How many draws are evaluated together: enough for tight loops, few enough to stay in cache.
  private static let blockWidth = 64

  /// The typical value of each wanted step, with p10 and p90 where a plan asks for draws and the step varies.
  func spreads(of wanted: [Int], plan: SamplingPlan) -> [Spread] {
    let typical = typicalValues()
    var spreads = wanted.map { Spread(typical: typical[$0]) }
    let varying = wanted.indices.filter { steps[wanted[$0]].varies }
    let draws = plan.draws
    guard draws > 0, !varying.isEmpty else { return spreads }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: varying.count * draws) { samples in
      sample(varying.map { wanted[$0] }, typical: typical, plan: plan, into: samples)
      for (row, position) in varying.enumerated() {
        var sample = UnsafeMutableBufferPointer(rebasing: samples[(row * draws)..<((row + 1) * draws)])
        spreads[position].p10 = Quantiles.select(0.1, &sample)
        spreads[position].p90 = Quantiles.select(0.9, &sample)
      }
    }
    return spreads
  }

  /// Fills one row of `plan.draws` values for each wanted step.
  private func sample(
    _ wanted: [Int], typical: [Double], plan: SamplingPlan, into samples: UnsafeMutableBufferPointer<Double>
  ) {
    let uncertain = inputs.filter { !$0.record.distribution.isCertain }
    let sequence = LowDiscrepancySequence(inputs: uncertain.count, seed: plan.seed)
    let sources = zip(uncertain, sequence.coordinates).map { ($0.slot, $0.record.distribution, $1) }
    let width = Self.blockWidth
    withUnsafeTemporaryAllocation(of: Double.self, capacity: steps.count * width) { block in
      for (slot, value) in typical.enumerated() {
        for i in 0..<width { block.initializeElement(at: slot * width + i, to: value) }
      }
      for start in stride(from: 0, to: plan.draws, by: width) {
        for (slot, distribution, coordinate) in sources {
          for i in 0..<width {
            let deviate = Distribution.normalQuantile(coordinate.value(draw: start + i))
            block[slot * width + i] = distribution.value(at: deviate)
          }
        }
        evaluate(block: block, width: width)
        let count = Swift.min(width, plan.draws - start)
        for (row, slot) in wanted.enumerated() {
          for i in 0..<count {
            samples.initializeElement(at: row * plan.draws + start + i, to: block[slot * width + i])
          }
        }
      }
    }
  }
}
