/// Token-by-token generation on accelerators: a step reads the weights and the caches once, for all sequences in flight.
public enum Decoding {
  private static let source = Source(
    title: "Pope et al. 2022, Efficiently Scaling Transformer Inference", url: "https://arxiv.org/abs/2211.05102")

  /// The accelerators that hold one copy of a model: the fewest, a power of two, whose memory the weights fill to less
  /// than the part that leaves room for caches.
  static func acceleratorsPerCopy(weights: Expression<Bytes>, on decoding: Scenario.Decoding) -> Double {
    let weights = weights.typical.value
    let memory = decoding.memory.typical.value * decoding.memoryShare.typical.value
    var count = 1.0
    while weights > roomForWeights * memory * count, count < 65_536 { count *= 2 }
    return count
  }

  /// The largest share of the usable memory that weights fill in a sensible layout.
  private static let roomForWeights = 2.0 / 3

  /// Accelerator-hours of a generation, its tail included.
  ///
  /// A step takes the longer of (weights read + caches of the sequences in flight) / (bandwidth × its efficiency) and
  /// 2·N FLOP for each sequence / (peak × its efficiency), and yields one token of each sequence, or more where tokens are
  /// guessed ahead. Sequences in flight
  /// are bounded by the memory that the weights leave. A mixture of experts reads the share of its weights that some
  /// token of the batch is routed to: 1 − (1 − N_active/N)^batch; and both of its efficiencies are lower.
  public static func acceleratorHours(
    _ generation: Generation, on hardware: Scenario.Hardware, _ decoding: Scenario.Decoding
  ) -> Expression<AcceleratorHours> {
    let model = generation.model
    let weights = (generation.bytesPerParameter * model.parameters).named("weights")
    let copy = Expression<Accelerators>(constant: acceleratorsPerCopy(weights: weights, on: decoding))
    let cache = cachePerSequence(of: model, prompt: generation.prompt, answer: generation.answer)
    let room = sequencesThatFit(weights: weights, cache: cache, copy: copy, on: decoding)
    let wanted: Expression<Items> =
      switch generation.inFlight {
      case .perCopy(let count): count
      case .over(let accelerators, let all): all * (copy / accelerators)
      }
    let batch = Expression.larger(Expression<Items>(constant: 1), .smaller(room, wanted))
      .named("sequences in flight per copy")
    let weightsRead = weights * shareRead(of: model, batch: batch)
    let bytes = weightsRead + cache * batch
    var ofBandwidth = decoding.bandwidthEfficiency
    var ofPeak = decoding.computeEfficiency
    if model.architecture == .mixtureOfExperts, model.active.typical < model.parameters.typical,
      let kept = decoding.mixtureShare
    {
      // Experts get uneven loads, and tokens travel to them and back.
      ofBandwidth = ofBandwidth * kept
      ofPeak = ofPeak * kept
    }
    let byMemory = bytes / (decoding.bandwidth * ofBandwidth)
    var operations = TrainingCompute.forward(model.active, Expression<SequenceLength>(constant: 1) * batch)
    // Every token that is accepted was computed; those that are not are few.
    if let accepted = generation.acceptedTokens { operations = operations * accepted }
    let byCompute = operations / (hardware.peak * ofPeak)
    let step = Expression.larger(byMemory, byCompute).named(
      "accelerator-hours of a decoding step",
      note: "the longer of reading weights and caches, and of computing; one token of each sequence, or as many as "
        + "are accepted",
      sources: [source])
    var steps = (generation.answers / batch) * generation.answer.count
    if let accepted = generation.acceptedTokens { steps = steps / accepted }
    return step * steps.named("decoding steps") * generation.tail
  }

  /// The cache of a sequence: of its prompt, and of half its answer on average.
  static func cachePerSequence(
    of model: ModelShape, prompt: Expression<SequenceLength>, answer: Expression<SequenceLength>
  ) -> Expression<Per<Bytes, Items>> {
    (model.cacheBytesPerToken * (prompt + answer * 0.5))
      .named("cache of a sequence, on average")
  }

  /// The sequences whose caches fit into the memory that the weights leave.
  static func sequencesThatFit(
    weights: Expression<Bytes>, cache: Expression<Per<Bytes, Items>>, copy: Expression<Accelerators>,
    on decoding: Scenario.Decoding
  ) -> Expression<Items> {
    let usable = decoding.memory * copy * decoding.memoryShare
    return ((usable - weights) / cache).named("sequences that fit")
  }

  /// The share of its weights that a step of some sequences reads; 1 but for experts that none of them is routed to.
  static func shareRead(of model: ModelShape, batch: Expression<Items>) -> Expression<Ratio> {
    guard model.architecture == .mixtureOfExperts else { return Expression(constant: 1) }
    let (active, all) = (model.active.typical.value, model.parameters.typical.value)
    let idle = Swift.max(0, 1 - active / all)
    return Expression<Ratio>(constant: 1 - Elementary.power(idle, batch.typical.value))
      .named("share of the experts' weights read", note: "1 − (1 − N_active/N)^batch, at the typical batch")
  }
}
