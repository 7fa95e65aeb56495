import CostModel

extension ComparisonView {
  /// The totals side by side, and every line.
  var page: Page {
    var page = Page(command: "compare", title: columns.map(\.name).joined(separator: ", "))
    let totals = columns.map { column in
      Chart.Bar(name: column.name, value: column.report.result("cost_usd")?.value ?? Spread(typical: 0))
    }
    let chart = Chart.bars(
      "Total cost", description: "One bar for each of \(totals.count) estimates.", totals,
      shown: { Notation.display($0, as: .dollars) })
    page.sections = [
      Page.Section("comparison", "Side by side", chart, table: DataTable("Lines of the estimates", linesTable))
    ]
    return page
  }
}
