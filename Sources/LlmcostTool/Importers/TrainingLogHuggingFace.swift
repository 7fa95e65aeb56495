/// Hugging Face Trainer, TRL and axolotl: printed dictionaries, and trainer_state.json.
enum HuggingFaceLog: TrainingLogFormat {
  static let name = "Hugging Face Trainer"
  static let keys = [
    LogKey("train_runtime", .elapsed), LogKey("num_input_tokens_seen", .tokens), LogKey("num_tokens", .tokens),
    LogKey("train_tokens_per_second", .tokensPerSecond), LogKey("global_step", .step),
    LogKey("max_steps", .totalSteps), LogKey("eval_runtime", .evaluation),
    LogKey("tokens_per_second_per_gpu", .tokensPerSecondOfOne), LogKey("step_time", .stepSeconds),
    LogKey("completions/mean_length", .answerTokens), LogKey("completions/max_length", .longestAnswer),
    LogKey("tokens/train_per_sec_per_gpu", .tokensPerSecondOfOne),
  ]
}
