import CostModel
import TextFormats

/// Families with layers that are not attention: state-space models, linear attention, convolutions.
extension Family {
  static let hybrids: [String: Family] = [
    "mamba": Family(build: mambaOnly), "falcon_mamba": Family(build: mambaOnly),
    "mamba2": Family(build: mamba2Only),
    "jamba": Family(windows: .none).with { $0.build = jamba },
    "nemotron_h": Family(isGated: false, feedForwardBias: .when("mlp_bias")).with { $0.build = nemotronH },
    "granitemoehybrid": Family(inputBias: .when("attention_bias"), outputBias: .when("attention_bias")).with {
      $0.build = graniteHybrid
    },
    "bamba": llama.with { $0.build = bamba },
    "falcon_h1": llama.with { $0.build = falconH1 },
    "qwen3_next": qwenNext, "qwen3_5_text": qwenNext, "qwen3_5_moe_text": qwenNext,
    "minimax": Family(windows: .none).with { $0.build = miniMax },
    "minimax_text_01": Family(windows: .none).with { $0.build = miniMax },
    "minimax_m1": Family(windows: .none).with { $0.build = miniMax },
    "kimi_linear": deepseek.with { $0.build = kimiLinear },
    "lfm2": Family().with {
      $0.queryKeyNorm = .always
      $0.build = liquid
    },
    "lfm2_moe": Family().with {
      $0.queryKeyNorm = .always
      $0.build = liquid
    },
  ]

  private static let qwenNext = Family(
    inputBias: .when("attention_bias"), outputBias: .when("attention_bias"), windows: .none
  ).with {
    $0.queryKeyNorm = .always
    $0.hasSharedGate = true
    $0.build = gatedDeltaLayers
  }

  private static let mambaOnly: Build = { (builder) throws(ConfigurationError) in
    let mamba = try builder.mamba()
    return try builder.eachLayer { (_) throws(ConfigurationError) in
      Layer(mixers: [.recurrence(.mamba(mamba))], feedForwards: [], normParameters: builder.normParameters(1))
    }
  }

  private static let mamba2Only: Build = { (builder) throws(ConfigurationError) in
    let mamba = try builder.mamba2()
    return try builder.eachLayer { (_) throws(ConfigurationError) in
      Layer(mixers: [.recurrence(.mamba2(mamba))], feedForwards: [], normParameters: builder.normParameters(1))
    }
  }

  private static let jamba: Build = { (builder) throws(ConfigurationError) in
    var mamba = try builder.mamba()
    mamba.hasInnerNorms = true
    let inner = mamba
    let period = try builder.fields.integer("attn_layer_period") ?? 8
    let offset = try builder.fields.integer("attn_layer_offset", from: 0) ?? 4
    return try builder.standardLayers { (layer) throws(ConfigurationError) in
      try builder.isAttention(layer) ?? (layer % period == offset)
        ? .attention(try builder.attention(layer)) : .recurrence(.mamba(inner))
    }
  }

  /// One block a layer: M for Mamba-2, * for attention, - for a network, E for experts.
  private static let nemotronH: Build = { (builder) throws(ConfigurationError) in
    var letters: [Character] = []
    if let pattern = try builder.fields.text("hybrid_override_pattern") {
      letters = Array(pattern)
    } else {
      let words = try builder.fields.words("layers_block_type", "layer_types") ?? []
      letters = words.map {
        ["mamba": "M", "linear_attention": "M", "attention": "*", "full_attention": "*", "mlp": "-", "moe": "E"][$0]
          ?? "?"
      }
    }
    var recurrence = try builder.mamba2()
    recurrence.hasInputBias = try builder.fields.boolean("use_bias") ?? false
    recurrence.hasOutputBias = recurrence.hasInputBias
    let mamba = recurrence
    guard letters.count == builder.layerCount else {
      throw builder.fields.failure(
        "hybrid_override_pattern", "names \(letters.count) layers, num_hidden_layers \(builder.layerCount)")
    }
    return try builder.eachLayer { (layer) throws(ConfigurationError) in
      var result = Layer(mixers: [], feedForwards: [], normParameters: builder.normParameters(1))
      switch letters[layer] {
      case "M": result.mixers = [.recurrence(.mamba2(mamba))]
      case "*": result.mixers = [.attention(try builder.attention(layer))]
      case "-": result.feedForwards = [.dense(try builder.perceptron(layer))]
      case "E":
        guard var experts = try builder.experts(layer) else {
          throw builder.fields.failure("n_routed_experts", "is missing")
        }
        experts.expert.hasBias = false
        experts.latentSize = try builder.fields.integer("moe_latent_size")
        result.feedForwards = [.experts(experts)]
      default:
        throw builder.fields.failure("hybrid_override_pattern", "'\(letters[layer])' is not one of M, *, - and E")
      }
      return result
    }
  }

