extension StepFit {
  /// p10 and p90 of each constant when whole sources are drawn anew, with repetition.
  ///
  /// - Parameters:
  ///   - steps: The steps of the fit.
  ///   - fit: The fit of all of them.
  ///   - draws: How often sources are drawn.
  /// - Returns: p10 to p90, in the order of `StepConstants.names`.
  package static func ranges(
    _ steps: [PublishedStep], around fit: StepFit, draws: Int = 12
  ) -> [ClosedRange<Double>] {
    let series = Array(Set(steps.filter { $0.exclusion == nil }.map(\.series))).sorted()
    var bySeries: [String: [PublishedStep]] = [:]
    for step in steps { bySeries[step.series, default: []].append(step) }
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    var values = [[Double]](repeating: [], count: StepConstants.names.count)
    for _ in 0..<draws {
      var sample: [PublishedStep] = []
      for _ in series {
        // Xorshift: the same draws on every machine.
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        sample += bySeries[series[Int(state % UInt64(series.count))]] ?? []
      }
      guard let drawn = StepFit(sample, fit.constants.recomputed, from: fit.constants) else { continue }
      for (index, name) in StepConstants.names.enumerated() { values[index].append(drawn.constants[name] ?? 0) }
    }
    return values.map { sample in
      let low = Quantiles.quantile(0.1, of: sample)
      return low...Swift.max(low, Quantiles.quantile(0.9, of: sample))
    }
  }

  /// The standard deviations of ln seconds that hold four of five steps predicted without their source, and without
  /// their generation.
  package static func deviations(_ steps: [PublishedStep], _ recomputed: RecomputedParts) -> StepSpread {
    var distances: (dense: [Double], mixture: [Double]) = ([], [])
    for fold in Backtest.StepFold.allCases {
      let backtest = Backtest(steps: steps, leavingOut: fold, recomputed, spread: StepSpread())
      for entry in backtest.entries where entry.setAside == nil {
        let distance = Elementary.logarithm(entry.ratio).magnitude
        if entry.run.architecture == .dense {
          distances.dense.append(distance)
        } else {
          distances.mixture.append(distance)
        }
      }
    }
    var spread = StepSpread()
    spread.dense = Quantiles.quantile(0.8, of: distances.dense) / StepSpread.tenth
    spread.mixture = Quantiles.quantile(0.8, of: distances.mixture) / StepSpread.tenth
    return spread
  }
}

extension StepConstants {
  /// What the constants mean, in the order of ``names``.
  package static let meanings = [
    "large matrix products over the sustained share of the 16-bit peak", "efficiency of 8 and 4 bits over 16 bits",
    "the vendor's attention kernels, share of sustained 16-bit products",
    "FlashAttention-2 on Hopper and Blackwell, share of sustained 16-bit products",
    "memory traffic as a multiple of the count",
    "permutation and activation traffic of experts without fused kernels, as a multiple of the count",
    "achieved share of link rates", "hidden share of tensor and expert traffic",
    "hidden share of shard, data and stage traffic", "launches and gaps for each layer and micro-batch, seconds",
  ]
}
