import CostModel
import Synchronization
import TextFormats

/// The commands as tools of the Model Context Protocol: a message in, a message out or none.
struct ToolServer {
  /// What is wrong with a message, by the numbers of JSON-RPC 2.0.
  private enum Fault: Int {
    case notJSON = -32700
    case notARequest = -32600
    case unknownMethod = -32601
    case badParameters = -32602
  }

  /// Versions of the protocol that it speaks, the latest first.
  private static let versions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

  private let world: ServedWorld
  private let tools: [RemoteTool]
  private let memory = AnswerMemory()

  init(_ world: ServedWorld) throws(Failure) {
    self.world = world
    let catalog = TableCatalog(world.tables)
    var tools: [RemoteTool] = []
    for command in Tool.commands { if let tool = try RemoteTool(command, catalog) { tools.append(tool) } }
    self.tools = tools
  }

  /// What a line is answered with; nil for nothing.
  func answer(_ line: MessageLines.Line) -> String? {
    guard case .text(let bytes) = line else {
      return Self.fault(.notARequest, "a message of more than \(MessageLines.longest) bytes is not read", id: .null)
    }
    let value: JSONValue
    do { value = try JSONReader.read(bytes) } catch {
      return Self.fault(.notJSON, "column \(error.column): \(error.message)", id: .null)
    }
    guard let batch = value.array else { return answer(to: value) }
    guard !batch.isEmpty else { return Self.fault(.notARequest, "the batch is empty", id: .null) }
    let answers = batch.compactMap(answer)
    return answers.isEmpty ? nil : "[" + answers.joined(separator: ",") + "]"
  }

  private func answer(to message: JSONValue) -> String? {
    guard message.members != nil else { return Self.fault(.notARequest, "a message is an object", id: .null) }
    let id: JSONDocument
    switch message["id"]?.content {
    case nil: return Self.notification(message)
    case .string(let text): id = .string(text)
    case .number(let number): id = .number(number)
    default: return Self.fault(.notARequest, "an id is a text or a number", id: .null)
    }
    guard message["jsonrpc"]?.string == "2.0" else {
      return Self.fault(.notARequest, "'jsonrpc' is not \"2.0\"", id: id)
    }
    guard let method = message["method"]?.string else {
      // An answer to what was never asked.
      let isAnswer = message["result"] != nil || message["error"] != nil
      return isAnswer ? nil : Self.fault(.notARequest, "'method' is missing", id: id)
    }
    let parameters = message["params"]
    switch method {
    case "initialize": return Self.result(greeting(parameters).text(), id: id)
    case "ping": return Self.result("{}", id: id)
    case "tools/list":
      return Self.result(
        JSONDocument.object([("tools", .array(tools.map(\.description) + [Self.helpTool]))]).text(), id: id)
    case "tools/call": return call(parameters, id: id)
    default: return Self.fault(.unknownMethod, "there is no method '\(method)'", id: id)
    }
  }

  /// A message without an id is never answered, unless nobody could tell what it is.
  private static func notification(_ message: JSONValue) -> String? {
    message["method"]?.string == nil && message["result"] == nil && message["error"] == nil
      ? fault(.notARequest, "'method' is missing", id: .null) : nil
  }

  private func greeting(_ parameters: JSONValue?) -> JSONDocument {
    let asked = parameters?["protocolVersion"]?.string
    return .object([
      ("protocolVersion", .string(Self.versions.first { $0 == asked } ?? Self.versions[0])),
      ("capabilities", .object([("tools", .object([("listChanged", .boolean(false))]))])),
      ("serverInfo", .object([("name", .string("llmcost")), ("version", .string(Tool.version))])),
      ("instructions", .string(HelpTopic.instructions)),
    ])
  }

  // MARK: - Calls

  private static let help = "help"

  private static let helpTool = JSONDocument.object([
    ("name", .string(help)),
    (
      "description",
      .string("Finds a word in commands, options, topics and table rows; a command or a topic by its name.")
    ),
    ("inputSchema", Schema.object([("word", .text)]).json),
    ("annotations", .object([("readOnlyHint", .boolean(true)), ("openWorldHint", .boolean(false))])),
  ])

