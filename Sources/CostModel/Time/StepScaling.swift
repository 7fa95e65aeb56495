/// What a request fixes of the training step of a run; all else is usual, or looked for.
package struct StepChoices: Sendable {
  /// The size of an optimizer step.
  package enum Batch: Sendable, Equatable {
    /// In sequences.
    case sequences(Double)
    /// In tokens.
    case tokens(Double)

    /// Tokens, for sequences of a length.
    package func tokens(sequence: Double) -> Double {
      switch self {
      case .sequences(let count): count * sequence
      case .tokens(let count): count
      }
    }
  }

  /// The size of an optimizer step; nil for the critical one.
  package var batch: Batch?
  /// What of the layout is fixed.
  package var fixed = LayoutSearch.Fixed()
  /// The accelerator with its links; nil for the usual ones.
  package var hardware: TrainingHardware?
  /// What the software does; nil for the usual one.
  package var software: TrainingSoftware?

  /// Nothing fixed.
  package init() {}

  /// Whether layouts are searched otherwise than on a usual cluster.
  var changesHours: Bool { hardware != nil || software != nil || fixed != LayoutSearch.Fixed() }
}

/// How the hours of a run depend on its cluster, its network, its layout, its batch and its context: those of tuned steps
/// there over those on the cluster that the efficiency stands for, in full.
package struct StepScaling: Sendable {
  /// How many tokens a step has.
  enum Batch: Sendable {
    /// So many.
    case tokens(Double)
    /// The critical batch by the FLOP of the run.
    case critical(OptimumCurve.Power)

    /// Tokens of a step of a run of so many FLOP.
    func tokens(operations: Double) -> Double {
      switch self {
      case .tokens(let count): count
      case .critical(let law): law(operations)
      }
    }
  }

  /// Hours on the cluster of the request.
  let hours: TunedHours
  /// Hours on the usual cluster.
  let usual: UsualHours
  /// The batch.
  let batch: Batch
  /// The batch on the usual cluster.
  let usualBatch: Batch
  /// The highest MFU that is believed of a whole run.
  let limit: Double
  /// Interruptions, of which a larger cluster has more; nil where runs are too short for them to count.
  let reliability: Reliability?
  /// Whether FLOP beyond 6·N·D are those of attention beyond the usual context.
  let countsContext: Bool

  /// Tokens of a step of a run of so many FLOP.
  static func tokens(_ batch: Batch, operations: Expression<Operations>) -> Expression<Ratio> {
    switch batch {
    case .tokens(let count): return Expression(constant: count)
    case .critical(let law):
      return operations.count.power(law.exponent) * Expression(constant: law.coefficient)
    }
  }

  /// Throughput of an accelerator over that in the usual cluster: that of its steps, and the share of its time that trains.
  func relative(
    _ work: Work, _ model: Scenario.Model, on accelerators: Expression<Accelerators>
  ) -> Expression<Ratio> {
    let steps = throughput(work, model, on: accelerators)
    guard let reliability else { return steps.named(Self.name, note: Self.note) }
    let usual = self.usual.cluster.count(active: Self.sizes(model).active)
    let goodput = reliability.goodput(accelerators: accelerators.count).share
    let usually = reliability.goodput(accelerators: usual).share.named("goodput of a usual cluster")
    return (steps.named("throughput of a step there over that in a usual cluster", note: Self.note) * goodput / usually)
      .named(Self.name)
  }

  private static let name = "throughput of an accelerator over that in a usual cluster"
  private static let note = "tuned steps at the fastest layout: cluster, network, batch and context"

  /// The same of steps alone.
  func throughput(
    _ work: Work, _ model: Scenario.Model, on accelerators: Expression<Accelerators>
  ) -> Expression<Ratio> {
    let (active, total) = Self.sizes(model)
    let operations = work.sixND ?? work.operations
    let there = Expression<Ratio>.function(
      hours, [active, total, accelerators.count, Self.tokens(batch, operations: operations)])
    let usually = Expression<Ratio>.function(
      usual, [active, total, Self.tokens(usualBatch, operations: operations)])
    let throughput = usually / there
    // A longer context has more FLOP, which the hours of its steps bear already.
    guard countsContext, let sixND = work.sixND else { return throughput }
    return throughput * (work.operations / sixND)
  }

  /// The same as a number for a dense model, or one of the usual sparsity, next to some size: 6·N·D over hours.
  func relative(active: Double, total: Double, on accelerators: Double, operations: Double) -> Double {
    let place = hours.nearest(active: active, total: total)
    let there = hours.hours(place, on: accelerators, batch: batch.tokens(operations: operations))
    let count = usual.cluster.count(active: active)
    let usually = usual.hours.hours(place, on: count, batch: usualBatch.tokens(operations: operations))
    func goodput(_ count: Double) -> Double {
      reliability?.goodput(accelerators: Expression(constant: count)).share.typical.value ?? 1
    }
    return usually / there * goodput(accelerators) / goodput(count)
  }

  /// The layout of a step there; nil where none fits.
  func layout(_ work: Work, _ model: Scenario.Model, on count: Int) -> Layout? {
    let sizes = Self.sizes(model)
    let place = hours.nearest(active: sizes.active.typical.value, total: sizes.total.typical.value)
    let tokens = batch.tokens(operations: (work.sixND ?? work.operations).typical.value)
    let sequences = MemoryJob.batch(sequences: tokens / hours.setup.job.sequence, among: count)
    return hours.layout(place, on: count, batch: sequences)
  }

  /// The most accelerators, doubled over and over, that the batch keeps busy and that still end a step clearly sooner.
  func most(_ model: Scenario.Model, batch: Double) -> Int {
    let sizes = Self.sizes(model)
    let place = hours.nearest(active: sizes.active.typical.value, total: sizes.total.typical.value)
    let sequences = batch / hours.setup.job.sequence
    guard var count = hours.fewest(place, from: hours.multiple(of: 1)) else { return 1 }
    func seconds(_ count: Int) -> Double { hours.frontier(place, count).seconds(batch: sequences) }
    while count < TunedHours.mostAccelerators, hours.frontier(place, count * 2).fewestSequences <= sequences,
      seconds(count * 2) < Self.clearGain * seconds(count)
    {
      count *= 2
    }
    return count
  }

  /// A step on twice the accelerators takes at most this share of the time, where they are worth having.
  private static let clearGain = 0.95

  /// What to say of the batch: larger than the critical one, or too small for the accelerators; nil for nothing.
  func note(_ model: Scenario.Model, operations: Double, on accelerators: Double?) -> Message? {
    let tokens = batch.tokens(operations: operations)
    let display = { (tokens: Double) in Notation.display(tokens, as: .tokens) }
    let critical = usualBatch.tokens(operations: operations)
    if case .critical = usualBatch, tokens > 1.05 * critical {
      return "a batch of \(display(tokens)) tokens is beyond the critical one of \(display(critical)): "
        + "the run needs more tokens than this for the same loss"
    }
    guard let accelerators, accelerators < Double(TunedHours.mostAccelerators) else { return nil }
    let sizes = Self.sizes(model)
    let place = hours.nearest(active: sizes.active.typical.value, total: sizes.total.typical.value)
    let count = hours.multiple(of: Int.whole(accelerators.rounded(), atMost: TunedHours.mostAccelerators))
    var power = 1
    while power * 2 <= count { power *= 2 }
    let frontier = hours.frontier(place, count == hours.multiple(of: power) ? count : power)
    guard !frontier.isEmpty else { return nil }
    guard frontier.fewestSequences > tokens / hours.setup.job.sequence else {
      return noteOfShortMemory(place, on: accelerators, batch: tokens)
    }
    let note: Message =
      "a batch of \(display(tokens)) tokens keeps fewer accelerators busy than there are: \(input: "global-batch") and "
      + "the length of sequences decide how many"
    return note.doubted
  }

  /// That twice the accelerators would take fewer hours in all: short of memory, each computes much again.
  private func noteOfShortMemory(_ place: TunedHours.Place, on accelerators: Double, batch: Double) -> Message? {
    let (here, there) = (
      hours.hours(place, on: accelerators, batch: batch), hours.hours(place, on: 2 * accelerators, batch: batch)
    )
    guard here > LayoutSearch.tie * there else { return nil }
    let share = Notation.display((100 * (1 - there / here)).rounded(), as: .ratio)
    return "memory is short on \(Dimension.accelerators.counted(Notation.display(accelerators, as: .accelerators))): "
      + "twice as many would take \(share) % fewer accelerator-hours in all"
  }

  static func sizes(_ model: Scenario.Model) -> (active: Expression<Ratio>, total: Expression<Ratio>) {
    ((model.activeParameters ?? model.parameters).count, model.parameters.count)
  }
}
