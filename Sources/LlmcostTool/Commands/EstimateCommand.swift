import CommandLineKit
import CostModel
import CostTables

/// `llmcost pretrain` and the other stages: estimate and print.
struct EstimateCommand {
  let stage: StageCommand
  private let options: EstimateOptions
  private let output: OutputOptions

  static func run(_ stage: StageCommand, _ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    let syntax = stage.estimateSyntax
    return try syntax.run(arguments, in: world) { arguments throws(Failure) in
      let command = EstimateCommand(
        stage: stage, options: try EstimateOptions(arguments), output: try OutputOptions(arguments))
      return try command.run(arguments, usage: syntax.usageLine, in: world)
    }
  }

  private func run(_ arguments: Arguments, usage: String, in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let plan = try options.sampling.plan()
    var result = try stage.estimate(arguments, usage: usage, from: catalog, in: world).rejectingUnused()
    let shortage = try shortage(of: result.estimate, catalog)
    if let shortage, !options.requiresFit { result.estimate.scenario.notes.append(Message(shortage)) }
    var outcome = try EstimateView(
      command: stage.name, title: result.title, estimate: result.estimate,
      report: result.estimate.report(plan, rangesOf: ranges), options: options, output: output,
      fewest: try fewest(for: result.estimate, catalog)
    ).outcome(in: world)
    if let shortage, options.requiresFit {
      outcome.complaint += "llmcost: \(shortage)\n"
      outcome.status = .failed
    }
    return outcome
  }

  /// Why the cluster cannot hold the job, in words.
  private func shortage(of estimate: Estimate, _ catalog: TableCatalog) throws(Failure) -> String? {
    do throws(ScenarioError) { return try estimate.memoryShortage(in: catalog)?.message } catch { throw Failure(error) }
  }

  /// The accelerators that hold the job at least, where cluster sizes are offered.
  private func fewest(for estimate: Estimate, _ catalog: TableCatalog) throws(Failure) -> Int {
    guard estimate.scenario.cluster == nil, options.get == nil, [nil, .table, .html].contains(output.format) else {
      return 1
    }
    do throws(ScenarioError) { return try estimate.fewestAccelerators(in: catalog) ?? 1 } catch {
      throw Failure(error)
    }
  }

  /// Tables show the ranges of results; trees and paths into them need those of every line.
  private var ranges: Report.Ranges {
    let isPath = options.get.map { !Summary.columns.contains($0) } ?? false
    return options.explains || output.format == .json || output.format == .html || isPath ? .everyLine : .shownLines
  }
}
