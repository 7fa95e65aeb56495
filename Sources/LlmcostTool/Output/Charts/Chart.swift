import CostModel

/// A chart as shapes. Across, places are in percent of the width, so that bars stretch with the page and text does not;
/// down, they are in pixels.
struct Chart: Sendable {
  /// Which end or middle of a text is at its place.
  enum Anchor: String, Sendable { case start, middle, end }

  /// What a chart is made of; the class says how it looks.
  enum Shape: Sendable {
    case line(x1: Double, y1: Double, x2: Double, y2: Double, StaticString)
    case bar(x: Double, y: Double, width: Double, height: Double, StaticString)
    /// A mark with the words that pointing at it shows.
    case dot(x: Double, y: Double, radius: Double, StaticString, String)
    case text(x: Double, y: Double, Anchor, StaticString, String)
  }

  /// What it shows, in a few words.
  var title: String
  /// What one sees in it, for those who do not.
  var description: String
  var height: Double = 0
  var shapes: [Shape] = []
  /// The meaning of its marks, below it.
  var legend: [Key] = []

  /// The width that labels must fit into, in pixels.
  static let leastWidth = 340.0

  /// The width of a text, in pixels: an estimate on the safe side.
  static func width(of text: String) -> Double { Double(text.displayWidth) * 7.2 }

  /// A text cut to a width in pixels.
  static func fitted(_ text: String, into width: Double) -> String {
    let columns = max(4, Int(width / 7.2))
    return text.displayWidth <= columns ? text : String(text.prefix(columns - 1)) + "…"
  }

  /// Part of a page.
  func inline(id: String) -> Markup {
    svg(id: id, [.class("chart"), Attribute("width", "100%"), Attribute("height", Self.number(height))], style: [])
  }

  /// A file of its own.
  var standalone: String {
    let size = [
      Attribute("xmlns", "http://www.w3.org/2000/svg"), Attribute("width", "720"),
      Attribute("height", Self.number(height + (legend.isEmpty ? 40 : 66))),
    ]
    // Nested, for a margin; the outer one is the picture.
    let inner = Markup.element(
      .svg,
      [
        Attribute("x", "20"), Attribute("y", "38"), Attribute("width", "680"),
        Attribute("height", Self.number(height)), Attribute("overflow", "visible"),
      ], (shapes + legendShapes(width: 680, y: height + 14)).map(Self.markup))
    let heading = Self.markup(.text(x: 20.0 / 7.2, y: 22, .start, "heading", title))
    return svg(id: "chart", size, style: [.style(Theme.chart)], content: [heading, inner]).text
  }

  private func svg(
    id: String, _ attributes: [Attribute], style: [Markup], content: [Markup]? = nil
  ) -> Markup {
    .element(
      .svg,
      attributes + [Attribute("role", "img"), Attribute("aria-labelledby", "\(id)-title \(id)-desc")],
      [
        .element(.title, [.id(id + "-title")], [.text(title)]),
        .element(.desc, [.id(id + "-desc")], [.text(description)]),
      ] + style + (content ?? shapes.map(Self.markup)))
  }

  private static func markup(_ shape: Shape) -> Markup {
    switch shape {
    case .line(let x1, let y1, let x2, let y2, let look):
      return .element(
        .line,
        [
          Attribute("x1", percent(x1)), Attribute("y1", number(y1)), Attribute("x2", percent(x2)),
          Attribute("y2", number(y2)), .class(look),
        ], [])
    case .bar(let x, let y, let width, let height, let look):
      return .element(
        .rect,
        [
          Attribute("x", percent(x)), Attribute("y", number(y)), Attribute("width", percent(max(0, width))),
          Attribute("height", number(height)), .class(look),
        ], [])
    case .dot(let x, let y, let radius, let look, let words):
      return .element(
        .circle,
        [Attribute("cx", percent(x)), Attribute("cy", number(y)), Attribute("r", number(radius)), .class(look)],
        [.element(.title, [], [.text(words)])])
    case .text(let x, let y, let anchor, let look, let words):
      return .element(
        .text,
        [
          Attribute("x", percent(x)), Attribute("y", number(y)), Attribute("text-anchor", anchor.rawValue),
          .class(look),
        ], [.text(words)])
    }
  }

  private static func percent(_ value: Double) -> String { number(value) + "%" }

  /// A coordinate to a hundredth.
  static func number(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e6 else { return "0" }
    let hundredths = (value * 100).rounded()
    let text = (hundredths / 100).description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension Chart {
  /// A mark and its meaning.
  struct Key: Sendable {
    /// What is drawn: a filled or hollow bar, a filled or hollow dot, or what the words themselves begin with.
    enum Mark: Sendable { case bar, low, dot, apart, none }

    var mark: Mark
    var words: String

    init(_ mark: Mark, _ words: String) {
      self.mark = mark
      self.words = words
    }

    /// Below a chart of a page.
    var markup: Markup {
      let look: StaticString? =
        switch mark {
        case .bar: "key"
        case .low: "key low"
        case .dot: "key dot"
        case .apart: "key apart"
        case .none: nil
        }
      let sample = look.map { [Markup.element(.span, [.class($0), Attribute("aria-hidden", "true")], [])] } ?? []
      return .element(.span, [.class("item")], sample + [.text(words)])
    }
  }

  /// The legend as shapes, in a row that is so many pixels wide.
  fileprivate func legendShapes(width: Double, y: Double) -> [Shape] {
    var shapes: [Shape] = []
    var x = 0.0
    for key in legend {
      func percent(_ pixels: Double) -> Double { pixels / width * 100 }
      switch key.mark {
      case .bar, .low:
        shapes.append(
          .bar(x: percent(x), y: y - 9, width: percent(18), height: 9, key.mark == .bar ? "bar" : "low"))
        x += 24
      case .dot, .apart:
        shapes.append(.dot(x: percent(x + 5), y: y - 4, radius: 4.5, key.mark == .dot ? "dot" : "apart", key.words))
        x += 16
      case .none: break
      }
      shapes.append(.text(x: percent(x), y: y, .start, "tick", key.words))
      x += Self.width(of: key.words) + 14
    }
    return shapes
  }
}
