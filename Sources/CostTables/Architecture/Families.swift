import CostModel

extension Family {
  /// RMSNorm before attention and before a gated network: what most families have grown from.
  static let llama = Family(
    inputBias: .when("attention_bias"), outputBias: .when("attention_bias"), feedForwardBias: .when("mlp_bias"))

  /// What an unknown family is taken for: the common form, with biases and norms of queries and keys where fields say.
  static let common = llama.with { $0.queryKeyNorm = .when("use_qk_norm") }

  /// LayerNorm, biases everywhere and two matrices, as GPT-2 had it.
  static let gpt2 = Family(
    norm: .weightAndBias, isGated: false, inputBias: .always, outputBias: .always, feedForwardBias: .always,
    windows: .none)

  /// Multi-head latent attention, with experts from some layer on.
  static let deepseek = Family { (builder) throws(ConfigurationError) in
    try builder.standardLayers { (layer) throws(ConfigurationError) in .latent(try builder.latentAttention(layer)) }
  }

  init(build: @escaping Build) { self.build = build }

  init(
    norm: Normalization = .weight, isGated: Bool = true, inputBias: Toggle = .never, outputBias: Toggle = .never,
    feedForwardBias: Toggle = .never, windows: Windows = .all
  ) {
    self.norm = norm
    self.isGated = isGated
    self.inputBias = inputBias
    self.outputBias = outputBias
    self.feedForwardBias = feedForwardBias
    self.windows = windows
  }

  /// The family of a model type; nil for an unknown one.
  static func named(_ modelType: String) -> Family? {
    known[modelType] ?? hybrids[modelType] ?? recurrent[modelType] ?? recent[modelType]
  }

  private static let plain = Family()
  private static let qwen2 = Family(inputBias: .always, windows: .whenUsed)
  private static let qwen3 = llama.with {
    $0.feedForwardBias = .never
    $0.queryKeyNorm = .always
    $0.windows = .whenUsed
  }
  private static let olmo2 = Family(inputBias: .when("attention_bias"), outputBias: .when("attention_bias")).with {
    $0.queryKeyNorm = .always
    $0.queryKeyNormSpan = .whole
    $0.windows = .allButEvery(4)
  }
  private static let gemma = Family(inputBias: .when("attention_bias"), outputBias: .when("attention_bias"))
  private static let gemma2 = gemma.with {
    $0.layerNorms = 4
    $0.windows = .allButEvery(2)
  }
  private static let gemma3 = gemma2.with {
    $0.queryKeyNorm = .always
    $0.windows = .allButEvery(6)
  }
  private static let glm = Family(inputBias: .when("attention_bias"))
  private static let glmMixture = glm.with {
    $0.queryKeyNorm = .when("use_qk_norm")
    $0.roundsHeadSize = true
  }
  private static let cohere = Family(inputBias: .when("attention_bias"), outputBias: .when("attention_bias")).with {
    $0.layerNorms = 1
    $0.queryKeyNorm = .when("use_qk_norm")
    $0.queryKeyNormSpan = .whole
    $0.windows = .none
  }
  private static let exaone4 = Family(windows: .allButEvery(4)).with { $0.queryKeyNorm = .always }
  private static let hunyuan = llama.with { $0.queryKeyNorm = .when("use_qk_norm", otherwise: true) }
  private static let ernie = Family(
    inputBias: .when("use_bias"), outputBias: .when("use_bias"), feedForwardBias: .when("use_bias"))

