import TextFormats

/// Families of 2025 and 2026 whose layers are not those of an earlier one.
extension Family {
  static let recent: [String: Family] = [
    "deepseek_v4": Family(build: deepseekV4), "deepseek_ref": Family(build: deepseekV4),
    "longcat_flash_ngram": deepseek.with { $0.build = longCat },
    "nemotron-nas": llama.with { $0.build = searchedBlocks }, "deci": llama.with { $0.build = searchedBlocks },
    "minimax_m3_vl_text": sparseBlocks, "minimax_m3": sparseBlocks, "minimax_m3_text": sparseBlocks,
    "step3p7_text": step, "step3p5": step, "step3p7": step,
    "bailing_hybrid": deepseek.with { $0.build = bailingHybrid },
    "olmo_hybrid": Family(inputBias: .when("attention_bias"), outputBias: .when("attention_bias")).with {
      $0.queryKeyNorm = .always
      $0.queryKeyNormSpan = .whole
      $0.build = olmoHybrid
    },
    "hrm_text": Family(inputBias: .when("attention_bias"), outputBias: .when("attention_bias")).with {
      $0.layerNorms = 0
      $0.outerNorms = 0
      $0.build = hierarchical
    },
    "jais2": Family(
      norm: .weightAndBias, isGated: false, inputBias: .when("attention_bias", otherwise: true),
      outputBias: .when("attention_bias", otherwise: true), feedForwardBias: .when("mlp_bias", otherwise: true)),
    "hy_v3": llama.with { $0.queryKeyNorm = .always },
    "mistral4": deepseek, "mistral4_text": deepseek,
    "exaone4_5_text": Family(windows: .allButEvery(4)).with { $0.queryKeyNorm = .always },
  ]

  /// Layers by `compress_ratios` or `layer_types`: a window alone, or with entries of 4 or 128 earlier tokens; streams
  /// of the residual are mixed before and after each half of a layer.
  private static let deepseekV4: Build = { (builder) throws(ConfigurationError) in
    let fields = builder.fields
    let ratios = try fields.integers("compress_ratios")
    let rates = try fields.nested("compress_rates")
    let sparse = try builder.integer("compressed_sparse_attention", of: rates, or: "compress_rate_csa") ?? 4
    let heavy = try builder.integer("heavily_compressed_attention", of: rates, or: "compress_rate_hca") ?? 128
    let streams = try fields.integer("hc_mult", through: 1 << 8) ?? 4
    let mixes = (2 + streams) * streams
    let mixing = mixes * streams * builder.hidden
    var plain = CompressedAttention(
      heads: try builder.queryHeads(), headSize: try builder.required("head_dim"),
      queryRank: try builder.required("q_lora_rank"), outputGroups: try builder.required("o_groups"),
      outputRank: try builder.required("o_lora_rank"), window: try builder.required("sliding_window"))
    let indexer = LatentAttention.Indexer(
      heads: try builder.required("index_n_heads"), headSize: try builder.required("index_head_dim"),
      selected: try builder.required("index_topk"))
    return try builder.eachLayer { (layer) throws(ConfigurationError) in
      let byPlace = layer < 2 || layer % 2 == 0 ? heavy : sparse
      let listed: Int? =
        switch try builder.layerType(layer) {
        case "sliding_attention": 0
        case "compressed_sparse_attention": sparse
        case "heavily_compressed_attention": heavy
        default: nil
        }
      let rate = listed ?? (ratios.map { layer < $0.count ? $0[layer] : 0 }) ?? byPlace
      plain.compression =
        rate == 0
        ? nil
        : CompressedAttention.Compression(
          rate: rate, overlaps: rate == sparse, indexer: rate == sparse ? indexer : nil)
      var result = Layer(
        mixers: [.compressed(plain)], feedForwards: [try builder.feedForward(layer)],
        normParameters: builder.normParameters(2) + 2 * (mixes + 3))
      result.additionalMatrices = 2 * mixing
      return result
    }
  }

