import CostModel
import Testing

@Suite("The library")
struct LibraryTests {
  private let run = Pretraining(parameters: 70e9, tokens: 15e12, accelerator: "h100")

  @Test func `a job says the same as the formulas behind it`() throws {
    var request = Request(parameters: 70e9, phases: [Request.Phase(tokens: 15e12)])
    request.accelerator = "h100"
    request.cluster = .accelerators(2048)
    let formulas = try Estimate.pretraining(ScenarioBuilder.scenario(for: request, in: TableCatalog.shared))
    var run = run
    run.accelerators = 2048
    let estimate = try run.estimate()
    let report = formulas.report(SamplingPlan().correlated(by: try TableCatalog.shared.correlations()))
    let cost = try #require(report.result("cost_usd")).value
    #expect(estimate.cost.typical.value == cost.typical)
    #expect(estimate.cost.p90.value == cost.p90)
    #expect(estimate.days.typical.value == report.result("days")?.value.typical)
    #expect(estimate.energy.typical.value == report.result("energy_kwh")?.value.typical)
    #expect((estimate.bill.map(\.amount.typical.value).reduce(0, +) / cost.typical - 1).magnitude < 1e-12)
  }

  @Test func `every stage is a value with properties of its own`() throws {
    func check<Kind: Stage>(_ kind: Kind.Type) throws {
      var stage = Kind(parameters: 8e9)
      if Kind.name == Pretraining.name { stage.tokens = 1e12 }
      if Kind.name == Distillation.name { stage[Distillation.teacherParameters] = 70e9 }
      let estimate = try stage.estimate()
      #expect(estimate.cost.typical.value > 0, "\(Kind.name)")
      #expect(estimate.cost.p10 <= estimate.cost.p90, "\(Kind.name)")
      #expect(estimate.explanation.contains("table "), "\(Kind.name)")
    }
    for kind in Stages.all { try check(kind) }
  }

  @Test func `inputs of a stage are properties, and so are its choices`() throws {
    var tuning = SupervisedFineTuning(model: "llama-3.1-8b", accelerator: "h100")
    tuning.examples = 20_000
    tuning[Labels.source] = "none"
    let full = try tuning.estimate()
    tuning.tuning = "lora"
    let lora = try tuning.estimate()
    #expect(lora.operations.typical < full.operations.typical)
    #expect(tuning.examples == 20_000 && tuning.tuning == "lora")
    tuning.tuning = "some"
    #expect(throws: ScenarioError.self) { try tuning.estimate() }
    var other = Annotation(parameters: 8e9)
    other[SupervisedFineTuning.rank] = 8
    #expect(throws: ScenarioError.self) { try other.estimate() }
  }

  @Test func `with leaves the job as it was`() throws {
    let cheaper = run.with(\.price, 1.9...3.2)
    #expect(run.price == nil && cheaper.price?.low == Quantity(1.9))
    #expect(try cheaper.estimate().cost.typical < run.with(\.price, 5).estimate().cost.typical)
  }

  @Test func `rows of one's own are laid over the tables`() throws {
    let rows = """
      {"table": "accelerators", "rows": [{"id": "h100-sxm", "peaks": {"bf16": 1.9788e15}, "asOf": "2026-11", \
      "assumption": "twice the peak"}]}
      """
    let twice = try run.with(\.mfu, 0.4).estimate(in: .builtIn.overlaid(by: rows))
    let once = try run.with(\.mfu, 0.4).estimate()
    #expect((once.acceleratorHours.typical / twice.acceleratorHours.typical - 2).magnitude < 1e-9)
    #expect(throws: CatalogError.self) { try Tables.builtIn.overlaid(by: "{\"table\": \"chips\", \"rows\": []}") }
  }

  @Test func `errors are typed, and speak of inputs`() throws {
    var wrong = run
    wrong.accelerator = "h1000"
    #expect(throws: ScenarioError.self) { try wrong.estimate() }
    wrong = run
    wrong.mfu = 7
    do {
      _ = try wrong.estimate()
      Issue.record("an MFU of 7 is taken")
    } catch {
      #expect(!error.message.description.contains("--"))
    }
  }

  @Test func `serving and sizing are jobs alike`() throws {
    var serving = Serving(model: "llama-3.1-70b", accelerator: "h100")
    serving.requestsPerDay = 1e6
    serving.outputTokens = 500
    let costs = try serving.estimate()
    #expect(costs.millionOutputTokens.typical > costs.millionInputTokens.typical)
    let month = try #require(costs.month)
    #expect(month.typical.value >= costs.request.typical.value * 1e6 * 30)
    let model = try ModelSizing(.budget(Quantity(5e6)), accelerator: "h100").estimate()
    let again = ModelSizing(.size(ModelSize(parameters: model.parameters.typical, tokens: model.tokens.typical)))
    #expect((try again.estimate().cost.typical / Quantity<Dollars>(5e6) - 1).magnitude < 0.01)
    #expect(throws: ScenarioError.self) { try ModelSizing(.loss(0.1)).estimate() }
  }
}
