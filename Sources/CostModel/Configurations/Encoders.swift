import TextFormats

/// What reads images, video and sound in a multimodal configuration.
struct Encoders {
  let outer: ConfigurationFields
  let vision: ConfigurationFields
  let textHidden: Int

  /// The encoders that a configuration names; those whose formula is not known have no count, and a warning.
  static func read(
    _ outer: ConfigurationFields, textHidden: Int, warnings: inout [String]
  ) throws(ConfigurationError) -> [Encoder] {
    var encoders: [Encoder] = []
    for level in [outer, try outer.nested("thinker_config")] {
      guard let level else { continue }
      for (field, name) in [("vision_config", "vision"), ("audio_config", "audio")] {
        guard let part = try level.nested(field), part.object.members?.isEmpty == false else { continue }
        let reader = Encoders(outer: level, vision: part, textHidden: textHidden)
        let count = name == "vision" ? try reader.tower()?.parameters.value : try reader.audioTower()
        encoders.append(Encoder(name: name, parameters: count))
        if count == nil {
          warnings.append("\(level.path)\(field): the formula of this encoder is not known; it is not counted")
        }
      }
      if let speech = try speech(level, textHidden: textHidden) {
        encoders.append(Encoder(name: "audio", parameters: speech))
      }
      for part in level.unopenedParts {
        let name = part.hasSuffix("_config") ? String(part.dropLast(7)) : part
        encoders.append(Encoder(name: name, parameters: nil))
        warnings.append("\(level.path)\(part): its formula is not known; it is not counted")
      }
    }
    return encoders
  }

  /// Whisper's encoder with a projection to the language model, as in Qwen2.5-Omni; nil for another.
  private func audioTower() throws(ConfigurationError) -> Double? {
    guard try vision.text("model_type") == "qwen2_5_omni_audio_encoder" else { return nil }
    let width = Double(try required("d_model"))
    let inner = Double(try required("encoder_ffn_dim"))
    let mels = Double(try vision.integer("num_mel_bins") ?? 128)
    let output = Double(try vision.integer("output_dim") ?? textHidden)
    let convolutions = 3 * mels * width + width + 3 * width * width + width
    let layer = 4 * width * width + 3 * width + 2 * width * inner + inner + width + 4 * width
    let outer = 2 * width + width * output + output + 2 * output
    return convolutions + Double(try required("encoder_layers")) * layer + outer
  }

  /// The tower of a model type; nil for one that is not known.
  private func tower() throws(ConfigurationError) -> VisionTower? {
    switch try outer.text("model_type") {
    case "qwen2_5_omni_thinker": return try qwen25()
    case "gemma3", "paligemma": return try siglip()
    case "llava", "llava_next", "mistral3", "pixtral", "vipllava": return try llava()
    case "qwen2_vl": return try qwen2()
    case "qwen2_5_vl": return try qwen25()
    case "qwen3_vl", "qwen3_vl_moe", "qwen3_5", "qwen3_5_moe": return try qwen3()
    case "llama4": return try llama4()
    case "gemma4": return try gemma4()
    case "glm4v", "glm4v_moe": return try glm4()
    case "kimi_k25": return try kimi()
    case "idefics3", "smolvlm": return try smolVLM()
    case "internvl": return try internVL()
    case "lfm2_vl": return try liquid()
    case "step3p7": return try step()
    case "minimax_m3_vl": return try miniMax()
    default: return nil
    }
  }

  private func internVL() throws(ConfigurationError) -> VisionTower {
    let width = try required("hidden_size")
    let patch = try vision.integer("patch_size", ofLayer: 0, from: 1, through: 1 << 12) ?? 14
    let side = try (vision.integer("image_size", ofLayer: 0, from: 1, through: 1 << 20) ?? 448) / patch
    let isPlain = try vision.text("norm_type") == "rms_norm"
    var tower = VisionTower(
      width: width, layerCount: try required("num_hidden_layers"),
      network: Perceptron(width: try required("intermediate_size"), isGated: false, hasBias: true),
      normParameters: isPlain ? 4 * width : 6 * width, patchSize: try channels() * patch * patch,
      positions: side * side + 1)
    tower.attention.hasInputBias = try vision.boolean("attention_bias") ?? false
    if try vision.boolean("use_qk_norm") ?? false { tower.attention.queryKeyNorm = .whole(.weight) }
    let ratio = try outer.number("downsample_ratio", in: 0.01...1) ?? 0.5
    let merged = width * Int(1 / ratio) * Int(1 / ratio)
    let isPooled = try vision.boolean("use_mean_pooling") ?? true
    tower.additionalParameters =
      Double(width) + (isPooled ? 0 : Double(2 * width)) + Double(2 * merged) + VisionTower.linear(merged, textHidden)
      + VisionTower.linear(textHidden, textHidden)
    return tower
  }

