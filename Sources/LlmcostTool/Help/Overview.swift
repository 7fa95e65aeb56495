import CommandLineKit

/// What the program can be asked: the questions that people come with, and the list of everything.
enum Overview {
  /// Questions, each with the command line that answers it.
  static let questions: [CommandExample] = [
    CommandExample("llmcost pretrain -p 70B -t 15T", "What does pre-training cost?"),
    CommandExample("llmcost sft -m llama-3.1-8b --lora", "What does fine-tuning cost?"),
    CommandExample("llmcost plan -p 7B -t 2T --days 30", "Which accelerators to rent?"),
    CommandExample("llmcost fit -m llama-3.1-70b -g h100", "How many of them hold it?"),
    CommandExample("llmcost size --budget 1M", "How large a model for $1M?"),
    CommandExample("llmcost serve -m llama-3.1-70b", "What does an answer cost?"),
    CommandExample("llmcost diagnose -p 8B -t 1T -n 64 --tflops 210", "Is my speed normal?"),
    CommandExample("llmcost backtest", "How far off are estimates?"),
  ]

  /// The questions, and the commands in their groups, on one screen.
  static func questions(in world: any World) -> String {
    let width = width(in: world)
    let column = questions.map(\.meaning.count).max() ?? 0
    var text = TextLayout.wrapped(purpose, width: width) + "\n\n"
    for question in questions {
      text += TextLayout.entry(question.meaning, question.line, column: column, width: width)
    }
    text += "\nCommands:\n"
    for (group, commands) in groups {
      text += TextLayout.entry(
        group.rawValue, commands.map(\.name).joined(separator: ", "), column: column, width: width)
    }
    return text + """

      'llmcost COMMAND -h' has its options that matter, 'llmcost help WORD' finds
      anything, 'llmcost help' lists everything.

      """
  }

  /// Every command and every topic.
  static func everything(in world: any World) -> String {
    let width = width(in: world)
    var text = TextLayout.wrapped(purpose, width: width) + "\n\nUsage: llmcost <command> [options]\n"
    for (group, commands) in groups {
      text += "\nCommands: \(group.rawValue)\n"
      for command in commands { text += TextLayout.entry(command.name, command.summary, column: 12, width: width) }
    }
    text += "\nTopics of 'llmcost help':\n"
    for topic in HelpTopic.all { text += TextLayout.entry(topic.name, topic.summary, column: 12, width: width) }
    text += "\nArticles of 'llmcost help':\n"
    for article in HelpTopic.articles {
      text += TextLayout.entry(article.name, article.summary, column: 24, width: width)
    }
    let statuses = ToolStatus.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: ", ")
    return text + "\n"
      + TextLayout.wrapped(
        """
        Results go to standard output, all else to standard error. Exit status: \(statuses). 'llmcost --version' \
        prints the version; 'llmcost' alone has the questions it answers.
        """, width: width) + "\n"
  }

  /// The commands by what they are for; those that nobody has put anywhere stand last.
  static var groups: [(group: CommandGroup, commands: [Tool.Command])] {
    CommandGroup.allCases.map { group in (group, Tool.commands.filter { ($0.group ?? .tool) == group }) }
      .filter { !$0.1.isEmpty }
  }

  static func width(in world: any World) -> Int { min(100, OutputOptions.width(in: world)) }

  private static let purpose =
    "llmcost estimates what a large language model costs to train and to serve: money, accelerator-hours, days, energy "
    + "and carbon, each with a range, a formula and a source."
}
