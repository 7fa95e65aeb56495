import TextFormats

/// Which fields of a configuration make a model larger or smaller, by their names.
enum SizeField {
  /// Parts of names that tell of a size.
  private static let signs = [
    "hidden", "size", "dim", "width", "rank", "head", "layer", "expert", "channel", "embd", "embed", "vocab", "group",
    "ffn", "mlp", "intermediate", "inner", "depth", "block", "kernel", "conv", "state", "stream", "dense",
  ]

  /// Names that have such a part and size nothing: positions, windows, batches, losses, special tokens, vision input.
  private static let others: Set<String> = [
    "chunk_size_feed_forward", "chunk_size", "max_window_layers", "sliding_window", "sliding_window_size", "n_group",
    "topk_group", "num_expert_group", "expert_selection_fn", "num_beam_groups", "encoder_no_repeat_ngram_size",
    "no_repeat_ngram_size", "ep_size", "block_size", "attention_chunk_size", "image_size", "vision_feature_layer",
    "initializer_hidden", "mamba_chunk_size", "n_limited_groups", "num_experts_per_group", "group_size", "bos_token_id",
    "layer_types", "layers_block_type", "mlp_layer_types", "no_rope_layers", "no_rope_layer_interval",
    "pretraining_tp", "rope_dim", "rotary_dim", "rotary_pct", "qk_head_dim", "vocab_size_per_layer_input",
    "router_dim", "num_key_value_groups", "expert_capacity", "initial_context_length", "max_sequence_length_size",
    "mm_hidden_size", "tokens_per_layer", "query_pre_attn_scalar", "num_kv_shared_layers", "img_size", "dim_model_base",
    "norm_head", "softmax_scale_dim", "scale_depth", "scale_emb", "input_size", "output_size", "train_batch_size",
    "original_max_position_embeddings", "embedding_multiplier", "embedding_scale",
    "batch_size", "micro_batch_size", "global_batch_size", "mup_width_scale", "mup_base_width", "num_hash_layers",
    "max_inference_chunksize", "context_size", "max_position_embeddings",
  ]

  /// Names that every family is asked for where it has such a part: unread, the model has none.
  private static let usual: Set<String> = [
    "num_key_value_heads", "num_attention_heads", "num_heads", "head_dim", "num_hidden_layers", "hidden_size",
    "vocab_size", "first_k_dense_replace", "moe_intermediate_size", "n_shared_experts", "num_experts_per_tok",
    "time_step_rank", "intermediate_size_mlp", "projection_dim", "mtp_num_hidden_layers",
  ]

  /// Whether a field states a size: a whole number of two or more, or a list of them, under such a name.
  static func isOne(_ name: String, _ value: JSONValue) -> Bool {
    let name = name.lowercased()
    guard signs.contains(where: name.contains), !others.contains(name), !usual.contains(name), !name.hasSuffix("_id"),
      !name.hasSuffix("_ids"), !name.hasSuffix("_eps"), !name.hasSuffix("_dtype"), !name.hasSuffix("_type")
    else { return false }
    return isSize(value) || value.array.map { !$0.isEmpty && $0.allSatisfy(isSize) } ?? false
  }

  private static func isSize(_ value: JSONValue) -> Bool {
    value.number.map { $0 >= 2 && $0 == $0.rounded() } ?? false
  }
}
