/// One quantity that a stage asks for, under the name that options, tables and recipes know it by.
public struct Setting<Measure>: Sendable {
  /// The stable name, as `group-size`.
  public let id: String
  /// The name for people.
  public let name: String
  /// What values make sense, in base units.
  public let limits: ClosedRange<Double>
  /// The setting in half a line, for help.
  public let help: String

  /// A setting.
  public init(_ id: String, _ name: String, _ limits: ClosedRange<Double>, help: String) {
    self.id = id
    self.name = name
    self.limits = limits
    self.help = help
  }
}

/// A setting whose unit is known at run time only: what options are made from.
public struct AnySetting: Sendable {
  /// See ``Setting/id``.
  public let id: String
  /// See ``Setting/help``.
  public let help: String
  /// What it counts.
  public let dimension: Dimension
  /// See ``Setting/limits``.
  public let limits: ClosedRange<Double>

  /// The setting with its unit taken away.
  public init<Measure: Unit>(_ setting: Setting<Measure>) {
    id = setting.id
    help = setting.help
    dimension = Measure.dimension
    limits = setting.limits
  }
}

/// One choice that a stage offers.
public struct Choice: Sendable {
  /// The stable name, as `labels`.
  public let id: String
  /// What there is, the default first; empty where any row id of a table will do.
  public let values: [String]
  /// The table whose rows will do, where they are not counted.
  public let table: String?
  /// What is taken unless told otherwise.
  public let standard: String
  /// The choice in half a line, for help.
  public let help: String

  /// A choice between values; the first is the default.
  public init(_ id: String, _ values: [String], help: String) {
    self.id = id
    self.values = values
    table = nil
    standard = values.first ?? ""
    self.help = help
  }

  /// A choice of a row of a table.
  public init(_ id: String, rowOf table: String, standard: String, help: String) {
    self.id = id
    values = []
    self.table = table
    self.standard = standard
    self.help = help
  }
}

/// What a stage rests on: settings that were given, and typical ones of its method from the tables.
public struct StageInputs: Sendable {
  /// The method, whose typical settings apply; `dapo` for `grpo --method dapo`.
  public let method: String
  /// The method whose settings stand in where the method has none of its own, as `grpo` for `dapo`.
  public let parent: String
  private let given: [String: Ranged<Ratio>]
  private let chosen: [String: String]
  let catalog: any Catalog

  /// Settings and choices of a stage.
  ///
  /// - Parameters:
  ///   - stage: The stage, which is its own method unless `method` is chosen.
  ///   - given: What the user said, in base units, by setting.
  ///   - chosen: What the user chose, by choice.
  ///   - catalog: The tables.
  public init(stage: String, given: [String: Ranged<Ratio>], chosen: [String: String] = [:], catalog: any Catalog) {
    parent = stage
    method = chosen["method"] ?? stage
    self.given = given
    self.chosen = chosen
    self.catalog = catalog
  }

  /// Whether the user gave a setting.
  public func isGiven<Measure>(_ setting: Setting<Measure>) -> Bool { given[setting.id] != nil }

  /// Whether the user gave a setting or choice of this name.
  func isGiven(_ id: String) -> Bool { given[id] != nil || chosen[id] != nil }

  /// What was chosen.
  public func callAsFunction(_ choice: Choice) -> String { chosen[choice.id] ?? choice.standard }

  /// The value of a setting as an input of the estimate; nil where neither the user nor the table has one.
  ///
  /// - Throws: ``ScenarioError`` for a value outside the setting's limits.
  public func input<Measure: Unit>(_ setting: Setting<Measure>) throws(ScenarioError) -> Expression<Measure>? {
    let id = parent + "." + setting.id
    if let value = given[setting.id] {
      let typed = Ranged<Measure>(value.typical.value, low: value.low.value, high: value.high.value)
      for amount in [typed.low, typed.typical, typed.high] where !setting.limits.contains(amount.value) {
        throw .outsideLimits(setting.name, amount.value, setting.limits, Measure.dimension)
      }
      return Expression.input(id, setting.name, typed, from: .given(setting.id), limits: setting.limits)
    }
    for candidate in [method, parent] {
      if let row = try factor(candidate + "." + setting.id, in: "methods") {
        return Expression.input(
          id, setting.name, row.value.measured(), from: .table(row.reference), limits: setting.limits)
      }
    }
    return nil
  }

  /// The value of a setting in a formula.
  ///
  /// - Throws: ``ScenarioError`` also where neither the user nor the table has a value.
  public func callAsFunction<Measure: Unit>(
    _ setting: Setting<Measure>
  ) throws(ScenarioError) -> Expression<Measure> {
    guard let input = try input(setting) else {
      throw .contradiction("\(setting.name) is not given, and there is no usual value", advice: "give --\(setting.id)")
    }
    return input
  }

  /// The value of a setting, or nothing.
  public func optional<Measure: Unit>(_ setting: Setting<Measure>) throws(ScenarioError) -> Expression<Measure>? {
    try input(setting)
  }

  /// A row of a table of factors; nil where there is none.
  func factor(_ id: String, in table: String) throws(ScenarioError) -> Factor? {
    let catalog = catalog
    return try Resolver.look { () throws(CatalogError) in try catalog.factor(id, in: table) }
  }

  /// A row of a table as an input, in the unit it must be in; what the user gave under a setting comes first.
  func rate<Measure: Unit>(
    _ setting: Setting<Measure>, orRow id: String, of table: String, unit: String, scale: Double = 1
  ) throws(ScenarioError) -> Expression<Measure> {
    if isGiven(setting), let input = try input(setting) { return input }
    guard let row = try factor(id, in: table) else {
      let catalog = catalog
      let known = try Resolver.look { () throws(CatalogError) in try catalog.ids(in: table) }
      throw .catalog(.unknown(kind: "row of \(table)", name: id, table: table, known: known))
    }
    guard row.unit == unit else {
      throw .contradiction(
        "'\(id)' of the table \(table) is in \(row.unit ?? "no unit"), not \(unit)",
        advice: "'llmcost tables \(table) --where unit=\(unit)' lists the rows that will do")
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
