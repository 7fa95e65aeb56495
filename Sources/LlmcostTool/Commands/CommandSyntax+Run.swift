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
    case .help:
      let width = min(100, OutputOptions.width(in: world))
      return Outcome(output: try withDefaults(in: world).help(width: width))
    case .run(let arguments): return try body(arguments)
    }
  }
}
