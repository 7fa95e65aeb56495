import CommandLineKit
import CostModel
import CostTables

/// One training stage as the command line knows it: its options, and the estimate they make.
///
/// A stage says this once; estimating, sensitivity and comparison are commands over any stage.
protocol StageCommand: Sendable {
  /// Nothing said yet.
  init()
  /// The word behind `llmcost`.
  static var name: String { get }
  /// What it estimates, in a line.
  static var summary: String { get }
  /// What to know before using it.
  static var discussion: String { get }
  /// The arguments it cannot do without.
  static var usage: String { get }
  /// Its options.
  static var groups: [OptionGroup<Self>] { get }
  /// Examples for its help.
  static var examples: [CommandExample] { get }
  /// Its options that are numbers.
  static var numbers: [NumericOption] { get }
  /// Results that a sweep may show besides those of every stage.
  static var sweepResults: [String] { get }

  /// Reads the files that the options name; comes before the estimate.
  mutating func load(catalog: TableCatalog, in world: any World) throws(Failure)
  /// The estimate of these options.
  func estimate(from catalog: TableCatalog, usage: String) throws(Failure) -> StageEstimate
}

extension StageCommand {
  static var sweepResults: [String] { [] }

  mutating func load(catalog: TableCatalog, in world: any World) throws(Failure) {}

  /// The syntax of its own options alone.
  static var syntax: CommandSyntax<Self> {
    CommandSyntax(
      name: "llmcost \(name)", summary: summary, usage: usage.isEmpty ? "[options]" : usage + " [options]",
      groups: groups, examples: examples)
  }

  /// The estimate of a command line of its own options, read by ``syntax``.
  static func estimate(
    _ arguments: [String], by syntax: CommandSyntax<Self>, from catalog: TableCatalog, in world: any World
  ) throws(Failure) -> StageEstimate {
    let parsed: CommandSyntax<Self>.Parsed
    do throws(UsageError) { parsed = try syntax.parse(arguments, into: Self()) } catch { throw Failure(error) }
    guard case .run(var stage, _) = parsed else {
      throw Failure("--help stands alone", hint: "llmcost \(name) --help", status: .usage)
    }
    try stage.load(catalog: catalog, in: world)
    return try stage.estimate(from: catalog, usage: syntax.usageLine).priced()
  }
}

/// An estimate and its headline.
struct StageEstimate {
  var title: String
  var estimate: Estimate
  /// An option that was given and counts for nothing; nil where all of them count.
  var idle: IdleSetting?

  /// The estimate, unless it ignores an option.
  func heedingAll() throws(Failure) -> StageEstimate {
    if let idle { throw Failure(idle.error) }
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

/// `llmcost pretrain` and the other stages: estimate and print.
struct EstimateCommand<Stage> {
  var stage: Stage
  var options = EstimateOptions()
  var output = OutputOptions()
}

extension EstimateCommand: Sendable where Stage: Sendable {}

extension EstimateCommand where Stage: StageCommand {
  static var syntax: CommandSyntax<EstimateCommand> {
    CommandSyntax(
      name: "llmcost \(Stage.name)", summary: Stage.summary, discussion: Stage.discussion,
      usage: Stage.usage.isEmpty ? "[options]" : Stage.usage + " [options]",
      groups: Stage.groups.map { $0.lifted { (command, body) throws(ValueError) in try body(&command.stage) } } + [
        EstimateOptions.group.lifted { (command, body) throws(ValueError) in try body(&command.options) },
        OutputOptions.group.lifted { (command, body) throws(ValueError) in try body(&command.output) },
      ],
      examples: Stage.examples)
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    let syntax = syntax
    return try syntax.run(arguments, from: EstimateCommand(stage: Stage()), in: world) {
      (command, _) throws(Failure) in
      let catalog = TableCatalog(try Tables.load(command.output.tables, in: world))
      let plan = try command.options.sampling.plan()
      var stage = command.stage
      try stage.load(catalog: catalog, in: world)
      var result = try stage.estimate(from: catalog, usage: syntax.usageLine).heedingAll()
      let shortage = try command.shortage(of: result.estimate, catalog)
      if let shortage, !command.options.requiresFit { result.estimate.scenario.notes.append(shortage) }
      var outcome = try EstimateView(
        command: Stage.name, title: result.title, estimate: result.estimate,
        report: result.estimate.report(plan, rangesOf: command.ranges), options: command.options,
        output: command.output, fewest: try command.fewest(for: result.estimate, catalog)
      ).outcome(in: world)
      if let shortage, command.options.requiresFit {
        outcome.complaint += "llmcost: \(shortage)\n"
        outcome.status = .failed
      }
      return outcome
    }
  }
}

extension EstimateCommand {
  /// Why the cluster cannot hold the job, in words.
  fileprivate func shortage(of estimate: Estimate, _ catalog: TableCatalog) throws(Failure) -> String? {
    if options.requiresFit, estimate.memory != nil, estimate.run.accelerators == nil {
      throw Failure("--require-fit needs the size of the cluster", hint: "add --gpus", status: .usage)
    }
    do throws(ScenarioError) { return try estimate.memoryShortage(in: catalog)?.message } catch { throw Failure(error) }
  }

  /// The accelerators that hold the job at least, where cluster sizes are offered.
  fileprivate func fewest(for estimate: Estimate, _ catalog: TableCatalog) throws(Failure) -> Int {
    guard estimate.run.accelerators == nil, options.get == nil, [nil, .table, .html].contains(output.format) else {
      return 1
    }
    do throws(ScenarioError) { return try estimate.fewestAccelerators(in: catalog) ?? 1 } catch {
      throw Failure(error)
    }
  }

  /// Tables show the ranges of results; trees and paths into them need those of every line.
  fileprivate var ranges: Report.Ranges {
    let isPath = options.get.map { !Summary.columns.contains($0) } ?? false
    return options.explains || output.format == .json || output.format == .html || isPath ? .everyLine : .shownLines
  }
}

typealias SFTCommand = PostTrainingCommand<SupervisedFineTuning>
typealias RewardCommand = PostTrainingCommand<RewardModeling>
typealias RLHFCommand = PostTrainingCommand<ProximalPolicyOptimization>
typealias DPOCommand = PostTrainingCommand<PreferenceOptimization>
typealias GRPOCommand = PostTrainingCommand<GroupPolicyOptimization>
typealias DistillCommand = PostTrainingCommand<Distillation>
typealias SynthesizeCommand = PostTrainingCommand<Synthesis>
typealias AnnotateCommand = PostTrainingCommand<Annotation>
typealias CorpusCommand = PostTrainingCommand<CorpusBuilding>
