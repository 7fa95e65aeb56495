import CommandLineKit
import CostModel
import CostTables

/// What the command line says of a stage after pre-training, besides its settings and choices.
protocol DescribedStage: CostModel.Stage {
  /// What it estimates, in a line.
  static var summary: String { get }
  /// What to know before using it.
  static var discussion: String { get }
  /// The headline of its estimate.
  static var headline: String { get }
  /// Whether it has a model and accelerators; people alone have not.
  static var hasModel: Bool { get }
  /// Options of runs that have no bearing on it.
  static var unused: Set<String> { get }
  /// Examples for its help.
  static var examples: [CommandExample] { get }
}

extension DescribedStage {
  static var hasModel: Bool { true }
  static var unused: Set<String> { [] }
}

/// `llmcost sft` and the other stages after pre-training.
struct PostTrainingCommand<Described: DescribedStage>: StageCommand {
  var scenario = ScenarioOptions()
  var given: [String: Ranged<Ratio>] = [:]
  var chosen: [String: String] = [:]

  static var name: String { Described.name }
  static var summary: String { Described.summary }
  static var discussion: String { Described.discussion }
  static var usage: String { Described.hasModel ? "(--params N | --model ID | --config FILE)" : "" }
  static var examples: [CommandExample] { Described.examples }

  static var groups: [OptionGroup<PostTrainingCommand>] {
    func lifted(_ option: Option<ScenarioOptions>) -> Option<PostTrainingCommand> {
      option.lifted { (command, body) throws(ValueError) in try body(&command.scenario) }
    }
    let settings = Described.choices.map(option) + Described.settings.map(option)
    guard Described.hasModel else { return [OptionGroup("Stage", settings)] }
    return [OptionGroup("Model", ScenarioOptions.modelOptions.map(lifted)), OptionGroup("Stage", settings)]
      + ScenarioOptions.environment.map { group in
        OptionGroup(group.title, group.options.filter { Described.unused.isDisjoint(with: $0.names) }.map(lifted))
      }
  }

  private static func option(_ setting: AnySetting) -> Option<PostTrainingCommand> {
    // Of what has no unit, only what stays below one is a share.
    let isNumber = setting.dimension == .ratio && setting.limits.upperBound > 1
    let placeholder = isNumber ? "n" : setting.dimension.placeholder
    return Option(made: "--" + setting.id, placeholder: placeholder, help: setting.help) {
      (text, command) throws(ValueError) in
      do throws(NotationError) {
        command.given[setting.id] = try Notation.parseRange(
          text, as: setting.dimension, bareUnit: setting.dimension.bareUnit)
      } catch {
        throw ValueError(error)
      }
    }
  }

  private static func option(_ choice: Choice) -> Option<PostTrainingCommand> {
    if choice.values == ["no", "yes"] {
      return Option(switch: "--" + choice.id, help: choice.help) { $0.chosen[choice.id] = "yes" }
    }
    let placeholder = choice.values.isEmpty ? "id" : choice.values.joined(separator: "|")
    return Option(
      made: "--" + choice.id, placeholder: placeholder, choices: choice.values,
      completing: choice.table.map { .list($0) } ?? .nothing, help: choice.help + " (default \(choice.standard))"
    ) { (text, command) throws(ValueError) in
      let value = text.lowercased()
      guard choice.values.isEmpty || choice.values.contains(value) else {
        let near = nearest(to: text, in: choice.values)
        throw ValueError(
          "'\(text)' is not one of \(choice.values.joined(separator: ", "))",
          hint: near.map { "did you mean '\($0)'?" })
      }
      command.chosen[choice.id] = value
    }
  }

  mutating func load(catalog: TableCatalog, in world: any World) throws(Failure) {
    try scenario.load(catalog: catalog, in: world)
  }

  func estimate(from catalog: TableCatalog, usage: String) throws(Failure) -> StageEstimate {
    var request = Described.hasModel ? try scenario.modelRequest(usage: usage) : Self.noModel
    request.acceptsMissingPrice = true
    let inputs = StageInputs(stage: Described.name, given: given, chosen: chosen, catalog: catalog)
    do throws(ScenarioError) {
      let estimate = try Estimate.stage(Described.self, for: request, inputs)
      return StageEstimate(
        title: title(of: estimate), estimate: estimate,
        idle: inputs.idleSetting(by: Described.requirements, onClusterOf: request.cluster))
    } catch {
      throw Failure(error)
    }
  }

  /// Stands in where a stage has no model: nothing of it is counted or shown.
  private static var noModel: Request { Request(parameters: Ranged(1e9), phases: []) }

  private func title(of estimate: Estimate) -> String {
    let method = chosen["method"].map { " (\($0))" } ?? ""
    guard Described.hasModel else { return Described.headline }
    let model = estimate.scenario.model
    let headline = "\(Described.headline)\(method): \(model.title)"
    guard !estimate.work.phases.isEmpty else { return headline }
    let hardware = estimate.scenario.hardware
    return headline + "\n\(hardware.accelerator.name), \(hardware.precision.name), "
      + estimate.scenario.site.region.name
  }
}
