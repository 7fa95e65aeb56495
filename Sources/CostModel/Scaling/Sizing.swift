/// Finds models by what they cost: scaling laws on one side, the estimate of pre-training on the other.
///
/// A scenario is resolved once, and sizes are put into it.
package struct Sizing: Sendable {
  package typealias Target = ModelSizing.Target

  let request: Request
  let catalog: any Catalog
  let activeShare: Double
  let uniqueTokens: Quantity<Tokens>?
  private let scenario: Scenario

  /// Resolves the scenario for models of any size.
  ///
  /// - Parameters:
  ///   - request: Hardware, money and place; its parameters and tokens do not matter.
  ///   - catalog: The tables.
  ///   - activeShare: Active over all parameters.
  ///   - uniqueTokens: The tokens there are, where that is a limit; training on more repeats them.
  /// - Throws: ``ScenarioError`` as for any estimate.
  package init(
    _ request: Request, in catalog: any Catalog, activeShare: Double = 1, uniqueTokens: Quantity<Tokens>? = nil
  ) throws(ScenarioError) {
    self.request = request
    self.catalog = catalog
    self.activeShare = activeShare
    self.uniqueTokens = uniqueTokens
    let model = ModelSize(parameters: Quantity(1e10 / activeShare), tokens: Quantity(1e9))
    scenario = try ScenarioBuilder.scenario(
      for: Self.request(request, for: model, activeShare: activeShare, uniqueTokens: uniqueTokens), in: catalog)
  }

  private static func request(
    _ request: Request, for size: ModelSize, activeShare: Double, uniqueTokens: Quantity<Tokens>?
  ) -> Request {
    var request = request
    request[Settings.parameters] = Ranged(size.parameters)
    request[Settings.activeParameters] = activeShare < 1 ? Ranged(size.parameters * activeShare) : nil
    let unique = uniqueTokens.map { Swift.min($0, size.tokens) } ?? size.tokens
    request.phases = [.init(tokens: Ranged(unique))]
    request[Settings.epochs] = unique < size.tokens ? Ranged(size.tokens / unique) : nil
    return request
  }

  /// The estimate of a model, checked against the limits of what makes sense.
  package func checkedEstimate(_ size: ModelSize) throws(ScenarioError) -> Estimate {
    try .pretraining(
      ScenarioBuilder.scenario(
        for: Self.request(request, for: size, activeShare: activeShare, uniqueTokens: uniqueTokens), in: catalog))
  }

  /// The scenario of a model, without looking anything up.
  private func scenario(_ size: ModelSize) -> Scenario {
    let active = size.parameters * activeShare
    var scenario = scenario
    scenario.model.parameters = scenario.model.parameters.ranging(over: Ranged(size.parameters))
    scenario.model.activeParameters = scenario.model.activeParameters?.ranging(over: Ranged(active))
    let unique = uniqueTokens.map { Swift.min($0, size.tokens) } ?? size.tokens
    scenario.phases[0].tokens = scenario.phases[0].tokens.ranging(over: Ranged(unique))
    scenario.phases[0].epochs =
      unique < size.tokens
      ? Expression.input(
        "epochs", "epochs", Ranged(size.tokens / unique), from: .assumed("tokens beyond the unique ones repeat"))
      : nil
    return scenario
  }

  /// The steps of `Estimate.pretraining(_:)` that money needs: searches take them hundreds of times.
  private func runAndBill(_ size: ModelSize) -> (run: Run, bill: Bill)? {
    let scenario = scenario(size)
    let work = Pretraining.work(scenario)
    // Pre-training generates nothing, so that nothing is missing.
    guard let run = try? Run(work, scenario) else { return nil }
    let energy = Energy(scenario.site, hours: run.acceleratorHours)
    return (run, Bill(scenario, run: run, work: work, energy: energy))
  }

  /// What training a model costs, all inputs typical; infinite where there is no estimate.
  package func cost(_ size: ModelSize) -> Quantity<Dollars> {
    runAndBill(size)?.bill.total.typical ?? Quantity(.infinity)
  }

  private func hours(_ size: ModelSize) -> Double {
    runAndBill(size)?.run.acceleratorHours.typical.value ?? .infinity
  }

  /// The compute of the model that a law finds for a target.
  ///
  /// - Parameters:
  ///   - target: What is known of the model.
  ///   - law: The law to find it by.
  ///   - judge: The law that tells the loss of a law that has none.
  /// - Returns: The training FLOP.
  /// - Throws: `ScalingError` where no model fits.
  package func operations(
    for target: Target, law: ScalingLaw, judge: LossFunction? = nil
  ) throws(ScalingError) -> Quantity<Operations> {
    switch target {
    case .operations(let operations): operations
    case .parameters(let parameters): try law.operations(forOptimal: parameters)
    case .tokens(let tokens): try law.operations(forOptimal: tokens)
    case .loss(let loss): try law.operations(reaching: loss, judgedBy: judge)
    case .size(let size): law.operations(size)
    case .budget(let budget):
      try largest(law, within: budget.value, name: "a budget of \(Notation.display(budget.value, as: .dollars))") {
        cost($0).value
      }
    case .acceleratorHours(let limit):
      try largest(
        law, within: limit.value, name: "\(Notation.display(limit.value, as: .acceleratorHours)) accelerator-hours"
      ) { hours($0) }
    }
  }

  /// The most compute whose optimal model stays within a limit.
  private func largest(
    _ law: ScalingLaw, within limit: Double, name: String, measure: (ModelSize) -> Double
  ) throws(ScalingError) -> Quantity<Operations> {
    func value(_ logarithm: Double) -> Double {
      measure(law.optimum(for: Quantity(Elementary.exponential(logarithm))))
    }
    func logarithm(_ parameters: Double) throws(ScalingError) -> Double {
      Elementary.logarithm(try law.operations(forOptimal: Quantity<Parameters>(parameters)).value)
    }
    let (low, high) = (
      try logarithm(Settings.parameters.limits.lowerBound), try logarithm(Settings.parameters.limits.upperBound)
    )
    guard value(high) > limit else { throw .noModel("\(name) is more than any model takes") }
    guard value(low) <= limit else { throw .noModel("\(name) is too small for any model") }
    let found = Numerics.root(from: low, to: high) { Elementary.logarithm(value($0) / limit) }
    return Quantity(Elementary.exponential(found))
  }

  /// What an accelerator-hour costs: rent, or depreciation and electricity.
  package var hourlyCost: Quantity<Per<Dollars, AcceleratorHours>> {
    let size = ModelSize(parameters: Quantity(1e10 / activeShare), tokens: Quantity(1e11))
    guard let (run, bill) = runAndBill(size) else { return Quantity(.infinity) }
    let lines = bill.lines.filter { $0.category == .compute || $0.category == .electricity }
    return Expression.sum(lines.map(\.amount)).typical / run.acceleratorHours.typical
  }

  /// What serving so many tokens costs for each parameter of the model: 2 FLOP for each active parameter and token, at a
  /// share of the accelerators' dense 16-bit peak, on the accelerators and at the price that training has.
  package func servingCost(of tokens: Quantity<Tokens>, mfu: Double) -> Quantity<Per<Dollars, Parameters>> {
    let peak = scenario.hardware.peak.typical.value
    return Quantity(2 * activeShare * tokens.value / (peak * mfu) * hourlyCost.value)
  }

  /// The model of least training and serving cost among those of one loss.
  ///
  /// - Parameters:
  ///   - loss: The loss all candidates have.
  ///   - law: A law with a loss for every size.
  ///   - servingCost: USD of serving, for each parameter of the model.
  /// - Returns: The size.
  /// - Throws: `ScalingError` for a loss that is out of reach, or a law that tells none.
  package func leastCost(
    at loss: Double, law: ScalingLaw, servingCost: Quantity<Per<Dollars, Parameters>>
  ) throws(ScalingError) -> ModelSize {
    try InferenceAware.least(at: loss, law: law) { size in
      (cost(size) + servingCost * size.parameters).value
    }
  }
}

