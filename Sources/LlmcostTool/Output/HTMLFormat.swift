import CostModel

/// A page in one file: it asks the network for nothing, and needs no script to be read. That of an estimate or a program has
/// a script that evaluates it at other values.
struct HTMLFormat: DocumentFormat {
  let name = "html"
  let showsEveryRange = true
  let showsRemarks = true

  func text(of document: Document, in settings: OutputSettings) throws(Failure) -> String {
    let headline = document.title.first ?? document.command
    let sections = document.sections(.page)
    let head: [Markup] = [
      .element(.meta, [Attribute("charset", "utf-8")], []),
      .element(.title, [], [.text("\(headline) · llmcost")]),
      .element(
        .meta, [Attribute("name", "viewport"), Attribute("content", "width=device-width, initial-scale=1")], []),
      .element(.meta, [Attribute("name", "color-scheme"), Attribute("content", "light dark")], []),
      // Nothing is fetched, and nothing runs but the program's own script, whatever a table's text may try.
      .element(
        .meta,
        [
          Attribute("http-equiv", "Content-Security-Policy"),
          Attribute(
            "content",
            "default-src 'none'; style-src 'unsafe-inline'" + (document.play == nil ? "" : PlayPage.policy)),
        ], []),
      .style(Theme.page),
    ]
    let body: [Markup] =
      [
        .element(.a, [.class("skip"), Attribute("href", "#main")], ["Skip to the results"]),
        .element(
          .header, [],
          [.element(.h1, [], [.text(headline)])]
            + document.title.dropFirst().map { .element(.p, [], [.text($0)]) }
            + document.about.map { .element(.p, [], [.element(.strong, [], [.text($0.name + ": ")]), .text($0.text)]) }),
        .element(
          .main, [.id("main")],
          Self.answer(document.sentence) + Self.facts(document.facts) + (document.play.map(PlayPage.section) ?? [])
            + Self.notes((document.foldsNotes ? [] : document.notes) + document.failures)
            + Self.contents(sections.filter { !$0.isDetail })
            + sections.filter { !$0.isDetail }.map(Self.section) + Self.details(sections.filter(\.isDetail))),
        .element(
          .footer, [],
          [
            .element(
              .p, [],
              [.text("llmcost \(Tool.version), llmcost \(document.command). p10 – p90: four cases out of five.")])
          ]),
      ] + (document.play == nil ? [] : [.script(PlayPage.script)])
    let page = Markup.element(.html, [Attribute("lang", "en")], [.element(.head, [], head), .element(.body, [], body)])
    return "<!DOCTYPE html>\n" + page.text
  }

  /// What most readers do not look for, folded away: paper does not have it.
  private static func details(_ sections: [Document.Section]) -> [Markup] {
    guard !sections.isEmpty else { return [] }
    let names = sections.map(\.heading).joined(separator: ", ")
    return [
      .element(.details, [], [.element(.summary, [], [.text("Details: \(names)")])] + sections.map(section))
    ]
  }

  /// The answer in a sentence, which is read out anew where a script changes it.
  private static func answer(_ sentence: String?) -> [Markup] {
    sentence.map { [.element(.p, [.id("answer"), Attribute("aria-live", "polite")], [.text($0)])] } ?? []
  }

  private static func facts(_ facts: [Document.Fact]) -> [Markup] {
    let entries = facts.filter { !$0.value.isEmpty }.map { fact in
      Markup.element(
        .div,
        (fact.key.map { [Attribute("data-result", $0)] } ?? [])
          + (fact.perDollar.map { [Attribute("data-per-dollar", Notation.machineText($0))] } ?? [])
          + (fact.confidence.map { [Attribute("data-confidence", Notation.machineText($0))] } ?? []),
        [
          .element(.dt, [], [.text(fact.name)]),
          .element(.dd, [], [.element(.strong, [], [.text(fact.value.text)])]),
        ]
          + (fact.range.isEmpty ? [] : [.element(.dd, [.class("range")], [.text(fact.range.text)])]))
    }
    return entries.isEmpty ? [] : [.element(.dl, [.class("facts")], entries)]
  }

  private static func notes(_ notes: [String]) -> [Markup] {
    notes.isEmpty
      ? [] : [.element(.ul, [.class("notes")], notes.map { .element(.li, [], [.text("Note: " + $0)]) })]
  }

  private static func contents(_ sections: [Document.Section]) -> [Markup] {
    guard sections.count > 2 else { return [] }
    let entries = sections.map { section in
      Markup.element(.li, [], [.element(.a, [Attribute("href", "#" + section.id)], [.text(section.heading)])])
    }
    return [.element(.nav, [Attribute("aria-label", "Contents")], [.element(.ul, [], entries)])]
  }

