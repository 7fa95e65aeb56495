import Dice
import Foundation
import Testing

/// No input makes a command take long or fill the memory, but work that was asked for: sweeps, many draws, large logs.
@Suite("Bounded work")
struct BoundedWorkTests {
  /// Seconds of the processor and bytes that a command may take: two and 300 MB of the release build, which the debug
  /// build is slower than by less than ten, and which the address space of a process is larger than by less than 500 MB.
  private static let limits = "ulimit -t 20; ulimit -v 800000"

  private static let commands =
    OptionTests.stages + ["fit", "size", "serve", "cluster", "schedule", "step", "plan", "diagnose", "backtest"]

  private static let lines = [
    "step": "step --params 7B --gpu h100 --gpus 64", "plan": "plan pretrain --params 7B --tokens 1T",
    "diagnose": "diagnose --params 8B --tokens 1T --gpus 64 --tflops 210",
  ]

  /// Numbers at the ends of what options take, and beyond.
  private static let numbers = [
    "0", "1", "1e-300", "1e-9", "7", "1000", "65536", "1e6", "1e9", "999999999", "1e12", "1e15", "1e18", "9e18", "1e30",
    "1..1e9", "1e9y", "1e-9s", "1e18y", "100", "0.999999",
  ]

  /// Runs lines in a folder of its own, each within the limits, and returns those that end otherwise than documented.
  private func exceeding(_ lines: [String], files: [String: String] = [:]) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
    let runs = lines.map { line in
      "(\(Self.limits); llmcost \(line) > /dev/null 2>&1); s=$?; "
        + "case $s in 0|1|64|65|66) ;; *) echo \"$s: \(line.prefix(200))\" ;; esac"
    }
    let start = "cd '\(folder.path)'; word=$(head -c 100000 /dev/zero | tr '\\0' a)"
    return try Shell.run(([start] + runs).joined(separator: "\n"))
  }

  @Test(arguments: commands, StageLines.seeds(1))
  func `no value of an option takes long`(command: String, seed: UInt64) throws {
    var dice = Dice(state: seed &* 7369 &+ command.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
    let options = OptionTests.options(of: command).filter { !StageLines.outputs.contains($0.name) }
    let base = Self.lines[command] ?? StageLines.needs(command)
    let lines = (0..<8).map { _ in
      var line = base
      for _ in 0..<Int.random(in: 1...3, using: &dice) {
        let option = dice.one(of: options)
        let values = option.placeholder.contains("|") ? StageLines.values(of: option) : Self.numbers
        line += " " + option.name + (option.placeholder.isEmpty || values.isEmpty ? "" : " " + dice.one(of: values))
      }
      return line
    }
    let exceeding = try exceeding(lines)
    #expect(exceeding.isEmpty, "\(exceeding)")
  }

  private static func recipe(_ member: String, _ count: Int, _ text: (Int) -> String) -> String {
    let members = (0..<count).map { "\"m\($0)\": \(text($0))" }.joined(separator: ", ")
    return "{\"stages\": {\"sft\": {\"params\": \"7B\"}}, \"\(member)\": {\(members)}}"
  }

  @Test func `no structure of a file takes long`() throws {
    let word = String(repeating: "a", count: 100_000)
    let files = [
      "scenarios.json": Self.recipe("scenarios", 5000) { "{\"stages.sft.params\": \"\($0 % 900 + 1)B\"}" },
      "clusters.json": Self.recipe("clusters", 5000) { _ in "{\"gpus\": 64}" },
      "stages.json": "{\"stages\": {"
        + (0..<300).map { place in
          let before = (max(0, place - 30)..<place).map { "\"s\($0)\"" }.joined(separator: ",")
          return "\"s\(place)\": {\"stage\": \"sft\", \"params\": \"\(place % 200 + 1)B\", \"after\": [\(before)]}"
        }.joined(separator: ", ") + "}}",
      "runs.csv": "id,activeParameters,tokens,hardware,acceleratorHours,date\n"
        + (0..<1000).map { "r\($0),7e9,1e12,nothing\($0),5000,2025-06\n" }.joined(),
      "rows.json": "{\"table\": \"prices\", \"rows\": ["
        + (0..<20_000).map { "{\"id\": \"p\($0)\", \"usdPerAcceleratorHour\": -1}" }.joined(separator: ",") + "]}",
      "grid.csv": "params,tokens,gpu\n7B,1T,\(word)\n",
      "deep.json": String(repeating: "{\"a\":", count: 200_000),
      "words.log": (0..<300_000).map { "w\($0)" }.joined(separator: " "),
    ]
    let exceeding = try exceeding(
      [
        "program scenarios.json", "program clusters.json", "program stages.json",
        "backtest --runs runs.csv", "pretrain --params 7B --tokens 1T --tables rows.json",
        "tables check --tables rows.json", "sweep --from grid.csv", "program deep.json", "model --config deep.json",
        "diagnose --params 8B --tokens 1T --gpus 8 --log words.log", "pretrain --params 7B --tokens 1T --gpu $word",
        "pretrain --$word", "schedule --params 405B --tokens 15T --gpus 1000000000",
        "step --params 405B --gpu h100 --gpus 1048576",
      ], files: files)
    #expect(exceeding.isEmpty, "\(exceeding)")
  }
}
