/// An operating point of serving: the copy of the model, the sequences it decodes together, and what its readers and its
/// accelerators get.
package struct ServingPoint: Sendable {
  /// Accelerators of one copy.
  package var copy: Expression<Accelerators>
  /// Sequences decoded together on a copy.
  package var batch: Expression<Items>
  /// The prompt of one request.
  package var prefill: Expression<AcceleratorHours>
  /// The answer of one request.
  package var decoding: Expression<AcceleratorHours>
  /// Prefill and decoding.
  package var request: Expression<AcceleratorHours>
  /// Tokens written each second by one accelerator.
  package var throughput: Expression<Ratio>
  /// Tokens that each reader gets each second.
  package var tokensPerSecond: Expression<Ratio>
  /// Seconds between the tokens that a reader gets.
  package var secondsPerToken: Expression<Ratio>
  /// Seconds until the first token.
  package var timeToFirstToken: Expression<Ratio>
  /// Tokens that each reader gets each second, as far as answers have a token that another follows: what a speed that is
  /// asked for is held against.
  var pace: Expression<Ratio>
  /// Sequences that a copy has room for; below one it does not hold the model.
  var room: Expression<Ratio>
  /// Seconds of a decoding step of one sequence over those of the batch.
  var idleShare = 1.0
  /// Sequences asked for over those that memory holds at once; 1 where it holds all.
  var waves = 1.0
  /// What the user should know.
  package var notes: [Message] = []

  private static let source = Source(
    title: "Pope et al. 2022, Efficiently Scaling Transformer Inference", url: "https://arxiv.org/abs/2211.05102")

  /// Places requests on the copy that serves them most cheaply, or on one of a size that is given.
  ///
  /// - Throws: ``ScenarioError`` where the model does not fit, or no batch meets the latency.
  init(_ model: ServedModel, _ load: ServingLoad) throws(ScenarioError) {
    let typical = RequestTime<Double>.Load(load) { $0.typical.value }
    let layouts: [CopyLayout]
    if let size = load.acceleratorsPerCopy {
      layouts = [CopyLayout(accelerators: size, attentionGroups: load.attentionGroups ?? 1)]
    } else {
      layouts = try model.sizes(context: typical.context, attentionGroups: load.attentionGroups, in: load.batch)
    }
    var best: (layout: CopyLayout, batch: Double, time: RequestTime<Double>)?
    var refusal: ScenarioError?
    for layout in layouts {
      do throws(ScenarioError) {
        let found = try Self.typical(model, typical, load.batch, layout)
        let cost = found.time.prefill + found.time.decoding
        // A larger copy has to be worth it: what splits a copy further is not free in practice.
        if let best, cost >= 0.99 * (best.time.prefill + best.time.decoding) { continue }
        best = (layout, found.batch, found.time)
      } catch {
        refusal = refusal ?? error
      }
    }
    guard let best else { throw refusal ?? model.tooLarge(layouts[0], context: typical.context) }
    try self.init(model, load, best.layout, typicalBatch: best.batch)
    let alone = RequestTime(try model.typical(best.layout), typical, batch: 1)
    idleShare = alone.perToken / best.time.perToken
    if let wanted = load.batch.concurrency(best.layout)?.typical.value { waves = Swift.max(1, wanted / best.batch) }
    if let note = Self.tooSlow(model, load, best.layout, batch: best.batch, alone: alone.perToken * typical.gaps) {
      notes.append(note)
    }
    if best.layout.attentionGroups > 1 {
      notes.append(
        "each of \(best.layout.attentionGroups) groups of a copy holds all of the attention (data-parallel attention)")
    }
  }

  /// What to say where the slow end of what engines reach leaves no batch that keeps the speed.
  private static func tooSlow(
    _ model: ServedModel, _ load: ServingLoad, _ layout: CopyLayout, batch: Double, alone seconds: Double
  ) -> Message? {
    guard case .tokensPerSecond(let speed) = load.batch, load.measured.tokensPerSecond == nil,
      load.measured.secondsPerToken == nil
    else { return nil }
    let slowest = model.memory.constants.engine(size: Double(layout.accelerators), batch: batch).range.low.value
    guard seconds * speed > slowest else { return nil }
    return
      "on an engine at the slow end of its range one sequence alone gets "
      + "\(Notation.display(slowest / seconds, as: .ratio)) tokens/s, below the \(Notation.display(speed, as: .ratio)) "
      + "of \(input: "speed"): the ranges count one sequence at a time there"
  }

  /// The batch of a copy and its times at typical values.
  private static func typical(
    _ model: ServedModel, _ load: RequestTime<Double>.Load, _ wanted: ServingLoad.Batch, _ layout: CopyLayout
  ) throws(ScenarioError) -> (batch: Double, time: RequestTime<Double>) {
    let time = try model.typical(layout)
    let room = model.room(time, context: load.context)
    guard room >= 1 else { throw model.tooLarge(layout, context: load.context) }
    func request(_ batch: Double) -> RequestTime<Double> { RequestTime(time, load, batch: batch) }
    let gaps = load.gaps
    switch wanted {
    case .memory: return (room, request(room))
    case .concurrency, .over:
      let batch = Swift.min(Swift.max(1, wanted.concurrency(layout)?.typical.value ?? 1), room)
      return (batch, request(batch))
    case .tokensPerSecond(let speed):
      guard request(1).perToken * speed * gaps <= 1 else {
        throw .contradiction(
          "no batch gives each reader \(Notation.display(speed, as: .ratio)) tokens/s on "
            + "\(Notation.display(Double(layout.accelerators), as: .accelerators)) \(model.accelerator.id): one "
            + "sequence alone gets \(Notation.display(1 / request(1).perToken, as: .ratio))",
          advice: "lower \(input: "speed"), raise \(input: "tensor-parallel"), or keep the weights in fewer bits by "
            + "\(input: "weight-precision")")
      }
      let batch =
        request(room).perToken * speed * gaps <= 1
        ? room : Numerics.root(from: 1, to: room) { request($0).perToken * speed * gaps - 1 }
      return (batch, request(batch))
    }
  }

  private init(
    _ model: ServedModel, _ load: ServingLoad, _ layout: CopyLayout, typicalBatch known: Double?
  ) throws(ScenarioError) {
    let typicalBatch = known ?? 1
    let size = Double(layout.accelerators)
    let time = try model.formula(layout)
    let request = RequestTime<Expression<Ratio>>.Load(load) { $0 }
    let engine = model.memory.constants.engine(size: size, batch: typicalBatch)
    room = Self.room(model, time, request)
    let count = Self.batch(time, request, load.batch, room: room, engine: engine)
    batch = (Expression<Items>(constant: 1) * count).named("sequences in flight per copy")
    let times = RequestTime(time, request, batch: batch.count)
    let hour = Expression<AcceleratorHours>(constant: 1.0 / 3600)

    copy = Expression(constant: size)
    var speedUp = engine
    let tokens = request.answer
    let work = load.measured.tokensPerSecond == nil ? times.prefill + times.decoding : nil
    if let measured = load.measured.tokensPerSecond {
      // Prompts and answers take the shares of the measured time that they have in the model of time.
      speedUp = measured * (times.prefill + times.decoding) / tokens
    } else if let measured = load.measured.secondsPerToken {
      speedUp = times.perToken / measured
    }
    prefill = (hour * (times.prefill / speedUp)).named(
      "accelerator-hours for the prompt of a request")
    decoding = (hour * (times.decoding / speedUp)).named(
      "accelerator-hours for the answer of a request",
      note: "weights and caches are read, tokens computed, activations exchanged; every layer takes its time",
      sources: [Self.source])
    self.request = (prefill + decoding).named(
      "accelerator-hours of a request at full load")
    let written = work.map { tokens * speedUp / $0 } ?? load.measured.tokensPerSecond ?? tokens
    throughput = written.named(
      "tokens/s of an accelerator",
      note: "tokens written, while the copy reads the prompts of later requests")
    let perToken = load.measured.secondsPerToken ?? times.perToken / speedUp
    secondsPerToken = perToken.named("seconds per token", note: "after the first")
    tokensPerSecond = (1 / perToken).named("tokens/s of each reader")
    pace = tokensPerSecond / request.gaps
    let transfer = Self.transfer(time, request)
    var waits = [times.firstToken * model.memory.constants.queueing(batch: typicalBatch), transfer]
    if let wanted = load.batch.concurrency(layout) {
      waits.append(Self.line(wanted, batch: batch.count, seconds: times.whole / speedUp))
    }
    timeToFirstToken = Expression.sum(of: waits).named(
      "seconds to the first token",
      note: "the wait for a place, the prompt, and a part of the other requests' prompts")
    if case .concurrency(let count) = load.batch, case let wanted = count.typical.value, typicalBatch < wanted {
      notes.append(
        "memory holds \(Notation.display(typicalBatch.rounded(.down), as: .items)) of "
          + "\(Notation.display(wanted, as: .items)) sequences on a copy: the others wait in line")
    }
  }

  private static func room(
    _ model: ServedModel, _ time: ServingTime<Expression<Ratio>>, _ load: RequestTime<Expression<Ratio>>.Load
  ) -> Expression<Ratio> {
    let usable = model.usableMemory(time.layout.accelerators)
    return ((usable - time.storedWeights) / time.storedCache(context: load.context).named("cache of a sequence"))
      .named("sequences that fit")
  }

  /// Seconds that a request waits in line where more are sent at once than memory holds: all of the others end before it.
  private static func line(
    _ wanted: Expression<Ratio>, batch: Expression<Ratio>, seconds: Expression<Ratio>
  ) -> Expression<Ratio> {
    let waiting = Expression<Ratio>.larger(wanted - batch, 0).named("requests of a copy that wait in line")
    return (waiting * seconds / batch).named(
      "seconds in line", note: "those that wait, times the seconds of a request, over those in flight")
  }

  /// The stable name of ``room``.
  static var roomKey: String { "sequences_that_fit" }

  /// The stable name of ``pace``.
  static var paceKey: String { "tokens_per_second_between_tokens" }

  /// The stable name of `request`.
  static var requestKey: String { "hours_per_request" }

  /// The formulas on every layout that a load may take, whatever its lengths and its batch; nil where measurements stand
  /// in for the layouts' times.
  ///
  /// - Throws: ``ScenarioError`` where no layout holds the model.
  static func all(_ model: ServedModel, _ load: ServingLoad) throws(ScenarioError) -> [ServingPoint]? {
    guard load.measured.tokensPerSecond == nil, load.measured.secondsPerToken == nil else { return nil }
    let layouts: [CopyLayout]
    if let size = load.acceleratorsPerCopy {
      layouts = [CopyLayout(accelerators: size, attentionGroups: load.attentionGroups ?? 1)]
    } else {
      layouts = try model.sizes(context: 1, attentionGroups: load.attentionGroups, in: load.batch)
    }
    var points: [ServingPoint] = []
    for layout in layouts { points.append(try ServingPoint(model, load, layout, typicalBatch: nil)) }
    return points
  }

  /// Seconds for the cache of a prompt to travel from the accelerators that read it.
  private static func transfer(
    _ time: ServingTime<Expression<Ratio>>, _ load: RequestTime<Expression<Ratio>>.Load
  ) -> Expression<Ratio> {
    guard load.isDisaggregated, time.rates.network > 0 else { return 0 }
    let bandwidth = Expression<Ratio>(constant: time.rates.network * Double(time.layout.accelerators))
    return time.storedCache(context: load.prompt) / (bandwidth * time.constants.link)
  }
}

extension RequestTime.Load {
  /// The lengths of a load.
  init(_ load: ServingLoad, _ number: (Expression<Ratio>) -> Number) {
    self.init(
      prompt: number(load.prompt.count),
      cached: load.cached.map { number(load.prompt.count * $0) }, answer: number(load.answer.count),
      accepted: load.accepted.map(number), isDisaggregated: load.isDisaggregated)
  }
}
