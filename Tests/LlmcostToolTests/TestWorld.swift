import CostModel
import Foundation
import LlmcostTool

/// A machine that is the same everywhere: no terminal, a fixed date, files in memory. What one test found of the built-in
/// tables another need not look for.
struct TestWorld: RememberingWorld {
  private static let known = TableMemory()

  var memory: TableMemory { Self.known }
  var variables: [String: String] = [:]
  var today = "2026-11-21"
  var terminalWidth: Int?
  var files: [String: String] = [:]
  var cores = 1

  func environment(_ name: String) -> String? { variables[name] }

  func readFile(_ path: String) throws(FileError) -> [UInt8] {
    guard let text = files[path] else { throw FileError(path: path, reason: "No such file or directory") }
    return Array(text.utf8)
  }

  /// In pieces of a length that divides nothing.
  func readFile(_ path: String, piecewise body: (UnsafeBufferPointer<UInt8>) -> Bool) throws(FileError) {
    let bytes = try readFile(path)
    var start = 0
    while start < bytes.count {
      let end = min(start + 37, bytes.count)
      guard bytes[start..<end].withUnsafeBufferPointer(body) else { return }
      start = end
    }
  }

  func listFolder(_ path: String) throws(FileError) -> [String]? {
    let prefix = path.hasSuffix("/") ? path : path + "/"
    let names = files.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
      .filter { !$0.contains("/") }.sorted()
    return names.isEmpty ? nil : names
  }

  /// Runs a command line as a shell splits it: by spaces, with single quotes.
  func run(_ line: String) -> Outcome {
    outcome(of: line).gathered(in: self)
  }

  private func outcome(of line: String) -> Outcome {
    var words: [String] = []
    for (index, part) in line.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
      if index % 2 == 1 { words.append(String(part)) } else { words += part.split(separator: " ").map(String.init) }
    }
    return Tool.run(Array(words.dropFirst()), in: self)
  }
}

/// The same machine, where every command begins with nothing known.
struct ForgetfulWorld: World {
  private let base = TestWorld()

  func environment(_ name: String) -> String? { base.environment(name) }
  var today: String { base.today }
  var terminalWidth: Int? { base.terminalWidth }
  func listFolder(_ path: String) throws(FileError) -> [String]? { try base.listFolder(path) }
  func readFile(_ path: String) throws(FileError) -> [UInt8] { try base.readFile(path) }
  func readFile(_ path: String, piecewise body: (UnsafeBufferPointer<UInt8>) -> Bool) throws(FileError) {
    try base.readFile(path, piecewise: body)
  }
}

/// Where the package lies, found from this file.
enum Package {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
}
