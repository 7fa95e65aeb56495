import CostModel

/// Layers of families that differ from the common form in a few places.
extension Family {
  /// Qwen 1 counts both matrices that go up in `intermediate_size`.
  static let firstQwen: Build = { (builder) throws(ConfigurationError) in
    let width = try builder.required("intermediate_size") / 2
    return try builder.eachLayer { (layer) throws(ConfigurationError) in
      Layer(
        mixers: [.attention(try builder.attention(layer))], feedForwards: [.dense(Perceptron(width: width))],
        normParameters: builder.normParameters(2))
    }
  }

  /// ERNIE 4.5 keeps the bias of the router's scores as a parameter; its experts have no other.
  static let ernieMixture: Build = { (builder) throws(ConfigurationError) in
    var layers = try builder.standardLayers { (layer) throws(ConfigurationError) in
      .attention(try builder.attention(layer))
    }
    layers.changeExperts {
      $0.hasRouterBias = true
      $0.expert.hasBias = false
    }
    return layers
  }

  /// StableLM: one norm where attention and network run side by side.
  static let stableLM: Build = { (builder) throws(ConfigurationError) in
    let norms = try builder.fields.boolean("use_parallel_residual") ?? false ? 1 : 2
    // The norms of queries and keys have a bias for neither, but each head its own weight.
    return try builder.eachLayer { (layer) throws(ConfigurationError) in
      Layer(
        mixers: [.attention(try builder.attention(layer))], feedForwards: [try builder.feedForward(layer)],
        normParameters: builder.normParameters(norms))
    }
  }

  /// One key-value head unless the configuration says otherwise.
  static let bigCode: Build = { (builder) throws(ConfigurationError) in
    let isShared = try builder.fields.boolean("multi_query") ?? true
    return try builder.standardLayers { (layer) throws(ConfigurationError) in
      var attention = try builder.attention(layer)
      attention.keyValueHeads = isShared ? 1 : attention.queryHeads
      return .attention(attention)
    }
  }

  /// Falcon: key-value heads and norms by generation.
  static let falconLayers: Build = { (builder) throws(ConfigurationError) in
    let isNew = try builder.fields.boolean("new_decoder_architecture") ?? false
    let isShared = try builder.fields.boolean("multi_query") ?? true
    let isParallel = try builder.fields.boolean("parallel_attn") ?? true
    let parallelNorms = try builder.fields.integer("num_ln_in_parallel_attn") ?? (isNew ? 2 : 1)
    return try builder.eachLayer { (layer) throws(ConfigurationError) in
      var attention = try builder.attention(layer)
      if isShared, !isNew { attention.keyValueHeads = 1 }
      return Layer(
        mixers: [.attention(attention)], feedForwards: [try builder.feedForward(layer)],
        normParameters: builder.normParameters(isParallel ? min(parallelNorms, 2) : 2))
    }
  }

  /// DBRX keeps its sizes one level down.
  static let dbrx: Build = { (builder) throws(ConfigurationError) in
    guard let attentionFields = try builder.fields.nested("attn_config") else {
      throw builder.fields.failure("attn_config", "is missing")
    }
    guard let expertFields = try builder.fields.nested("ffn_config") else {
      throw builder.fields.failure("ffn_config", "is missing")
    }
    let heads = try builder.queryHeads()
    let keyValueHeads = try attentionFields.integer("kv_n_heads", through: heads) ?? 1
    let attention = Attention(
      queryHeads: heads, keyValueHeads: keyValueHeads, headSize: try builder.headSize(heads: heads))
    let count = try expertFields.integer("moe_num_experts", through: 1 << 16) ?? 4
    let experts = MixtureOfExperts(
      count: count, perToken: try expertFields.integer("moe_top_k", through: count) ?? 1,
      expert: Perceptron(width: try expertFields.integer("ffn_hidden_size") ?? 3584))
    return try builder.eachLayer { (_) throws(ConfigurationError) in
      Layer(
        mixers: [.attention(attention)], feedForwards: [.experts(experts)], normParameters: builder.normParameters(2))
    }
  }

  /// gpt-oss: a learned attention sink for each head, and a router with a bias.
  static let gptOSS: Build = { (builder) throws(ConfigurationError) in
    var layers = try builder.standardLayers { (layer) throws(ConfigurationError) in
      var attention = try builder.attention(layer)
      attention.additionalParameters = attention.queryHeads
      return .attention(attention)
    }
    layers.changeExperts { $0.hasRouterBias = true }
    return layers
  }

