/// A published throughput of serving.
public struct PublishedServing: Sendable {
  /// The row's id.
  public var id: String
  /// The software, or who published it.
  public var publisher: String
  /// When it was published.
  public var date: String
  /// The model.
  public var model: String
  /// All parameters.
  public var parameters: Double
  /// Parameters that work on each token.
  public var activeParameters: Double
  /// What it ran on.
  public var accelerator: Accelerator
  /// Tokens written each second by one accelerator.
  public var tokensPerSecond: Double
  /// Tokens of prompt and answer, the formats and the batch.
  public var load: ServingLoad
  /// The format of the caches.
  public var cache: StoredPrecision
  /// The architecture, where it is known.
  public var architecture: Architecture?

  /// A throughput by its row.
  public init(
    id: String, publisher: String, date: String, model: String, parameters: Double, activeParameters: Double,
    accelerator: Accelerator, tokensPerSecond: Double, load: ServingLoad, cache: StoredPrecision,
    architecture: Architecture?
  ) {
    self.id = id
    self.publisher = publisher
    self.date = date
    self.model = model
    self.parameters = parameters
    self.activeParameters = activeParameters
    self.accelerator = accelerator
    self.tokensPerSecond = tokensPerSecond
    self.load = load
    self.cache = cache
    self.architecture = architecture
  }

  var kind: ArchitectureClass { activeParameters < parameters ? .mixtureOfExperts : .dense }

  /// The roofline of the row.
  func roofline(_ efficiency: ServingEfficiency, in catalog: any Catalog) throws(ScenarioError) -> ServingRoofline {
    var request = Request(parameters: Ranged(parameters), phases: [])
    if kind == .mixtureOfExperts { request[Settings.activeParameters] = Ranged(activeParameters) }
    request.accelerator = accelerator.id
    request[Settings.price] = Ranged(1)
    let scenario = try ScenarioBuilder.scenario(for: request, in: catalog, purpose: .postTraining)
    guard let memory = scenario.decoding else {
      throw .missing(field: "memory or bandwidth", accelerator: accelerator.name)
    }
    let context = load.prompt.typical + load.answer.typical * 0.5
    let model =
      architecture.map { ServedModel(scenario.model, $0, context: context, cache: cache) }
      ?? ServedModel(scenario.model, widthToDepth: scenario.hardware.widthToDepth, cache: cache)
    return try ServingRoofline(model, load, on: scenario.hardware, memory, efficiency)
  }
}

extension ServingEfficiency {
  /// The shares of a fit.
  init(_ kind: ArchitectureClass, _ fit: ServingFit) {
    func input(_ id: String, _ value: Double) -> Expression<Ratio> {
      Expression.input(id, id, Ranged(value), from: .assumed("the fit without its model"))
    }
    bandwidth = input("serving_bandwidth", fit.bandwidth(kind))
    decoding = input("serving_decoding", fit.decoding(kind))
    prefill = input("serving_prefill", fit.prefill(kind))
    fourBits = input("serving_four_bits", fit.fourBits)
    engine = Expression.input(
      "serving_engine", "serving_engine", Ranged(1, low: 1 / fit.spread, high: fit.spread),
      from: .assumed("the fit without its model"))
  }
}

extension Backtest {
  /// What the fit of serving learns from published throughput.
  public static func observations(
    _ rows: [PublishedServing], in catalog: any Catalog
  ) throws(ScenarioError) -> [ServingFit.Observation] {
    var observations: [ServingFit.Observation] = []
    for row in rows {
      let efficiency = try ServingEfficiency(row.kind, in: catalog)
      let roofline = try row.roofline(efficiency, in: catalog)
      observations.append(
        ServingFit.Observation(
          model: row.model, ideal: roofline.ideal, isMixture: row.kind == .mixtureOfExperts,
          isFourBits: row.load.weights.peak(on: row.accelerator)?.name == "fp4", seconds: 1 / row.tokensPerSecond))
    }
    return observations
  }

  /// Predicts published throughput of serving, each by a fit without the rows of its model.
  public init(
    serving rows: [PublishedServing], catalog: any Catalog, plan: SamplingPlan
  ) throws(ScenarioError) {
    let observations = try Self.observations(rows, in: catalog)
    learnedFrom = (observations.count, Set(observations.map(\.model)).count)
    entries = []
    var fits: [String: ServingFit] = [:]
    for row in rows {
      guard let fit = fits[row.model] ?? ServingFit(observations.filter { $0.model != row.model }) else {
        unpredicted.append((row.id, "too few other models"))
        continue
      }
      fits[row.model] = fit
      let roofline = try row.roofline(ServingEfficiency(row.kind, fit), in: catalog)
      guard let line = Report(of: roofline.throughput, plan: plan).lines.last else { continue }
      let run = PublishedRun(
        id: row.id, organization: row.publisher, date: row.date, activeParameters: row.activeParameters,
        tokens: row.load.answer.typical.value, architecture: row.kind,
        precision: row.accelerator.referencePrecision, accelerator: row.accelerator, acceleratorHours: nil,
        exclusion: nil)
      entries.append(
        Entry(
          id: row.id, run: run, groups: [row.kind.rawValue, row.accelerator.generation], measure: .throughput,
          predicted: line.value, actual: row.tokensPerSecond))
    }
  }
}