  /// A network that every token passes beside the experts, which may be none.
  private static let graniteHybrid: Build = { (builder) throws(ConfigurationError) in
    let mamba = try builder.mamba2()
    let width = try builder.fields.integer("shared_intermediate_size") ?? 1024
    return try builder.eachLayer { (layer) throws(ConfigurationError) in
      let isAttention = try builder.isAttention(layer) ?? false
      let shared = Perceptron(width: width)
      var feedForward = FeedForward.dense(shared)
      if var experts = try builder.experts(layer) {
        experts.shared = shared
        feedForward = .experts(experts)
      }
      return Layer(
        mixers: [isAttention ? .attention(try builder.attention(layer)) : .recurrence(.mamba2(mamba))],
        feedForwards: [feedForward], normParameters: builder.normParameters(2))
    }
  }

  private static let bamba: Build = { (builder) throws(ConfigurationError) in
    let mamba = try builder.mamba2()
    let attentionLayers = try builder.fields.integers("attn_layer_indices") ?? []
    return try builder.standardLayers { (layer) throws(ConfigurationError) in
      try builder.isAttention(layer) ?? attentionLayers.contains(layer)
        ? .attention(try builder.attention(layer)) : .recurrence(.mamba2(mamba))
    }
  }

  /// Attention and Mamba-2 side by side in every layer.
  private static let falconH1: Build = { (builder) throws(ConfigurationError) in
    var mamba = try builder.mamba2()
    mamba.hasNorm = try builder.fields.boolean("mamba_rms_norm") ?? false
    mamba.hasOutputBias = try builder.fields.boolean("projectors_bias") ?? false
    let recurrence = Mixer.recurrence(.mamba2(mamba))
    return try builder.eachLayer { (layer) throws(ConfigurationError) in
      Layer(
        mixers: [.attention(try builder.attention(layer)), recurrence],
        feedForwards: [try builder.feedForward(layer)], normParameters: builder.normParameters(2))
    }
  }

  /// Three layers of Gated DeltaNet to one of attention with a gate on its output.
  private static let gatedDeltaLayers: Build = { (builder) throws(ConfigurationError) in
    let net = DeltaNet(
      keyHeads: try builder.required("linear_num_key_heads"), keyHeadSize: try builder.required("linear_key_head_dim"),
      valueHeads: try builder.required("linear_num_value_heads"),
      valueHeadSize: try builder.required("linear_value_head_dim"),
      taps: try builder.required("linear_conv_kernel_dim"))
    let interval = try builder.fields.integer("full_attention_interval") ?? 4
    return try builder.standardLayers { (layer) throws(ConfigurationError) in
      let type = try builder.layerType(layer) ?? ((layer + 1) % interval == 0 ? "full_attention" : "linear_attention")
      guard type != "linear_attention" else { return .recurrence(.deltaNet(net)) }
      var attention = try builder.attention(layer)
      attention.gateSize = attention.queryHeads * attention.headSize
      return .attention(attention)
    }
  }

  /// Kimi Delta Attention, with latent attention in some layers; layers are counted from 1 in the lists.
  private static let kimiLinear: Build = { (builder) throws(ConfigurationError) in
    let fields = builder.fields
    let linear = try fields.nested("linear_attn_config")
    let level = linear ?? fields
    let heads = try level.integer("linear_num_heads", "num_heads", through: 1 << 16) ?? 32
    let size = try level.integer("linear_head_dim", "head_dim", through: 1 << 16) ?? 128
    var net = DeltaNet(
      keyHeads: heads, keyHeadSize: size, valueHeads: heads, valueHeadSize: size,
      taps: try level.integer("linear_conv_kernel_dim", "short_conv_kernel_size", through: 1 << 10) ?? 4)
    net.gates = try level.boolean("use_full_rank_gate") ?? false ? .lowRankDecay : .lowRank
    let recurrence = Mixer.recurrence(.deltaNet(net))
    let full = try linear?.integers("full_attn_layers")
    let hasRouterBias = fields.states("routed_expert_hidden_size")
    var layers = try builder.standardLayers { (layer) throws(ConfigurationError) in
      let listed = try builder.isAttention(layer)
      let isFull = full?.contains(layer + 1) ?? listed ?? (layer > 0 && layer % 4 == 0)
      return isFull ? .latent(try builder.latentAttention(layer)) : recurrence
    }
    // Kimi K3 learns the bias of its router.
    layers.changeExperts { $0.hasRouterBias = hasRouterBias }
    return layers
  }

