import LlmcostTool
import Testing
import TextFormats

/// Beside JSON, errors and notes are JSON too.
@Suite("Errors for programs")
struct JSONComplaintTests {
  @Test(arguments: BadInvocationTests.invocations)
  func `a wrong command line is one object on standard error`(invocation: BadInvocationTests.Invocation) throws {
    let words = invocation.line.split(separator: " ")
    // Behind a bare dash-dash nothing is an option, a format may be given already, and back-tests take long.
    guard !words.contains("--"), words.dropFirst().first != "backtest",
      !["--json", "--format", "-f", "-qf"].contains(where: { words.contains($0) })
    else {
      return
    }
    let outcome = BadInvocationTests.world.run(invocation.line + " --json")
    // Help looks for any word; some options go together beside JSON alone.
    guard outcome.status != .success else { return }
    let lines = outcome.complaint.split(separator: "\n").filter { !$0.hasPrefix(#"{"note":"#) }
    #expect(lines.count == 1, "\(outcome.complaint)")
    let value = try JSONReader.read(Array((lines.first ?? "").utf8))
    #expect(value.members?.map(\.name) == ["error", "input", "hint", "status"])
    #expect(value["status"]?.number == Double(outcome.status.rawValue) && outcome.status != .success)
    #expect(outcome.output.isEmpty || outcome.status == .failed)
    #expect(value["error"]?.string?.isEmpty == false)
  }

  @Test(arguments: [
    ("pretrain -p 7B -t 1T --mfu 3000", "--mfu"), ("pretrain -p 7B", "--tokens"), ("pretrain --parms 7B", "--parms"),
    ("pretrain -p 7B -t 1T --gpu h1000", "h1000"), ("wibble", "wibble"), ("grpo -p 7B --group-size 0", "--group-size"),
  ])
  func `the input is named that is wrong`(line: String, input: String) throws {
    for end in ["--json", "--format json", "--format=json", "-f jsonl", "-f JSON"] {
      let outcome = TestWorld().run("llmcost \(line) \(end)")
      let value = try JSONReader.read(Array(outcome.complaint.dropLast().utf8))
      #expect(value["input"]?.string == input, "\(outcome.complaint)")
    }
  }

  @Test func `other formats and values that look alike change nothing`() {
    for end in ["--format csv", "-f table", "--get json", "--output json --get cost_usd", "-- --json"] {
      let outcome = TestWorld().run("llmcost pretrain -p 7B \(end)")
      #expect(outcome.complaint.hasPrefix("llmcost: "), "\(end): \(outcome.complaint)")
    }
  }

  @Test func `notes and gates are objects too`() throws {
    let outcome = TestWorld().run("llmcost pretrain -p 70B -t 15T --budget 1 --require-confidence 50 --json")
    #expect(outcome.status == .failed && !outcome.output.isEmpty)
    let values = try outcome.complaint.split(separator: "\n").map { try JSONReader.read(Array($0.utf8)) }
    #expect(values.count > 1 && values.dropLast().allSatisfy { $0["note"]?.string != nil })
    #expect(values.last?["status"]?.number == 1)
    #expect(TestWorld().run("llmcost pretrain -p 70B -t 15T --json -q").complaint.isEmpty)
  }
}