  func required(_ names: String...) throws(ConfigurationError) -> Int {
    for name in names {
      if let value = try vision.integer(name, through: 1 << 20) { return value }
    }
    throw vision.failure(names.first ?? "", "is missing")
  }

  func channels() throws(ConfigurationError) -> Int {
    try vision.integer("num_channels", "in_channels", "in_chans", through: 64) ?? 3
  }

  func pixels(frames: Int = 1) throws(ConfigurationError) -> Int {
    let side = try vision.integer("patch_size", through: 1 << 12) ?? 14
    return try channels() * frames * side * side
  }

  /// Patches on one side of an image.
  func side() throws(ConfigurationError) -> Int {
    let patch = try vision.integer("patch_size", through: 1 << 12) ?? 14
    return try required("image_size") / patch
  }

  /// SigLIP: LayerNorms, biases, a position for each patch.
  func siglipTower() throws(ConfigurationError) -> VisionTower {
    let width = try required("hidden_size")
    let type = try vision.text("model_type")
    // The second version resizes the positions of so many patches, whatever the size of an image.
    let positions = try type == "siglip2_vision_model" ? vision.integer("num_patches") ?? 256 : side() * side()
    var tower = VisionTower(
      width: width, layerCount: try required("num_hidden_layers"),
      network: Perceptron(width: try required("intermediate_size"), isGated: false, hasBias: true),
      normParameters: 4 * width, patchSize: try pixels(), positions: positions)
    tower.additionalParameters = Double(2 * width)
    if type == "siglip_vision_model" || type == "siglip2_vision_model", try vision.boolean("vision_use_head") ?? true {
      // A head that pools by attention: a query, an attention, a norm and a network.
      tower.additionalParameters +=
        Double(3 * width) + 4 * VisionTower.linear(width, width) + VisionTower.linear(width, tower.network.width)
        + VisionTower.linear(tower.network.width, width)
    }
    return tower
  }

  private func siglip() throws(ConfigurationError) -> VisionTower {
    var tower = try siglipTower()
    if try outer.text("model_type") == "gemma3" {
      tower.additionalParameters += VisionTower.linear(tower.width, textHidden, hasBias: false) + Double(tower.width)
    } else {
      let size = try vision.integer("projection_dim") ?? textHidden
      tower.additionalParameters += VisionTower.linear(tower.width, size)
    }
    return tower
  }

  private func smolVLM() throws(ConfigurationError) -> VisionTower {
    var tower = try siglipTower()
    let scale = try outer.integer("scale_factor", through: 64) ?? 2
    tower.additionalParameters += VisionTower.linear(tower.width * scale * scale, textHidden, hasBias: false)
    return tower
  }

  /// CLIP, SigLIP or Pixtral before two matrices.
  private func llava() throws(ConfigurationError) -> VisionTower {
    let isMistral = try outer.text("model_type") == "mistral3"
    let hasBias = try outer.boolean("multimodal_projector_bias") ?? !isMistral
    let isPixtral = try vision.text("model_type") == "pixtral"
    var tower = try isPixtral ? pixtral() : siglipTower()
    if !isPixtral, try vision.text("model_type") != "siglip_vision_model" {
      // CLIP has a class token with a position of its own, a further norm, and no bias on patches.
      tower.hasPatchBias = false
      tower.positions += 1
      tower.additionalParameters += Double(3 * tower.width)
    }
    if isMistral {
      let merge = try outer.integer("spatial_merge_size", through: 64) ?? 2
      tower.additionalParameters +=
        Double(tower.width) + VisionTower.linear(tower.width * merge * merge, tower.width, hasBias: false)
    }
    tower.additionalParameters +=
      VisionTower.linear(tower.width, textHidden, hasBias: hasBias)
      + VisionTower.linear(textHidden, textHidden, hasBias: hasBias)
    if try outer.text("model_type") == "llava_next" { tower.additionalParameters += Double(textHidden) }
    return tower
  }

