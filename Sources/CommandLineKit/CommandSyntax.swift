/// A worked example.
package struct CommandExample: Sendable {
  /// The command line.
  package var line: String
  /// What it does.
  package var meaning: String

  /// A command line and what it does.
  package init(_ line: String, _ meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}

/// The syntax of one command: options, operands, and what help, completions and the manual say of them.
package struct CommandSyntax: Sendable {
  /// What a command line asks for.
  package enum Parsed {
    /// To run with these values.
    case run(Arguments)
    /// To be told how: everything, or one screen.
    case help(isShort: Bool)
  }

  /// The words that call it, as `llmcost pretrain`.
  package var name: String
  /// What it does, in one line.
  package var summary: String
  /// What to know before using it.
  package var discussion: String
  /// The right usage after the name, as `--params N --tokens N [options]`.
  package var usage: String
  /// The arguments without a name that it takes at most.
  package var operands: [Operand]
  /// Its options.
  package var groups: [OptionGroup]
  /// Worked examples, shown last.
  package var examples: [CommandExample]
  /// The commands that its first argument may name.
  package var subcommands: [CommandSyntax] = []

  /// The syntax of a command.
  package init(
    name: String, summary: String, discussion: String = "", usage: String, operands: [Operand] = [],
    groups: [OptionGroup] = [], examples: [CommandExample]
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.usage = usage
    self.operands = operands
    self.groups = groups
    self.examples = examples
  }

  /// All options, in the order of the help, which is not among them.
  package var options: [Option] { groups.flatMap(\.options) }

  /// All options and that for help.
  package var everyOption: [Option] { options + [.help] }

  /// The words behind the program's name, as `sensitivity pretrain`.
  package var words: [String] { name.split(separator: " ").dropFirst().map(String.init) }

  /// The line of right usage that errors end with.
  package var usageLine: String { usage.isEmpty ? name : "\(name) \(usage)" }

  /// Reads arguments, and checks the value of each option.
  ///
  /// Values follow as `--name value` or `--name=value`; what follows `--` is operands; an option that needs a value
  /// takes the next argument even if it starts with a dash, unless it is the name of an option.
  ///
  /// - Throws: ``UsageError`` for unknown and doubly given options, missing and bad values, and operands too many.
  package func parse(_ arguments: [String]) throws(UsageError) -> Parsed {
    var result = Arguments()
    let options = options
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        result.operands += rest
        break
      }
      guard argument.hasPrefix("-"), argument != "-" else {
        result.operands.append(argument)
        continue
      }
      let (name, attached) = Self.split(argument)
      if Option.help.names.contains(name) { return .help(isShort: name != Option.help.name) }
      let option = try option(named: name, among: options)
      guard let placeholder = option.placeholder else {
        guard attached == nil else { throw failure("\(name) takes no value", hint: "write \(name) alone") }
        try add(option, "", name, to: &result)
        continue
      }
      var value: String
      if let attached {
        value = attached
      } else if let next = rest.first, !Self.isOption(next, among: options) {
        value = rest.removeFirst()
      } else {
        throw failure("\(name) needs a value", hint: "\(name) <\(placeholder)>: \(option.help)")
      }
      guard !value.isEmpty else {
        throw failure("the value of \(name) is empty", hint: "\(name) <\(placeholder)>: \(option.help)")
      }
      if let (own, further) = option.expansion?(value), further.first.map({ Self.isOption($0, among: options) }) ?? true
      {
        value = own
        rest = further + rest
      }
      try add(option, value, name, to: &result)
    }
    guard result.operands.count <= operands.count || operands.last?.isRepeatable == true else {
      let argument = result.operands[operands.count]
      var error = failure("unexpected argument '\(argument)'", hint: "options start with --")
      error.unexpectedArgument = argument
      throw error
    }
    return .run(result)
  }

  /// The name of an option and the value that an equals sign attaches to it.
  private static func split(_ argument: String) -> (name: String, value: String?) {
    guard let mark = argument.utf8.firstIndex(of: UInt8(ascii: "=")) else { return (argument, nil) }
    return (String(argument[..<mark]), String(argument[argument.utf8.index(after: mark)...]))
  }

  private static func isOption(_ argument: String, among options: [Option]) -> Bool {
    guard argument.hasPrefix("-"), argument != "-" else { return false }
    let name = split(argument).name
    return argument == "--" || name == "--help" || options.contains { $0.names.contains(name) }
  }

  private func add(_ option: Option, _ value: String, _ name: String, to result: inout Arguments) throws(UsageError) {
    if !option.isRepeatable, let earlier = result.given.first(where: { $0.subject == option.subject })?.spelling {
      let what = earlier == name ? "\(name) is given twice" : "\(earlier) and \(name) say the same thing twice"
      throw failure(what, hint: "give one of them once")
    }
    do throws(ValueError) {
      try result.add(option, value, spelling: name)
    } catch {
      throw failure("\(name): \(error.reason)", hint: error.hint ?? "\(name) \(option.help)")
    }
  }

  private func option(named name: String, among options: [Option]) throws(UsageError) -> Option {
    if let option = options.first(where: { $0.names.contains(name) }) { return option }
    if let present = options.present(name) {
      let choices = options.first { $0.name == present }?.choices ?? []
      let value = choices.isEmpty ? "" : " " + choices.joined(separator: "|")
      throw failure("unknown option '\(name)'", hint: "write \(present)\(value)")
    }
    let names = options.flatMap(\.names)
    let long = names.first { $0 == "-" + name }
    let near = long ?? nearestOption(to: name, in: names + ["--help"])
    let apart = long == nil ? apart(name, isLikely: near == nil, among: options) : nil
    var error = failure(
      "unknown option '\(name)'",
      hint: apart ?? near.map { "did you mean '\($0)'?" } ?? "\(self.name) --help lists the options")
    error.unknownOption = name
    throw error
  }

  /// How to write a short option that something is glued to: `-p 7B` for `-p7B`, `-q -f` for `-qf`.
  ///
  /// Letters behind a short option may as well be a misspelt name; they count where that is not likely.
  private func apart(_ name: String, isLikely: Bool, among options: [Option]) -> String? {
    let letters = name.dropFirst()
    guard letters.count > 1, !letters.hasPrefix("-"), let first = letters.first else { return nil }
    let shorts = letters.map { letter in options.first { $0.names.contains("-\(letter)") } }
    guard let option = shorts.first ?? nil else { return nil }
    let rest = letters.dropFirst()
    if option.placeholder != nil {
      return isLikely || rest.first?.isLetter == false ? "write -\(first) \(rest)" : nil
    }
    guard shorts.allSatisfy({ $0 != nil }) else { return nil }
    return "write \(letters.map { "-\($0)" }.joined(separator: " "))"
  }

  private func failure(_ message: String, hint: String?) -> UsageError {
    UsageError(message, hint: hint, usage: usageLine)
  }
}
