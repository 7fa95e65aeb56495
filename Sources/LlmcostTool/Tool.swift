import CommandLineKit
import CostModel

/// The whole program as one function of its arguments and the world.
public enum Tool {
  /// The version that `--version` prints.
  public static let version = "0.1.0"

  /// A command as the program lists it. Nothing of its options is made before it is called or described.
  struct Command: Sendable {
    /// The word behind `llmcost`.
    let name: String
    /// What it does, in a line.
    let summary: String
    /// What it is for; a command without does not pass the tests.
    let group: CommandGroup?
    /// The schemas of its results, for commands that print any.
    let answer: (@Sendable () -> Answer)?
    private let makeSyntax: @Sendable () -> CommandSyntax
    private let known = Once<CommandSyntax>()
    /// Runs it with what follows its name.
    let run: @Sendable ([String], any World) throws(Failure) -> Outcome

    init(
      _ name: String, in group: CommandGroup? = nil, _ summary: String,
      _ syntax: @escaping @Sendable () -> CommandSyntax, gives answer: (@Sendable () -> Answer)? = nil,
      _ run: @escaping @Sendable ([String], any World) throws(Failure) -> Outcome
    ) {
      self.name = name
      self.group = group
      self.answer = answer
      self.summary = summary
      makeSyntax = syntax
      self.run = run
    }

    /// What help, completions, the manual and hints say of it.
    func syntax() -> CommandSyntax { known.value(makeSyntax) }
  }

  static let commands: [Command] =
    StageCommand.all.map { stage in
      Command(
        stage.name, in: stage.group, stage.stage.summary, { stage.estimateSyntax },
        gives: { EstimateDocument.answer(of: stage) }
      ) { (arguments, world) throws(Failure) in try EstimateCommand.run(stage, arguments, in: world) }
    } + [
      Command(
        "compare", in: .choose, CompareCommand.summary, { CompareCommand.syntax }, gives: { ComparisonDocument.answer },
        CompareCommand.run),
      Command(
        "plan", in: .choose, PlanCommand.summary, { PlanCommand.command.overview }, gives: { PlanDocument.answer },
        PlanCommand.command.run),
      Command(
        "worth", in: .choose, WorthCommand.summary, { WorthCommand.command.overview }, gives: { WorthDocument.answer },
        WorthCommand.command.run),
      Command(
        "afford", in: .choose, AffordCommand.summary, { AffordCommand.command.overview },
        gives: { AffordAnswer.answer },
        AffordCommand.command.run),
      Command(
        "program", in: .train, ProgramCommand.summary, { ProgramCommand.syntax }, gives: { ProgramDocument.answer },
        ProgramCommand.run),
      Command(
        "report", in: .train, ReportCommand.summary, { ReportCommand.syntax }, gives: { ProgramDocument.answer },
        ReportCommand.run),
      Command(
        "model", in: .choose, ModelCommand.summary, { ModelCommand.syntax }, gives: { ModelDescription.answer },
        ModelCommand.run),
      Command(
        "fit", in: .choose, FitCommand.summary, { FitCommand.syntax }, gives: { FitAnswer.answer },
        FitCommand.run),
      Command(
        "step", in: .choose, StepCommand.summary, { StepCommand.syntax }, gives: { StepAnswer.answer },
        StepCommand.run),
      Command(
        "size", in: .choose, SizeCommand.summary, { SizeCommand.syntax }, gives: { SizeDocument.answer },
        SizeCommand.run),
      Command(
        "serve", in: .serve, ServeCommand.summary, { ServeCommand.syntax }, gives: { ServeDocument.answer },
        ServeCommand.run),
      Command(
        "schedule", in: .train, ScheduleCommand.summary, { ScheduleCommand.syntax }, gives: { ScheduleDocument.answer },
        ScheduleCommand.run),
      Command(
        "cluster", in: .train, ClusterCommand.summary, { ClusterCommand.syntax }, gives: { ClusterDocument.answer },
        ClusterCommand.run),
      Command(
        "diagnose", in: .check, DiagnoseCommand.summary, { DiagnoseCommand.syntax },
        gives: { DiagnosisDocument.answer },
        DiagnoseCommand.run),
      Command(
        "track", in: .check, TrackCommand.summary, { TrackCommand.syntax }, gives: { TrackAnswer.answer },
        TrackCommand.run),
      Command(
        "sensitivity", in: .choose, SensitivityCommand.summary, { SensitivityCommand.command.overview },
        gives: { SensitivityDocument.answer },
        SensitivityCommand.command.run),
      Command(
        "sweep", in: .choose, SweepCommand.summary, { SweepCommand.command.overview }, gives: { SweepCommand.answer },
        SweepCommand.command.run),
      Command(
        "backtest", in: .check, BacktestCommand.summary, { BacktestCommand.syntax }, gives: { BacktestAnswer.answer },
        BacktestCommand.run),
      Command(
        "claims", in: .check, ClaimsCommand.summary, { ClaimsCommand.syntax }, gives: { ClaimsDocument.answer },
        ClaimsCommand.run),
      Command(
        "tables", in: .check, TablesCommand.summary, { TablesCommand.syntax }, gives: { TablesDocument.answer },
        TablesCommand.run),
      Command("schema", in: .tool, SchemaCommand.summary, { SchemaCommand.syntax }, SchemaCommand.run),
      Command("mcp", in: .tool, ServerCommand.summary, { ServerCommand.syntax }, ServerCommand.run),
      Command(
        "completions", in: .tool, CompletionsCommand.summary, { CompletionsCommand.syntax },
        CompletionsCommand.run),
      Command("man", in: .tool, ManCommand.summary, { ManCommand.syntax }, ManCommand.run),
      Command("help", in: .tool, HelpCommand.summary, { HelpCommand.syntax }, HelpCommand.run),
    ]

