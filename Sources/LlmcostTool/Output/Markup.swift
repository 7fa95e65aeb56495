import TextFormats

/// A piece of HTML or SVG as a value. Text becomes markup only here, and here it is escaped.
///
/// Tags and attribute names are literals of the program; whatever users or tables say is a text or an attribute's value.
enum Markup: Sendable {
  /// Text as people read it.
  case text(String)
  /// Pieces in order.
  case group([Markup])
  /// An element.
  indirect case element(Tag, [Attribute], [Markup])
  /// A style sheet: the program's own, and written as it is.
  case style(StaticString)
  /// A script: the program's own, and written as it is.
  case script(String)
  /// Data that a script reads, under an id; no text in it can end the element.
  case data(StaticString, JSONDocument)

  /// What is written; each element that ends a line is closed before the next begins.
  var text: String {
    var out = ""
    write(into: &out)
    return out
  }

  private func write(into out: inout String) {
    switch self {
    case .text(let text): Self.write(text, into: &out)
    case .group(let pieces): for piece in pieces { piece.write(into: &out) }
    case .style(let sheet): out += "<style>\n\(sheet)\n</style>\n"
    case .script(let script): out += "<script>\(script)</script>\n"
    case .data(let id, let data):
      let escapes: [Character: String] = ["<": "\\u003c", ">": "\\u003e", "&": "\\u0026"]
      out += "<script type=\"application/json\" id=\"\(id)\">"
      for character in data.text() { out += escapes[character] ?? String(character) }
      out += "</script>\n"
    case .element(let tag, let attributes, let children):
      out += "<" + tag.rawValue
      for attribute in attributes {
        out += " \(attribute.name)=\""
        Self.write(attribute.value, into: &out)
        out += "\""
      }
      if children.isEmpty, tag.closesItself {
        out += "/>"
      } else {
        out += ">"
        if tag.holdsLines { out += "\n" }
        for child in children { child.write(into: &out) }
        out += "</\(tag.rawValue)>"
      }
      if tag.endsLine { out += "\n" }
    }
  }

  /// Text with the characters of markup escaped, and those that neither HTML nor XML allows replaced.
  private static func write(_ text: String, into out: inout String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "\t", "\n": out.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": out += "\u{FFFD}"
      default: out.unicodeScalars.append(scalar)
      }
    }
  }
}

extension Markup: ExpressibleByStringLiteral {
  init(stringLiteral text: String) { self = .text(text) }
}

/// The elements that pages and charts are made of.
enum Tag: String, Sendable {
  case html, head, meta, title, body, header, main, nav, section, footer, figure, figcaption, div, details, summary
  case h1, h2, p, a, ul, li, dl, dt, dd, table, caption, thead, tbody, tr, th, td, span, strong, br, code
  case svg, desc, g, rect, line, circle, text

  /// Whether it is written on lines of its own around what it holds.
  fileprivate var holdsLines: Bool {
    switch self {
    case .html, .head, .body, .header, .main, .nav, .section, .details, .footer, .figure, .div, .ul, .dl, .table,
      .thead, .tbody,
      .svg, .g:
      true
    default: false
    }
  }

  fileprivate var endsLine: Bool {
    switch self {
    case .a, .span, .strong, .br, .code, .th, .td: false
    default: true
    }
  }

  /// Whether it may be written as one tag; in HTML that goes for void elements and for those of SVG.
  fileprivate var closesItself: Bool {
    switch self {
    case .meta, .br, .rect, .line, .circle: true
    default: false
    }
  }
}

/// An attribute of an element.
struct Attribute: Sendable {
  let name: StaticString
  let value: String

  init(_ name: StaticString, _ value: String) {
    self.name = name
    self.value = value
  }

  static func id(_ value: String) -> Attribute { Attribute("id", value) }
  static func `class`(_ value: StaticString) -> Attribute { Attribute("class", "\(value)") }
}

extension Markup {
  /// An address that may be followed: pages of the web alone, so that no script or file hides behind a source.
  static func link(_ title: String, to url: String?) -> Markup {
    guard let url, ["https://", "http://"].contains(where: { url.lowercased().hasPrefix($0) }) else {
      return .text(title + (url.map { ", \($0)" } ?? ""))
    }
    return .element(.a, [Attribute("href", url), Attribute("rel", "noopener noreferrer")], [.text(title)])
  }

  /// Pieces with something between them.
  static func joined(_ pieces: [Markup], by separator: Markup) -> Markup {
    var result: [Markup] = []
    for (index, piece) in pieces.enumerated() {
      if index > 0 { result.append(separator) }
      result.append(piece)
    }
    return .group(result)
  }
}
