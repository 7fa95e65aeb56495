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
  private let steps: [Double]
  private let starts: [Double]

  init(inputs: Int, seed: UInt64) {
    var root = 2.0
    for _ in 0..<40 { root = Elementary.power(1 + root, 1 / Double(inputs + 1)) }
    var state = seed
    var steps: [Double] = []
    var starts: [Double] = []
    for input in 0..<inputs {
      steps.append(Elementary.power(root, -Double(input + 1)))
      starts.append(Self.fraction(&state))
    }
    self.steps = steps
    self.starts = starts
  }

  func value(input: Int, draw: Int) -> Double {
    let x = starts[input] + Double(draw + 1) * steps[input]
    return x - Double(Int(x))
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
  /// The typical value of each wanted step, with p10 and p90 where a plan asks for draws and the step varies.
  func spreads(of wanted: [Int], plan: SamplingPlan) -> [Spread] {
    let typical = typicalValues()
    var spreads = wanted.map { Spread(typical: typical[$0], p10: nil, p90: nil) }
    let varying = wanted.indices.filter { steps[wanted[$0]].varies }
    guard plan.draws > 0, !varying.isEmpty else { return spreads }
    var samples = varying.map { _ in [Double](repeating: 0, count: plan.draws) }
    let uncertain = inputs.filter { !$0.record.distribution.isCertain }
    let sequence = LowDiscrepancySequence(inputs: uncertain.count, seed: plan.seed)
    let width = 64
    withUnsafeTemporaryAllocation(of: Double.self, capacity: steps.count * width) { block in
      for (slot, value) in typical.enumerated() {
        for i in 0..<width { block.initializeElement(at: slot * width + i, to: value) }
      }
      for start in stride(from: 0, to: plan.draws, by: width) {
        for (index, input) in uncertain.enumerated() {
          for i in 0..<width {
            let deviate = Distribution.normalQuantile(sequence.value(input: index, draw: start + i))
            block[input.slot * width + i] = input.record.distribution.value(at: deviate)
          }
        }
        evaluate(block: block, width: width)
        for (index, position) in varying.enumerated() {
          let row = wanted[position] * width
          for i in 0..<Swift.min(width, plan.draws - start) { samples[index][start + i] = block[row + i] }
        }
      }
    }
    for (index, position) in varying.enumerated() {
      spreads[position].p10 = Quantiles.select(0.1, &samples[index])
      spreads[position].p90 = Quantiles.select(0.9, &samples[index])
    }
    return spreads
  }
}
