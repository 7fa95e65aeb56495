import Foundation
import LlmcostTool
import Testing

/// The command lines of BadInvocations.txt, each with what it must come to.
@Suite("Bad invocations")
struct BadInvocationTests {
  struct Invocation: Sendable, CustomTestStringConvertible {
    var line: String
    var status: Int32
    var message: String
    var testDescription: String { line }
  }

  static let invocations: [Invocation] = {
    let path = Package.root.appendingPathComponent("Tests/LlmcostToolTests/BadInvocations.txt")
    let lines = ((try? String(contentsOf: path, encoding: .utf8)) ?? "").split(separator: "\n")
    return zip(lines, lines.dropFirst()).compactMap { line, expected in
      guard line.hasPrefix("$ ") else { return nil }
      let parts = expected.split(separator: " ", maxSplits: 1)
      return Invocation(
        line: String(line.dropFirst(2)), status: parts.first.flatMap { Int32($0) } ?? -1,
        message: parts.count > 1 ? String(parts[1]) : "")
    }
  }()

  static let world = TestWorld(files: files.merging(SampleFiles.all) { first, _ in first })

  /// A small config.json with some fields replaced.
  private static func configuration(_ width: String, heads: String = "9") -> String {
    #"{"model_type": "llama", "hidden_size": \#(width), "intermediate_size": 1536, "num_hidden_layers": 30, "#
      + #""num_attention_heads": \#(heads), "vocab_size": 49152}"#
  }

  private static let files = [
    "deep.json": String(repeating: "[", count: 20_000), "array.json": "[]",
    "rows.json": #"{"table": "accelerators", "rows": {}}"#,
    "huge.json": configuration("1e300"), "negative.json": configuration("-576"),
    "zero-heads.json": configuration("576", heads: "0"),
    "experts.json": #"{"model_type": "mixtral", "hidden_size": 64, "intermediate_size": 128, "#
      + #""num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 100, "num_local_experts": 2, "#
      + #""num_experts_per_tok": 8}"#,
    "bad/cycle.json": #"{"stages":{"a":{"stage":"sft","params":"7B","after":"b"},"#
      + #""b":{"stage":"sft","params":"7B","after":"a"}}}"#,
    "bad/times.json": #"{"stages":{"sft":{"params":"7B","times":-1}}}"#,
    "bad/overhead.json": #"{"stages":{"sft":{"params":"7B"}},"overhead":"much"}"#,
    "bad/nested.json": #"{"stages":{"sft":{"params":["7B"]}}}"#,
    "bad-runs.csv": "id,activeParameters,tokens,hardware,acceleratorHours,date\nx,seven,1e12,h100,100,2025-06\n",
    "negative-runs.csv": "id,activeParameters,tokens,hardware,acceleratorHours,date\nx,-7e9,1e12,h100,100,2025-06\n",
    "unclosed.csv": "id,tokens\n\"x,1\n",
  ]

  @Test func `every command is among them`() {
    #expect(Self.invocations.count >= 200)
    let commands = Set(Self.invocations.compactMap { $0.line.split(separator: " ").dropFirst().first.map(String.init) })
    let known = Listing.commands
    #expect(known.count >= 26)
    for name in known { #expect(commands.contains(name), "\(name)") }
  }

  @Test(arguments: invocations)
  func `a wrong command line ends with one message and its status`(invocation: Invocation) {
    let outcome = Self.world.run(invocation.line)
    #expect(outcome.status.rawValue == invocation.status)
    // Beside JSON, a message is an object.
    let messages = outcome.complaint.split(separator: "\n").filter {
      $0.hasPrefix("llmcost: ") || $0.hasPrefix(#"{"error":"#)
    }
    #expect(messages.count == 1, "\(outcome.complaint)")
    #expect(!invocation.message.isEmpty)
    #expect(messages.first?.contains(invocation.message) == true, "\(outcome.complaint)")
    // A gate fails after its result is printed; all else prints none.
    #expect(outcome.output.isEmpty || outcome.status == .failed)
  }
}
