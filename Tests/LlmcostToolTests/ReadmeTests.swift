import Foundation
import LlmcostTool
import Testing

/// The console blocks of the README and the manual, run by a shell with the built program, print what they show. Articles
/// are help topics too, indented by two: they are printed for 78 columns, and fit a terminal of 80.
///
/// `LLMCOST_RECORD=1 swift test --filter ReadmeTests` writes the output into the pages anew, and fails.
@Suite("README and manual")
struct ReadmeTests {
  static let readme = Package.root.appendingPathComponent("README.md")
  private static let manual = Package.root.appendingPathComponent("Sources/LlmcostTool/LlmcostTool.docc")

  /// The README, and the articles of the manual.
  static let pages: [URL] = {
    let files = (try? FileManager.default.contentsOfDirectory(at: manual, includingPropertiesForKeys: nil)) ?? []
    return [readme] + files.filter { $0.pathExtension == "md" }.sorted { $0.path < $1.path }
  }()

  @Test func `the README is short, and the manual has all its articles`() throws {
    let text = try String(contentsOf: Self.readme, encoding: .utf8)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 250)
    let landing = try String(contentsOf: Self.manual.appendingPathComponent("LlmcostTool.md"), encoding: .utf8)
    let listed = landing.components(separatedBy: "<doc:").dropFirst().map { String($0.prefix { $0 != ">" }) }
    let files = Self.pages.dropFirst().map { $0.deletingPathExtension().lastPathComponent }
      .filter { $0 != "LlmcostTool" }
    #expect(Set(listed) == Set(files) && listed.count == files.count && files.count > 15)
    for name in listed {
      let word = name.reduce(into: "") { $0 += ($1.isUppercase && !$0.isEmpty ? "-" : "") + $1.lowercased() }
      #expect(TestWorld().run("llmcost help \(word)").status == .success, "\(word)")
    }
  }

  @Test func `long commands of articles go on as a shell takes them`() throws {
    let articles = try Self.pages.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    let world = TestWorld(terminalWidth: 80)
    for topic in ["tour", "owning", "plans", "your-own-run"] {
      let lines = world.run("llmcost help \(topic)").output.split(separator: "\n", omittingEmptySubsequences: false)
      for (place, line) in lines.enumerated() where line.hasPrefix("  $ ") {
        var command = String(line)
        var next = place
        while command.hasSuffix(" \\") {
          next += 1
          command = command.dropLast(2) + " " + lines[next].drop { $0 == " " }
        }
        // An option and its value stay together, however long.
        for part in lines[place...next] where part.split(separator: " ").count > 3 {
          #expect(part.count <= 80, "\(part)")
        }
        #expect(articles.contains(command.dropFirst(2) + "\n"), "\(command)")
      }
    }
  }

  @Test(arguments: pages)
  func `every command prints what the page shows`(page: URL) throws {
    let text = try String(contentsOf: page, encoding: .utf8)
    var parts = text.components(separatedBy: "```console\n")
    for index in parts.indices.dropFirst() {
      let split = parts[index].range(of: "```\n")
      let block = String(parts[index][..<(try #require(split)).lowerBound])
      let after = String(parts[index][(try #require(split)).lowerBound...])
      let shown = Transcript(block).entries
      let printed = try shown.map {
        Transcript.Entry(
          command: $0.command,
          output: Transcript.trimmed(
            try Shell.run(
              $0.command.replacingOccurrences(of: "swift run -c release llmcost", with: "llmcost"),
              columns: page == Self.readme ? 100 : 78)))
      }
      for (one, other) in zip(printed, shown) { #expect(one.output == other.output, "\(one.command)") }
      parts[index] = printed.map { "$ \($0.command)\n\($0.output)" }.joined() + after
    }
    if ProcessInfo.processInfo.environment["LLMCOST_RECORD"] != nil, parts.count > 1 {
      try parts.joined(separator: "```console\n").write(to: page, atomically: true, encoding: .utf8)
      Issue.record("recorded \(page.lastPathComponent)")
    }
  }
}
