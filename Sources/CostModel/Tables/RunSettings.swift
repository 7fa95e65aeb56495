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
  /// - Throws: ``CatalogError/unknown(kind:name:table:known:)`` with the stage's runs for a name of none of them.
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
    let isOfStage = row.table == "post-training-runs"
    return LikeRun(
      reference: try row.reference(), settings: try stage.settings(of: row), parameters: try row.number("parameters"),
      activeParameters: try row.number("activeParameters"),
      model: isOfStage
        ? try row.text("architecture").map { name throws(CatalogError) in try knownModel(name).model } : nil,
      tokens: try row.number(isOfStage ? "trainingTokens" : "tokens"), context: try row.number("sequenceLength"),
      accelerator: try row.text("hardware"), accelerators: try row.number("accelerators"),
      precision: isOfStage ? nil : try row.text("precision").flatMap { Precision(named: $0) })
  }
}

extension Request {
  /// Takes from a published run what is not given: its model, its cluster, and for pre-training its tokens.
  package mutating func take(
    _ run: LikeRun, of stage: any Stage.Type, context: Ranged<SequenceLength>? = nil
  ) {
    takeModel(run)
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
    guard let value else { return }
    self[setting] = Ranged(value)
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
