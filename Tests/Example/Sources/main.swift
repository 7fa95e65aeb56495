import CostModel

let catalog = OwnTables()

// A pre-training run: parameters and tokens, all else by the tables.
var request = Request(parameters: Ranged(7e9), phases: [Request.Phase(tokens: Ranged(2e12))])
request.cluster = .accelerators(Ranged(512))
let scenario = try ScenarioBuilder.scenario(for: request, in: catalog)
let run = try Estimate.pretraining(scenario)

// Evaluated: typical values, with p10 and p90 of 512 draws.
for key in ["flop", "accelerator_hours", "days", "cost_usd"] {
  guard let line = run.report(SamplingPlan()).result(key) else { continue }
  print(line.name, Notation.display(line.value.typical, as: line.dimension))
}

// What moves the cost.
if let driver = run.sensitivity(of: "cost_usd", plan: SamplingPlan(draws: 4096))?.drivers.first {
  print("first driver:", driver.name)
}

// A formula of one's own: the units are types, and the range comes with it.
let price = Expression<Per<Dollars, AcceleratorHours>>.input(
  "price", "price", Ranged(2.5, low: 2, high: 3), from: .assumed("a quote"))
let cost = (price * run.run.acceleratorHours).named("cost at the quote")
if let line = Report(of: cost, plan: SamplingPlan()).lines.last {
  print(line.name, Notation.display(line.value.typical, as: line.dimension))
}

// A stage of one's own.
let inputs = StageInputs(
  stage: Harness.name, given: ["questions": Ranged(14_000), "tokens": Ranged(600), "checkpoints": Ranged(200)],
  catalog: catalog)
let harness = try Estimate.stage(Harness.self, for: request, inputs)
for line in harness.bill.lines {
  print("\(Harness.name), \(line.category.name):", Notation.display(line.amount.typical.value, as: .dollars))
}
