/// Answers that the model being trained writes: settings shared by reinforcement learning, distillation and synthesis.
package enum Rollouts {
  /// Prompts answered over the run.
  package static let prompts = Setting<Items>(
    "prompts", "prompts", 1...1e12, help: "prompts answered over the whole run")
  /// Tokens of a prompt.
  package static let promptTokens = Setting<SequenceLength>(
    "input-tokens", "tokens per prompt", 0...1e7, help: "tokens of a prompt")
  /// Mean tokens of an answer.
  package static let answerTokens = Setting<SequenceLength>(
    "output-tokens", "mean tokens per answer", 1...1e7, help: "tokens of an answer, on average over the run")
  /// The longest answer.
  package static let maximumTokens = Setting<SequenceLength>(
    "max-output-tokens", "longest answer", 1...1e7, help: "longest answer: a synchronous step waits for it")
  /// Answers of one step.
  package static let samplesPerStep = Setting<Items>(
    "samples-per-step", "answers per step", 1...1e9, help: "answers in flight together, over all accelerators")
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
  /// Whether generation waits for training.
  package static let mode = Choice(
    "rollout", ["synchronous", "asynchronous"], help: "generate and train in turn, or at the same time")

  static let settings = [
    AnySetting(promptTokens), AnySetting(answerTokens), AnySetting(maximumTokens), AnySetting(samplesPerStep),
    AnySetting(inFlight), AnySetting(tail), AnySetting(weightBytes), AnySetting(acceptedTokens), AnySetting(cacheBytes),
    AnySetting(overhead),
  ]

  /// Settings that tell how answers are decoded.
  static let decoding = [
    maximumTokens.id, samplesPerStep.id, inFlight.id, tail.id, weightBytes.id, acceptedTokens.id, cacheBytes.id,
  ]
  static let requirements = [
    Requirement([tail.id, maximumTokens.id], .isChosen(mode, ["synchronous"])),
    Requirement([maximumTokens.id], .isNotGiven(tail.id)),
    Requirement([samplesPerStep.id], .isNotGiven(inFlight.id)),
    Requirement([samplesPerStep.id], .isOfKnownSize),
  ]

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
    let answer = try inputs(answerTokens)
    if let longest = try inputs.optional(maximumTokens), longest.typical < answer.typical {
      throw .contradiction(
        "the mean answer of \(Notation.display(answer.typical.value, as: .sequenceLength)) tokens is longer than the "
          + "longest of \(Notation.display(longest.typical.value, as: .sequenceLength))",
        advice: "raise \(maximumTokens), or lower \(answerTokens)")
    }
    try model.check("a prompt and its mean answer", of: prompt.typical.value + answer.typical.value)
    var generation = Generation(
      model: model, answers: answers, prompt: prompt, answer: answer,
      inFlight: try inFlight(inputs, scenario), tail: try tail(answer, inputs),
      bytesPerParameter: try inputs(weightBytes), acceptedTokens: try inputs.optional(acceptedTokens))
    generation.isInTraining = isInTraining
    return generation
  }

  private static func inFlight(
    _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Generation.InFlight {
    guard !inputs.isGiven(Self.inFlight), case .accelerators(let count)? = scenario.cluster,
      let samples = try inputs.optional(samplesPerStep)
    else { return .perCopy(try inputs(Self.inFlight)) }
    return .over(count, samples)
  }

  /// Asynchronous rollouts fill the gaps. Synchronous ones wait: between none (each finished answer makes room for the
  /// next) and longest over mean (one wave), and in the middle, on the logarithm, where nothing more is known.
  private static func tail(
    _ answer: Expression<SequenceLength>, _ inputs: StageInputs
  ) throws(ScenarioError) -> Expression<Ratio> {
    if inputs.isGiven(Self.tail) { return try inputs(Self.tail) }
    guard inputs(mode) == "synchronous" else { return Expression(constant: 1) }
    guard let longest = try inputs.optional(maximumTokens) else { return try inputs(Self.tail) }
    let ratio = Swift.max(1, longest.typical / answer.typical)
    return Expression.input(
      "rollout_tail", tail.name, Ranged(Elementary.power(ratio, 0.5), low: 1, high: ratio),
      from: .assumed("between continuous refill (1) and one wave that waits for the longest answer"), limits: 1...1e4)
  }

  /// Steps for so many answers; nil where their number in a step is not known.
  static func steps(answers: Expression<Items>, _ inputs: StageInputs) throws(ScenarioError) -> Expression<Ratio>? {
    try inputs.optional(samplesPerStep).map { answers / $0 }
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
