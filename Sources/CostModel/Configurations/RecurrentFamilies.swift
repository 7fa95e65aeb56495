/// Families whose layers remember in a state of a fixed size, beside state-space models: xLSTM and RWKV-7; and Zamba2,
/// whose layers share blocks of attention.
extension Family {
  static let recurrent: [String: Family] = [
    "xlstm": Family(windows: .none).with { $0.build = matrixMemories },
    "rwkv7": Family(norm: .weightAndBias, windows: .none).with { $0.build = timeMixings },
    "zamba2": Family(windows: .none).with { $0.build = sharedBlocks },
  ]

  private static let matrixMemories: Build = { (builder) throws(ConfigurationError) in
    let (fields, hidden) = (builder.fields, Double(builder.hidden))
    let keys = try fields.number("qk_dim_factor", in: 0.01...100) ?? 0.5
    let values = try fields.number("v_dim_factor", in: 0.01...100) ?? 1
    var memories = MatrixMemory(
      heads: try builder.required("num_heads"), keySize: Int(hidden * keys), valueSize: Int(hidden * values))
    memories.hasBias = try fields.boolean("use_bias") ?? false
    let memory = memories
    let multiple = try fields.integer("ffn_round_up_to_multiple_of") ?? 64
    let width = Int(hidden * (try fields.number("ffn_proj_factor", in: 0.01...100) ?? 2.667))
    let network = Perceptron(width: (width + multiple - 1) / multiple * multiple, hasBias: memory.hasBias)
    let mixer = Mixer.recurrence(.matrixMemory(memory))
    return try builder.eachLayer { (_) throws(ConfigurationError) in
      Layer(
        mixers: [mixer], feedForwards: [.dense(network)],
        normParameters: builder.normParameters(memory.hasBias ? 4 : 2))
    }
  }

  /// Ranks that a file leaves out follow from the width as in the code that trains the models.
  private static let timeMixings: Build = { (builder) throws(ConfigurationError) in
    let (fields, hidden) = (builder.fields, Double(builder.hidden))
    func rank(_ name: String, _ factor: Double, _ exponent: Double) throws(ConfigurationError) -> Int {
      try fields.integer(name, through: 1 << 16)
        ?? max(32, Int((factor * Elementary.power(hidden, exponent) / 32).rounded(.toNearestOrEven)) * 32)
    }
    let decay = try rank("decay_low_rank_dim", 1.8, 0.5)
    let learning = try rank("a_low_rank_dim", 1.8, 0.5)
    let value = try rank("v_low_rank_dim", 1.3, 0.5)
    let gate = try rank("gate_low_rank_dim", 0.6, 0.8)
    let size = try fields.integer("head_dim", "head_size", through: 1 << 16) ?? 64
    let ratio = try fields.number("hidden_ratio", in: 0.01...100) ?? 4
    let network = Perceptron(
      width: try fields.integer("intermediate_size", "dim_ffn") ?? Int(ratio * hidden), isGated: false)
    return try builder.eachLayer { (layer) throws(ConfigurationError) in
      let mixing = TimeMixing(
        headSize: size, decayRank: decay, rateRank: learning, valueRank: layer == 0 ? nil : value, gateRank: gate)
      // The first layer has a norm on the embedding; each a vector that mixes in the token before.
      return Layer(
        mixers: [.recurrence(.timeMixing(mixing))], feedForwards: [.dense(network)],
        normParameters: builder.normParameters(layer == 0 ? 3 : 2) + builder.hidden)
    }
  }

  /// Mamba-2 in every layer. Before some stands one of a few blocks of attention and network, in turn: it reads the hidden
  /// state beside the embedding, and its weights are those of its earlier turns but for adapters and a matrix behind it.
  private static let sharedBlocks: Build = { (builder) throws(ConfigurationError) in
    let (fields, hidden) = (builder.fields, builder.hidden)
    var recurrence = try builder.mamba2()
    recurrence.hasInputBias = try fields.boolean("add_bias_linear") ?? false
    recurrence.hasOutputBias = recurrence.hasInputBias
    let mamba = Mixer.recurrence(.mamba2(recurrence))
    let hybrids = try fields.integers("hybrid_layer_ids")
    let blocks = try fields.integer("num_mem_blocks", through: 1 << 10) ?? 1
    let rank = try fields.integer("adapter_rank", "lora_rank", through: 1 << 16) ?? 128
    let width = try fields.integer("intermediate_size", "ffn_hidden_size") ?? 4 * hidden
    let wide = try fields.integer("attention_hidden_size") ?? 2 * hidden
    let heads = try builder.queryHeads()
    let size = try fields.integer("attention_head_dim", "kv_channels") ?? wide / heads
    var attention = Attention(
      queryHeads: heads, keyValueHeads: try fields.integer("num_key_value_heads", "num_query_groups") ?? heads,
      headSize: size)
    var network = Perceptron(width: width)
    network.hasBias = recurrence.hasInputBias
    (attention.hasInputBias, attention.hasOutputBias) = (false, false)
    let inputs = size * (heads + 2 * attention.keyValueHeads)
    let adaptsAttention = try fields.boolean("use_shared_attention_adapter", "use_shared_attention_lora") ?? false
    let adaptsNetwork = try fields.boolean("use_shared_mlp_adapter", "use_shared_block_lora") ?? true
    var adapters = adaptsNetwork ? rank * (hidden + 2 * width) : 0
    if adaptsAttention { adapters += 3 * 2 * rank * wide }
    var layers: [Layer] = []
    var turns = 0
    for layer in 0..<builder.layerCount {
      var own = Layer(mixers: [mamba], feedForwards: [], normParameters: builder.normParameters(1))
      let type = try builder.layerType(layer)
      if hybrids?.contains(layer) ?? (type == "hybrid") {
        var shared = Layer(
          mixers: [.attention(attention)], feedForwards: [.dense(network)], normParameters: wide + hidden)
        // Queries, keys and values read the wider input.
        shared.additionalMatrices = (wide - hidden) * inputs
        shared.reusesWeights = turns >= blocks
        layers.append(shared)
        own.additionalMatrices = hidden * hidden + adapters
        turns += 1
      }
      layers.append(own)
    }
    return layers
  }
}
