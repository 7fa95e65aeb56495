import Synchronization

/// What was read from tables before, and what was found of it, for commands that ask for the same hundreds of times.
///
/// Several threads may share one. A look-up that fails is not kept: it fails again, in the same words.
package final class TableMemory: Sendable {
  /// Which question was asked, and about what.
  struct Question: Hashable, Sendable {
    var what: What
    var name: String

    enum What: Hashable, Sendable {
      case accelerator, region, efficiency, tunedEfficiency, stageEfficiency, market, prices, grids, managedPrices
      case acceleratorNames, architecture, network, provider, trainingHardware, criticalBatch, stepScaling,
        stepConstants
      case correlations, inquiries, publishedRuns
      case factor(table: String)
      case fit(to: [EfficiencyFit.Observation])
    }
  }

  /// So many answers are kept at most; then it starts anew.
  private static let capacity = 4096
  /// Draws of the inputs that its rows spread.
  let draws = DrawMemory()
  /// So many setups of steps are kept at most; then it starts anew.
  private static let mostSetups = 256
  private let frontiers = Mutex<[TunedHours.Setup: KnownFrontiers]>([:])
  private let answers = Mutex<[Question: any Sendable]>([:])

  /// Nothing read yet.
  package init() {}

  /// The answer as it was given before, or else as it is given now.
  func answer<Answer: Sendable, Failure: Error>(
    _ what: Question.What, _ name: String, _ read: () throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    let question = Question(what: what, name: name)
    // Unwrapped first: nothing known, cast to an optional answer, would be an answer.
    if let known = answers.withLock({ $0[question] }), let answer = known as? Answer { return answer }
    let answer = try read()
    answers.withLock { answers in
      if answers.count >= Self.capacity { answers.removeAll() }
      answers[question] = answer
    }
    return answer
  }

  /// Where the frontiers of a setup are kept.
  func frontiers(of setup: TunedHours.Setup) -> KnownFrontiers {
    frontiers.withLock { frontiers in
      if let known = frontiers[setup] { return known }
      if frontiers.count >= Self.mostSetups { frontiers.removeAll() }
      let known = KnownFrontiers()
      frontiers[setup] = known
      return known
    }
  }
}
