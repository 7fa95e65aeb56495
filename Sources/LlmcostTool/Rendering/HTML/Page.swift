/// What a command has to say as a page of its own: facts, charts with the tables behind them, and tables.
///
/// The page is one file: it asks the network for nothing, and needs no script to be read.
struct Page: Sendable {
  /// A result at the top of the page.
  struct Fact: Sendable {
    var name: String
    var value: String
    /// Its range; empty where nothing varies.
    var range = ""
  }

  /// A part of the page under a heading of its own.
  struct Section: Sendable {
    var id: String
    var heading: String
    var chart: Chart?
    var tables: [DataTable]

    /// A chart and the table behind it.
    init(_ id: String, _ heading: String, _ chart: Chart, table: DataTable) {
      self.id = id
      self.heading = heading
      self.chart = chart
      tables = [table]
    }

    /// Tables alone.
    init(_ id: String, _ heading: String, tables: [DataTable]) {
      self.id = id
      self.heading = heading
      self.tables = tables
    }
  }

  /// The word behind `llmcost`.
  var command: String
  /// The headline; further lines stand below it.
  var title: String
  var notes: [String] = []
  var facts: [Fact] = []
  var sections: [Section] = []

  /// The page, or its first chart alone.
  func text(_ format: Format) throws(Failure) -> String {
    guard format == .svg else { return html }
    guard let chart = sections.lazy.compactMap(\.chart).first else {
      throw Failure("there is no chart here", hint: "--format html prints the tables", status: .usage)
    }
    return chart.standalone
  }

  /// The whole page.
  var html: String {
    let lines = title.split(separator: "\n").map(String.init)
    let head: [Markup] = [
      .element(.meta, [Attribute("charset", "utf-8")], []),
      .element(.title, [], [.text("\(lines.first ?? command) · llmcost")]),
      .element(
        .meta, [Attribute("name", "viewport"), Attribute("content", "width=device-width, initial-scale=1")], []),
      .element(.meta, [Attribute("name", "color-scheme"), Attribute("content", "light dark")], []),
      // Nothing is fetched and nothing runs, whatever a table's text may try.
      .element(
        .meta,
        [
          Attribute("http-equiv", "Content-Security-Policy"),
          Attribute("content", "default-src 'none'; style-src 'unsafe-inline'"),
        ], []),
      .style(Theme.page),
    ]
    let body: [Markup] = [
      .element(.a, [.class("skip"), Attribute("href", "#main")], ["Skip to the results"]),
      .element(
        .header, [],
        [.element(.h1, [], [.text(lines.first ?? command)])]
          + lines.dropFirst().map { .element(.p, [], [.text($0)]) }),
      .element(.main, [.id("main")], summary + contents + sections.map(\.markup)),
      .element(
        .footer, [],
        [.element(.p, [], [.text("llmcost \(Tool.version), llmcost \(command). p10 – p90: four cases out of five.")])]),
    ]
    let page = Markup.element(.html, [Attribute("lang", "en")], [.element(.head, [], head), .element(.body, [], body)])
    return "<!DOCTYPE html>\n" + page.text
  }

  private var summary: [Markup] {
    var pieces: [Markup] = []
    if !facts.isEmpty {
      let entries = facts.map { fact in
        Markup.element(
          .div, [],
          [.element(.dt, [], [.text(fact.name)]), .element(.dd, [], [.element(.strong, [], [.text(fact.value)])])]
            + (fact.range.isEmpty ? [] : [.element(.dd, [.class("range")], [.text(fact.range)])]))
      }
      pieces.append(.element(.dl, [.class("facts")], entries))
    }
    if !notes.isEmpty {
      pieces.append(.element(.ul, [.class("notes")], notes.map { .element(.li, [], [.text("Note: " + $0)]) }))
    }
    return pieces
  }

  private var contents: [Markup] {
    guard sections.count > 2 else { return [] }
    let entries = sections.map { section in
      Markup.element(
        .li, [], [.element(.a, [Attribute("href", "#" + section.id)], [.text(section.heading)])])
    }
    return [.element(.nav, [Attribute("aria-label", "Contents")], [.element(.ul, [], entries)])]
  }
}

extension Page.Section {
  /// Whether the table would leave a wide page empty beside it.
  private var isLong: Bool { tables.contains { $0.rows.count > 16 } }

  fileprivate var markup: Markup {
    let heading = Markup.element(.h2, [.id(id)], [.text(heading)])
    let tables = tables.map(\.markup)
    guard let chart else { return .element(.section, [Attribute("aria-labelledby", id)], [heading] + tables) }
    let figure = Markup.element(
      .figure, [], [chart.inline(id: id), .element(.figcaption, [], chart.legend.map(\.markup))])
    return .element(
      .section, [Attribute("aria-labelledby", id)],
      [heading, .element(.div, [.class(isLong ? "stack" : "pair")], [figure, .element(.div, [], tables)])])
  }
}
