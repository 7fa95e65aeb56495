extension CommandSyntax {
  /// The help text, wrapped to a width.
  package func help(width: Int = 80) -> String {
    var text = head(width: width)
    if !discussion.isEmpty { text += "\n" + TextLayout.wrapped(discussion, width: width) + "\n" }
    let column = 26
    for group in groups {
      text += "\n\(group.title):\n"
      for option in group.options { text += option.helpEntry(column: column, width: width) }
    }
    text += Option.help.helpEntry(column: column, width: width, help: "print this help; -h prints one screen of it")
    text += "\nExamples:\n"
    for example in examples { text += "  \(example.line)\n      \(example.meaning)\n" }
    return text
  }

  /// The summary and the right usage.
  func head(width: Int) -> String {
    TextLayout.wrapped(summary, width: width) + "\n\n"
      + TextLayout.hanging("Usage: \(usageLine)", width: width) + "\n"
  }
}

extension Option {
  func helpEntry(column: Int, width: Int, help: String? = nil) -> String {
    let help = help ?? self.help
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

  /// A line that goes on indented where it is too long.
  static func hanging(_ text: String, width: Int) -> String {
    lines(text, width: width - 7).joined(separator: "\n       ")
  }

  /// A command line on as many lines as it needs, which a shell reads as one: broken in front of options and `>`.
  static func command(_ line: String, width: Int) -> String {
    // An option and its value stay together.
    var pieces: [String] = []
    for word in line.split(separator: " ") {
      if pieces.isEmpty || word.hasPrefix("-") || word == ">" {
        pieces.append(String(word))
      } else {
        pieces[pieces.count - 1] += " " + word
      }
    }
    var lines: [String] = []
    for piece in pieces {
      if let last = lines.last, last.count + 3 + piece.count <= width {
        lines[lines.count - 1] += " " + piece
      } else {
        if !lines.isEmpty { lines[lines.count - 1] += " \\" }
        lines.append((lines.isEmpty ? "" : "    ") + piece)
      }
    }
    return lines.joined(separator: "\n")
  }

  /// A term and what it means, in two columns.
  package static func entry(_ term: String, _ meaning: String, column: Int, width: Int) -> String {
    guard !meaning.isEmpty else { return "  \(term)\n" }
    let lines = lines(meaning, width: max(20, width - column - 4))
    let indent = String(repeating: " ", count: column + 4)
    let fits = term.count <= column
    var text = "  " + term
    if fits { text += String(repeating: " ", count: column - term.count + 2) + (lines.first ?? "") }
    for line in fits ? lines.dropFirst() : lines[...] { text += "\n" + indent + line }
    return text + "\n"
  }
}
