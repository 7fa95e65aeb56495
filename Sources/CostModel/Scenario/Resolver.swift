/// Fills a request in from a catalog.
public struct Resolver {
  let request: Request
  let catalog: any Catalog
  let accelerator: Accelerator
  let purpose: Purpose
  var notes: [String] = []

  /// What a scenario is for, which decides what of the tables it needs.
  public enum Purpose: Sendable {
    /// Training from scratch, at the efficiency of whole runs.
    case pretraining
    /// A stage after it, which may generate text and has an efficiency of its own.
    case postTraining
  }

  /// The accelerator a bare request uses.
  public static let defaultAccelerator = "h100-sxm"
  /// The region a bare request uses.
  public static let defaultRegion = "us"

  /// The scenario of a request: every value the user did not give comes from a table, with its origin.
  ///
  /// - Throws: ``ScenarioError`` that says what is wrong with the request, or which look-up failed.
  public static func scenario(
    for request: Request, in catalog: any Catalog, purpose: Purpose = .pretraining
  ) throws(ScenarioError) -> Scenario {
    let accelerator = try look { () throws(CatalogError) in
      try catalog.accelerator(request.accelerator ?? defaultAccelerator)
    }
    var resolver = Resolver(
      request: request, catalog: catalog, accelerator: accelerator, purpose: purpose, notes: request.notes)
    return try resolver.resolve()
  }

  private mutating func resolve() throws(ScenarioError) -> Scenario {
    let model = try model()
    if request.flopCount == .exact, model.known == nil {
      throw .contradiction(
        "exact FLOP need an architecture, not a number of parameters",
        advice: "name it by --model or --config, or leave out --flops exact")
    }
    let phases = try phases()
    let hardware = try hardware(for: model)
    let region = try region()
    if request.commitment == .spot || request.blend.contains(where: { $0.commitment == .spot }) {
      notes.append(
        "spot accelerators are taken away at times: 'llmcost schedule' counts what that costs, this does not")
    }
    let methods = try methodTerms(in: region)
    let payment = try payment(in: region, methods)
    var scenario = Scenario(
      model: model, phases: phases, hardware: hardware, decoding: purpose == .postTraining ? try decoding() : nil,
      cluster: try cluster(),
      payment: payment,
      site: try site(in: region), storage: try storage(),
      research: try request.researchMultiplier.map { value throws(ScenarioError) in
        try given("research_multiplier", "research multiplier", value, Limits.research)
      }, flopCount: request.flopCount, priceMonth: request.priceMonth, notes: notes)
    scenario.methods = methods
    scenario.rentTrend = try rentTrend(payment)
    scenario.rentalTerm = try rentalTerm()
    scenario.extras = try extras()
    scenario.equivalents = try equivalents()
    return scenario
  }

  // MARK: - What the user gives

  func model() throws(ScenarioError) -> Scenario.Model {
    if let known = request.model { return Scenario.Model(known) }
    let total = try given("parameters", "parameters", request.parameters, Limits.parameters)
    guard let active = request.activeParameters else { return Scenario.Model(parameters: total) }
    let input = try given("active_parameters", "active parameters", active, Limits.parameters)
    guard active.high <= request.parameters.high, active.typical <= request.parameters.typical else {
      throw .moreActiveThanTotal(
        active: Notation.display(active.high.value, as: .parameters),
        total: Notation.display(request.parameters.high.value, as: .parameters))
    }
    return Scenario.Model(parameters: total, activeParameters: input)
  }

  /// The region of the grid. One that only the user's price rows know has the default grid.
  mutating func region() throws(ScenarioError) -> Region {
    let name = request.region ?? Self.defaultRegion
    do { return try catalog.region(name) } catch {
      guard case .unknown = error, let offers = request.offers, let wanted = request.region?.lowercased(),
        offers.contains(where: { $0.region.lowercased() == wanted })
      else { throw .catalog(error) }
      notes.append("the tables have no grid for region \(name): energy and carbon are those of \(Self.defaultRegion)")
      let catalog = catalog
      return try Self.look { () throws(CatalogError) in try catalog.region(Self.defaultRegion) }
    }
  }

