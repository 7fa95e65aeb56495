/// Serving a model: requests of some lengths, at the load of some day, on the copies that are cheapest for them.
public struct Serving: Job {
  /// Tokens read before an answer.
  public static let inputTokens = Setting<SequenceLength>(
    "input-tokens", "tokens of a prompt", 0...1e8, else: .row("serving-prompt-tokens"), in: .serving,
    help: "tokens of a prompt")
  /// Tokens of an answer.
  public static let outputTokens = Setting<SequenceLength>(
    "output-tokens", "tokens of an answer", 1...1e8, else: .row("serving-answer-tokens"), in: .serving,
    help: "tokens of an answer")
  /// The share of the prompt whose cache is kept from earlier requests.
  public static let cachedInput = Setting<Ratio>(
    "cached-input", "share of the prompt that is cached", 0...1, else: .found("0"), in: .serving,
    help: "share of the prompt whose cache is kept from earlier requests")
  /// Requests a day: gives months and the lifetime.
  public static let requestsPerDay = Setting<Items>(
    "requests-per-day", "requests a day", 1e-3...1e15, in: .serving,
    help: "requests a day, as 1M: gives months and lifetime")
  /// How long the model is served.
  public static let lifetime = Setting<Hours>(
    "lifetime", "lifetime", 1...8.766e6, else: .row("serving-lifetime-months", scale: Hours.perMonth), in: .serving,
    help: "how long the model is served, as 2y")
  /// The mean load over that of full batches.
  public static let utilization = Setting<Ratio>(
    "utilization", "mean load over full load", 1e-4...1, else: .row("serving-utilization"), in: .serving,
    help: "mean load over that of full batches")
  /// Requests of the busiest time over those of the mean, which the copies are enough for.
  public static let peakOverMean = Setting<Ratio>(
    "peak-over-mean", "peak load over the mean", 1...1e4, placeholder: "n", in: .serving,
    help: "requests of the busiest time over the mean, as 3, which the copies are enough for: in place of utilization")
  /// Copies kept besides those that the load needs.
  public static let spareCopies = Setting<Ratio>(
    "spare-copies", "copies in reserve", 0...1e6, placeholder: "n", else: .found("0"), in: .serving,
    help: "copies kept for availability besides those that the load needs, as 1")
  /// Tokens a second that each reader gets at least, which bounds the batch.
  public static let speed = Setting<Ratio>(
    "speed", "tokens/s of a reader", 1e-6...1e6, placeholder: "tokens/s", else: .row("serving-speed"), in: .serving,
    help: "tokens a second that each reader gets at least, which bounds the batch")
  /// Requests at once on a copy of the model.
  public static let concurrency = Setting<Items>(
    "concurrency", "requests at once on a copy", 1...1e9, placeholder: "n", in: .serving,
    help: "requests at once on a copy of the model; what memory does not hold waits in line")
  /// Tokens that a decoding step adds to an answer, where some are guessed ahead.
  public static let acceptedTokens = Setting<Ratio>(
    "accepted-tokens", "tokens that a decoding step adds", 1...100, else: .found("1"), in: .serving,
    help: "tokens that a step adds to an answer: above 1 where tokens are guessed ahead")
  /// Tokens written each second by one accelerator, as measured.
  public static let throughput = Setting<Ratio>(
    "throughput", "tokens/s of an accelerator, measured", 1e-6...1e9, placeholder: "tokens/s", in: .serving,
    help: "tokens written each second by one accelerator, as you measured it")
  /// Seconds between the tokens of a reader, as measured.
  public static let timePerToken = Setting<Ratio>(
    "time-per-token", "seconds per token, measured", 1e-6...1e4, placeholder: "seconds", in: .serving,
    help: "seconds between the tokens of a reader, as you measured them, as 0.02")
  /// What training the model costs, to hold the lifetime against.
  public static let trainingCost = Setting<Dollars>(
    "training-cost", "training", 0...1e15, in: .serving, help: "what training the model costs, as 5M")

  /// All of them, in the order of the help.
  package static let settings = [
    AnySetting(inputTokens), AnySetting(outputTokens), AnySetting(cachedInput), AnySetting(requestsPerDay),
    AnySetting(lifetime), AnySetting(utilization), AnySetting(peakOverMean), AnySetting(spareCopies),
    AnySetting(speed), AnySetting(concurrency),
    AnySetting(acceptedTokens), AnySetting(throughput), AnySetting(timePerToken), AnySetting(trainingCost),
  ]

  /// Those that change nothing but numbers of the formulas, so that many rows share them.
  package static let open = [
    AnySetting(inputTokens), AnySetting(outputTokens), AnySetting(cachedInput), AnySetting(acceptedTokens),
    AnySetting(concurrency), AnySetting(utilization), AnySetting(requestsPerDay),
  ]