  /// Blocks that a search has chosen one by one: attention or none, a network of its own width or none.
  private static let searchedBlocks: Build = { (builder) throws(ConfigurationError) in
    guard let blocks = builder.fields.value(["block_configs"])?.value.array else {
      return try builder.standardLayers { (layer) throws(ConfigurationError) in
        .attention(try builder.attention(layer))
      }
    }
    guard blocks.count == builder.layerCount else {
      throw builder.fields.failure("block_configs", "names \(blocks.count) blocks for \(builder.layerCount) layers")
    }
    let heads = try builder.queryHeads()
    let size = try builder.headSize(heads: heads)
    return try builder.eachLayer { (index) throws(ConfigurationError) in
      let block = ConfigurationFields(object: blocks[index], path: builder.fields.path + "block_configs[\(index)].")
      var layer = Layer(mixers: [], feedForwards: [], normParameters: 0)
      if let part = try block.nested("attention"), try part.boolean("no_op") != true {
        layer.normParameters += builder.normParameters(1)
        if try part.boolean("replace_with_linear") ?? false {
          layer.additionalMatrices += builder.hidden * builder.hidden
        } else {
          let group = try part.integer("n_heads_in_group", through: heads) ?? 1
          layer.mixers = [.attention(Attention(queryHeads: heads, keyValueHeads: heads / group, headSize: size))]
        }
      }
      if let part = try block.nested("ffn"), try part.boolean("no_op") != true {
        layer.normParameters += builder.normParameters(1)
        if try part.boolean("replace_with_linear") ?? false {
          layer.additionalMatrices += builder.hidden * builder.hidden
        } else if let factor = try part.number("ffn_mult", in: 0.001...1000) {
          let width = Int(2 * factor * Double(builder.hidden) / 3)
          layer.feedForwards = [.dense(Perceptron(width: (width + 255) / 256 * 256))]
        } else {
          layer.feedForwards = [.dense(Perceptron(width: try part.integer("intermediate_size") ?? 4 * builder.hidden))]
        }
      }
      return layer
    }
  }

  /// A scorer of blocks of tokens in the layers that `sparse_attention_freq` names (MiniMax M3).
  private static let sparseBlocks = Family(windows: .none).with {
    $0.queryKeyNorm = .when("use_qk_norm", otherwise: true)
    $0.build = { (builder) throws(ConfigurationError) in
      let sparse = try builder.fields.nested("sparse_attention_config")
      let heads = try builder.integer("sparse_num_index_heads", of: sparse, or: "index_n_heads")
      let size = try builder.integer("sparse_index_dim", of: sparse, or: "index_head_dim")
      let block = try builder.integer("sparse_block_size", of: sparse, or: "index_block_size") ?? 128
      let chosen = try builder.integer("sparse_topk_blocks", of: sparse, or: "index_topk_blocks") ?? 16
      let listed = try sparse?.integers("sparse_attention_freq")
      return try builder.standardLayers { (layer) throws(ConfigurationError) in
        var attention = try builder.attention(layer)
        let type = try builder.layerType(layer)
        let isSparse = listed.map { layer < $0.count && $0[layer] != 0 } ?? (type == "minimax_m3_sparse")
        if isSparse, let heads, let size {
          attention.scorer = LatentAttention.Indexer(heads: heads, headSize: size, selected: block * chosen)
        }
        return .attention(attention)
      }
    }
  }

