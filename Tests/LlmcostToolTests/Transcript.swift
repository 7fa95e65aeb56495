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
    for index in entries.indices {
      while entries[index].output.hasSuffix("\n\n") || entries[index].output == "\n" {
        entries[index].output.removeLast()
      }
    }
  }

  /// The text of a transcript, a blank line after each command.
  static func text(_ entries: [Entry]) -> String {
    entries.map { "$ \($0.command)\n\($0.output)" }.joined(separator: "\n")
  }
}
