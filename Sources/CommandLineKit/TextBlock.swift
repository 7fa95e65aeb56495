/// A piece of a text that help prints plain and the manual prints as roff.
package enum TextBlock: Sendable {
  /// Running text.
  case paragraph(String)
  /// A term and what it means.
  case entry(String, String)
  /// A command line and what it does.
  case example(CommandExample)
  /// Lines that stay as they are.
  case verbatim(String)

  /// The text of some blocks, wrapped to a width.
  ///
  /// - Parameters:
  ///   - blocks: Entries and examples that follow each other stand without a blank line between them.
  ///   - width: The longest line, except for words, and verbatim lines that are no commands.
  /// - Returns: Whole lines.
  package static func text(_ blocks: [TextBlock], width: Int) -> String {
    var text = ""
    let terms = blocks.compactMap { if case .entry(let term, _) = $0 { term.count } else { nil } }
    let column = min(24, terms.max() ?? 0)
    for (index, block) in blocks.enumerated() {
      let isList = index > 0 && block.isListed && blocks[index - 1].isListed
      if index > 0, !isList { text += "\n" }
      switch block {
      case .paragraph(let words):
        text += TextLayout.wrapped(words.replacing("\n", with: "\n\n"), width: width) + "\n"
      case .entry(let term, let meaning):
        text += TextLayout.entry(term, meaning, column: column, width: width)
      case .example(let example): text += "  \(example.line)\n      \(example.meaning)\n"
      case .verbatim(let lines):
        for line in lines.split(separator: "\n") {
          // A command goes on as a shell takes it; what it prints stays as it is.
          let isLong = line.hasPrefix("$ ") && line.count + 2 > width
          let shown = isLong ? TextLayout.command(String(line), width: width - 2) : String(line)
          text += "  " + shown.replacing("\n", with: "\n  ") + "\n"
        }
      }
    }
    return text
  }

  private var isListed: Bool {
    switch self {
    case .entry, .example: true
    default: false
    }
  }
}
