import CommandLineKit

extension CommandSyntax {
  /// Reads a command line and runs it, or prints the help it asks for.
  func run(
    _ arguments: [String], from initial: Target, in world: any World,
    body: (Target, [String]) throws(Failure) -> Outcome
  ) throws(Failure) -> Outcome {
    let parsed: Parsed
    do throws(UsageError) { parsed = try parse(arguments, into: initial) } catch {
      throw Failure(Tool.advised(error))
    }
    switch parsed {
    case .help: return Outcome(output: help(width: min(100, OutputOptions().columns(in: world))))
    case .run(let target, let operands): return try body(target, operands)
    }
  }
}
