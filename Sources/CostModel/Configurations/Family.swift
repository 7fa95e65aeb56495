/// How a family of models is built, as far as its configuration does not say.
struct Family: Sendable {
  /// Whether something is there: by the family, or by a field.
  enum Toggle: Sendable {
    case never
    case always
    /// Where a field is true; the value stands in for a missing field.
    case when(String, otherwise: Bool = false)
  }

  enum NormSpan: Sendable { case head, whole }

  /// Which layers have a window, where neither `layer_types` nor another list says.
  enum Windows: Sendable {
    case none
    /// All that have `sliding_window`.
    case all
    /// All but each n-th, n as `sliding_window_pattern` or this.
    case allButEvery(Int)
    /// Only where `use_sliding_window` is true, from layer `max_window_layers` on.
    case whenUsed
  }

  typealias Build = @Sendable (LayerBuilder) throws(ConfigurationError) -> [Layer]

  var norm = Normalization.weight
  /// Norms over the hidden size in a layer.
  var layerNorms = 2
  /// Norms after the layers and after the embedding.
  var outerNorms = 1
  var isGated = true
  var inputBias = Toggle.never
  var outputBias = Toggle.never
  var feedForwardBias = Toggle.never
  var headBias = Toggle.never
  var queryKeyNorm = Toggle.never
  var queryKeyNormSpan = NormSpan.head
  var queryKeyNormKind = Normalization.weight
  var windows = Windows.all
  /// Whether the positions have a table; rows beyond `max_position_embeddings`.
  var positionOffset: Int?
  /// Whether a head size that is not told may be a fraction, rounded down.
  var roundsHeadSize = false
  /// Whether a shared expert is scaled by a gate.
  var hasSharedGate = false
  /// Where the layers are not an attention and a feed-forward network each.
  var build: Build?

  func with(_ change: (inout Family) -> Void) -> Family {
    var family = self
    change(&family)
    return family
  }
}
