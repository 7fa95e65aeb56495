import Dice
import LlmcostTool
import Testing

/// A machine whose files hold any bytes.
private struct ByteWorld: World {
  var files: [String: [UInt8]]
  let today = "2026-11-21"
  let terminalWidth: Int? = nil

  func environment(_ name: String) -> String? { nil }
  func listFolder(_ path: String) throws(FileError) -> [String]? { nil }

  func readFile(_ path: String) throws(FileError) -> [UInt8] {
    guard let bytes = files[path] else { throw FileError(path: path, reason: "No such file or directory") }
    return bytes
  }

  func readFile(_ path: String, piecewise body: (UnsafeBufferPointer<UInt8>) -> Bool) throws(FileError) {
    let bytes = try readFile(path)
    for start in stride(from: 0, to: bytes.count, by: 4096) {
      let end = min(start + 4096, bytes.count)
      guard bytes[start..<end].withUnsafeBufferPointer(body) else { return }
    }
  }
}

/// Files that lie are refused with their name and the place, whatever they hold and whoever reads them.
@Suite("Hostile files")
struct HostileFileTests {
  /// Commands that read a file, by a sound file of its kind among the samples.
  static let doors: [(file: String, line: String)] = [
    ("config.json", "model --config F"), ("config.json", "pretrain --tokens 1T --config F"),
    ("config.json", "fit --config F --gpu h100"), ("config.json", "serve --config F"),
    ("startup.json", "program F"), ("startup.json", "program F --check"), ("startup.json", "report F"),
    ("startup.json", "compare F"), ("mine/prices.json", "tables check --tables F"),
    ("mine/prices.json", "pretrain --params 7B --tokens 1T --tables F"),
    ("mine/factors.json", "pretrain --params 7B --tokens 1T --tables F"),
    ("ours.json", "pretrain --params 7B --tokens 1T --prices F"), ("ours.json", "tables import F"),
    ("nebius/vms.csv", "tables import F"), ("nebius/vms.csv", "pretrain --params 7B --tokens 1T --prices F"),
    ("runs.csv", "backtest --runs F"), ("steps.csv", "backtest --stage step --runs F"),
    ("runs.csv", "sweep --tokens 1T --from F"), ("train.log", "diagnose --params 8B --gpus 8 --log F"),
    ("train.log", "pretrain --params 8B --tokens 1T --gpus 8 --log F"),
    ("plan.json", "track F --log train.log"),
  ]

  private static let samples = SampleFiles.all.merging([
    "train.log": "step,tokens,time\n" + (1...99).map { "\($0),\($0 * 7_500_000),\($0 * 10)\n" }.joined(),
    "plan.json": #"{"plan": "pretrain", "arguments": ["--params", "8B", "--tokens", "1T", "--gpus", "64"], "#
      + #""expected": {"accelerator_hours": {"typical": 36000}}}"#,
  ]) { first, _ in first }

