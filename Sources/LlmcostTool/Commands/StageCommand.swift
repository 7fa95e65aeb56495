import CommandLineKit
import CostModel

/// A training stage as the command line knows it: its options, and the estimate they make.
struct StageCommand: Sendable {
  let stage: any CostModel.Stage.Type
  private let known = Once<(groups: [OptionGroup], options: [Option], names: Set<String>)>()

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
    guard stage.hasModel else { return "" }
    let model = "--params N | --model ID | --config FILE"
    return isPretraining
      ? "((\(model)) --tokens N | --compute FLOP | --accelerator-hours N | --like RUN)" : "(\(model) | --like RUN)"
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

  /// Its options by heading, by themselves, and their names.
  private var taken: (groups: [OptionGroup], options: [Option], names: Set<String>) {
    known.value {
      let groups = makeGroups()
      let options = groups.flatMap(\.options)
      return (groups, options, Set(options.flatMap(\.names)))
    }
  }

  /// Its options by heading.
  var groups: [OptionGroup] { taken.groups }

  /// Its options.
  var options: [Option] { taken.options }

  /// Whether it has an option.
  func has(_ name: String) -> Bool { taken.names.contains(name) }

  private func makeGroups() -> [OptionGroup] {
    if isPretraining {
      let data = likeOptions + InputRow.groups(for: users, [.model, .data]).flatMap(\.options)
      return [OptionGroup("Model and data", data)]
        + InputRow.groups(for: users, InputRow.Group.environment + [.methods])
    }
    let settings = OptionGroup(
      "Stage", likeOptions + stage.choices.flatMap(Option.forms) + stage.settings.map(Option.init))
    guard stage.hasModel else { return [settings] }
    return InputRow.groups(for: users, [.model]) + [settings]
      + InputRow.groups(for: users, InputRow.Group.environment, isFineTuning: true)
  }

  /// The option that names a published run of the stage, where there are any.
  private var likeOptions: [Option] {
    stage.runTables.isEmpty
      ? []
      : [
        Option(
          Option.likeRun, of: .text("run"), completing: .list(runsList),
          help: "take what is not given from this published run: settings, model and cluster; see 'llmcost tables "
            + "\(stage.runTables[0])'")
      ]
  }

  /// The list of published runs that shells complete from.
  var runsList: String { "\(name)_runs" }

  /// The published run that is followed; nil for none.
  private func run(_ arguments: Arguments, _ catalog: TableCatalog) throws(Failure) -> LikeRun? {
    guard let option = likeOptions.first, let name = arguments.text(of: option) else { return nil }
    do throws(CatalogError) { return try catalog.run(name, of: stage) } catch {
      guard case .unknown(_, _, _, let known) = error else { throw Failure(error) }
      // A run of another stage is a slip of the stage.
      var owner: StageCommand?
      for other in Self.all where owner == nil { if try other.has(run: name, catalog) { owner = other } }
      let hint =
        owner.map { "it is one of \($0.name): llmcost \($0.name) --like \(name)" }
        ?? suggestion(for: name, among: known) + "there is: \(known.prefix(12).joined(separator: ", "))"
        + (known.count > 12 ? ", …; 'llmcost tables \(stage.runTables[0])' lists them all" : "")
      throw Failure("--like: there is no published run '\(name)' of \(self.name)", hint: hint, status: .usage)
    }
  }

  private func has(run name: String, _ catalog: TableCatalog) throws(Failure) -> Bool {
    do throws(CatalogError) {
      _ = try catalog.run(name, of: stage)
      return true
    } catch {
      if case .unknown = error { return false }
      throw Failure(error)
    }
  }

