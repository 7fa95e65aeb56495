import CostModel
import TextFormats

/// The results under their stable names, in the units that the names say.
struct Summary {
  struct Figure {
    var name: String
    /// nil where the estimate does not know it, as `days` without a cluster.
    var value: Spread?
  }

  var figures: [Figure]
  /// All names with their ends, in order; of another currency the total alone, and its rate.
  var columns: [String]

  /// All stable names of a stage, in order.
  static let names: [String] =
    ["flop", "accelerator_hours", "accelerators", "days", "mfu", "cost_usd"] + ChargeCategory.allCases.map(\.key)
    + ["energy_kwh", "carbon_kg", "water_l", "water_on_site_l", "water_off_site_l"]

  /// Stable names of what is there only where it is asked for, in order.
  static let optional = [
    "accelerator_months", "owned_price_usd", "rent_price_usd", "break_even_utilization", "break_even_hours",
    "method_rent_usd", "method_amortized_usd", "method_acquisition_usd", "energy_idle_kwh", "carbon_embodied_kg",
    "carbon_all_kg",
    "water_embodied_l", "water_all_l", "homes", "cars", "residents_eu", "pools",
    "usd_fixed", "usd_per_token", "usd_per_token_growing", "loss",
  ]

  /// Those of energy, carbon and water, in order.
  static let footprint = [
    "energy_kwh", "energy_idle_kwh", "carbon_kg", "carbon_embodied_kg", "carbon_all_kg", "water_l", "water_on_site_l",
    "water_off_site_l", "water_embodied_l", "water_all_l",
  ]

  /// Further names where FLOP are counted exactly.
  private static let exactNames = ["flop_6nd", "flop_over_6nd"]

  init(_ report: Report, currency: Currency? = nil) {
    let categories = Set(ChargeCategory.allCases.map(\.key))
    figures = Self.names.map { name in
      guard let line = report.result(name) else {
        return Figure(name: name, value: categories.contains(name) ? Spread(typical: 0) : nil)
      }
      return Figure(name: name, value: Self.converted(line.value, by: Self.factor(for: name)))
    }
    columns = Self.columns
    for name in Self.exactNames {
      guard let line = report.result(name) else { continue }
      figures.append(Figure(name: name, value: line.value))
    }
    for name in Self.optional {
      guard let line = report.result(name) else { continue }
      figures.append(Figure(name: name, value: Self.converted(line.value, by: Self.factor(for: name))))
      columns += [name, name + ".p10", name + ".p90"]
    }
    guard let currency else { return }
    for figure in figures {
      guard let name = currency.key(of: figure.name) else { continue }
      figures.append(Figure(name: name, value: figure.value.map { Self.converted($0, by: currency.perDollar) }))
      if figure.name == "cost_usd" { columns += [name, name + ".p10", name + ".p90", "fx"] }
    }
    figures.append(Figure(name: "fx", value: Spread(typical: currency.perDollar)))
  }

  /// From base units to the unit in the name.
  static func factor(for name: String) -> Double {
    switch name {
    case "days": 1.0 / 24
    case "carbon_kg", "carbon_embodied_kg", "carbon_all_kg", "it_power_mw", "site_power_mw", "draw_mw": 1.0 / 1000
    default: 1
    }
  }

  private static func converted(_ spread: Spread, by factor: Double) -> Spread {
    Spread(typical: spread.typical * factor, p10: spread.p10.map { $0 * factor }, p90: spread.p90.map { $0 * factor })
  }

  /// The value of a name, with `.p10` or `.p90` behind it for the ends of the range.
  ///
  /// What does not vary has its typical value at both ends.
  func value(_ path: String) -> Double?? {
    for figure in figures {
      if path == figure.name { return .some(figure.value?.typical) }
      if path == figure.name + ".p10" { return .some(figure.value.map { $0.p10 ?? $0.typical }) }
      if path == figure.name + ".p90" { return .some(figure.value.map { $0.p90 ?? $0.typical }) }
    }
    return nil
  }

  /// All names with their ends, in order.
  static let columns: [String] = names.flatMap { [$0, $0 + ".p10", $0 + ".p90"] }

  /// The names and values of some columns.
  func record(_ columns: [String]) -> [(String, Double?)] { columns.map { ($0, value($0) ?? nil) } }

  /// A number for machines: 15 significant digits, so that the last binary place does not show.
  static func text(_ value: Double) -> String { Notation.machineText(value) }
}
