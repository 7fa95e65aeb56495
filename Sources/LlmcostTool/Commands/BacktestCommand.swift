import CommandLineKit
import CostModel
import TextFormats

/// `llmcost backtest`: how far the estimates are off on published runs.
struct BacktestCommand: Sendable {
  private let stage: BacktestStage
  private let measure: Backtest.Measure
  private let fold: Backtest.StepFold
  private let runs: String?
  private let withPilot: Bool
  private let conditions: [ConditionOption]
  private let requirements: [RequirementOption]
  private let isPlotted: Bool
  private let sampling: SamplingOptions
  private let output: OutputOptions

  private init(_ arguments: Arguments) throws(Failure) {
    stage = try arguments.value(of: .stage) ?? .pretraining
    measure = try arguments.value(of: .measure) ?? stage.usualMeasure
    fold = try arguments.value(of: .fold) ?? .source
    runs = arguments.text(of: .runs)
    withPilot = arguments.has(.withPilot)
    conditions = try arguments.values(of: .conditions)
    requirements = try arguments.values(of: .requirements)
    isPlotted = arguments.has(.plot)
    sampling = try SamplingOptions(arguments)
    output = try OutputOptions(arguments)
  }

  static let summary = "Hold the estimates against published runs, each predicted without its organization."

  static let syntax = CommandSyntax(
    name: "llmcost backtest",
    summary: summary,
    discussion: """
      Every published run with disclosed accelerator-hours is predicted from \(RunGrounds.predicted.list) alone, by a \
      fit that has seen no run of its organization. Runs that compare different things are \
      set apart with the reason and count for no summary. Energy, carbon, water and cost are predicted end to end, in \
      the convention that the figure states (power of the accelerators alone or of whole servers, PUE, grid, price); \
      "from hours" is the ratio had the accelerator-hours been known.
      """,
    usage: "[options]",
    groups: [
      OptionGroup(
        "Runs",
        [
          .stage, .measure, .fold, .runs, .withPilot,
          .conditions.saying(
            "only runs whose column is a value (=), is not (!=), contains (~), or is above or below (> <)"),
          .requirements, .plot.saying("draw predicted over actual, run by run"),
        ] + SamplingOptions.options()), OutputOptions.group,
    ],
    examples: [
      CommandExample("llmcost backtest --plot", "all runs, drawn"),
      CommandExample("llmcost backtest --where kind=moe --format csv", "mixtures of experts, for a spreadsheet"),
      CommandExample(
        "llmcost backtest --require within2=0.9 --require inside=0.75..0.88 --quiet", "a check for a build"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in
      try BacktestCommand(arguments).run(in: world)
    }
  }

  private func run(in world: any World) throws(Failure) -> Outcome {
    let memory = stage == .plan || runs != nil ? TableMemory() : nil
    let catalog = TableCatalog(try Tables.load(output.tables, in: world), memory: memory)
    let plan = try sampling.plan(in: catalog)
    if stage == .plan {
      guard runs == nil, conditions.isEmpty, requirements.isEmpty, !withPilot, measure == .acceleratorHours else {
        throw Failure(
          "--stage plan holds the accelerators of the table's runs against others, and predicts nothing",
          hint: "leave out --runs, --of, --where, --require and --with-pilot", status: .usage)
      }
      return try output.outcome(HardwareBacktest(catalog).document, in: world)
    }
    let all =
      try stage == .prices
      ? BacktestAnswer(rents: catalog, measure, isOfTable: runs == nil)
      : stage == .serving
        ? serving(catalog, plan)
        : stage == .step
          ? steps(catalog, in: world)
          : stage == .postTraining
            ? stages(catalog, plan)
            : withPilot
              ? pilots(catalog, plan)
              : measure == .acceleratorHours ? hours(catalog, plan, in: world) : disclosures(catalog, plan)
    var answer = all
    answer.entries = try chosen(all.entries)
    answer.isPlotted = isPlotted
    do throws(CatalogError) {
      answer.fixedRange = try catalog.factor("contingency-range").value.typical.value
    } catch { throw Failure(error) }
    if !conditions.isEmpty { (answer.withoutInputs, answer.further) = ([], []) }
    var document = answer.document
    document.failures = requirements.filter { !$0.isMet(by: answer.summary) }.map { requirement in
      let value = Notation.display(requirement.value(in: answer.summary), as: .ratio)
      let bound =
        Notation.display(requirement.low, as: .ratio)
        + (requirement.high.map { "..\(Notation.display($0, as: .ratio))" } ?? "")
      return "\(requirement.name) is \(value), not \(bound)"
    }
    return try output.outcome(document, in: world)
  }

  private func hours(
    _ catalog: TableCatalog, _ plan: SamplingPlan, in world: any World
  ) throws(Failure) -> BacktestAnswer {
    let file: [UInt8]?
    do throws(FileError) {
      file = try runs.map { path throws(FileError) in try world.readFile(path) }
    } catch {
      throw Failure(error)
    }
    let wanted = try file.map { bytes throws(Failure) in try Self.read(bytes, file: runs ?? "", catalog) }
    let known: [PublishedRun]
    let speedups: PrecisionSpeedups
    do throws(CatalogError) {
      known = try catalog.publishedRuns()
      speedups = try catalog.precisionSpeedups()
    } catch {
      throw Failure(error)
    }
    let backtest: Backtest
    do throws(ScenarioError) {
      backtest = try Backtest(
        wanted?.runs ?? known, learningFrom: known, catalog: catalog, speedups: speedups, plan: plan)
    } catch {
      throw Failure(error)
    }
    var view = BacktestAnswer(measure: measure, entries: backtest.entries, learnedFrom: backtest.learnedFrom)
    view.grounds = .predicted
    view.remarks = (wanted?.problems.map { "left out: \($0)" } ?? []) + (wanted?.notes ?? [])
    let earliest = known.compactMap { CalendarMonth($0.date) }.min()
    let older = wanted?.runs.filter { run in earliest.map { CalendarMonth(run.date) ?? $0 < $0 } ?? false } ?? []
    if !older.isEmpty, let earliest {
      view.remarks.append("\(older.count) of the runs are older than \(earliest.text), the first that the fit has seen")
    }
    return view
  }

  private static func read(_ bytes: [UInt8], file: String, _ catalog: TableCatalog) throws(Failure) -> UserRuns {
    do { return try UserRuns.read(bytes, file: file, catalog: catalog) } catch {
      throw Failure(
        error, hint: "CSV, TSV, JSON and JSON Lines are read, with columns as params, tokens, gpu, gpu_hours and date")
    }
  }

  /// Runs with their disclosed steady speed as a pilot, beside the same runs without.
  private func pilots(_ catalog: TableCatalog, _ plan: SamplingPlan) throws(Failure) -> BacktestAnswer {
    guard runs == nil, measure == .acceleratorHours, stage == .pretraining else {
      throw Failure(
        "--with-pilot knows accelerator-hours of the table's pre-training runs alone",
        hint: "leave out --runs, --of and --stage", status: .usage)
    }
    let (pilots, known, speedups): ([PublishedPilot], [PublishedRun], PrecisionSpeedups)
    do throws(CatalogError) {
      (pilots, known, speedups) = (
        try catalog.publishedPilots(), try catalog.publishedRuns(), try catalog.precisionSpeedups()
      )
    } catch {
      throw Failure(error)
    }
    do throws(ScenarioError) {
      let backtest = try Backtest(
        pilots: pilots, learningFrom: known, catalog: catalog, speedups: speedups, plan: plan)
      let ids = Set(backtest.entries.filter { $0.setAside == nil }.map(\.id))
      let without = try Backtest(
        pilots.filter { ids.contains($0.id) }.map(\.run), learningFrom: known, catalog: catalog, speedups: speedups,
        plan: plan)
      var answer = BacktestAnswer(
        measure: measure, entries: backtest.entries, learnedFrom: backtest.learnedFrom,
        withoutInputs: backtest.unpredicted, constants: 1,
        further: [("the same without a pilot", Backtest.Summary(without.entries))])
      answer.isMeasured = true
      return answer
    } catch {
      throw Failure(error)
    }
  }

  private func stages(_ catalog: TableCatalog, _ plan: SamplingPlan) throws(Failure) -> BacktestAnswer {
    guard runs == nil, measure == .acceleratorHours else {
      throw Failure(
        "--stage post-training knows accelerator-hours of the table's runs alone", hint: "leave out --runs and --of",
        status: .usage)
    }
    let runs: (known: [PublishedStageRun], others: [(id: String, reason: String)])
    let learned: (runs: [PublishedRun], speedups: PrecisionSpeedups)
    do throws(CatalogError) {
      runs = try catalog.stageRuns()
      learned = (try catalog.publishedRuns(), try catalog.precisionSpeedups())
    } catch {
      throw Failure(error)
    }
    do throws(ScenarioError) {
      let backtest = try Backtest(
        stages: runs.known, pretraining: learned.runs, catalog: catalog, speedups: learned.speedups, plan: plan)
      var answer = BacktestAnswer(
        measure: measure, entries: backtest.entries, learnedFrom: backtest.learnedFrom,
        withoutInputs: backtest.unpredicted + runs.others, constants: StageEfficiencyFit.names.count)
      answer.grounds = .settings
      return answer
    } catch {
      throw Failure(error)
    }
  }

  private func serving(_ catalog: TableCatalog, _ plan: SamplingPlan) throws(Failure) -> BacktestAnswer {
    guard runs == nil, measure == .throughput else {
      throw Failure(
        "--stage serving knows tokens_per_second of the table's rows alone", hint: "leave out --runs and --of",
        status: .usage)
    }
    let rows: (known: [ServingMeasurement], others: [(id: String, reason: String)])
    let measured: [ServingMeasurement]
    do throws(CatalogError) {
      (rows, measured) = (try catalog.servingRows(), try catalog.servingMeasurements())
    } catch {
      throw Failure(error)
    }
    let learned: Backtest.ServingRows
    let others: Backtest.ServingRows
    do throws(ScenarioError) {
      learned = try Backtest.ServingRows(measured, in: catalog)
      others = try Backtest.ServingRows(rows.known, in: catalog)
    } catch {
      throw Failure(error)
    }
    guard let fit = ServingFit(learned.observations + others.observations) else {
      throw Failure("rows of two models are needed for a fit", hint: "leave out --tables", status: .usage)
    }
    let backtest = Backtest(serving: learned, atFullLoad: others, leavingOut: .family, of: fit)
    let elsewhere = Backtest(serving: learned, atFullLoad: others, leavingOut: .accelerator, of: fit)
    return BacktestAnswer(
      measure: measure, entries: backtest.entries, learnedFrom: backtest.learnedFrom,
      withoutInputs: backtest.unpredicted + rows.others, constants: ServingFit.rows.count, leftOut: "model",
      further: [("all, each without its accelerator", Backtest.Summary(elsewhere.entries))])
  }

  /// Training steps: the table's, each without its source or generation; or a file's, by the table's constants.
  private func steps(_ catalog: TableCatalog, in world: any World) throws(Failure) -> BacktestAnswer {
    guard measure == .stepSeconds else {
      throw Failure("--stage step predicts step_seconds", hint: "leave out --of", status: .usage)
    }
    let file: [UInt8]?
    do throws(FileError) {
      file = try runs.map { path throws(FileError) in try world.readFile(path) }
    } catch {
      throw Failure(error)
    }
    do throws(CatalogError) {
      let spread = try catalog.stepSpread()
      guard let file, let runs else {
        let backtest = Backtest(
          steps: try catalog.publishedSteps(isCalibrated: false), leavingOut: fold, try catalog.recomputedParts(),
          spread: spread)
        return BacktestAnswer(
          measure: measure, entries: backtest.entries, learnedFrom: backtest.learnedFrom,
          withoutInputs: backtest.unpredicted, constants: StepConstants.names.count, leftOut: fold.rawValue)
      }
      let known = try catalog.publishedSteps().filter { $0.exclusion == nil }
      let folder = runs.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      let steps = try UserSteps.read(file, file: runs, catalog: catalog) { name in
        // A name that is no file is an id, and unknown as one.
        try? world.readFile(folder.isEmpty ? name : folder + "/" + name)
      }
      let backtest = Backtest(
        steps: steps, by: try catalog.stepConstants() ?? StepConstants(), spread: spread,
        learnedFrom: (known.count, Set(known.map(\.series)).count))
      return BacktestAnswer(
        measure: measure, entries: backtest.entries, learnedFrom: backtest.learnedFrom,
        constants: StepConstants.names.count, leftOut: "")
    } catch {
      throw Failure(error)
    }
  }

  private func disclosures(_ catalog: TableCatalog, _ plan: SamplingPlan) throws(Failure) -> BacktestAnswer {
    guard ![.throughput, .stepSeconds, .rent].contains(measure) else {
      let stage = measure == .throughput ? "serving" : measure == .rent ? "prices" : "step"
      throw Failure("\(measure.rawValue) is of \(stage)", hint: "add --stage \(stage)", status: .usage)
    }
    guard runs == nil else {
      throw Failure(
        "--runs holds accelerator-hours, not \(measure.rawValue)", hint: "leave out --of", status: .usage)
    }
    let figures: (known: [Disclosure], withoutInputs: [(id: String, reason: String)])
    let runs: [PublishedRun]
    let speedups: PrecisionSpeedups
    do throws(CatalogError) {
      (figures, runs, speedups) = (
        try catalog.disclosures(of: measure), try catalog.publishedRuns(), try catalog.precisionSpeedups()
      )
    } catch {
      throw Failure(error)
    }
    do throws(ScenarioError) {
      let backtest = try Backtest(
        figures.known, learningFrom: runs, catalog: catalog, speedups: speedups,
        plan: plan)
      var answer = BacktestAnswer(
        measure: measure, entries: backtest.entries, learnedFrom: backtest.learnedFrom,
        withoutInputs: figures.withoutInputs + backtest.unpredicted)
      answer.grounds = .figure
      return answer
    } catch {
      throw Failure(error)
    }
  }

  private func chosen(_ entries: [Backtest.Entry]) throws(Failure) -> [Backtest.Entry] {
    let fields = BacktestAnswer.fields.flatMap { $0 }
    for condition in conditions where !fields.contains(where: { $0.name == condition.column }) {
      throw Failure(
        "--where: there is no column '\(condition.column)'",
        hint: "there is \(fields.map(\.name).joined(separator: ", "))", status: .usage)
    }
    let chosen = entries.filter { entry in
      conditions.allSatisfy { condition in
        fields.first { $0.name == condition.column }.map { condition.holds(for: $0.value(entry)) } ?? false
      }
    }
    guard !chosen.isEmpty else {
      throw Failure("no run meets the conditions", hint: "leave out a --where", status: .usage)
    }
    return chosen
  }
}

extension Backtest.Measure: OptionValue {}

/// Which published runs a back-test predicts.
enum BacktestStage: String, CaseIterable, OptionValue {
  case pretraining
  case postTraining = "post-training"
  case serving
  case step
  case prices
  case plan

