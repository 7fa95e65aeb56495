import CommandLineKit

/// `llmcost help`: what commands and topics there are, each of them, and where a word is found.
enum HelpCommand {
  static let summary = "Print the help of a command or a topic, list both, or find a word."

  static var syntax: CommandSyntax {
    CommandSyntax(
      name: "llmcost help", summary: summary,
      discussion: "Any other word is looked for in commands, options, topics and the rows of tables.",
      usage: "[command | topic | word...]",
      operands: [Operand("command|topic", completing: .helpTopics), Operand("stage", isRepeatable: true)],
      examples: [
        CommandExample("llmcost help", "all commands and topics"),
        CommandExample("llmcost help pretrain", "one command, as llmcost pretrain --help"),
        CommandExample("llmcost help units", "how numbers are written"),
        CommandExample("llmcost help checkpoint", "wherever checkpoints count"),
      ])
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    // An option may be looked for as it is written.
    let isAsked = arguments.contains { Option.help.names.contains($0) }
    let words = isAsked ? arguments : arguments.map { String($0.drop { $0 == "-" }) }
    return try syntax.run(words, in: world) { arguments throws(Failure) in
      let operands = arguments.operands
      guard let name = operands.first else { return Outcome(output: Overview.everything(in: world)) }
      let width = Overview.width(in: world)
      let topic = HelpTopic.everything.first { $0.name == name }.map { topic in
        topic.summary + "\n\n" + TextBlock.text(topic.blocks(), width: min(width, topic.width))
      }
      let command = Tool.commands.first { $0.name == name }
      guard command != nil || topic != nil else {
        return Outcome(output: try found(operands.joined(separator: " "), width: width, in: world))
      }
      let most = command?.syntax().subcommands.isEmpty == false ? 2 : 1
      guard operands.count <= most else {
        throw Failure(
          "unexpected argument '\(operands[most])'", hint: "write llmcost help \(name)", usage: syntax.usageLine,
          status: .usage)
      }
      guard let command else { return Outcome(output: topic ?? "") }
      var outcome = try command.run(operands.dropFirst() + ["--help"], world)
      if let topic { outcome.output += "\n" + topic }
      return outcome
    }
  }

  private static func found(_ word: String, width: Int, in world: any World) throws(Failure) -> String {
    if let text = try HelpSearch(word, width: width).text(try Tables.load([], in: world)) { return text }
    let known = Tool.commands.map(\.name) + HelpTopic.everything.map(\.name)
    throw Failure(
      "nothing is called '\(word)', and no command, option, topic or row has the word",
      hint: nearest(to: word, in: known).map { "did you mean '\($0)'?" } ?? "'llmcost help' lists commands and topics",
      usage: syntax.usageLine, status: .usage)
  }
}
