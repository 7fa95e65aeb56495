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

extension ProgramView {
  /// The program's bill by stage and by category, and its timeline.
  var page: Page {
    var page = Page(command: "program", title: report.program.name)
    func shown(_ value: Double) -> String { Notation.display(value, as: .dollars) }
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
      Page.Section("totals", "Compute and footprint", tables: [DataTable("Totals of the program", totalsTable)]),
    ]
    return page
  }
}
