/// Fills a request in from a catalog.
package struct ScenarioBuilder {
  var request: Request
  let catalog: any Catalog
  let accelerator: Accelerator
  let purpose: Purpose
  let inputs: Inputs
  var notes: [Message]

  /// What a scenario is for, which decides what of the tables it needs.
  package enum Purpose: Sendable {
    /// Training from scratch, at the efficiency of whole runs.
    case pretraining
    /// A stage after it, which may generate text and has an efficiency of its own.
    case postTraining
  }

  /// The accelerator a bare request uses.
  package static let defaultAccelerator = "h100-sxm"
  /// The region a bare request uses.
  package static let defaultRegion = "us"

  init(_ request: Request, in catalog: any Catalog, purpose: Purpose = .pretraining) throws(ScenarioError) {
    accelerator = try Self.accelerator(of: request, in: catalog)
    self.request = request
    self.catalog = catalog
    self.purpose = purpose
    inputs = Inputs(values: request.values, catalog: catalog, isAfterPretraining: purpose == .postTraining)
    notes = request.notes
  }

  /// The accelerator that a request names, or the default.
  package static func accelerator(of request: Request, in catalog: any Catalog) throws(ScenarioError) -> Accelerator {
    try Inputs.look { () throws(CatalogError) in try catalog.accelerator(request.accelerator ?? defaultAccelerator) }
  }

  /// The scenario of a request: every value the user did not give comes from a table, with its origin.
  ///
  /// - Throws: ``ScenarioError`` that says what is wrong with the request, or which look-up failed.
  package static func scenario(
    for request: Request, in catalog: any Catalog, purpose: Purpose = .pretraining
  ) throws(ScenarioError) -> Scenario {
    var builder = try ScenarioBuilder(request, in: catalog, purpose: purpose)
    return try builder.scenario()
  }

  private mutating func scenario() throws(ScenarioError) -> Scenario {
    let model = try model()
    if request.flopCount == .exact, model.known == nil {
      throw .contradiction(
        "exact FLOP need an architecture, not a number of parameters",
        advice: "name it by \(input: "model") or \(input: "config"), or leave out \(input: "flops", as: "exact")")
    }
    try checkNeeds()
    let phases = try phases(of: model)
    var hardware = try hardware(for: model)
    let hours = try knownHours()
    let steps = purpose == .pretraining ? try steps(for: model, phases) : nil
    hardware.scaling = steps?.scaling
    let region = try region()
    if rentsSpot {
      let counted: Message = "spot accelerators are taken away at times: the hours count what is computed again"
      let uncounted: Message =
        "spot accelerators are taken away at times: '\(command: "schedule")' counts what that costs, this does not"
      notes.append(rentsSpotAlone ? counted : uncounted.doubted)
    }
    if request[Settings.researchMultiplier] != nil {
      notes.append(
        "FLOP, accelerator-hours and days are those of the final run; cost, energy, carbon and water count the "
          + "experiments too")
    }
    let largest = try usualCluster(hardware, model, phases).map { Scenario.Cluster.accelerators($0) }
    let given = try cluster()
    let methods = try methodTerms(in: region)
    let payment = try payment(in: region, methods)
    var scenario = Scenario(
      model: model, phases: phases, hardware: hardware, decoding: purpose == .postTraining ? try decoding() : nil,
      cluster: given ?? largest, payment: payment, site: try site(in: region), storage: try storage(),
      research: try inputs.given(Settings.researchMultiplier), flopCount: request.flopCount,
      priceMonth: request.priceMonth, notes: notes)
    scenario.choice = steps?.choice
    scenario.pilot = try pilot()
    if purpose == .pretraining, let other = scenario.pilot?.other {
      scenario.pilot?.elsewhere = try stepsElsewhere(on: other, for: model, phases)
    }
    (scenario.acceleratorHours, scenario.isSizeKnown) = (hours, !isSizeUnknown)
    if let note = note(on: steps?.scaling, model, phases) { notes.append(note) }
    if let note = noteOfStandIn(model, phases) { notes.append(note) }
    scenario.methods = methods
    if methods == nil { try setContract(of: &scenario) }
    scenario.rentTrend = try rentTrend(payment)
    scenario.spot = try spotRework()
    scenario.rentalTerm = try rentalTerm()
    scenario.extras = try extras()
    scenario.equivalents = try equivalents()
    scenario.notes = notes
    return scenario
  }

  /// Refuses what is given and would count for nothing.
  private func checkNeeds() throws(ScenarioError) {
    for setting in Settings.all(.ownership) where request.values[setting.id] != nil && !holds(setting.need) {
      throw .withoutEffectOnRent(setting.id)
    }
    if request.depreciation != nil, !request.isOwned { throw .withoutEffectOnRent("depreciation") }
    if request.hosting != nil, !request.isOwned { throw .withoutEffectOnRent("hosting") }
  }

  private func holds(_ need: Need) -> Bool {
    switch need {
    case .nothing: true
    case .ownership: request.isOwned
    case .ownershipOrEmbodied: request.isOwned || request.includesEmbodied
    case .ownershipOrMethod: request.isOwned || request.method != nil
    }
  }

  // MARK: - What the user gives

  func model() throws(ScenarioError) -> Scenario.Model {
    if let model = try modelOfCompute() { return model }
    return try givenModel()
  }

  /// The model as it is given.
  func givenModel() throws(ScenarioError) -> Scenario.Model {
    if let known = request.model { return Scenario.Model(known) }
    let total = try inputs(Settings.parameters)
    guard let active = try inputs.given(Settings.activeParameters) else { return Scenario.Model(parameters: total) }
    guard active.range.high <= total.range.high, active.typical <= total.typical else {
      throw .moreActiveThanTotal(
        active: Notation.display(active.range.high.value, as: .parameters),
        total: Notation.display(total.range.high.value, as: .parameters))
    }
    // A model whose parameters all work on each token is dense.
    guard active.range != total.range else { return Scenario.Model(parameters: total) }
    return Scenario.Model(parameters: total, activeParameters: active)
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
      return try Inputs.look { () throws(CatalogError) in try catalog.region(Self.defaultRegion) }
    }
  }

  func phases(of model: Scenario.Model) throws(ScenarioError) -> [Scenario.Phase] {
    if let phases = try phasesOfCompute(model) { return phases }
    return try givenPhases()
  }

  /// The phases as they are given.
  func givenPhases() throws(ScenarioError) -> [Scenario.Phase] {
    var phases: [Scenario.Phase] = []
    for (index, phase) in request.phases.enumerated() {
      let suffix = index == 0 ? "" : "_\(index + 1)"
      let name = request.phases.count == 1 ? "pre-training" : "phase \(index + 1)"
      let context = try phase.contextLength.map { value throws(ScenarioError) in
        try Settings.context.expression(
          value, as: "context_length" + suffix, named: "context length, \(name)",
          from: phase.contextOrigin)
      }
      phases.append(
        Scenario.Phase(
          name: name,
          tokens: try Settings.tokens.expression(
            phase.tokens, as: "tokens" + suffix, named: "tokens, \(name)", from: phase.origin),
          epochs: index == 0 ? try inputs.given(Settings.epochs) : nil, contextLength: context))
    }
    return phases
  }

  private func cluster() throws(ScenarioError) -> Scenario.Cluster? {
    if let count = try inputs.given(Settings.accelerators) { return .accelerators(count) }
    return try inputs.given(Settings.days).map { .deadline($0) }
  }

  // MARK: - What tables give

  private func storage() throws(ScenarioError) -> Scenario.Storage {
    Scenario.Storage(
      bytesPerToken: try inputs.row("bytes-per-token", as: "bytes_per_token", "bytes per token"),
      bytesPerParameter: try inputs.row(
        "checkpoint-bytes-per-parameter", as: "checkpoint_bytes", "checkpoint bytes per parameter"),
      checkpoints: try inputs(Settings.checkpoints), time: try inputs(Settings.storageTime),
      price: try inputs.row("storage-usd-per-gb-month", as: "storage_price", "storage price"),
      corpusPrice: try storagePrice(request.corpusStorage, of: "corpus"),
      checkpointPrice: try storagePrice(request.checkpointStorage, of: "checkpoint"))
  }

  private func storagePrice(
    _ kind: StorageClass?, of what: String
  ) throws(ScenarioError) -> Expression<Per<Dollars, GigabyteMonths>>? {
    guard let kind else { return nil }
    let id =
      switch kind {
      case .hot: "storage-object"
      case .warm: "storage-object-warm"
      case .cold: "storage-object-cold"
      case .file: "storage-file"
      case .volume: "storage-volume"
      }
    return try inputs.row(
      id, of: "corpus", as: what + "_storage_price", "storage price, \(what), \(kind.rawValue)")
  }

  /// Whether the accelerators are rented where data that leaves is billed.
  private var asksForEgress: Bool {
    get throws(ScenarioError) {
      if let tier = request.tier { return tier == .hyperscaler }
      guard let name = request.provider else { return false }
      do { return try catalog.provider(name).tier == .hyperscaler } catch {
        // A provider of the user's own rows.
        guard case .unknown = error else { throw .catalog(error) }
        return false
      }
    }
  }

  /// What a cloud bills besides accelerators.
  private func extras() throws(ScenarioError) -> Scenario.CloudExtras {
    var extras = Scenario.CloudExtras()
    if let amount = try inputs.given(Settings.egress) {
      extras.egress = (amount, try inputs(Settings.egressPrice, row: try asksForEgress ? "egress-hyperscaler" : nil))
    } else if request[Settings.egressPrice] != nil {
      throw .contradiction(
        "a price of egress is given, and no data", advice: "add \(Settings.egress), as \(Settings.egress, as: "20TB")")
    }
    if let count = try inputs.given(Settings.hostCPUs) {
      extras.hosts = (count, try inputs(Settings.hostCPUPrice))
    } else if request[Settings.hostCPUPrice] != nil {
      throw .contradiction(
        "a price of host processors is given, and no number",
        advice: "add \(Settings.hostCPUs), as \(Settings.hostCPUs, as: "16")")
    }
    return extras
  }
}