  /// Runs one command line.
  ///
  /// - Parameters:
  ///   - arguments: What follows the program's name.
  ///   - world: The machine it runs on.
  /// - Returns: What to print, and how to end. Nothing is thrown: every error becomes text and a status.
  public static func run(_ arguments: [String], in world: any World) -> Outcome {
    do throws(Failure) {
      return try dispatch(arguments, in: world)
    } catch {
      return JSONComplaint.isWanted(by: arguments) ? error.jsonOutcome : error.outcome
    }
  }

  private static func dispatch(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    guard let first = arguments.first else { return Outcome(output: Overview.questions(in: world)) }
    guard ["--help", "-h", "--version"].contains(first) else {
      return try command(named: first).run(Array(arguments.dropFirst()), world)
    }
    if arguments.count > 1 {
      throw Failure(
        "unexpected argument '\(arguments[1])'",
        hint: first == "--version" ? "--version stands alone" : "write llmcost help <command>, or \(first) alone",
        usage: "llmcost <command> [options]", status: .usage)
    }
    switch first {
    case "--version": return Outcome(output: "llmcost \(version)\n")
    case "-h": return Outcome(output: Overview.questions(in: world))
    default: return Outcome(output: Overview.everything(in: world))
    }
  }

  private static func command(named name: String) throws(Failure) -> Command {
    if let command = commands.first(where: { $0.name == name }) { return command }
    let near = OtherWords.commands[name.lowercased()] ?? nearest(to: name, in: commands.map(\.name))
    let what = name.hasPrefix("-") ? "a command comes first, not '\(name)'" : "unknown command '\(name)'"
    throw Failure(
      what, hint: near.map { "did you mean '\($0)'?" } ?? "'llmcost --help' lists the commands",
      usage: "llmcost <command> [options]", status: .usage)
  }

  /// Says what a command calls the option that it lacks, or which commands have it.
  static func advised(_ error: UsageError, of syntax: CommandSyntax) -> UsageError {
    if let word = error.unexpectedArgument, let advice = ArgumentAdvice.text(for: word, in: syntax) {
      var advised = error
      advised.hint = advice
      return advised
    }
    guard let name = error.unknownOption else { return error }
    if let words = OtherWords.option(for: name, in: syntax.options) {
      var advised = error
      advised.hint = "write \(words)"
      return advised
    }
    let owners = commands.filter { command in command.syntax().options.contains { $0.names.contains(name) } }
      .map { "'llmcost \($0.name)'" }
    guard let last = owners.last else { return error }
    var advised = error
    let list =
      owners.count > 3
      ? owners.prefix(2).joined(separator: ", ") + " and others"
      : owners.count == 1 ? last : owners.dropLast().joined(separator: ", ") + " and " + last
    advised.hint = "\(name) is an option of \(list)"
    return advised
  }
}
