/// The time that one copy of a model takes to read prompts and to write answers, in seconds.
///
/// A decoding step reads the weights once, of routed experts those that some token of the batch is sent to, and the
/// caches of its sequences; it computes a token of each; every layer takes a time that no batch removes; and a copy of
/// several accelerators exchanges activations in every layer. Reading, computing and exchanging take turns: over the
/// measured engines the sum is as near as the longest of them, and smooth. Prompts are computed and exchanged alone.
///
/// Pope et al. 2022 (https://arxiv.org/abs/2211.05102) for reading and computing; the constants are fitted.
struct ServingTime<Number: FormulaNumber>: Sendable {
  var shape: ServedShape<Number>
  var rates: AcceleratorRates<Number>
  var layout: CopyLayout
  var constants: ServingConstants<Number>

  /// What a decoding step is made of.
  struct Step: Sendable {
    var weights: Number
    var caches: Number
    var computing: Number
    /// Computing at a peak of four bits.
    var fourBits: Number
    var layers: Number
    var mixtureLayers: Number
    var rounds: Number
    var exchange: Number

    var total: Number { .sum(of: [weights, caches, computing, fourBits, layers, mixtureLayers, rounds, exchange]) }
  }

  private var size: Double { Double(layout.accelerators) }
  private var groups: Double { Double(layout.attentionGroups) }
  /// Accelerators that attention is split over.
  private var split: Double { size / groups }
  private var traffic: CopyTraffic {
    CopyTraffic(layout, node: rates.node, expertsPerToken: shape.idleShare > 0 ? shape.expertsPerToken : 0)
  }

  /// Bytes of memory that the weights take on all accelerators of the copy.
  var storedWeights: Number { .sum(of: [shape.weights, repeatedAttention]) }

  /// Bytes of attention beyond the first group's.
  private var repeatedAttention: Number {
    layout.attentionGroups == 1 ? Number(constant: 0) : shape.attentionBytes.scaled(by: groups - 1)
  }

  /// Bytes that a sequence keeps on all accelerators of the copy: what cannot be split is kept by each.
  func storedCache(context: Number) -> Number {
    let perToken = shape.attention.filter { !$0.storedBytes.isNothing }.map { group in
      (group.storedBytes * Self.kept(group.reach, context)).scaled(by: split / Swift.min(split, group.heads))
    }
    return .sum(of: perToken + [shape.stateBytes])
  }

  /// A step that computes a token of each sequence.
  ///
  /// - Parameters:
  ///   - batch: Sequences decoded together.
  ///   - context: Tokens that each has behind it, on average.
  ///   - guessed: Tokens of each sequence that the step computes; nil for one.
  /// - Returns: The seconds of its parts.
  func step(batch: Number, context: Number, guessed: Number? = nil) -> Step {
    let tokens = guessed.map { batch * $0 } ?? batch
    let read = bytesPerSecond
    let caches = shape.attention.filter { !$0.readBytes.isNothing }.map { group in
      (group.readBytes * Self.kept(group.reach, context)).scaled(by: 1 / (groups * Swift.min(split, group.heads)))
    }
    let state = shape.stateBytes.scaled(by: 2 / size)
    let attention = shape.attention.filter { !$0.decodingOperations.isNothing }.map {
      $0.decodingOperations * Self.kept($0.reach, context)
    }
    let more = Number.sum(of: [shape.headOperations] + attention)
    let computed = computing(inFourBits: false, more).map { (tokens * $0).line("seconds to compute a step") }
    let traffic = traffic
    let zero = Number(constant: 0)
    return Step(
      weights: (weightsRead(by: tokens) / read.scaled(by: size)).line("seconds to read the weights"),
      caches: (batch * .sum(of: caches + [state]) / read).line("seconds to read the caches"),
      computing: computed ?? zero,
      fourBits: computing(inFourBits: true, zero).map { tokens * $0 } ?? zero,
      layers: (shape.layers * constants.layer).line("seconds of the layers"),
      mixtureLayers: shape.mixtureLayers.isNothing ? zero : shape.mixtureLayers * constants.mixtureLayer,
      rounds: layout.accelerators == 1 ? zero : (shape.layers * constants.round).scaled(by: traffic.rounds),
      exchange: exchange(traffic).map { tokens * $0 } ?? zero)
  }

  /// Bytes of memory that an accelerator reads each second.
  private var bytesPerSecond: Number {
    (constants.bandwidth * rates.bandwidth).line("effective memory bandwidth, bytes/s")
  }

