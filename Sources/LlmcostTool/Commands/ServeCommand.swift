import CommandLineKit
import CostModel
import CostTables

/// `llmcost serve`: what serving a model costs.
struct ServeCommand: Sendable {
  var serve = ServeOptions()
  var scenario = ScenarioOptions()
  var output = OutputOptions()

  static let summary =
    "Estimate what serving a model costs: tokens, requests, months, a lifetime; against its training."

  /// Options of training runs that mean something for serving.
  private static let kept: Set<String> = [
    "--params", "--model", "--config", "--active-params", "--gpu", "--price", "--provider", "--commitment", "--prices",
    "--as-of", "--own",
    "--electricity", "--region", "--pue", "--carbon-intensity",
  ]

  static let syntax = CommandSyntax<ServeCommand>(
    name: "llmcost serve",
    summary: summary,
    discussion: """
      The time of prefill and decoding on one copy of the model, by constants fitted on measured engines \
      ('llmcost backtest --stage serving'). The copy is the one that serves a request most cheaply. The batch is what memory holds, or what leaves each reader --speed tokens a \
      second. Cost of tokens, requests and their footprint is for the load of --utilization; months and lifetime are for \
      whole copies of the model all day. With --training-cost, or with --tokens to estimate it, the lifetime is held \
      against training. What training a smaller model for longer would save is a question for \
      'llmcost size --inference-tokens'.

      Stable names for --get, CSV and JSON: \(ServeView.names.joined(separator: ", ")); each has .p10 and .p90.
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
  static var recipeSyntax: CommandSyntax<ServeCommand> {
    let titles = Set(ServeOptions.groups.suffix(1).map(\.title) + [ServeOptions.resultGroup.title, "Output"])
    return CommandSyntax(
      name: syntax.name, summary: summary, usage: syntax.usage, groups: groups.filter { !titles.contains($0.title) },
      examples: [])
  }

  private static var groups: [OptionGroup<ServeCommand>] {
    func scenario(_ options: [Option<ScenarioOptions>]) -> [Option<ServeCommand>] {
      options.filter { !kept.isDisjoint(with: $0.names) }.map {
        $0.lifted { (command, body) throws(ValueError) in try body(&command.scenario) }
      }
    }
    func serve(_ group: OptionGroup<ServeOptions>) -> OptionGroup<ServeCommand> {
      group.lifted { (command, body) throws(ValueError) in try body(&command.serve) }
    }
    let tokens = Option<ServeCommand>(
      "--tokens", "-t", as: RangeOption<Tokens>.self,
      help: "tokens it is trained on, as 15T: what that costs is estimated and held against serving"
    ) { $0.scenario.tokens = $1 }
    let own = ServeOptions.groups.map(serve)
    return [OptionGroup("Model", scenario(ScenarioOptions.modelOptions))] + own.dropLast()
      + own.suffix(1).map { OptionGroup($0.title, [tokens] + $0.options) }
      + ScenarioOptions.environment.map { OptionGroup($0.title, scenario($0.options)) }
      + [
        serve(ServeOptions.resultGroup),
        OutputOptions.group.lifted { (command, body) throws(ValueError) in try body(&command.output) },
      ]
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, from: ServeCommand(), in: world) { (command, _) throws(Failure) in
      var command = command
      return try command.run(in: world)
    }
  }

  private mutating func run(in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let plan = try serve.sampling.plan()
    let estimate = try estimate(from: catalog, in: world)
    let known = scenario.known
    let view = ServeView(
      name: known?.name, estimate: estimate, cache: serve.cache ?? .bf16,
      report: estimate.report(plan, rangesOf: serve.explains || output.format == .json ? .everyLine : .shownLines),
      prices: try prices(in: catalog, for: estimate), options: serve, output: output)
    return try view.outcome(warnings: known?.warnings ?? [], in: world)
  }

  /// The estimate of these options, and of the files that they name.
  mutating func estimate(from catalog: TableCatalog, in world: any World) throws(Failure) -> ServingEstimate {
    try scenario.load(catalog: catalog, in: world)
    let known = scenario.known
    var request = try scenario.modelRequest(usage: Self.syntax.usageLine)
    if let tokens = scenario.tokens {
      guard serve.trainingCost == nil else {
        throw Failure(
          "--training-cost and --tokens are both given, and each says what training costs", hint: "give one of them",
          status: .usage)
      }
      request.phases = [Request.Phase(tokens: tokens.value)]
    }
    guard serve.requestsPerDay != nil || (serve.trainingCost == nil && scenario.tokens == nil && serve.lifetime == nil)
    else {
      throw Failure(
        "a lifetime of serving needs --requests-per-day", hint: "say how much it is used, as --requests-per-day 1M",
        status: .usage)
    }
    let load = try load(catalog: catalog, on: request)
    do throws(ScenarioError) {
      return try ServingEstimate.make(
        request, architecture: known?.architecture, load: load,
        demand: try demand(in: catalog),
        trainingCost: try serve.trainingCost.map { cost throws(ScenarioError) in
          try ServingEstimate.given("training_cost", "training", cost.value, 0...1e15)
        }, in: catalog)
    } catch {
      throw Failure(error)
    }
  }

  private func load(catalog: TableCatalog, on request: Request) throws(Failure) -> ServingLoad {
    let accelerator: Accelerator
    do throws(CatalogError) {
      accelerator = try catalog.accelerator(request.accelerator ?? Resolver.defaultAccelerator)
    } catch {
      throw Failure(error)
    }
    let weights = serve.weights ?? (accelerator.peaks["fp8"] != nil ? .fp8 : .bf16)
    if let count = serve.acceleratorsPerCopy?.value, !(1...1_048_576).contains(count) {
      throw Failure(
        "--tensor-parallel of \(count) is out of range", hint: "1 to 1,048,576 accelerators hold a copy", status: .usage
      )
    }
    let batch = try serve.batch(catalog: catalog)
    do throws(ScenarioError) {
      return ServingLoad(
        prompt: try ServingEstimate.given(
          "input_tokens", "tokens of a prompt", serve.prompt?.value, 0...1e8, orFactor: "serving-prompt-tokens",
          in: catalog),
        answer: try ServingEstimate.given(
          "output_tokens", "tokens of an answer", serve.answer?.value, 1...1e8, orFactor: "serving-answer-tokens",
          in: catalog),
        cached: try serve.cached.map { share throws(ScenarioError) in
          try ServingEstimate.given("cached_input", "share of the prompt that is cached", share.value, 0...1)
        },
        weights: weights, cache: serve.cache ?? .bf16, batch: batch,
        acceleratorsPerCopy: serve.acceleratorsPerCopy?.value)
    } catch {
      throw Failure(error)
    }
  }

  private func demand(in catalog: TableCatalog) throws(ScenarioError) -> ServingEstimate.Demand {
    ServingEstimate.Demand(
      requestsPerDay: try serve.requestsPerDay.map { count throws(ScenarioError) in
        try ServingEstimate.given("requests_per_day", "requests a day", count.value, 1e-3...1e15)
      },
      lifetime: try ServingEstimate.given(
        "lifetime", "lifetime", serve.lifetime?.value, 1...8.766e6, orFactor: "serving-lifetime-months", scale: 730.5,
        in: catalog),
      utilization: try ServingEstimate.given(
        "utilization", "mean load over full load", serve.utilization?.value, 1e-4...1, orFactor: "serving-utilization",
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
