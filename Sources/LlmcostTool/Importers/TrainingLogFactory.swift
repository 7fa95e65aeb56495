/// LLaMA-Factory's trainer_log.jsonl: `{"current_steps": 10, "total_steps": 375, "elapsed_time": "0:02:55"}`, and the
/// logging.jsonl of ms-swift: `{"global_step/max_steps": "10/500", "elapsed_time": "2m 10s"}`.
enum FactoryLog: TrainingLogFormat {
  static let name = "LLaMA-Factory or ms-swift"
  static let keys = [
    LogKey("current_steps", .step), LogKey("total_steps", .totalSteps), LogKey("elapsed_time", .elapsed),
    LogKey("global_step/max_steps", .step), LogKey("train_speed(s/it)", .stepSeconds),
  ]
}
