import CommandLineKit
import CostModel
import TextFormats

/// `llmcost serve`: what serving a model costs.
struct ServeCommand: Sendable {
  private let arguments: Arguments
  private let serve: ServeOptions

  init(_ arguments: Arguments) throws(Failure) {
    self.arguments = arguments
    serve = ServeOptions(arguments)
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
    let limits = try LimitOptions(arguments)
    let wanted = try limits.wanted(by: output)
    let plan = try limits.plan(try SamplingOptions(arguments), in: catalog, isCounting: wanted != nil)
    let (estimate, known) = try estimate(from: catalog, in: world)
    let report = estimate.report(plan, rangesOf: output.ranges(of: ServingEstimate.results.map(\.key)))
    var document = ServeDocument(
      name: known?.name, estimate: estimate, cache: estimate.load.cache, report: report,
      prices: try prices(in: catalog, for: estimate), asked: serve.compared.count
    ).document
    document.notes =
      (known?.warnings ?? []) + estimate.scenario.noteLines
      + StalePrices.notes(report, of: estimate.scenario, in: world)
    if let wanted {
      let chances = estimate.chances(
        within: limits.limits, telling: wanted.results, confidences: wanted.confidences, plan: plan)
      guard !chances.lines.isEmpty else {
        throw Failure(
          "a limit or a confidence is for the lifetime, and this has none",
          hint: "say how much it is used, as --requests-per-day 1M", status: .usage)
      }
      document.tell(chances, requiring: limits.required)
    }
    return try output.outcome(document, in: world)
  }

  /// The estimate of these options and of the files that they name, and the architecture where one is named.
  func estimate(
    from catalog: TableCatalog, in world: any World
  ) throws(Failure) -> (estimate: ServingEstimate, known: ModelOptions.Resolved?) {
    let (serving, known) = try serving(from: catalog, in: world)
    do throws(ScenarioError) {
      let estimate = try serving.formulas(in: catalog)
      try estimate.checkContext()
      return (estimate, known)
    } catch {
      throw Failure(error)
    }
  }

  /// The estimates on every layout of a copy, for many loads; nil where each has formulas of its own.
  func layouts(from catalog: TableCatalog, in world: any World) throws(Failure) -> [ServingEstimate]? {
    let (serving, _) = try serving(from: catalog, in: world)
    do throws(ScenarioError) { return try serving.layouts(in: catalog) } catch { throw Failure(error) }
  }

  private func serving(
    from catalog: TableCatalog, in world: any World
  ) throws(Failure) -> (serving: Serving, known: ModelOptions.Resolved?) {
    let scenario = try ScenarioOptions(arguments, for: .serving, Self.inputs, catalog: catalog, in: world)
    return (try serve.serving(try scenario.modelRequest(usage: Self.syntax.usageLine)), scenario.known)
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
