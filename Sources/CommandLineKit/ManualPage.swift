/// The manual of a program as roff in the `man` macros, which groff, mandoc and their kin read.
package struct ManualPage: Sendable {
  /// A part under a heading of its own.
  package struct Section: Sendable {
    /// The heading.
    package var title: String
    /// The text.
    package var blocks: [TextBlock]

    /// A section.
    package init(_ title: String, _ blocks: [TextBlock]) {
      self.title = title
      self.blocks = blocks
    }
  }

  /// The program with all its commands.
  package var program: ProgramDescription
  /// What it is, in half a line.
  package var summary: String
  /// What it does.
  package var description: [TextBlock]
  /// What follows the commands, their options and the examples.
  package var sections: [Section]

  /// A manual.
  package init(program: ProgramDescription, summary: String, description: [TextBlock], sections: [Section]) {
    self.program = program
    self.summary = summary
    self.description = description
    self.sections = sections
  }

  /// The page.
  package var roff: String {
    var page = Roff()
    let title = Roff.argument(program.name.uppercased())
    page.request(".TH \(title) 1 \"\" \(Roff.argument("\(program.name) \(program.version)")) \"User Commands\"")
    // No hyphenation, no stretched lines: names and command lines stay whole.
    page.request(".nh")
    page.request(".ad l")
    page.section("NAME")
    page.text("\(program.name) - \(summary)")
    page.section("SYNOPSIS")
    page.line(bold: program.name, rest: " command [options]")
    page.section("DESCRIPTION")
    page.blocks(description)
    page.section("COMMANDS")
    page.text("Each command prints its own help with --help.")
    for command in program.commands { add(command, to: &page) }
    let common = commonGroups
    if !common.isEmpty {
      page.section("COMMON OPTIONS")
      for (group, commands) in common {
        page.subsection(group.title)
        page.text("Of " + commands.joined(separator: ", ") + ".")
        for option in group.options { add(option, to: &page) }
      }
    }
    page.section("EXAMPLES")
    for command in program.commands { page.blocks(command.examples.map(TextBlock.example)) }
    for section in sections {
      page.section(section.title.uppercased())
      page.blocks(section.blocks)
    }
    return page.text
  }

  /// Groups that more than one command has, with these commands.
  private var commonGroups: [(group: OptionGroup, commands: [String])] {
    var order: [OptionGroup] = []
    var users: [OptionGroup: [String]] = [:]
    for command in program.commands {
      for group in command.groups {
        if users[group] == nil { order.append(group) }
        users[group, default: []].append(command.path)
      }
    }
    return order.compactMap { group in users[group].flatMap { $0.count > 1 ? (group, $0) : nil } }
  }

  private func add(_ command: CommandSyntax, to page: inout Roff) {
    page.subsection("\(program.name) \(command.words.joined(separator: " "))")
    page.line(
      bold: "\(program.name) \(command.words.joined(separator: " "))",
      rest: command.usage.isEmpty ? "" : " \(command.usage)")
    page.paragraph()
    page.text(command.summary)
    for part in command.discussion.split(separator: "\n") {
      page.paragraph()
      page.text(String(part))
    }
    if !command.subcommands.isEmpty {
      page.paragraph()
      page.text(
        "Its first argument may be " + command.subcommands.compactMap(\.words.last).joined(separator: ", ") + ".")
    }
    let shared = Set(commonGroups.map(\.group))
    let others = command.groups.filter { shared.contains($0) }.map(\.title)
    for group in command.groups where !shared.contains(group) {
      for option in group.options { add(option, to: &page) }
    }
    if !others.isEmpty {
      page.paragraph()
      page.text("Common options: " + others.joined(separator: ", ") + ".")
    }
  }

  private func add(_ option: Option, to page: inout Roff) {
    var help = option.help
    if !option.choices.isEmpty { help += ": " + option.choices.joined(separator: ", ") }
    page.term(
      option.names.sorted { $0.count < $1.count }, placeholder: option.choices.isEmpty ? option.placeholder : "value")
    page.text(help)
  }
}

/// Text in roff, made line by line.
struct Roff {
  private(set) var text = ""

  mutating func request(_ line: String) { text += line + "\n" }
  mutating func section(_ title: String) { request(".SH " + Self.argument(title)) }
  mutating func subsection(_ title: String) { request(".SS " + Self.argument(title)) }
  mutating func paragraph() { request(".PP") }
  mutating func line(bold: String, rest: String) { request("\\fB\(Self.escaped(bold))\\fR\(Self.escaped(rest))") }

  /// Running text on a line of its own.
  mutating func text(_ words: String) {
    // A control character at the start would make it a request.
    request((words.hasPrefix(".") || words.hasPrefix("'") ? "\\&" : "") + Self.escaped(words))
  }

  mutating func term(_ names: [String], placeholder: String?) {
    request(".TP")
    let spelled = names.map { "\\fB\(Self.escaped($0))\\fR" }.joined(separator: ", ")
    request(spelled + (placeholder.map { " \\fI\(Self.escaped($0))\\fR" } ?? ""))
  }

  mutating func blocks(_ blocks: [TextBlock]) {
    for (index, block) in blocks.enumerated() {
      switch block {
      case .paragraph(let words):
        for (place, part) in words.split(separator: "\n").enumerated() {
          if index + place > 0 { paragraph() }
          text(String(part))
        }
      case .entry(let name, let meaning):
        term([name], placeholder: nil)
        text(meaning)
      case .example(let example):
        term([example.line], placeholder: nil)
        text(example.meaning)
      case .verbatim(let lines):
        request(".PP")
        request(".RS 4")
        request(".nf")
        for line in lines.split(separator: "\n", omittingEmptySubsequences: false) { text(String(line)) }
        request(".fi")
        request(".RE")
      }
    }
  }

  /// An argument of a request, in quotes.
  static func argument(_ text: String) -> String { "\"" + escaped(text).replacing("\"", with: "\\(dq") + "\"" }

  /// Characters as they are: none starts an escape, is typeset as another one, or needs an encoding.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      }
    }
    return result
  }
}