  private func call(_ parameters: JSONValue?, id: JSONDocument) -> String {
    guard let name = parameters?["name"]?.string else {
      return Self.fault(.badParameters, "'name' says which tool, and is missing", id: id)
    }
    let given = parameters?["arguments"]
    guard let members = given.map(\.members) ?? [] else {
      return Self.fault(.badParameters, "'arguments' is an object, not \(given?.kind ?? "nothing")", id: id)
    }
    if name == Self.help {
      let words = (given?["word"]?.string ?? "").split(separator: " ").map(String.init)
      let outcome = Tool.run(["help"] + words, in: world)
      return Self.result(Self.text(outcome.output + outcome.complaint, isError: outcome.status != .success), id: id)
    }
    guard let tool = tools.first(where: { $0.command.name == name }) else {
      return Self.fault(.badParameters, "there is no tool '\(name)'", id: id)
    }
    let arguments: [String]
    do throws(Failure) { arguments = try tool.arguments(members) } catch {
      return Self.result(Self.text(error.json.text(), isError: true), id: id)
    }
    return Self.result(memory.answer(to: [name] + arguments, in: world, Self.answer), id: id)
  }

  private static func answer(_ outcome: Outcome) -> String {
    let said = outcome.complaint.split(separator: "\n")
    let (notes, failures) = (said.filter { $0.hasPrefix(#"{"note":"#) }, said.filter { $0.hasPrefix(#"{"error":"#) })
    if outcome.status.rawValue >= ToolStatus.usage.rawValue || outcome.status == .failed && outcome.output.isEmpty {
      return text(failures.isEmpty ? outcome.complaint : failures.joined(separator: "\n"), isError: true)
    }
    let lines = outcome.output.split(separator: "\n")
    let isRows = lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") }
    // Rows and notes are JSON already.
    let sentences = notes.map { $0.dropFirst(#"{"note":"#.count).dropLast() }
    var content = #"{"rows":["# + (isRows ? lines.joined(separator: ",") : "") + #"],"notes":["#
    content += sentences.joined(separator: ",") + #"],"failures":["# + failures.joined(separator: ",") + "]"
    content += isRows ? "}" : #","text":"# + JSONDocument.string(outcome.output).text() + "}"
    return #"{"content":[{"type":"text","text":"# + JSONDocument.string(content).text() + #"}],"structuredContent":"#
      + content + #","isError":false}"#
  }

  // MARK: - Messages

  private static func text(_ text: String, isError: Bool) -> String {
    let content = JSONDocument.array([.object([("type", .string("text")), ("text", .string(text))])])
    return JSONDocument.object([("content", content), ("isError", .boolean(isError))]).text()
  }

  private static func result(_ text: String, id: JSONDocument) -> String {
    #"{"jsonrpc":"2.0","id":"# + id.text() + #","result":"# + text + "}"
  }

  private static func fault(_ fault: Fault, _ message: String, id: JSONDocument) -> String {
    JSONDocument.object([
      ("jsonrpc", .string("2.0")), ("id", id),
      ("error", .object([("code", .number(Double(fault.rawValue))), ("message", .string(message))])),
    ]).text()
  }
}

/// Answers to calls, for those that are made again: nothing but the day and files that a call names could change them.
private final class AnswerMemory: Sendable {
  /// So many are kept at most; then it starts anew.
  private static let capacity = 1024
  private let known = Mutex<(day: String, answers: [[String]: String])>(("", [:]))

  func answer(to line: [String], in world: ServedWorld, _ text: (Outcome) -> String) -> String {
    let day = world.today
    if let answer = known.withLock({ $0.day == day ? $0.answers[line] : nil }) { return answer }
    let reads = world.reads
    let answer = text(Tool.run(line, in: world).gathered(in: world))
    guard world.reads == reads else { return answer }
    known.withLock { known in
      if known.day != day || known.answers.count >= Self.capacity { known = (day, [:]) }
      known.answers[line] = answer
    }
    return answer
  }
}
