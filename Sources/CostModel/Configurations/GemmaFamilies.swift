/// The later Gemma models, whose layers differ from each other.
extension Family {
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

  /// Gemma 3n: each layer has embeddings of its own, a low-rank path beside attention, and four streams of which one
  /// runs through the layer and predicts the others.
  static let gemma3n: Build = { (builder) throws(ConfigurationError) in
    let fields = builder.fields
    let hidden = builder.hidden
    let perLayerSize = try fields.integer("hidden_size_per_layer_input", from: 0, through: 1 << 16) ?? 256
    let streams = try fields.integer("altup_num_inputs", through: 64) ?? 4
    let rank = try fields.integer("laurel_rank", through: 1 << 16) ?? 64
    let shared = try fields.integer("num_kv_shared_layers", from: 0) ?? 15
    return try builder.eachLayer { (layer) throws(ConfigurationError) in
      var attention = try builder.attention(layer)
      if try builder.layerType(layer) == nil, (layer + 1) % 5 == 0 { attention.reach = .full }
      attention.reusesKeyValues = layer >= builder.layerCount - shared
      var result = Layer(
        mixers: [.attention(attention)], feedForwards: [.dense(try builder.perceptron(layer))],
        normParameters: builder.normParameters(7) + hidden)
      result.additionalMatrices =
        2 * hidden * perLayerSize + 2 * hidden * rank + hidden * streams + streams * streams
        + streams * streams * streams
      return result
    }
  }
}