  /// The syntax of its own options alone.
  var syntax: CommandSyntax {
    CommandSyntax(
      name: "llmcost \(name)", summary: stage.summary, usage: usage.isEmpty ? "[options]" : usage + " [options]",
      groups: groups, examples: stage.uses.map { CommandExample($0, of: name) })
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
    var scenario = try ScenarioOptions(arguments, for: users, inputs, catalog: catalog, in: world)
    let run = try run(arguments, catalog)
    scenario.like = run.map { ($0, stage) }
    if isPretraining {
      var request = try scenario.request(usage: usage)
      request.acceptsMissingPrice = true
      request.baseline = baseline
      do throws(ScenarioError) {
        let resolved = try ScenarioBuilder.scenario(for: request, in: catalog)
        return StageEstimate(
          title: Self.title(of: resolved, like: run), estimate: try .pretraining(resolved), log: scenario.log,
          formatNote: request.precision == nil ? try Self.publishedFormat(of: resolved, catalog) : nil)
      } catch {
        throw Failure(error)
      }
    }
    var inputs = try inputs(arguments, catalog, log: scenario.log)
    if let run { inputs = inputs.taking(run, of: stage) }
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
        title: title(of: estimate, method: method?.lowercased(), like: run), estimate: estimate, log: scenario.log,
        unused: inputs.unusedSetting(by: stage.requirements, onClusterOf: request.cluster))
    } catch {
      throw Failure(error)
    }
  }

  /// That the published run of a model was in another format than the one that is usual on the accelerator.
  private static func publishedFormat(
    of scenario: Scenario, _ catalog: TableCatalog
  ) throws(ScenarioError) -> Message? {
    do throws(CatalogError) {
      guard let model = scenario.model.known?.name, let run = try catalog.tables.row(model, of: "runs"),
        let format = try run.text("precision").flatMap({ Precision(rawValue: $0) }),
        format != scenario.hardware.precision,
        scenario.hardware.accelerator.peaks[format.rawValue] != nil
      else { return nil }
      return "\(model) was trained in \(format.name), and this is \(scenario.hardware.precision.name): "
        + "add \(input: "precision", as: format.rawValue)"
    } catch {
      throw .catalog(error)
    }
  }

  /// Its options that are given, with their values; a switch that is short for a value counts as the option it is of.
  func given(in arguments: Arguments) -> [(option: Option, text: String)] {
    let options = options + LimitOptions.options
    return arguments.given.compactMap { given in
      guard let option = options.first(where: { $0.name == given.option }) else { return nil }
      let meant = option.kind == nil ? options.first { $0.name == option.subject } ?? option : option
      return (meant, given.text)
    }
  }

  /// What the user said of settings and choices.
  private func inputs(
    _ arguments: Arguments, _ catalog: TableCatalog, log: MeasuredLog? = nil
  ) throws(Failure) -> StageInputs {
    var given: [String: Ranged<Ratio>] = [:]
    var chosen: [String: String] = [:]
    for setting in stage.settings { given[setting.id] = try arguments.number(of: Option(setting)) }
    for choice in stage.choices { chosen[choice.id] = arguments.text(of: Option(choice))?.lowercased() }
    for (id, tokens) in log?.answers(given: Array(given.keys), chosen: chosen) ?? []
    where stage.settings.contains(where: { $0.id == id }) { given[id] = Ranged(tokens) }
    return StageInputs(stage: name, given: given, chosen: chosen, catalog: catalog)
  }

  private func title(of estimate: Estimate, method: String?, like run: LikeRun?) -> String {
    guard stage.hasModel, !estimate.work.phases.isEmpty else { return stage.headline }
    let headline =
      stage.headline + (method.map { " (\($0))" } ?? "") + ": \(estimate.scenario.model.title)" + Self.title(of: run)
    let hardware = estimate.scenario.hardware
    return headline + "\n\(hardware.accelerator.name), \(hardware.precision.name), "
      + estimate.scenario.site.region.name
  }

  private static func title(of run: LikeRun?) -> String { run.map { ", like \($0.reference.id)" } ?? "" }

  private static func title(of scenario: Scenario, like run: LikeRun?) -> String {
    let tokens = scenario.phases.map { phase in
      Notation.display(phase.tokens.typical.value, as: .tokens) + " tokens"
        + (phase.epochs.map { " × \(Notation.display($0.typical.value, as: .ratio)) epochs" } ?? "")
        + (phase.contextLength.map { " at \(Notation.display($0.typical.value, as: .sequenceLength))" } ?? "")
    }
    let hardware = scenario.hardware
    let flop = Pretraining.work(scenario).operations.typical.value
    let job =
      scenario.isSizeKnown
      ? "\(scenario.model.title) on \(tokens.joined(separator: " + "))"
      : "\(Notation.display(flop, as: .operations)) FLOP"
    return "\(Pretraining.headline): \(job)"
      + title(of: run) + "\n"
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
  /// That its model is known in another format; nil where it is not.
  var formatNote: Message?

  /// What to know of it.
  struct Remarks {
    /// What the defaults taken are, and the like.
    var notes: [String]
    /// What is hardly meant.
    var doubts: [String]
    /// Why the cluster cannot hold the job; nil where it can.
    var shortage: String?

    /// All of them, for where nothing depends on which is which.
    var all: [String] { notes + doubts + (shortage.map { [$0] } ?? []) }
  }

  /// What to know of it, as a command line spells it.
  func remarks(in catalog: TableCatalog) throws(Failure) -> Remarks {
    let notes = estimate.scenario.notes
    do throws(ScenarioError) {
      let others = [formatNote, estimate.noteOfShare, try estimate.noteOfEstimatedAttention(in: catalog)]
      let doubts = notes.filter(\.isDoubt) + (try estimate.doubts(in: catalog))
      return Remarks(
        notes: (notes.filter { !$0.isDoubt } + others.compactMap(\.self)).map(\.commandLine),
        doubts: doubts.map(\.commandLine),
        shortage: try estimate.memoryShortage(in: catalog)?.message)
    } catch {
      throw Failure(error)
    }
  }

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

extension CommandExample {
  /// The command line of a use of a stage.
  fileprivate init(_ example: StageExample, of stage: String) {
    let options = example.inputs.map { "--" + $0.id + ($0.value.isEmpty ? "" : " " + $0.value) }
    self.init((["llmcost", stage] + options).joined(separator: " "), example.meaning)
  }
}