  private static func section(_ section: Document.Section) -> Markup {
    let heading = Markup.element(.h2, [.id(section.id)], [.text(section.heading)])
    let tables = section.tables.map { table($0, heading: section.heading) }
    guard let chart = section.chart else {
      return .element(.section, [Attribute("aria-labelledby", section.id)], [heading] + tables)
    }
    let figure = Markup.element(
      .figure, [], [chart.inline(id: section.id), .element(.figcaption, [], chart.legend.map(\.markup))])
    // Beside a long table, a wide page would stay empty.
    let isLong = section.tables.contains { $0.rows.count > 16 }
    return .element(
      .section, [Attribute("aria-labelledby", section.id)],
      [
        heading,
        .element(
          .div, [.class(isLong ? "stack" : section.isCompact ? "pair compact" : "pair")],
          [figure, .element(.div, [], tables)]),
      ])
  }

  // MARK: - Tables

  /// The table, in a frame that scrolls by itself where the page is narrow.
  private static func table(_ table: Table, heading: String) -> Markup {
    let kept = table.filled(withDrawings: false)
    // Beside long sources, ranges may stand on two lines.
    let isWide = table.rows.contains { row in kept.contains { row.cells[$0].isWide } }
    func look(_ column: Table.Column) -> [Attribute] {
      switch column.kind {
      case .words: []
      case .number: [.class("number")]
      case .range: [.class(isWide ? "number two" : "number")]
      }
    }
    let head = kept.map { place -> Markup in
      let column = table.columns[place]
      return column.name.isEmpty
        ? .element(.td, look(column), [])
        : .element(.th, look(column) + [Attribute("scope", "col")], [.text(column.name)])
    }
    let body = table.rows.flatMap { row -> [Markup] in
      let cells = kept.map { place -> Markup in
        place == kept.first
          ? .element(.th, [Attribute("scope", "row")], [row.cells[place].markup])
          : .element(.td, look(table.columns[place]), [row.cells[place].markup])
      }
      guard let group = row.group, !group.isEmpty else { return [.element(.tr, [], cells)] }
      let title =
        [Markup.element(.th, [Attribute("scope", "row"), .class("quiet")], [.text(group)])]
        + kept.dropFirst().map { _ in .element(.td, [], []) }
      return [.element(.tr, [], title), .element(.tr, [], cells)]
    }
    let caption = table.caption.isEmpty ? heading : table.caption
    let content = Markup.element(
      .table, [],
      [
        .element(.caption, [], [.element(.span, [], [.text(caption)])]),
        .element(.thead, [], [.element(.tr, [], head)]), .element(.tbody, [], body),
      ])
    // A region that scrolls takes the focus, so that the keyboard can scroll it.
    return .group(
      [
        .element(
          .div,
          [
            .class("scroll"), Attribute("tabindex", "0"), Attribute("role", "region"), Attribute("aria-label", caption),
          ], [content])
      ] + table.remarks.map { .element(.p, [.class("remark")], [.text($0)]) })
  }
}

extension Cell {
  fileprivate var isWide: Bool {
    switch self {
    case .origin, .sources, .stack: true
    default: false
    }
  }

  fileprivate var markup: Markup {
    switch self {
    case .code(let name): .element(.code, [], [.text(name)])
    case .origin(let origin): origin.markup
    case .sources(let sources): .element(.span, [.class("wide")], [Self.links(sources)])
    case .stack(let cells):
      .element(
        .span, [.class("wide")],
        [
          .joined(
            cells.filter { !$0.isEmpty }.enumerated().map { place, cell in
              if case .sources(let sources) = cell { return Self.links(sources) }
              return place == 0 ? cell.markup : .element(.span, [.class("quiet")], [cell.markup])
            }, by: .element(.br, [], []))
        ])
    default: .text(text)
    }
  }

  fileprivate static func links(_ sources: [Source]) -> Markup {
    .joined(sources.map { .link($0.title, to: $0.url) }, by: .element(.br, [], []))
  }
}

extension Origin {
  /// Who said so, or the row, its date, what to know of it, and its sources.
  fileprivate var markup: Markup {
    guard case .table(let row) = self else {
      if case .assumed(let reason) = self { return .text("assumed: " + reason) }
      return .text(label)
    }
    let remarks = [row.note, row.assumption.map { "assumption: " + $0 }].compactMap { $0 }
    return Cell.stack(
      [.text("table \(row.table), row \(row.id), as of \(row.asOf)")] + remarks.map(Cell.text)
        + [.sources(row.sources)]
    ).markup
  }
}
