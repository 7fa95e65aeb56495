import CommandLineKit
import CostModel

/// `llmcost sensitivity`: what drives the spread of a stage, which is pre-training where none is named.
enum SensitivityCommand {
  static let summary = "Rank the inputs of an estimate by how much of its spread each explains."
  /// Variances need more draws than quantiles.
  static let draws = 4096

  static let command = SubjectCommand<StageCommand>(
    name: "sensitivity",
    further: "A recipe in place of the stage, with --set and --scenario, tells what moves a program.",
    syntax: syntax,
    runRecipe: { (arguments, world) throws(Failure) in try ProgramSensitivity.run(arguments, in: world) },
    runSubject: run)

  private static func syntax(of stage: StageCommand) -> CommandSyntax {
    CommandSyntax(
      name: "llmcost sensitivity \(stage.name)", summary: summary,
      discussion: """
        Takes the options of 'llmcost \(stage.name)'. The share of an input is how much of the variance of the result's logarithm it \
        makes, by itself and together with others; the bar is the result with that input alone at its p10 (░) and its p90 (█).
        """,
      usage: stage.usage + " [options]",
      groups: [OptionGroup("Sensitivity", [.result, .top] + SamplingOptions.options(default: draws))] + stage.groups
        + [OutputOptions.group],
      examples: [
        CommandExample("llmcost sensitivity --params 70B --tokens 15T", "what the spread of the total cost comes from"),
        CommandExample(
          "llmcost sensitivity pretrain --params 70B --tokens 15T --of carbon_kg --top 5", "the five that move carbon"),
        CommandExample(
          "llmcost sensitivity pretrain --params 70B --tokens 15T --price 2..4 --format csv",
          "with a range of one's own, for a spreadsheet"),
      ])
  }

  private static func run(
    _ stage: StageCommand, _ arguments: Arguments, usage: String, in world: any World
  ) throws(Failure) -> Outcome {
    let output = try OutputOptions(arguments)
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let plan = try SamplingOptions(arguments).plan(default: draws, in: catalog)
    guard plan.draws > 1 else {
      throw Failure(
        "--samples: \(plan.draws) is too few: what an input explains is a share of a variance, which takes 2 draws",
        hint: "leave out --samples, or write --samples \(draws)", status: .usage)
    }
    let staged = try stage.estimate(arguments, usage: usage, from: catalog, in: world).rejectingUnused().priced()
    let key = arguments.text(of: .result) ?? "cost_usd"
    guard var sensitivity = staged.estimate.sensitivity(of: key, plan: plan) else {
      if key == "accelerators" || key == "days" {
        throw Failure("--of: \(key) is not known without a cluster", hint: "add --gpus or --days", status: .usage)
      }
      let near = Estimate.names.contains(key) ? nil : nearest(to: key, in: Estimate.names)
      throw Failure(
        "--of: this estimate has no '\(key)'",
        hint: near.map { "did you mean '\($0)'?" } ?? "there is: \(Estimate.names.joined(separator: ", "))",
        status: .usage)
    }
    if let top = try arguments.count(of: .top) {
      sensitivity.drivers = Array(sensitivity.drivers.prefix(top))
    }
    var document = SensitivityDocument(
      stage: stage.name, key: key, title: staged.title, sensitivity: sensitivity
    ).document
    document.notes = try staged.remarks(in: catalog).all + document.notes
    return try output.outcome(document, in: world)
  }
}

extension Option {
  fileprivate static let result = Option(
    "--of", of: .text("name"), completing: .results,
    help: "the result to explain, as cost_usd, accelerator_hours or carbon_kg (default cost_usd)")
  fileprivate static let top = Option("--top", of: .whole, help: "print the first so many inputs alone")
}
