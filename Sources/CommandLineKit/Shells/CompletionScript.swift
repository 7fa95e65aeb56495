/// A shell that completions can be written for.
package enum CompletionShell: String, CaseIterable, OptionValue {
  case bash, zsh, fish
}

extension ProgramDescription {
  /// A script of static text that completes the program's command line in a shell.
  package func completions(for shell: CompletionShell) -> String {
    switch shell {
    case .bash: BashCompletions(program: self).script
    case .zsh: ZshCompletions(program: self).script
    case .fish: FishCompletions(program: self).script
    }
  }
}

extension CommandSyntax {
  /// The command's words as one word, as `sensitivity/pretrain`.
  var path: String { words.joined(separator: "/") }

  /// Every spelling of every option.
  var optionNames: [String] { everyOption.flatMap(\.names) }
}
