/// What a published run tells of a job: settings and choices of its stage, in base units.
package struct RunSettings: Sendable {
  /// Values by setting.
  private(set) var values: [String: Double] = [:]
  /// What was chosen, by choice.
  private(set) var choices: [String: String] = [:]

  /// A setting, where the run tells it.
  mutating func set<Measure>(_ setting: Setting<Measure>, _ value: Double?) {
    if let value { values[setting.id] = value }
  }

  /// A choice, where the run made one that there is.
  mutating func choose(_ choice: Choice, _ value: String?) {
    if let value, choice.values.contains(value) { choices[choice.id] = value }
  }
}

/// A published run as something to take the settings of: the job, the model and the cluster.
package struct LikeRun: Sendable {
  /// The row that it is.
  package let reference: RowReference
  let settings: RunSettings
  let parameters: Double?
  let activeParameters: Double?
  let model: KnownModel?
  let tokens: Double?
  let context: Double?
  let accelerator: String?
  let accelerators: Double?
  let precision: Precision?
  /// FLOP as others estimate them, of a run whose size nobody told.
  var compute: Ranged<Operations>?
  /// Accelerator-hours as others estimate them.
  var estimatedHours: Double?
  /// How far the estimates may be trusted: high, medium or low.
  var confidence: String?

  var origin: Origin { .table(reference) }
}

extension TableCatalog {
  /// The published runs of a stage, by table and id.
  package func runs(of stage: any Stage.Type) throws(CatalogError) -> [TableRow] {
    var runs: [TableRow] = []
    for table in stage.runTables {
      for row in try tables.rows(of: table) {
        let command = table == "post-training-runs" ? try row.text("command") : stage.name
        if command == stage.name { runs.append(row) }
      }
    }
    return runs
  }

  /// The published run of a stage that a name means.
  ///
  /// - Throws: ``CatalogError/unknown(kind:name:table:known:)`` with the stage's runs for a name of none of them,
  ///   ``CatalogError/undisclosed(run:reason:nearest:)`` for a run of which nothing is public.
  package func run(_ name: String, of stage: any Stage.Type) throws(CatalogError) -> LikeRun {
    let runs = try runs(of: stage)
    for table in stage.runTables {
      let meaning = try tables.names(of: table).meaning(of: name)
      let ids: [String] =
        switch meaning {
        case .row(let id): [id]
        case .several(let ids): ids
        case .none: []
        }
      let found = runs.filter { $0.table == table && ids.contains($0.id) }
      if found.count == 1 { return try likeRun(found[0], of: stage) }
      guard found.isEmpty else {
        throw .ambiguous(kind: "run of \(stage.name)", name: name, table: table, candidates: found.map(\.id))
      }
    }
    throw .unknown(
      kind: "run of \(stage.name)", name: name, table: stage.runTables.first ?? "post-training-runs",
      known: runs.map(\.id))
  }

  private func likeRun(_ row: TableRow, of stage: any Stage.Type) throws(CatalogError) -> LikeRun {
    if let nearest = try row.text("nearest") {
      throw .undisclosed(run: row.id, reason: try row.requiredText("exclude"), nearest: nearest)
    }
    let isOfStage = row.table == "post-training-runs"
    var run = LikeRun(
      reference: try row.reference(), settings: try stage.settings(of: row), parameters: try row.number("parameters"),
      activeParameters: try row.number("activeParameters"),
      model: isOfStage
        ? try row.text("architecture").map { name throws(CatalogError) in try knownModel(name).model } : nil,
      tokens: try row.number(isOfStage ? "trainingTokens" : "tokens"), context: try row.number("sequenceLength"),
      accelerator: try row.text("hardware"), accelerators: try row.number("accelerators"),
      precision: isOfStage ? nil : try row.text("precision").flatMap { Precision(named: $0) })
    if row.member("flopEstimate.typical") != nil { run.compute = try row.range("flopEstimate.", of: Operations.self) }
    run.estimatedHours = try row.number("acceleratorHoursEstimate")
    run.confidence = try row.text("confidence")
    return run
  }
}

