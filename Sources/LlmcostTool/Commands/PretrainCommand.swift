import CommandLineKit
import CostModel
import CostTables

/// `llmcost pretrain`: what pre-training a model costs.
struct PretrainCommand: StageCommand {
  var scenario = ScenarioOptions()

  static let name = "pretrain"
  static let summary = "Estimate what pre-training a model costs: FLOP, accelerator-hours, days, money, energy, carbon."
  static let discussion = """
    Numbers are written 70B, 15T, 1.5e12 or 405_000_000_000; shares 0.4 or 40%; times 54d or 12h. Every value may be a \
    range low..high, or low..typical..high, which holds it four times out of five. What is not given comes from the \
    tables, with its own range.
    """
  static let usage = "(--params N | --model ID | --config FILE) --tokens N"

  static var groups: [OptionGroup<PretrainCommand>] {
    ScenarioOptions.groups.map {
      $0.lifted { (command, body) throws(ValueError) in try body(&command.scenario) }
    }
  }

  static let sweepResults = ["loss"]

  static let examples: [CommandExample] = [
    CommandExample("llmcost pretrain --params 70B --tokens 15T", "a Llama-3-70B-sized run on H100s at market prices"),
    CommandExample(
      "llmcost pretrain --params 671B --active-params 37B --tokens 14.8T --gpu h800 --precision fp8 --gpus 2048",
      "a mixture of experts in FP8 on 2,048 H800s"),
    CommandExample(
      "llmcost pretrain --params 8B --tokens 2T --days 14 --own --region us-tx --get cost_usd",
      "one number for a script: two weeks on an owned cluster in Texas"),
  ]

  mutating func load(catalog: TableCatalog, in world: any World) throws(Failure) {
    try scenario.load(catalog: catalog, in: world)
  }

  func estimate(from catalog: TableCatalog, usage: String) throws(Failure) -> StageEstimate {
    var request = try scenario.request(usage: usage)
    request.acceptsMissingPrice = true
    do throws(ScenarioError) {
      let resolved = try Resolver.scenario(for: request, in: catalog)
      return StageEstimate(title: Self.title(of: resolved), estimate: try .pretraining(resolved))
    } catch {
      throw Failure(error)
    }
  }

  private static func title(of scenario: Scenario) -> String {
    let tokens = scenario.phases.map { phase in
      Notation.display(phase.tokens.typical.value, as: .tokens) + " tokens"
        + (phase.epochs.map { " × \(Notation.display($0.typical.value, as: .ratio)) epochs" } ?? "")
        + (phase.contextLength.map { " at \(Notation.display($0.typical.value, as: .sequenceLength))" } ?? "")
    }
    let hardware = scenario.hardware
    return "Pre-training: \(scenario.model.title) on \(tokens.joined(separator: " + "))\n"
      + "\(hardware.accelerator.name), \(hardware.precision.name), \(scenario.site.region.name)"
      + (scenario.priceMonth.map { ", prices of \($0.text)" } ?? "")
  }
}
