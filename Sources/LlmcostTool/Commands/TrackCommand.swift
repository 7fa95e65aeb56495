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
  private let sampling: SamplingOptions
  private let output: OutputOptions

  static let summary = "Hold a running job's log against its plan: spent, to go, will it stay in budget and time."

  static let syntax = CommandSyntax(
    name: "llmcost track",
    summary: summary,
    discussion: """
      A plan is an estimate saved by --save-plan. What is left goes on at the pace of the run's own steps; published \
      runs tell how much a long rest loses to restarts and standing still. Budget and deadline are those of the options, \
      or the plan's --budget and --max-days, or its p90.
      """,
    usage: "PLAN.json --log FILE [options]",
    operands: [Operand("PLAN", completing: .file)],
    groups: [
      OptionGroup(
        "Run",
        [InputRow.log.option.saying("the training log; - is standard input"), .budget, .deadline, .alert, .follow]
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
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let syntax = plan.stage.estimateSyntax
    let parsed: CommandSyntax.Parsed
    do throws(UsageError) { parsed = try syntax.parse(plan.arguments) } catch { throw Failure(error) }
    guard case .run(let arguments) = parsed else {
      throw Failure("\(path): the plan asks for help", hint: "save it anew", status: .badData)
    }
    let estimate = try plan.stage.estimate(arguments, usage: syntax.usageLine, from: catalog, in: world).estimate
    let sequence = try arguments.number(of: Option(AnySetting(Settings.context)))?.typical.value
    let measured = try MeasuredLog(log, sequence: plan.stage.isPretraining ? sequence : nil, in: world)
    let progress = try progress(measured.summary, of: estimate, isPretraining: plan.stage.isPretraining)
    let draws = try sampling.plan(default: Chances.draws, in: catalog)
    let forecast: Forecast
    do throws(ScenarioError) { forecast = try Forecast(progress, of: estimate, in: catalog, plan: draws) } catch {
      throw Failure(error)
    }
    let options = try EstimateOptions(arguments)
    return TrackAnswer(
      plan: plan, progress: progress, forecast: forecast, log: measured,
      budget: budget ?? options.limits.limits[.money] ?? plan.cost.map { $0.p90 ?? $0.typical },
      deadline: deadline ?? options.limits.limits[.time] ?? plan.days.map { ($0.p90 ?? $0.typical) * 24 })
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
      let total = log.totalSteps ?? estimate.work.numberOfSteps
      share = total.map { steps / $0 }
    }
    guard let share, share > 0 else {
      throw Failure(
        "\(self.log) does not tell how far the run has come",
        hint: "tokens, or steps with their total, are needed", status: .badData)
    }
    guard let count = log.accelerators ?? estimate.run.accelerators?.typical.value else {
      throw Failure("the number of accelerators is not known", hint: "save the plan with --gpus", status: .usage)
    }
    guard log.wallHours > 0 else {
      throw Failure("\(self.log) tells no time", hint: "a clock or seconds of a step are needed", status: .badData)
    }
    return log.progress(share: share, accelerators: count)
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
  static let savePlan = Option(
    "--save-plan", of: .text("file"), completing: .file, help: "save the estimate as a plan for 'llmcost track'")
}
