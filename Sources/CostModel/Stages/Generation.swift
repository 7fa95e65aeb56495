/// Text to generate: what the time of decoding depends on.
package struct Generation: Sendable {
  /// How many sequences are decoded together.
  package enum InFlight: Sendable {
    /// So many on each copy of the model.
    case perCopy(Expression<Items>)
    /// So many over all accelerators.
    case over(Expression<Accelerators>, Expression<Items>)
  }

  /// The model that generates.
  package var model: ModelShape
  /// Sequences generated.
  package var answers: Expression<Items>
  /// Tokens read before each answer.
  package var prompt: Expression<SequenceLength>
  /// Mean length of an answer.
  package var answer: Expression<SequenceLength>
  /// Sequences decoded together.
  package var inFlight: InFlight
  /// What a step waits for.
  package var wait: RolloutWait
  /// The turns of an agent; nil for answers written at once.
  package var episode: Episode?
  /// Bytes of a weight while decoding.
  package var bytesPerParameter: Expression<Per<Bytes, Parameters>>
  /// Tokens that a step adds to a sequence, where some are guessed ahead; nil for one.
  package var acceptedTokens: Expression<Ratio>?
  /// The share of the memory that weights and caches may fill where training lives on the same accelerators; nil for an
  /// engine that has them for itself.
  package var memoryShare: Expression<Ratio>?
  /// Whether the engine runs inside a training framework, between its updates.
  package var isInTraining = true

  /// Text to generate.
  package init(
    model: ModelShape, answers: Expression<Items>, prompt: Expression<SequenceLength>,
    answer: Expression<SequenceLength>, inFlight: InFlight, wait: RolloutWait,
    bytesPerParameter: Expression<Per<Bytes, Parameters>>, acceptedTokens: Expression<Ratio>? = nil
  ) {
    self.model = model
    self.answers = answers
    self.prompt = prompt
    self.answer = answer
    self.inFlight = inFlight
    self.wait = wait
    self.bytesPerParameter = bytesPerParameter
    self.acceptedTokens = acceptedTokens
  }

  /// The phases of reading the prompts and of decoding the answers.
  ///
  /// Both take 2·N FLOP a token; what differs is what bounds them.
  /// Prompts may be read for a share of the answers alone, where others share their prefix.
  func phases(_ name: String, promptsPerAnswer: Expression<Ratio>? = nil) -> [Work.Phase] {
    let share = readShare(promptsPerAnswer ?? 1)
    let read = (context * answers * share).named("prompt tokens read, \(name)")
    let written = (answer * answers).named("tokens generated, \(name)")
    return [
      Work.Phase(
        name: "\(name): prompts", tokens: read, operations: TrainingCompute.forward(model.active, read),
        exact: TrainingCompute.exactReading(model, read, prompt), effort: .prompts(self, share)),
      Work.Phase(
        name: "\(name): answers", tokens: written, operations: TrainingCompute.forward(model.active, written),
        exact: TrainingCompute.exactDecoding(self), effort: .generation(self)),
    ] + (episode.map { $0.isHidden ? [] : [waiting(name)] } ?? [])
  }

  /// What is read of a whole answer: its prompt and what the environment says.
  package var context: Expression<SequenceLength> {
    guard let episode else { return prompt }
    return (prompt + episode.observation * episode.turns).named("tokens of prompt and observations")
  }

  /// Tokens of a whole answer with all that was read.
  package var length: Expression<SequenceLength> { context + answer }

  /// Tokens that the engine reads over those of prompts and observations: answers to one prompt share its reading, and
  /// without a kept prefix each turn reads all before it again.
  private func readShare(_ promptsPerAnswer: Expression<Ratio>) -> Expression<Ratio> {
    guard let episode else { return promptsPerAnswer }
    let observed = episode.observation * episode.turns
    guard !episode.keepsPrefix else { return (prompt * promptsPerAnswer + observed) / context }
    let before = (observed + answer) * ((episode.turns - 1) / 2)
    return ((prompt * episode.turns + before + observed) / context)
      .named("tokens read over those of prompts and observations", note: "each turn reads all before it again")
  }

  /// New weights for the engine, once for so many answers: all of them, or the share that adapters are.
  func weights(_ name: String, answersOfStep: Expression<Items>, share: Expression<Ratio>) -> Work.Phase {
    let none = Expression<Operations>(constant: 0)
    let steps = (answers / answersOfStep * share).named("steps, by the share of the weights that each renews")
    return Work.Phase(
      name: "\(name): new weights", tokens: Expression(constant: 0), operations: none, exact: none,
      effort: .weights(self, steps: steps))
  }

  /// The time in which a batch waits for its environments.
  private func waiting(_ name: String) -> Work.Phase {
    let none = Expression<Operations>(constant: 0)
    return Work.Phase(
      name: "\(name): waiting for environments", tokens: Expression(constant: 0), operations: none, exact: none,
      effort: .waiting(self))
  }
}

