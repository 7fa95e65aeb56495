import CommandLineKit
import CostModel
import CostTables
import TextFormats

/// `llmcost backtest`: how far the estimates are off on published runs.
struct BacktestCommand: Sendable {
  var stage = BacktestStage.pretraining
  private var givenMeasure: Backtest.Measure?
  private var measure: Backtest.Measure {
    givenMeasure ?? (stage == .serving ? .throughput : stage == .step ? .stepSeconds : .acceleratorHours)
  }
  var fold = Backtest.StepFold.source
  var runs: String?
  var conditions: [ConditionOption] = []
  var requirements: [RequirementOption] = []
  var isPlotted = false
  var sampling = SamplingOptions()
  var output = OutputOptions()

  static let summary = "Hold the estimates against published runs, each predicted without its organization."

  static let syntax = CommandSyntax<BacktestCommand>(
    name: "llmcost backtest",
    summary: summary,
    discussion: """
      Every published run with disclosed accelerator-hours is predicted from parameters, tokens, hardware, precision, \
      kind and date alone, by a fit that has seen no run of its organization. Runs that compare different things are \
      set apart with the reason and count for no summary. Energy, carbon, water and cost are predicted end to end, in \
      the convention that the figure states (power of the accelerators alone or of whole servers, PUE, grid, price); \
      "from hours" is the ratio had the accelerator-hours been known.
      """,
    usage: "[options]",
    groups: [
      OptionGroup(
        "Runs",
        [
          Option("--stage", as: BacktestStage.self, help: "which runs (default pretraining)") { $0.stage = $1 },
          Option(
            "--of", as: Backtest.Measure.self,
            help:
              "what to predict (default accelerator_hours; tokens_per_second with --stage serving, step_seconds with step)"
          ) { $0.givenMeasure = $1 },
          Option(
            "--leave-out", as: Backtest.StepFold.self,
            help: "what the fit of a step has not seen, with --stage step (default source)"
          ) { $0.fold = $1 },
          Option(
            "--runs", as: String.self, placeholder: "file", completing: .file,
            help:
              "predict these runs instead: CSV or JSON with id, activeParameters, tokens, hardware, date, and acceleratorHours or accelerators and wallDays; with --stage step: id, model, accelerator, precision, seq, n, gbs, mbs, step_s, degrees"
          ) { $0.runs = $1 },
          Option(
            "--where", as: ConditionOption.self, isRepeatable: true,
            help: "only runs whose column is a value (=), is not (!=), contains (~), or is above or below (> <)"
          ) { $0.conditions.append($1) },
          Option(
            "--require", as: RequirementOption.self, isRepeatable: true,
            help: "exit with status 1 unless median, error, within1.2, within1.5, within2 or inside keeps its bound, as inside=0.75..0.88"
          ) { $0.requirements.append($1) },
          Option(switch: "--plot", help: "draw predicted over actual, run by run") { $0.isPlotted = true },
        ]
          + SamplingOptions.options().map {
            $0.lifted { (command, body) throws(ValueError) in try body(&command.sampling) }
          }), OutputOptions.group.lifted { (command, body) throws(ValueError) in try body(&command.output) },
    ],
    examples: [
      CommandExample("llmcost backtest --plot", "all runs, drawn"),
      CommandExample("llmcost backtest --where kind=moe --format csv", "mixtures of experts, for a spreadsheet"),
      CommandExample(
        "llmcost backtest --require within2=0.9 --require inside=0.75..0.88 --quiet", "a check for a build"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, from: BacktestCommand(), in: world) { (command, _) throws(Failure) in
      try command.run(in: world)
    }
  }

  private func run(in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let plan = try sampling.plan()
    let all =
      try stage == .serving
      ? serving(catalog, plan)
      : stage == .step
      ? steps(catalog, in: world)
      : stage == .postTraining
        ? stages(catalog, plan)
        : measure == .acceleratorHours ? hours(catalog, plan, in: world) : disclosures(catalog, plan)
    let view = BacktestView(
      measure: measure, entries: try chosen(all.entries), learnedFrom: all.learnedFrom,
      withoutInputs: conditions.isEmpty ? all.withoutInputs : [], constants: all.constants,
      leftOut: all.leftOut)
    var outcome = Outcome(
      output: try view.text(
        output.format ?? .table, columns: try OutputOptions.chosen(output.columns, from: BacktestView.columns),
        isPlotted: isPlotted, width: output.columns(in: world),
        style: output.style(in: world)),
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

  private func hours(
    _ catalog: TableCatalog, _ plan: SamplingPlan, in world: any World
  ) throws(Failure) -> BacktestView {
    let file: [UInt8]?
    do throws(FileError) {
      file = try runs.map { path throws(FileError) in try world.readFile(path) }
    } catch {
      throw Failure(error)
    }
    let known: [PublishedRun]
    let wanted: [PublishedRun]?
    let speedups: PrecisionSpeedups
    do throws(CatalogError) {
      known = try catalog.publishedRuns()
      wanted = try file.map { bytes throws(CatalogError) in
        try UserRuns.read(bytes, file: runs ?? "", catalog: catalog)
      }
      speedups = try catalog.precisionSpeedups()
    } catch {
      throw Failure(error)
    }
    do throws(ScenarioError) {
      let backtest = try Backtest(
        wanted ?? known, learningFrom: known, catalog: catalog, speedups: speedups, plan: plan)
      return BacktestView(measure: measure, entries: backtest.entries, learnedFrom: backtest.learnedFrom)
    } catch {
      throw Failure(error)
    }
  }

  private func stages(_ catalog: TableCatalog, _ plan: SamplingPlan) throws(Failure) -> BacktestView {
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
      return BacktestView(
        measure: measure, entries: backtest.entries, learnedFrom: backtest.learnedFrom,
        withoutInputs: backtest.unpredicted + runs.others, constants: StageEfficiencyFit.names.count)
    } catch {
      throw Failure(error)
    }
  }

  private func serving(_ catalog: TableCatalog, _ plan: SamplingPlan) throws(Failure) -> BacktestView {
    guard runs == nil, measure == .throughput else {
      throw Failure(
        "--stage serving knows tokens_per_second of the table's rows alone", hint: "leave out --runs and --of",
        status: .usage)
    }
    let rows: (known: [PublishedServing], others: [(id: String, reason: String)])
    do throws(CatalogError) { rows = try catalog.servingRows() } catch { throw Failure(error) }
    do throws(ScenarioError) {
      let backtest = try Backtest(serving: rows.known, catalog: catalog, plan: plan)
      return BacktestView(
        measure: measure, entries: backtest.entries, learnedFrom: backtest.learnedFrom,
        withoutInputs: backtest.unpredicted + rows.others, constants: ServingFit.names.count, leftOut: "model")
    } catch {
      throw Failure(error)
    }
  }

  /// Training steps: the table's, each without its source or generation; or a file's, by the table's constants.
  private func steps(_ catalog: TableCatalog, in world: any World) throws(Failure) -> BacktestView {
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
          steps: try catalog.publishedSteps(isCalibrated: false), leavingOut: fold, spread: spread)
        return BacktestView(
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
      return BacktestView(
        measure: measure, entries: backtest.entries, learnedFrom: backtest.learnedFrom,
        constants: StepConstants.names.count, leftOut: "")
    } catch {
      throw Failure(error)
    }
  }

  private func disclosures(_ catalog: TableCatalog, _ plan: SamplingPlan) throws(Failure) -> BacktestView {
    guard measure != .throughput, measure != .stepSeconds else {
      let stage = measure == .throughput ? "serving" : "step"
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
      return BacktestView(
        measure: measure, entries: backtest.entries, learnedFrom: backtest.learnedFrom,
        withoutInputs: figures.withoutInputs
          + backtest.unpredicted)
    } catch {
      throw Failure(error)
    }
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
}

extension Backtest.Measure: OptionValue {}

/// Which published runs a back-test predicts.
enum BacktestStage: String, CaseIterable, OptionValue {
  case pretraining
  case postTraining = "post-training"
  case serving
  case step
}

extension Backtest.StepFold: OptionValue {}
