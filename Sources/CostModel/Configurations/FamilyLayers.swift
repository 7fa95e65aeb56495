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
}

extension Family {
  /// AFMoE: a gate on the output of attention.
  static let gatedAttention: Build = { (builder) throws(ConfigurationError) in
    let interval = try builder.fields.integer("global_attn_every_n_layers")
    var layers = try builder.standardLayers { (layer) throws(ConfigurationError) in
      var attention = try builder.attention(layer)
      attention.gateSize = attention.queryHeads * attention.headSize
      attention.hasGateBias = false
      if let interval, try builder.layerType(layer) == nil, (layer + 1) % interval == 0 { attention.reach = .full }
      return .attention(attention)
    }
    layers.changeExperts { $0.hasRouterBias = true }
    return layers
  }

  /// MiMo-V2-Flash: layers with a window have more key-value heads, and an attention sink for each head.
  static let mimoFlash: Build = { (builder) throws(ConfigurationError) in
    let fields = builder.fields
    let pattern = try fields.integers("hybrid_layer_pattern")
    let window = try fields.integer("sliding_window", "sliding_window_size") ?? 128
    let valueSize = try fields.integer("v_head_dim", through: 1 << 16)
    return try builder.standardLayers { (layer) throws(ConfigurationError) in
      var attention = try builder.attention(layer)
      attention.valueHeadSize = valueSize ?? attention.headSize
      let type = try builder.layerType(layer)
      let isDefault = layer > 0 && (layer + 1) % 6 != 0
      let isSliding =
        pattern.map { layer < $0.count && $0[layer] == 1 } ?? type.map { $0 == "sliding_attention" } ?? isDefault
      attention.reach = isSliding ? .window(window) : .full
      if isSliding {
        attention.keyValueHeads =
          try fields.integer("swa_num_key_value_heads", through: attention.queryHeads) ?? 2 * attention.keyValueHeads
        if try fields.boolean("add_swa_attention_sink_bias") ?? true {
          attention.additionalParameters = attention.queryHeads
        }
      }
      return .attention(attention)
    }
  }

  /// LongCat: two attentions and two dense networks in a layer, with one mixture across them. Its router may choose to
  /// do nothing, so that on average only a share of the choices are experts.
  static let longCat: Build = { (builder) throws(ConfigurationError) in
    let fields = builder.fields
    let count = try builder.required("n_routed_experts")
    let idle = try fields.integer("zero_expert_num", from: 0, through: 1 << 16) ?? 0
    let choices = try fields.integer("moe_topk", through: count) ?? 12
    var mixture = MixtureOfExperts(
      count: count, perToken: max(1, choices * count / (count + idle)),
      expert: Perceptron(width: try builder.required("expert_ffn_hidden_size")))
    mixture.idleCount = idle
    let experts = FeedForward.experts(mixture)
    let dense = FeedForward.dense(Perceptron(width: try builder.required("ffn_hidden_size")))
    return try builder.eachLayer { (layer) throws(ConfigurationError) in
      let attention = Mixer.latent(try builder.latentAttention(layer))
      return Layer(
        mixers: [attention, attention], feedForwards: [dense, dense, experts],
        normParameters: builder.normParameters(4))
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
