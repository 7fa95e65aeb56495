import TextFormats

/// Files that hold a model's sizes under other names than those of a `config.json`: Meta's and Mistral's `params.json`,
/// metadata of GGUF as JSON, and arguments of Megatron.
enum ForeignConfiguration {
  /// A configuration with the names of a `config.json`; the value itself where it has them already.
  ///
  /// - Throws: `ConfigurationError` for a file that holds no sizes, with what to give instead.
  static func translated(_ value: JSONValue) throws(ConfigurationError) -> JSONValue {
    try refuseOther(value)
    if let architecture = value["general.architecture"]?.string { return ggml(value, architecture) }
    if let sizes = value["config"], sizes.members != nil, value["hidden_size"] == nil, value["model_type"] == nil {
      return try translated(sizes)
    }
    if value["dim"] != nil, value["n_layers"] != nil, value["hidden_size"] == nil { return native(value) }
    if value["gated_linear_unit"] != nil || value["swiglu"] != nil, value["model_type"] == nil {
      return megatron(value)
    }
    return value
  }

  /// Files that lie beside a configuration, each with what to give instead.
  private static func refuseOther(_ value: JSONValue) throws(ConfigurationError) {
    if value["peft_type"] != nil {
      let base = value["base_model_name_or_path"]?.string.map { " (\($0))" } ?? ""
      throw .other(
        problem: "this is an adapter, which has no sizes of its own: give the config.json of its base model\(base)")
    }
    if value["weight_map"] != nil {
      let total = value["metadata"]?["total_parameters"]?.number
      let bytes = value["metadata"]?["total_size"]?.number
      let known =
        total.map { "\(JSONDocument.numberText($0)) parameters" }
        ?? bytes.map { "\(JSONDocument.numberText($0)) bytes of weights" } ?? "the names of its weights"
      throw .other(problem: "this is an index of weight files, with \(known): give the config.json beside it")
    }
    if let tensors = tensorParameters(value) {
      throw .other(
        problem: "this is a header of weights, with \(JSONDocument.numberText(tensors)) parameters: give the "
          + "config.json beside it, or that number")
    }
    if value["max_new_tokens"] != nil || value["do_sample"] != nil, value["hidden_size"] == nil {
      throw .other(problem: "this is a generation_config.json, which has no sizes: give the config.json beside it")
    }
  }

  /// The parameters of a header of safetensors; nil for anything else.
  private static func tensorParameters(_ value: JSONValue) -> Double? {
    let tensors = (value.members ?? []).filter { $0.name != "__metadata__" }
    guard let first = tensors.first, first.value["data_offsets"] != nil else { return nil }
    return tensors.reduce(0) { total, tensor in
      total + (tensor.value["shape"]?.array?.reduce(1) { $0 * ($1.number ?? 0) } ?? 0)
    }
  }

  /// Meta's `params.json` (Llama) and Mistral's.
  private static func native(_ value: JSONValue) -> JSONValue {
    let names = [
      "dim": "hidden_size", "n_layers": "num_hidden_layers", "n_heads": "num_attention_heads",
      "n_kv_heads": "num_key_value_heads", "hidden_dim": "intermediate_size", "tied_embeddings": "tie_word_embeddings",
    ]
    var result = renamed(value, names)
    if let experts = value["moe"] {
      for member in experts.members ?? [] {
        let name = member.name == "num_experts" ? "num_local_experts" : member.name
        result.set(name, member.value)
      }
    }
    if value["hidden_dim"] == nil, let dim = value["dim"]?.number {
      // The two thirds of a gated network, then the factor, then whole multiples; twice that without a gate.
      let plain = (4 * dim * 2 / 3).rounded(.down)
      let scaled = ((value["ffn_dim_multiplier"]?.number ?? 1) * plain).rounded(.down)
      let multiple = max(1, value["multiple_of"]?.number ?? 256)
      let width = multiple * (scaled / multiple).rounded(.up)
      let isGated = value["mlp_structure"]?.string != "2_projection"
      result.set("intermediate_size", .number(isGated ? width : 2 * width))
    }
    if value["model_type"] == nil { result.set("model_type", .string(value["moe"] == nil ? "llama" : "mixtral")) }
    for name in ["ffn_dim_multiplier", "multiple_of", "max_batch_size", "max_seq_len"] { result.remove(name) }
    return result
  }

  /// Metadata of GGUF, whose names start with the architecture.
  private static func ggml(_ value: JSONValue, _ architecture: String) -> JSONValue {
    let names = [
      "embedding_length": "hidden_size", "block_count": "num_hidden_layers", "feed_forward_length": "intermediate_size",
      "attention.head_count": "num_attention_heads", "attention.head_count_kv": "num_key_value_heads",
      "attention.key_length": "head_dim", "vocab_size": "vocab_size", "context_length": "max_position_embeddings",
      "expert_count": "num_local_experts", "expert_used_count": "num_experts_per_tok",
      "expert_feed_forward_length": "moe_intermediate_size",
      "expert_shared_feed_forward_length": "shared_expert_intermediate_size",
      "leading_dense_block_count": "first_k_dense_replace", "attention.q_lora_rank": "q_lora_rank",
      "attention.kv_lora_rank": "kv_lora_rank", "attention.sliding_window": "sliding_window",
    ]
    let types = [
      "llama": "llama", "qwen2": "qwen2", "qwen2moe": "qwen2_moe", "qwen3": "qwen3", "qwen3moe": "qwen3_moe",
      "gemma": "gemma", "gemma2": "gemma2", "gemma3": "gemma3_text", "phi3": "phi3", "mistral3": "mistral",
      "deepseek2": "deepseek_v3", "gpt-oss": "gpt_oss", "glm4moe": "glm4_moe", "olmo2": "olmo2", "granite": "granite",
      "starcoder2": "starcoder2", "stablelm": "stablelm", "falcon": "falcon", "gpt2": "gpt2", "bloom": "bloom",
    ]
    var result = JSONValue(content: .object([]), offset: value.offset)
    for member in value.members ?? [] where member.name.hasPrefix(architecture + ".") {
      let own = String(member.name.dropFirst(architecture.utf8.count + 1))
      if let name = names[own] { result.set(name, member.value) }
    }
    if result["vocab_size"] == nil, let tokens = value["tokenizer.ggml.tokens"] {
      let count = tokens.array.map { Double($0.count) } ?? tokens.number
      if let count { result.set("vocab_size", .number(count)) }
    }
    result.set("model_type", .string(types[architecture] ?? architecture))
    return result
  }

  /// Arguments of Megatron: a gated network makes it a Llama.
  private static func megatron(_ value: JSONValue) -> JSONValue {
    var result = value
    let isGated = (value["gated_linear_unit"] ?? value["swiglu"])?.boolean ?? false
    if isGated { result.set("model_type", .string("llama")) }
    return result
  }

  private static func renamed(_ value: JSONValue, _ names: [String: String]) -> JSONValue {
    let members = (value.members ?? []).map { JSONValue.Member(name: names[$0.name] ?? $0.name, value: $0.value) }
    return JSONValue(content: .object(members), offset: value.offset)
  }
}

extension JSONValue {
  fileprivate mutating func set(_ name: String, _ content: Content) {
    set(name, JSONValue(content: content, offset: offset))
  }

  fileprivate mutating func set(_ name: String, _ value: JSONValue) {
    remove(name)
    content = .object((members ?? []) + [Member(name: name, value: value)])
  }

  fileprivate mutating func remove(_ name: String) { content = .object((members ?? []).filter { $0.name != name }) }
}
