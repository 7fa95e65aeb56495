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

/// The syntax of one command: options, operands, and what help says of them.
package struct CommandSyntax<Target>: Sendable {
  /// What a command line asks for.
  package enum Parsed {
    /// To run with these values.
    case run(Target, operands: [String])
    /// To be told how.
    case help
  }

  /// The words that call it, as `llmcost pretrain`.
  package var name: String
  /// What it does, in one line.
  package var summary: String
  /// What to know before using it.
  package var discussion: String
  /// The right usage after the name, as `--params N --tokens N [options]`.
  package var usage: String
  /// How many operands it takes at most.
  package var maximumOperands: Int
  /// Its options.
  package let groups: [OptionGroup<Target>]
  /// Worked examples, shown last.
  package var examples: [CommandExample]

  /// The syntax of a command.
  package init(
    name: String, summary: String, discussion: String = "", usage: String, maximumOperands: Int = 0,
    groups: [OptionGroup<Target>], examples: [CommandExample]
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.usage = usage
    self.maximumOperands = maximumOperands
    self.groups = groups
    self.examples = examples
    var options: [Option<Target>] = []
    for group in groups { options += group.options }
    self.options = options
  }

  /// All options, in the order of the help.
  package let options: [Option<Target>]

  /// The line of right usage that errors end with.
  package var usageLine: String { "\(name) \(usage)" }

  /// Reads arguments into a target.
  ///
  /// Values follow as `--name value` or `--name=value`; what follows `--` is operands; an option that needs a value
  /// takes the next argument even if it starts with a dash, unless it is the name of an option.
  ///
  /// - Throws: ``UsageError`` for unknown and doubly given options, missing and bad values, and operands too many.
  package func parse(_ arguments: [String], into target: Target) throws(UsageError) -> Parsed {
    var target = target
    var operands: [String] = []
    var given: [(subject: String, name: String)] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        operands += rest
        break
      }
      guard argument.hasPrefix("-"), argument != "-" else {
        operands.append(argument)
        continue
      }
      let (name, attached) = Self.split(argument)
      if name == "--help" || name == "-h" { return .help }
      let option = try option(named: name)
      guard let placeholder = option.placeholder else {
        guard attached == nil else { throw failure("\(name) takes no value", hint: "write \(name) alone") }
        try store("", for: option, name: name, in: &target, given: &given)
        continue
      }
      let value: String
      if let attached {
        value = attached
      } else if let next = rest.first, !isOption(next) {
        value = rest.removeFirst()
      } else {
        throw failure("\(name) needs a value", hint: "\(name) <\(placeholder)>: \(option.help)")
      }
      guard !value.isEmpty else {
        throw failure("the value of \(name) is empty", hint: "\(name) <\(placeholder)>: \(option.help)")
      }
      try store(value, for: option, name: name, in: &target, given: &given)
    }
    guard operands.count <= maximumOperands else {
      throw failure("unexpected argument '\(operands[maximumOperands])'", hint: "options start with --")
    }
    return .run(target, operands: operands)
  }

  /// The name of an option and the value that an equals sign attaches to it.
  private static func split(_ argument: String) -> (name: String, value: String?) {
    guard let mark = argument.utf8.firstIndex(of: UInt8(ascii: "=")) else { return (argument, nil) }
    return (String(argument[..<mark]), String(argument[argument.utf8.index(after: mark)...]))
  }

  private func isOption(_ argument: String) -> Bool {
    guard argument.hasPrefix("-"), argument != "-" else { return false }
    let name = Self.split(argument).name
    return argument == "--" || name == "--help" || options.contains { $0.names.contains(name) }
  }

  private func store(
    _ value: String, for option: Option<Target>, name: String, in target: inout Target,
    given: inout [(subject: String, name: String)]
  ) throws(UsageError) {
    if !option.isRepeatable, let earlier = given.first(where: { $0.subject == option.subject })?.name {
      let what = earlier == name ? "\(name) is given twice" : "\(earlier) and \(name) say the same thing twice"
      throw failure(what, hint: "give one of them once")
    }
    given.append((option.subject, name))
    do throws(ValueError) {
      try option.store(value, &target)
    } catch {
      throw failure("\(name): \(error.reason)", hint: error.hint ?? "\(name) \(option.help)")
    }
  }

  private func option(named name: String) throws(UsageError) -> Option<Target> {
    if let option = options.first(where: { $0.names.contains(name) }) { return option }
    let near = nearest(to: name, in: options.flatMap(\.names) + ["--help"])
    throw failure(
      "unknown option '\(name)'", hint: near.map { "did you mean '\($0)'?" } ?? "\(self.name) --help lists the options")
  }

  private func failure(_ message: String, hint: String?) -> UsageError {
    UsageError(message, hint: hint, usage: usageLine)
  }
}
