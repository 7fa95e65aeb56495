/// nanotron: `iteration: 10 / 15000 | consumed_tokens: 10.5M | tokens_per_sec_per_gpu: 15.4K | …`.
enum NanotronLog: TrainingLogFormat {
  static let name = "nanotron"
  static let keys = [
    LogKey("elapsed_time_per_iteration_ms", .stepSeconds, scale: 1e-3), LogKey("consumed_tokens", .tokens),
    LogKey("tokens_per_sec_per_gpu", .tokensPerSecondOfOne), LogKey("tokens_per_sec", .tokensPerSecond),
    LogKey("model_tflops_per_gpu", .teraflops), LogKey("global_batch_size", .batchTokens), LogKey("iteration", .step),
  ]
}
