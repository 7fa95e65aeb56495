import LlmcostTool
import Testing

/// Tables and charts where the terminal shows ASCII alone.
@Suite("ASCII")
struct ASCIITests {
  static let commands = [
    "pretrain --params 70B --tokens 15T", "pretrain --params 7B --tokens 1T --explain", "grpo --params 7B --explain",
    "sensitivity --params 70B --tokens 15T", "size --budget 5M --plot", "backtest --plot", "model --model deepseek-v3",
    "tables", "tables runs", "tables accelerators h100-sxm", "tables labor", "serve --model llama-3.1-8b",
    "serve --params 70B --explain", "schedule --params 70B --tokens 1T --gpus 512", "fit --params 70B",
    "cluster --gpus 1000", "cluster --gpus 1000 --explain", "claims --where topic=data", "claims gpt-3-cost",
    "program lora-70b",
    "compare lora-70b domain-7b", "compare sft dpo --params 8B",
  ]

  @Test(arguments: commands)
  func `--ascii leaves nothing else, and keeps the lines`(command: String) {
    let world = TestWorld.sample
    let plain = world.run("llmcost \(command) --ascii").output
    let usual = world.run("llmcost \(command)").output
    #expect(plain.utf8.allSatisfy { $0 < 0x80 })
    #expect(!plain.contains("?") || usual.contains("?"))
    let lines = [plain, usual].map { $0.split(separator: "\n", omittingEmptySubsequences: false) }
    #expect(lines[0].count == lines[1].count)
    guard !command.contains("--explain") else { return }
    for (one, other) in zip(lines[0], lines[1]) {
      #expect(one.unicodeScalars.count == other.unicodeScalars.count, "\(one)")
    }
  }

  @Test func `the marks of charts have their counterparts`() {
    let world = TestWorld.sample
    let plain = world.run("llmcost sensitivity --params 70B --tokens 15T --ascii").output
    let usual = world.run("llmcost sensitivity --params 70B --tokens 15T").output
    #expect(usual.contains("░│█") && plain.contains("=|#"))
    #expect(world.run("llmcost backtest --plot --ascii").output.contains(".o."))
    #expect(world.run("llmcost size --budget 5M --plot --ascii").output.contains("+-----"))
  }

  @Test(arguments: [
    (["LANG": "C"], true), (["LANG": "en_US.UTF-8"], false), (["LANG": "C.utf8"], false), ([:], false),
    (["LC_ALL": "POSIX", "LANG": "en_US.UTF-8"], true), (["LC_ALL": "", "LANG": "de_DE.UTF-8@euro"], false),
    (["LC_CTYPE": "en_US.ISO-8859-1", "LANG": "en_US.UTF-8"], true), (["LC_ALL": "C.UTF-8", "LC_CTYPE": "C"], false),
  ])
  func `the locale decides, by the first of its variables that says something`(
    variables: [String: String], isASCII: Bool
  ) {
    var world = TestWorld.sample
    world.variables = variables
    let output = world.run("llmcost pretrain --params 7B --tokens 1T").output
    #expect(output.utf8.allSatisfy { $0 < 0x80 } == isASCII)
    #expect(world.run("llmcost pretrain --params 7B --tokens 1T --format markdown").output.contains("–"))
  }
}
