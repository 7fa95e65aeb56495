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
    /// What help, completions, the manual and hints say of it.
    let syntax: @Sendable () -> CommandSyntax
    /// Runs it with what follows its name.
    let run: @Sendable ([String], any World) throws(Failure) -> Outcome

    init(
      _ name: String, _ summary: String, _ syntax: @escaping @Sendable () -> CommandSyntax,
      _ run: @escaping @Sendable ([String], any World) throws(Failure) -> Outcome
    ) {
      self.name = name
      self.summary = summary
      self.syntax = syntax
      self.run = run
    }
  }

  static let commands: [Command] =
    StageCommand.all.map { stage in
      Command(stage.name, stage.stage.summary, { stage.estimateSyntax }) { (arguments, world) throws(Failure) in
        try EstimateCommand.run(stage, arguments, in: world)
      }
    } + [
      Command("compare", CompareCommand.summary, { CompareCommand.syntax }, CompareCommand.run),
      Command("program", ProgramCommand.summary, { ProgramCommand.syntax }, ProgramCommand.run),
      Command("report", ReportCommand.summary, { ReportCommand.syntax }, ReportCommand.run),
      Command("model", ModelCommand.summary, { ModelCommand.syntax }, ModelCommand.run),
      Command("fit", FitCommand.summary, { FitCommand.syntax }, FitCommand.run),
      Command("step", StepCommand.summary, { StepCommand.syntax }, StepCommand.run),
      Command("size", SizeCommand.summary, { SizeCommand.syntax }, SizeCommand.run),
      Command("serve", ServeCommand.summary, { ServeCommand.syntax }, ServeCommand.run),
      Command("schedule", ScheduleCommand.summary, { ScheduleCommand.syntax }, ScheduleCommand.run),
      Command("cluster", ClusterCommand.summary, { ClusterCommand.syntax }, ClusterCommand.run),
      Command("diagnose", DiagnoseCommand.summary, { DiagnoseCommand.syntax }, DiagnoseCommand.run),
      Command("track", TrackCommand.summary, { TrackCommand.syntax }, TrackCommand.run),
      Command("sensitivity", SensitivityCommand.summary, { SensitivityCommand.syntax }, SensitivityCommand.run),
      Command("sweep", SweepCommand.summary, { SweepCommand.syntax }, SweepCommand.run),
      Command("backtest", BacktestCommand.summary, { BacktestCommand.syntax }, BacktestCommand.run),
      Command("claims", ClaimsCommand.summary, { ClaimsCommand.syntax }, ClaimsCommand.run),
      Command("tables", TablesCommand.summary, { TablesCommand.syntax }, TablesCommand.run),
      Command("completions", CompletionsCommand.summary, { CompletionsCommand.syntax }, CompletionsCommand.run),
      Command("man", ManCommand.summary, { ManCommand.syntax }, ManCommand.run),
      Command("help", HelpCommand.summary, { HelpCommand.syntax }, HelpCommand.run),
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
      return error.outcome
    }
  }

  private static func dispatch(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    guard let first = arguments.first else { return Outcome(output: HelpCommand.overview(in: world)) }
    guard ["--help", "-h", "--version"].contains(first) else {
      return try command(named: first).run(Array(arguments.dropFirst()), world)
    }
    if arguments.count > 1 {
      throw Failure(
        "unexpected argument '\(arguments[1])'",
        hint: first == "--version" ? "--version stands alone" : "write llmcost help <command>, or \(first) alone",
        usage: "llmcost <command> [options]", status: .usage)
    }
    return Outcome(output: first == "--version" ? "llmcost \(version)\n" : HelpCommand.overview(in: world))
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