  func phases() throws(ScenarioError) -> [Scenario.Phase] {
    var phases: [Scenario.Phase] = []
    for (index, phase) in request.phases.enumerated() {
      let suffix = index == 0 ? "" : "_\(index + 1)"
      let name = request.phases.count == 1 ? "pre-training" : "phase \(index + 1)"
      let tokens = try given("tokens\(suffix)", "tokens, \(name)", phase.tokens, Limits.tokens)
      let epochs =
        try index == 0
        ? request.epochs.map { value throws(ScenarioError) in try given("epochs", "epochs", value, Limits.epochs) }
        : nil
      let context = try phase.contextLength.map { value throws(ScenarioError) in
        try given("context_length\(suffix)", "context length, \(name)", value, Limits.contextLength)
      }
      phases.append(Scenario.Phase(name: name, tokens: tokens, epochs: epochs, contextLength: context))
    }
    return phases
  }

  private func cluster() throws(ScenarioError) -> Scenario.Cluster? {
    switch request.cluster {
    case .accelerators(let count):
      .accelerators(try given("accelerators", "accelerators", count, Limits.accelerators))
    case .deadline(let time): .deadline(try given("deadline", "deadline", time, Limits.hours))
    case nil: nil
    }
  }

  func given<Measure: Unit>(
    _ id: String, _ name: String, _ value: Ranged<Measure>, _ limits: ClosedRange<Double>
  ) throws(ScenarioError) -> Expression<Measure> {
    for amount in [value.low, value.typical, value.high] where !limits.contains(amount.value) {
      throw .outsideLimits(name, amount.value, limits, Measure.dimension)
    }
    return Expression.input(id, name, value, from: .given(id), limits: limits)
  }

  /// What the user gave, or else a factor of the tables.
  func given<Measure: Unit>(
    _ id: String, _ name: String, _ value: Ranged<Measure>?, _ limits: ClosedRange<Double>, orFactor factorID: String,
    scale: Double = 1
  ) throws(ScenarioError) -> Expression<Measure> {
    guard let value else { return try factor(factorID, as: id, name, scale: scale, limits: limits) }
    return try given(id, name, value, limits)
  }

  // MARK: - What tables give

  static func look<Row>(_ body: () throws(CatalogError) -> Row) throws(ScenarioError) -> Row {
    do { return try body() } catch { throw .catalog(error) }
  }

  /// A factor as an input of another unit; `scale` turns the row's unit into the base unit.
  func factor<Measure: Unit>(
    _ factorID: String, as id: String, _ name: String, scale: Double = 1, limits: ClosedRange<Double> = Limits.any
  ) throws(ScenarioError) -> Expression<Measure> {
    let factor = try Self.look { () throws(CatalogError) in try catalog.factor(factorID) }
    let value = factor.value
    return Expression.input(
      id, name,
      Ranged(value.typical.value * scale, low: value.low.value * scale, high: value.high.value * scale),
      from: .table(factor.reference), limits: limits)
  }

  private func storage() throws(ScenarioError) -> Scenario.Storage {
    Scenario.Storage(
      bytesPerToken: try factor("bytes-per-token", as: "bytes_per_token", "bytes per token"),
      bytesPerParameter: try factor(
        "checkpoint-bytes-per-parameter", as: "checkpoint_bytes", "checkpoint bytes per parameter"),
      checkpoints: try given(
        "checkpoints", "checkpoints kept", request.checkpointsKept, Limits.checkpoints,
        orFactor: purpose == .pretraining ? "checkpoints-kept" : "checkpoints-kept-fine-tune"),
      time: try given(
        "storage_time", "storage time besides the run", request.storageTime, Limits.storageTime,
        orFactor: purpose == .pretraining ? "storage-months" : "storage-months-fine-tune", scale: 730.5),
      price: try factor("storage-usd-per-gb-month", as: "storage_price", "storage price"),
      corpusPrice: try storagePrice(request.extras.corpusStorage, of: "corpus"),
      checkpointPrice: try storagePrice(request.extras.checkpointStorage, of: "checkpoint"))
  }
}
