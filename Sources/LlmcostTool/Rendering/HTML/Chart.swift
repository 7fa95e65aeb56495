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
  var legend: [Markup] = []

  /// The width that labels must fit into, in pixels.
  static let leastWidth = 300.0

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
      Attribute("height", Self.number(height + 40)),
    ]
    // Nested, for a margin; the outer one is the picture.
    let inner = Markup.element(
      .svg,
      [
        Attribute("x", "20"), Attribute("y", "38"), Attribute("width", "680"),
        Attribute("height", Self.number(height)), Attribute("overflow", "visible"),
      ], shapes.map(Self.markup))
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
  /// One mark and its meaning, for a legend.
  static func key(_ look: StaticString, _ words: String) -> Markup {
    .element(
      .span, [.class("item")],
      [.element(.span, [.class(look), Attribute("aria-hidden", "true")], []), .text(words)])
  }
}
