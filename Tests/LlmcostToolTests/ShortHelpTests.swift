import LlmcostTool
import Testing

/// Help on one screen, questions, and words that are looked for.
@Suite("Help on one screen")
struct ShortHelpTests {
  private func run(_ line: String) -> String {
    let outcome = TestWorld(terminalWidth: 80).run(line)
    #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    return outcome.output
  }

  private func expectOneScreen(_ text: String, _ line: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.count <= 40, "\(line): \(lines.count) lines")
    for text in lines { #expect(text.count <= 80, "\(line): \(text)") }
  }

  @Test(arguments: Listing.commands)
  func `the short help of a command fits a screen, and has what matters`(command: String) {
    let text = run("llmcost \(command) -h")
    expectOneScreen(text, command)
    let all = run("llmcost \(command) --help")
    func names(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { $0.hasPrefix("  -") }
        .compactMap { $0.split(whereSeparator: { " ,".contains($0) }).first { $0.hasPrefix("--") } }
    }
    let (shown, known) = (names(text), names(all))
    #expect(Set(shown).isSubset(of: known))
    #expect(shown.count >= min(9, known.count - 1), "\(command): \(shown.count)")
    #expect(text.contains("\nAll \(known.count) options: llmcost \(command)") && text.hasSuffix(" --help\n"))
    let examples = text.split(separator: "Examples:\n").last?.split(separator: "\n").filter {
      $0.hasPrefix("  llmcost")
    }
    #expect(examples?.count ?? 0 >= 3 || ["completions", "mcp"].contains(command), "\(command)")
    // What the right usage names is what matters first.
    let usage = text.split(separator: "Usage: ").dropFirst().first?.split(separator: "\n\n").first ?? ""
    for name in usage.split(whereSeparator: { " ()|[]\n".contains($0) }) where name.hasPrefix("--") {
      #expect(shown.contains(name) || command == "compare" || command == "tables", "\(command) \(name)")
    }
  }

  @Test func `stages behind a command have a short help too`() {
    for line in ["sweep sft", "sensitivity grpo", "diagnose dpo"] { expectOneScreen(run("llmcost \(line) -h"), line) }
  }

  @Test func `the program alone fits a screen, with every command in one group`() {
    let text = run("llmcost")
    expectOneScreen(text, "llmcost")
    let groups = ["train", "after training", "data", "choose", "serve", "check", "this program"]
    #expect(Listing.groups.map(\.heading) == groups)
    let words = text.split(whereSeparator: { " ,\n".contains($0) })
    for command in Listing.commands { #expect(words.contains(Substring(command)), "\(command)") }
    #expect(Set(Listing.commands).count == Listing.commands.count)
    // The rest is what the program does besides estimating: a command that nobody has put anywhere would be here.
    #expect(Listing.groups.last?.commands == ["schema", "mcp", "completions", "man", "help"])
  }

  @Test func `eight questions have commands that answer them`() {
    let lines = run("llmcost").split(separator: "\n").filter { $0.contains("?  ") }
    #expect(lines.count == 8)
    for line in lines {
      guard let start = line.firstRange(of: "llmcost ")?.lowerBound else {
        Issue.record("\(line)")
        continue
      }
      #expect(!run(String(line[start...])).isEmpty)
    }
  }

  @Test func `the topic for agents fits a screen`() { expectOneScreen(run("llmcost help agents"), "agents") }

  @Test(arguments: [
    ("lora", ["  sft ", "  --lora ", "methods sft.lora-rank"]), ("--mfu", ["  --mfu ", "  --steady-mfu "]),
    ("mi300x", ["accelerators mi300x"]), ("checkpoint", ["  --checkpoints ", "Options:"]),
    ("LIGHTHOUSE", []), ("trombone", []), ("kubernetes", []),
    ("quantile", ["  how-fast-it-is "]), ("percent steady", []),
    ("carbon", ["  --carbon ", "Rows of 'llmcost tables':"]), ("exit status", ["  exit-status"]),
  ])
  func `a word is found wherever it is, or said to be nowhere`(word: String, found: [String]) {
    let outcome = TestWorld(terminalWidth: 80).run("llmcost help \(word)")
    #expect((outcome.status == .success) == !found.isEmpty, "\(outcome.output)")
    for text in found { #expect(outcome.output.contains(text), "\(text)") }
    for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80 && line.last != " ", "\(line)") }
    if found.isEmpty { #expect(outcome.complaint.contains("hint: ")) }
  }

  @Test(arguments: [
    ("deepseek", ["claims deepseek-v3-cost", "recipes deepseek-v3-r1"]), ("cars", ["claims pretraining-cars"]),
    ("gpt-4", ["claims gpt-4-flop", "runs gpt-4"]), ("llama3.1-405b", ["recipes llama-3.1-405b"]),
  ])
  func `claims and recipes come first among rows, and every table is counted`(word: String, found: [String]) {
    let text = run("llmcost help \(word)")
    for row in found { #expect(text.contains("  \(row)"), "\(text)") }
    #expect(!text.contains("more rows"), "\(text)")
  }

  @Test func `every option and every row is found by its name`() {
    for name in ["--global-batch", "--embodied", "--pareto", "--law", "--like", "--require", "--diff"] {
      #expect(run("llmcost help \(name)").contains("  \(name) "), "\(name)")
    }
    for (table, row) in [("regions", "us-tx"), ("accelerators", "b200"), ("recipes", "domain-7b")] {
      #expect(run("llmcost help \(row)").contains("  \(table) \(row)"), "\(row)")
    }
  }

  @Test func `the first table says what its columns are`() {
    let text = run("llmcost pretrain -p 7B -t 1T --color never")
    let line = "  typical: usual inputs; p10 – p90: 8 of 10 cases; MFU: used share of the peak"
    #expect(text.split(separator: "\n").contains { $0 == line })
    #expect(run("llmcost pretrain -p 7B -t 1T --color always").contains("\u{1B}[2m\(line)\u{1B}[0m"))
    #expect(!run("llmcost corpus --tokens 1T").contains("MFU: used"))
  }
}
