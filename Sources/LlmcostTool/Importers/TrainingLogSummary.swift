import CostModel

/// What a training log tells of the run.
struct TrainingLogSummary {
  /// Whose logs its lines look like, the commonest first.
  var formats: [String] = []
  var lines = 0
  /// Steps that were read.
  var records = 0
  /// Lines of a table that are cut off, and lines that are too long.
  var unreadable = 0
  /// Values that are no number, or that cannot be.
  var badValues = 0
  /// The columns of a table that could not be read for want of others, and those.
  var head: [String] = []
  var lacking: [TrainingLogTable.Need] = []
  var firstStep: Double?
  /// The farthest step.
  var steps: Double?
  /// Steps of the whole run.
  var totalSteps: Double?
  var firstTokens: Double?
  /// The most tokens.
  var tokens: Double?
  /// Seconds of a step in steady state.
  var stepSeconds: Double?
  /// Tokens a second in steady state, of all accelerators and of one.
  var tokensPerSecond: Double?
  var tokensPerSecondOfOne: Double?
  var teraflops: Double?
  var mfu: Double?
  var batchTokens: Double?
  var batchSequences: Double?
  var sequence: Double?
  var accelerators: Double?
  var answerTokens: Double?
  var longestAnswer: Double?
  /// Hours from the first step to the last.
  var wallHours = 0.0
  /// The variance of the logarithm of the pace of its steps.
  var paceVariance = 0.0
  /// Hours of pauses, by ``TrainingLogTally/Pause``.
  var pauses: [Double] = []
  var restarts = 0
  var gaps = 0
  var clockWentBack = 0
  var repeatedSteps = 0.0

  /// Hours of steps that count, at the speed of steady state.
  var steadyHours: Double? {
    if let tokens, let tokensPerSecond { return (tokens - (firstTokens ?? 0)) / tokensPerSecond / 3600 }
    if let steps, let stepSeconds { return (steps - (firstStep ?? 0)) * stepSeconds / 3600 }
    return nil
  }

  /// The share of the time that went into steps that count; nil where the clock does not tell.
  var goodput: Double? {
    guard let steadyHours, wallHours > 0, steadyHours > 0 else { return nil }
    return min(1, steadyHours / wallHours)
  }

  /// How far the run has come.
  ///
  /// - Parameters:
  ///   - share: The share of the work that is done.
  ///   - accelerators: How many do it.
  /// - Returns: The progress, with what the log tells of time lost.
  func progress(share: Double, accelerators: Double) -> Forecast.Progress {
    func lost(_ pause: TrainingLogTally.Pause) -> Double {
      pauses.indices.contains(pause.rawValue) ? pauses[pause.rawValue] : 0
    }
    var again = lost(.restart) + lost(.gap)
    if let stepSeconds { again += repeatedSteps * stepSeconds / 3600 }
    var progress = Forecast.Progress(
      share: share, elapsed: wallHours, lost: min(again, wallHours), startUp: lost(.warmUp), accelerators: accelerators)
    progress.variance = paceVariance
    if let begun = tokens == nil ? firstStep : firstTokens, let end = tokens ?? steps, end > 0 {
      progress.start = share * begun / end
    }
    return progress
  }
}

extension TrainingLogSummary {
  /// How much of the log was passed over; nil where all of it was read.
  var passedOver: String? {
    switch badValues + unreadable {
    case 0: nil
    case 1: "1 value or line could not be read, and was passed over"
    case let count: "\(count) values or lines could not be read, and were passed over"
    }
  }

  /// What the log lacks, with what was passed over: that may be why.
  func explained(_ what: String) -> String { what + (passedOver.map { "; \($0)" } ?? "") }
}
