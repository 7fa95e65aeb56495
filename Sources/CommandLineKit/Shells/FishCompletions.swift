/// Completions for fish 3 and later: a file `name.fish` in its folder of completions.
struct FishCompletions {
  let program: ProgramDescription

  private var function: String { "__\(program.name)" }

  var script: String {
    """
    # fish completion of \(program.name) \(program.version), printed by '\(program.name) completions fish'.

    # The command on the line, the number of operands behind it, and the last operand, each on a line.
    function \(function)_state
      set -l tokens (commandline -opc)
      set -l path ''
      set -l operand ''
      set -l count 0
      set -l index 1
      set -l skip 0
      set -e tokens[1]
      for token in $tokens
        set index (math $index + 1)
        if test $skip = 1
          set skip 0
        else if string match -q -- '-*' $token
          if contains -- $token \(valued)
            set skip 1
          end
        else if test -z "$path"
          set path $token
        else if contains -- "$index:$path/$token" \(nested)
          set path $path/$token
        else
          set count (math $count + 1)
          set operand $token
        end
      end
      printf '%s\\n' "$path" $count "$operand"
    end

    # Whether the command on the line is one of these.
    function \(function)_in
      set -l state (\(function)_state)
      contains -- "$state[1]" $argv
    end

    # Whether so many operands stand behind a command, the last of which is given, if any is, and no option is begun.
    function \(function)_at
      string match -q -- '-*' (commandline -ct); and return 1
      set -l state (\(function)_state)
      test "$state[1]" = "$argv[1]"; and test "$state[2]" = "$argv[2]"; or return 1
      test (count $argv) -lt 3; or test "$state[3]" = "$argv[3]"
    end

    \(lists)complete -c \(program.name) -f
    complete -c \(program.name) -n '\(function)_in ""' -l help -s h -d 'print this help'
    complete -c \(program.name) -n '\(function)_in ""' -l version -d 'print the version'
    \(commands)\(operands)\(options)
    """
  }

  /// Options that a value follows, in any command.
  private var valued: String {
    var seen: Set<String> = []
    return program.everyCommand.flatMap(\.everyOption).filter { $0.placeholder != nil }.flatMap(\.names)
      .filter { seen.insert($0).inserted }.joined(separator: " ")
  }

  /// The places and paths of commands within commands.
  private var nested: String {
    program.everyCommand.filter { $0.words.count > 1 }.map { "\($0.words.count + 1):\($0.path)" }
      .joined(separator: " ")
  }

  private var lists: String {
    program.lists.map { list in
      let lines = list.entries.map { "    \(Self.quoted($0.text)) \(Self.quoted($0.meaning))" }
      return """
        function \(function)_\(list.name)
          printf '%s\\t%s\\n' \\
        \(lines.joined(separator: " \\\n"))
        end


        """
    }.joined()
  }

  private var commands: String {
    program.everyCommand.map { command in
      let parent = command.words.dropLast().joined(separator: "/")
      return "complete -c \(program.name) -n '\(function)_at \"\(parent)\" 0' -a \(command.words.last ?? "")"
        + " -d \(Self.quoted(command.summary))\n"
    }.joined()
  }

  private var operands: String {
    var lines: [String] = []
    for command in program.everyCommand {
      for (place, operand) in command.operands.enumerated() {
        let condition = "\(function)_at \(command.path) \(place)"
        for follow in operand.following {
          if let action = action(follow.completion) { lines.append("-n '\(condition) \(follow.word)' \(action)") }
        }
        if let action = action(operand.completion) { lines.append("-n '\(condition)' \(action)") }
      }
    }
    return lines.map { "complete -c \(program.name) \($0)\n" }.joined()
  }

  /// Options, each said once with all commands that have it.
  private var options: String {
    var order: [Option] = []
    var paths: [Option: [String]] = [:]
    for command in program.everyCommand {
      for option in command.everyOption {
        if paths[option] == nil { order.append(option) }
        paths[option, default: []].append(command.path)
      }
    }
    return order.map { option in
      let names = option.names.map { name in
        name.hasPrefix("--") ? "-l \(name.dropFirst(2))" : "-s \(name.dropFirst())"
      }
      var parts = ["-n '\(function)_in \((paths[option] ?? []).joined(separator: " "))'"] + names
      if option.placeholder != nil { parts.append(action(option.completion).map { "-r \($0)" } ?? "-x") }
      parts.append("-d \(Self.quoted(option.help))")
      return "complete -c \(program.name) \(parts.joined(separator: " "))\n"
    }.joined()
  }

  private func action(_ completion: Completion) -> String? {
    switch program.known(completion) {
    case .nothing: nil
    case .file: "-F"
    case .words(let words): "-f -a '\(words.joined(separator: " "))'"
    case .list(let name): "-f -a '(\(function)_\(name))'"
    }
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
