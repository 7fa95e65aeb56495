import CostModel

// A run in a few lines.
var run = Pretraining(parameters: 70e9, tokens: 15e12, accelerator: "h100")
run.accelerators = 2048
let estimate = try run.estimate()
print(estimate.cost, estimate.days.p90, estimate.energy.typical)
for line in estimate.bill { print(line.category.name, line.amount) }

// What one knows better than the tables.
let quoted = """
  {"table": "market", "rows": [{"id": "h100-sxm-on-demand", "accelerator": "h100-sxm", "commitment": "on-demand",
    "usdPerAcceleratorHour": {"low": 1.9, "typical": 2.3, "high": 3.2}, "asOf": "2026-11",
    "assumption": "quotes that we got"}]}
  """
let cheaper = try run.with(\.mfu, 0.35...0.45).estimate(in: .builtIn.overlaid(by: quoted))
print("by our quotes:", cheaper.cost)

// A stage after it.
var tuning = SupervisedFineTuning(model: "llama-3.1-8b", accelerator: "h100")
tuning.examples = 20_000
tuning.tuning = "lora"
print("fine-tuning:", try tuning.estimate().cost)

// A model for a budget, and what serving one costs.
let model = try ModelSizing(.budget(Quantity(5e6)), accelerator: "h100").estimate()
print("for $5M:", model.parameters, "on", model.tokens)

var serving = Serving(model: "llama-3.1-70b", accelerator: "h100")
serving.requestsPerDay = 1e6
let costs = try serving.estimate()
print("a million output tokens:", costs.millionOutputTokens)
