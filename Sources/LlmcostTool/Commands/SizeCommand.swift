import CommandLineKit
import CostModel

/// `llmcost size`: which model a budget, a cluster, a loss or a size calls for.
struct SizeCommand: Sendable {
  private let arguments: Arguments
  private let size: SizeOptions
  private let output: OutputOptions

  private init(_ arguments: Arguments) throws(Failure) {
    self.arguments = arguments
    size = try SizeOptions(arguments)
    output = try OutputOptions(arguments)
  }

  static let summary = "Choose a model by scaling laws: from compute, budget, deadline, size or loss to all the others."

  static let syntax = CommandSyntax(
    name: "llmcost size",
    summary: summary,
    discussion: """
      Any one of compute, budget, parameters, tokens, loss, or days with accelerators gives the others for the model that \
      is compute-optimal by a scaling law. Accelerator-hours and cost are those of 'llmcost pretrain' for that model. \
      Laws differ more than anything else: two of them and the rule of 20 tokens per parameter stand side by side. Losses \
      of different laws are of different data and do not compare.
      """,
    usage: "--compute C | --budget USD | --params N | --tokens D | --loss L | --days T --gpus N [options]",
    groups: SizeOptions.groups
      + InputRow.groups(for: .search, InputRow.Group.environment + [.methods]).without(unshown)
      + [SizeOptions.resultGroup, OutputOptions.group],
    examples: [
      CommandExample("llmcost size --budget 5M --gpu b200", "the best model for five million dollars on B200s"),
      CommandExample(
        "llmcost size --days 60 --gpus 1024 --inference-tokens 2T",
        "what 1,024 H100s train in 60 days, and what a model to be served should be instead"),
      CommandExample("llmcost size --params 8B --tokens 15T", "how far an 8B model on 15T tokens is overtrained"),
    ])

  /// What only energy, carbon and water feel, of which a size says nothing.
  private static var unshown: Set<String> {
    InputRow.beyondOperation.union(["--carbon", "--grid", "--grid-year"]).union(
      [
        AnySetting(Settings.carbonIntensity), AnySetting(Settings.waterOnSite), AnySetting(Settings.contracted),
      ].map { Option($0).name })
  }

  /// What only the electricity of an owned cluster feels.
  private static let ofPower = [
    AnySetting(Settings.powerUsageEffectiveness), AnySetting(Settings.powerDraw), AnySetting(Settings.idle),
  ].map { Option($0) }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in try SizeCommand(arguments).run(in: world) }
  }

  private func run(in world: any World) throws(Failure) -> Outcome {
    let target = try size.target(
      days: try arguments.range(of: Option(AnySetting(Settings.days))),
      accelerators: try arguments.range(of: Option(AnySetting(Settings.accelerators))), usage: Self.syntax.usageLine)
    if let unused = Self.ofPower.first(where: arguments.has), !arguments.has(InputRow.own.option) {
      throw Failure(
        "\(unused.name) has no effect on the price of rented accelerators", hint: "add --own to own the cluster",
        status: .usage)
    }
    let served = try size.servedTokens()
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let plan = try size.sampling.plan(in: catalog)
    var solver = SizeSolver(
      target: target, request: try request(for: target, catalog, in: world), catalog: catalog,
      uniqueTokens: try uniqueTokens(), plan: plan)
    let answer = try solver.answer(
      try laws(in: catalog, by: solver), servedTokens: served, servingMFU: size.servingMFU)
    if size.isPlotted, output.format.map({ $0.name != "table" }) ?? false {
      throw Failure("--plot goes with tables", hint: "leave out --format", status: .usage)
    }
    var document = SizeDocument(answer: answer, isPlotted: size.isPlotted).document
    let estimate = answer.first.estimate
    document.notes += StalePrices.notes(estimate.report(SamplingPlan(draws: 0)), of: estimate.scenario, in: world)
    return try output.outcome(document, in: world)
  }

  private func uniqueTokens() throws(Failure) -> Quantity<Tokens>? {
    guard let tokens = size.uniqueTokens else { return nil }
    guard tokens.value >= 1 else {
      throw Failure("--unique-tokens must be at least 1", hint: "write a count such as 1T", status: .usage)
    }
    return tokens
  }

  /// Hardware, money and place; the solver puts parameters and tokens in.
  private func request(
    for target: Sizing.Target, _ catalog: TableCatalog, in world: any World
  ) throws(Failure) -> Request {
    // Days and accelerators together are the target.
    let arguments =
      if case .acceleratorHours = target { arguments.without(Option(AnySetting(Settings.days))) } else { arguments }
    let scenario = try ScenarioOptions(
      arguments, for: .search, InputRow.Group.environment + [.methods], catalog: catalog, in: world)
    var request = Request(parameters: Ranged(1e9), phases: [Request.Phase(tokens: Ranged(1e9))])
    try scenario.describe(&request)
    return request
  }

  private func laws(in catalog: TableCatalog, by solver: SizeSolver) throws(Failure) -> [ScalingLaw] {
    var laws: [ScalingLaw] = []
    if let constants = size.constants {
      laws.append(ScalingLaw(id: "own", name: "your own constants", form: .loss(LossFunction(constants.surface))))
    }
    let isAlone = size.constants == nil && size.laws.isEmpty
    let names = !size.laws.isEmpty ? size.laws : isAlone ? ["besiroglu", "hoffmann", "rule-20"] : ["rule-20"]
    for name in names {
      let law = try SizeSolver.law(name, in: catalog)
      if !laws.contains(where: { $0.id == law.id }) { laws.append(law) }
    }
    var limited: [ScalingLaw] = []
    for law in laws { limited.append(try solver.limited(law)) }
    return limited
  }
}
