import CommandLineKit
import CostModel
import TextFormats

/// `llmcost serve`: what serving a model costs.
struct ServeCommand: Sendable {
  private let arguments: Arguments
  private let serve: ServeOptions

  init(_ arguments: Arguments) throws(Failure) {
    self.arguments = arguments
    serve = try ServeOptions(arguments)
  }

  static let summary =
    "Estimate what serving a model costs: tokens, requests, months, a lifetime; against its training."

  /// Its inputs of training runs.
  private static let inputs: [InputRow.Group] = [.model] + InputRow.Group.environment

  static let syntax = CommandSyntax(
    name: "llmcost serve",
    summary: summary,
    discussion: """
      The time of prefill and decoding on one copy of the model, by constants fitted on measured engines \
      ('llmcost backtest --stage serving'). The copy is the one that serves a request most cheaply. The batch is what \
      memory holds, or --concurrency, or what leaves each reader --speed tokens a second. Cost of tokens, requests and their footprint is for the load of --utilization; months and lifetime are for \
      whole copies of the model all day. With --training-cost, or with --tokens to estimate it, the lifetime is held \
      against training. What training a smaller model for longer would save is a question for \
      'llmcost size --inference-tokens'.

      Stable names for --get, CSV and JSON: \(ServingEstimate.results.map(\.key).joined(separator: ", ")); each has .p10 and .p90.
      """,
    usage: "(--params N | --model ID | --config FILE) [options]",
    groups: groups,
    examples: [
      CommandExample("llmcost serve --model llama-3.1-70b --requests-per-day 1M", "a million requests a day on H100s"),
      CommandExample(
        "llmcost serve --params 671B --active-params 37B --gpu h200 --input-tokens 4k --cached-input 0.5",
        "a mixture of experts whose prompts are half cached"),
      CommandExample(
        "llmcost serve --params 8B --tokens 15T --requests-per-day 20M --lifetime 2y --get parity_days",
        "the day on which serving has cost as much as training"),
    ])

  /// What a recipe may say of serving: no output, and nothing to hold it against.
  static var recipeSyntax: CommandSyntax {
    CommandSyntax(
      name: syntax.name, summary: summary, usage: syntax.usage,
      groups: InputRow.groups(for: .serving, [.model]) + ServeOptions.groups
        + InputRow.groups(for: .serving, InputRow.Group.environment), examples: [])
  }

