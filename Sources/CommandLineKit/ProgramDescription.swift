/// An option without the type it fills in: what completions and the manual say of it.
package struct OptionDescription: Sendable, Hashable {
  /// All spellings, the long one first.
  package var names: [String]
  /// What stands for the value; nil for a switch.
  package var placeholder: String?
  /// Every value there is, where they can be counted.
  package var choices: [String] = []
  /// What it does, in half a line.
  package var help: String
  /// Whether it may be given more than once.
  package var isRepeatable = false
  /// The option whose value it sets; options of the same subject exclude each other.
  package var subject: String
  /// What a shell offers for its value.
  package var completion = Completion.nothing

  /// The option that every command has.
  package static let help = OptionDescription(
    names: ["--help", "-h"], help: "print this help", subject: "--help")

  /// The option that the program alone has.
  package static let version = OptionDescription(
    names: ["--version"], help: "print the version", subject: "--version")
}

/// Options under one heading.
package struct OptionGroupDescription: Sendable, Hashable {
  /// The heading.
  package var title: String
  /// The options, in the order of the help.
  package var options: [OptionDescription]

  /// Options under a heading.
  package init(title: String, options: [OptionDescription]) {
    self.title = title
    self.options = options
  }
}

/// A command without the type it fills in.
package struct CommandDescription: Sendable {
  /// The words behind the program's name, as `sensitivity pretrain`.
  package var words: [String]
  /// What it does, in one line.
  package var summary: String
  /// What to know before using it.
  package var discussion: String
  /// The right usage after the name.
  package var usage: String
  /// Its arguments without a name.
  package var operands: [Operand]
  /// Its options, without ``OptionDescription/help``.
  package var groups: [OptionGroupDescription]
  /// Worked examples.
  package var examples: [CommandExample]
  /// The commands that its first argument may name.
  package var subcommands: [CommandDescription] = []

  /// All options, that for help last.
  package var options: [OptionDescription] { groups.flatMap(\.options) + [.help] }
}

/// The whole program, as completions and the manual tell it.
package struct ProgramDescription: Sendable {
  /// The word that calls it.
  package var name: String
  /// Its version.
  package var version: String
  /// Its commands, in the order of the help.
  package var commands: [CommandDescription]
  /// What ``Completion/list(_:)`` stands for, in order.
  package var lists: [(name: String, entries: [CompletionEntry])]

  /// A program; entries that a shell would not take literally are left out.
  package init(
    name: String, version: String, commands: [CommandDescription],
    lists: [(name: String, entries: [CompletionEntry])] = []
  ) {
    self.name = name
    self.version = version
    self.commands = commands
    self.lists = lists.map { ($0.name, $0.entries.filter(\.isPlain)) }.filter { !$0.1.isEmpty }
  }

  /// The options of the program itself.
  var ownOptions: [OptionDescription] { [.help, .version] }

  /// Commands and the commands within them, each after the one it is in.
  var everyCommand: [CommandDescription] { commands.flatMap { [$0] + $0.subcommands } }

  /// What an option or operand completes from; nothing where its list is empty.
  func known(_ completion: Completion) -> Completion {
    if case .list(let name) = completion, !lists.contains(where: { $0.name == name }) { return .nothing }
    return completion
  }
}

extension Option {
  /// The option for completions and the manual.
  package var description: OptionDescription {
    OptionDescription(
      names: names, placeholder: placeholder, choices: choices, help: help, isRepeatable: isRepeatable,
      subject: subject, completion: choices.isEmpty ? completion : .words(choices))
  }
}

extension CommandSyntax {
  /// The command for completions and the manual.
  package var description: CommandDescription {
    CommandDescription(
      words: name.split(separator: " ").dropFirst().map(String.init), summary: summary, discussion: discussion,
      usage: usage, operands: operands,
      groups: groups.map { OptionGroupDescription(title: $0.title, options: $0.options.map(\.description)) },
      examples: examples)
  }
}
