/// A value of a row with its own reference, where a row's values come from different places.
public struct Sourced: Sendable {
  /// In base units of what it counts.
  public var value: Double
  /// Where it came from.
  public var reference: RowReference

  /// A value and its source.
  public init(value: Double, reference: RowReference) {
    self.value = value
    self.reference = reference
  }
}

/// A place with a power grid.
public struct Region: Sendable {
  /// What users type, as `us-va`.
  public var id: String
  /// The name for people.
  public var name: String
  /// What industry pays, USD per kWh.
  public var electricity: Sourced
  /// Location-based carbon intensity, gCO2e per kWh.
  public var carbon: Sourced
  /// Water consumed by power plants, liters per kWh.
  public var water: Sourced

  /// A region; what the row lacks comes from the region around it.
  public init(id: String, name: String, electricity: Sourced, carbon: Sourced, water: Sourced) {
    self.id = id
    self.name = name
    self.electricity = electricity
    self.carbon = carbon
    self.water = water
  }
}

/// A default that is one number with a range.
public struct Factor: Sendable {
  /// The name for people.
  public var name: String
  /// The typical value with p10 and p90, in the unit the row names.
  public var value: Ranged<Ratio>
  /// The unit that the row names.
  public var unit: String?
  /// The row it came from.
  public var reference: RowReference

  /// A factor row.
  public init(name: String, value: Ranged<Ratio>, unit: String?, reference: RowReference) {
    self.name = name
    self.value = value
    self.unit = unit
    self.reference = reference
  }
}
