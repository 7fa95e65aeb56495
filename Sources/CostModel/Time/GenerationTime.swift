/// The time of a generation: the prompts and answers of its requests on the engine that serves them, as `serve` has it.
struct GenerationTime: Sendable {
  /// Accelerator-hours of all prompts.
  var prompts: Expression<AcceleratorHours>
  /// Accelerator-hours of all answers, the wait for the longest included.
  var answers: Expression<AcceleratorHours>

  /// Places a generation on accelerators.
  ///
  /// - Throws: ``ScenarioError`` where the model does not fit.
  init(
    _ generation: Generation, on hardware: Scenario.Hardware, _ decoding: Scenario.Decoding
  ) throws(ScenarioError) {
    let format = StoredPrecision.nearest(generation.bytesPerParameter.typical.value)
    var shape = ServedModel.Shape.sizes(
      generation.model, bytesPerParameter: generation.bytesPerParameter, format)
    if let known = generation.model.known, !generation.model.isCacheGiven,
      format.bytes == generation.bytesPerParameter.typical.value
    {
      shape = .known(known, known.weights(in: format))
    }
    let model = ServedModel(shape: shape, cache: .bf16, accelerator: hardware.accelerator, memory: decoding)
    var load = ServingLoad(
      prompt: generation.prompt, answer: generation.answer, weights: format, batch: .memory)
    load.accepted = generation.acceptedTokens
    switch generation.inFlight {
    case .perCopy(let count): load.batch = .concurrency(count.count)
    case .over(let accelerators, let all): load.batch = .over(accelerators, all)
    }
    let point = try ServingPoint(model, load)
    var requests = generation.answers.count
    if generation.isInTraining, let over = decoding.hoursOverModel { requests = requests * over }
    prompts = point.prefill * requests
    answers = point.decoding * requests * generation.tail
  }
}

extension StoredPrecision {
  /// The format whose numbers have so many bytes, or the next wider one.
  static func nearest(_ bytes: Double) -> StoredPrecision {
    [.mxfp4, .fp4, .fp8].first { $0.bytes >= bytes - 1e-9 } ?? .bf16
  }
}