  private func pixtral() throws(ConfigurationError) -> VisionTower {
    let width = try vision.integer("hidden_size", through: 1 << 20) ?? 1024
    var tower = VisionTower(
      width: width, layerCount: try vision.integer("num_hidden_layers", through: 1 << 12) ?? 24,
      network: Perceptron(width: try vision.integer("intermediate_size") ?? 4096), normParameters: 2 * width,
      patchSize: try pixels(), positions: 0)
    tower.attention.hasInputBias = false
    tower.attention.hasOutputBias = false
    tower.hasPatchBias = false
    tower.additionalParameters = Double(width)
    return tower
  }

  /// Two matrices over the patches of a square.
  private func merger(_ width: Int, output: Int) throws(ConfigurationError) -> Double {
    let merge = try vision.integer("spatial_merge_size", through: 64) ?? 2
    let merged = width * merge * merge
    return VisionTower.linear(merged, merged) + VisionTower.linear(merged, output)
  }

  private func qwen2() throws(ConfigurationError) -> VisionTower {
    let width = try vision.integer("embed_dim", through: 1 << 20) ?? 1280
    let ratio = try vision.number("mlp_ratio", in: 0.01...100) ?? 4
    var tower = VisionTower(
      width: width, layerCount: try vision.integer("depth", through: 1 << 12) ?? 32,
      network: Perceptron(width: Int(ratio * Double(width)), isGated: false, hasBias: true),
      normParameters: 4 * width, patchSize: try pixels(frames: try frames()), positions: 0)
    tower.hasPatchBias = false
    tower.additionalParameters =
      try Double(2 * width) + merger(width, output: try vision.integer("hidden_size", through: 1 << 20) ?? textHidden)
    return tower
  }

  private func frames() throws(ConfigurationError) -> Int {
    try vision.integer("temporal_patch_size", through: 64) ?? 2
  }

  private func qwen25() throws(ConfigurationError) -> VisionTower {
    let width = try required("hidden_size")
    var tower = VisionTower(
      width: width, layerCount: try vision.integer("depth", through: 1 << 12) ?? 32,
      network: Perceptron(width: try vision.integer("intermediate_size") ?? 3420, hasBias: true),
      normParameters: 2 * width, patchSize: try pixels(frames: try frames()), positions: 0)
    tower.hasPatchBias = false
    let output = try vision.integer("out_hidden_size", through: 1 << 20) ?? 3584
    tower.additionalParameters = try Double(width) + merger(width, output: output)
    return tower
  }

  private func qwen3() throws(ConfigurationError) -> VisionTower {
    let width = try vision.integer("hidden_size", through: 1 << 20) ?? 1152
    let merge = try vision.integer("spatial_merge_size", through: 64) ?? 2
    let output = try vision.integer("out_hidden_size", through: 1 << 20) ?? 3584
    var tower = VisionTower(
      width: width, layerCount: try vision.integer("depth", through: 1 << 12) ?? 27,
      network: Perceptron(width: try vision.integer("intermediate_size") ?? 4304, isGated: false, hasBias: true),
      normParameters: 4 * width,
      patchSize: try channels() * frames() * (vision.integer("patch_size", through: 1 << 12) ?? 16)
        * (vision.integer("patch_size", through: 1 << 12) ?? 16),
      positions: try vision.integer("num_position_embeddings") ?? 2304)
    tower.additionalParameters = try Double(2 * width) + merger(width, output: output)
    if try outer.text("model_type")?.hasPrefix("qwen3_vl") == true {
      // Each deep layer that feeds the language model has a merger of its own, its norm over the merged width.
      let deep = try vision.integers("deepstack_visual_indexes")?.count ?? 3
      tower.additionalParameters +=
        try Double(deep) * (Double(2 * width * merge * merge) + merger(width, output: output))
    }
    return tower
  }

