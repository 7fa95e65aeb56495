import CommandLineKit

/// `llmcost man`: the manual page.
struct ManCommand: Sendable {
  static let summary = "Print the manual page, as roff."

  static var syntax: CommandSyntax<ManCommand> {
    CommandSyntax(
      name: "llmcost man", summary: summary,
      discussion: "The page holds all commands with their options, and the topics of 'llmcost help'.", usage: "",
      groups: [],
      examples: [
        CommandExample("llmcost man | man -l -", "read it now; on macOS, llmcost man | mandoc -a"),
        CommandExample("llmcost man > ~/.local/share/man/man1/llmcost.1", "install it for man llmcost"),
        CommandExample("llmcost man | groff -man -Tpdf > llmcost.pdf", "print it"),
      ])
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, from: ManCommand(), in: world) { (_, _) in
      Outcome(output: page.roff)
    }
  }

  /// The manual; it names no row of a table, and so needs none.
  private static var page: ManualPage {
    ManualPage(
      program: ProgramDescription(
        name: "llmcost", version: Tool.version, commands: Tool.commands.map { $0.description() }),
      summary: "estimate what it costs to train a large language model",
      description: [
        .paragraph(
          """
          Estimates money, accelerator-hours, days, energy and carbon from one line, each with a range, a formula and \
          a source for every input. It works offline.
          Results go to standard output, all else to standard error. Options may stand anywhere behind the command; \
          a value follows as --name value or --name=value, and what follows -- is no option.
          """)
      ],
      sections: HelpTopic.all.map {
        ManualPage.Section(String($0.name.map { $0 == "-" ? " " : $0 }), $0.blocks())
      } + [ManualPage.Section("files", HelpTopic.files)])
  }
}
