import LlmcostTool
import Testing

/// What the program lists, read off its own output.
enum Listing {
  /// The commands that the help lists.
  static func commands() throws -> [String] {
    let help = TestWorld().run("llmcost").output
    let list = try #require(help.firstRange(of: "Commands:\n")?.upperBound)
    return help[list...].split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { !$0.isEmpty }.compactMap { line in
        line.hasPrefix("   ") ? nil : line.split(separator: " ").first.map(String.init)
      }
  }

  /// The names of the tables, as the program lists them.
  static func tables() -> [String] {
    TestWorld().run("llmcost tables --format csv").output.split(separator: "\n").dropFirst()
      .compactMap { $0.split(separator: ",").first.map(String.init) }
  }

  static let topics = ["units", "ranges", "tables", "accuracy", "exit-status", "environment", "recipes"]
}
