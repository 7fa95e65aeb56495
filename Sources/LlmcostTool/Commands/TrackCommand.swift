import CommandLineKit
import CostModel

/// `llmcost track`: a run against its plan while it runs.
struct TrackCommand: Sendable {
  private let path: String
  private let log: String
  private let budget: Double?
  private let deadline: Double?
  private let alert: Double?
  private let pause: Double?
  private let stage: String?
  private let sampling: SamplingOptions
  private let output: OutputOptions

  static let summary = "Hold a running job's log against its plan: spent, to go, will it stay in budget and time."

  static let syntax = CommandSyntax(
    name: "llmcost track",
    summary: summary,
    discussion: """
      A plan is an estimate or a program saved by --save-plan. What is left goes on at the pace of the run's own steps; published \
      runs tell how much a long rest loses to restarts and standing still. Budget and deadline are those of the options, \
      or the plan's --budget and --max-days, or its p90. Of a program the log is of one stage (--stage), and the whole \
      is estimated anew with the log as that stage's pilot.
      """,
    usage: "PLAN.json --log FILE [options]",
    operands: [Operand("PLAN", completing: .file)],
    groups: [
      OptionGroup(
        "Run",
        [
          InputRow.log.option.saying("the training log; - is standard input"), .stage, .budget, .deadline, .alert,
          .follow,
        ]
          + SamplingOptions.options(default: Chances.draws)), OutputOptions.group,
    ],
    examples: [
      CommandExample("llmcost track plan.json --log train.log", "where the run stands, and where it goes"),
      CommandExample(
        "llmcost track plan.json --log train.log --budget 250k --alert 0.5 --quiet",
        "for cron: status 1 once staying in budget is less likely than not"),
      CommandExample("llmcost track plan.json --log train.log --follow 60s", "again each minute, until it is done"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in
      let command = try TrackCommand(arguments)
      guard let pause = command.pause else { return try command.run(in: world) }
      return command.following(pause)
    }
  }

  private init(_ arguments: Arguments) throws(Failure) {
    guard let path = arguments.operands.first, let log = arguments.text(of: InputRow.log.option) else {
      throw Failure(
        arguments.operands.isEmpty ? "no plan is named" : "--log is missing",
        hint: "llmcost track PLAN.json --log FILE",
        usage: Self.syntax.usageLine, status: .usage)
    }
    (self.path, self.log) = (path, log)
    budget = try arguments.number(of: .budget)?.typical.value
    deadline = try arguments.number(of: .deadline)?.typical.value
    alert = try arguments.number(of: .alert)?.typical.value
    pause = try arguments.number(of: .follow).map { $0.typical.value * 3600 }
    stage = arguments.text(of: .stage)
    sampling = try SamplingOptions(arguments)
    output = try OutputOptions(arguments)
    if let alert, !(0...1).contains(alert) {
      throw Failure("--alert is a probability from 0 to 1", hint: "write 0.5 or 50%", status: .usage)
    }
    if pause != nil, log == "-" {
      throw Failure("--follow reads a file again, which standard input is not", hint: "name the log", status: .usage)
    }
  }

  /// Again and again, until the run is done, the alert sounds, or nobody reads on.
  private func following(_ pause: Double) -> Outcome {
    var outcome = Outcome()
    outcome.stream = { world, write in
      while true {
        let now: Outcome
        let isDone: Bool
        do throws(Failure) {
          let answer = try answer(in: world)
          isDone = answer.progress.share >= 1
          now = try output.outcome(document(answer, in: world), in: world)
        } catch {
          return error.outcome
        }
        var text = now.output + "\n"
        let goesOn = text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
        if isDone || now.status != .success || !goesOn || !world.wait(seconds: pause) {
          return Outcome(complaint: now.complaint, status: now.status)
        }
      }
    }
    return outcome
  }

  private func run(in world: any World) throws(Failure) -> Outcome {
    try output.outcome(document(try answer(in: world), in: world), in: world)
  }

  // MARK: - The answer

  private func answer(in world: any World) throws(Failure) -> TrackAnswer {
    let plan = try SavedPlan(path, in: world)
    let catalog = TableCatalog(try Tables.load(output.tables, in: world), memory: TableMemory())
    switch plan.subject {
    case .stage(let stage, let words):
      if let label = self.stage {
        throw Failure(
          "--stage \(label) has no effect on the plan of one stage", hint: "leave it out", status: .usage)
      }
      return try answer(stage, words, plan, catalog, in: world)
    case .program(let recipe, let stages): return try answer(recipe, stages, plan, catalog, in: world)
    }
  }

  private func answer(
    _ stage: StageCommand, _ words: [String], _ plan: SavedPlan, _ catalog: TableCatalog, in world: any World
  ) throws(Failure) -> TrackAnswer {
    let syntax = stage.estimateSyntax
    let parsed: CommandSyntax.Parsed
    do throws(UsageError) { parsed = try syntax.parse(words) } catch { throw Failure(error) }
    guard case .run(let arguments) = parsed else {
      throw Failure("\(path): the plan asks for help", hint: "save it anew", status: .badData)
    }
    let estimate = try stage.estimate(arguments, usage: syntax.usageLine, from: catalog, in: world).estimate
    let sequence = try arguments.number(of: Option(AnySetting(Settings.context)))?.typical.value
    let measured = try MeasuredLog(log, sequence: stage.isPretraining ? sequence : nil, in: world)
    let options = try EstimateOptions(arguments)
    let followed = try followed(measured, estimate, isPretraining: stage.isPretraining, catalog)
    return TrackAnswer(
      headline: stage.stage.headline, expected: plan.expected, progress: followed.progress,
      forecast: followed.forecast, log: measured,
      budget: (budget ?? options.limits.limits[.money]).map(TrackAnswer.Limit.init)
        ?? TrackAnswer.Limit(of: plan.expected.cost),
      deadline: (deadline ?? options.limits.limits[.time]).map(TrackAnswer.Limit.init)
        ?? TrackAnswer.Limit(of: plan.expected.days, factor: 24))
  }

  private func answer(
    _ recipe: RecipeFile, _ stages: [String: SavedPlan.Expected], _ plan: SavedPlan, _ catalog: TableCatalog,
    in world: any World
  ) throws(Failure) -> TrackAnswer {
    var reader = ProgramReader(catalog: catalog, world: world)
    reader.overriding = "--log"
    var builder = ProgramBuilder(catalog: catalog, world: recipe.neighborhood(in: world))
    let planned = try reader.reading(recipe, [], scenarios: [ProgramReader.plan], &builder).program
    let part = try followed(among: planned.parts.filter { !$0.isResearch && !$0.estimate.work.phases.isEmpty })
    let isPretraining = part.estimate.memory?.task == .pretrain
    let measured = try MeasuredLog(log, sequence: nil, in: world)
    // On a cluster of the program the cluster is paid, not the stage.
    let followed = try followed(
      measured, part.estimate, isPretraining: isPretraining, isPriced: part.cluster == nil, catalog)
    let changes = try measured.overrides(ofStage: part.label)
    let now = try reader.reading(recipe, changes, scenarios: [ProgramReader.plan], &builder).program
    let draws = try sampling.plan(default: Chances.draws, in: catalog)
    let report = Program.reports([now], draws)[0].report
    // A schedule without a range is no limit to be held: it moves with the first hour.
    let (cost, days) = (plan.expected.cost, plan.expected.days)
    var limits: Limits = [:]
    let money = budget.map(TrackAnswer.Limit.init) ?? TrackAnswer.Limit(of: cost)
    let time =
      deadline.map(TrackAnswer.Limit.init)
      ?? TrackAnswer.Limit(of: days?.p90 == nil ? nil : days, factor: 24)
    (limits[.money], limits[.time]) = (money?.value, time?.value)
    let chances = now.chances(within: limits, plan: draws)
    func chance(_ limited: Limited) -> Double? { chances.lines.first { $0.limited == limited }?.chance }
    var answer = TrackAnswer(
      headline: "\(now.name), \(part.label)",
      expected: stages[part.label] ?? SavedPlan.Expected(hours: Spread(typical: 0), days: nil, cost: nil),
      progress: followed.progress, forecast: followed.forecast, log: measured, budget: money, deadline: time)
    answer.whole = TrackAnswer.Whole(
      planned: plan.expected, cost: report.result("cost_usd")?.value, time: report.result("days")?.value,
      inBudget: chance(.money), inTime: chance(.time))
    return answer
  }

  /// The stage that the log is of.
  private func followed(among parts: [Program.Part]) throws(Failure) -> Program.Part {
    let labels = parts.map(\.label)
    guard let label = stage ?? (labels.count == 1 ? labels[0] : nil) else {
      throw Failure(
        "the program has several stages, and the log is of one of them",
        hint: "add --stage with one of \(labels.joined(separator: ", "))", status: .usage)
    }
    guard let part = parts.first(where: { $0.label == label }) else {
      throw Failure(
        "--stage: the program has no stage '\(label)' that runs on accelerators",
        hint: nearest(to: label, in: labels).map { "did you mean '\($0)'?" }
          ?? "there is: \(labels.joined(separator: ", "))", status: .usage)
    }
    return part
  }

  private func followed(
    _ measured: MeasuredLog, _ estimate: Estimate, isPretraining: Bool, isPriced: Bool = true, _ catalog: TableCatalog
  ) throws(Failure) -> (progress: Forecast.Progress, forecast: Forecast) {
    let progress = try progress(measured.summary, of: estimate, isPretraining: isPretraining)
    let draws = try sampling.plan(default: Chances.draws, in: catalog)
    do throws(ScenarioError) {
      return (progress, try Forecast(progress, of: estimate, isPriced: isPriced, in: catalog, plan: draws))
    } catch {
      throw Failure(error)
    }
  }

  private func progress(
    _ log: TrainingLogSummary, of estimate: Estimate, isPretraining: Bool
  ) throws(Failure) -> Forecast.Progress {
    let tokens = Expression.sum(estimate.work.phases.filter(\.trains).map(\.tokens)).typical.value
    var share: Double?
    // Trainers count prompts and padding each in its own way: of a fine-tune, steps of all that the log knows say more.
    let tellsTokens = log.answerTokens == nil && (isPretraining || log.totalSteps == nil)
    if let done = log.tokens, tokens > 0, tellsTokens { share = done / tokens }
    if share == nil, let steps = log.steps {
      var total = log.totalSteps ?? estimate.work.numberOfSteps
      if isPretraining, total == nil { total = (estimate.givenBatch ?? log.batchTokens).map { tokens / $0 } }
      share = total.map { steps / $0 }
    }
    guard let share, share > 0 else { throw untold(log, isPretraining: isPretraining) }
    guard let count = log.accelerators ?? estimate.run.accelerators?.typical.value else {
      throw Failure("the number of accelerators is not known", hint: "save the plan with --gpus", status: .usage)
    }
    guard log.wallHours > 0 else {
      throw Failure(
        log.explained("\(self.log) tells no time"), hint: "a clock or seconds of a step are needed", status: .badData)
    }
    return log.progress(share: share, accelerators: count)
  }

  /// What would tell how far a run has come, where its log does not.
  private func untold(_ log: TrainingLogSummary, isPretraining: Bool) -> Failure {
    guard log.steps != nil else {
      return Failure(
        log.explained("\(self.log) tells neither steps nor tokens, and so not how far the run has come"),
        hint: "let it tell step or tokens", status: .badData)
    }
    return Failure(
      log.explained("\(self.log) tells steps and not how many there will be: neither tokens nor their total"),
      hint: isPretraining
        ? "save the plan with --global-batch, as 4Mtok; or let the log tell tokens, batch_tokens or total_steps"
        : "let the log tell total_steps, the steps of the whole run", status: .badData)
  }

  private func document(_ answer: TrackAnswer, in world: any World) -> Document {
    var document = answer.document
    guard let alert else { return document }
    for (name, probability) in [("in budget", answer.inBudget), ("in time", answer.inTime)] {
      guard let probability, probability < alert else { continue }
      let shown = Notation.display((probability * 100).rounded(), as: .ratio)
      document.failures.append(
        "staying \(name) has a probability of \(shown) %, below --alert \(Notation.display(alert, as: .ratio))")
    }
    return document
  }
}

extension Option {
  fileprivate static let budget = Option("--budget", of: .single(.dollars), help: "what the run may cost, as 250k")
  fileprivate static let deadline = Option(
    "--deadline", of: .single(.hours), help: "how long it may take from start to end, as 30d")
  fileprivate static let alert = Option(
    "--alert", of: .single(.ratio), placeholder: "p",
    help: "exit with status 1 once staying in budget or time is less likely than this, as 0.5")
  fileprivate static let follow = Option(
    "--follow", of: .single(.hours), placeholder: "time",
    help: "read the log again after this time, as 60s, until it is done")
  fileprivate static let stage = Option(
    "--stage", of: .text("label"), help: "the stage of a program that the log is of")
  static let savePlan = Option(
    "--save-plan", of: .text("file"), completing: .file, help: "save it as a plan for 'llmcost track'")
}
