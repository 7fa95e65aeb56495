import CommandLineKit
import CostModel

/// `llmcost man`: the manual page.
enum ManCommand {
  static let summary = "Print the manual page, as roff."

  static var syntax: CommandSyntax {
    CommandSyntax(
      name: "llmcost man", summary: summary,
      discussion: "The page holds all commands with their options, and the topics of 'llmcost help'.", usage: "",
      examples: [
        CommandExample("llmcost man | man -l -", "read it now; on macOS, llmcost man | mandoc -a"),
        CommandExample("llmcost man > ~/.local/share/man/man1/llmcost.1", "install it for man llmcost"),
        CommandExample("llmcost man | groff -man -Tpdf > llmcost.pdf", "print it"),
      ])
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { _ throws(Failure) in
      Outcome(output: try page(in: world).roff)
    }
  }

  private static func page(in world: any World) throws(Failure) -> ManualPage {
    let catalog = TableCatalog(try Tables.load([], in: world))
    var commands: [CommandSyntax] = []
    for command in Tool.commands { commands.append(try command.syntax().withDefaults(from: catalog)) }
    return ManualPage(
      program: ProgramDescription(name: "llmcost", version: Tool.version, commands: commands),
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
