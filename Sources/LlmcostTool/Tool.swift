import CommandLineKit

/// The whole program as one function of its arguments and the world.
public enum Tool {
  /// The version that `--version` prints.
  public static let version = "0.1.0"

  struct Command: Sendable {
    let name: String
    let summary: String
    let run: @Sendable ([String], any World) throws(Failure) -> Outcome
  }

  static let commands: [Command] = [
    Command(name: "pretrain", summary: PretrainCommand.summary) { (arguments, world) throws(Failure) in
      try PretrainCommand.run(arguments, in: world)
    },
    Command(name: "model", summary: ModelCommand.summary) { (arguments, world) throws(Failure) in
      try ModelCommand.run(arguments, in: world)
    },
    Command(name: "backtest", summary: BacktestCommand.summary) { (arguments, world) throws(Failure) in
      try BacktestCommand.run(arguments, in: world)
    },
    Command(name: "tables", summary: TablesCommand.summary) { (arguments, world) throws(Failure) in
      try TablesCommand.run(arguments, in: world)
    },
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
    guard let first = arguments.first else { return Outcome(output: help(in: world)) }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "--help", "-h": return Outcome(output: help(in: world))
    case "--version": return Outcome(output: "llmcost \(version)\n")
    case "help":
      guard let name = rest.first else { return Outcome(output: help(in: world)) }
      return try command(named: name).run(["--help"], world)
    default: return try command(named: first).run(rest, world)
    }
  }

  private static func command(named name: String) throws(Failure) -> Command {
    if let command = commands.first(where: { $0.name == name }) { return command }
    let near = nearest(to: name, in: commands.map(\.name) + ["help"])
    let what = name.hasPrefix("-") ? "a command comes first, not '\(name)'" : "unknown command '\(name)'"
    throw Failure(
      what, hint: near.map { "did you mean '\($0)'?" } ?? "'llmcost --help' lists the commands",
      usage: "llmcost <command> [options]", status: .usage)
  }

  private static func help(in world: any World) -> String {
    let width = min(100, OutputOptions().columns(in: world))
    var text = """
      What it costs to train a large language model: money, accelerator-hours, days, energy and carbon, each with a
      range, a formula and a source.

      Examples:
        llmcost pretrain --params 70B --tokens 15T
        llmcost pretrain --params 70B --tokens 15T --gpu b200 --gpus 4096 --explain
        llmcost tables prices --where accelerator=h100-sxm --where commitment=spot

      Usage: llmcost <command> [options]

      Commands:

      """
    for command in commands { text += TextLayout.entry(command.name, command.summary, column: 12, width: width) }
    text += TextLayout.entry("help", "print the help of a command", column: 12, width: width)
    return text + """

      Results go to standard output, all else to standard error. Exit status: 0 done, 1 a gate or check failed,
      64 bad usage, 65 bad data, 66 missing file, 74 output error. 'llmcost --version' prints the version.

      """
  }
}
