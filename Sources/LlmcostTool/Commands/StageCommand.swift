import CommandLineKit
import CostModel

/// A training stage as the command line knows it: its options, and the estimate they make.
struct StageCommand: Sendable {
  let stage: any CostModel.Stage.Type

  /// All stages, in the order of a project.
  static let all = Stages.all.map(StageCommand.init)
  /// The stage that is meant where none is named.
  static let pretraining = StageCommand(stage: Pretraining.self)

  /// The word behind `llmcost`.
  var name: String { stage.name }

  /// Whether it reads tokens, and not examples or prompts of its own.
  var isPretraining: Bool { stage == Pretraining.self }

  /// The arguments it cannot do without.
  var usage: String {
    let model = stage.hasModel ? "(--params N | --model ID | --config FILE)" : ""
    return isPretraining ? model + " --tokens N" : model
  }

  /// Results that a sweep may show besides those of every stage.
  var sweepResults: [String] { isPretraining ? ["loss"] : [] }

  /// The stage of a name.
  ///
  /// - Throws: ``Failure`` with `usage`, where there is none.
  static func named(_ name: String, usage: String) throws(Failure) -> StageCommand {
    if let stage = all.first(where: { $0.name == name }) { return stage }
    let names = all.map(\.name)
    throw Failure(
      "there is no stage '\(name)'",
      hint: suggestion(for: name, among: names) + "there is: \(names.joined(separator: ", "))", usage: usage,
      status: .usage)
  }

  // MARK: - Options

  private var users: InputRow.Users { stage.trains ? .training : .generation }

  /// The inputs that it takes besides its settings.
  private var inputs: [InputRow.Group] {
    if isPretraining { return [.model, .data] + InputRow.Group.environment + [.methods] }
    return stage.hasModel ? [.model] + InputRow.Group.environment : []
  }

  /// Its options.
  var groups: [OptionGroup] {
    if isPretraining {
      let data = InputRow.groups(for: users, [.model, .data]).flatMap(\.options)
      return [OptionGroup("Model and data", data)]
        + InputRow.groups(for: users, InputRow.Group.environment + [.methods])
    }
    let settings = OptionGroup("Stage", stage.choices.map(Option.init) + stage.settings.map(Option.init))
    guard stage.hasModel else { return [settings] }
    return InputRow.groups(for: users, [.model]) + [settings]
      + InputRow.groups(for: users, InputRow.Group.environment, isFineTuning: true)
  }

  /// The syntax of its own options alone.
  var syntax: CommandSyntax {
    CommandSyntax(
      name: "llmcost \(name)", summary: stage.summary, usage: usage.isEmpty ? "[options]" : usage + " [options]",
      groups: groups, examples: StageExamples.all[name] ?? [])
  }

  /// The syntax of the command that estimates it.
  var estimateSyntax: CommandSyntax {
    var syntax = syntax
    syntax.discussion = Option.named(in: stage.discussion)
    syntax.groups += [EstimateOptions.group, OutputOptions.group]
    return syntax
  }

  // MARK: - Estimates

  /// The estimate of a command line of its own options.
  ///
  /// - Parameters:
  ///   - arguments: What follows its name.
  ///   - syntax: ``syntax``, made once for many estimates.
  ///   - baseline: The accelerator that pre-training is held against.
  ///   - catalog: The tables.
  ///   - world: Where the files are that options name.
  /// - Returns: The estimate, which may ignore an option.
  /// - Throws: ``Failure`` for a wrong command line, and for what cannot be estimated.
  func estimate(
    _ arguments: [String], by syntax: CommandSyntax, against baseline: String? = nil, from catalog: TableCatalog,
    in world: any World
  ) throws(Failure) -> StageEstimate {
    let parsed: CommandSyntax.Parsed
    do throws(UsageError) { parsed = try syntax.parse(arguments) } catch { throw Failure(error) }
    guard case .run(let arguments) = parsed else {
      throw Failure("--help stands alone", hint: "llmcost \(name) --help", status: .usage)
    }
    return try estimate(arguments, usage: syntax.usageLine, against: baseline, from: catalog, in: world).priced()
  }

  /// The estimate of its options.
  func estimate(
    _ arguments: Arguments, usage: String, against baseline: String? = nil, from catalog: TableCatalog,
    in world: any World
  ) throws(Failure) -> StageEstimate {
    let scenario = try ScenarioOptions(arguments, for: users, inputs, catalog: catalog, in: world)
    if isPretraining {
      var request = try scenario.request(usage: usage)
      request.acceptsMissingPrice = true
      request.baseline = baseline
      do throws(ScenarioError) {
        let resolved = try ScenarioBuilder.scenario(for: request, in: catalog)
        return StageEstimate(
          title: Self.title(of: resolved), estimate: try .pretraining(resolved), log: scenario.log)
      } catch {
        throw Failure(error)
      }
    }
    let inputs = try inputs(arguments, catalog)
    // Nothing of a model is counted or shown where a stage has none.
    let namesModel = InputRow.groups(for: users, [.model]).flatMap(\.options).contains(where: arguments.has)
    var request =
      stage.usesModel(inputs) || stage.hasModel && namesModel
      ? try scenario.modelRequest(usage: usage) : Request(parameters: Ranged(1e9), phases: [])
    request.acceptsMissingPrice = true
    let method = stage.choices.first { $0.id == "method" }.flatMap { arguments.text(of: Option($0)) }
    do throws(ScenarioError) {
      let estimate = try Estimate.stage(stage, for: request, inputs)
      return StageEstimate(
        title: title(of: estimate, method: method?.lowercased()), estimate: estimate, log: scenario.log,
        unused: inputs.unusedSetting(by: stage.requirements, onClusterOf: request.cluster))
    } catch {
      throw Failure(error)
    }
  }