  /// What is said of it.
  public var inputs = JobInputs()
  /// The format of the weights; nil for that of the checkpoint, or else fp8 where the accelerator has it.
  public var weights: StoredPrecision?
  /// The format of the caches.
  public var cache = StoredPrecision.bf16
  /// Whether no reader waits: as many sequences at once as memory holds.
  public var isOffline = false
  /// Whether accelerators of their own read the prompts.
  public var isDisaggregated = false
  /// How the accelerators of a copy share the model; nil for what serves a request most cheaply.
  package var layout: CopyLayout?
  /// Whether each accelerator of a copy holds all of the attention, where the copy's size is not given.
  package var repeatsAttention = false

  /// Serving a model of some size.
  ///
  /// - Parameters:
  ///   - parameters: All parameters of the model.
  ///   - accelerator: An accelerator's name, as people type it; nil for an H100.
  public init(parameters: Ranged<Parameters>, accelerator: String? = nil) {
    self.parameters = parameters
    self.accelerator = accelerator
  }

  /// Serving a model of known architecture.
  ///
  /// - Parameters:
  ///   - model: The model's name in the tables or on Hugging Face.
  ///   - accelerator: An accelerator's name, as people type it; nil for an H100.
  public init(model: String, accelerator: String? = nil) {
    self.model = model
    self.accelerator = accelerator
  }

  /// Serving the model of a request on its hardware, at its price.
  package init(_ request: Request) { inputs.request = request }

  /// Sets the setting of an id, whose unit the caller knows.
  package mutating func set(_ id: String, _ value: Ranged<Ratio>?) { inputs.settings[id] = value }

  /// Holds the lifetime against training on so many tokens.
  package mutating func train(on tokens: Ranged<Tokens>) { inputs.request.phases = [Request.Phase(tokens: tokens)] }

  /// What serving costs by the token, the request and the month.
  ///
  /// - Parameters:
  ///   - tables: Where everything comes from that is not given.
  ///   - plan: How ranges are found.
  /// - Returns: The estimate, sampled once.
  /// - Throws: ``ScenarioError`` that says what is wrong with the inputs, or which look-up failed.
  public func estimate(
    in tables: Tables = .builtIn, sampling plan: SamplingPlan = SamplingPlan()
  ) throws(ScenarioError) -> ServingCosts {
    ServingCosts(try formulas(in: tables.catalog), try plan.correlated(in: tables.catalog))
  }

  /// The estimate as formulas.
  package func formulas(in catalog: TableCatalog) throws(ScenarioError) -> ServingEstimate {
    let request = try checkedRequest(in: catalog)
    return try ServingEstimate.make(
      request, architecture: request.model?.architecture, load: try load(of: request, catalog),
      demand: try demand(catalog), trainingCost: try given(Self.trainingCost), in: catalog)
  }

  /// The estimates on every layout of a copy, for many loads; nil where each has formulas of its own.
  package func layouts(in catalog: TableCatalog) throws(ScenarioError) -> [ServingEstimate]? {
    let request = try checkedRequest(in: catalog)
    return try ServingEstimate.layouts(
      request, architecture: request.model?.architecture, load: try load(of: request, catalog),
      demand: try demand(catalog), trainingCost: try given(Self.trainingCost), in: catalog)
  }

  /// The request, unless what is said of use and of training contradicts itself.
  private func checkedRequest(in catalog: TableCatalog) throws(ScenarioError) -> Request {
    let request = try inputs.request(in: catalog)
    let isTrained = !request.phases.isEmpty
    guard !isTrained || self[Self.trainingCost] == nil else {
      throw .contradiction(
        "\(Self.trainingCost) and \(Settings.tokens) are both given, and each says what training costs",
        advice: "give one of them")
    }
    let needsUse = isTrained || self[Self.trainingCost] != nil || self[Self.lifetime] != nil
    guard self[Self.requestsPerDay] != nil || !needsUse else {
      throw .contradiction(
        "a lifetime of serving needs \(Self.requestsPerDay)",
        advice: "say how much it is used, as \(Self.requestsPerDay, as: "1M")")
    }
    return request
  }

  private subscript<Measure>(_ setting: Setting<Measure>) -> Ranged<Measure>? { inputs.settings[setting] }

  /// Requests as they are served, and by what.
  func load(of request: Request, _ catalog: TableCatalog) throws(ScenarioError) -> ServingLoad {
    let accelerator = try ScenarioBuilder.accelerator(of: request, in: catalog)
    let checkpoint = request.model?.architecture.checkpoint?.main
    var load = ServingLoad(
      prompt: try value(Self.inputTokens, catalog), answer: try value(Self.outputTokens, catalog),
      cached: try given(Self.cachedInput), accepted: try given(Self.acceptedTokens),
      weights: weights ?? checkpoint ?? (accelerator.peaks["fp8"] != nil ? .fp8 : .bf16), cache: cache,
      batch: try batch(catalog), acceleratorsPerCopy: layout?.accelerators)
    load.attentionGroups = layout?.attentionGroups ?? (repeatsAttention ? .max : nil)
    load.isDisaggregated = isDisaggregated
    load.measured.tokensPerSecond = try given(Self.throughput)
    load.measured.secondsPerToken = try given(Self.timePerToken)
    return load
  }