  /// Contents that no reader may trip over.
  static let contents: [(name: String, bytes: [UInt8])] = {
    func text(_ text: String) -> [UInt8] { Array(text.utf8) }
    let deep = 20_000
    return [
      ("nothing", []), ("a blank", text(" \n\r\t")), ("NUL", [0]), ("NULs", [UInt8](repeating: 0, count: 5000)),
      ("invalid UTF-8", [0xFF, 0xFE, 0x80, 0xC0, 0xAF]), ("half a character", text("{\"a\": \"é\"}").dropLast(4) + []),
      ("UTF-16", [0xFF, 0xFE] + text("{}").flatMap { [$0, 0] }), ("a byte order mark", [0xEF, 0xBB, 0xBF]),
      ("deep arrays", text(String(repeating: "[", count: deep))),
      ("deep objects", text(String(repeating: "{\"a\":", count: deep))),
      ("null", text("null")), ("a number", text("1e999")), ("a string", text("\"x\"")), ("an array", text("[]")),
      ("an object", text("{}")), ("a lone surrogate", text("{\"\\ud800\": 1}")),
      ("a name twice", text("{\"a\": 1, \"a\": 2}")), ("quotes left open", text("a,\"b\n1,2\n")),
      ("commas", text(String(repeating: ",", count: 5_000))),
      ("a long word", text(String(repeating: "a", count: 30_000))),
      ("a long number", text(String(repeating: "9", count: 20_000))),
      ("a long line of JSON", text("{\"a\": \"" + String(repeating: "x", count: 100_000) + "\"}")),
      ("HTML", text("<!DOCTYPE html><html><body>404</body></html>")),
      ("YAML", text("stages:\n  sft:\n    params: 7B\n")),
      ("a shell script", text("#!/bin/sh\nrm -rf \"$HOME\"\n")), ("GGUF", text("GGUF") + [3, 0, 0, 0]),
      ("control characters", text("{\"name\": \"\u{1B}[31m\", \"stages\": {}}")),
      ("rows of another table", text(#"{"table": "nothing", "rows": []}"#)),
      ("rows that are none", text(#"{"table": "prices", "rows": 7}"#)),
      ("rows of numbers", text(#"{"table": "prices", "rows": [1, 2]}"#)),
    ]
  }()

  private func check(_ bytes: [UInt8], _ door: (file: String, line: String), _ what: String) {
    var files = Self.samples.mapValues { Array($0.utf8) }
    let name = door.file
    files[name] = bytes
    let words = door.line.split(separator: " ").map { $0 == "F" ? name : String($0) }
    let world = ByteWorld(files: files)
    let drawn = ["tables", "sweep", "model", "fit", "track", "diagnose"].contains(words[0]) ? [] : ["--samples", "8"]
    let outcome = Tool.run(words + drawn, in: world).gathered(in: world)
    #expect([0, 1, 64, 65, 66].contains(outcome.status.rawValue), "\(words): \(what)")
    #expect(!outcome.complaint.contains("\u{1B}"), "\(words): \(what)")
    guard outcome.status.rawValue >= 64 else { return }
    #expect(outcome.output.isEmpty, "\(words): \(what)")
    let message = outcome.complaint.split(separator: "\n").first { $0.hasPrefix("llmcost: ") }
    #expect(message?.contains(name) == true, "\(words): \(what): \(outcome.complaint.prefix(300))")
    #expect(outcome.complaint.utf8.count < 20_000, "\(words): \(what)")
  }

  @Test(arguments: doors.indices)
  func `a file that is something else is refused by its name`(index: Int) {
    for content in Self.contents { check(content.bytes, Self.doors[index], content.name) }
  }

  @Test(arguments: doors.indices, StageLines.seeds(1))
  func `a sound file with something else in it is read or refused`(index: Int, seed: UInt64) {
    let door = Self.doors[index]
    let original = Array((Self.samples[door.file] ?? "").utf8)
    var dice = Dice(state: seed &* 31 &+ UInt64(index))
    for _ in 0..<8 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &dice) {
        guard !bytes.isEmpty else { break }
        let place = Int.random(in: 0..<bytes.count, using: &dice)
        let end = min(bytes.count, place + Int.random(in: 1...40, using: &dice))
        switch Int.random(in: 0..<7, using: &dice) {
        case 0: bytes.removeSubrange(place..<end)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &dice)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 3:
          bytes.replaceSubrange(place..<end, with: dice.one(of: Self.contents.filter { $0.bytes.count < 200 }).bytes)
        case 4: bytes = bytes.flatMap { $0 == 10 ? [13, 10] : [$0] }
        case 5: bytes = [0xEF, 0xBB, 0xBF] + bytes
        default:
          let numbers = [
            "-1", "0", "1e300", "1e-300", "1e999", "nan", "inf", "null", "\"\"", "[]", "{}", "true", "-0.0",
          ]
          let isDigit = { (byte: UInt8) in (48...57).contains(byte) || byte == 46 }
          guard let start = bytes[place...].firstIndex(where: isDigit) else { continue }
          let stop = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
          bytes.replaceSubrange(start..<stop, with: Array(dice.one(of: numbers).utf8))
        }
      }
      let world = ByteWorld(files: Self.samples.mapValues { Array($0.utf8) }.merging([door.file: bytes]) { $1 })
      let words = door.line.split(separator: " ").map { $0 == "F" ? door.file : String($0) }
      let drawn =
        ["tables", "sweep", "model", "fit", "track", "diagnose"].contains(words[0]) ? [] : ["--samples", "8"]
      let outcome = Tool.run(words + drawn, in: world).gathered(in: world)
      let what = "\(words): \(String(decoding: bytes.prefix(2000), as: UTF8.self))"
      #expect([0, 1, 64, 65, 66].contains(outcome.status.rawValue), "\(what)")
      if outcome.status.rawValue >= 64 {
        #expect(outcome.output.isEmpty && outcome.complaint.contains("llmcost: "), "\(what)")
      }
    }
  }
}
