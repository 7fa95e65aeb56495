import Foundation
import LlmcostTool
import Testing

/// The program's text, held against files that a reviewer can read.
///
/// To record them anew on purpose: `LLMCOST_RECORD=1 swift test --filter GoldenTests`. Recording fails, so that it never
/// passes unnoticed.
@Suite("Golden output")
struct GoldenTests {
  static let folder = Package.root.appendingPathComponent("Tests/LlmcostToolTests/Golden")

  static let names: [String] =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.filter { $0.hasSuffix(".console") }.sorted()
    ?? []

  @Test func `there are golden files`() {
    #expect(Self.names.count >= 5)
  }

  @Test(arguments: names)
  func `commands print what they printed before`(name: String) throws {
    let url = Self.folder.appendingPathComponent(name)
    let transcript = Transcript(try String(contentsOf: url, encoding: .utf8))
    let entries = transcript.entries.map { entry -> Transcript.Entry in
      let outcome = TestWorld.sample.run(entry.command)
      var output = outcome.output + outcome.complaint
      if outcome.status != .success { output += "[exit status \(outcome.status.rawValue)]\n" }
      while output.hasSuffix("\n\n") { output.removeLast() }
      return Transcript.Entry(command: entry.command, output: output)
    }
    if ProcessInfo.processInfo.environment["LLMCOST_RECORD"] != nil {
      try Transcript.text(entries).write(to: url, atomically: true, encoding: .utf8)
      Issue.record("recorded \(name)")
      return
    }
    for (now, before) in zip(entries, transcript.entries) { #expect(now.output == before.output, "\(now.command)") }
  }
}
