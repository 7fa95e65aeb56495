/// verl and OpenRLHF: `step:10 - perf/time_per_step:123.4 - perf/throughput:456.7 - response_length/mean:512 - …`.
enum VerlLog: TrainingLogFormat {
  static let name = "verl"
  static let keys = [
    LogKey("perf/time_per_step", .stepSeconds), LogKey("timing_s/step", .stepSeconds),
    LogKey("perf/throughput", .tokensPerSecondOfOne), LogKey("perf/total_num_tokens", .batchTokens),
    LogKey("response_length/mean", .answerTokens), LogKey("response_length/max", .longestAnswer),
    LogKey("training/global_step", .step), LogKey("timing_s/testing", .evaluation),
    LogKey("timing_s/save_checkpoint", .saving), LogKey("timing/step_total", .stepSeconds),
    LogKey("response_length", .answerTokens),
  ]
}
