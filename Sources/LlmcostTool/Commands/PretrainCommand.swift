import CommandLineKit
import CostModel
import CostTables
import TextFormats

/// `llmcost pretrain`: what pre-training a model costs.
struct PretrainCommand: Sendable {
  var scenario = ScenarioOptions()
  var estimate = EstimateOptions()
  var output = OutputOptions()

  static let summary = "Estimate what pre-training a model costs: FLOP, accelerator-hours, days, money, energy, carbon."

  static let syntax = CommandSyntax<PretrainCommand>(
    name: "llmcost pretrain",
    summary: summary,
    discussion: """
      Numbers are written 70B, 15T, 1.5e12 or 405_000_000_000; shares 0.4 or 40%; times 54d or 12h. Every value may be \
      a range low..high, or low..typical..high, which holds it four times out of five. What is not given comes from the \
      tables, with its own range.
      """,
    usage: "--params N --tokens N [options]",
    groups: ScenarioOptions.groups.map {
      $0.lifted { (command, body) throws(ValueError) in try body(&command.scenario) }
    } + [
      EstimateOptions.group.lifted { (command, body) throws(ValueError) in try body(&command.estimate) },
      OutputOptions.group.lifted { (command, body) throws(ValueError) in try body(&command.output) },
    ],
    examples: [
      .init("llmcost pretrain --params 70B --tokens 15T", "a Llama-3-70B-sized run on H100s at market prices"),
      .init(
        "llmcost pretrain --params 671B --active-params 37B --tokens 14.8T --gpu h800 --precision fp8 --gpus 2048",
        "a mixture of experts in FP8 on 2,048 H800s"),
      .init(
        "llmcost pretrain --params 8B --tokens 2T --days 14 --own --region us-tx --get cost_usd",
        "one number for a script: two weeks on an owned cluster in Texas"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, from: PretrainCommand(), in: world) { (command, _) throws(Failure) in
      try command.run(in: world)
    }
  }

  private func run(in world: any World) throws(Failure) -> Outcome {
    let request = try scenario.request(usage: Self.syntax.usageLine)
    let plan = try estimate.plan()
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let resolved: Scenario
    do throws(ScenarioError) {
      resolved = try Resolver.scenario(for: request, in: catalog)
    } catch {
      throw Failure(error)
    }
    let result = Estimate.pretraining(resolved)
    let report = result.report(plan)
    let view = EstimateView(
      command: "pretrain", title: Self.title(of: resolved), estimate: result, report: report, options: estimate,
      output: output)
    return try view.outcome(in: world)
  }

  private static func title(of scenario: Scenario) -> String {
    let model = scenario.model
    let total = Notation.display(model.parameters.value.typical.value, as: .parameters)
    let active = model.activeParameters.map {
      " (\(Notation.display($0.value.typical.value, as: .parameters)) active)"
    }
    let tokens = scenario.phases.map { phase in
      Notation.display(phase.tokens.value.typical.value, as: .tokens) + " tokens"
        + (phase.epochs.map { " × \(Notation.display($0.value.typical.value, as: .ratio)) epochs" } ?? "")
        + (phase.contextLength.map { " at \(Notation.display($0.value.typical.value, as: .sequenceLength))" } ?? "")
    }
    let hardware = scenario.hardware
    return "Pre-training: \(total) parameters\(active ?? "") on \(tokens.joined(separator: " + "))\n"
      + "\(hardware.accelerator.name), \(hardware.precision.name), \(scenario.site.region.name)"
  }
}
