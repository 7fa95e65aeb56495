/// The parameters of one module, by what they do.
///
/// Counts are doubles: whole numbers are exact up to 2⁵³, about 9·10¹⁵, and no size, however absurd, overflows.
package struct Weights: Sendable, Equatable {
  /// Parameters of matrices that multiply every token that reaches the module.
  package var matrices = 0.0
  /// Norms, biases, convolutions and other vectors, whose FLOP are negligible.
  package var vectors = 0.0

  /// All of them.
  package var count: Double { matrices + vectors }

  static func + (left: Self, right: Self) -> Self {
    Self(matrices: left.matrices + right.matrices, vectors: left.vectors + right.vectors)
  }

  static func * (left: Self, factor: Double) -> Self {
    Self(matrices: left.matrices * factor, vectors: left.vectors * factor)
  }
}

/// What a normalization learns.
package enum Normalization: Sendable, Equatable {
  /// Nothing, as in OLMo 1.
  case plain
  /// A weight for each dimension, as RMSNorm.
  case weight
  /// A weight and a bias for each dimension, as LayerNorm.
  case weightAndBias

  /// Parameters for each dimension.
  package var parametersPerDimension: Double {
    switch self {
    case .plain: 0
    case .weight: 1
    case .weightAndBias: 2
    }
  }
}
