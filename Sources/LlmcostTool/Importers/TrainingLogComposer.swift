/// llm-foundry and Composer: `[batch=10/4800]:` and a line for each metric below it.
enum ComposerLog: TrainingLogFormat {
  static let name = "Composer"
  static let keys = [
    LogKey("throughput/tokens_per_sec", .tokensPerSecond),
    LogKey("throughput/device/tokens_per_sec", .tokensPerSecondOfOne), LogKey("throughput/device/mfu", .mfu),
    LogKey("time/token", .tokens), LogKey("time/train", .elapsed, scale: 3600),
    LogKey("throughput/device/flops_per_sec", .teraflops, scale: 1e-12), LogKey("[batch", .step),
    LogKey("time/val", .evaluation, scale: 0),
  ]
}