  private static let known: [String: Family] = [
    "llama": llama, "mistral": plain, "ministral": plain, "ministral3": plain, "mixtral": plain, "phi3": plain,
    "granite": llama, "granitemoe": llama, "granitemoeshared": llama, "smollm3": llama.with { $0.windows = .whenUsed },
    "internlm2": Family(inputBias: .when("bias"), outputBias: .when("bias")),
    "internlm3": Family(inputBias: .when("qkv_bias"), outputBias: .when("bias"), feedForwardBias: .when("bias")),
    "baichuan": plain, "yi": llama, "aquila": llama, "xverse": llama, "minicpm": llama, "orion": llama,
    "qwen": Family(inputBias: .always).with { $0.build = firstQwen },
    "qwen2": qwen2, "qwen2_5_vl_text": qwen2, "qwen2_vl_text": qwen2, "qwen2_vl": qwen2, "qwen2_5_vl": qwen2,
    "qwen2_5_omni_text": qwen2, "qwen2_audio": qwen2,
    "mimo": Family(inputBias: .when("attention_bias", otherwise: true), windows: .whenUsed),
    "qwen2_moe": Family(inputBias: .when("qkv_bias", otherwise: true), windows: .whenUsed).with {
      $0.hasSharedGate = true
    },
    "qwen3": qwen3, "qwen3_vl_text": qwen3, "qwen3_moe": qwen3, "qwen3_vl_moe_text": qwen3,
    "qwen3_omni_moe_text": qwen3,
    "olmo": Family(norm: .plain, inputBias: .when("attention_bias"), outputBias: .when("attention_bias")),
    "olmo2": olmo2, "olmo3": olmo2, "olmoe": olmo2, "flex_olmo": olmo2,
    "minimax_m2": Family().with {
      $0.queryKeyNorm = .when("use_qk_norm", otherwise: true)
      $0.queryKeyNormSpan = .whole
    },
    "hunyuan_v1_dense": hunyuan, "hunyuan_v1_moe": hunyuan, "hunyuan": hunyuan,
    "gemma": gemma, "gemma2": gemma2, "gemma3_text": gemma3,
    "vaultgemma": gemma.with { $0.windows = .allButEvery(2) },
    "cohere": cohere, "aya": cohere,
    "cohere2": cohere.with {
      $0.queryKeyNorm = .never
      $0.windows = .allButEvery(4)
    },
    "glm": glm, "glm4": glm.with { $0.layerNorms = 4 }, "chatglm": Family(inputBias: .when("add_qkv_bias")),
    "glm4v_text": Family(inputBias: .always).with { $0.layerNorms = 4 },
    "glm4_moe": glmMixture,
    "glm4v_moe_text": glmMixture,
    "solar_open": glm.with { $0.queryKeyNorm = .when("use_qk_norm") },
    "ernie4_5": ernie,
    "ernie4_5_moe": ernie.with {
      $0.headBias = .when("use_bias")
      $0.build = ernieMixture
    },
    "exaone": plain, "exaone4": exaone4, "exaone_moe": exaone4,
    "seed_oss": Family(
      inputBias: .when("attention_bias"), outputBias: .when("attention_out_bias"), feedForwardBias: .when("mlp_bias")),
    "arcee": llama.with { $0.isGated = false },
    "helium": glm.with { $0.feedForwardBias = .when("mlp_bias") },
    "dots1": qwen3,
    "bailing_moe_v2": Family(inputBias: .when("use_qkv_bias"), outputBias: .when("use_bias")).with {
      $0.queryKeyNorm = .when("use_qk_norm", otherwise: true)
    },
    "bailing_moe": Family(inputBias: .when("use_qkv_bias"), outputBias: .when("use_bias")),
    "deepseek": llama.with { $0.feedForwardBias = .never },
    "deepseek_v2": deepseek, "deepseek_v3": deepseek, "deepseek_v32": deepseek, "kimi_k2": deepseek,
    "kimi_k25": deepseek, "glm_moe_dsa": deepseek, "glm4_moe_lite": deepseek, "youtu": deepseek,
    "minicpm3": deepseek.with { $0.feedForwardBias = .when("mlp_bias") },
    "nemotron": llama.with {
      $0.norm = .weightAndBias
      $0.isGated = false
    },
    "stablelm": Family(norm: .weightAndBias, inputBias: .when("use_qkv_bias")).with {
      $0.queryKeyNorm = .when("qk_layernorm")
      $0.queryKeyNormSpan = .whole
      $0.build = stableLM
    },
    "phimoe": Family(
      norm: .weightAndBias, inputBias: .when("attention_bias"), outputBias: .when("attention_bias")
    ).with { $0.headBias = .when("lm_head_bias") },
    "phi": phi, "phi-msft": phi,
    "starcoder2": Family(
      norm: .weightAndBias, isGated: false, inputBias: .when("use_bias", otherwise: true),
      outputBias: .when("use_bias", otherwise: true), feedForwardBias: .when("use_bias", otherwise: true)),
    "gpt2": gpt2.with { $0.positionOffset = 0 },
    "gpt_bigcode": gpt2.with {
      $0.positionOffset = 0
      $0.build = bigCode
    },
    "gpt_neo": gpt2.with {
      $0.inputBias = .never
      $0.positionOffset = 0
    },
    "gpt_neox": gpt2.with {
      $0.inputBias = .when("attention_bias", otherwise: true)
      $0.outputBias = .when("attention_bias", otherwise: true)
    },
    "gptj": gptJ, "codegen": gptJ,
    "bloom": gpt2.with { $0.outerNorms = 2 },
    "opt": gpt2.with {
      $0.inputBias = .when("enable_bias", otherwise: true)
      $0.outputBias = .when("enable_bias", otherwise: true)
      $0.feedForwardBias = .when("enable_bias", otherwise: true)
      $0.positionOffset = 2
    },
    "persimmon": gpt2.with {
      $0.queryKeyNorm = .when("qk_layernorm", otherwise: true)
      $0.queryKeyNormKind = .weightAndBias
    },
    "mpt": Family(isGated: false, windows: .none), "dbrx": Family(windows: .none).with { $0.build = dbrx },
    "falcon": falcon, "RefinedWeb": falcon, "RefinedWebModel": falcon,
    "gpt_oss": Family(
      inputBias: .when("attention_bias", otherwise: true), outputBias: .when("attention_bias", otherwise: true),
      feedForwardBias: .always, windows: .allButEvery(2)
    ).with { $0.build = gptOSS },
    "llama4_text": Family(inputBias: .when("attention_bias"), outputBias: .when("attention_bias")).with {
      $0.build = llama4
    },
    "gemma4_text": gemma3.with { $0.build = gemma4 },
    "afmoe": Family(inputBias: .when("attention_bias"), outputBias: .when("attention_bias"), windows: .allButEvery(4))
      .with {
        $0.layerNorms = 4
        $0.queryKeyNorm = .always
        $0.build = gatedAttention
      },
    "mimo_v2_flash": Family(inputBias: .when("attention_bias")).with { $0.build = mimoFlash },
    "gemma3n_text": gemma3.with { $0.build = gemma3n },
    "longcat_flash": deepseek.with { $0.build = longCat },
    "apertus": Family(isGated: false).with {
      $0.inputBias = .when("attention_bias")
      $0.outputBias = .when("attention_bias")
      $0.queryKeyNorm = .always
      $0.build = apertus
    },
    "bitnet": llama.with { $0.build = bitNet },
  ]

  private static let phi = gpt2.with {
    $0.layerNorms = 1
    $0.headBias = .always
    $0.queryKeyNorm = .when("qk_layernorm")
    $0.queryKeyNormKind = .weightAndBias
  }
  private static let gptJ = gpt2.with {
    $0.layerNorms = 1
    $0.inputBias = .never
    $0.outputBias = .never
    $0.headBias = .always
  }
  private static let falcon = Family(
    norm: .weightAndBias, isGated: false, inputBias: .when("bias"), outputBias: .when("bias"),
    feedForwardBias: .when("bias"), windows: .none
  ).with { $0.build = falconLayers }
}