  /// What is predicted unless something else is asked for.
  var usualMeasure: Backtest.Measure {
    switch self {
    case .pretraining, .postTraining, .plan: .acceleratorHours
    case .serving: .throughput
    case .step: .stepSeconds
    case .prices: .rent
    }
  }
}

extension Backtest.StepFold: OptionValue {}

extension Option {
  fileprivate static let stage = Option(
    "--stage", of: .type(BacktestStage.self), help: "which runs (default \(BacktestStage.pretraining.rawValue))")
  fileprivate static let measure = Option(
    "--of", of: .type(Backtest.Measure.self),
    help:
      "what to predict (default accelerator_hours; tokens_per_second with --stage serving, step_seconds with step)")
  fileprivate static let fold = Option(
    "--leave-out", of: .type(Backtest.StepFold.self),
    help: "what the fit of a step has not seen, with --stage step (default source)")
  fileprivate static let runs = Option(
    "--runs", of: .text("file"), completing: .file,
    help:
      "predict these runs instead: CSV or JSON with id, activeParameters, tokens, hardware, acceleratorHours, date; with --stage step: id, model, accelerator, precision, seq, n, gbs, mbs, step_s, degrees"
  )
  fileprivate static let withPilot = Option(
    switch: "--with-pilot", help: "predict runs that disclose their steady speed, with that speed as a pilot")
  /// The option of commands that choose rows; each has its own words for it.
  static let conditions = Option("--where", of: .type(ConditionOption.self), isRepeatable: true, help: "")
  fileprivate static let requirements = Option(
    "--require", of: .type(RequirementOption.self), isRepeatable: true,
    help:
      "exit with status 1 unless median, error, within1.2, within1.5, within2 or inside keeps its bound, as inside=0.75..0.88"
  )
}
