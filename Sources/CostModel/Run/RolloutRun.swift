/// Steps of generation and training: what places them on a cluster, and what a log shows of them.
package struct RolloutWork: Sendable {
  /// Steps of the run; nil where the answers of a step are not known.
  package var steps: Expression<Ratio>?
  /// Tokens written.
  package var written: Expression<Tokens>
  /// Tokens trained on.
  package var trained: Expression<Tokens>
  /// Whether generation and training run at the same time, on accelerators of their own.
  package var overlaps: Bool
  /// Accelerators that generate; nil for the best number where they are apart, and for all where they take turns.
  package var accelerators: Expression<Accelerators>?

  /// Whether some accelerators generate and others train.
  var isSplit: Bool { overlaps || accelerators != nil }
}

/// Phases of generation and training on one cluster.
struct RolloutSplit {
  /// Accelerators that generate; nil where all do.
  var accelerators: Expression<Accelerators>?
  /// Accelerator-hours in which one part waits for the other.
  var waiting: Expression<AcceleratorHours>?

  /// Divides a cluster between generation and training.
  ///
  /// At the same time the slower part sets the pace: n·max(G/g, T/(n − g)) accelerator-hours. In turn each waits for the
  /// other: n·(G/g + T/(n − g)). The best g is the whole number of copies nearest to n·G/(G + T).
  ///
  /// - Parameters:
  ///   - work: What is divided.
  ///   - hours: Accelerator-hours of generation and of training.
  ///   - count: Accelerators.
  ///   - copy: Accelerators of a copy of the model that generates.
  /// - Throws: ``ScenarioError`` where more generate than there are.
  init(
    _ work: RolloutWork, _ hours: (rollouts: Expression<AcceleratorHours>, training: Expression<AcceleratorHours>),
    on count: Expression<Accelerators>?, copy: Double
  ) throws(ScenarioError) {
    guard work.isSplit, let count else { return }
    let all = count.typical.value
    var own = work.accelerators
    if let given = own, given.typical.value >= all {
      throw .contradiction(
        "\(Notation.display(given.typical.value, as: .accelerators)) accelerators generate, of "
          + "\(Notation.display(all, as: .accelerators)): none is left to train",
        advice: "lower \(Rollouts.accelerators), or raise \(input: "gpus")")
    }
    if own == nil { own = Self.best(hours, of: all, copy: copy).map { Expression(constant: $0) } }
    guard let own else { return }
    let (generating, training) = (hours.rollouts / own, hours.training / (count - own))
    let wall = work.overlaps ? Expression.larger(generating, training) : generating + training
    accelerators = own.named("accelerators that generate")
    waiting = (count * wall - hours.rollouts - hours.training).named(
      "one part waiting for the other",
      note: work.overlaps
        ? "the slower of generation and training sets the pace" : "generation and training take turns")
  }

  /// The whole copies that generate with the least waiting; nil where there is no room for both parts.
  private static func best(
    _ hours: (rollouts: Expression<AcceleratorHours>, training: Expression<AcceleratorHours>), of all: Double,
    copy: Double
  ) -> Double? {
    let (rollouts, training) = (hours.rollouts.typical.value, hours.training.typical.value)
    guard copy >= 1, all > copy, rollouts + training > 0 else { return nil }
    let wanted = all * rollouts / (rollouts + training) / copy
    let candidates = [wanted.rounded(.down), wanted.rounded(.up)].map { $0 * copy }.filter { $0 >= copy && $0 < all }
    func wall(_ own: Double) -> Double { Swift.max(rollouts / own, training / (all - own)) }
    return (candidates.isEmpty ? [copy] : candidates).min { wall($0) < wall($1) }
  }
}

extension Estimate {
  /// Seconds of a step, as a log shows it.
  var secondsOfStep: Expression<Ratio>? { seconds(run.acceleratorHours)?.named("seconds of a step") }

  /// Seconds that the parts of a step take of it.
  var secondsOfPhases: [(key: String, formula: Expression<Ratio>)] {
    run.phases.enumerated().compactMap { place, phase in
      seconds(phase).map { ("phase_\(place + 1)_seconds", $0.named("seconds: " + (phase.node.label?.name ?? ""))) }
    }
  }

  private func seconds(_ hours: Expression<AcceleratorHours>) -> Expression<Ratio>? {
    guard let steps = work.rollouts?.steps, let accelerators = run.accelerators else { return nil }
    let whole = run.startHours.map { hours.node === run.acceleratorHours.node ? hours - $0 : hours } ?? hours
    return (whole / accelerators).count * 3600 / steps
  }

  /// Tokens written each second by an accelerator that generates.
  var rolloutThroughput: Expression<Ratio>? {
    guard let rollouts = work.rollouts else { return nil }
    let hours = zip(work.phases, run.phases).filter(\.0.effort.isOfRollouts).map(\.1)
    guard !hours.isEmpty else { return nil }
    return (rollouts.written.count / (Expression.sum(hours).count * 3600)).named(
      "tokens written each second by an accelerator that generates")
  }

  /// Tokens of prompts and answers trained on each second, over all accelerators.
  var trainedThroughput: Expression<Ratio>? {
    guard let rollouts = work.rollouts, !run.phases.isEmpty else { return nil }
    return (rollouts.trained.count / (run.acceleratorHours.count * 3600)).named(
      "tokens trained on each second for each accelerator")
  }
}
