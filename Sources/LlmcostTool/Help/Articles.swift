import CommandLineKit
import TableBytes

extension HelpTopic {
  /// The articles of the program's documentation, which it carries along: `llmcost help tour`.
  static let articles: [HelpTopic] = (0..<embeddedArticleCount()).map { index in
    let article = embeddedArticle(index)
    let text = String(decoding: UnsafeBufferPointer(start: article.bytes, count: article.count), as: UTF8.self)
    let title = text.prefix { $0 != "\n" }.drop { $0 == "#" || $0 == " " }
    return HelpTopic(String(cString: article.name), String(title) + ".") { MarkdownArticle(text).blocks }
  }

  /// Topics and articles.
  static var everything: [HelpTopic] { all + articles }
}

/// An article as it stands in the documentation, as blocks of help.
struct MarkdownArticle {
  /// What help prints of it; the title is told apart.
  private(set) var blocks: [TextBlock] = []
  private var paragraph = ""
  private var code: [Substring] = []

  init(_ text: String) {
    var isCode = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst() {
      if line.hasPrefix("```") {
        isCode.toggle()
        endParagraph()
        if !isCode { endCode() }
      } else if isCode {
        code.append(line)
      } else if line.hasPrefix("|") {
        add(row: line)
      } else if line.hasPrefix("#") {
        endParagraph()
        blocks.append(.paragraph(line.drop { $0 == "#" || $0 == " " }.uppercased()))
      } else if line.isEmpty {
        endParagraph()
      } else {
        if line.hasPrefix("- ") { endParagraph() }
        paragraph += (paragraph.isEmpty ? "" : " ") + line.drop { $0 == " " }
      }
    }
    endParagraph()
  }

  private mutating func endParagraph() {
    guard !paragraph.isEmpty else { return }
    blocks.append(.paragraph(Self.plain(paragraph)))
    paragraph = ""
  }

  private mutating func endCode() {
    blocks.append(.verbatim(code.map { $0.isEmpty ? " " : String($0) }.joined(separator: "\n")))
    code = []
  }

  /// A row of a table: what it is about, and the rest of it.
  private mutating func add(row: Substring) {
    endParagraph()
    let cells = row.split(separator: "|").map { Self.plain($0.drop { $0 == " " }) }
    guard let first = cells.first, !first.allSatisfy({ "-: ".contains($0) }) else { return }
    blocks.append(.entry(first, cells.dropFirst().joined(separator: ", ")))
  }

  /// Text without marks, and without spaces at its end.
  private static func plain(_ text: some StringProtocol) -> String {
    var plain = String(text).replacing("`", with: "").replacing("**", with: "")
    while plain.hasSuffix(" ") { plain.removeLast() }
    return plain
  }
}
