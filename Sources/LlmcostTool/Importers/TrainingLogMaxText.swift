/// MaxText: `completed step: 9, seconds: 5.789, TFLOP/s/device: 216.055, Tokens/s/device: 5660.303`, of one device each.
enum MaxTextLog: TrainingLogFormat {
  static let name = "MaxText"
  static let keys = [
    LogKey("completed step", .step), LogKey("TFLOP/s/device", .teraflops),
    LogKey("Tokens/s/device", .tokensPerSecondOfOne),
  ]
}
