extension Family {
  /// Classes in `architectures` that tell the family of a model type that is not known.
  static let classes: [(prefix: String, type: String)] = [
    ("LlamaFor", "llama"), ("MistralFor", "mistral"), ("MixtralFor", "mixtral"), ("Qwen2For", "qwen2"),
    ("Qwen2MoeFor", "qwen2_moe"), ("Qwen3For", "qwen3"), ("Qwen3MoeFor", "qwen3_moe"), ("Gemma2For", "gemma2"),
    ("GemmaFor", "gemma"), ("Phi3For", "phi3"), ("GPT2LMHead", "gpt2"), ("GPTNeoXFor", "gpt_neox"),
    ("DeepseekV2For", "deepseek_v2"), ("DeepseekV3For", "deepseek_v3"), ("FalconFor", "falcon"),
    ("BloomFor", "bloom"), ("OPTFor", "opt"), ("CohereFor", "cohere"), ("Olmo2For", "olmo2"),
    ("GptOssFor", "gpt_oss"), ("Glm4MoeFor", "glm4_moe"),
  ]

  /// Model types that are known and not counted.
  static let unsupported: [String: String] = {
    var reasons: [String: String] = [:]
    for type in [
      "t5", "mt5", "umt5", "bart", "mbart", "pegasus", "longt5", "led", "marian", "m2m_100", "nllb-moe",
      "switch_transformers", "t5gemma", "whisper", "fsmt", "prophetnet", "blenderbot", "encoder-decoder",
    ] {
      reasons[type] = "encoder-decoder models are not counted"
    }
    for type in [
      "bert", "roberta", "distilbert", "albert", "electra", "deberta", "deberta-v2", "xlm-roberta", "camembert",
      "modernbert", "nomic_bert", "clip", "siglip", "vit", "dinov2", "mpnet",
    ] {
      reasons[type] = "encoders are not counted"
    }
    for type in [
      "rwkv", "jetmoe", "zaya", "blt", "moshi", "doge", "modernbert-decoder",
      "recurrent_gemma", "zamba", "reformer", "xlnet", "ctrl",
      "openai-gpt", "mllama", "mllama_text_model", "rwkv6", "rwkv5",
    ] {
      reasons[type] = "the formula of this family is not known here"
    }
    return reasons
  }()
}