  /// What the user said of settings and choices.
  private func inputs(_ arguments: Arguments, _ catalog: TableCatalog) throws(Failure) -> StageInputs {
    var given: [String: Ranged<Ratio>] = [:]
    var chosen: [String: String] = [:]
    for setting in stage.settings { given[setting.id] = try arguments.number(of: Option(setting)) }
    for choice in stage.choices { chosen[choice.id] = arguments.text(of: Option(choice))?.lowercased() }
    return StageInputs(stage: name, given: given, chosen: chosen, catalog: catalog)
  }

  private func title(of estimate: Estimate, method: String?) -> String {
    guard stage.hasModel, !estimate.work.phases.isEmpty else { return stage.headline }
    let headline = stage.headline + (method.map { " (\($0))" } ?? "") + ": \(estimate.scenario.model.title)"
    let hardware = estimate.scenario.hardware
    return headline + "\n\(hardware.accelerator.name), \(hardware.precision.name), "
      + estimate.scenario.site.region.name
  }

  private static func title(of scenario: Scenario) -> String {
    let tokens = scenario.phases.map { phase in
      Notation.display(phase.tokens.typical.value, as: .tokens) + " tokens"
        + (phase.epochs.map { " × \(Notation.display($0.typical.value, as: .ratio)) epochs" } ?? "")
        + (phase.contextLength.map { " at \(Notation.display($0.typical.value, as: .sequenceLength))" } ?? "")
    }
    let hardware = scenario.hardware
    return "\(Pretraining.headline): \(scenario.model.title) on \(tokens.joined(separator: " + "))\n"
      + "\(hardware.accelerator.name), \(hardware.precision.name), \(scenario.site.region.name)"
      + (scenario.priceMonth.map { ", prices of \($0.text)" } ?? "")
  }
}

/// An estimate and its headline.
struct StageEstimate {
  var title: String
  var estimate: Estimate
  /// The training log that the speed is taken from; nil where none is named.
  var log: MeasuredLog?
  /// An option that was given and counts for nothing; nil where all of them count.
  var unused: UnusedSetting?

  /// The estimate, unless it ignores an option.
  func rejectingUnused() throws(Failure) -> StageEstimate {
    if let unused { throw Failure(unused.error) }
    return self
  }

  /// The estimate, unless no price of its accelerator is known: sums and comparisons need one.
  func priced() throws(Failure) -> StageEstimate {
    guard !estimate.bill.isUnpriced else {
      throw Failure(
        .noPrice(
          accelerator: estimate.scenario.hardware.accelerator.id, wanted: Commitment.onDemand.rawValue, available: []))
    }
    return self
  }
}

extension Option {
  /// The option of a setting.
  init(_ setting: AnySetting) {
    // Of what has no unit, only what stays below one is a share.
    let isNumber = setting.dimension == .ratio && setting.limits.upperBound > 1
    // A grid over what is written in another unit than it is kept in is laid by whole estimates.
    let input = setting.entry.map { $0.scale == 1 } ?? true ? setting.key : nil
    self.init(
      "--" + setting.id, of: NumberKind(dimension: setting.entry?.dimension ?? setting.dimension, input: input),
      placeholder: setting.placeholder ?? (isNumber ? "n" : nil),
      formerly: Self.formerNames[setting.id].map { [$0] } ?? [], help: setting.help.commandLine)
    names += Self.shortNames[setting.id].map { [$0] } ?? []
  }

  /// Spellings of earlier versions, by the present id of the setting.
  private static let formerNames = [
    "input-tokens": "--prompt-tokens", "output-tokens": "--response-tokens", "max-output-tokens": "--max-response",
    "concurrency": "--batch",
  ]
  private static let shortNames = ["params": "-p", "tokens": "-t", "gpus": "-n"]

  /// The option of a choice.
  init(_ choice: Choice) {
    if choice.values == ["no", "yes"] {
      self.init(switch: "--" + choice.id, help: choice.help.commandLine)
      meaning = "yes"
      return
    }
    let kind: any ValueKind = choice.values.isEmpty ? AnyText("id") : Words(choice.values)
    self.init(
      "--" + choice.id, of: kind, completing: choice.table.map { .list($0) } ?? .nothing,
      help: choice.help.commandLine + " (default \(choice.standard))")
  }

  /// A text with the options that it names in backticks.
  static func named(in text: String) -> String {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0.isMultiple(of: 2) ? String($1) : "--" + $1 }.joined()
  }
}
