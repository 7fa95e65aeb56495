/// Megatron-LM, Megatron-DeepSpeed, NeMo's console: `iteration 20/ 128 | consumed samples: 160 | …`.
enum MegatronLog: TrainingLogFormat {
  static let name = "Megatron-LM"
  static let keys = [
    LogKey("elapsed time per iteration (ms)", .stepSeconds, scale: 1e-3), LogKey("consumed samples", .samples),
    LogKey("consumed tokens", .tokens), LogKey("throughput per GPU (TFLOP/s/GPU)", .teraflops),
    LogKey("global batch size", .batchSequences), LogKey("using world size", .accelerators),
    LogKey("elapsed time per iteration (s)", .stepSeconds), LogKey("TFLOPs", .teraflops),
    LogKey("train_step_timing in s", .stepSeconds), LogKey("consumed_samples", .samples),
  ]
}
