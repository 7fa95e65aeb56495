import CostModel

/// Where values come from, with links to what was published.
extension Markup {
  /// An origin: who said so, or the row, its date, what to know of it, and its sources.
  static func origin(_ origin: Origin) -> Markup {
    switch origin {
    case .given: "given"
    case .file(let name): .text(name)
    case .assumed(let reason): .text("assumed: " + reason)
    case .table(let row):
      .element(
        .span, [.class("wide")],
        [
          .text("table \(row.table), row \(row.id), as of \(row.asOf)"),
          .group([row.note, row.assumption.map { "assumption: " + $0 }].compactMap { $0 }.flatMap(quietLine)),
          sources(row.sources),
        ])
    }
  }

  /// Sources, each on a line of its own.
  static func sources(_ sources: [Source]) -> Markup {
    .group(sources.flatMap { [.element(.br, [], []), link($0.title, to: $0.url)] })
  }

  fileprivate static func quietLine(_ text: String) -> [Markup] {
    [.element(.br, [], []), .element(.span, [.class("quiet")], [.text(text)])]
  }
}

extension DataTable {
  /// Every input of a report with its range and its source.
  static func inputs(of report: Report) -> DataTable {
    let lines = report.lines.compactMap { line -> [Markup]? in
      guard case .input(let origin) = line.basis else { return nil }
      return [
        .text(line.name), .text(ValueText.value(line)), .text(ValueText.range(line)), .origin(origin),
      ]
    }
    return DataTable(
      "What the estimate rests on",
      columns: [
        Column(name: "input"), Column(name: "typical", isNumeric: true),
        Column(name: "p10 – p90", isNumeric: true, wraps: true),
        Column(name: "source"),
      ],
      rows: lines)
  }

  /// Every value that is computed, with its formula in words and in numbers.
  static func formulas(of report: Report) -> DataTable {
    let text = FormulaText(report)
    let lines = report.lines.reversed().compactMap { line -> [Markup]? in
      guard case .formula(let pieces) = line.basis, !line.name.isEmpty else { return nil }
      return [
        .text(line.name), .text(ValueText.value(line)), .text(ValueText.range(line)),
        .element(
          .span, [.class("wide")],
          [
            .text("= " + text.names(pieces)), .element(.br, [], []), .text("= " + text.values(pieces)),
            .group(line.note.map(Markup.quietLine) ?? []),
            .sources(line.sources),
          ]),
      ]
    }
    return DataTable(
      "How each value comes about, results first",
      columns: [
        Column(name: "value"), Column(name: "typical", isNumeric: true),
        Column(name: "p10 – p90", isNumeric: true, wraps: true),
        Column(name: "formula"),
      ],
      rows: lines)
  }
}
