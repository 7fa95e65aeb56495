/// What a line of a training log tells.
enum LogField: Int, CaseIterable, Sendable {
  /// The step, counted from the start of the run.
  case step
  /// Steps of the whole run.
  case totalSteps
  /// Sequences trained on so far.
  case samples
  /// Tokens trained on so far.
  case tokens
  /// Seconds of the step.
  case stepSeconds
  /// Seconds since the start.
  case elapsed
  /// Seconds of the clock.
  case clock
  /// Tokens a second of all accelerators.
  case tokensPerSecond
  /// Tokens a second of one.
  case tokensPerSecondOfOne
  /// TFLOP/s of one.
  case teraflops
  /// MFU as a share.
  case mfu
  /// Sequences of a step.
  case batchSequences
  /// Tokens of a step.
  case batchTokens
  /// Accelerators.
  case accelerators
  /// Tokens of a sequence.
  case sequenceLength
  /// Mean tokens of an answer.
  case answerTokens
  /// The longest answer.
  case longestAnswer
  /// Seconds of evaluation.
  case evaluation
  /// Seconds of saving.
  case saving
}

/// A word of a log before its value.
struct LogKey: Sendable {
  let name: String
  let field: LogField
  let scale: Double

  init(_ name: String, _ field: LogField, scale: Double = 1) {
    (self.name, self.field, self.scale) = (name, field, scale)
  }
}

/// A kind of log, by the words that its lines have. All kinds are read at once: a file may mix them.
protocol TrainingLogFormat: Sendable {
  /// Whose logs they are.
  static var name: String { get }
  /// Its words.
  static var keys: [LogKey] { get }
}

/// All formats; a new one is a file and an entry here.
enum TrainingLogFormats {
  static let all: [any TrainingLogFormat.Type] = [
    MegatronLog.self, TorchtitanLog.self, HuggingFaceLog.self, NanotronLog.self, ComposerLog.self, VerlLog.self,
    NanoLog.self, OlmoLog.self, FactoryLog.self, MaxTextLog.self, BarLog.self,
    ColumnLog.self,
  ]

  /// The last of them are of no trainer.
  static let general = 2
}
