/// Values by the settings they belong to, in base units.
package struct InputValues: Sendable {
  private var values: [String: Ranged<Ratio>] = [:]
  /// Where values come from that the user did not give.
  var origins: [String: Origin] = [:]

  /// No values.
  package init() {}

  /// The value of a setting; nil where it is not given.
  package subscript<Measure>(_ setting: Setting<Measure>) -> Ranged<Measure>? {
    get { values[setting.id]?.measured() }
    set {
      values[setting.id] = newValue.map { Ranged($0.typical.value, low: $0.low.value, high: $0.high.value) }
      origins[setting.id] = nil
    }
  }

  /// The ids of what is given.
  var ids: [String] { values.keys.sorted() }

  /// The value of the setting of an id, whose unit the caller knows.
  package subscript(_ id: String) -> Ranged<Ratio>? {
    get { values[id] }
    set { (values[id], origins[id]) = (newValue, nil) }
  }
}

/// What an estimate is told, and what the tables say of the rest: each value comes with its origin.
struct Inputs {
  let values: InputValues
  let catalog: any Catalog
  /// Whether rows for stages after pre-training stand before the usual ones.
  var isAfterPretraining = false

  /// What is given of a setting; nil where nothing is.
  ///
  /// - Throws: ``ScenarioError/outOfRange(input:value:allowed:)`` for a value outside the setting's limits.
  func given<Measure: Unit>(
    _ setting: Setting<Measure>, named name: String? = nil
  ) throws(ScenarioError) -> Expression<Measure>? {
    guard let value = values[setting] else { return nil }
    return try setting.expression(value, named: name, from: values.origins[setting.id])
  }

  /// What is given of a setting, or else the row of a table that stands for it.
  ///
  /// - Parameters:
  ///   - setting: The setting.
  ///   - name: The name for people, where it is not the setting's own.
  ///   - better: The row to take, where the setting has none, or a better one is known.
  ///   - own: What turns that row's unit into the base unit.
  /// - Returns: The value, with its origin.
  /// - Throws: ``ScenarioError`` for a value outside the limits, and where neither is there.
  func callAsFunction<Measure: Unit>(
    _ setting: Setting<Measure>, named name: String? = nil, row better: String? = nil, scale own: Double? = nil
  ) throws(ScenarioError) -> Expression<Measure> {
    if let given = try given(setting, named: name) { return given }
    var (table, scale) = ("factors", own ?? 1)
    var found = better
    if case .row(let row, let own, let later, let factor) = setting.fallback {
      (table, scale) = (own, scale * factor)
      found = found ?? (isAfterPretraining ? later : nil) ?? row
    }
    guard let found else {
      throw .contradiction("\(setting.name) is not given, and there is no usual value", advice: "give \(setting)")
    }
    return try row(found, of: table, as: setting.key, name ?? setting.name, scale: scale, limits: setting.limits)
  }

  /// A row of a table as an input of an estimate; `scale` turns its unit into the base unit.
  func row<Measure: Unit>(
    _ id: String, of table: String = "factors", as key: String, _ name: String, scale: Double = 1,
    limits: ClosedRange<Double> = 0...Double.greatestFiniteMagnitude
  ) throws(ScenarioError) -> Expression<Measure> {
    guard let row = try find(id, in: table) else {
      let catalog = catalog
      let known = try Self.look { () throws(CatalogError) in try catalog.ids(in: table) }
      throw .catalog(.unknown(kind: table == "factors" ? "factor" : "row", name: id, table: table, known: known))
    }
    return .input(key, name, row.value.measured(scale: scale), from: .table(row.reference), limits: limits)
  }

  /// A row of a table of factors; nil where there is none. A row that is there and broken is an error.
  func find(_ id: String, in table: String = "factors") throws(ScenarioError) -> Factor? {
    let catalog = catalog
    return try Self.look { () throws(CatalogError) in try catalog.factor(id, in: table) }
  }

  /// The first of some rows that is there.
  func first(of ids: [String]) throws(ScenarioError) -> String? {
    for id in ids { if try find(id) != nil { return id } }
    return nil
  }

  /// A look-up whose failure is the estimate's.
  static func look<Row>(_ body: () throws(CatalogError) -> Row) throws(ScenarioError) -> Row {
    do { return try body() } catch { throw .catalog(error) }
  }
}
