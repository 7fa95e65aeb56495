/// Completions for bash 3.2 and later, with nothing loaded beside it.
struct BashCompletions {
  let program: ProgramDescription

  private var function: String { "_" + program.name }

  var script: String {
    """
    # bash completion of \(program.name) \(program.version), printed by '\(program.name) completions bash'.

    \(lists)
    # Sets 'words' or 'files' to what may follow an option of a command; fails where nothing does.
    \(function)_value() {
      words='' files=''
    \(values)
    }

    # Sets 'words' to the options of a command.
    \(function)_options() {
      case $1 in
    \(options)
      esac
    }

    # Sets 'words' or 'files' to what may stand behind so many operands of a command, the last of which is given.
    \(function)_operands() {
      case $1:$2:$3 in
    \(operands)
      esac
    }

    \(function)() {
      local IFS=$' \\t\\n' current=${COMP_WORDS[COMP_CWORD]} path='' option='' operand='' plain='' prefix=''
      local words='' files='' word index operands=0
      COMPREPLY=()
      for ((index = 1; index < COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        if [[ -n $option ]]; then
          [[ $word == = ]] || option=''
        elif [[ $word == [=:] ]]; then
          index=$((index + 1))
          [[ $index == "$COMP_CWORD" ]] && plain=inside
        elif [[ -z $plain && $word == -- ]]; then
          plain=1
        elif [[ -z $plain && $word == -* ]]; then
          [[ $word != *=* ]] && \(function)_value "$path" "$word" && option=$word
        elif [[ -z $path ]]; then
          path=$word
        else
          case $index:$path/$word in
    \(subcommands)
            *) operands=$((operands + 1)) operand=$word ;;
          esac
        fi
      done
      words='' files=''
      compopt +o default 2>/dev/null
      if [[ -n $option ]]; then
        [[ $current == = ]] && current=''
        \(function)_value "$path" "$option"
      elif [[ -z $plain && $current == -*=* ]]; then
        option=${current%%=*} current=${current#*=} prefix=$option=
        \(function)_value "$path" "$option"
      elif [[ $plain == inside || $current == [=:] ]]; then
        return
      elif [[ -z $plain && $current == -* ]]; then
        \(function)_options "$path"
      else
        \(function)_operands "$path" "$operands" "$operand"
        [[ -z $plain$words$files$current ]] && \(function)_options "$path"
      fi
      # Where files belong, readline's own completion of their names takes over.
      [[ -n $files ]] && compopt -o default 2>/dev/null
      COMPREPLY=($(compgen -P "$prefix" -W "$words" -- "$current"))
      # The value follows without a space.
      [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
    }

    complete -o default -F \(function) \(program.name)

    """
  }

  private var lists: String {
    program.lists.map { "\(variable($0.name))='\($0.entries.map(\.text).joined(separator: " "))'\n" }.joined()
  }

  /// Names of variables have no hyphens.
  private func variable(_ list: String) -> String { "\(function)_\(list.replacing("-", with: "_"))" }

  private func assignment(_ completion: Completion) -> String {
    switch program.known(completion) {
    case .nothing: ""
    case .file: "files=1 "
    case .words(let words): "words='\(words.joined(separator: " "))' "
    case .list(let name): "words=$\(variable(name)) "
    }
  }

  private func action(_ value: SharedOptions.Value) -> String {
    switch value {
    case .none: "return 1 "
    case .some(let completion): assignment(completion)
    }
  }

  private var values: String {
    let shared = SharedOptions(program)
    var lines = ["  case $1:$2 in"]
    // Options that complete alike share a line; those that differ by command come first.
    for patterns in [shared.particular, shared.common.filter { $0.value != .none }] {
      var order: [SharedOptions.Value] = []
      var alike: [SharedOptions.Value: [String]] = [:]
      for option in patterns {
        if alike[option.value] == nil { order.append(option.value) }
        alike[option.value, default: []] += option.patterns
      }
      for value in order { lines.append("    \((alike[value] ?? []).joined(separator: " | "))) \(action(value));;") }
    }
    return (lines + ["    *) return 1 ;;", "  esac"]).joined(separator: "\n")
  }

  private var options: String {
    let own = [("''", program.ownOptions.flatMap(\.names))]
    return (own + program.everyCommand.map { ($0.path, $0.optionNames) })
      .map { "    \($0.0)) words='\($0.1.joined(separator: " "))' ;;" }.joined(separator: "\n")
  }

  private var operands: String {
    var lines = ["    :0:) words='\(program.commands.map(\.path).joined(separator: " "))' ;;"]
    for command in program.everyCommand {
      if !command.subcommands.isEmpty {
        let names = command.subcommands.compactMap(\.words.last).joined(separator: " ")
        lines.append("    \(command.path):0:) [[ $COMP_CWORD == \(command.words.count + 1) ]] && words='\(names)' ;;")
      }
      for (place, operand) in command.operands.enumerated() {
        for follow in operand.following where program.known(follow.completion) != .nothing {
          lines.append("    \(command.path):\(place):\(follow.word)) \(assignment(follow.completion));;")
        }
        let usual = assignment(operand.completion)
        if !usual.isEmpty { lines.append("    \(command.path):\(place):*) \(usual);;") }
      }
    }
    return lines.joined(separator: "\n")
  }

  private var subcommands: String {
    let paths = program.everyCommand.filter { $0.words.count > 1 }.map { "\($0.words.count):\($0.path)" }
    return paths.isEmpty ? "        '') ;;" : "        \(paths.joined(separator: " | "))) path=$path/$word ;;"
  }
}

/// How one option is completed, over all commands that have it.
///
/// Most options mean the same wherever they stand; a script says those once, and the others by command.
private struct SharedOptions {
  /// What follows an option.
  enum Value: Hashable {
    /// Nothing: a switch.
    case none
    /// A value.
    case some(Completion)
  }

  /// Options that are the same in all commands that have them.
  private(set) var common: [(patterns: [String], value: Value)] = []
  /// Options that differ by command.
  private(set) var particular: [(patterns: [String], value: Value)] = []

  init(_ program: ProgramDescription) {
    var order: [String] = []
    var uses: [String: [(path: String, names: [String], value: Value)]] = [:]
    for command in program.everyCommand {
      for option in command.everyOption {
        let value: Value = option.placeholder == nil ? .none : .some(program.known(option.completion))
        let name = option.names.first ?? ""
        if uses[name] == nil { order.append(name) }
        uses[name, default: []].append((command.path, option.names, value))
      }
    }
    for name in order {
      let all = uses[name] ?? []
      guard let first = all.first else { continue }
      if all.allSatisfy({ $0.value == first.value && $0.names == first.names }) {
        common.append((first.names.map { "*:\($0)" }, first.value))
      } else {
        particular += all.map { use in (use.names.map { "\(use.path):\($0)" }, use.value) }
      }
    }
  }
}
