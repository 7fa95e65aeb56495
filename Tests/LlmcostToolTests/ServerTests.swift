import Foundation
import LlmcostTool
import Synchronization
import Testing
import TextFormats

/// The commands as tools: conversations over standard input and output.
@Suite("Tool server")
struct ServerTests {
  /// The answers to some lines, and how the server ended.
  private func answers(_ lines: [String], end: String = "\n") throws -> [JSONValue] {
    var world = TestWorld.sample
    world.files["-"] = lines.joined(separator: "\n") + end
    let outcome = world.run("llmcost mcp")
    #expect(outcome.status == .success && outcome.complaint.isEmpty)
    return try outcome.output.split(separator: "\n").map { try JSONReader.read(Array($0.utf8)) }
  }

  private func request(_ method: String, _ parameters: String = "{}", id: String = "1") -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(parameters)}"#
  }

  private func call(_ tool: String, _ arguments: String) throws -> JSONValue {
    let line = request("tools/call", #"{"name":"\#(tool)","arguments":\#(arguments)}"#)
    return try #require(try answers([line]).first?["result"])
  }

  private func text(_ result: JSONValue) -> String { result["content"]?.array?.first?["text"]?.string ?? "" }

  @Test func `a conversation from greeting to result`() throws {
    let said = try answers([
      request(
        "initialize", #"{"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"t","version":"1"}}"#),
      #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, request("ping", id: #""two""#),
      request("tools/list", id: "3"),
      request("tools/call", #"{"name":"model","arguments":{"model":"gpt2"}}"#, id: "4"),
    ])
    #expect(said.count == 4)
    #expect(said[0]["result"]?["protocolVersion"]?.string == "2025-03-26")
    #expect(said[0]["result"]?["serverInfo"]?["name"]?.string == "llmcost")
    #expect(said[1]["id"]?.string == "two" && said[1]["result"]?.members?.isEmpty == true)
    let tools = try #require(said[2]["result"]?["tools"]?.array)
    #expect(Set(tools.compactMap { $0["name"]?.string }) == Set(SchemaTests.commands + ["help"]))
    #expect(said[3]["result"]?["structuredContent"]?["rows"]?.array?.first?["model"]?.string == "gpt2")
    #expect(said[3]["id"]?.number == 4)
    let other = try answers([request("initialize", #"{"protocolVersion":"1999-01-01"}"#)])
    #expect(other.first?["result"]?["protocolVersion"]?.string == "2025-11-25")
  }

  @Test func `what is listed is small, and says what calls need`() throws {
    let list = try #require(try answers([request("tools/list")]).first?["result"]?["tools"]?.array)
    for tool in list {
      let name = tool["name"]?.string ?? ""
      let options = try #require(tool["inputSchema"]?["properties"]?.members)
      #expect((1...14).contains(options.count), "\(name)")
      for kept in ["output", "format", "json", "get", "explain", "save-plan"] {
        #expect(!options.contains { $0.name == kept }, "\(name) \(kept)")
      }
      #expect(tool["description"]?.string?.contains("llmcost") == true || name == "help")
    }
  }

  @Test(arguments: [
    ("pretrain", #"{"params":"7B","tokens":"1T","gpus":64,"own":true}"#, "--params 7B --tokens 1T --gpus 64 --own"),
    ("sft", #"{"params":"30B-A3B","lora":true,"labels":null,"explain":false}"#, "--params 30B-A3B --lora"),
    ("compare", #"{"operands":["sft","dpo"],"params":"7B"}"#, "sft dpo --params 7B"),
    (
      "compare", #"{"operands":"pretrain","params":"7B","gpu":["h100","b200"]}"#, "pretrain --params 7B --gpu h100,b200"
    ),
    ("sensitivity", #"{"stage":"sft","params":"7B","samples":16}"#, "sft --params 7B --samples 16"),
    (
      "pretrain", #"{"config":"config.json","tokens":"1T","tables":["mine/prices.json","mine/factors.json"]}"#,
      "--config config.json --tokens 1T --tables mine/prices.json --tables mine/factors.json"
    ),
    ("size", #"{"compute":1e22,"samples":0}"#, "--compute 1e22 --samples 0"),
  ])
  func `a call gives the rows of the command line`(tool: String, arguments: String, line: String) throws {
    let result = try call(tool, arguments)
    #expect(result["isError"]?.boolean == false)
    let rows = try #require(result["structuredContent"]?["rows"]?.array)
    let printed = TestWorld.sample.run("llmcost \(tool) \(line) --format jsonl")
    let expected = try printed.output.split(separator: "\n").map { try JSONReader.read(Array($0.utf8)) }
    #expect(rows.map(JSONDocumentText.init) == expected.map(JSONDocumentText.init), "\(line)")
    // The text says the same for clients that read no structure.
    let content = try JSONReader.read(Array(text(result).utf8))
    #expect(content["rows"]?.array?.count == rows.count)
    #expect(content["notes"]?.array?.count == printed.complaint.split(separator: "\n").count)
  }

  /// Values alike wherever they stand.
  private struct JSONDocumentText: Equatable {
    var text: String
    init(_ value: JSONValue) {
      text = (value.members ?? []).map { "\($0.name)=\($0.value.content)" }.joined(separator: "\n")
    }
  }

  @Test(arguments: [
    ("pretrain", #"{"params":"7B"}"#, "--tokens is missing"), ("pretrain", #"{"parms":"7B"}"#, "unknown option"),
    ("pretrain", #"{"params":"7B","tokens":"1T","output":"x.csv"}"#, "--output is not taken from here"),
    ("pretrain", #"{"params":"7B","tokens":"1T","save-plan":"x"}"#, "--save-plan is not taken"),
    ("pretrain", #"{"params":"7B","tokens":"1T","columns":"flop"}"#, "--columns is not taken"),
    ("pretrain", #"{"params":{"x":1}}"#, "a text or a number is expected"),
    ("pretrain", #"{"--params":"7B"}"#, "no name of an option"), ("pretrain", #"{"a b":1}"#, "no name of an option"),
    ("pretrain", #"{"config":"-","tokens":"1T"}"#, "standard input carries the calls"),
    ("compare", #"{"operands":["--output=x.csv"]}"#, "is no operand"),
    ("pretrain", #"{"params":"7B","tokens":"1T","mfu":3000}"#, "out of range"),
    ("help", #"{"word":"wibble"}"#, "nothing is called"),
  ])
  func `a wrong call is an error with a hint, and the server goes on`(
    tool: String, arguments: String, message: String
  ) throws {
    let line = request("tools/call", #"{"name":"\#(tool)","arguments":\#(arguments)}"#)
    let said = try answers([line, request("ping", id: "2")])
    #expect(said.count == 2 && said[1]["result"] != nil)
    let result = try #require(said[0]["result"])
    #expect(result["isError"]?.boolean == true)
    #expect(text(result).contains(message), "\(text(result))")
    #expect(text(result).contains("hint"))
  }

  @Test func `a gate that is not passed stands beside the result`() throws {
    let result = try call("pretrain", #"{"params":"7B","tokens":"1T","budget":1,"require-confidence":"50%"}"#)
    #expect(result["isError"]?.boolean == false)
    #expect(result["structuredContent"]?["rows"]?.array?.count == 1)
    #expect(result["structuredContent"]?["failures"]?.array?.first?["status"]?.number == 1)
  }

  @Test(arguments: [
    ("{", -32700), ("nonsense", -32700), ("\u{0}", -32700), ("7", -32600), ("[]", -32600), ("{}", -32600),
    (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600), (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
    (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600), (#"{"jsonrpc":"2.0","id":1}"#, -32600),
    (#"{"jsonrpc":"2.0","id":1,"method":7}"#, -32600), (#"{"jsonrpc":"2.0","id":1,"method":"nope"}"#, -32601),
    (#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#, -32602),
    (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"nope"}}"#, -32602),
    (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"model","arguments":[]}}"#, -32602),
    (String(repeating: "[", count: 20_000), -32700), (String(repeating: " x", count: 3_000_000), -32600),
  ])
  func `a message that is none has its number, and the server goes on`(line: String, code: Double) throws {
    let said = try answers([line, request("ping", id: "2")])
    #expect(said.count == 2)
    #expect(said.first?["error"]?["code"]?.number == code)
    #expect(said.last?["id"]?.number == 2)
  }

  @Test func `batches are answered together, notifications and answers not at all`() throws {
    let batch = "[\(request("ping", id: "1")),{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"},7]"
    let said = try answers([
      batch, #"[{"jsonrpc":"2.0","method":"notifications/x"}]"#, #"{"jsonrpc":"2.0","id":9,"result":{}}"#, "", "  \r",
    ])
    #expect(said.count == 1)
    #expect(said.first?.array?.count == 2)
    // A last line without an end counts too.
    #expect(try answers([request("ping")], end: "").count == 1)
  }

  @Test func `calls in any order have the answers that they have alone`() throws {
    let calls = (0..<12).map { index in
      request(
        "tools/call", #"{"name":"pretrain","arguments":{"params":"\#(index % 3 + 1)B","tokens":"1T","samples":0}}"#)
    }
    let together = try answers(calls)
    for (index, line) in calls.enumerated().prefix(3) {
      let alone = try #require(try answers([line]).first)
      for other in stride(from: index, to: calls.count, by: 3) {
        #expect(text(together[other]["result"] ?? alone) == text(alone["result"] ?? alone))
      }
    }
  }

  @Test func `a file that changed between two calls is read anew`() throws {
    let line = request("tools/call", #"{"name":"model","arguments":{"config":"growing.json"}}"#)
    let world = GrowingWorld(base: TestWorld(files: ["-": "\(line)\n\(line)\n"]))
    let outcome = Tool.run(["mcp"], in: world).gathered(in: world)
    let counts = try outcome.output.split(separator: "\n").map { line in
      try JSONReader.read(Array(line.utf8))["result"]?["structuredContent"]?["rows"]?.array?.first?["parameters"]?
        .number
    }
    #expect(counts.count == 2 && counts.allSatisfy { $0 != nil } && counts[0] != counts[1], "\(outcome.output)")
  }

  @Test(.enabled(if: Shell.hasPython("mcp"), "Python has no package mcp"))
  func `a client of a registry has its conversation`() throws {
    let script = Package.root.appendingPathComponent("Tests/Agents/conversation.py").path
    let said = try Shell.run("\(Shell.pythonPath)python3 '\(script)' \"$(command -v llmcost)\" 2>&1")
    #expect(said.hasPrefix("pretrain 1\n") && said.hasSuffix("tables 1\n"), "\(said)")
  }
}

/// A configuration that has a layer more each time it is read.
private struct GrowingWorld: World {
  let base: TestWorld
  private let reads = Counter()
  private final class Counter: Sendable { let count = Mutex(1) }

  init(base: TestWorld) { self.base = base }

  func environment(_ name: String) -> String? { base.environment(name) }
  var today: String { base.today }
  var terminalWidth: Int? { nil }
  func listFolder(_ path: String) throws(FileError) -> [String]? { try base.listFolder(path) }

  func readFile(_ path: String) throws(FileError) -> [UInt8] {
    guard path == "growing.json" else { return try base.readFile(path) }
    let layers = reads.count.withLock { count in
      count += 1
      return count
    }
    return Array(
      #"{"model_type":"llama","hidden_size":64,"intermediate_size":128,"num_attention_heads":4,"vocab_size":100,"#.utf8)
      + Array(#""num_hidden_layers":\#(layers)}"#.utf8)
  }

  func readFile(_ path: String, piecewise body: (UnsafeBufferPointer<UInt8>) -> Bool) throws(FileError) {
    try base.readFile(path, piecewise: body)
  }
}
