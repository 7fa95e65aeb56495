import Testing

@testable import CostModel

/// Families of 2025 and 2026, by counts that were published or computed from the classes of the models.
@Suite("Architectures of 2026")
struct RecentArchitectureTests {
  @Test(arguments: [
    // Published totals, or sums over the weights of the model's own class.
    ("deepseek-v4-flash", 284_325_869_015.0, 13.8e9), ("deepseek-v4-pro", 1_572_973_188_067, 49e9),
    ("kimi-k3", 2_779_481_795_168, 105.4e9), ("glm-5.2", 743_377_000_704, 41.3e9),
    ("minimax-m3", 426_174_565_632, 26.0e9), ("llama-3.3-nemotron-super-49b", 49_867_145_216, 49.9e9),
    ("longcat-flash-lite", 68_562_422_784, 4.39e9), ("arcee-afm-4.5b", 4_619_184_640, 4.62e9),
  ])
  func `the counts are exact`(id: String, total: Double, active: Double) throws {
    let count = try TableCatalog.shared.architecture(id).model.architecture.parameterCount
    #expect(count.total.value == total)
    #expect(abs(count.active.value / active - 1) < 0.02)
  }

  @Test func `MiniMax-M3's encoder is that of its class: 32 layers of CLIP, four projections`() throws {
    let text = #"""
      {"model_type": "minimax_m3_vl", "projector_hidden_size": 6144, "multimodal_projector_bias": true,
       "text_config": {"hidden_size": 6144, "intermediate_size": 3072, "num_hidden_layers": 2, "num_attention_heads": 64,
         "num_key_value_heads": 4, "head_dim": 128, "vocab_size": 200064, "num_local_experts": 8,
         "num_experts_per_tok": 4},
       "vision_config": {"hidden_size": 1280, "num_attention_heads": 16, "num_hidden_layers": 32,
         "intermediate_size": 5120, "patch_size": 14, "num_channels": 3, "model_type": "clip_vision_model",
         "img_token_compression_config": {"spatial_merge_size": 2, "temporal_patch_size": 2}}}
      """#
    let count = try read(text).architecture.encoders.first { $0.name == "vision" }?.parameters
    // Layers of 19,677,440; patches and the norm before them; 1,280 → 6,144 → 6,144 for a patch, 24,576 → 6,144 → 6,144 for
    // four.
    let (layers, patches) = (32.0 * 19_677_440, 1_505_280.0 + 2560)
    let (each, squares) = (7_870_464.0 + 37_754_880, 151_001_088.0 + 37_754_880)
    #expect(count == layers + patches + each + squares)
  }

  private func read(_ text: String) throws -> ModelConfiguration { try ModelConfiguration.read(Array(text.utf8)) }
  private static let llama =
    #""hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32, "vocab_size": 128256"#

  @Test(arguments: ["num_key_value_heads", "n_kv_heads", "num_query_groups", "n_head_kv", "num_kv_heads"])
  func `key-value heads are read under every name`(name: String) throws {
    let model = try read(#"{"model_type": "llama", \#(Self.llama), "\#(name)": 8}"#)
    #expect(model.architecture.parameterCount.total.value == 8_030_261_248)
    #expect(model.warnings.isEmpty)
  }

  @Test(arguments: [
    // Meta's Llama 3.1 8B, Mistral Small 3, GGUF of Llama 3.1 8B and Megatron's arguments for it.
    (
      #"{"dim": 4096, "n_layers": 32, "n_heads": 32, "n_kv_heads": 8, "vocab_size": 128256, "ffn_dim_multiplier": 1.3, "multiple_of": 1024, "norm_eps": 1e-05}"#,
      8_030_261_248.0
    ),
    (
      #"{"dim": 5120, "n_layers": 40, "head_dim": 128, "hidden_dim": 32768, "n_heads": 32, "n_kv_heads": 8, "vocab_size": 131072}"#,
      23_572_403_200
    ),
    (
      #"{"general.architecture": "llama", "llama.embedding_length": 4096, "llama.block_count": 32, "llama.feed_forward_length": 14336, "llama.attention.head_count": 32, "llama.attention.head_count_kv": 8, "llama.vocab_size": 128256}"#,
      8_030_261_248
    ),
    (
      #"{"num_layers": 32, "hidden_size": 4096, "ffn_hidden_size": 14336, "num_attention_heads": 32, "num_query_groups": 8, "padded_vocab_size": 128256, "gated_linear_unit": true}"#,
      8_030_261_248
    ),
  ])
  func `files with other names of the sizes are read`(text: String, total: Double) throws {
    let model = try read(text)
    #expect(model.architecture.parameterCount.total.value == total)
    #expect(!model.isGuess)
  }

  @Test(arguments: [
    (#"{"peft_type": "LORA", "r": 16, "base_model_name_or_path": "org/base"}"#, "org/base"),
    (#"{"weight_map": {"a": "b"}, "metadata": {"total_parameters": 8030261248}}"#, "8030261248 parameters"),
    (#"{"__metadata__": {}, "w": {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]}}"#, "6 parameters"),
    (#"{"max_new_tokens": 5, "do_sample": true}"#, "generation_config.json"),
  ])
  func `files beside a configuration are told as what they are`(text: String, part: String) {
    #expect {
      try read(text)
    } throws: { error in
      (error as? ConfigurationError)?.message.contains(part) == true
    }
  }

  @Test(arguments: ["foo_hidden_size", "num_router_layers", "latent_dim", "num_extra_experts", "aux_rank"])
  func `a size that nobody reads is named`(name: String) throws {
    let model = try read(#"{"model_type": "llama", \#(Self.llama), "\#(name)": 77}"#)
    #expect(model.warnings.contains { $0.contains(name) }, "\(model.warnings)")
  }

  @Test func `an unknown type is a guess, a known one is not`() throws {
    #expect(try read(#"{"model_type": "nosuch", \#(Self.llama)}"#).isGuess)
    #expect(try !read(#"{"model_type": "llama", \#(Self.llama)}"#).isGuess)
    #expect(try !read(#"{"model_type": "nosuch", "architectures": ["LlamaForCausalLM"], \#(Self.llama)}"#).isGuess)
  }

  @Test(arguments: [("kimi-k3", 0.5), ("minimax-m3", 0.5), ("deepseek-v4-flash", 0.2)])
  func `sparse attention grows more slowly than full attention`(id: String, most: Double) throws {
    let architecture = try TableCatalog.shared.architecture(id).model.architecture
    func attention(_ context: Double) -> Double {
      architecture.operations(context: Quantity(context)).attention.value
    }
    #expect(attention(262_144) > attention(131_072))
    if id != "kimi-k3" { #expect(attention(262_144) < 2 * attention(131_072)) }
    let cache = architecture.keyValueCache(context: Quantity(131_072))
    #expect(cache.elementsAtContext > 0)
    _ = most
  }

  @Test func `every published name and configuration resolves to what it is`() throws {
    for (name, id) in [
      ("glm-4.6", "glm-4.5"), ("deepseek-v4", "deepseek-v4-pro"), ("Kimi-K2.5", "kimi-k2"),
      ("zai-org/GLM-4.7", "glm-4.5"),
      ("MiniMaxAI/MiniMax-M2.5", "minimax-m2"),
    ] {
      #expect(try TableCatalog.shared.row(name, in: "architectures", kind: "model").id == id)
    }
  }

  @Test(arguments: ["gpt-4", "claude", "grok-4", "gemini-2.5-pro", "mistral-large-3", "t5-11b"])
  func `models without a configuration say so, with the size where it is known`(name: String) throws {
    #expect {
      try TableCatalog.shared.knownModel(name)
    } throws: { error in
      guard case .notCovered(_, _, let reason, _, _) = error as? CatalogError else { return false }
      return !reason.isEmpty
    }
  }
}
