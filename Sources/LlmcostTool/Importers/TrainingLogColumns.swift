/// Progress bars: `100/1000 [05:00<45:00, 3.00s/it]`.
enum BarLog: TrainingLogFormat {
  static let name = "progress bars"
  static let keys: [LogKey] = []
}

/// CSV, TSV or JSON Lines of step, tokens and time under any of the usual names.
enum ColumnLog: TrainingLogFormat {
  static let name = "columns"
  static let keys = [
    LogKey("step", .step), LogKey("mfu", .mfu), LogKey("iter", .step), LogKey("_step", .step),
    LogKey("trainer/global_step", .step),
    LogKey("train/global_step", .step), LogKey("steps", .step),
    LogKey("tokens", .tokens), LogKey("total_tokens", .tokens), LogKey("tokens_seen", .tokens),
    LogKey("n_tokens", .tokens), LogKey("train/tokens", .tokens), LogKey("train/num_input_tokens_seen", .tokens),
    LogKey("cumulative_tokens", .tokens), LogKey("samples", .samples),
    LogKey("time", .elapsed), LogKey("elapsed", .elapsed), LogKey("elapsed_s", .elapsed), LogKey("seconds", .elapsed),
    LogKey("wall_time", .elapsed), LogKey("walltime", .elapsed), LogKey("wall_clock", .elapsed),
    LogKey("elapsed_seconds", .elapsed), LogKey("time_s", .elapsed), LogKey("_runtime", .elapsed),
    LogKey("elapsed_hours", .elapsed, scale: 3600), LogKey("hours", .elapsed, scale: 3600),
    LogKey("timestamp", .clock), LogKey("_timestamp", .clock), LogKey("ts", .clock), LogKey("date", .clock),
    LogKey("datetime", .clock),
    LogKey("step_time_s", .stepSeconds), LogKey("time_per_step", .stepSeconds), LogKey("iter_time", .stepSeconds),
    LogKey("step_seconds", .stepSeconds), LogKey("batch_time", .stepSeconds), LogKey("duration", .stepSeconds),
    LogKey("step_time_ms", .stepSeconds, scale: 1e-3), LogKey("step_ms", .stepSeconds, scale: 1e-3),
    LogKey("iter_time_ms", .stepSeconds, scale: 1e-3),
    LogKey("tokens_per_second", .tokensPerSecond), LogKey("tokens/s", .tokensPerSecond),
    LogKey("tokens/sec", .tokensPerSecond), LogKey("tok/s", .tokensPerSecond), LogKey("toks_per_sec", .tokensPerSecond),
    LogKey("throughput", .tokensPerSecond), LogKey("train/tokens_per_second", .tokensPerSecond),
    LogKey("tps_per_gpu", .tokensPerSecondOfOne), LogKey("tokens_per_second_per_accelerator", .tokensPerSecondOfOne),
    LogKey("tokens_per_second_per_device", .tokensPerSecondOfOne), LogKey("tflops_per_gpu", .teraflops),
    LogKey("train/mfu", .mfu), LogKey("mfu_percent", .mfu, scale: 0.01), LogKey("batch_tokens", .batchTokens),
    LogKey("batch_size", .batchSequences), LogKey("gpus", .accelerators), LogKey("world_size", .accelerators),
    LogKey("seq_length", .sequenceLength), LogKey("seq_len", .sequenceLength),
    LogKey("sequence_length", .sequenceLength), LogKey("n_gpus", .accelerators), LogKey("num_gpus", .accelerators),
  ]
}