  /// Lightning attention, with full attention where `attn_type_list` has a 1.
  private static let miniMax: Build = { (builder) throws(ConfigurationError) in
    let kinds = try builder.fields.integers("attn_type_list")
    let heads = try builder.queryHeads()
    let lightning = Recurrence.lightning(heads: heads, headSize: try builder.headSize(heads: heads))
    return try builder.standardLayers { (layer) throws(ConfigurationError) in
      let isFull: Bool
      if let kinds {
        isFull = layer < kinds.count && kinds[layer] == 1
      } else if let type = try builder.layerType(layer) {
        isFull = type != "linear_attention"
      } else {
        isFull = layer % 2 == 0
      }
      return isFull ? .attention(try builder.attention(layer)) : .recurrence(lightning)
    }
  }

  /// Short convolutions, with attention in some layers (LFM2).
  private static let liquid: Build = { (builder) throws(ConfigurationError) in
    let fields = builder.fields
    let convolution = Recurrence.convolution(
      taps: try fields.integer("conv_L_cache") ?? 3, hasBias: try fields.boolean("conv_bias") ?? false)
    let full = try fields.integers("full_attn_idxs")
    var width = try fields.integer("intermediate_size", "block_ff_dim") ?? 12288
    let isDense = try builder.expertCount(0) == nil
    if isDense, try fields.boolean("block_auto_adjust_ff_dim") ?? true {
      let multiple = try fields.integer("block_multiple_of") ?? 256
      let factor = try fields.number("block_ffn_dim_multiplier", in: 0.001...1000) ?? 1
      width = Int(factor * Double(2 * width / 3))
      width = multiple * ((width + multiple - 1) / multiple)
    }
    let network = Perceptron(width: width)
    return try builder.eachLayer { (layer) throws(ConfigurationError) in
      let type = try builder.layerType(layer)
      let experts = try builder.experts(layer)
      let isFull = full?.contains(layer) ?? (type != "conv")
      return Layer(
        mixers: [isFull ? .attention(try builder.attention(layer)) : .recurrence(convolution)],
        feedForwards: [experts.map { .experts($0) } ?? .dense(network)],
        normParameters: builder.normParameters(2))
    }
  }
}

extension LayerBuilder {
  /// Whether the list of layer types has attention at a layer; nil where there is no list.
  func isAttention(_ layer: Int) throws(ConfigurationError) -> Bool? {
    try layerType(layer).map { ["attention", "full_attention", "sliding_attention"].contains($0) }
  }

  /// `expand` times the hidden size, where the inner width is not told.
  private func expanded(_ names: [String]) throws(ConfigurationError) -> Int {
    for name in names {
      if let factor = try fields.number(name, in: 0.01...1000) { return Int(factor * Double(hidden)) }
    }
    return 2 * hidden
  }

  func mamba() throws(ConfigurationError) -> Mamba {
    let isStated = fields.states("intermediate_size") && !fields.states("mamba_expand")
    let inner = isStated ? try fields.integer("intermediate_size") : nil
    var rank = (hidden + 15) / 16
    if let (name, value) = fields.value(["mamba_dt_rank", "time_step_rank"]), value.string != "auto" {
      rank = try fields.integer(name) ?? rank
    }
    let expansion = try expanded(["mamba_expand", "expand"])
    var mamba = Mamba(
      innerSize: inner ?? expansion,
      stateSize: try required("mamba_d_state", "state_size"), taps: try required("mamba_d_conv", "conv_kernel"),
      timeStepRank: rank)
    mamba.hasConvolutionBias = try fields.boolean("mamba_conv_bias", "use_conv_bias") ?? true
    mamba.hasBias = try fields.boolean("mamba_proj_bias", "use_bias") ?? false
    return mamba
  }

  func mamba2() throws(ConfigurationError) -> Mamba2 {
    let heads = try required("mamba_n_heads", "mamba_num_heads", "n_mamba_heads", "num_heads")
    var size: Int?
    if let (name, value) = fields.value(["mamba_d_head", "mamba_head_dim", "mamba_headdim", "head_dim"]),
      value.string != "auto"
    {
      size = try fields.integer(name)
    }
    let expansion = try expanded(["mamba_expand", "expand"])
    let inner = try fields.integer("mamba_d_ssm") ?? expansion
    var mamba = Mamba2(
      heads: heads, headSize: size ?? inner / heads,
      groups: try required("mamba_n_groups", "mamba_ngroups", "n_groups"),
      stateSize: try required("mamba_d_state", "ssm_state_size", "state_size"),
      taps: try required("mamba_d_conv", "conv_kernel"))
    mamba.hasConvolutionBias = try fields.boolean("mamba_conv_bias", "use_conv_bias") ?? true
    mamba.hasInputBias = try fields.boolean("mamba_proj_bias", "use_bias") ?? false
    mamba.hasOutputBias = mamba.hasInputBias
    return mamba
  }
}
