/// How often a job is interrupted, and what that costs.
package struct Reliability: Sendable {
  private static let young = Source(
    title: "Young 1974, A first order approximation to the optimum checkpoint interval",
    url: "https://doi.org/10.1145/361147.361115")

  /// Unexpected interruptions for each accelerator and hour.
  package var failures: Expression<Ratio>
  /// Hours that training waits for a checkpoint.
  package var pause: Expression<Ratio>
  /// Hours from an interruption to the next step.
  package var restart: Expression<Ratio>
  /// Preemptions for each accelerator and hour; nil on accelerators that are kept.
  package var preemptions: Expression<Ratio>?
  /// Hours from a preemption to the next step.
  package var replacement: Expression<Ratio>?
  /// Hours between checkpoints; nil for the best.
  package var interval: Expression<Ratio>?

  /// What a cluster of some size comes to.
  package struct Goodput: Sendable {
    /// The share of the time that trains.
    package var share: Expression<Ratio>
    /// Interruptions in an hour.
    package var interruptions: Expression<Ratio>
    /// Hours between interruptions; without end where there are none.
    package var meanTime: Expression<Ratio>
    /// Hours between checkpoints.
    package var interval: Expression<Ratio>
  }

  /// The share of its time in which a cluster makes progress.
  ///
  /// M = 1/(n·rate). After each interval τ training waits δ; each interruption loses half an interval and the restart R:
  ///
  /// goodput = 1 / ((1 + δ/τ)·(1 + (τ/2 + R)/M)), τ = √(2·δ·M)
  ///
  /// which to first order is 1 − δ/τ − (τ/2 + R)/M, and above 0 for every cluster; with that τ both δ/τ and τ/2M are
  /// √(δ/2M).
  package func goodput(accelerators count: Expression<Ratio>) -> Goodput {
    let one = Expression<Ratio>(constant: 1)
    var rate = failures
    // R, the mean over both kinds of interruption, over M.
    var restarts = failures * restart
    if let preemptions, let replacement {
      rate = rate + preemptions
      restarts = restarts + preemptions * replacement
    }
    // By interruptions an hour and not by the hours between them, which a rate of zero has none of.
    let interruptions = (rate * count).named("interruptions an hour")
    let delta = pause
    let tau: Expression<Ratio>
    let paused: Expression<Ratio>
    if let interval {
      tau = interval.named("hours between checkpoints")
      paused = delta / tau
    } else {
      tau = (delta * 2 / interruptions).power(0.5).named(
        "hours between checkpoints", note: "(2 × pause × hours between interruptions)^0.5", sources: [Self.young])
      paused = (delta * interruptions / 2).power(0.5)
    }
    // With the best interval, rework takes as much as pauses do.
    let rework = interval.map { $0 / 2 * interruptions } ?? paused
    let share = one / ((one + paused) * (one + rework + restarts * count))
    return Goodput(
      share: share.named(
        "goodput", note: "what checkpoints, rework and restarts leave of the time"),
      interruptions: interruptions, meanTime: (one / interruptions).named("hours between interruptions"),
      interval: tau)
  }
}
