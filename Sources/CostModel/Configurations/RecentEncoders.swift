/// Encoders of 2025 and 2026.
extension Encoders {
  /// SigLIP 2 before two matrices over the patches of a square (LFM2-VL).
  func liquid() throws(ConfigurationError) -> VisionTower {
    var tower = try siglipTower()
    let factor = try outer.integer("downsample_factor", through: 64) ?? 2
    let merged = tower.width * factor * factor
    let inner = try outer.integer("projector_hidden_size", through: 1 << 20) ?? 2560
    let hasBias = try outer.boolean("projector_bias") ?? true
    if try outer.boolean("projector_use_layernorm") ?? true { tower.additionalParameters += Double(2 * merged) }
    tower.additionalParameters +=
      VisionTower.linear(merged, inner, hasBias: hasBias) + VisionTower.linear(inner, textHidden, hasBias: hasBias)
    return tower
  }

  /// A vision transformer whose layers are scaled, before two convolutions that halve the sides and double the width.
  func step() throws(ConfigurationError) -> VisionTower {
    let width = try required("hidden_size")
    let side = try side()
    let ratio = try vision.number("mlp_ratio", in: 0.01...100) ?? 8960.0 / 1536
    let inner = try vision.integer("intermediate_size") ?? Int(ratio * Double(width))
    var tower = VisionTower(
      width: width, layerCount: try required("num_hidden_layers", "layers"),
      network: Perceptron(width: inner, isGated: false, hasBias: true), normParameters: 6 * width,
      patchSize: try pixels(), positions: side * side)
    tower.hasPatchBias = false
    tower.additionalParameters =
      Double(2 * width) + VisionTower.linear(9 * width, 2 * width) + VisionTower.linear(18 * width, 4 * width)
      + VisionTower.linear(4 * width, textHidden, hasBias: try outer.boolean("projector_bias") ?? false)
    return tower
  }

  /// CLIP over pairs of frames, without learned positions, before two matrices for each patch and two for each square of
  /// them (MiniMax-M3).
  func miniMax() throws(ConfigurationError) -> VisionTower {
    let width = try required("hidden_size")
    let squares = try vision.nested("img_token_compression_config")
    let frames = try squares?.integer("temporal_patch_size", through: 64) ?? 2
    let side = try squares?.integer("spatial_merge_size", through: 64) ?? 2
    var tower = VisionTower(
      width: width, layerCount: try required("num_hidden_layers"),
      network: Perceptron(width: try required("intermediate_size"), isGated: false, hasBias: true),
      normParameters: 4 * width, patchSize: try pixels(frames: frames), positions: 0)
    tower.hasPatchBias = false
    let inner = try outer.integer("projector_hidden_size", through: 1 << 20) ?? textHidden
    let hasBias = try outer.boolean("multimodal_projector_bias") ?? true
    tower.additionalParameters = Double(2 * width)
    for inputs in [width, textHidden * side * side] {
      tower.additionalParameters +=
        VisionTower.linear(inputs, inner, hasBias: hasBias) + VisionTower.linear(inner, textHidden, hasBias: hasBias)
    }
    return tower
  }

  /// The conformer of Granite Speech with its querying transformer; nil for another model.
  static func speech(_ level: ConfigurationFields, textHidden: Int) throws(ConfigurationError) -> Double? {
    guard try level.text("model_type")?.hasPrefix("granite_speech") == true,
      let encoder = try level.nested("encoder_config"), let projector = try level.nested("projector_config")
    else { return nil }
    return try conformer(encoder) + queryingTransformer(projector, level, textHidden: textHidden)
  }

  /// Layers of attention and convolution between two half networks; its own output over characters feeds back once.
  private static func conformer(_ fields: ConfigurationFields) throws(ConfigurationError) -> Double {
    func size(_ name: String, _ usual: Int) throws(ConfigurationError) -> Double {
      Double(try fields.integer(name, through: 1 << 20) ?? usual)
    }
    let (width, output) = (try size("hidden_dim", 1024), try size("output_dim", 42))
    let network = try size("feedforward_mult", 4) * width
    let headSize = try size("dim_head", 128)
    let inner = try size("num_heads", 8) * headSize
    let wide = try size("conv_expansion_factor", 2) * width
    let half = 2 * width + 2 * width * network + network + width
    let attention =
      2 * width + 4 * width * inner + width + (2 * (try size("max_pos_emb", 512)) + 1) * headSize
    let convolution =
      2 * width + 2 * width * wide + 2 * wide + wide * (try size("conv_kernel_size", 15)) + 2 * wide + wide * width
      + width
    let layer = 2 * half + attention + convolution + 2 * width
    let outer =
      (try size("input_dim", 160)) * width + width + width * output + output + output * width + width
    return try size("num_layers", 10) * layer + outer
  }

  /// BLIP-2's querying transformer over windows of the sound, before one matrix.
  private static func queryingTransformer(
    _ fields: ConfigurationFields, _ level: ConfigurationFields, textHidden: Int
  ) throws(ConfigurationError) -> Double {
    func size(_ name: String, _ usual: Int) throws(ConfigurationError) -> Double {
      Double(try fields.integer(name, through: 1 << 20) ?? usual)
    }
    let (width, inner) = (try size("hidden_size", 768), try size("intermediate_size", 3072))
    let read = try size("encoder_hidden_size", 1408)
    let count = try fields.integer("num_hidden_layers", through: 1 << 12) ?? 12
    let frequency = try fields.integer("cross_attention_frequency", through: 1 << 12) ?? 2
    let square = width * width + width
    let own = 4 * square + 2 * width + width * inner + inner + inner * width + width + 2 * width
    let cross = 2 * square + 2 * (read * width + width) + 2 * width
    let queries = (try level.integer("window_size") ?? 15) / (try level.integer("downsample_rate") ?? 5)
    let crossing = Double((count + frequency - 1) / frequency)
    return Double(queries) * width + 2 * width + Double(count) * own + crossing * cross
      + VisionTower.linear(Int(width), textHidden)
  }
}
