import CostModel
import Foundation
import LlmcostTool
import Testing

/// Examples that stand outside the pages of commands, which ``OutputTests`` runs: manual and README. The overview is in
/// ``ShortHelpTests``.
@Suite("Examples")
struct ExampleTests {
  @Test func `the examples of the manual are those of help, which run`() throws {
    // Examples and usages are bold lines; usages stand below the commands.
    let page = TestWorld().run("llmcost man").output.replacing("\\-", with: "-").replacing("\\(aq", with: "'")
      .replacing("\\(ti", with: "~")
      .replacing("\\(dq", with: "\"")
    let shown = page.split(separator: "\n").filter { $0.hasPrefix("\\fBllmcost ") && $0.hasSuffix("\\fR") }
      .map { String($0.dropFirst(3).dropLast(3)) }
    var known: Set<String> = []
    for command in Listing.commands {
      let help = TestWorld().run("llmcost help \(command)").output
      // A usage may go on below.
      for usage in help.components(separatedBy: "\n\n") where usage.hasPrefix("Usage: ") {
        known.insert(usage.dropFirst(7).split(whereSeparator: { " \n".contains($0) }).joined(separator: " "))
      }
      for line in help.split(separator: "\n") where line.contains("llmcost ") {
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

  @Test func `lines of the README and the manual for a shell run`() throws {
    let page = try ReadmeTests.pages.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
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
      llmcost program --init > budget.json
      { echo step,tokens,time; for i in $(seq 99); do echo $i,$((i * 7500000)),$((i * 12)); done; } > train.log

      """
    for line in lines {
      #expect(try Shell.run(prepared + "\(line)\necho \"status $?\"").hasSuffix("status 0\n"), "\(line)")
    }
  }

  @Test func `the README's code is that of the example package, and estimates what the command does`() throws {
    let page = try String(contentsOf: ReadmeTests.readme, encoding: .utf8)
    let block = try #require(
      page.components(separatedBy: "```swift\n").dropFirst().first?.split(separator: "```").first)
    let folder = ReadmeTests.readme.deletingLastPathComponent()
    let example = folder.appendingPathComponent("Tests/Example/Sources/main.swift")
    let code = try String(contentsOf: example, encoding: .utf8)
    for line in block.split(separator: "\n") { #expect(code.contains(line), "\(line)") }
    var run = Pretraining(parameters: 70e9, tokens: 15e12, accelerator: "h100")
    run.accelerators = 2048
    let printed = TestWorld().run(
      "llmcost pretrain --params 70B --tokens 15T --gpus 2048 --get cost_usd,days.p90 -q"
    ).output
    let estimate = try run.estimate()
    #expect(
      printed == Notation.machineText(estimate.cost.typical.value) + "\n"
        + Notation.machineText(estimate.days.p90.value / 24) + "\n")
  }
}
