import TextFormats

extension LayerBuilder {
  /// The feed-forward part of a layer: experts where the fields say so, else one network.
  func feedForward(_ layer: Int) throws(ConfigurationError) -> FeedForward {
    if let experts = try experts(layer) { return .experts(experts) }
    return .dense(try perceptron(layer))
  }

  /// The network of a layer without experts.
  func perceptron(_ layer: Int) throws(ConfigurationError) -> Perceptron {
    let own = ["intermediate_size_mlp", "dense_intermediate_size"].first { fields.value([$0]) != nil }
    let first = own ?? "intermediate_size"
    let names = [first, "ffn_dim", "n_inner", "ffn_hidden_size", "d_ff", "shared_intermediate_size"]
    let width = try fields.integer(names, ofLayer: layer, from: 1)
    // Four times the hidden size is a rule of networks without a gate.
    guard !family.isGated || width != nil && fields.mayBeDefault(names) else {
      throw fields.failure("intermediate_size", "is missing")
    }
    return Perceptron(
      width: width ?? 4 * hidden, isGated: family.isGated, hasBias: try isOn(family.feedForwardBias))
  }

  /// Experts of the whole model; nil where it has none.
  func expertCount(_ layer: Int) throws(ConfigurationError) -> Int? {
    let count = try fields.integer(
      "num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts", "num_routed_experts", ofLayer: layer,
      from: 0, through: 1 << 16)
    return count == 0 ? nil : count
  }

  /// The experts of a layer; nil for a layer without.
  func experts(_ layer: Int) throws(ConfigurationError) -> MixtureOfExperts? {
    guard let count = try expertCount(layer), try isSparse(layer) else { return nil }
    guard
      let perToken = try fields.integer(
        "num_experts_per_tok", "num_experts_per_token", "moe_topk", "top_k_experts", "moe_top_k", "moe_k",
        "experts_per_token",
        ofLayer: layer, from: 1, through: 1 << 16)
    else { throw fields.failure("num_experts_per_tok", "is missing") }
    guard perToken <= count else {
      throw fields.failure("num_experts_per_tok", "\(perToken) are more than \(count) experts")
    }
    let ownWidth = try fields.integer(
      "moe_intermediate_size", "expert_ffn_hidden_size", "ffn_hidden_size", ofLayer: layer, from: 1)
    let commonWidth = try fields.integer("intermediate_size", "ffn_dim", ofLayer: layer, from: 1)
    guard let width = ownWidth ?? commonWidth else { throw fields.failure("moe_intermediate_size", "is missing") }
    let hasBias = try isOn(family.feedForwardBias)
    var mixture = MixtureOfExperts(
      count: count, perToken: perToken, expert: Perceptron(width: width, isGated: family.isGated, hasBias: hasBias))
    if let width = try fields.integer("routed_expert_hidden_size", "moe_latent_size") {
      mixture.latentSize = width
      if try fields.boolean("latent_moe_use_norm") ?? false {
        mixture.additionalRouterParameters += width
      }
    }
    if let shared = try sharedWidth(layer, expertWidth: width), shared > 0 {
      mixture.shared = Perceptron(width: shared, isGated: family.isGated, hasBias: hasBias)
      mixture.hasSharedGate = family.hasSharedGate
    }
    return mixture
  }

  /// The width of all shared experts together.
  private func sharedWidth(_ layer: Int, expertWidth: Int) throws(ConfigurationError) -> Int? {
    if let width = try fields.integer(
      "moe_shared_expert_intermediate_size", "shared_expert_intermediate_size", "shared_intermediate_size",
      "share_expert_dim", from: 0)
    {
      return width
    }
    let count = try fields.integer(
      "n_shared_experts", "num_shared_experts", "num_shared_expert", "moe_num_shared_experts", ofLayer: layer, from: 0,
      through: 1 << 10)
    return count.map { $0 * expertWidth }
  }

  /// Whether a layer has experts, by any of the fields that say so.
  func isSparse(_ layer: Int) throws(ConfigurationError) -> Bool {
    if let kinds = try fields.words("mlp_layer_types"), layer < kinds.count { return kinds[layer] != "dense" }
    if let first = try fields.integer(
      "first_k_dense_replace", "num_dense_layers", "moe_layer_num_skipped", from: 0), layer < first
    {
      return false
    }
    if let (name, value) = fields.value(["moe_layer_freq"]) {
      if value.array != nil { return try fields.integer(name, ofLayer: layer) != 0 }
      if let frequency = try fields.integer(name), layer % frequency != 0 { return false }
    }
    if let dense = try fields.integers("mlp_only_layers"), dense.contains(layer) { return false }
    if let step = try fields.integer("decoder_sparse_step"), (layer + 1) % step != 0 { return false }
    if let sparse = try fields.integers("moe_layers"), !sparse.isEmpty { return sparse.contains(layer) }
    if let step = try fields.integer("interleave_moe_layer_step", from: 0) {
      return step > 0 && (layer + 1) % step == 0
    }
    if let period = try fields.integer("expert_layer_period") {
      return layer % period == (try fields.integer("expert_layer_offset", from: 0) ?? 0) % period
    }
    if let interval = try fields.integer("moe_layer_interval"), (layer + 1) % interval != 0 { return false }
    if let first = try fields.integer("moe_layer_start_index", from: 0), layer < first { return false }
    if let last = try fields.integer("moe_layer_end_index", from: -1), last >= 0, layer > last { return false }
    return true
  }
}
