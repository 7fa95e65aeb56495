import CommandLineKit

extension CommandSyntax {
  /// Reads a command line and runs it, or prints the help it asks for.
  func run(
    _ arguments: [String], in world: any World, body: (Arguments) throws(Failure) -> Outcome
  ) throws(Failure) -> Outcome {
    let parsed: Parsed
    do throws(UsageError) { parsed = try parse(arguments) } catch {
      throw Failure(Tool.advised(error, of: self))
    }
    switch parsed {
    case .help(let isShort):
      let width = OutputOptions.width(in: world)
      let syntax = try withDefaults(in: world)
      return Outcome(output: isShort ? syntax.shortHelp(width: min(80, width)) : syntax.help(width: min(100, width)))
    case .run(let arguments): return try body(arguments)
    }
  }
}
