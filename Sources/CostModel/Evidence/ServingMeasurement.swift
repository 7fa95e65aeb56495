/// A measured throughput of serving: one engine, one copy of a model, so many requests at once.
package struct ServingMeasurement: Sendable {
  /// The model, as its architecture or its sizes are known.
  package enum Model: Sendable {
    /// The architecture and the formats of the weights.
    case known(Architecture, StoredWeights)
    /// Parameters, those that work on a token, and the format of the weights.
    case sizes(parameters: Double, active: Double, StoredPrecision)
  }

  /// The row's id, and the point of it.
  package var id: String
  /// The engine, or who published it.
  package var engine: String
  /// When it was measured or published.
  package var date: String
  /// The model, whose rows are left out together.
  package var family: String
  /// What is known of the model.
  package var model: Model
  /// The format of the caches.
  package var cache: StoredPrecision
  /// What it ran on.
  package var accelerator: Accelerator
  /// Accelerators of a copy.
  package var layout: CopyLayout
  /// Tokens read before an answer.
  package var prompt: Double
  /// Tokens of an answer.
  package var answer: Double
  /// Requests at once on a copy; nil for as many as memory holds.
  package var concurrency: Double?
  /// Tokens written each second by one accelerator.
  package var tokensPerSecond: Double
  /// Seconds to the first token, where they were measured.
  package var firstToken: Double?
  /// Seconds between later tokens, where they were measured.
  package var perToken: Double?
  /// Whether the accelerators that read the prompts are not counted.
  package var isDecodingAlone: Bool

  /// A measured throughput.
  package init(
    id: String, engine: String, date: String, family: String, model: Model, cache: StoredPrecision,
    accelerator: Accelerator, layout: CopyLayout, prompt: Double, answer: Double, concurrency: Double?,
    tokensPerSecond: Double, firstToken: Double? = nil, perToken: Double? = nil, isDecodingAlone: Bool = false
  ) {
    self.id = id
    self.engine = engine
    self.date = date
    self.family = family
    self.model = model
    self.cache = cache
    self.accelerator = accelerator
    self.layout = layout
    self.prompt = prompt
    self.answer = answer
    self.concurrency = concurrency
    self.tokensPerSecond = tokensPerSecond
    self.firstToken = firstToken
    self.perToken = perToken
    self.isDecodingAlone = isDecodingAlone
  }
}

extension ServingMeasurement {
  /// Parameters that work on a token.
  var activeParameters: Double {
    switch model {
    case .known(let architecture, _): architecture.parameterCount.active.value
    case .sizes(_, let active, _): active
    }
  }

  var kind: ArchitectureClass {
    switch model {
    case .known(let architecture, _): architecture.hasExperts ? .mixtureOfExperts : .dense
    case .sizes(let parameters, let active, _): active < parameters ? .mixtureOfExperts : .dense
    }
  }

  private var formats: [StoredPrecision] {
    switch model {
    case .known(_, let weights): [weights.attention, weights.feedForward, weights.experts]
    case .sizes(_, _, let format): [format]
    }
  }

  private func shape(widthToDepth: Double) -> ServedShape<Double> {
    switch model {
    case .known(let architecture, let weights): return ServedShape(architecture, weights: weights, cache: cache)
    case .sizes(let parameters, let active, let format):
      // Kaplan et al. 2020: N = 12·L·d², with d = L times the usual width over depth.
      let layers = Elementary.power(active / (12 * widthToDepth * widthToDepth), 1.0 / 3)
      return ServedShape(
        parameters: parameters, active: active, idleShare: active < parameters ? 1 - active / parameters : nil,
        layers: layers, width: widthToDepth * layers, bytesPerParameter: format.bytes,
        cacheBytesPerToken: 2 * 8 * 128 * cache.bytes * layers, format: format)
    }
  }

  /// What the fit sees of it.
  ///
  /// - Parameters:
  ///   - memoryShare: The share of the memory that weights and caches fill.
  ///   - widthToDepth: Hidden width over layers, where sizes alone are known.
  /// - Returns: The times of its parts, and what was measured.
  /// - Throws: ``ScenarioError`` for a rate of the accelerator that is not known, and for weights that do not fit.
  package func observation(
    memoryShare: Double, widthToDepth: Double
  ) throws(ScenarioError) -> ServingFit.Observation {
    guard let bandwidth = accelerator.bandwidthBytesPerSecond, let memory = accelerator.memoryBytes else {
      throw .missing(field: "memory or bandwidth", accelerator: accelerator.name)
    }
    let rates = try AcceleratorRates<Double>(
      accelerator, bandwidth: bandwidth, formats: formats, size: layout.accelerators
    ) { $1 }
    let time = ServingTime(
      shape: shape(widthToDepth: widthToDepth), rates: rates, layout: layout,
      constants: ServingConstants([Double](repeating: 1, count: ServingConstants<Double>.rows.count)))
    let load = RequestTime<Double>.Load(prompt: prompt, answer: answer)
    var batch = concurrency ?? 0
    if concurrency == nil {
      let room = memory * memoryShare * Double(layout.accelerators) - time.storedWeights
      batch = room / time.storedCache(context: load.context)
      guard batch >= 1 else {
        throw .contradiction("the weights do not fit on the accelerators of the row", advice: "correct the row")
      }
    }
    return ServingFit.Observation(self, time, load, batch: batch)
  }
}
