import TextFormats

/// Builds the layers of one configuration.
struct LayerBuilder {
  let fields: ConfigurationFields
  let family: Family
  let hidden: Int
  let layerCount: Int

  init(_ fields: ConfigurationFields, family: Family, hidden: Int, layerCount: Int) {
    self.fields = fields
    self.family = family
    self.hidden = hidden
    self.layerCount = layerCount
  }

  /// The layers as the fields tell them.
  func layers() throws(ConfigurationError) -> [Layer] {
    if let build = family.build { return try build(self) }
    return try standardLayers { (layer) throws(ConfigurationError) in .attention(try attention(layer)) }
  }

  /// Layers of a mixer and a feed-forward network each.
  func standardLayers(
    mixer: (Int) throws(ConfigurationError) -> Mixer
  ) throws(ConfigurationError) -> [Layer] {
    let norms = normParameters(family.layerNorms)
    return try eachLayer { (layer) throws(ConfigurationError) in
      Layer(mixers: [try mixer(layer)], feedForwards: [try feedForward(layer)], normParameters: norms)
    }
  }

  func eachLayer(_ make: (Int) throws(ConfigurationError) -> Layer) throws(ConfigurationError) -> [Layer] {
    var layers: [Layer] = []
    layers.reserveCapacity(layerCount)
    for layer in 0..<layerCount { layers.append(try make(layer)) }
    return layers
  }

  func normParameters(_ count: Int) -> Int { count * hidden * Int(family.norm.parametersPerDimension) }

  func isOn(_ toggle: Family.Toggle) throws(ConfigurationError) -> Bool {
    switch toggle {
    case .never: false
    case .always: true
    case .when(let name, let otherwise): try fields.boolean(name) ?? otherwise
    }
  }

  func required(_ names: String..., from least: Int = 1) throws(ConfigurationError) -> Int {
    for name in names {
      if let value = try fields.integer(name, from: least) { return value }
    }
    throw fields.failure(names.first ?? "", "is missing")
  }

  // MARK: Attention

  func queryHeads() throws(ConfigurationError) -> Int {
    let names = ["num_attention_heads", "n_head", "n_heads", "num_heads"]
    guard fields.mayBeDefault(names), let heads = try fields.integer(names, through: 1 << 16) else {
      throw fields.failure("num_attention_heads", "is missing")
    }
    return heads
  }

  func headSize(heads: Int) throws(ConfigurationError) -> Int {
    if let size = try fields.integer("head_dim", "attention_head_dim", "kv_channels", through: 1 << 16) { return size }
    // These classes round, others refuse.
    guard hidden % heads == 0 || family.roundsHeadSize && hidden > heads else {
      throw fields.failure("head_dim", "is missing, and hidden_size \(hidden) is no multiple of \(heads) heads")
    }
    return hidden / heads
  }

  func attention(_ layer: Int) throws(ConfigurationError) -> Attention {
    let heads = try queryHeads()
    let keyValueHeads = try fields.integer(
      "num_key_value_heads", "num_kv_heads", "n_kv_heads", "kv_n_heads", "n_head_kv", "multi_query_group_num",
      "num_query_groups", through: 1 << 16)
    var attention = Attention(
      queryHeads: heads, keyValueHeads: keyValueHeads ?? heads, headSize: try headSize(heads: heads),
      reach: try reach(layer))
    if !["num_key_value_heads", "num_kv_heads", "n_kv_heads", "num_query_groups"].contains(where: fields.states) {
      attention.keyValueHeads = min(attention.keyValueHeads, heads)
    }
    guard attention.keyValueHeads <= heads, heads % attention.keyValueHeads == 0 else {
      throw fields.failure(
        "num_key_value_heads",
        attention.keyValueHeads > heads
          ? "\(attention.keyValueHeads) are more than \(heads) query heads"
          : "\(heads) query heads are no multiple of \(attention.keyValueHeads)")
    }
    // Cross-layer attention: only the first of so many layers has keys and values of its own (Hunyuan-Large).
    if try fields.boolean("use_cla") ?? false, let factor = try fields.integer("cla_share_factor") {
      attention.reusesKeyValues = layer % factor != 0
    }
    attention.hasInputBias = try isOn(family.inputBias)
    attention.hasOutputBias = try isOn(family.outputBias)
    if try isOn(family.queryKeyNorm) {
      attention.queryKeyNorm =
        family.queryKeyNormSpan == .head ? .shared(family.queryKeyNormKind) : .whole(family.queryKeyNormKind)
    }
    return attention
  }

