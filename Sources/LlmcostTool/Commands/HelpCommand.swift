import CommandLineKit

/// `llmcost help`: what commands and topics there are, and each of them.
enum HelpCommand {
  static let summary = "Print the help of a command or a topic, or list both."

  static var syntax: CommandSyntax {
    CommandSyntax(
      name: "llmcost help", summary: summary, usage: "[command | topic]",
      operands: [Operand("command|topic", completing: .helpTopics), Operand("stage")],
      examples: [
        CommandExample("llmcost help", "all commands and topics"),
        CommandExample("llmcost help pretrain", "one command, as llmcost pretrain --help"),
        CommandExample("llmcost help units", "how numbers are written"),
      ])
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in
      let operands = arguments.operands
      guard let name = operands.first else { return Outcome(output: overview(in: world)) }
      let topic = HelpTopic.all.first { $0.name == name }.map { topic in
        topic.summary + "\n\n" + TextBlock.text(topic.blocks(), width: width(in: world))
      }
      if let command = Tool.commands.first(where: { $0.name == name }),
        operands.count == 1 || !command.syntax().subcommands.isEmpty
      {
        var outcome = try command.run(operands.dropFirst() + ["--help"], world)
        if let topic { outcome.output += "\n" + topic }
        return outcome
      }
      if let topic, operands.count == 1 { return Outcome(output: topic) }
      let known = Tool.commands.map(\.name) + HelpTopic.all.map(\.name)
      let isKnown = known.contains(name)
      throw Failure(
        isKnown ? "unexpected argument '\(operands[1])'" : "there is no command or topic '\(name)'",
        hint: isKnown
          ? "write llmcost help \(name)"
          : nearest(to: name, in: known).map { "did you mean '\($0)'?" } ?? "'llmcost help' lists them all",
        usage: syntax.usageLine, status: .usage)
    }
  }

  private static func width(in world: any World) -> Int { min(100, OutputOptions.width(in: world)) }

  /// What the program is for, with examples, commands and topics.
  static func overview(in world: any World) -> String {
    let width = width(in: world)
    var text = """
      What it costs to train a large language model: money, accelerator-hours, days, energy and carbon, each with a
      range, a formula and a source.

      Examples:

      """
    for example in examples { text += "  \(example)\n" }
    text += "\nUsage: llmcost <command> [options]\n\nCommands:\n"
    for command in Tool.commands { text += TextLayout.entry(command.name, command.summary, column: 12, width: width) }
    text += "\nTopics of 'llmcost help':\n"
    for topic in HelpTopic.all { text += TextLayout.entry(topic.name, topic.summary, column: 12, width: width) }
    return text + """

      Results go to standard output, all else to standard error. Exit status: 0 done, 1 a gate or check failed,
      64 bad usage, 65 bad data, 66 missing file, 74 output error. 'llmcost --version' prints the version.

      """
  }

  /// The lines that the overview starts with.
  private static let examples = [
    "llmcost pretrain --params 70B --tokens 15T",
    "llmcost pretrain --params 70B --tokens 15T --gpu b200 --gpus 4096 --explain",
    "llmcost tables prices --where accelerator=h100-sxm --where commitment=spot",
  ]
}
