/// OLMo: `[step=10/557000,epoch=0]` and a line for each metric below it.
enum OlmoLog: TrainingLogFormat {
  static let name = "OLMo"
  static let keys = [
    LogKey("throughput/total_tokens", .tokens), LogKey("throughput/device/tokens_per_second", .tokensPerSecondOfOne),
    LogKey("[step", .step), LogKey("throughput/device/TPS", .tokensPerSecondOfOne),
    LogKey("throughput/total tokens", .tokens), LogKey("throughput/device/MFU", .mfu),
  ]
}