  /// What `layer_types` calls a layer.
  func layerType(_ layer: Int) throws(ConfigurationError) -> String? {
    guard let (name, value) = fields.value(["layer_types", "layers_block_type"]) else { return nil }
    guard let list = value.array else { throw fields.failure(name, "expected a list, got \(value.kind)") }
    guard !list.isEmpty else { return nil }
    guard layer < list.count else {
      throw fields.failure(name, "the list has \(list.count) values for \(layerCount) layers")
    }
    guard let type = list[layer].string else {
      throw fields.failure("\(name)[\(layer)]", "expected a string, got \(list[layer].kind)")
    }
    return type
  }

  func reach(_ layer: Int) throws(ConfigurationError) -> Reach {
    // Some files write -1 for no window.
    let window = try fields.integer("sliding_window", from: -1, through: 1 << 40).map { max($0, 0) }
    switch try layerType(layer) {
    case "sliding_attention": return window.map { $0 > 0 ? .window($0) : .full } ?? .full
    case "chunked_attention":
      return try fields.integer("attention_chunk_size", through: 1 << 40).map { .chunk($0) } ?? .full
    case nil: break
    default: return .full
    }
    guard let window, window > 0 else { return .full }
    switch family.windows {
    case .none: return .full
    case .all: return .window(window)
    case .allButEvery(let count):
      let pattern = try windowPattern() ?? count
      return (layer + 1) % pattern == 0 ? .full : .window(window)
    case .whenUsed:
      guard try fields.boolean("use_sliding_window") ?? false else { return .full }
      return layer >= (try fields.integer("max_window_layers", from: 0) ?? 0) ? .window(window) : .full
    }
  }

  /// `sliding_window_pattern`: a number, or letters such as LLLG.
  private func windowPattern() throws(ConfigurationError) -> Int? {
    guard let (name, value) = fields.value(["sliding_window_pattern", "_sliding_window_pattern"]) else { return nil }
    if let letters = value.string { return letters.isEmpty ? nil : letters.utf8.count }
    guard value.number != nil else { throw fields.failure(name, "expected a number, got \(value.kind)") }
    return try fields.integer(name)
  }

  /// Whether a layer attends to what the scorer of an earlier layer picked: by a list, or all but every so many.
  private func sharesIndexer(_ layer: Int) throws(ConfigurationError) -> Bool {
    if let types = try fields.words("indexer_types"), layer < types.count { return types[layer] == "shared" }
    guard let frequency = try fields.integer("index_topk_freq"), frequency > 1 else { return false }
    let offset = try fields.integer("index_skip_topk_offset", from: 0) ?? 2
    return max(layer - offset + 1, 0) % frequency != 0
  }

  /// Multi-head latent attention, where the fields tell its ranks.
  func latentAttention(_ layer: Int) throws(ConfigurationError) -> LatentAttention {
    var attention = LatentAttention(
      heads: try queryHeads(), queryRank: try fields.integer("q_lora_rank"), keyValueRank: try required("kv_lora_rank"),
      plainHeadSize: try required("qk_nope_head_dim"), rotaryHeadSize: try required("qk_rope_head_dim", from: 0),
      valueHeadSize: try required("v_head_dim"))
    attention.hasBias = try fields.boolean("attention_bias") ?? false
    if try fields.boolean("mla_use_output_gate") ?? false {
      attention.gateSize = attention.heads * attention.valueHeadSize
    }
    if let heads = try fields.integer("index_n_heads", through: 1 << 16) {
      let selected = try required("index_topk")
      // A layer that shares the choice of the one before has no scorer of its own.
      attention.indexer =
        try sharesIndexer(layer)
        ? LatentAttention.Indexer(heads: 0, headSize: 0, selected: selected)
        : LatentAttention.Indexer(heads: heads, headSize: try required("index_head_dim"), selected: selected)
    }
    return attention
  }
}
