import LlmcostTool
import Testing

/// What the program lists, read off its own output.
enum Listing {
  /// The commands that the help lists, by the heading they stand under.
  static let groups: [(heading: String, commands: [String])] = {
    var groups: [(heading: String, commands: [String])] = []
    for line in TestWorld().run("llmcost help").output.split(separator: "\n") {
      if line.hasPrefix("Topics") { break }
      if line.hasPrefix("Commands: ") { groups.append((String(line.dropFirst(10)), [])) }
      guard line.hasPrefix("  "), !line.hasPrefix("   "), let name = line.split(separator: " ").first else { continue }
      if !groups.isEmpty { groups[groups.count - 1].commands.append(String(name)) }
    }
    return groups
  }()

  /// The commands that the help lists.
  static var commands: [String] { groups.flatMap(\.commands) }

  /// The names of the tables, as the program lists them.
  static func tables() -> [String] {
    TestWorld().run("llmcost tables --format csv").output.split(separator: "\n").dropFirst()
      .compactMap { $0.split(separator: ",").first.map(String.init) }
  }

  static let topics = ["units", "ranges", "tables", "accuracy", "exit-status", "environment", "recipes", "agents"]
}
