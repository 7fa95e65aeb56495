import CommandLineKit

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
    /// What completions, the manual and hints say of it.
    let description: @Sendable () -> CommandDescription
    /// Runs it with what follows its name.
    let run: @Sendable ([String], any World) throws(Failure) -> Outcome
  }

  static let commands: [Command] =
    AnyStage.all.map { stage in
      Command(name: stage.name, summary: stage.summary, description: stage.description, run: stage.run)
    } + [
      Command(
        name: "compare", summary: CompareCommand.summary, description: { CompareCommand.description },
        run: { (arguments, world) throws(Failure) in try CompareCommand.run(arguments, in: world) }),
      Command(
        name: "program", summary: ProgramCommand.summary, description: { ProgramCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try ProgramCommand.run(arguments, in: world) }),
      Command(
        name: "report", summary: ReportCommand.summary, description: { ReportCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try ReportCommand.run(arguments, in: world) }),
      Command(
        name: "model", summary: ModelCommand.summary, description: { ModelCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try ModelCommand.run(arguments, in: world) }),
      Command(
        name: "fit", summary: FitCommand.summary, description: { FitCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try FitCommand.run(arguments, in: world) }),
      Command(
        name: "step", summary: StepCommand.summary, description: { StepCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try StepCommand.run(arguments, in: world) }),
      Command(
        name: "size", summary: SizeCommand.summary, description: { SizeCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try SizeCommand.run(arguments, in: world) }),
      Command(
        name: "serve", summary: ServeCommand.summary, description: { ServeCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try ServeCommand.run(arguments, in: world) }),
      Command(
        name: "schedule", summary: ScheduleCommand.summary, description: { ScheduleCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try ScheduleCommand.run(arguments, in: world) }),
      Command(
        name: "cluster", summary: ClusterCommand.summary, description: { ClusterCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try ClusterCommand.run(arguments, in: world) }),
      Command(
        name: "sensitivity", summary: Sensitivities.summary, description: { Sensitivities.description },
        run: { (arguments, world) throws(Failure) in try Sensitivities.run(arguments, in: world) }),
      Command(
        name: "sweep", summary: Sweeps.summary, description: { Sweeps.description },
        run: { (arguments, world) throws(Failure) in try Sweeps.run(arguments, in: world) }),
      Command(
        name: "backtest", summary: BacktestCommand.summary, description: { BacktestCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try BacktestCommand.run(arguments, in: world) }),
      Command(
        name: "claims", summary: ClaimsCommand.summary, description: { ClaimsCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try ClaimsCommand.run(arguments, in: world) }),
      Command(
        name: "tables", summary: TablesCommand.summary, description: { TablesCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try TablesCommand.run(arguments, in: world) }),
      Command(
        name: "completions", summary: CompletionsCommand.summary,
        description: { CompletionsCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try CompletionsCommand.run(arguments, in: world) }),
      Command(
        name: "man", summary: ManCommand.summary, description: { ManCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try ManCommand.run(arguments, in: world) }),
      Command(
        name: "help", summary: HelpCommand.summary, description: { HelpCommand.syntax.description },
        run: { (arguments, world) throws(Failure) in try HelpCommand.run(arguments, in: world) }),
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
    let near = nearest(to: name, in: commands.map(\.name))
    let what = name.hasPrefix("-") ? "a command comes first, not '\(name)'" : "unknown command '\(name)'"
    throw Failure(
      what, hint: near.map { "did you mean '\($0)'?" } ?? "'llmcost --help' lists the commands",
      usage: "llmcost <command> [options]", status: .usage)
  }

  /// Says which commands have the option that one of them has not.
  static func advised(_ error: UsageError) -> UsageError {
    guard let name = error.unknownOption else { return error }
    let owners = commands.filter { command in command.description().options.contains { $0.names.contains(name) } }
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