  /// Bytes of the weights that every step reads, on all accelerators of the copy.
  private var sharedWeights: Number { .sum(of: [shape.attentionBytes, repeatedAttention, shape.commonBytes]) }

  /// Seconds to read what every step reads of the weights, and seconds to read all of the routed experts.
  var reading: (shared: Number, experts: Number) {
    let read = bytesPerSecond.scaled(by: size)
    return (sharedWeights / read, shape.expertBytes / read)
  }

  /// Bytes of weights that a step of so many tokens reads, on all accelerators of the copy.
  private func weightsRead(by tokens: Number) -> Number {
    let whole = sharedWeights
    guard shape.idleShare > 0 else { return whole }
    let missed = tokens.scaled(by: Elementary.logarithm(shape.idleShare)).exponential
    let share = (Number(constant: 1) - missed).line(
      "share of the experts that a step reads", "1 − (share of the experts that a token leaves idle)^tokens")
    return .sum(of: [whole, shape.expertBytes * share])
  }

  /// What reading a prompt is made of.
  struct Prefill: Sendable {
    var computing: Number
    /// Computing at a peak of four bits.
    var fourBits: Number
    var exchange: Number

    var total: Number { .sum(of: [computing, fourBits, exchange]) }
  }

  /// Seconds to read a prompt.
  ///
  /// - Parameters:
  ///   - prompt: Its tokens.
  ///   - cached: Those whose cache is kept from earlier requests; nil for none.
  /// - Returns: The seconds of its parts.
  func prefill(prompt: Number, cached: Number? = nil) -> Prefill {
    let fresh = cached.map { prompt - $0 } ?? prompt
    let attention = shape.attention.filter { !$0.prefillOperations.isNothing }.map {
      $0.prefillOperations * Self.meanPositions($0.reach, prompt, cached)
    }
    let zero = Number(constant: 0)
    let computed = computing(inFourBits: false, .sum(of: attention)).map {
      (fresh * $0).line("seconds to compute a prompt")
    }
    return Prefill(
      computing: computed ?? zero, fourBits: computing(inFourBits: true, zero).map { fresh * $0 } ?? zero,
      exchange: exchange(traffic).map { fresh * $0 } ?? zero)
  }

  /// Seconds of the copy for a token in the matrices of the layers at a peak of four bits or at others, and for more FLOP
  /// in 16 bits; nil for none.
  private func computing(inFourBits: Bool, _ more: Number) -> Number? {
    var parts = shape.products.filter { rates.hasFourBits($0.format) == inFourBits }
      .map { $0.operations / (rates.peaks[$0.format] ?? rates.sixteenBits) }
    if !more.isNothing { parts.append(more / rates.sixteenBits) }
    guard !parts.isEmpty else { return nil }
    let share = inFourBits ? constants.peak * constants.fourBits : constants.peak
    return .sum(of: parts) / share.scaled(by: size)
  }

  /// Seconds to exchange the activations of a token in all layers; nil for a copy on one accelerator.
  private func exchange(_ traffic: CopyTraffic) -> Number? {
    guard layout.accelerators > 1 else { return nil }
    var seconds = traffic.linkBytes / rates.link
    if traffic.networkBytes > 0 { seconds += traffic.networkBytes / rates.network }
    return (shape.layers * shape.width).scaled(by: seconds) / constants.link
  }

  /// Tokens in the cache of a layer.
  private static func kept(_ reach: Reach, _ context: Number) -> Number {
    switch reach {
    case .full: context
    case .window(let size), .chunk(let size): .smaller(context, Number(constant: Swift.max(1, Double(size))))
    }
  }

  /// Tokens that a token of a prompt attends to, on average over those read anew.
  private static func meanPositions(_ reach: Reach, _ prompt: Number, _ cached: Number?) -> Number {
    let one = Number(constant: 1)
    guard let cached else {
      switch reach {
      case .full: return (prompt + one).scaled(by: 0.5)
      case .chunk: return (kept(reach, prompt) + one).scaled(by: 0.5)
      case .window:
        // The first w tokens see 1, 2, …, w, the others w.
        let seen = kept(reach, prompt)
        return seen - seen * (seen - one) / Number.larger(prompt, one).scaled(by: 2)
      }
    }
    return .smaller(kept(reach, prompt), (prompt + cached + one).scaled(by: 0.5))
  }
}
