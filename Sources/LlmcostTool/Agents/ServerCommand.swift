import CommandLineKit
import TextFormats

/// `llmcost mcp`: the commands as tools for agents, over standard input and output.
enum ServerCommand {
  static let summary = "Serve the commands as tools of the Model Context Protocol, over standard input and output."

  static var syntax: CommandSyntax {
    CommandSyntax(
      name: "llmcost mcp", summary: summary,
      discussion: """
        Reads one message of JSON-RPC 2.0 a line and answers on one line, until standard input ends. Each command with \
        results is a tool: its options are the arguments, by their names without dashes, and its result holds the rows of \
        --format jsonl. Tables stay loaded between calls, and nothing is written to files. 'llmcost help agents' has more.
        """,
      usage: "",
      examples: [
        CommandExample(
          #"echo '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' | llmcost mcp"#, "which tools there are"),
        CommandExample("llmcost mcp < calls.jsonl > answers.jsonl", "many calls from a file"),
        CommandExample("llmcost mcp < calls.jsonl | head -1", "the first answer alone"),
      ])
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { _ throws(Failure) in
      let server = try ToolServer(try ServedWorld(world))
      var outcome = Outcome()
      outcome.stream = { world, write in
        func send(_ line: MessageLines.Line) -> Bool {
          guard var answer = server.answer(line).map({ $0 + "\n" }) else { return true }
          return answer.withUTF8 { write(UnsafeRawBufferPointer($0)) }
        }
        var lines = MessageLines()
        do throws(FileError) {
          try world.readFile("-") { lines.take($0, each: send) }
        } catch {
          return Failure(error).outcome
        }
        _ = lines.end(send)
        return Outcome()
      }
      return outcome
    }
  }
}
