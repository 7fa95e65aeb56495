import Testing

@testable import CostModel

/// Sizing held against the estimates of pre-training, which it must agree with.
@Suite("Sizing")
struct SizingTests {
  private let catalog = TableCatalog.shared

  private func sizing(
    activeShare: Double = 1, unique: Double? = nil, _ change: (inout Request) -> Void = { _ in }
  ) throws -> Sizing {
    var request = Request(parameters: Ranged(1), phases: [])
    change(&request)
    return try Sizing(request, in: catalog, activeShare: activeShare, uniqueTokens: unique.map { Quantity($0) })
  }

  private func estimate(_ size: ModelSize, _ change: (inout Request) -> Void = { _ in }) throws -> Estimate {
    var request = Request(parameters: Ranged(size.parameters), phases: [.init(tokens: Ranged(size.tokens))])
    change(&request)
    return try .pretraining(ScenarioBuilder.scenario(for: request, in: catalog))
  }

  @Test(arguments: ["besiroglu", "hoffmann", "rule-20", "kaplan", "llama3"], [30.0, 1e4, 5e6, 1e9])
  func `a budget buys a model whose pre-training costs just that`(id: String, budget: Double) throws {
    let law = try catalog.scalingLaw(id)
    let compute = try sizing().operations(for: .budget(Quantity(budget)), law: law)
    let model = law.optimum(for: compute)
    // Beyond this a layer alone fills a node, and hours jump with the layouts that are left.
    guard model.parameters.value < 20e12 else { return }
    let cost = try estimate(model).bill.total.typical.value
    // The cluster has whole nodes, so that cost has steps of a few millionths.
    #expect(abs(cost / budget - 1) < 1e-4)
    // No larger optimum is affordable, however large.
    for factor in [1.001, 1.1, 1.5, 2, 5] {
      #expect(try estimate(law.optimum(for: compute * factor)).bill.total.typical.value > budget, "×\(factor)")
    }
  }

  @Test(arguments: [4.2, 2000.0, 1e5, 60.0 * 24 * 1024] as [Double])
  func `accelerator time buys a model that takes just that`(hours: Double) throws {
    let law = try catalog.scalingLaw("besiroglu")
    let change: (inout Request) -> Void = { $0.accelerator = "b200" }
    let compute = try sizing(change).operations(for: .acceleratorHours(Quantity(hours)), law: law)
    let taken = try estimate(law.optimum(for: compute), change).run.acceleratorHours.typical.value
    #expect(abs(taken / hours - 1) < 1e-4)
  }

  @Test func `owned clusters, given efficiencies and mixtures of experts are sized alike`() throws {
    let dense = try catalog.scalingLaw("besiroglu")
    let owned: (inout Request) -> Void = {
      $0.isOwned = true
      $0[Settings.mfu] = Ranged(0.4)
    }
    let compute = try sizing(owned).operations(for: .budget(Quantity(1e6)), law: dense)
    #expect(abs(try estimate(dense.optimum(for: compute), owned).bill.total.typical.value / 1e6 - 1) < 1e-8)
    let moe = try catalog.scalingLaw("krajewski-moe")
    let sparse = try sizing(activeShare: moe.activeShare).operations(for: .budget(Quantity(1e5)), law: moe)
    let model = moe.optimum(for: sparse)
    let cost = try estimate(model) { $0[Settings.activeParameters] = Ranged(model.parameters * moe.activeShare) }
    #expect(abs(cost.bill.total.typical.value / 1e5 - 1) < 1e-8)
  }

  @Test func `repeated tokens are trained on but not stored`() throws {
    let size = ModelSize(parameters: Quantity(7e9), tokens: Quantity(4e11))
    let repeated = try sizing(unique: 1e11).checkedEstimate(size)
    let same = try estimate(size) {
      $0.phases[0].tokens = Ranged(1e11)
      $0[Settings.epochs] = Ranged(4)
    }
    #expect(repeated.bill.total.typical == same.bill.total.typical)
    #expect(try repeated.work.operations.typical == estimate(size).work.operations.typical)
    let enough = try sizing(unique: 1e12).cost(size)
    #expect(enough == (try estimate(size).bill.total.typical))
  }

  @Test(arguments: [2e12, 2e13])
  func `the cheapest model to train and serve is a minimum`(served: Double) throws {
    let law = try catalog.scalingLaw("sardana")
    let function = try #require(law.lossFunction)
    let sizing = try sizing()
    let loss = try #require(law.optimalLoss(for: try law.operations(forOptimal: Quantity<Parameters>(30e9))))
    let serving = sizing.servingCost(of: Quantity(served), mfu: 0.1)
    func total(_ size: ModelSize) -> Double { (sizing.cost(size) + serving * size.parameters).value }
    let best = try sizing.leastCost(at: loss, law: law, servingCost: serving)
    #expect(abs(function.loss(best) - loss) < 1e-9)
    for factor in [0.7, 0.9, 0.97, 1.03, 1.1, 1.5, 2, 3] {
      let parameters = best.parameters * factor
      guard let tokens = function.tokens(for: loss, parameters: parameters) else { continue }
      #expect(total(ModelSize(parameters: parameters, tokens: tokens)) >= total(best), "×\(factor)")
    }
  }

  @Test func `serving costs what 2 FLOP a parameter and token cost at its efficiency`() throws {
    let sizing = try sizing { $0[Settings.price] = Ranged(2) }
    let cost = sizing.servingCost(of: Quantity(1e12), mfu: 0.1) * Quantity<Parameters>(70e9)
    #expect(abs(cost.value / (2 * 70e9 * 1e12 / (989.4e12 * 3600 * 0.1) * 2) - 1) < 1e-12)
  }

  @Test func `budgets and times beyond all models are refused`() throws {
    let law = try catalog.scalingLaw("besiroglu")
    let sizing = try sizing()
    for target in [Sizing.Target.budget(Quantity(1e-9)), .budget(Quantity(1e40)), .acceleratorHours(Quantity(1e-15))] {
      #expect(throws: ScalingError.self) { try sizing.operations(for: target, law: law) }
    }
  }

  @Test func `given money makes the model uncertain, and a given model its cost`() throws {
    let law = try catalog.scalingLaw("besiroglu")
    let sizing = try sizing()
    func model(_ target: Sizing.Target) throws -> SizedModel {
      let size = law.optimum(for: try sizing.operations(for: target, law: law))
      return SizedModel(
        size, estimate: try sizing.checkedEstimate(size), target: target, law: law, judge: law.lossFunction,
        plan: SamplingPlan())
    }
    let bought = try model(.budget(Quantity(5e6)))
    #expect(bought.cost == Spread(typical: 5e6))
    let (low, high) = (try #require(bought.parameters.p10), try #require(bought.parameters.p90))
    #expect(low < bought.parameters.typical && bought.parameters.typical < high)
    let (best, worst) = (try #require(bought.loss?.p10), try #require(bought.loss?.p90))
    #expect(best < worst)
    let sized = try model(.parameters(Quantity(70e9)))
    #expect(sized.parameters.p10 == nil && sized.operations.p10 == nil)
    #expect(try #require(sized.cost.p10) < sized.cost.typical)
    // The upper end of the cost is where the lower end of the model comes from.
    let bound = try model(.budget(Quantity(try #require(sized.cost.p90))))
    #expect(abs(try #require(bound.operations.p10) / sized.operations.typical - 1) < 0.05)
  }
}
