/// A value of a row with its own reference, where a row's values come from different places.
package struct Sourced: Sendable {
  /// In base units of what it counts.
  package var value: Double
  /// Where it came from.
  package var reference: RowReference
  /// Whose value it is, where it is that of a region around.
  package var place: String?
}

/// A place with a power grid.
package struct Region: Sendable {
  /// What users type, as `us-va`.
  package var id: String
  /// The name for people.
  package var name: String
  /// What industry pays, USD per kWh.
  package var electricity: Sourced
  /// Location-based carbon intensity, gCO2e per kWh.
  package var carbon: Sourced
  /// Water consumed by power plants, liters per kWh.
  package var water: Sourced
}

/// A default that is one number with a range.
package struct Factor: Sendable {
  /// The name for people.
  package var name: String
  /// The typical value with p10 and p90, in the unit the row names.
  package var value: Ranged<Ratio>
  /// The unit that the row names.
  package var unit: String?
  /// The row it came from.
  package var reference: RowReference
}
