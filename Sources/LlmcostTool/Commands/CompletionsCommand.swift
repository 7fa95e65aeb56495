import CommandLineKit
import CostModel

/// `llmcost completions`: scripts that complete commands, options and values in a shell.
enum CompletionsCommand {
  static let summary = "Print a script that completes commands, options and values in bash, zsh or fish."

  static var syntax: CommandSyntax {
    CommandSyntax(
      name: "llmcost completions", summary: summary,
      discussion: """
        The script is static text. The ids of accelerators, regions, providers and other rows in it are those of the \
        built-in tables and of your own, as far as LLMCOST_TABLES and the configuration folder name them when it is \
        printed.
        """,
      usage: CompletionShell.placeholder,
      operands: [Operand(CompletionShell.placeholder, completing: .words(CompletionShell.choices))],
      examples: [
        CommandExample(
          #"eval "$(llmcost completions bash)""#, "in this bash; in every bash where ~/.bashrc has the line"),
        CommandExample("source <(llmcost completions zsh)", "in zsh: a line for ~/.zshrc, below compinit"),
        CommandExample(
          "llmcost completions fish > ~/.config/fish/completions/llmcost.fish", "in every fish from now on"),
      ])
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    let syntax = syntax
    return try syntax.run(arguments, in: world) { arguments throws(Failure) in
      guard let name = arguments.operands.first else {
        throw Failure(
          "which shell?", hint: "name one of \(CompletionShell.choices.joined(separator: ", "))",
          usage: syntax.usageLine, status: .usage)
      }
      let shell: CompletionShell
      do throws(ValueError) { shell = try CompletionShell(argument: name) } catch {
        throw Failure(
          "the shell \(error.reason)", hint: error.hint ?? "no other shell has a script", usage: syntax.usageLine,
          status: .usage)
      }
      return Outcome(output: try Tool.description(in: world).completions(for: shell))
    }
  }
}

extension Tool {
  /// The whole program as completions and the manual tell it.
  static func description(in world: any World) throws(Failure) -> ProgramDescription {
    let tables = try Tables.load([], in: world)
    let catalog = TableCatalog(tables)
    var described: [CommandSyntax] = []
    for command in commands {
      let syntax = command.name == "compare" ? CompareCommand.completed : command.syntax()
      described.append(try syntax.withDefaults(from: catalog))
    }
    do throws(CatalogError) {
      return ProgramDescription(
        name: "llmcost", version: version, commands: described, lists: try CompletionLists.all(tables))
    } catch {
      throw Failure(error)
    }
  }
}
