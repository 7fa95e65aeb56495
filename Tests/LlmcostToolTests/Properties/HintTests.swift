import Foundation
import LlmcostTool
import Testing

/// Natural mistakes, each with the hint that leads on.
@Suite("Hints")
struct HintTests {
  /// The command lines of Hints.txt, each with a part of the hint that it must get.
  static let mistakes: [(line: String, hint: String)] = {
    let path = Package.root.appendingPathComponent("Tests/LlmcostToolTests/Properties/Hints.txt")
    let lines = ((try? String(contentsOf: path, encoding: .utf8)) ?? "").split(separator: "\n")
    return zip(lines, lines.dropFirst()).compactMap { line, hint in
      line.hasPrefix("$ ") ? (String(line.dropFirst(2)), String(hint)) : nil
    }
  }()

  @Test func `there are as many as people make in a month`() { #expect(Self.mistakes.count >= 150) }

  @Test func `each mistake gets the hint that helps`() {
    for mistake in Self.mistakes {
      let outcome = TestWorld().run(mistake.line)
      #expect([.usage, .badData, .missingInput].contains(outcome.status), "\(mistake.line) is accepted")
      let hint = outcome.complaint.split(separator: "\n").first { $0.hasPrefix("hint: ") } ?? ""
      #expect(hint.contains(mistake.hint), "\(mistake.line): \(outcome.complaint)")
    }
  }
}
