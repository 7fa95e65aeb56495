import CostModel

extension ProgramView {
  /// The program's bill by stage and by category, what moves it, its time and its months, and what it rests on.
  var page: Page {
    var page = Page(command: "program", title: title, notes: notes)
    let total = report.value("cost_usd")
    let ends = [total.p10, total.p90].compactMap { $0 }.map(shown)
    page.facts = [Page.Fact(name: "total cost", value: shown(total.typical), range: ends.joined(separator: " – "))]
    let stages = Chart.bars(
      "Cost by stage", description: "One bar for each stage, and for what stands beside the stages.",
      report.labels.map { Chart.Bar(name: $0, value: report.value(ofLabel: $0)) }, shown: shown)
    let categories = Chart.bars(
      "Cost by category", description: "One bar for each category of the bill.",
      report.categories.map { Chart.Bar(name: $0.name, value: report.value($0.key)) }, shown: shown)
    page.sections = [
      Page.Section("stages", "Stages", stages, table: DataTable("Cost by stage", stageTable)),
      Page.Section("categories", "Categories", categories, table: DataTable("Cost by category", categoryTable)),
    ]
    if let drivers, !drivers.drivers.isEmpty { page.sections.append(.drivers(drivers, of: "the total cost")) }
    if let timeline { page.sections.append(timeline) }
    if let cash { page.sections.append(cash) }
    page.sections.append(
      Page.Section("totals", "Compute and footprint", tables: [DataTable("Totals of the program", totalsTable)]))
    page.sections.append(Page.Section("inputs", "Inputs and sources", tables: [.inputs(of: report.report)]))
    return page
  }

  private func shown(_ dollars: Double) -> String { Notation.display(dollars, as: .dollars) }

  private func days(_ hours: Double) -> String { Notation.display(hours, as: .hours) }

  /// When each stage runs; nil where no time is known.
  private var timeline: Page.Section? {
    let placed = placed
    guard let last = placed.max(by: { $0.start + $0.length < $1.start + $1.length }) else { return nil }
    let chart = Chart.timeline(
      "Timeline", description: "One bar for each stage, from its start to its end; \(last.label) ends last.",
      placed.map { Chart.Stretch(name: $0.label, start: $0.start, length: $0.length) }, shown: days)
    let table = DataTable(
      "When each stage starts, and how long it takes",
      columns: [
        DataTable.Column(name: "stage"), DataTable.Column(name: "start", isNumeric: true),
        DataTable.Column(name: "length", isNumeric: true),
      ], rows: placed.map { [$0.label, days($0.start), days($0.length)].map(Markup.text) })
    return Page.Section("timeline", "Timeline", chart, table: table)
  }

  /// Money by month; nil where there is one month alone.
  private var cash: Page.Section? {
    let cash = report.cashByMonth
    guard cash.count > 1 else { return nil }
    let first = cash.prefix(Self.shownMonths)
    let rest = cash.dropFirst(Self.shownMonths).reduce(0, +)
    let rows = first.enumerated().map { ("month \($0 + 1)", $1) } + (rest > 0 ? [("after", rest)] : [])
    let chart = Chart.bars(
      "Cash by month", description: "One bar for each month, at typical values.",
      first.enumerated().map { Chart.Bar(name: "month \($0 + 1)", value: Spread(typical: $1)) }, shown: shown,
      hasRanges: false)
    let table = DataTable(
      "Cash by month, at typical values",
      columns: [DataTable.Column(name: "month"), DataTable.Column(name: "cash", isNumeric: true)],
      rows: rows.map { [.text($0.0), .text(shown($0.1))] })
    return Page.Section("cash", "Cash by month", chart, table: table)
  }
}