  private func llama4() throws(ConfigurationError) -> VisionTower {
    let width = try required("hidden_size")
    let side = try side()
    var tower = VisionTower(
      width: width, layerCount: try required("num_hidden_layers"),
      network: Perceptron(width: try required("intermediate_size"), isGated: false, hasBias: true),
      normParameters: 4 * width, patchSize: try pixels(), positions: side * side + 1)
    tower.hasPatchBias = false
    let projected = try vision.integer("projector_input_dim", through: 1 << 20) ?? 4096
    let output = try vision.integer("projector_output_dim", through: 1 << 20) ?? 4096
    // The class token, two norms, and an adapter that takes what a pixel shuffle merged.
    tower.additionalParameters =
      Double(5 * width) + VisionTower.linear(try required("intermediate_size"), projected, hasBias: false)
      + VisionTower.linear(projected, output, hasBias: false)
      + VisionTower.linear(
        try vision.integer("vision_output_dim", through: 1 << 20) ?? output, textHidden, hasBias: false)
    return tower
  }

  private func gemma4() throws(ConfigurationError) -> VisionTower {
    let width = try required("hidden_size")
    let heads = try required("num_attention_heads")
    let rows = try vision.integer("position_embedding_size") ?? 10240
    var tower = VisionTower(
      width: width, layerCount: try required("num_hidden_layers"),
      network: Perceptron(width: try required("intermediate_size")), normParameters: 4 * width,
      patchSize: try 3 * (vision.integer("patch_size", through: 1 << 12) ?? 16)
        * (vision.integer("patch_size", through: 1 << 12) ?? 16), positions: 2 * rows)
    tower.hasPatchBias = false
    tower.attention = Attention(
      queryHeads: heads, keyValueHeads: try vision.integer("num_key_value_heads", through: 1 << 16) ?? heads,
      headSize: try vision.integer("head_dim", through: 1 << 16) ?? width / heads)
    tower.attention.queryKeyNorm = .shared(.weight)
    tower.additionalParameters = VisionTower.linear(width, textHidden, hasBias: false)
    return tower
  }

  private func glm4() throws(ConfigurationError) -> VisionTower {
    let width = try required("hidden_size")
    let output = try required("out_hidden_size")
    let merge = try vision.integer("spatial_merge_size", through: 64) ?? 2
    let side = try side()
    let inner = try required("intermediate_size")
    var tower = VisionTower(
      width: width, layerCount: try required("depth", "num_hidden_layers"), network: Perceptron(width: output),
      normParameters: 2 * width, patchSize: try pixels(frames: try frames()), positions: side * side)
    let hasBias = try vision.boolean("attention_bias") ?? false
    tower.attention.hasInputBias = hasBias
    tower.attention.hasOutputBias = false
    // Two norms; a convolution that merges patches; the merger: a matrix, a norm and a gated network.
    tower.additionalParameters =
      Double(2 * width) + VisionTower.linear(width * merge * merge, output)
      + VisionTower.linear(output, output, hasBias: false) + Double(2 * output) + 3 * Double(output) * Double(inner)
    return tower
  }

  private func kimi() throws(ConfigurationError) -> VisionTower {
    let width = try vision.integer("hidden_size", through: 1 << 20) ?? 1152
    let height = try vision.integer("pos_emb_height", "init_pos_emb_height", through: 1 << 12) ?? 64
    let breadth = try vision.integer("pos_emb_width", "init_pos_emb_width", through: 1 << 12) ?? 64
    var tower = VisionTower(
      width: width, layerCount: try vision.integer("num_hidden_layers", through: 1 << 12) ?? 27,
      network: Perceptron(width: try vision.integer("intermediate_size") ?? 4304, isGated: false, hasBias: true),
      normParameters: 4 * width, patchSize: try pixels(), positions: height * breadth)
    let kernel = try vision.integers("merge_kernel_size") ?? [2, 2]
    guard kernel.count == 2, kernel.allSatisfy({ (1...64).contains($0) }) else {
      throw vision.failure("merge_kernel_size", "two numbers from 1 to 64 are expected")
    }
    let merged = width * kernel[0] * kernel[1]
    tower.additionalParameters =
      Double(4 * width) + VisionTower.linear(merged, merged) + VisionTower.linear(merged, textHidden)
    return tower
  }
}
