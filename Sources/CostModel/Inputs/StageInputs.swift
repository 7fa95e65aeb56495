/// What a stage rests on: settings that were given, and typical ones of its method from the tables.
package struct StageInputs: Sendable {
  /// The method or source, whose typical settings apply; `dapo` where `method` is `dapo`.
  package var method: String { chosen["method"] ?? chosen["source"] ?? parent }
  /// The method whose settings stand in where the method has none of its own, as `grpo` for `dapo`.
  package let parent: String
  private var given: [String: Ranged<Ratio>]
  private var chosen: [String: String]
  /// Where values come from that the user did not give: a published run.
  private var origins: [String: Origin] = [:]
  let catalog: any Catalog

  /// Settings and choices of a stage.
  ///
  /// - Parameters:
  ///   - stage: The stage, which is its own method unless `method` is chosen.
  ///   - given: What the user said, in base units, by setting.
  ///   - chosen: What the user chose, by choice.
  ///   - catalog: The tables.
  package init(stage: String, given: [String: Ranged<Ratio>], chosen: [String: String] = [:], catalog: any Catalog) {
    parent = stage
    self.given = given
    self.chosen = chosen
    self.catalog = catalog
  }

  /// Takes a value that the user did not give.
  mutating func take(_ id: String, _ value: Ranged<Ratio>, from origin: Origin) {
    (given[id], origins[id]) = (value, origin)
  }

  /// Takes a choice that the user did not make.
  mutating func take(_ id: String, _ value: String, from origin: Origin) {
    (chosen[id], origins[id]) = (value, origin)
  }

  /// Whether the user, or the run that is followed, gave a setting.
  package func isGiven<Measure>(_ setting: Setting<Measure>) -> Bool { given[setting.id] != nil }

  /// Whether the user gave a setting or choice of this name.
  func isGiven(_ id: String) -> Bool { origins[id] == nil && (given[id] != nil || chosen[id] != nil) }

  /// What was chosen.
  package func callAsFunction(_ choice: Choice) -> String { chosen[choice.id] ?? choice.standard }

  /// The value of a setting, from the user or from the table of methods; nil where neither has one.
  ///
  /// - Throws: ``ScenarioError`` for a value outside the setting's limits.
  package func optional<Measure: Unit>(_ setting: Setting<Measure>) throws(ScenarioError) -> Expression<Measure>? {
    let key = parent + "." + setting.id
    if let value = given[setting.id] {
      return try setting.expression(value.measured(), as: key, from: origins[setting.id])
    }
    for candidate in [method, parent] {
      if let row = try factor(candidate + "." + setting.id, in: "methods") {
        return .input(key, setting.name, row.value.measured(), from: .table(row.reference), limits: setting.limits)
      }
    }
    return nil
  }

  /// The value of a setting in a formula.
  ///
  /// - Throws: ``ScenarioError`` also where neither the user nor the table has a value.
  package func callAsFunction<Measure: Unit>(
    _ setting: Setting<Measure>
  ) throws(ScenarioError) -> Expression<Measure> {
    guard let value = try optional(setting) else {
      throw .contradiction("\(setting.name) is not given, and there is no usual value", advice: "give \(setting)")
    }
    return value
  }

  /// A row of a table of factors; nil where there is none.
  func factor(_ id: String, in table: String) throws(ScenarioError) -> Factor? {
    let catalog = catalog
    return try Inputs.look { () throws(CatalogError) in try catalog.factor(id, in: table) }
  }

  /// What every run waits for however long it is: loading, compiling, evaluating, saving.
  func startUp() throws(ScenarioError) -> Expression<Hours>? {
    try factor("start-up-hours", in: "factors").map {
      .input(
        "start_up", $0.name, $0.value.measured(), from: .table($0.reference),
        limits: 0...Double.greatestFiniteMagnitude)
    }
  }

  /// A row of a table as an input, in the unit it must be in; what the user gave under a setting comes first.
  func rate<Measure: Unit>(
    _ setting: Setting<Measure>, orRow id: String, of table: String, unit: String, scale: Double = 1
  ) throws(ScenarioError) -> Expression<Measure> {
    if isGiven(setting) { return try self(setting) }
    guard let row = try factor(id, in: table) else {
      let catalog = catalog
      let known = try Inputs.look { () throws(CatalogError) in try catalog.ids(in: table) }
      throw .catalog(.unknown(kind: "row of \(table)", name: id, table: table, known: known))
    }
    guard row.unit == unit else {
      throw .contradiction(
        "'\(id)' of the table \(table) is in \(row.unit ?? "no unit"), not \(unit)",
        advice: "'\(command: "tables \(table)") \(input: "where", as: "unit=\(unit)")' lists the rows that will do")
    }
    return Expression.input(
      table + "." + id, row.name, row.value.measured(scale: scale), from: .table(row.reference), limits: setting.limits)
  }
}

extension Ranged where Measure == Ratio {
  /// The same numbers in a unit.
  func measured<Other>(scale: Double = 1) -> Ranged<Other> {
    Ranged<Other>(typical.value * scale, low: low.value * scale, high: high.value * scale)
  }
}

extension ScenarioError {
  /// A value that lies outside the limits of what it counts.
  static func outsideLimits(
    _ name: String, _ value: Double, _ limits: ClosedRange<Double>, _ dimension: Dimension
  ) -> ScenarioError {
    let show = { (bound: Double) in Notation.display(bound, as: dimension) }
    return .outOfRange(
      input: name, value: show(value),
      allowed: "it must lie between \(show(limits.lowerBound)) and \(show(limits.upperBound))")
  }
}
