/// Something that an estimate says of its job and that hardly anyone means: a run of centuries, a thousand passes over the
/// same data. The threshold is a row of the table of factors; what lies beyond it is noted, not refused.
package struct SenseCheck: Sendable {
  /// The row of the table of factors that holds the threshold.
  package let threshold: String
  /// Whether what lies below is doubted, and not what lies above.
  package let isLeast: Bool
  /// What is held against the threshold; nil where an estimate has none of it.
  let value: @Sendable (Estimate) -> Double?
  /// What to say of a value beyond the threshold.
  let message: @Sendable (_ value: Double, _ threshold: Double, Estimate) -> Message

  private init(
    most threshold: String, of value: @escaping @Sendable (Estimate) -> Double?,
    _ message: @escaping @Sendable (Double, Double, Estimate) -> Message
  ) {
    (self.threshold, isLeast, self.value, self.message) = (threshold, false, value, message)
  }

  private init(
    least threshold: String, of value: @escaping @Sendable (Estimate) -> Double?,
    _ message: @escaping @Sendable (Double, Double, Estimate) -> Message
  ) {
    (self.threshold, isLeast, self.value, self.message) = (threshold, true, value, message)
  }

  /// All of them.
  package static let all = time + data + hardware + money

  // MARK: - Time and clusters

  private static let time = [
    SenseCheck(most: "sense-run-years", of: { $0.clock.map { $0 / Hours.perYear } }) { years, most, _ in
      "a run of \(display(years * Hours.perYear, .hours)) by the clock is longer than the \(display(most, .ratio)) years "
        + "that hardware is kept for: more \(Settings.accelerators), or less to do"
    },
    SenseCheck(least: "sense-run-minutes", of: { $0.isClusterGiven ? $0.clock.map { $0 * 60 } : nil }) {
      minutes, _, _ in
      "a run of \(display(minutes / 60, .hours)) by the clock is over before a cluster has started: fewer "
        + "\(Settings.accelerators) would do"
    },
    SenseCheck(most: "sense-accelerators", of: { $0.run.accelerators?.typical.value }) { count, most, _ in
      "\(display(count, .accelerators)) accelerators are more than any cluster has (\(display(most, .accelerators))): "
        + "allow more \(Settings.days)"
    },
  ]

  // MARK: - Data and models

  private static let data = [
    SenseCheck(most: "sense-epochs", of: { $0.given("epochs") }) { epochs, most, _ in
      "\(display(epochs, .ratio)) epochs: beyond \(display(most, .ratio)) passes over the same data a model learns "
        + "nothing more from it"
    },
    SenseCheck(least: "sense-training-tokens", of: \.tokens) { tokens, _, _ in
      "\(display(tokens, .tokens)) tokens are too few to teach a model anything: check the unit"
    },
    SenseCheck(least: "sense-teacher-share", of: \.teacherShare) { share, _, _ in
      "the teacher has \(display(share, .ratio)) times the parameters of the student: a smaller model has little to teach"
    },
    SenseCheck(most: contextShare, of: { $0.longestPhase?.share }) { _, _, estimate in
      let phase = estimate.longestPhase
      return longSequences(phase?.tokens ?? 0, beyond: phase?.most ?? 0)
    },
    SenseCheck(least: "sense-turn-tokens", of: \.turnTokens) { tokens, _, _ in
      "an agent that writes \(display(tokens, .sequenceLength)) tokens a turn can hardly call a tool: "
        + "\(input: "turn-tokens") says what it writes in each"
    },
  ]

  fileprivate static let contextShare = "sense-context-share"

  fileprivate static func longSequences(_ tokens: Double, beyond most: Int) -> Message {
    "sequences of \(display(tokens, .sequenceLength)) tokens are longer than the "
      + "\(display(Double(most), .sequenceLength)) that the model is made for: it has to be extended first"
  }

  // MARK: - Hardware

  private static let hardware = [
    SenseCheck(most: "sense-mfu", of: { $0.scenario.hardware.isEfficiencyGiven ? $0.givenMFU : nil }) { mfu, most, _ in
      "an MFU of \(display(mfu, .ratio)) is more than any published run has had (\(display(most, .ratio)))"
    },
    SenseCheck(least: "sense-precision-speedup", of: \.precisionSpeedup) { _, _, estimate in
      let (hardware, accelerator) = (estimate.scenario.hardware, estimate.scenario.hardware.accelerator)
      return "\(accelerator.name) computes \(hardware.precision.name) no faster than "
        + "\(accelerator.referencePrecision.name): the format is emulated"
    },
  ]

  // MARK: - Money

  private static let money = [
    SenseCheck(most: "sense-storage-share", of: \.storageShare) { share, _, _ in
      "storage is \(display((share * 100).rounded(), .ratio)) % of the cost: \(Settings.checkpoints) and "
        + "\(Settings.storageTime) say what is kept, and how long"
    }
  ]

  private static func display(_ value: Double, _ dimension: Dimension) -> String {
    Notation.display(value, as: dimension)
  }
}