  private static var groups: [OptionGroup] {
    InputRow.groups(for: .serving, [.model]) + ServeOptions.groups + [ServeOptions.comparisonGroup]
      + InputRow.groups(for: .serving, InputRow.Group.environment) + [ServeOptions.resultGroup, OutputOptions.group]
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in
      try ServeCommand(arguments).run(output: try OutputOptions(arguments), in: world)
    }
  }

  private func run(output: OutputOptions, in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let plan = try serve.sampling.plan()
    let (estimate, known) = try estimate(from: catalog, in: world)
    let needsAll = output.needsEveryRange(columns: ServingEstimate.results.map(\.key).flatMap(JSONDocument.names))
    let report = estimate.report(plan, rangesOf: needsAll ? .everyLine : .shownLines)
    var document = ServeDocument(
      name: known?.name, estimate: estimate, cache: serve.cache ?? .bf16, report: report,
      prices: try prices(in: catalog, for: estimate), asked: serve.compared.count
    ).document
    document.notes =
      (known?.warnings ?? []) + estimate.scenario.noteLines
      + StalePrices.notes(report, of: estimate.scenario, in: world)
    return try output.outcome(document, in: world)
  }

  /// The estimate of these options and of the files that they name, and the architecture where one is named.
  func estimate(
    from catalog: TableCatalog, in world: any World
  ) throws(Failure) -> (estimate: ServingEstimate, known: ModelOptions.Resolved?) {
    let asked = try asked(from: catalog, in: world)
    do throws(ScenarioError) {
      let estimate = try ServingEstimate.make(
        asked.request, architecture: asked.known?.architecture, load: asked.load, demand: try demand(in: catalog),
        trainingCost: try trainingCost(), in: catalog)
      return (estimate, asked.known)
    } catch {
      throw Failure(error)
    }
  }

  /// The estimates on every layout of a copy, for many loads; nil where each has formulas of its own.
  func layouts(from catalog: TableCatalog, in world: any World) throws(Failure) -> [ServingEstimate]? {
    let asked = try asked(from: catalog, in: world)
    do throws(ScenarioError) {
      return try ServingEstimate.layouts(
        asked.request, architecture: asked.known?.architecture, load: asked.load, demand: try demand(in: catalog),
        trainingCost: try trainingCost(), in: catalog)
    } catch {
      throw Failure(error)
    }
  }

  private func trainingCost() throws(ScenarioError) -> Expression<Dollars>? {
    try serve.trainingCost.map { cost throws(ScenarioError) in
      try ServingEstimate.given("training_cost", "training", cost, 0...1e15)
    }
  }

  private func asked(
    from catalog: TableCatalog, in world: any World
  ) throws(Failure) -> (request: Request, load: ServingLoad, known: ModelOptions.Resolved?) {
    let scenario = try ScenarioOptions(arguments, for: .serving, Self.inputs, catalog: catalog, in: world)
    var request = try scenario.modelRequest(usage: Self.syntax.usageLine)
    if let tokens = serve.trainingTokens {
      guard serve.trainingCost == nil else {
        throw Failure(
          "--training-cost and --tokens are both given, and each says what training costs", hint: "give one of them",
          status: .usage)
      }
      request.phases = [Request.Phase(tokens: tokens)]
    }
    let needsUse = serve.trainingCost != nil || serve.trainingTokens != nil || serve.lifetime != nil
    guard serve.requestsPerDay != nil || !needsUse else {
      throw Failure(
        "a lifetime of serving needs --requests-per-day", hint: "say how much it is used, as --requests-per-day 1M",
        status: .usage)
    }
    return (request, try load(catalog: catalog, on: request), scenario.known)
  }

  private func load(catalog: TableCatalog, on request: Request) throws(Failure) -> ServingLoad {
    let accelerator: Accelerator
    do throws(CatalogError) {
      accelerator = try catalog.accelerator(request.accelerator ?? ScenarioBuilder.defaultAccelerator)
    } catch {
      throw Failure(error)
    }
    let checkpoint = request.model?.architecture.checkpoint?.main
    let weights = serve.weights ?? checkpoint ?? (accelerator.peaks["fp8"] != nil ? .fp8 : .bf16)
    let (batch, layout) = (try serve.batch(catalog: catalog), try serve.layout())
    do throws(ScenarioError) {
      var load = ServingLoad(
        prompt: try ServingEstimate.given(
          "input_tokens", "tokens of a prompt", serve.prompt, 0...1e8, orFactor: "serving-prompt-tokens",
          in: catalog),
        answer: try ServingEstimate.given(
          "output_tokens", "tokens of an answer", serve.answer, 1...1e8, orFactor: "serving-answer-tokens",
          in: catalog),
        cached: try serve.cached.map { share throws(ScenarioError) in
          try ServingEstimate.given("cached_input", "share of the prompt that is cached", share, 0...1)
        },
        accepted: try serve.accepted.map { tokens throws(ScenarioError) in
          try ServingEstimate.given("accepted_tokens", "tokens that a decoding step adds", tokens, 1...100)
        },
        weights: weights, cache: serve.cache ?? .bf16, batch: batch, acceleratorsPerCopy: layout?.accelerators)
      load.attentionGroups = layout?.attentionGroups ?? (serve.isAttentionRepeated ? .max : nil)
      load.isDisaggregated = serve.isDisaggregated
      load.measured.tokensPerSecond = try serve.measuredThroughput.map { speed throws(ScenarioError) in
        try ServingEstimate.given("throughput", "tokens/s of an accelerator, measured", speed, 1e-6...1e9)
      }
      load.measured.secondsPerToken = try serve.measuredTimePerToken.map { time throws(ScenarioError) in
        try ServingEstimate.given("time_per_token", "seconds per token, measured", time, 1e-6...1e4)
      }
      return load
    } catch {
      throw Failure(error)
    }
  }

  private func demand(in catalog: TableCatalog) throws(ScenarioError) -> ServingEstimate.Demand {
    ServingEstimate.Demand(
      requestsPerDay: try serve.requestsPerDay.map { count throws(ScenarioError) in
        try ServingEstimate.given("requests_per_day", "requests a day", count, 1e-3...1e15)
      },
      lifetime: try ServingEstimate.given(
        "lifetime", "lifetime", serve.lifetime, 1...8.766e6, orFactor: "serving-lifetime-months", scale: 730.5,
        in: catalog),
      utilization: try ServingEstimate.given(
        "utilization", "mean load over full load", serve.utilization, 1e-4...1, orFactor: "serving-utilization",
        in: catalog))
  }

  private func prices(
    in catalog: TableCatalog, for estimate: ServingEstimate
  ) throws(Failure) -> [ListedTokenPrice] {
    do throws(CatalogError) {
      var asked: [ListedTokenPrice] = []
      for id in serve.compared { asked.append(try catalog.listedTokenPrice(id)) }
      let model = estimate.scenario.model
      let near = try catalog.tokenPrices(
        near: model.parameters.typical.value, active: model.activeParameters?.typical.value)
      return asked + near.filter { price in !asked.contains { $0.id == price.id } }
    } catch {
      throw Failure(error)
    }
  }
}
