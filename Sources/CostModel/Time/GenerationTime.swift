/// The time of a generation: the prompts and answers of its requests on the engine that serves them, as `serve` has it.
struct GenerationTime: Sendable {
  /// Accelerator-hours of all prompts.
  var prompts: Expression<AcceleratorHours>
  /// Accelerator-hours of all answers, the wait for the longest included.
  var answers: Expression<AcceleratorHours>

  /// What to say where copies have too few sequences to write; nil for nothing.
  var starvation: Message?
  /// Accelerators of a copy of the model.
  var copy: Double
  /// Accelerator-hours in which batches wait for their environments.
  var waiting: Expression<AcceleratorHours>
  /// Accelerator-hours of new weights for each step.
  private var weightsOfStep: Expression<AcceleratorHours>

  /// From this multiple of the time with all of the memory on a part of it is too little.
  private static let cramped = 1.5
  /// From this share of a step that one sequence alone would take copies are called starved.
  private static let starved = 0.7

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
    var load = ServingLoad(
      prompt: generation.context, answer: generation.answer, weights: format, batch: .memory)
    load.accepted = generation.acceptedTokens
    switch generation.inFlight {
    case .perCopy(let count): load.batch = .concurrency(count.count)
    case .over(let accelerators, let all): load.batch = .over(accelerators, all)
    }
    let model = ServedModel(shape: shape, cache: .bf16, accelerator: hardware.accelerator, memory: decoding)
    let point = try Self.point(model, load, memoryShare: generation.memoryShare)
    var requests = generation.answers.count
    if generation.isInTraining, let over = decoding.hoursOverModel { requests = requests * over }
    copy = point.copy.typical.value
    let (batch, room) = (point.batch.typical.value, point.room.typical.value)
    if point.idleShare > Self.starved, batch < room / 4 {
      func shown(_ count: Double) -> String { Notation.display(count.rounded(), as: .items) }
      starvation =
        "a copy on \(Dimension.accelerators.counted(Notation.display(copy, as: .accelerators))) writes "
        + "\(shown(batch)) answer\(batch < 1.5 ? "" : "s") at once and "
        + "has room for \(shown(room)): most of a decoding step goes to reading the weights; fewer accelerators, or more "
        + "\(Rollouts.samplesPerStep), would use them"
    }
    var held = Expression<Ratio>(constant: 1)
    if case .over(let accelerators, let all) = generation.inFlight {
      // Copies without a sequence stand idle beside the others.
      held = .larger(1, accelerators.count / (point.copy.count * all.count))
    }
    prompts = point.prefill * requests * held
    answers =
      point.decoding * requests * generation.wait.factor(idle: point.idleShare, waves: point.waves) * held
    let all = (generation.episode.map { $0.turnTime * generation.answers * $0.turns } ?? Expression(constant: 0))
    waiting = point.copy * (all / point.batch.count) * held
    // All accelerators wait while weights are gathered, converted and spread; links twice as fast halve it.
    let rate = decoding.weightRate * Expression(constant: hardware.linkBytesPerSecond / Scenario.Hardware.usualLink)
    let bytes = generation.bytesPerParameter * generation.model.parameters
    var count = point.copy
    if case .over(let accelerators, _) = generation.inFlight { count = accelerators }
    let time: Expression<Hours> = Expression<Hours>(constant: 1) * (bytes.count / rate.count)
    weightsOfStep = count * time
  }

  /// The engine with a part of the memory, or with all of it where a part is far too little: what is trained moves to the
  /// host meanwhile.
  private static func point(
    _ model: ServedModel, _ load: ServingLoad, memoryShare: Expression<Ratio>?
  ) throws(ScenarioError) -> ServingPoint {
    let whole = try ServingPoint(model, load)
    guard let memoryShare else { return whole }
    var beside = model
    beside.memory.memoryShare = memoryShare
    do throws(ScenarioError) {
      let part = try ServingPoint(beside, load)
      return part.request.typical.value > cramped * whole.request.typical.value ? whole : part
    } catch {
      return whole
    }
  }

  /// Accelerator-hours of new weights for so many steps.
  func weights(steps: Expression<Ratio>) -> Expression<AcceleratorHours> { weightsOfStep * steps }
}

extension StoredPrecision {
  /// The format whose numbers have so many bytes, or the next wider one.
  static func nearest(_ bytes: Double) -> StoredPrecision {
    [.mxfp4, .fp4, .fp8].first { $0.bytes >= bytes - 1e-9 } ?? .bf16
  }
}
