/// torchtitan: `step: 10  loss: 8.0  memory: 47.6GiB  tps: 7,762  tflops: 449.7  mfu: 45.47%`, of one device each.
enum TorchtitanLog: TrainingLogFormat {
  static let name = "torchtitan"
  static let keys = [
    LogKey("tps", .tokensPerSecondOfOne), LogKey("tflops", .teraflops),
  ]
}
