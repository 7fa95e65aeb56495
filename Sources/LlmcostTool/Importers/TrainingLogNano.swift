/// nanochat, nanoGPT, modded-nanogpt and llm.c: `step 00010/21400 | dt: 1234.56ms | tok/sec: 424,242 | mfu: 45.2`.
enum NanoLog: TrainingLogFormat {
  static let name = "nanochat or nanoGPT"
  static let keys = [
    LogKey("dt", .stepSeconds), LogKey("tok/sec", .tokensPerSecond), LogKey("total time", .elapsed, scale: 60),
    LogKey("train_time", .elapsed), LogKey("step_avg", .stepSeconds),
  ]
}
