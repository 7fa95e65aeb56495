import CostModel
import CostTables

extension ServeView {
  /// What tokens cost here and elsewhere, and every figure with its range and its inputs.
  var page: Page {
    var page = Page(command: "serve", title: title, notes: estimate.scenario.noteLines)
    func dollars(_ value: Double) -> String { Notation.display(value, as: .dollars) }
    let keys = ["input_usd_per_million_tokens", "output_usd_per_million_tokens"]
    for key in keys + ["usd_per_request", "usd_per_month"] {
      guard let line = report.result(key) else { continue }
      let cells = shown(line, key)
      page.facts.append(Page.Fact(name: line.name, value: cells.value, range: cells.range))
    }
    let tokens = keys.compactMap { report.result($0) }
    let heading = "Cost of a million tokens"
    let chart = Chart.bars(
      heading, description: "One bar for tokens that are read, and one for tokens that are written.",
      tokens.map { Chart.Bar(name: $0.name, value: $0.value) }, shown: dollars)
    page.sections.append(Page.Section("tokens", heading, chart, table: figures(heading, keys)))
    if !prices.isEmpty, let own = report.result("usd_per_request") { page.sections.append(offers(own.value)) }
    let tables = Self.sections.map { figures($0.heading, $0.names) }.filter { !$0.rows.isEmpty }
    page.sections.append(Page.Section("figures", "Figures", tables: tables))
    page.sections.append(Page.Section("inputs", "Inputs and sources", tables: [DataTable.inputs(of: report)]))
    return page
  }

  private func figures(_ caption: String, _ keys: [String]) -> DataTable {
    var table = TextTable([.left, .right, .left])
    table.rows = [["result", "typical", "p10 – p90"]]
    for key in keys {
      guard let line = report.result(key) else { continue }
      let cells = shown(line, key)
      table.rows.append([line.name, cells.value, cells.range])
    }
    return DataTable(caption, table)
  }

  /// A request here beside what providers ask for one.
  private func offers(_ own: Spread) -> Page.Section {
    func dollars(_ value: Double) -> String { Notation.display(value, as: .dollars) }
    let heading = "A request here and by API"
    let chart = Chart.bars(
      heading, description: "The cost of a request here, and the price of one by each of \(shownPrices.count) APIs.",
      [Chart.Bar(name: "here", value: own)]
        + shownPrices.map { Chart.Bar(name: $0.id, value: Spread(typical: requestPrice($0))) }, shown: dollars)
    var table = TextTable([.left, .right, .right, .right, .right])
    table.rows = [["API", "input", "output", "a request", "over cost"]]
    for listed in shownPrices {
      table.rows.append([
        listed.id, dollars(rates(listed).input * 1e6), dollars(rates(listed).output * 1e6),
        dollars(requestPrice(listed)), "×" + Notation.display(requestPrice(listed) / own.typical, as: .ratio),
      ])
    }
    let caption = "Prices per million tokens of models about as large, and the price of a request over its cost here"
    return Page.Section("api", heading, chart, table: DataTable(caption, table))
  }
}
