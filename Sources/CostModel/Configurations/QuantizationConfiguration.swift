import TextFormats

/// The `quantization_config` of a configuration: the formats that a checkpoint keeps its weights in, by module.
enum QuantizationConfiguration {
  /// Reads it, as the methods of the transformers library and of ModelOpt write it.
  ///
  /// - Returns: nil where there is none, or where the method is not known.
  /// - Throws: `ConfigurationError` for a field of the wrong kind.
  static func read(
    _ fields: ConfigurationFields, layers: Int
  ) throws(ConfigurationError) -> StoredWeights? {
    guard let quantization = try fields.nested("quantization_config"), let format = try format(quantization) else {
      return nil
    }
    var patterns: [String] = []
    for name in ["modules_to_not_convert", "ignore", "exclude_modules", "ignored_layers"] {
      patterns += try quantization.words(name) ?? []
    }
    var weights = StoredWeights(format)
    if leavesOut(["self_attn", "linear_attn", "attention", "attn"], patterns, layers) { weights.attention = .bf16 }
    if leavesOut(["shared_expert", "shared_mlp"], patterns, layers) { weights.feedForward = .bf16 }
    if format == .mxfp4 { weights.feedForward = .bf16 }
    return weights
  }

  private static func format(_ fields: ConfigurationFields) throws(ConfigurationError) -> StoredPrecision? {
    switch try fields.text("quant_method")?.lowercased() {
    case "fp8", "fbgemm_fp8": return .fp8
    case "mxfp4": return .mxfp4
    case "nvfp4": return .fp4
    case "awq", "gptq", "auto-round", "hqq": return try fields.integer("bits", "nbits") == 8 ? .int8 : .int4
    case "bitsandbytes": return try fields.boolean("load_in_8bit", "_load_in_8bit") == true ? .int8 : .int4
    case "compressed-tensors": return try compressed(fields)
    case "modelopt":
      let algorithm = try fields.text("quant_algo")?.uppercased() ?? ""
      return algorithm.contains("MXFP4") ? .mxfp4 : algorithm.contains("FP4") ? .fp4 : algorithm == "FP8" ? .fp8 : nil
    default: return nil
    }
  }

  private static func compressed(_ fields: ConfigurationFields) throws(ConfigurationError) -> StoredPrecision? {
    guard let group = try fields.nested("config_groups")?.nested("group_0")?.nested("weights") else { return nil }
    let isFloat = try group.text("type") == "float"
    switch try group.integer("num_bits") {
    case 8: return isFloat ? .fp8 : .int8
    case 4: return isFloat ? (try group.integer("group_size") == 32 ? .mxfp4 : .fp4) : .int4
    default: return nil
    }
  }

  /// Whether patterns name a module in every layer, or in more than half of them one by one.
  private static func leavesOut(_ modules: [String], _ patterns: [String], _ layers: Int) -> Bool {
    let named = patterns.filter { pattern in modules.contains { pattern.contains($0) } }
    let numbered = Set(named.compactMap { $0.split(separator: ".").lazy.compactMap { Int($0) }.first })
    return named.contains { !$0.split(separator: ".").contains { Int($0) != nil } } || numbered.count * 2 > layers
  }
}