  /// A gate for each head, and other head counts in the layers with a window (Step 3.5 and 3.7).
  private static let step = Family(inputBias: .when("attention_bias"), outputBias: .when("attention_bias")).with {
    $0.queryKeyNorm = .when("use_qk_norm", otherwise: true)
    $0.build = { (builder) throws(ConfigurationError) in
      let other = try builder.fields.nested("attention_other_setting")
      let windowHeads = try builder.integer("num_attention_heads", of: other, or: "num_sliding_attention_heads")
      let windowGroups = try other?.integer("num_attention_groups")
      return try builder.standardLayers { (layer) throws(ConfigurationError) in
        var attention = try builder.attention(layer)
        if try builder.layerType(layer) == "sliding_attention" {
          attention.queryHeads = windowHeads ?? attention.queryHeads
          attention.keyValueHeads = windowGroups ?? attention.keyValueHeads
        }
        let isPerHead = try builder.fields.boolean("use_head_wise_attn_gate", "gate_per_head") ?? true
        attention.gateSize = attention.queryHeads * (isPerHead ? 1 : attention.headSize)
        attention.hasGateBias = false
        return .attention(attention)
      }
    }
  }

  /// Delta attention with whole gates, and latent attention with a gate for each head every so many layers (Ling 2.5).
  private static let bailingHybrid: Build = { (builder) throws(ConfigurationError) in
    let heads = try builder.queryHeads()
    let size = try builder.headSize(heads: heads)
    var net = DeltaNet(
      keyHeads: heads, keyHeadSize: size, valueHeads: heads, valueHeadSize: size,
      taps: try builder.fields.integer("short_conv_kernel_size") ?? 4)
    net.gates = .full
    let recurrence = Mixer.recurrence(.deltaNet(net))
    let group = try builder.fields.integer("layer_group_size") ?? 6
    return try builder.standardLayers { (layer) throws(ConfigurationError) in
      guard try builder.isAttention(layer) ?? ((layer + 1) % group == 0) else { return recurrence }
      var attention = try builder.latentAttention(layer)
      attention.gateSize = attention.heads
      return .latent(attention)
    }
  }

  /// Gated DeltaNet with every fourth layer of attention, whose sizes follow the hidden size where they are not told.
  private static let olmoHybrid: Build = { (builder) throws(ConfigurationError) in
    let fields = builder.fields
    let heads = try builder.queryHeads()
    let keyHeads = try fields.integer("linear_num_key_heads") ?? heads
    let keySize = try fields.integer("linear_key_head_dim") ?? max(1, 3 * builder.hidden / (4 * keyHeads))
    let net = DeltaNet(
      keyHeads: keyHeads, keyHeadSize: keySize, valueHeads: try fields.integer("linear_num_value_heads") ?? heads,
      valueHeadSize: try fields.integer("linear_value_head_dim") ?? 2 * keySize,
      taps: try fields.integer("linear_conv_kernel_dim") ?? 4)
    let last = builder.layerCount - 1
    return try builder.standardLayers { (layer) throws(ConfigurationError) in
      let isFull = try builder.isAttention(layer) ?? (layer % 4 == 3 || layer == last && last < 3)
      return isFull ? .attention(try builder.attention(layer)) : .recurrence(.deltaNet(net))
    }
  }

  /// Two stacks of layers that tokens pass several times, as `H_cycles` and `L_cycles` say.
  ///
  /// The parameters are those of the two stacks; each pass computes and caches.
  private static let hierarchical: Build = { (builder) throws(ConfigurationError) in
    let count = try builder.required("num_layers_per_stack")
    let heads = try builder.queryHeads()
    let size = try builder.headSize(heads: heads)
    return try builder.eachLayer { (layer) throws(ConfigurationError) in
      var attention = try builder.attention(layer)
      attention.gateSize = heads * size
      var result = Layer(
        mixers: [.attention(attention)], feedForwards: [try builder.feedForward(layer)], normParameters: 0)
      result.reusesWeights = layer >= 2 * count
      return result
    }
  }
}

extension LayerBuilder {
  /// A size of a part of the configuration, or else one at the level of the model under another name.
  fileprivate func integer(
    _ name: String, of part: ConfigurationFields?, or other: String
  ) throws(ConfigurationError) -> Int? {
    if let value = try part?.integer(name) { return value }
    return try fields.integer(other)
  }
}