  private func batch(_ catalog: TableCatalog) throws(ScenarioError) -> ServingLoad.Batch {
    let bounds =
      [Self.concurrency.id, Self.speed.id].filter { inputs.settings[$0] != nil } + (isOffline ? ["offline"] : [])
    guard bounds.count <= 1 else {
      throw .contradiction(
        "\(input: bounds[0]) and \(input: bounds[1]) are both given, and each sets the batch",
        advice: "give one of them")
    }
    if isOffline { return .memory }
    if let count = try given(Self.concurrency) { return .concurrency(count.count) }
    return .tokensPerSecond(try value(Self.speed, catalog).typical.value)
  }

  private func demand(_ catalog: TableCatalog) throws(ScenarioError) -> ServingEstimate.Demand {
    var demand = ServingEstimate.Demand(
      requestsPerDay: try given(Self.requestsPerDay), lifetime: try value(Self.lifetime, catalog),
      utilization: try value(Self.utilization, catalog))
    if let peak = try given(Self.peakOverMean) {
      guard self[Self.utilization] == nil else {
        throw .contradiction(
          "\(Self.peakOverMean) and \(Self.utilization) are both given, and each says how idle copies are",
          advice: "leave out one of them")
      }
      demand.utilization = (Expression(constant: 1) / peak).named("mean load over full load, which the peak takes")
    }
    demand.spareCopies = try given(Self.spareCopies)
    guard demand.requestsPerDay != nil || demand.spareCopies == nil else {
      throw .contradiction(
        "\(Self.spareCopies) count beside those that the load needs, and no load is given",
        advice: "say how much it is used, as \(Self.requestsPerDay, as: "1M")")
    }
    return demand
  }

  private func given<Measure: Unit>(_ setting: Setting<Measure>) throws(ScenarioError) -> Expression<Measure>? {
    guard let value = inputs.settings[setting] else { return nil }
    return try setting.expression(value)
  }

  /// A value that is given, or else the typical one of a row: what is served is a choice, and only its cost is uncertain.
  private func value<Measure: Unit>(
    _ setting: Setting<Measure>, _ catalog: TableCatalog
  ) throws(ScenarioError) -> Expression<Measure> {
    if let given = try given(setting) { return given }
    let usual: Expression<Measure> = try Inputs(values: inputs.settings, catalog: catalog)(setting)
    return usual.ranging(over: Ranged(usual.typical))
  }
}

/// What serving a model costs, with ranges, sampled once.
public struct ServingCosts: Sendable {
  /// Accelerators of one copy of the model.
  public let acceleratorsPerCopy: Estimated<Accelerators>
  /// Requests that a copy answers at once.
  public let batch: Estimated<Ratio>
  /// Tokens that a reader gets each second.
  public let tokensPerSecondPerReader: Estimated<Ratio>
  /// Seconds until the first token.
  public let timeToFirstToken: Estimated<Ratio>
  /// Tokens that one accelerator writes each second.
  public let tokensPerSecondPerAccelerator: Estimated<Ratio>
  /// A million tokens of prompts.
  public let millionInputTokens: Estimated<Dollars>
  /// A million tokens of answers.
  public let millionOutputTokens: Estimated<Dollars>
  /// One request.
  public let request: Estimated<Dollars>
  /// Electricity of one request.
  public let energyOfRequest: Estimated<KilowattHours>
  /// A month; nil without ``Serving/requestsPerDay``.
  public let month: Estimated<Dollars>?
  /// One request at the volume that is given, whole copies paid; nil without ``Serving/requestsPerDay``.
  public let requestAtVolume: Estimated<Dollars>?
  /// The lifetime; nil without ``Serving/requestsPerDay``.
  public let lifetime: Estimated<Dollars>?
  /// What to know of it.
  public let notes: [Message]
  private let report: Report

  init(_ estimate: ServingEstimate, _ plan: SamplingPlan) {
    let report = estimate.report(plan)
    func known<Measure: Unit>(_ key: String) -> Estimated<Measure>? { report.result(key).map { Estimated($0.value) } }
    func result<Measure: Unit>(_ key: String) -> Estimated<Measure> { known(key) ?? Estimated(Spread(typical: 0)) }
    acceleratorsPerCopy = result("accelerators_per_copy")
    batch = result("batch")
    tokensPerSecondPerReader = result("tokens_per_second_per_reader")
    timeToFirstToken = result("time_to_first_token_s")
    tokensPerSecondPerAccelerator = result("tokens_per_second_per_accelerator")
    millionInputTokens = result("input_usd_per_million_tokens")
    millionOutputTokens = result("output_usd_per_million_tokens")
    request = result("usd_per_request")
    energyOfRequest = result("energy_wh")
    month = known("usd_per_month")
    requestAtVolume = known("usd_per_request_at_volume")
    lifetime = known("lifetime_usd")
    notes = estimate.scenario.notes
    self.report = report
  }

  /// Every value with its formula, the numbers put in, and the source of each input.
  public var explanation: String { Explanation(report).text }
}
