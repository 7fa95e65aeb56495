import CommandLineKit
import CostModel
import CostTables

/// A stage that is to be estimated many times.
struct StageReader: Sendable {
  /// The names of its options, with their dashes.
  let optionNames: [String]
  /// The estimate of a command line of its options.
  let estimate: @Sendable ([String], TableCatalog, any World) throws(Failure) -> Estimate
}

/// A stage with its type taken away: what the commands over any stage call.
struct AnyStage: Sendable {
  /// The word behind `llmcost`.
  let name: String
  /// What it estimates, in a line.
  let summary: String
  /// What completions and the manual say of it; made when asked for.
  let description: @Sendable () -> CommandDescription
  /// The same for its sensitivity.
  let sensitivityDescription: @Sendable () -> CommandDescription
  /// The same for its sweep.
  let sweepDescription: @Sendable () -> CommandDescription
  /// Estimates and prints.
  let run: @Sendable ([String], any World) throws(Failure) -> Outcome
  /// Finds out what drives the spread.
  let sensitivity: @Sendable ([String], any World) throws(Failure) -> Outcome
  /// The estimate of the stage's own options, for commands over several stages.
  let estimate: @Sendable ([String], TableCatalog, any World) throws(Failure) -> StageEstimate
  /// Makes what estimates many times; its options are set up once.
  let reader: @Sendable () -> StageReader
  /// The stage's own options, without those of its output.
  let options: @Sendable () -> [OptionDescription]
  /// Estimates a row for each combination of values.
  let sweep: @Sendable ([String], any World) throws(Failure) -> Outcome

  private init<Command: StageCommand>(_ command: Command.Type) {
    name = Command.name
    summary = Command.summary
    description = { EstimateCommand<Command>.syntax.description }
    sensitivityDescription = { SensitivityCommand<Command>.syntax.description }
    run = { (arguments, world) throws(Failure) in try EstimateCommand<Command>.run(arguments, in: world) }
    estimate = { (arguments, catalog, world) throws(Failure) in
      try Command.estimate(arguments, by: Command.syntax, from: catalog, in: world)
    }
    reader = {
      let syntax = Command.syntax
      return StageReader(
        optionNames: syntax.options.flatMap(\.names),
        estimate: { (arguments, catalog, world) throws(Failure) in
          try Command.estimate(arguments, by: syntax, from: catalog, in: world).heedingAll().estimate
        })
    }
    options = { Command.syntax.description.groups.flatMap(\.options) }
    sweepDescription = { SweepCommand<Command>.syntax.description }
    sweep = { (arguments, world) throws(Failure) in try SweepCommand<Command>.run(arguments, in: world) }
    sensitivity = { (arguments, world) throws(Failure) in try SensitivityCommand<Command>.run(arguments, in: world) }
  }

  /// The stage of a name.
  static func named(_ name: String, usage: String) throws(Failure) -> AnyStage {
    if let stage = all.first(where: { $0.name == name }) { return stage }
    let names = all.map(\.name)
    throw Failure(
      "there is no stage '\(name)'",
      hint: suggestion(for: name, among: names) + "there is: \(names.joined(separator: ", "))", usage: usage,
      status: .usage)
  }

  /// All stages, in the order of a project.
  static let all: [AnyStage] = [
    AnyStage(CorpusCommand.self), AnyStage(PretrainCommand.self), AnyStage(SFTCommand.self),
    AnyStage(RewardCommand.self),
    AnyStage(RLHFCommand.self), AnyStage(DPOCommand.self), AnyStage(GRPOCommand.self), AnyStage(DistillCommand.self),
    AnyStage(SynthesizeCommand.self), AnyStage(AnnotateCommand.self),
  ]
}
