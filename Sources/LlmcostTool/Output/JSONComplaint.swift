import CommandLineKit
import TextFormats

/// Errors and notes for programs: one JSON object a line on standard error, where results are JSON too.
enum JSONComplaint {
  /// Whether a command line asks for JSON, wrong as the rest of it may be.
  static func isWanted(by arguments: [String]) -> Bool {
    var rest = arguments.prefix { $0 != "--" }[...]
    while let argument = rest.popFirst() {
      if argument == Option.json.name { return true }
      let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
      guard let name = parts.first, Option.format.names.contains(name) else { continue }
      return names.contains((parts.count > 1 ? parts[1] : rest.first ?? "").lowercased())
    }
    return false
  }

  /// The formats whose readers want JSON alone.
  static let names = [JSONFormat().name, JSONLinesFormat().name]

  /// A note.
  static func note(_ text: String) -> String { JSONDocument.object([("note", .string(text))]).text() + "\n" }
}

extension Failure {
  /// What is wrong as an object: the message, the input that it is about, what to do, and how the program ends.
  var json: JSONDocument {
    .object([
      ("error", .string(message)), ("input", .optional(input ?? named)), ("hint", .optional(hint ?? usage)),
      ("status", .number(Double(status.rawValue))),
    ])
  }

  /// The failure on one line of JSON, and what else is wrong on further ones.
  var jsonOutcome: Outcome {
    Outcome(complaint: ([self] + others).map { $0.json.text() + "\n" }.joined(), status: status)
  }

  /// The option that the message names, or else the word that it quotes; nil where it does neither.
  private var named: String? {
    let words = message.split { " ,;:()".contains($0) }
    if let option = words.first(where: { $0.hasPrefix("--") && $0.count > 2 }) { return String(option) }
    let parts = message.split(separator: "'", omittingEmptySubsequences: false)
    return parts.count > 2 && !parts[1].isEmpty ? String(parts[1]) : nil
  }
}