  /// Llama 4: a shared expert as wide as the routed ones, and chunks in all but each fourth layer.
  static let llama4: Build = { (builder) throws(ConfigurationError) in
    let chunk = try builder.fields.integer("attention_chunk_size", through: 1 << 40)
    let interval = try builder.fields.integer("no_rope_layer_interval") ?? 4
    let positions = try builder.fields.integers("no_rope_layers") ?? []
    var layers = try builder.standardLayers { (layer) throws(ConfigurationError) in
      var attention = try builder.attention(layer)
      if try builder.layerType(layer) == nil {
        let hasPositions = layer < positions.count ? positions[layer] != 0 : (layer + 1) % interval != 0
        attention.reach = hasPositions ? chunk.map { .chunk($0) } ?? .full : .full
      }
      return .attention(attention)
    }
    layers.changeExperts { $0.shared = $0.expert }
    return layers
  }

  /// Apertus: an activation with two learned numbers.
  static let apertus: Build = { (builder) throws(ConfigurationError) in
    try builder.eachLayer { (layer) throws(ConfigurationError) in
      var network = try builder.perceptron(layer)
      network.additionalParameters = 2
      return Layer(
        mixers: [.attention(try builder.attention(layer))], feedForwards: [.dense(network)],
        normParameters: builder.normParameters(2))
    }
  }

  /// BitNet: a norm before the output of attention, and one inside the network.
  static let bitNet: Build = { (builder) throws(ConfigurationError) in
    try builder.eachLayer { (layer) throws(ConfigurationError) in
      var attention = try builder.attention(layer)
      attention.additionalParameters = builder.hidden
      var network = try builder.perceptron(layer)
      network.additionalParameters = network.width
      return Layer(
        mixers: [.attention(attention)], feedForwards: [.dense(network)], normParameters: builder.normParameters(2))
    }
  }

  /// Gemma 4: wider heads in full layers, whose values may be the keys; experts beside the dense network; keys and
  /// values of the last layers taken from earlier ones.
  static let gemma4: Build = { (builder) throws(ConfigurationError) in
    let fields = builder.fields
    let globalSize = try fields.integer("global_head_dim", through: 1 << 16)
    // Newer files list what differs layer by layer, under names such as 05.
    let individual = try fields.nested("per_layer_config")
    let globalHeads = try fields.integer("num_global_key_value_heads", through: 1 << 16)
    let valuesAreKeys = try fields.boolean("attention_k_eq_v") ?? false
    let shared = try fields.integer("num_kv_shared_layers", from: 0) ?? 0
    let perLayerSize = try fields.integer("hidden_size_per_layer_input", from: 0) ?? 0
    let isDoubleWide = try fields.boolean("use_double_wide_mlp") ?? false
    let hasExperts = try fields.boolean("enable_moe_block") ?? false
    return try builder.eachLayer { (layer) throws(ConfigurationError) in
      var attention = try builder.attention(layer)
      let type = try builder.layerType(layer)
      if type == "full_attention" || type == nil && attention.reach == .full
        || layer == builder.layerCount - 1 && type == nil
      {
        attention.reach = .full
        attention.headSize = globalSize ?? (individual == nil ? 512 : attention.headSize)
        attention.valueHeadSize = attention.headSize
        if valuesAreKeys {
          attention.keyValueHeads = globalHeads ?? attention.keyValueHeads
          attention.valuesAreKeys = true
        }
      }
      let name = layer < 10 && individual?.states("\(layer)") == false ? "0\(layer)" : "\(layer)"
      if let own = try individual?.nested(name) {
        attention.headSize = try own.integer("head_dim", through: 1 << 16) ?? attention.headSize
        attention.valueHeadSize = attention.headSize
        attention.keyValueHeads =
          try own.integer("num_key_value_heads", through: attention.queryHeads) ?? attention.keyValueHeads
      }
      attention.reusesKeyValues = layer >= builder.layerCount - shared
      var network = try builder.perceptron(layer)
      if isDoubleWide, attention.reusesKeyValues { network.width *= 2 }
      var result = Layer(
        mixers: [.attention(attention)], feedForwards: [.dense(network)], normParameters: builder.normParameters(4))
      if perLayerSize > 0 {
        // A gate and a projection of the layer's own embedding, and their norm.
        result.additionalMatrices = 2 * builder.hidden * perLayerSize
        result.normParameters += builder.hidden
      }
      if hasExperts, var experts = try builder.experts(layer) {
        experts.additionalRouterParameters = builder.hidden + experts.count
        result.feedForwards.append(.experts(experts))
        result.normParameters += builder.normParameters(3)
      }
      return result
    }
  }
}

extension [Layer] {
  mutating func changeExperts(_ change: (inout MixtureOfExperts) -> Void) {
    for layer in indices {
      for part in self[layer].feedForwards.indices {
        guard case .experts(var mixture) = self[layer].feedForwards[part] else { continue }
        change(&mixture)
        self[layer].feedForwards[part] = .experts(mixture)
      }
    }
  }
}
