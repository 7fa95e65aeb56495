import Foundation

/// Commands with what they print, as a terminal shows it: lines that start with `$ ` are commands.
struct Transcript {
  struct Entry {
    var command: String
    var output: String
  }

  var entries: [Entry] = []

  init(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("$ ") {
        entries.append(Entry(command: String(line.dropFirst(2)), output: ""))
      } else if !entries.isEmpty {
        entries[entries.count - 1].output += line + "\n"
      }
    }
    for index in entries.indices { entries[index].output = Self.trimmed(entries[index].output) }
  }

  /// An output without the blank lines at its end, which a page cannot tell from its own.
  static func trimmed(_ output: String) -> String {
    var kept = output
    while kept.hasSuffix("\n\n") || kept == "\n" { kept.removeLast() }
    return kept
  }

  /// The text of a transcript, a blank line after each command.
  static func text(_ entries: [Entry]) -> String {
    entries.map { "$ \($0.command)\n\($0.output)" }.joined(separator: "\n")
  }
}
