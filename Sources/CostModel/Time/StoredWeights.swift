/// The number format that weights or caches are kept in while a model is served.
public enum StoredPrecision: String, CaseIterable, Sendable {
  /// Brain floating point, 16 bits.
  case bf16
  /// Half precision, 16 bits.
  case fp16
  /// Floating point of 8 bits.
  case fp8
  /// Integers of 8 bits with a scale.
  case int8
  /// Floating point of 4 bits with a scale of 8 bits for every 16 numbers: NVFP4.
  case fp4
  /// Floating point of 4 bits with a scale of 8 bits for every 32 numbers (OCP Microscaling).
  case mxfp4
  /// Integers of 4 bits with a scale for each block.
  case int4

  /// Bytes of a number, scales included.
  public var bytes: Double {
    switch self {
    case .bf16, .fp16: 2
    case .fp8, .int8: 1
    case .fp4, .int4: 0.5 + 1.0 / 16
    case .mxfp4: 0.5 + 1.0 / 32
    }
  }

  /// The peaks that matrices of this format may be multiplied at, best first: where the accelerator has no peak of the
  /// format itself, weights are widened on the way.
  var peakNames: [String] {
    switch self {
    case .bf16, .fp16: [rawValue, "bf16", "fp16"]
    case .fp8: ["fp8", "bf16", "fp16"]
    case .int8: ["int8", "bf16", "fp16"]
    case .fp4, .mxfp4: ["fp4", "bf16", "fp16"]
    case .int4: ["bf16", "fp16"]
    }
  }

  /// The format of its accelerators' own peak that it computes in, and that peak in FLOP/s.
  package func peak(on accelerator: Accelerator) -> (name: String, value: Double)? {
    for name in peakNames {
      if let peak = accelerator.peaks[name] { return (name, peak) }
    }
    return nil
  }
}

/// The formats of a checkpoint's weights by module. Embeddings, output head, norms and encoders are kept in 16 bits, as
/// published checkpoints keep them.
package struct StoredWeights: Sendable, Hashable {
  /// Attention, recurrences and their projections.
  package var attention: StoredPrecision
  /// Feed-forward networks that every token passes, shared experts included.
  package var feedForward: StoredPrecision
  /// Experts that a router chooses from.
  package var experts: StoredPrecision

  /// All matrices of the layers in one format.
  package init(_ format: StoredPrecision) { (attention, feedForward, experts) = (format, format, format) }

  /// Matrices in a format each.
  package init(attention: StoredPrecision, feedForward: StoredPrecision, experts: StoredPrecision) {
    (self.attention, self.feedForward, self.experts) = (attention, feedForward, experts)
  }

  /// The format of most weights: that of the experts, or of all where they agree.
  package var main: StoredPrecision { experts }

  /// Bytes of a model's weights.
  package func bytes(_ count: ParameterCount) -> Quantity<Bytes> {
    var bytes = 0.0
    for part in ModelPart.allCases {
      let each =
        switch part {
        case .attention, .recurrence: attention.bytes
        case .feedForward, .sharedExperts: feedForward.bytes
        case .routedExperts: experts.bytes
        case .tokenEmbedding, .positionEmbedding, .routers, .norms, .outputHead, .encoders: StoredPrecision.bf16.bytes
        }
      bytes += count[part].value * each
    }
    return Quantity(bytes)
  }
}

extension Architecture {
  /// The weights as they are kept in a format: as the checkpoint keeps them where that is its own format, else all
  /// matrices of the layers alike.
  package func weights(in format: StoredPrecision) -> StoredWeights {
    if let checkpoint, checkpoint.main == format { checkpoint } else { StoredWeights(format) }
  }
}
