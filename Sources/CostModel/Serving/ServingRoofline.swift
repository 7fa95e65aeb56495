/// Requests as they are served.
public struct ServingLoad: Sendable {
  /// How many sequences a copy of the model decodes together.
  public enum Batch: Sendable, Equatable {
    /// As many as memory holds.
    case memory
    /// So many, where memory holds them.
    case sequences(Double)
    /// As many as leave each reader so many tokens/s, where memory holds them.
    case tokensPerSecond(Double)
  }

  /// Tokens read before an answer.
  public var prompt: Expression<SequenceLength>
  /// Tokens of an answer.
  public var answer: Expression<SequenceLength>
  /// The share of the prompt whose cache is kept from earlier requests.
  public var cached: Expression<Ratio>?
  /// The format of the weights.
  public var weights: StoredPrecision
  /// Sequences decoded together.
  public var batch: Batch
  /// Accelerators of one copy of the model; nil for the fewest that do.
  public var acceleratorsPerCopy: Int?
  /// Whether other accelerators read the prompts.
  public var isDecodingAlone = false

  /// Requests of some lengths.
  public init(
    prompt: Expression<SequenceLength>, answer: Expression<SequenceLength>, cached: Expression<Ratio>? = nil,
    weights: StoredPrecision, batch: Batch, acceleratorsPerCopy: Int? = nil
  ) {
    self.prompt = prompt
    self.answer = answer
    self.cached = cached
    self.weights = weights
    self.batch = batch
    self.acceleratorsPerCopy = acceleratorsPerCopy
  }
}

/// The time that a request takes of accelerators at full load: its prompt, and its share of the decoding steps.
///
/// Prefill is 2·N FLOP and attention for each token of the prompt, at a share of the peak. A decoding step reads the
/// weights and the caches of all sequences in flight and computes a token of each. Reading and computing take turns, as
/// published throughput shows: over 68 rows the sum of both is nearer than the longer of the two, which training
/// frameworks are held to.
public struct ServingRoofline: Sendable {
  private static let source = Source(
    title: "Pope et al. 2022, Efficiently Scaling Transformer Inference", url: "https://arxiv.org/abs/2211.05102")

  /// Accelerators of one copy.
  public var copy: Expression<Accelerators>
  /// Sequences decoded together on a copy.
  public var batch: Expression<Items>
  /// A decoding step of a copy, in accelerator-hours.
  public var step: Expression<AcceleratorHours>
  /// The prompt of one request.
  public var prefill: Expression<AcceleratorHours>
  /// The answer of one request.
  public var decoding: Expression<AcceleratorHours>
  /// Prefill and decoding.
  public var request: Expression<AcceleratorHours>
  /// Tokens written each second by one accelerator.
  public var throughput: Expression<Ratio>
  /// Tokens that each reader gets each second.
  public var tokensPerSecond: Expression<Ratio>
  /// Seconds until the first token, on accelerators that wait for it.
  public var timeToFirstToken: Expression<Ratio>
  /// Seconds of one accelerator for a token written, at full bandwidth and peak: reading, computing, prefill. What the
  /// fit of the efficiencies learns from.
  public var ideal: (reading: Double, computing: Double, prefill: Double)

  /// Places requests on accelerators.
  ///
  /// - Throws: ``ScenarioError`` where the model does not fit, or no batch meets the latency.
  public init(
    _ model: ServedModel, _ load: ServingLoad, on hardware: Scenario.Hardware, _ memory: Scenario.Decoding,
    _ efficiency: ServingEfficiency
  ) throws(ScenarioError) {
    var chosen: ServingRoofline?
    let sizes = try Self.sizes(model, load, on: hardware, memory)
    var refusal = ScenarioError.contradiction(
      "no cluster serves this model", advice: "give \(input: "tensor-parallel")")
    // The smallest copy that is nearly as good as the best: what splitting costs is not in the roofline.
    var best = 0.0
    var found: [ServingRoofline] = []
    for size in sizes {
      do throws(ScenarioError) {
        let one = try ServingRoofline(model, load, copy: size, on: hardware, memory, efficiency)
        found.append(one)
        best = Swift.max(best, one.throughput.typical.value)
      } catch {
        refusal = error
      }
    }
    chosen = found.first { $0.throughput.typical.value >= 0.7 * best }
    guard let chosen else { throw refusal }
    self = chosen
  }

