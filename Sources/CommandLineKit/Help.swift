extension CommandSyntax {
  /// The help text, wrapped to a width.
  package func help(width: Int = 80) -> String {
    var text = "\(summary)\n\nUsage: \(usageLine)\n"
    if !discussion.isEmpty { text += "\n" + TextLayout.wrapped(discussion, width: width) + "\n" }
    let column = 26
    for group in groups {
      text += "\n\(group.title):\n"
      for option in group.options { text += option.helpEntry(column: column, width: width) }
    }
    text += TextLayout.entry("-h, --help", "print this help", column: column, width: width)
    text += "\nExamples:\n"
    for example in examples { text += "  \(example.line)\n      \(example.meaning)\n" }
    return text
  }
}

extension Option {
  func helpEntry(column: Int, width: Int) -> String {
    let isLong = choices.count > 1 && (placeholder?.count ?? 0) > 18
    let shown = placeholder.map { isLong ? " <...>" : " <\($0)>" } ?? ""
    let names = names.sorted { $0.count < $1.count }.joined(separator: ", ")
    let text = isLong ? "\(help): \(choices.joined(separator: ", "))" : help
    return TextLayout.entry(names + shown, text, column: column, width: width)
  }
}

/// Text in lines of a limited width.
package enum TextLayout {
  /// Words in lines no longer than a width, except for words that are.
  package static func wrapped(_ text: String, width: Int) -> String {
    lines(text, width: width).joined(separator: "\n")
  }

  static func lines(_ text: String, width: Int) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
      var lines: [String] = [""]
      for word in paragraph.split(separator: " ") {
        let last = lines[lines.count - 1]
        if last.isEmpty {
          lines[lines.count - 1] = String(word)
        } else if last.count + 1 + word.count <= width {
          lines[lines.count - 1] += " " + word
        } else {
          lines.append(String(word))
        }
      }
      return lines
    }
  }

  /// A term and what it means, in two columns.
  package static func entry(_ term: String, _ meaning: String, column: Int, width: Int) -> String {
    let lines = lines(meaning, width: max(20, width - column - 4))
    let indent = String(repeating: " ", count: column + 4)
    let fits = term.count <= column
    var text = "  " + term
    if fits { text += String(repeating: " ", count: column - term.count + 2) + (lines.first ?? "") }
    for line in fits ? lines.dropFirst() : lines[...] { text += "\n" + indent + line }
    return text + "\n"
  }
}
