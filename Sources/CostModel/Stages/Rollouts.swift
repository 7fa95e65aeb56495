/// Answers that the model being trained writes: settings shared by reinforcement learning, distillation and synthesis.
package enum Rollouts {
  /// Prompts answered over the run.
  package static let prompts = Setting<Items>(
    "prompts", "prompts", 1...1e12, isOfJob: true, help: "prompts answered over the whole run")
  /// Tokens of a prompt.
  package static let promptTokens = Setting<SequenceLength>(
    "input-tokens", "tokens per prompt", 0...1e7, isOfJob: true, help: "tokens of a prompt")
  /// Mean tokens of an answer.
  package static let answerTokens = Setting<SequenceLength>(
    "output-tokens", "mean tokens per answer", 1...1e7, isOfJob: true,
    help: "tokens of an answer, on average over the run")
  /// The longest answer.
  package static let maximumTokens = Setting<SequenceLength>(
    "max-output-tokens", "longest answer", 1...1e7, help: "longest answer: a synchronous step waits for it")
  /// The length that one answer in a hundred exceeds.
  public static let ninetyNinth = Setting<SequenceLength>(
    "p99-output-tokens", "99th percentile of answers", 1...1e7,
    help: "length that one answer in a hundred exceeds (default: by \(input: "lengths"))")
  /// How far lengths spread.
  public static let shape = Choice(
    "lengths", ["reasoning", "chat", "agent", "fixed"],
    help: "how far the lengths of answers spread: rows answer-p99 of '\(command: "tables factors")'")
  /// Whether answers go on in the next step.
  public static let partial = Choice(
    "partial-rollouts", ["no", "yes"], help: "answers not ended go on in the next step, so that none waits for them")
  /// Answers of one step.
  package static let samplesPerStep = Setting<Items>(
    "samples-per-step", "answers per step", 1...1e9, isOfJob: true,
    help: "answers in flight together, over all accelerators")
  /// Sequences in flight per copy of the model, where the size of the cluster does not tell.
  package static let inFlight = Setting<Items>(
    "in-flight", "sequences in flight per copy", 1...1e6,
    help:
      "sequences decoded together per copy of the model (with \(input: "gpus") and \(input: "samples-per-step") it follows)"
  )
  /// Time of a step over that of its mean answer.
  package static let tail = Setting<Ratio>(
    "tail", "time of a step over that of its mean answer", 1...1000,
    help: "time of a synchronous rollout over that of the mean answer: 1 for answers of one length")
  /// Bytes of a weight while decoding.
  package static let weightBytes = Setting<Per<Bytes, Parameters>>(
    "weight-bytes", "bytes per weight while decoding", 0.25...8, help: "bytes of a weight while decoding")
  /// Tokens that a step of decoding adds to a sequence.
  package static let acceptedTokens = Setting<Ratio>(
    "accepted-tokens", "tokens that a decoding step adds", 1...100,
    help: "tokens that a decoding step adds to each text: above 1 where tokens are guessed ahead (speculative decoding)"
  )
  /// Bytes of cache for a token.
  package static let cacheBytes = Setting<Per<Bytes, Tokens>>(
    "cache-bytes", "key-value cache of a token", 1...1e9, help: "key-value cache of a token (default: by the size)")
  /// Billed time over that of the steps.
  package static let overhead = Setting<Ratio>(
    "overhead", "billed time over that of the steps", 0.1...100,
    help: "billed time over that of the steps: evaluation, restarts, imbalance; 1 for the steps alone")
  /// Accelerators that generate while others train.
  public static let accelerators = Setting<Accelerators>(
    "rollout-gpus", "accelerators that generate", 1...1e9,
    help: "accelerators that generate while the others train (default: all in turn, or the best share where "
      + "\(input: "rollout") is not synchronous)")
  /// Whether generation waits for training.
  package static let mode = Choice(
    "rollout", ["synchronous", "one-step-off", "asynchronous"],
    help: "generate and train in turn, one step ahead on accelerators of their own, or without waiting for each other")

  static let settings = [
    AnySetting(promptTokens), AnySetting(answerTokens), AnySetting(samplesPerStep), AnySetting(inFlight),
    AnySetting(tail), AnySetting(weightBytes), AnySetting(acceptedTokens), AnySetting(cacheBytes),
    AnySetting(overhead),
  ]
  /// Settings that tell how far the lengths of a step's answers spread.
  static let lengths = [AnySetting(maximumTokens), AnySetting(ninetyNinth)]
  /// Settings of stages that generate and train by turns.
  static let training = lengths + [AnySetting(accelerators)]

  static let choices = [mode, shape, partial]

  /// Settings and choices that tell how answers are decoded.
  static let decoding = [
    samplesPerStep.id, inFlight.id, tail.id, weightBytes.id, acceptedTokens.id, cacheBytes.id, mode.id,
  ]
  /// Settings and choices that tell what a step waits for.
  static let waiting = [maximumTokens.id, ninetyNinth.id, shape.id, partial.id]

  static let requirements = [
    Requirement([tail.id] + waiting, .isNotChosen(mode, "asynchronous")),
    Requirement(waiting, .isNotGiven(tail.id)),
    Requirement([maximumTokens.id, ninetyNinth.id, shape.id], .isNotChosen(partial, "yes")),
    Requirement([shape.id], .isNotGiven(ninetyNinth.id)),
    Requirement([samplesPerStep.id], .isNotGiven(inFlight.id)),
    Requirement([samplesPerStep.id, accelerators.id], .isOfKnownSize),
  ]

  /// Lengths, answers in flight and the schedule of a published run, and how many answers it generated.
  static func settings(
    of run: TableRow
  ) throws(CatalogError) -> (settings: RunSettings, answers: Double?, perStep: Double?) {
    var settings = RunSettings()
    let answer = try run.number("meanResponseTokens")
    let perStep = try run.number("samplesPerStep")
    settings.set(promptTokens, try run.number("promptTokens"))
    settings.set(answerTokens, answer)
    settings.set(maximumTokens, try run.number("maximumResponseTokens"))
    settings.set(samplesPerStep, try run.number("answersInFlight") ?? perStep)
    settings.set(cacheBytes, try run.number("cacheBytesPerToken"))
    settings.set(acceptedTokens, try run.number("acceptedTokens"))
    settings.choose(mode, try run.text("rollout"))
    if try run.text("covers") == "steps" { settings.set(overhead, 1) }
    let generated = try run.number("generatedTokens")
    let steps = try run.number("steps")
    let answers = generated.flatMap { tokens in answer.map { tokens / $0 } }
    return (settings, answers ?? steps.flatMap { steps in perStep.map { steps * $0 } }, perStep)
  }

  /// The generation of answers by a model.
  ///
  /// `isInTraining` says whether its engine runs inside a training framework, between updates.
  static func generation(
    by model: ModelShape, answers: Expression<Items>, _ inputs: StageInputs, _ scenario: Scenario,
    isInTraining: Bool = true
  ) throws(ScenarioError) -> Generation {
    var model = model
    if let cache = try inputs.optional(cacheBytes) { model = model.caching(cache) }
    let prompt = try inputs(promptTokens)
    let answer = try Agents.answerTokens(inputs)
    if let longest = try inputs.optional(maximumTokens), longest.typical < answer.typical {
      throw .contradiction(
        "the mean answer of \(Notation.display(answer.typical.value, as: .sequenceLength)) tokens is longer than the "
          + "longest of \(Notation.display(longest.typical.value, as: .sequenceLength))",
        advice: "raise \(maximumTokens), or lower \(answerTokens)")
    }
    try model.check("a prompt and its mean answer", of: prompt.typical.value + answer.typical.value)
    var generation = Generation(
      model: model, answers: answers, prompt: prompt, answer: answer,
      inFlight: try inFlight(inputs, scenario), wait: try wait(answer, inputs, isInTraining: isInTraining),
      bytesPerParameter: try inputs(weightBytes), acceptedTokens: try inputs.optional(acceptedTokens))
    generation.isInTraining = isInTraining
    generation.episode = try Agents.episode(inputs)
    if isInTraining, inputs(mode) == "synchronous", !inputs.isGiven(accelerators),
      let share = try inputs.factor("colocated-memory-share", in: "factors")
    {
      generation.memoryShare = .input(
        "colocated_memory_share", share.name, share.value.measured(), from: .table(share.reference), limits: 0.1...1)
    }
    return generation
  }

  /// How generation and training go together.
  static func steps(
    of generation: Generation, trained: Expression<Tokens>, _ inputs: StageInputs
  ) throws(ScenarioError) -> RolloutWork {
    var work = RolloutWork(
      written: generation.answer * generation.answers, trained: trained, overlaps: inputs(mode) != "synchronous")
    work.steps = try answersPerStep(inputs).map { (generation.answers / $0).named("steps") }
    if inputs.isGiven(accelerators) { work.accelerators = try inputs(accelerators) }
    return work
  }

  /// The phases of a generation between updates: prompts, answers, environments, new weights.
  static func phases(
    of generation: Generation, promptsPerAnswer: Expression<Ratio>? = nil, _ inputs: StageInputs
  ) throws(ScenarioError) -> [Work.Phase] {
    var phases = generation.phases("rollouts", promptsPerAnswer: promptsPerAnswer)
    if let count = try answersPerStep(inputs) {
      var share: Expression<Ratio> = 1
      if inputs(GroupPolicyOptimization.tuning) == "lora" {
        share = (try SupervisedFineTuning.adapterParameters(generation.model, inputs)) / generation.model.parameters
      }
      phases.append(generation.weights("rollouts", answersOfStep: count, share: share))
    }
    return phases
  }

  /// Answers of one step: as given, for a rollout may serve several updates, else those to the prompts of a step where
  /// these are told.
  private static func answersPerStep(_ inputs: StageInputs) throws(ScenarioError) -> Expression<Items>? {
    typealias Groups = GroupPolicyOptimization
    guard !inputs.isGiven(samplesPerStep), inputs.isGiven(Groups.promptsPerStep) || inputs.isGiven(Groups.steps) else {
      return try inputs.optional(samplesPerStep)
    }
    return (try inputs(Groups.promptsPerStep) * (try inputs(Groups.groupSize)) * (try inputs(Groups.oversampling)))
      .named("answers of a step")
  }

  private static func inFlight(
    _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Generation.InFlight {
    guard !inputs.isGiven(Self.inFlight), case .accelerators(let count)? = scenario.cluster,
      let samples = try answersPerStep(inputs)
    else { return .perCopy(try inputs(Self.inFlight)) }
    var together = samples
    if let most = try inputs.optional(Agents.sandboxes) { together = .smaller(samples, most) }
    if inputs.isGiven(accelerators) { return .over(try inputs(accelerators), together) }
    guard inputs(mode) != "synchronous" else { return .over(count, together) }
    // Some of the accelerators train meanwhile.
    let catalog = inputs.catalog
    let share = try Inputs.look { () throws(CatalogError) in try catalog.factor("rollout-share") }.value.typical.value
    return .over(count * Expression(constant: share), together)
  }

  /// What a step waits for: what is given, nothing where answers are kept running over steps, else its longest answer.
  private static func wait(
    _ answer: Expression<SequenceLength>, _ inputs: StageInputs, isInTraining: Bool
  ) throws(ScenarioError) -> RolloutWait {
    if inputs.isGiven(tail) { return .given(try inputs(tail)) }
    guard inputs(mode) != "asynchronous", inputs(partial) == "no" else { return .none }
    // Offline there are no steps: the batch drains once.
    guard isInTraining else {
      guard let known = try inputs.optional(tail) else { return .none }
      return .given(known)
    }
    let mean = Swift.max(1e-9, answer.typical.value)
    var longest = try inputs.optional(maximumTokens).map { Swift.max(1, $0.typical.value / mean) }
    var ratio = try inputs.factor("answer-p99-\(inputs(shape))", in: "factors")?.value.typical.value ?? 1
    if let given = try inputs.optional(ninetyNinth) {
      ratio = given.typical.value / mean
      guard (1...AnswerLengths.most).contains(ratio), longest.map({ ratio <= $0 }) ?? true else {
        throw .contradiction(
          "a 99th percentile of \(Notation.display(given.typical.value, as: .sequenceLength)) tokens does not go with a "
            + "mean of \(Notation.display(mean, as: .sequenceLength))",
          advice: "it lies above the mean, below 14 times it, and below \(maximumTokens)")
      }
    } else if longest == nil {
      longest = try inputs.factor("answer-limit-over-mean", in: "factors")?.value.typical.value
    }
    var count = try answersPerStep(inputs)
    if count == nil { count = try inputs(inFlight) }
    return .longest(AnswerLengths(ninetyNinthOverMean: ratio, limit: longest), of: count?.typical.value ?? 1)
  }

  /// The overhead of a run of reinforcement learning.
  static func overhead(_ inputs: StageInputs) throws(ScenarioError) -> Expression<Ratio>? {
    if inputs.isGiven(Self.overhead) { return try inputs(Self.overhead) }
    let catalog = inputs.catalog
    let row = try Inputs.look { () throws(CatalogError) in try catalog.stageEfficiency(.reinforcement) }
    return row.overhead.map {
      Expression.input("overhead", overhead.name, $0, from: row.origin, limits: overhead.limits)
    }
  }
}
