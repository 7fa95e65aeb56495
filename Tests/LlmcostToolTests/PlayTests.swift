import CostModel
import Foundation
import LlmcostTool
import Testing
import TextFormats

/// Pages that can be played with: the formulas that they carry are those of the program.
@Suite("Pages to play with")
struct PlayTests {
  private static let world = TestWorld.sample

  static let commands = [
    "pretrain --params 70B --tokens 15T", "pretrain --params 8B --tokens 2T --gpus 512 --own --region us-tx",
    "pretrain --model deepseek-v3 --tokens 14.8T --gpus 2048",
    "pretrain --params 8B..9B --tokens 2T --gpus 64 --mfu 0.4",
    "sft --params 8B", "dpo --params 8B", "grpo --params 7B --prompts 100k", "annotate --items 100k",
  ]

  private func page(_ command: String) throws -> PlayedPage {
    try PlayedPage(Self.world.run("llmcost \(command) --quiet --format html").output)
  }

  /// Nothing moved, and all at once at either end and in the middle, with and without those that change formulas.
  private func settings(of page: PlayedPage) -> [[String: Double]] {
    let all = page.controls
    let together = [0.0, 0.5, 1].flatMap { share in
      [all, all.filter { !$0.changes }].map { controls in
        Dictionary(uniqueKeysWithValues: controls.map { ($0.option, $0.value(at: share)) })
      }
    }
    return [[:]] + together
  }

  @Test(arguments: commands)
  func `typical values are those of the command with the options that are moved`(command: String) throws {
    let page = try page(command)
    #expect(page.controls.count > 4)
    for settings in settings(of: page) {
      let moved = page.controls.filter { settings[$0.option] != nil }
      let (results, moving) = try page.evaluated(
        Dictionary(uniqueKeysWithValues: moved.map { ($0.id, (settings[$0.option] ?? 0) * $0.scale) }))
      let options = moved.filter { moving.contains($0.id) }.map {
        "\($0.option) \(Self.text(settings[$0.option] ?? 0))"
      }
      let words = try words(of: command, without: moved.map(\.option)) + options
      let names = results.map(\.key).filter { Self.kept.contains($0) }
      let outcome = Self.world.run(
        "llmcost \(words.joined(separator: " ")) --samples 0 --quiet --get \(names.joined(separator: ","))")
      #expect(outcome.status == .success, "\(words): \(outcome.complaint)")
      for (name, line) in zip(names, outcome.output.split(separator: "\n")) {
        let result = try #require(results.first { $0.key == name })
        let scale: Double = name == "days" ? 1.0 / 24 : name == "carbon_kg" ? 0.001 : 1
        let expected: Double = try #require(Double(String(line)))
        let difference: Double = abs(result.value * scale - expected)
        #expect(difference <= 1e-12 * abs(expected), "\(words): \(name)")
      }
    }
  }

  private static let kept: Set = [
    "flop", "mfu", "accelerator_hours", "accelerators", "days", "cost_usd", "storage_usd", "energy_kwh", "carbon_kg",
    "water_l",
  ]

  private static func text(_ value: Double) -> String { JSONDocument.numberText(value) }

  /// The words of a command line without some options.
  private func words(of command: String, without options: [String]) throws -> [String] {
    var words: [String] = []
    var isSkipping = false
    for word in command.split(separator: " ").map(String.init) {
      if word.hasPrefix("--") || words.isEmpty { isSkipping = options.contains(word) }
      if !isSkipping { words.append(word) }
    }
    return words
  }

  @Test func `what would take another search stays as it is`() throws {
    let options = try page(Self.commands[0]).controls.map(\.option)
    #expect(options.prefix(2).contains("--tokens") && options.contains("--gpus") && options.contains("--price"))
    // Layouts of another model are searched for, and a mixture's are those of its configuration.
    #expect(!options.contains("--params"))
    // Each length has a size of its own at which an engine generates.
    #expect(try !page("grpo --params 7B --prompts 100k").controls.map(\.option).contains("--output-tokens"))
  }

  @Test func `a page is small, and lets its own script alone run`() throws {
    let text = Self.world.run("llmcost \(Self.commands[0]) --quiet --format html").output
    #expect(text.utf8.count < 400_000)
    let parts = text.components(separatedBy: "<script>")
    #expect(parts.count == 2)
    let script = try #require(parts[1].components(separatedBy: "</script>").first)
    let isNamed = text.contains("script-src &#39;sha256-\(SHA256.base64(of: script.utf8))&#39;")
    #expect(isNamed)
    for call in ["eval(", "fetch(", "import(", "XMLHttpRequest"] {
      let isCalled = script.contains(call)
      #expect(!isCalled, "\(call)")
    }
  }

  @Test func `words of the command line are data`() throws {
    var world = Self.world
    world.files["</script><script>alert(1)</script>/prices.json"] = """
      {"table": "prices", "rows": [{"id": "one", "provider": "one", "accelerator": "h100-sxm",
       "commitment": "on-demand", "region": "all", "usdPerAcceleratorHour": 2, "asOf": "2026-11", "assumption": "ours"}]}
      """
    let text = world.run(
      "llmcost sft --params 8B --tables '</script><script>alert(1)</script>' --quiet --format html"
    ).output
    let isEscaped = text.contains("\\u003c/script\\u003e")
    #expect(isEscaped)
    #expect(text.components(separatedBy: "<script").count == 3)
  }

  @Test func `digests are those of the standard`() {
    func hex(_ text: String) -> String {
      SHA256.digest(of: text.utf8).map { String(format: "%02x", $0) }.joined()
    }
    #expect(hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(SHA256.base64(of: "abc".utf8) == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
  }
}
