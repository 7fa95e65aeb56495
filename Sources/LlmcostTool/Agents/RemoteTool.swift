import CommandLineKit
import CostModel
import TextFormats

/// A command as agents see it: what it takes, what it gives, and how a call becomes a command line.
struct RemoteTool: Sendable {
  let command: Tool.Command
  private let syntax: CommandSyntax
  private let answer: Answer

  /// The tool of a command; nil for one without results.
  init?(_ command: Tool.Command, _ catalog: TableCatalog) throws(Failure) {
    guard let answer = command.answer?() else { return nil }
    self.command = command
    self.answer = answer
    syntax = try command.syntax().withDefaults(from: catalog)
  }

  /// How it is listed.
  var description: JSONDocument {
    .object([
      ("name", .string(command.name)),
      ("description", .string("\(command.summary) Usage: \(syntax.usageLine)")),
      ("inputSchema", input.json), ("outputSchema", output),
      ("annotations", .object([("readOnlyHint", .boolean(true)), ("openWorldHint", .boolean(false))])),
    ])
  }

  // MARK: - Schemas

  private static let stage = "stage"
  private static let operands = "operands"

  /// The options that matter; others are taken too.
  private var input: Schema {
    var members: [Schema.Member] = []
    if !syntax.subcommands.isEmpty {
      members.append((Self.stage, Schema.words(syntax.subcommands.compactMap(\.words.last)).optional))
    }
    if !syntax.operands.isEmpty {
      members.append((Self.operands, Schema.list(.text).saying("arguments without a name").optional))
    }
    members += syntax.essentials.filter { !Self.isKeptBack($0) }.map { ($0.member, $0.schema) }
    return .object(
      members, others: Schema.any.saying("any other option of the command by its long name; the tool help finds them"))
  }

  /// Rows as `--format jsonl` has them, with what was said of them.
  private var output: JSONDocument {
    Schema.object([
      ("rows", .list(answer.row)), ("notes", .list(.text)),
      ("failures", Schema.list(.reference("error")).saying("gates that the result does not pass")),
      ("text", Schema.text.saying("what is printed, where it is no rows").optional),
    ]).document(title: "llmcost \(command.name)")
  }

  /// How results are printed, and where to, is the server's to say.
  private static func isKeptBack(_ option: Option) -> Bool {
    let own = OutputOptions.group.options.filter { $0 != .tables && $0 != .quiet } + [.explain, .savePlan, .plot]
    return own.contains { $0.name == option.name && ($0 == option || option.name != Option.columns.name) }
  }

  // MARK: - Calls

  /// The command line of a call.
  ///
  /// - Throws: ``Failure`` for values that no option can have.
  func arguments(_ call: [JSONValue.Member]) throws(Failure) -> [String] {
    var (first, options, operands) = ([String](), [String](), [String]())
    for (name, value) in call.map({ ($0.name, $0.value) }) {
      switch name {
      case Self.stage where !syntax.subcommands.isEmpty: first = try texts(value, name)
      case Self.operands: operands = try texts(value, name)
      default: options += try option(name, value)
      }
    }
    for operand in first + operands where operand.hasPrefix("-") {
      throw Failure("'\(operand)' is no operand", hint: "give options by their names", status: .usage)
    }
    return first + operands + options + [Option.format.name, JSONLinesFormat().name]
  }

  private func option(_ name: String, _ value: JSONValue) throws(Failure) -> [String] {
    if [.null, .boolean(false)].contains(value.content) { return [] }
    let option = "--" + name
    guard !name.isEmpty, name.first != "-",
      name.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) })
    else { throw Failure("'\(name)' is no name of an option", hint: "write it as global-batch", status: .usage) }
    if let known = syntax.options.first(where: { $0.names.contains(option) }), Self.isKeptBack(known) {
      throw Failure("\(option) is not taken from here", hint: "run llmcost in a shell for it", status: .usage)
    }
    switch value.content {
    case .boolean(true): return [option]
    case .array where syntax.options.first(where: { $0.name == option })?.isRepeatable == true:
      return try texts(value, name).map { option + "=" + $0 }
    default: return [option + "=" + (try texts(value, name)).joined(separator: ",")]
    }
  }

  private func texts(_ value: JSONValue, _ name: String) throws(Failure) -> [String] {
    switch value.content {
    case .string(let text): return [text]
    case .number(let number): return [JSONDocument.numberText(number)]
    case .array(let elements):
      var texts: [String] = []
      for element in elements { texts += try self.texts(element, name) }
      return texts
    default:
      throw Failure(
        "\(name): a text or a number is expected, not \(value.kind)", hint: "write it as on a command line",
        status: .usage)
    }
  }
}
