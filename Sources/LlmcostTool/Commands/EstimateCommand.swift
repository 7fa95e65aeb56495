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
    // A page takes many estimates.
    let memory = output.format?.name == "html" ? TableMemory() : nil
    let catalog = TableCatalog(try Tables.load(output.tables, in: world), memory: memory)
    let wanted = try options.limits.wanted(by: output)
    let plan = try options.limits.plan(options.sampling, in: catalog, isCounting: wanted != nil)
    let currency = try options.money.currency()
    guard !output.explains || currency == nil || output.format?.showsEveryRange ?? false else {
      throw Failure("--explain is in USD alone", hint: "leave out --currency, or add --json", status: .usage)
    }
    let result = try stage.estimate(arguments, usage: usage, from: catalog, in: world).rejectingUnused()
    let estimate = result.estimate
    let report = estimate.report(plan, rangesOf: output.ranges(of: Estimate.names))
    var drivers: Sensitivity?
    if output.isPage, plan.draws > 1 {
      drivers = estimate.sensitivity(
        of: "cost_usd", plan: try options.sampling.plan(default: SensitivityCommand.draws, in: catalog))
    }
    var document = EstimateDocument(
      command: stage.name, title: result.title, estimate: estimate, report: report,
      inputs: inputs(arguments, of: estimate), currency: currency, drivers: drivers
    ).document
    let remarks = try result.remarks(in: catalog)
    document.notes = remarks.notes + (options.isStrict ? [] : remarks.doubts)
    document.notes += estimate.lopsidedRanges(in: report).map(\.message.commandLine)
    if plan.draws > 0 { document.ask(try questions(of: estimate, catalog), of: stage) }
    try tell(estimate, wanted, plan, &document)
    if options.isStrict { document.failures += remarks.doubts }
    if let shortage = remarks.shortage {
      if options.requiresFit || options.isStrict {
        document.failures.append(shortage)
      } else {
        document.notes.append(shortage)
      }
    }
    if output.format?.name == "html" {
      document.play = play(of: estimate, arguments, plan, usage: usage, catalog, in: world)
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
    let given = stage.given(in: arguments).compactMap { option, text -> JSONMember? in
      let name = SweepSetup.column(of: option)
      return decisive.contains { $0.0 == name } ? nil : (name, .string(option.kind == nil ? "true" : text))
    }
    return decisive + given
  }

  /// What the page of the estimate can be played with; nil where there are no draws, or more than a page makes.
  private func play(
    of estimate: Estimate, _ arguments: Arguments, _ plan: SamplingPlan, usage: String, _ catalog: TableCatalog,
    in world: any World
  ) -> Play? {
    guard (2...Chances.draws).contains(plan.draws) else { return nil }
    let source = EstimatePlay(stage: stage, arguments: arguments, usage: usage, catalog: catalog, world: world)
    guard var play = source.play(of: estimate) else { return nil }
    let counting = try? options.sampling.plan(default: Chances.draws, in: catalog)
    (play.plan, play.countingDraws) = (plan, counting?.draws ?? plan.draws)
    (play.command, play.words) = (stage.name, Play.words(of: arguments, stage.estimateSyntax.options))
    return play
  }

  /// Tells how likely limits hold, where that is asked for, and on a page.
  private func tell(
    _ estimate: Estimate, _ wanted: (results: [Limited], confidences: [Double])?, _ plan: SamplingPlan,
    _ document: inout Document
  ) throws(Failure) {
    guard wanted != nil || output.isPage && plan.draws > 1 else { return }
    if options.limits.limits[.money] != nil, estimate.bill.isUnpriced {
      throw Failure(
        .noPrice(
          accelerator: estimate.scenario.hardware.accelerator.id, wanted: Commitment.onDemand.rawValue, available: []))
    }
    let chances = estimate.chances(
      within: options.limits.limits, telling: wanted?.results ?? Limited.allCases,
      confidences: wanted?.confidences ?? Chances.usualConfidences, plan: plan)
    try options.limits.checkAnswered(by: chances)
    document.tell(chances, requiring: options.limits.required, currency: try options.money.currency())
  }

  /// What the total cost depends on that was not said or is not known.
  private func questions(of estimate: Estimate, _ catalog: TableCatalog) throws(Failure) -> [OpenQuestion] {
    do throws(CatalogError) {
      return estimate.openQuestions(settings: stage.stage.settings, inquiries: try catalog.inquiries())
    } catch { throw Failure(error) }
  }
}
