/// A kind of link between accelerators.
package struct Network: Sendable, Hashable {
  /// What users type, as `nvlink-4` or `infiniband-400`.
  package var id: String
  /// The name in full.
  package var name: String
  /// Bytes a second of one accelerator in one direction.
  package var bytesPerSecond: Double
  /// Seconds until the first byte arrives.
  package var latency: Double
  /// Accelerators that it joins; nil for a network that grows with the cluster.
  package var domain: Int?
  /// What to say where it is used; nil for nothing.
  package var note: String?
}

/// The number format of the large matrix products of a training step.
package enum TrainingPrecision: String, CaseIterable, Sendable {
  /// 16 bits with the range of 32.
  case bf16
  /// 16 bits, with loss scaling.
  case fp16
  /// 8-bit floating point with scales for tensors or blocks.
  case fp8
  /// 8-bit floating point with a scale for 32 numbers.
  case mxfp8
  /// 8-bit integers.
  case int8
  /// 4-bit floating point with a scale for 16 numbers.
  case nvfp4

  /// 0 for 16 bits, 1 for 8, 2 for 4.
  var width: Int {
    switch self {
    case .bf16, .fp16: 0
    case .fp8, .mxfp8, .int8: 1
    case .nvfp4: 2
    }
  }

  /// Bytes of traffic for each weight and activation of a matrix product; below 16 bits a part stays in 16.
  var trafficBytes: Double { [2, 1.2, 1][width] }

  /// The names of its peak in the table of accelerators; the first that there is counts.
  var peakNames: [String] {
    switch self {
    case .bf16: ["bf16", "fp16"]
    case .fp16: ["fp16", "bf16"]
    case .fp8, .mxfp8: ["fp8"]
    case .int8: ["int8"]
    case .nvfp4: ["fp4"]
    }
  }

  /// The format of the tables that it is nearest to.
  package var format: Precision {
    switch self {
    case .bf16: .bf16
    case .fp16: .fp16
    case .fp8, .mxfp8, .int8: .fp8
    case .nvfp4: .fp4
    }
  }
}

/// One accelerator with its links, as a training step sees it. All rates are per second.
package struct TrainingHardware: Sendable, Hashable {
  /// The accelerator.
  package var accelerator: Accelerator
  /// The id of a variant that has no row of its own among accelerators; nil for the usual one.
  package var variant: String?
  /// Dense 16-bit peak, FLOP/s.
  package var peak: Double
  /// What a large 16-bit matrix product sustains, as a share of the peak.
  package var matmulShare: Double
  /// Whether that was measured, rather than assumed or fitted.
  package var isMatmulMeasured: Bool
  /// Whether the user gave it for the very machine.
  package var isMatmulGiven = false
  /// Memory bandwidth, bytes/s.
  package var bandwidth: Double
  /// Memory that a program can have, bytes.
  package var memory: Double
  /// Links within a domain.
  package var scaleUp: Network
  /// Accelerators of a domain.
  package var domain: Int
  /// Links between domains.
  package var scaleOut: Network
  /// Link to the memory of the host, bytes/s in one direction.
  package var hostLink: Double

  /// Dense peak of a format, FLOP/s; that of the next wider format where it has none.
  package func peak(_ precision: TrainingPrecision) -> Double {
    let names = precision.peakNames
    if let peak = names.lazy.compactMap({ accelerator.peaks[$0] }).first { return peak }
    return precision == .nvfp4 ? peak(.fp8) : peak
  }

  /// Whether the accelerator computes in a format.
  package func supports(_ precision: TrainingPrecision) -> Bool {
    precision.peakNames.contains { accelerator.peaks[$0] != nil }
  }

  /// The share that a large 16-bit matrix product of some FLOP/s is: the fitted constant of the step stands for 0.94
  /// of what a benchmark of products alone reaches.
  package static func share(ofMeasured rate: Double, peak: Double) -> Double { rate / peak / 0.94 }
}
