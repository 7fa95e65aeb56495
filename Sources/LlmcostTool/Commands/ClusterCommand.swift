import CommandLineKit
import CostModel
import TextFormats

/// `llmcost cluster`: what a cluster costs to buy, draws, and costs to keep.
enum ClusterCommand {
  private static let defaultMonths = 12.0

  static let summary = "Estimate what a cluster costs to buy, how much power it draws, and what it costs to keep."

  static let syntax = CommandSyntax(
    name: "llmcost cluster", summary: summary,
    discussion: """
      Accelerators, servers, network and facility to buy; the power that the site must have and what it draws on \
      average; and depreciation, capital, hosting, staff and electricity over the months, every accelerator computing. \
      --capex stops after the power.
      """,
    usage: "--gpus N [options]",
    groups: InputRow.groups(for: .cluster, InputRow.Group.environment) + [
      OptionGroup(
        "Results and ranges",
        [
          .capex, .months, .explain,
        ] + SamplingOptions.options() + CurrencyOptions.options), OutputOptions.group,
    ],
    examples: [
      CommandExample("llmcost cluster --gpu h100 --gpus 20000 --months 6", "20,000 H100 for half a year"),
      CommandExample(
        "llmcost cluster --gpu gb200 --gpus 4608 --region us-tx --hosting colocation", "64 racks in a rented hall"),
      CommandExample(
        "llmcost cluster --gpus 1024 --capex --currency EUR --fx 0.92",
        "what it takes to buy and power it, in euros too"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in try run(arguments, in: world) }
  }

  private static func run(_ arguments: Arguments, in world: any World) throws(Failure) -> Outcome {
    let output = try OutputOptions(arguments)
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let scenario = try ScenarioOptions(
      arguments, for: .cluster, InputRow.Group.environment, catalog: catalog, in: world)
    guard let accelerators = try scenario.accelerators() else {
      throw Failure(
        "--gpus is missing", hint: "say how large the cluster is, as --gpus 20000", usage: syntax.usageLine,
        status: .usage)
    }
    var request = Request(parameters: Ranged(1e9), phases: [])
    try scenario.describe(&request, isOwned: true)
    let months: Ranged<Ratio> = try arguments.range(of: .months) ?? Ranged(defaultMonths)
    let month = 730.5
    let time = Ranged<Hours>(
      months.typical.value * month, low: months.low.value * month, high: months.high.value * month)
    let plan = try SamplingOptions(arguments).plan(in: catalog)
    let isCapexAlone = arguments.has(.capex)
    let cluster: ClusterCost
    do throws(ScenarioError) {
      cluster = try ClusterCost(
        request, accelerators: accelerators, time: time, in: catalog)
    } catch {
      throw Failure(error)
    }
    if isCapexAlone, arguments.has(.months) {
      throw Failure("--months has no effect on --capex", hint: "leave out one of the two", status: .usage)
    }
    let title =
      "Cluster of \(Notation.display(accelerators.typical.value, as: .accelerators)) "
      + "\(cluster.accelerator.name), \(cluster.region.name)"
      + (isCapexAlone ? "" : ", \(Notation.display(months.typical.value, as: .ratio)) months")
    let currency = try CurrencyOptions(arguments).currency()
    guard !output.explains || currency == nil || output.format?.showsEveryRange ?? false else {
      throw Failure("--explain is in USD alone", hint: "leave out --currency", status: .usage)
    }
    var document = ClusterDocument(
      title: title, report: cluster.report(plan), currency: currency, isPurchaseAlone: isCapexAlone
    ).document
    document.notes = cluster.notes.map(\.commandLine)
    return try output.outcome(document, in: world)
  }
}

extension Option {
  fileprivate static let capex = Option(switch: "--capex", help: "what is paid at the start and the power alone")
  fileprivate static let months = Option(
    "--months", of: .range(.ratio), placeholder: "n", help: "how long it is kept (default 12)")
}
