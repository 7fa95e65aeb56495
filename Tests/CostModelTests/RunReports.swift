import CostModel
import Testing

/// The report of a run of so many accelerator-hours, however they come about; `power` is what an accelerator draws with
/// its share of the server, in watts.
func report(
  hours: Double, on accelerator: String = "h100-sxm", power: Double? = nil, draws: Int = 0,
  _ change: (inout Request) -> Void = { _ in }
) throws -> Report {
  let row = try TableCatalog.shared.accelerator(accelerator)
  let tokens = hours * 3600 * (try #require(row.referencePeak)) * 0.4 / 6e9
  var request = Request(parameters: Ranged(1e9), phases: [.init(tokens: Ranged(tokens))])
  request.accelerator = accelerator
  request[Settings.mfu] = Ranged(0.4)
  if let power, let node = row.nodeWatts, let count = row.acceleratorsPerNode {
    request[Settings.powerDraw] = Ranged(power / (node / Double(count)))
  }
  change(&request)
  let scenario = try ScenarioBuilder.scenario(for: request, in: TableCatalog.shared)
  return try Estimate.pretraining(scenario).report(SamplingPlan(draws: draws))
}

/// The typical value of a result that must be there.
func value(_ report: Report, _ key: String) throws -> Double {
  try #require(report.result(key), "\(key)").value.typical
}
