import Testing

@testable import CostModel

@Suite("Names of results")
struct ResultNameTests {
  @Test(arguments: [
    Estimate.results, ServingEstimate.results, Schedule.results, ClusterCost.results, Program.results,
  ])
  func `a name says its unit, and stands once`(results: [ResultKey]) {
    #expect(Set(results.map(\.key)).count == results.count)
    for result in results { #expect(result.unit == ResultKey.Unit(saidBy: result.key), "\(result.key)") }
  }

  @Test(arguments: [
    ("carbon_kg", ResultKey.Unit.kilograms), ("parity_days", .days), ("it_power_mw", .megawatts),
    ("energy_wh", .wattHours), ("energy_kwh", .base), ("water_ml", .milliliters), ("water_l", .base),
    ("carbon_g", .base), ("cost_usd", .base),
  ])
  func `the end of a name is its unit`(name: String, unit: ResultKey.Unit) {
    #expect(ResultKey.Unit(saidBy: name) == unit)
  }
}