  /// The sizes of copies to choose from.
  private static func sizes(
    _ model: ServedModel, _ load: ServingLoad, on hardware: Scenario.Hardware, _ memory: Scenario.Decoding
  ) throws(ScenarioError) -> [Double] {
    if let given = load.acceleratorsPerCopy { return [Double(given)] }
    let weights = Expression<Per<Bytes, Parameters>>(constant: load.weights.bytes) * model.shape.parameters
    let fewest = Decoding.acceleratorsPerCopy(weights: weights, on: memory)
    // Experts are spread over several nodes; dense models over one.
    let node = Double(hardware.accelerator.acceleratorsPerNode ?? 8)
    let most = Swift.max(fewest, model.shape.architecture == .dense ? Swift.min(node, 8) : 64)
    return Array(sequence(first: fewest) { $0 * 2 <= most ? $0 * 2 : nil })
  }

  private init(
    _ model: ServedModel, _ load: ServingLoad, copy size: Double, on hardware: Scenario.Hardware,
    _ memory: Scenario.Decoding, _ efficiency: ServingEfficiency
  ) throws(ScenarioError) {
    let accelerator = hardware.accelerator
    guard let (format, flops) = load.weights.peak(on: accelerator) else {
      throw .missing(field: "16-bit peak", accelerator: accelerator.name)
    }
    let peak = Expression.input(
      "serving_peak", "dense \(format.uppercased()) peak of \(accelerator.id)",
      Ranged(Quantity<Per<Operations, AcceleratorHours>>.operationsPerSecond(flops)),
      from: .table(accelerator.reference))
    let (prompt, answer) = (load.prompt, load.answer)
    let (one, second) = (Expression<Items>(constant: 1), Expression<Hours>(constant: 1.0 / 3600))
    copy = Expression(constant: size)
    let shape = model.shape
    let weights = (Expression<Per<Bytes, Parameters>>(constant: load.weights.bytes) * shape.parameters)
      .named("weights", note: "\(load.weights.rawValue.uppercased()), scales of blocks included")
    let cache = Decoding.cachePerSequence(of: shape, prompt: prompt, answer: answer)
    let room = Decoding.sequencesThatFit(weights: weights, cache: cache, copy: copy, on: memory)
    guard room.typical.value >= 1 else { throw Self.tooLarge(weights, cache, size, memory, accelerator) }

    // Effective rates.
    let engine = efficiency.engine
    let bandwidth = (memory.bandwidth * efficiency.bandwidth * engine)
      .named("effective memory bandwidth")
    let isFourBits = format == "fp4"
    func rate(_ share: Expression<Ratio>, _ name: String) -> Expression<Per<Operations, AcceleratorHours>> {
      var rate = peak * share
      if isFourBits { rate = rate * efficiency.fourBits }
      return (rate * engine).named(name)
    }
    let decodingRate = rate(efficiency.decoding, "effective FLOP/s of decoding")
    let prefillRate = rate(efficiency.prefill, "effective FLOP/s of reading prompts")

    // One token of one sequence.
    let context = prompt + answer * 0.5
    let tokenOperations = model.forward(context) * Expression<SequenceLength>(constant: 1) * one
    let computing = (tokenOperations / decodingRate).named("computing a token")
    let readingCache = ((cache * one) / bandwidth).named("reading the cache of a sequence")

    // The batch.
    let wanted: Double?
    let limit = room.typical.value
    func readingWeights(_ batch: Double) -> Expression<AcceleratorHours> {
      let share = Decoding.shareRead(of: shape, batch: Expression(constant: Swift.max(1, batch)))
      return (weights * share / bandwidth).named("reading the weights")
    }
    switch load.batch {
    case .memory: wanted = nil
    case .sequences(let count):
      guard count <= limit else {
        throw .contradiction(
          "\(Notation.display(count, as: .items)) sequences of \(Self.bytes(cache)) of cache do not fit on "
            + "\(Notation.display(size, as: .accelerators)) \(accelerator.id): memory holds "
            + "\(Notation.display(limit.rounded(.down), as: .items))",
          advice:
            "lower \(input: "batch"), or raise \(input: "tensor-parallel"), or keep the cache in fewer bits by \(input: "kv-precision", as: "fp8")"
        )
      }
      wanted = count
    case .tokensPerSecond(let speed):
      let allowed = size / (speed * 3600)
      let each = (computing + readingCache).typical.value
      func fits(_ batch: Double) -> Bool {
        readingWeights(batch).typical.value + batch * each <= allowed
      }
      guard fits(1) else {
        let fastest = size / (3600 * (readingWeights(1).typical.value + each))
        throw .contradiction(
          "no batch gives each reader \(Notation.display(speed, as: .ratio)) tokens/s on "
            + "\(Notation.display(size, as: .accelerators)) \(accelerator.id): one sequence alone gets "
            + Notation.display(fastest, as: .ratio),
          advice:
            "lower \(input: "speed"), raise \(input: "tensor-parallel"), or keep the weights in fewer bits by \(input: "weight-precision")"
        )
      }
      wanted =
        fits(limit)
        ? nil
        : Numerics.root(from: 1, to: limit) {
          readingWeights($0).typical.value + $0 * each - allowed
        }
    }
    let reading = readingWeights(wanted ?? limit)
    if let wanted {
      if case .tokensPerSecond(let speed) = load.batch {
        let allowed = copy * (second / Expression<Ratio>(constant: speed))
        let byLatency = one * ((allowed - reading) / (computing + readingCache))
        batch = Expression.larger(one, .smaller(room, byLatency.named("sequences that meet the speed")))
      } else {
        batch = Expression<Items>(constant: wanted)
      }
    } else {
      batch = Expression.larger(one, room)
    }
    batch = batch.named("sequences in flight per copy", key: "batch")

    let inFlight = batch / one
    step = (reading + (readingCache + computing) * inFlight).named(
      "accelerator-hours of a decoding step",
      note: "weights and caches are read, and one token of each sequence is computed", sources: [Self.source])
    decoding = (step * answer.count / inFlight).named(
      "accelerator-hours for the answer of a request", key: "decode_hours_per_request")
    var read = prompt
    if let cached = load.cached {
      read = (prompt * (1 - cached)).named("prompt tokens read anew")
    }
    let promptOperations =
      model.forward(prompt * 0.5) * read * one
    prefill = (promptOperations / prefillRate).named(
      "accelerator-hours for the prompt of a request", key: "prefill_hours_per_request")
    request = (load.isDecodingAlone ? decoding : prefill + decoding)
      .named("accelerator-hours of a request at full load", key: "hours_per_request")
    let answerTokens = answer.count
    let hour = Expression<AcceleratorHours>(constant: 1.0 / 3600)
    throughput = (answerTokens / (request / hour)).named(
      "tokens/s of an accelerator", key: "tokens_per_second_per_accelerator",
      note: "tokens written, at full load, while the same accelerators read the prompts")
    tokensPerSecond = ((copy * second) / step).named("tokens/s of each reader", key: "tokens_per_second_per_reader")
    timeToFirstToken = (prefill / (copy * second)).named(
      "seconds to the first token", key: "time_to_first_token_s", note: "without waiting in line")

    let values = (
      reading: reading.typical.value + readingCache.typical.value * inFlight.typical.value,
      computing: computing.typical.value * inFlight.typical.value
    )
    let (tokens, share) = (answerTokens.typical.value, 3600 / Swift.max(inFlight.typical.value, 1))
    let four = isFourBits ? efficiency.fourBits.typical.value : 1
    let whole = efficiency.engine.typical.value
    ideal = (
      values.reading * share * efficiency.bandwidth.typical.value * whole,
      values.computing * share * efficiency.decoding.typical.value * whole * four,
      load.isDecodingAlone
        ? 0 : prefill.typical.value * 3600 / tokens * efficiency.prefill.typical.value * whole * four
    )
  }

  private static func bytes(_ cache: Expression<Per<Bytes, Items>>) -> String {
    Notation.display(cache.typical.value, as: .bytes)
  }

  private static func tooLarge(
    _ weights: Expression<Bytes>, _ cache: Expression<Per<Bytes, Items>>, _ size: Double,
    _ memory: Scenario.Decoding, _ accelerator: Accelerator
  ) -> ScenarioError {
    let needed = weights.typical.value + cache.typical.value
    let each = memory.memory.typical.value * memory.memoryShare.typical.value
    var enough = 1.0
    while enough * each < needed, enough < 1_048_576 { enough *= 2 }
    return .contradiction(
      "weights of \(Notation.display(weights.typical.value, as: .bytes)) and one cache of \(bytes(cache)) do not fit on "
        + "\(Notation.display(size, as: .accelerators)) \(accelerator.id)",
      advice:
        "give \(input: "tensor-parallel", as: Notation.exact(enough, as: .ratio)), or fewer bits by \(input: "weight-precision") or \(input: "kv-precision")"
    )
  }
}
