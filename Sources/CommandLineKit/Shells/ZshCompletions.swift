/// Completions for zsh: a file `_name` in `fpath`, or a text to source.
struct ZshCompletions {
  let program: ProgramDescription

  private var function: String { "_" + program.name }

  var script: String {
    """
    #compdef \(program.name)
    # zsh completion of \(program.name) \(program.version), printed by '\(program.name) completions zsh'.

    \(lists)\(groups)\(commands)
    \(function)() {
      local curcontext=$curcontext state line ret=1
      typeset -A opt_args
      _arguments -C \\
    \(specifications(program.ownOptions, isAlone: true).map { "    \($0) \\\n" }.joined())\
        '1:command:\(function)__commands' \\
        '*::argument:->arguments' && ret=0
      case $state in
        arguments)
          curcontext=${curcontext%:*:*}:\(program.name)-$line[1]:
          case $line[1] in
    \(dispatch(program.commands, indent: "        "))
          esac
          ;;
      esac
      return ret
    }

    if [ "${funcstack[1]}" = \(function) ]; then
      \(function) "$@"
    else
      compdef \(function) \(program.name)
    fi

    """
  }

  private func name(of command: CommandSyntax) -> String {
    ([function] + command.words.map(Self.identifier)).joined(separator: "_")
  }

  private static func identifier(_ text: String) -> String {
    String(text.map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }

  /// Lists are described; those of commands are lists too.
  private var lists: String {
    let commands = ("_commands", program.commands.map { CompletionEntry($0.path, $0.summary) })
    let nested = program.commands.filter { !$0.subcommands.isEmpty }.map { command in
      (
        "_commands_of_" + Self.identifier(command.path),
        command.subcommands.map { CompletionEntry($0.words.last ?? "", $0.summary) }
      )
    }
    return ([commands] + nested + program.lists.map { ($0.name, $0.entries) }).map { list in
      func lines(_ entries: [CompletionEntry]) -> String {
        entries.map { entry in
          let meaning = entry.meaning.isEmpty ? "" : ":" + entry.meaning
          return "    \(Self.quoted(entry.text.replacing(":", with: "\\:") + meaning))\n"
        }.joined()
      }
      let describe = "_describe -t \(list.0) '\(list.0.replacing("_", with: " ").drop { $0 == " " })'"
      let open = list.1.filter(\.isOpen)
      // No space behind what a value follows.
      let rest =
        open.isEmpty
        ? "  \(describe) entries\n"
        : """
          local -a open=(
        \(lines(open))  )
          local found=1
          \(describe) entries && found=0
          \(describe) open -S '' && found=0
          return found

        """
      return """
        \(function)_\(list.0)() {
          local -a entries=(
        \(lines(list.1.filter { !$0.isOpen }))  )
        \(rest)}


        """
    }.joined()
  }

  /// Every group of options once, whichever commands have it.
  private var distinctGroups: [OptionGroup] {
    var seen: Set<OptionGroup> = []
    return program.everyCommand.flatMap(\.groups).filter { seen.insert($0).inserted }
  }

  private var groups: String {
    distinctGroups.enumerated().map { index, group in
      let lines = specifications(group.options).map { "  \($0)\n" }
      return "# \(group.title)\ntypeset -ga \(function)_options_\(index + 1)=(\n\(lines.joined()))\n\n"
    }.joined()
  }

  private var commands: String {
    let distinct = distinctGroups
    return program.everyCommand.map { command in
      var parts = command.groups.compactMap { group in
        distinct.firstIndex(of: group).map { "\"${\(function)_options_\($0 + 1)[@]}\"" }
      }
      parts += specifications([.help])
      guard command.subcommands.isEmpty else { return nested(command, parts) }
      for (place, operand) in command.operands.enumerated() {
        parts.append(
          Self.quoted("\(place + 1):\(Self.escaped(operand.placeholder)):\(action(operand, command, place))"))
      }
      return followUps(of: command) + "\(name(of: command))() {\n  _arguments -S \(parts.joined(separator: " "))\n}\n\n"
    }.joined()
  }

  /// A command whose first argument may name another one.
  private func nested(_ command: CommandSyntax, _ parts: [String]) -> String {
    let list = "\(function)__commands_of_\(Self.identifier(command.path))"
    return """
      \(name(of: command))() {
        if (( CURRENT > 2 )); then
          case $words[2] in
      \(dispatch(command.subcommands, indent: "      ", shift: true))
          esac
        fi
        local -a first=()
        (( CURRENT == 2 )) && first=(\(Self.quoted("1:command:" + list)))
        _arguments -S "${first[@]}" \(parts.joined(separator: " "))
      }


      """
  }

  private func dispatch(_ commands: [CommandSyntax], indent: String, shift: Bool = false) -> String {
    commands.map { command in
      let call = shift ? "shift words; (( CURRENT-- )); \(name(of: command)); return" : "\(name(of: command)) && ret=0"
      return "\(indent)\(command.words.last ?? "")) \(call) ;;"
    }.joined(separator: "\n")
  }

  /// One specification for each spelling, with those that it excludes in front.
  private func specifications(_ options: [Option], isAlone: Bool = false) -> [String] {
    options.flatMap { option in
      let same = options.filter { $0.subject == option.subject }.flatMap(\.names)
      let isLast = isAlone || option == .help
      let exclusion =
        option.isRepeatable ? "*" : isLast ? "(- *)" : same.count > 1 ? "(\(same.joined(separator: " ")))" : ""
      return option.names.map { name in
        let mark = option.placeholder != nil && name.hasPrefix("--") ? "=" : ""
        let value = option.placeholder.map { placeholder in
          let message = option.choices.isEmpty ? placeholder : "value"
          return ":\(Self.escaped(message)):\(action(option.completion))"
        }
        return Self.quoted("\(exclusion)\(name)\(mark)[\(Self.escaped(option.help))]\(value ?? "")")
      }
    }
  }

  private func action(_ completion: Completion) -> String {
    switch program.known(completion) {
    case .nothing: " "
    case .file: "_files"
    case .words(let words): "(\(words.map(Self.escaped).joined(separator: " ")))"
    case .list(let name): "\(function)_\(name)"
    }
  }

  private func action(_ operand: Operand, _ command: CommandSyntax, _ place: Int) -> String {
    operand.following.isEmpty ? action(operand.completion) : "\(name(of: command))__\(place + 1)"
  }

  /// Functions for operands that hang on the operand before.
  private func followUps(of command: CommandSyntax) -> String {
    command.operands.enumerated().filter { !$0.element.following.isEmpty }.map { place, operand in
      let cases = operand.following.compactMap { follow -> String? in
        switch program.known(follow.completion) {
        case .nothing: nil
        case .file: "    \(follow.word)) _files ;;\n"
        case .words(let words): "    \(follow.word)) compadd -- \(words.joined(separator: " ")) ;;\n"
        case .list(let name): "    \(follow.word)) \(function)_\(name) ;;\n"
        }
      }
      return "\(name(of: command))__\(place + 1)() {\n  case $line[\(place)] in\n\(cases.joined())  esac\n}\n\n"
    }.joined()
  }

  /// Text within a specification: nothing in it ends a part or is expanded.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\[]:$`()".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }

  private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}
