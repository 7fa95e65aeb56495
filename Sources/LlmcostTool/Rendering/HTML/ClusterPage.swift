import CostModel

extension ClusterView {
  /// What it takes in money, and every figure with its range and its inputs.
  var page: Page {
    var page = Page(command: "cluster", title: title)
    page.title += currency?.remark ?? ""
    for name in ["capex_usd", "cost_usd", "site_power_mw"] {
      guard let line = report.result(name) else { continue }
      page.facts.append(Page.Fact(name: line.name, value: ValueText.value(line), range: ValueText.range(line)))
    }
    let headings = [("buy", "To buy"), ("power", "Power"), ("keep", "To keep"), ("footprint", "Footprint")]
    for ((id, heading), section) in zip(headings, sections) {
      let lines = section.compactMap { report.result($0) }
      guard !lines.isEmpty else { continue }
      var table = TextTable([.left, .right, .left] + (currency == nil ? [] : [.right, .left]))
      table.rows = [["result", "typical", "p10 – p90"] + (currency?.headings ?? [])]
      for line in lines {
        table.rows.append([line.name, ValueText.value(line), ValueText.range(line)] + (currency?.cells(line) ?? []))
      }
      let data = DataTable(heading, table)
      let money = lines.filter { $0.dimension == .dollars }
      guard !money.isEmpty else {
        page.sections.append(Page.Section(id, heading, tables: [data]))
        continue
      }
      let chart = Chart.bars(
        heading, description: "One bar for each of \(money.count) amounts.",
        money.map { Chart.Bar(name: $0.name, value: $0.value) }, shown: { Notation.display($0, as: .dollars) })
      page.sections.append(Page.Section(id, heading, chart, table: data))
    }
    page.sections.append(Page.Section("inputs", "Inputs and sources", tables: [DataTable.inputs(of: report)]))
    return page
  }
}
