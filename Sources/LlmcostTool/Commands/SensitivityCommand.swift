import CommandLineKit
import CostModel
import CostTables

/// `llmcost sensitivity`: finds the stage, which is pre-training where none is named.
enum Sensitivities {
  static let summary = "Rank the inputs of an estimate by how much of its spread each explains."
  /// Variances need more draws than quantiles.
  static let draws = 4096

  /// Pre-training's, and those of the stages behind it.
  static var description: CommandDescription {
    var description = SensitivityCommand<PretrainCommand>.syntax.description
    description.words = ["sensitivity"]
    description.usage = "[stage] " + description.usage
    description.subcommands = AnyStage.all.map { $0.sensitivityDescription() }
    return description
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    guard let first = arguments.first, !first.hasPrefix("-") else {
      return try SensitivityCommand<PretrainCommand>.run(arguments, in: world)
    }
    let stage = try AnyStage.named(first, usage: "llmcost sensitivity <stage> [options of the stage]")
    return try stage.sensitivity(Array(arguments.dropFirst()), world)
  }
}

/// `llmcost sensitivity pretrain` and the other stages.
struct SensitivityCommand<Stage> {
  var stage: Stage
  var result: String?
  var top: WholeNumber?
  var sampling = SamplingOptions()
  var output = OutputOptions()
}

extension SensitivityCommand: Sendable where Stage: Sendable {}

extension SensitivityCommand where Stage: StageCommand {
  static var syntax: CommandSyntax<SensitivityCommand> {
    CommandSyntax(
      name: "llmcost sensitivity \(Stage.name)", summary: Sensitivities.summary,
      discussion: """
        Takes the options of 'llmcost \(Stage.name)'. The share of an input is how much of the variance of the result's logarithm goes away when \
        it is held at its typical value; the bar is the result with that input alone at its p10 (░) and its p90 (█).
        """,
      usage: Stage.usage + " [options]",
      groups: [
        OptionGroup(
          "Sensitivity",
          [
            Option(
              "--of", as: String.self, placeholder: "name", completing: .results,
              help: "the result to explain, as cost_usd, accelerator_hours or carbon_kg (default cost_usd)"
            ) { $0.result = $1 },
            Option("--top", as: WholeNumber.self, help: "print the first so many inputs alone") { $0.top = $1 },
          ]
            + SamplingOptions.options(default: Sensitivities.draws).map {
              $0.lifted { (command, body) throws(ValueError) in try body(&command.sampling) }
            })
      ] + Stage.groups.map { $0.lifted { (command, body) throws(ValueError) in try body(&command.stage) } } + [
        OutputOptions.group.lifted { (command, body) throws(ValueError) in try body(&command.output) }
      ],
      examples: [
        CommandExample("llmcost sensitivity --params 70B --tokens 15T", "what the spread of the total cost comes from"),
        CommandExample(
          "llmcost sensitivity pretrain --params 70B --tokens 15T --of carbon_kg --top 5", "the five that move carbon"),
        CommandExample(
          "llmcost sensitivity pretrain --params 70B --tokens 15T --price 2..4 --format csv",
          "with a range of one's own, for a spreadsheet"),
      ])
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    let syntax = syntax
    return try syntax.run(arguments, from: SensitivityCommand(stage: Stage()), in: world) {
      (command, _) throws(Failure) in
      try command.run(usage: syntax.usageLine, in: world)
    }
  }

  private func run(usage: String, in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let plan = try sampling.plan(default: Sensitivities.draws)
    guard plan.draws > 1 else {
      throw Failure(
        "--samples: \(plan.draws) is too few: what an input explains is a share of a variance, which takes 2 draws",
        hint: "leave out --samples, or write --samples \(Sensitivities.draws)", status: .usage)
    }
    var stage = stage
    try stage.load(catalog: catalog, in: world)
    let staged = try stage.estimate(from: catalog, usage: usage).heedingAll().priced()
    let key = result ?? "cost_usd"
    guard var sensitivity = staged.estimate.sensitivity(of: key, plan: plan) else {
      if key == "accelerators" || key == "days" {
        throw Failure("--of: \(key) is not known without a cluster", hint: "add --gpus or --days", status: .usage)
      }
      let near = Summary.names.contains(key) ? nil : nearest(to: key, in: Summary.names)
      throw Failure(
        "--of: this estimate has no '\(key)'",
        hint: near.map { "did you mean '\($0)'?" } ?? "there is: \(Summary.names.joined(separator: ", "))",
        status: .usage)
    }
    if let top { sensitivity.drivers = Array(sensitivity.drivers.prefix(top.value)) }
    let view = SensitivityView(stage: Stage.name, key: key, title: staged.title, sensitivity: sensitivity)
    var outcome = Outcome(
      output: try view.text(
        output, width: output.columns(in: world), style: output.style(in: world)),
      outputPath: output.output == "-" ? nil : output.output)
    if !output.isQuiet { outcome.complaint = staged.estimate.scenario.notes.map { "note: \($0)\n" }.joined() }
    return outcome
  }
}
