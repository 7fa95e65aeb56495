import CommandLineKit
import CostModel
import CostTables
import TextFormats

/// `llmcost backtest`: how far the estimates are off on published runs.
struct BacktestCommand: Sendable {
  var runs: String?
  var conditions: [ConditionOption] = []
  var requirements: [RequirementOption] = []
  var isPlotted = false
  var samples: WholeNumber?
  var output = OutputOptions()

  static let summary = "Hold the estimates against published runs, each predicted without its organization."

  static let syntax = CommandSyntax<BacktestCommand>(
    name: "llmcost backtest",
    summary: summary,
    discussion: """
      Every published run with disclosed accelerator-hours is predicted from parameters, tokens, hardware, precision, \
      kind and date alone, by a fit that has seen no run of its organization. Runs that compare different things are \
      set apart with the reason and count for no summary.
      """,
    usage: "[options]",
    groups: [
      OptionGroup(
        "Runs",
        [
          Option(
            "--runs", as: String.self, placeholder: "file",
            help:
              "predict these runs instead: CSV or JSON with id, activeParameters, tokens, hardware, acceleratorHours, date"
          ) { $0.runs = $1 },
          Option(
            "--where", as: ConditionOption.self, isRepeatable: true,
            help: "only runs whose column is a value (=), is not (!=), contains (~), or is above or below (> <)"
          ) { $0.conditions.append($1) },
          Option(
            "--require", as: RequirementOption.self, isRepeatable: true,
            help: "exit with status 1 unless median, within1.5, within2 or inside keeps its bound, as inside=0.75..0.88"
          ) { $0.requirements.append($1) },
          Option(switch: "--plot", help: "draw predicted over actual, run by run") { $0.isPlotted = true },
          Option("--samples", as: WholeNumber.self, help: "draws behind p10 and p90 (default 512)") { $0.samples = $1 },
        ]), OutputOptions.group.lifted { (command, body) throws(ValueError) in try body(&command.output) },
    ],
    examples: [
      .init("llmcost backtest --plot", "all runs, drawn"),
      .init("llmcost backtest --where kind=moe --format csv", "mixtures of experts, for a spreadsheet"),
      .init("llmcost backtest --require within2=0.93 --require inside=0.75..0.88 --quiet", "a check for a build"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, from: BacktestCommand(), in: world) { (command, _) throws(Failure) in
      try command.run(in: world)
    }
  }

  private func run(in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let plan = try EstimateOptions.plan(samples: samples, seed: nil)
    let file: [UInt8]?
    do throws(FileError) {
      file = try runs.map { path throws(FileError) in try world.readFile(path) }
    } catch {
      throw Failure(error)
    }
    let backtest: Backtest
    do throws(CatalogError) {
      let known = try catalog.publishedRuns()
      let wanted = try file.map { bytes throws(CatalogError) in
        try UserRuns.read(bytes, file: runs ?? "", catalog: catalog)
      }
      backtest = Backtest(
        wanted ?? known, learningFrom: known, speedups: try catalog.precisionSpeedups(), plan: plan)
    } catch {
      throw Failure(error)
    }
    let view = BacktestView(entries: try chosen(backtest.entries))
    var outcome = Outcome(
      output: view.text(
        output.format ?? .table, columns: try columns(), isPlotted: isPlotted, width: output.columns(in: world),
        style: Style(isColored: output.isColored(in: world))),
      outputPath: output.output == "-" ? nil : output.output)
    for requirement in requirements where !requirement.isMet(by: view.summary) {
      let value = Notation.display(requirement.value(in: view.summary), as: .ratio)
      let bound =
        Notation.display(requirement.low, as: .ratio)
        + (requirement.high.map { "..\(Notation.display($0, as: .ratio))" } ?? "")
      outcome.complaint += "llmcost: \(requirement.name) is \(value), not \(bound)\n"
      outcome.status = .failed
    }
    return outcome
  }

  private func chosen(_ entries: [Backtest.Entry]) throws(Failure) -> [Backtest.Entry] {
    for condition in conditions where !BacktestView.columns.contains(condition.column) {
      throw Failure(
        "--where: there is no column '\(condition.column)'",
        hint: "there is \(BacktestView.columns.joined(separator: ", "))",
        status: .usage)
    }
    let chosen = entries.filter { entry in
      conditions.allSatisfy { $0.holds(for: BacktestView.cell(entry, $0.column)) }
    }
    guard !chosen.isEmpty else {
      throw Failure("no run meets the conditions", hint: "leave out a --where", status: .usage)
    }
    return chosen
  }

  private func columns() throws(Failure) -> [String] {
    guard let names = output.columns?.names else { return BacktestView.columns }
    for name in names where !BacktestView.columns.contains(name) {
      throw Failure(
        "--columns: there is no '\(name)'", hint: "there is \(BacktestView.columns.joined(separator: ", "))",
        status: .usage)
    }
    return names
  }
}