/// What formulas need to know of a model's inside. Where its architecture is not given it is estimated from its size.
package struct ModelShape: Sendable {
  /// All parameters.
  package var parameters: Expression<Parameters>
  /// Parameters that work on each token.
  package var active: Expression<Parameters>
  /// Dense or mixture of experts.
  package var architecture: ArchitectureClass
  /// Layers.
  package var layers: Expression<Ratio>
  /// Hidden width.
  package var width: Expression<Ratio>
  /// Bytes that attention keeps of each token of context.
  package var cacheBytesPerToken: Expression<Per<Bytes, Tokens>>
  /// The architecture, where it is known.
  package private(set) var known: Architecture?
  /// Whether the cache is what the user says, not what the architecture does.
  private(set) var isCacheGiven = false

  /// The shape of a transformer of some size: N = 12·L·d² with the usual width over layers, and grouped-query attention
  /// with eight heads of 128 for keys and values at two bytes, as most open models since 2023 have.
  ///
  /// For 8e9 parameters that is 139 kB of cache a token, where Llama 3 8B has 131 kB.
  package init(
    parameters: Expression<Parameters>, active: Expression<Parameters>, architecture: ArchitectureClass,
    widthToDepth: Expression<Ratio>
  ) {
    self.parameters = parameters
    self.active = active
    self.architecture = architecture
    layers = TrainingCompute.layers(activeParameters: active, widthToDepth: widthToDepth)
    width = (widthToDepth * layers).named("hidden width, estimated")
    // Keys and values of 8 heads × 128, 2 bytes each.
    cacheBytesPerToken = (Expression<Per<Bytes, Tokens>>(constant: 2 * 8 * 128 * 2) * layers)
      .named("key-value cache of a token, estimated", note: "8 heads of 128 for keys and values, 2 bytes each")
  }
}

extension ModelShape {
  /// The same with so many bytes of cache for a token, whatever the architecture says.
  func caching(_ bytes: Expression<Per<Bytes, Tokens>>) -> ModelShape {
    var shape = self
    shape.cacheBytesPerToken = bytes
    shape.isCacheGiven = true
    return shape
  }

  /// The same with its cache in a number format; what it says is of 16 bits.
  func cached(in format: StoredPrecision) -> ModelShape {
    guard format.bytes != 2 else { return self }
    var shape = self
    shape.cacheBytesPerToken = (cacheBytesPerToken * Expression(constant: format.bytes / 2))
      .named("key-value cache of a token, in \(format.rawValue)")
    return shape
  }

  /// Refuses sequences beyond what the model takes, where its architecture is known.
  func check(_ what: String, of tokens: Double) throws(ScenarioError) { try known?.check(what, of: tokens) }

  /// A shape that is known.
  init(
    parameters: Expression<Parameters>, active: Expression<Parameters>, architecture: ArchitectureClass,
    layers: Expression<Ratio>, width: Expression<Ratio>, cacheBytesPerToken: Expression<Per<Bytes, Tokens>>
  ) {
    self.parameters = parameters
    self.active = active
    self.architecture = architecture
    self.layers = layers
    self.width = width
    self.cacheBytesPerToken = cacheBytesPerToken
  }
}

extension Architecture {
  /// Refuses sequences beyond what the model takes.
  func check(_ what: String, of tokens: Double) throws(ScenarioError) {
    guard let longest = longestSequence, tokens > Double(longest) else { return }
    throw .contradiction(
      "\(what) of \(Notation.display(tokens, as: .sequenceLength)) tokens is longer than the context of "
        + "\(Notation.display(Double(longest), as: .sequenceLength)) that the model has",
      advice: "shorten it; where the context was extended, give a config.json that says so, or \(Settings.parameters)")
  }
}

extension ServingEstimate {
  /// Refuses requests beyond what the model takes, where its architecture is known.
  ///
  /// - Throws: ``ScenarioError/contradiction(_:advice:)`` for those.
  package func checkContext() throws(ScenarioError) {
    try scenario.model.known?.architecture.check("a request", of: (load.prompt + load.answer).typical.value)
  }
}

extension ModelShape {
  /// The shape of a scenario's model.
  package init(_ model: Scenario.Model, widthToDepth: Expression<Ratio>) {
    let parameters = model.parameters
    self.init(
      parameters: parameters, active: model.activeParameters ?? parameters,
      architecture: model.architecture, widthToDepth: widthToDepth)
    guard let known = model.known else { return }
    let architecture = known.architecture
    self.known = architecture
    layers = Expression.input("layers", "layers", Ranged(Double(architecture.layers.count)), from: known.origin)
    width = Expression.input(
      "hidden_width", "hidden width", Ranged(Double(architecture.hiddenSize)), from: known.origin)
    // Recurrent layers keep states, not tokens; a model of nothing else would divide by zero.
    let cache = architecture.keyValueCache(context: .zero).bytesPerToken(bytesPerElement: 2)
    cacheBytesPerToken = Expression.input(
      "cache_per_token", "key-value cache of a token", Ranged(max(cache, Quantity(1))), from: known.origin)
  }
}
