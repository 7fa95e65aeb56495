import Foundation
import Testing

/// The README's console blocks, run by a shell with the built program, print what they show.
///
/// `LLMCOST_RECORD=1 swift test --filter ReadmeTests` writes the output into the page anew, and fails.
@Suite("README")
struct ReadmeTests {
  static let url = Package.root.appendingPathComponent("README.md")

  @Test func `every command prints what the page shows`() throws {
    let text = try String(contentsOf: Self.url, encoding: .utf8)
    var parts = text.components(separatedBy: "```console\n")
    #expect(parts.count > 5)
    for index in parts.indices.dropFirst() {
      let split = parts[index].range(of: "```\n")
      let block = String(parts[index][..<(try #require(split)).lowerBound])
      let after = String(parts[index][(try #require(split)).lowerBound...])
      let shown = Transcript(block).entries
      let printed = try shown.map {
        Transcript.Entry(
          command: $0.command,
          output: try Shell.run($0.command.replacingOccurrences(of: "swift run -c release llmcost", with: "llmcost")))
      }
      for (one, other) in zip(printed, shown) { #expect(one.output == other.output, "\(one.command)") }
      parts[index] = printed.map { "$ \($0.command)\n\($0.output)" }.joined() + after
    }
    if ProcessInfo.processInfo.environment["LLMCOST_RECORD"] != nil {
      try parts.joined(separator: "```console\n").write(to: Self.url, atomically: true, encoding: .utf8)
      Issue.record("recorded README.md")
    }
  }
}