/// The figures of a model that a law found, each with its range.
package struct SizedModel: Sendable {
  /// N.
  package var parameters: Spread
  /// D.
  package var tokens: Spread
  /// D/N.
  package var tokensPerParameter: Spread
  /// In nats per token; nil where no law tells it.
  package var loss: Spread?
  /// Training FLOP.
  package var operations: Spread
  /// Accelerator time.
  package var acceleratorHours: Spread
  /// The total cost of the run, in USD.
  package var cost: Spread
  /// Accelerators at once; nil where neither cluster nor deadline is given.
  package var accelerators: Spread?
  /// Wall-clock time in hours; nil where neither cluster nor deadline is given.
  package var wallClock: Spread?

  /// Its figures under their stable names, in order.
  package static let results: [(key: ResultKey, figure: @Sendable (SizedModel) -> Spread?)] = [
    (ResultKey("parameters"), { $0.parameters }), (ResultKey("tokens"), { $0.tokens }),
    (ResultKey("tokens_per_parameter"), { $0.tokensPerParameter }), (ResultKey("loss"), { $0.loss }),
    (ResultKey("flop"), { $0.operations }), (ResultKey("accelerator_hours"), { $0.acceleratorHours }),
    (ResultKey("accelerators"), { $0.accelerators }), (ResultKey("days", in: .days), { $0.wallClock }),
    (ResultKey("cost_usd"), { $0.cost }),
  ]

  /// Evaluates a model.
  ///
  /// Where money or accelerator time is given, it is the model that is uncertain: each draw of prices and efficiency
  /// affords so much compute, and the law turns that into a model. Otherwise the model is certain, and its cost is not.
  ///
  /// - Parameters:
  ///   - size: The model.
  ///   - estimate: Its estimate.
  ///   - target: What it was found for.
  ///   - law: The law it was found by.
  ///   - judge: The law that tells the loss of a law that has none.
  ///   - plan: How ranges are found.
  package init(
    _ size: ModelSize, estimate: Estimate, target: Sizing.Target, law: ScalingLaw, judge: LossFunction?,
    plan: SamplingPlan
  ) {
    let hours = estimate.run.acceleratorHours
    let share: Expression<Ratio> =
      switch target {
      case .budget(let budget): Expression<Dollars>(constant: budget.value) / estimate.bill.total
      case .acceleratorHours(let limit): Expression<AcceleratorHours>(constant: limit.value) / hours
      default: Expression<Ratio>(constant: 1)
      }
    var builder = ReportBuilder()
    builder.add((estimate.work.operations * share).named("FLOP"))
    builder.add((hours * share).named("accelerator-hours"))
    builder.add((estimate.bill.total * share).named("cost"))
    if let accelerators = estimate.run.accelerators, let wallClock = estimate.run.wallClock {
      // A cluster of given size takes a share of the time; a deadline takes a share of the accelerators.
      let isGiven = if case .deadline = estimate.scenario.cluster { false } else { true }
      builder.add((isGiven ? accelerators : (accelerators * share).roundedUp).named("accelerators"))
      builder.add((isGiven ? wallClock * share : wallClock).named("wall-clock time"))
    }
    let report = builder.report(plan)
    let spreads = report.results.map { report.lines[$0].value }
    (operations, acceleratorHours, cost) = (spreads[0], spreads[1], spreads[2])
    if spreads.count > 4 { (accelerators, wallClock) = (spreads[3], spreads[4]) }
    // What is given is certain; rounding alone would show a range.
    switch target {
    case .budget(let budget): cost = Spread(typical: budget.value)
    case .acceleratorHours(let limit): acceleratorHours = Spread(typical: limit.value)
    default: break
    }
    let flop = operations
    func spread(_ measure: (ModelSize) -> Double) -> Spread {
      guard let low = flop.p10, let high = flop.p90 else { return Spread(typical: measure(size)) }
      let ends = [low, high].map { measure(law.optimum(for: Quantity($0))) }
      return Spread(typical: measure(size), p10: ends.min(), p90: ends.max())
    }
    parameters = spread { $0.parameters.value }
    tokens = spread { $0.tokens.value }
    tokensPerParameter = spread { $0.tokensPerParameter }
    if let judge {
      loss = spread(judge.loss)
    } else if let typical = law.optimalLoss(for: law.operations(size)) {
      loss = Spread(
        typical: typical, p10: flop.p90.flatMap { law.optimalLoss(for: Quantity($0)) },
        p90: flop.p10.flatMap { law.optimalLoss(for: Quantity($0)) })
    }
  }
}