extension Request {
  /// Takes from a published run what is not given: its model, its cluster, and for pre-training its tokens.
  package mutating func take(
    _ run: LikeRun, of stage: any Stage.Type, context: Ranged<SequenceLength>? = nil
  ) {
    takeModel(run)
    if stage == Pretraining.self {
      takeCompute(run)
      if region == nil {
        let note: Message =
          "grid, water and PUE are those of region \(ScenarioBuilder.defaultRegion), not of where the run was: "
          + "\(input: "region") and \(input: "pue") say others"
        notes.append(note)
      }
    }
    if cluster == nil { values.take(Settings.accelerators, run.accelerators, run) }
    accelerator = accelerator ?? run.accelerator
    precision = precision ?? run.precision
    guard stage == Pretraining.self, phases.isEmpty, self[Settings.tokens] == nil, let tokens = run.tokens else {
      return
    }
    var phase = Phase(tokens: Ranged(tokens), contextLength: context ?? run.context.map { Ranged($0) })
    phase.origin = run.origin
    phase.contextOrigin = context == nil ? run.origin : nil
    phases = [phase]
  }

  /// Takes what others estimate of a run whose size nobody told: its FLOP, and its hours where nothing says that it ran
  /// elsewhere or faster.
  private mutating func takeCompute(_ run: LikeRun) {
    guard let compute = run.compute, self[Settings.compute] == nil,
      self[Settings.acceleratorHours] == nil
    else { return }
    // Parameters and tokens tell the FLOP.
    let tellsTokens = self[Settings.tokens] != nil || !phases.isEmpty
    guard !tellsTokens || model == nil && self[Settings.parameters] == nil else { return }
    values.take(Settings.compute, compute, run)
    let decides = [Settings.mfu.id, Settings.steadyMFU.id, Settings.parameters.id, Settings.tokens.id]
    let isItsOwn = accelerator == nil && precision == nil && decides.allSatisfy { values[$0] == nil } && phases.isEmpty
    if isItsOwn { values.take(Settings.acceleratorHours, run.estimatedHours.map { Ranged($0) }, run) }
    notes.append(
      Message(
        "what is taken of \(run.reference.id) was not told by who trained it: others estimate it, with "
          + "\(run.confidence ?? "unknown") confidence (\(run.reference.sources.map(\.title).joined(separator: "; ")))")
    )
  }

  /// Takes a run's model where none is given.
  package mutating func takeModel(_ run: LikeRun) {
    if model == nil, self[Settings.parameters] == nil {
      model = run.model
      values.take(
        Settings.parameters, run.model.map { $0.architecture.parameterCount.total.value } ?? run.parameters, run)
      if run.model == nil, let active = run.activeParameters, active != run.parameters {
        values.take(Settings.activeParameters, active, run)
      }
    }
  }
}

extension InputValues {
  fileprivate mutating func take<Measure>(_ setting: Setting<Measure>, _ value: Double?, _ run: LikeRun) {
    take(setting, value.map { Ranged($0) }, run)
  }

  fileprivate mutating func take<Measure>(_ setting: Setting<Measure>, _ value: Ranged<Measure>?, _ run: LikeRun) {
    guard let value else { return }
    self[setting] = value
    origins[setting.id] = run.origin
  }
}

extension StageInputs {
  /// The same with the settings and choices of a published run where nothing is given. What the user gives wins, and what
  /// would count for nothing beside it is left out.
  package func taking(_ run: LikeRun, of stage: any Stage.Type) -> StageInputs {
    var taken = self
    let idle = stage.requirements.filter { requirement in
      if case .isNotGiven(let other) = requirement.condition { isGiven(other) } else { false }
    }.flatMap(\.dependents)
    for (id, value) in run.settings.values where !isGiven(id) && !idle.contains(id) {
      taken.take(id, Ranged(value), from: run.origin)
    }
    for (id, value) in run.settings.choices where !isGiven(id) && !idle.contains(id) {
      taken.take(id, value, from: run.origin)
    }
    return taken
  }
}