extension Architecture {
  /// What to say of sequences beyond what the model is made for; nil of shorter ones.
  ///
  /// - Throws: ``ScenarioError`` for a threshold that the table lacks.
  package func doubt(ofSequences tokens: Double, in catalog: any Catalog) throws(ScenarioError) -> Message? {
    guard let most = longestSequence else { return nil }
    let limit = try Inputs.look { () throws(CatalogError) in try catalog.factor(SenseCheck.contextShare) }
    guard tokens > Double(most) * limit.value.typical.value else { return nil }
    return SenseCheck.longSequences(tokens, beyond: most).doubted
  }
}

extension Estimate {
  /// What hardly anyone means of what is asked for.
  ///
  /// - Throws: ``ScenarioError`` for a threshold that the table lacks.
  package func doubts(in catalog: any Catalog) throws(ScenarioError) -> [Message] {
    var doubts: [Message] = []
    for check in SenseCheck.all {
      guard let value = check.value(self), value.isFinite else { continue }
      let limit = try Inputs.look { () throws(CatalogError) in try catalog.factor(check.threshold) }
        .value.typical.value
      if check.isLeast ? value < limit : value > limit {
        doubts.append(check.message(value, limit, self).doubted)
      }
    }
    return doubts
  }

  /// Hours by the clock; nil for work of people alone, or without a cluster.
  fileprivate var clock: Double? { work.phases.isEmpty ? nil : run.wallClock?.typical.value }

  fileprivate var isClusterGiven: Bool { if case .accelerators = scenario.cluster { true } else { false } }

  /// The largest value of an input of the job, whichever stage it belongs to.
  fileprivate func given(_ id: String) -> Double? {
    job.filter { $0.key == id || $0.key.hasSuffix("." + id) }.map(\.value).max()
  }

  /// The typical values of the inputs that the work depends on.
  private var job: [String: Double] {
    var records: [String: InputRecord] = [:]
    var seen: Set<ObjectIdentifier> = []
    for root in work.phases.flatMap({ [$0.operations.node, $0.tokens.node] }) {
      root.collectInputs(into: &records, &seen)
    }
    return records.mapValues(\.distribution.typical)
  }

  /// Tokens that the model is trained on.
  fileprivate var tokens: Double? {
    let trained = work.phases.filter { if case .training = $0.effort { true } else { false } }.map(\.tokens)
    return trained.isEmpty ? nil : Expression.sum(trained).typical.value
  }

  fileprivate var teacherShare: Double? {
    given("teacher-params").map { $0 / scenario.model.parameters.typical.value }
  }

  /// The phase whose sequences go furthest beyond what the model is made for.
  fileprivate var longestPhase: (tokens: Double, most: Int, share: Double)? {
    guard let most = scenario.model.known?.architecture.longestSequence,
      let tokens = scenario.phases.compactMap({ $0.contextLength?.typical.value }).max()
    else { return nil }
    return (tokens, most, tokens / Double(most))
  }

  /// Tokens that an agent writes in a turn.
  fileprivate var turnTokens: Double? {
    for phase in work.phases {
      guard case .generation(let generation) = phase.effort, let episode = generation.episode else { continue }
      return (generation.answer.count / episode.turns).typical.value
    }
    return nil
  }

  /// The share of the bill that storage has of a training run; nil where nothing is trained, or has no price.
  fileprivate var storageShare: Double? {
    let total = bill.total.typical.value
    guard !bill.isUnpriced, total > 0, work.phases.contains(where: \.isTraining),
      let storage = bill.lines.first(where: { $0.category == .storage })
    else { return nil }
    return storage.amount.typical.value / total
  }

  fileprivate var givenMFU: Double {
    run.mfu.typical.value / (run.speedup?.typical.value ?? 1)
  }

  fileprivate var precisionSpeedup: Double? {
    let (hardware, accelerator) = (scenario.hardware, scenario.hardware.accelerator)
    guard [.fp8, .fp4].contains(hardware.precision), !work.phases.isEmpty,
      let peak = accelerator.peaks[hardware.precision.rawValue], let reference = accelerator.referencePeak
    else { return nil }
    return peak / reference
  }
}
