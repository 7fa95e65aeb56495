import CommandLineKit
import CostModel
import TextFormats

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
    let currency = try options.money.currency()
    guard !output.explains || currency == nil || output.format?.showsEveryRange ?? false else {
      throw Failure("--explain is in USD alone", hint: "leave out --currency, or add --json", status: .usage)
    }
    let result = try stage.estimate(arguments, usage: usage, from: catalog, in: world).rejectingUnused()
    let estimate = result.estimate
    let ranges: Report.Ranges =
      output.needsEveryRange(columns: Estimate.names.flatMap(JSONDocument.names)) ? .everyLine : .shownLines
    let report = estimate.report(plan, rangesOf: ranges)
    var drivers: Sensitivity?
    if output.isPage, plan.draws > 1 {
      drivers = estimate.sensitivity(
        of: "cost_usd", plan: try options.sampling.plan(default: SensitivityCommand.draws))
    }
    var document = EstimateDocument(
      command: stage.name, title: result.title, estimate: estimate, report: report,
      inputs: inputs(arguments, of: estimate), currency: currency, drivers: drivers
    ).document
    let remarks = try result.remarks(in: catalog)
    document.notes = remarks.notes + (options.isStrict ? [] : remarks.doubts)
    document.notes += estimate.lopsidedRanges(in: report).map(\.message.commandLine)
    document.failures = try gates(report) + (options.isStrict ? remarks.doubts : [])
    if let shortage = remarks.shortage {
      if options.requiresFit || options.isStrict {
        document.failures.append(shortage)
      } else {
        document.notes.append(shortage)
      }
    }
    document.notes += StalePrices.notes(report, of: estimate.scenario, in: world)
    var outcome = try output.outcome(document, in: world)
    if let path = arguments.text(of: .savePlan) {
      outcome.files = [(path, SavedPlan.text(stage, arguments, report, today: world.today))]
    }
    return outcome
  }

  /// What tells a record from those of other command lines: what decides most, and the options as they are given.
  private func inputs(_ arguments: Arguments, of estimate: Estimate) -> [JSONMember] {
    let (scenario, work) = (estimate.scenario, estimate.work)
    let hasModel = stage.stage.hasModel
    let decisive: [JSONMember] = [
      ("command", .string(stage.name)), ("model", .optional(scenario.model.known?.name)),
      ("parameters", .result(hasModel ? scenario.model.parameters.typical.value : nil)),
      ("tokens", .result(work.phases.isEmpty ? nil : Expression.sum(work.phases.map(\.tokens)).typical.value)),
      ("accelerator", .string(scenario.hardware.accelerator.id)),
      ("precision", .string(scenario.hardware.precision.rawValue)), ("region", .string(scenario.site.region.id)),
    ]
    let options = stage.options
    let given = arguments.given.compactMap { given -> JSONMember? in
      guard let option = options.first(where: { $0.name == given.option }) else { return nil }
      let name = SweepSetup.column(of: option)
      return decisive.contains { $0.0 == name }
        ? nil : (name, .string(option.kind == nil ? "true" : given.text))
    }
    return decisive + given
  }

  /// What the gates of the command line do not let pass.
  private func gates(_ report: Report) throws(Failure) -> [String] {
    var failures: [String] = []
    if let limit = options.maximumCost?.value, let cost = report.result("cost_usd")?.value.typical, cost > limit {
      failures.append(
        "the total cost of \(Notation.display(cost, as: .dollars)) is above "
          + "--max-cost \(Notation.display(limit, as: .dollars))")
    }
    if let limit = options.maximumDays?.value {
      guard let time = report.result("days")?.value.typical else {
        throw Failure("--max-days needs the size of the cluster", hint: "add --gpus", status: .usage)
      }
      if time > limit {
        failures.append(
          "\(Notation.display(time, as: .hours)) are more than --max-days \(Notation.display(limit, as: .hours))")
      }
    }
    return failures
  }
}
