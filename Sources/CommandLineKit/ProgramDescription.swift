/// The whole program, as completions and the manual tell it.
package struct ProgramDescription: Sendable {
  /// The word that calls it.
  package var name: String
  /// Its version.
  package var version: String
  /// Its commands, in the order of the help.
  package var commands: [CommandSyntax]
  /// What ``Completion/list(_:)`` stands for, in order.
  package var lists: [(name: String, entries: [CompletionEntry])]

  /// A program; entries that a shell would not take literally are left out.
  package init(
    name: String, version: String, commands: [CommandSyntax],
    lists: [(name: String, entries: [CompletionEntry])] = []
  ) {
    self.name = name
    self.version = version
    self.commands = commands
    self.lists = lists.map { ($0.name, $0.entries.filter(\.isPlain)) }.filter { !$0.1.isEmpty }
  }

  /// The options of the program itself.
  var ownOptions: [Option] { [.help, .version] }

  /// Commands and the commands within them, each after the one it is in.
  var everyCommand: [CommandSyntax] { commands.flatMap { [$0] + $0.subcommands } }

  /// What an option or operand completes from; nothing where its list is empty.
  func known(_ completion: Completion) -> Completion {
    if case .list(let name) = completion, !lists.contains(where: { $0.name == name }) { return .nothing }
    return completion
  }
}
