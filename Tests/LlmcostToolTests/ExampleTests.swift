import CostModel
import Foundation
import LlmcostTool
import Testing

/// Examples that stand outside the pages of commands, which ``OutputTests`` runs: overview, manual, README.
@Suite("Examples")
struct ExampleTests {
  @Test func `the examples of the overview run`() throws {
    let help = TestWorld().run("llmcost").output
    let examples = help.split(separator: "\n").drop { $0 != "Examples:" }.dropFirst().prefix { $0.hasPrefix("  ") }
    #expect(examples.count == 3)
    for example in examples { #expect(TestWorld().run(String(example)).status == .success, "\(example)") }
  }

  @Test func `the examples of the manual are those of help, which run`() throws {
    // Examples and usages are bold lines; usages stand below the commands.
    let page = TestWorld().run("llmcost man").output.replacing("\\-", with: "-").replacing("\\(aq", with: "'")
      .replacing("\\(ti", with: "~")
      .replacing("\\(dq", with: "\"")
    let shown = page.split(separator: "\n").filter { $0.hasPrefix("\\fBllmcost ") && $0.hasSuffix("\\fR") }
      .map { String($0.dropFirst(3).dropLast(3)) }
    var known: Set<String> = []
    for command in try Listing.commands() {
      for line in TestWorld().run("llmcost help \(command)").output.split(separator: "\n")
      where line.contains("llmcost ") {
        known.insert(line.trimmingCharacters(in: .whitespaces).replacing("Usage: ", with: ""))
      }
    }
    for topic in Listing.topics {
      for line in TestWorld().run("llmcost help \(topic)").output.split(separator: "\n")
      where line.hasPrefix("  llmcost ") {
        known.insert(line.trimmingCharacters(in: .whitespaces))
      }
    }
    #expect(shown.count > 60)
    for example in shown { #expect(known.contains(example), "\(example)") }
  }

  @Test func `the README's lines for a shell run`() throws {
    let page = try String(contentsOf: ReadmeTests.url, encoding: .utf8)
    func blocks(_ language: String) throws -> [String] {
      try page.components(separatedBy: "```\(language)\n").dropFirst().map {
        String($0[..<(try #require($0.range(of: "```\n"))).lowerBound])
      }
    }
    // The toolchain's own lines are what runs this.
    let lines = try blocks("sh").flatMap { $0.split(separator: "\n") }.filter { !$0.hasPrefix("swift ") }
    #expect(lines.count >= 8)
    let overlay = try #require(try blocks("json").first { $0.contains("\"ours-h100\"") })
    let prepared = """
      export HOME=$(mktemp -d) && cd "$HOME" && mkdir -p .config/fish/completions .local/share/man/man1 my-tables aws
      cat > my-tables/prices.json << 'END'
      \(overlay)END

      """
    for line in lines {
      #expect(try Shell.run(prepared + "\(line)\necho \"status $?\"").hasSuffix("status 0\n"), "\(line)")
    }
  }

  @Test func `the README's code computes what its comment says`() throws {
    let hours = TrainingCompute.sixND(
      activeParameters: Expression(constant: 70e9), tokens: Expression(constant: 15e12))
    #expect(hours.typical.value == 6.3e24)
    let page = try String(contentsOf: ReadmeTests.url, encoding: .utf8)
    let block = try #require(
      page.components(separatedBy: "```swift\n").dropFirst().first?.split(separator: "```").first)
    let own = try String(contentsOfFile: #filePath, encoding: .utf8)
    let lines = block.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(lines.contains("print(hours.typical.value)  // 6.3e24"))
    for line in lines where !line.hasPrefix("print(") { #expect(own.contains(line), "\(line)") }
  }
}
