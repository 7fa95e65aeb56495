import CostModel
import TextFormats

/// A cluster's figures, ready to be printed.
struct ClusterDocument {
  let title: String
  let report: Report
  var currency: Currency?
  /// Whether the purchase and the power are shown alone.
  let isPurchaseAlone: Bool

  /// The results that there are.
  private var results: [ResultKey] {
    ClusterCost.results.filter { result in
      report.result(result.key) != nil && (!isPurchaseAlone || ClusterCost.purchaseSections.contains(result.section))
    }
  }

  var document: Document {
    let (results, currency) = (results, currency)
    var document = Document("cluster", title: title)
    if let currency { document.title.append(currency.remark) }
    document.facts = ["capex_usd", "cost_usd", "site_power_mw"].filter { key in results.contains { $0.key == key } }
      .compactMap { report.result($0)?.fact }
    func converted(_ result: ResultKey) -> [JSONMember] {
      guard let currency, let key = currency.key(of: result.key) else { return [] }
      return JSONDocument.members(of: key, result.value(in: report)?.scaled(by: currency.perDollar))
    }
    document.records = Records([
      results.flatMap { JSONDocument.members(of: $0.key, $0.value(in: report)) } + results.flatMap(converted)
        + (currency.map { [("fx", .number($0.perDollar))] } ?? [])
    ])
    document.tree = .members {
      let members = results.compactMap { result -> JSONMember? in
        guard let line = report.result(result.key), let value = result.value(in: report) else { return nil }
        let money = currency.flatMap { currency in
          currency.key(of: result.key).map { _ in value.scaled(by: currency.perDollar) }
        }
        return (
          result.key,
          .object(
            [("name", .string(line.name))] + JSONDocument.spread(value)
              + (money.map { [("converted", .object(JSONDocument.spread($0)))] } ?? []))
        )
      }
      return Currency.members(currency) + [
        ("results", .object(members)), ("inputs", report.inputs), ("tree", report.tree),
      ]
    }
    document.explanation = { $0.explanation(of: report) }
    document.sections = { audience in
      guard audience == .page else {
        let table = Table.results("", of: report, for: audience, currency: currency) { results.contains($0) }
        return [Document.Section("results", "Results", nil, table)]
      }
      return ["To buy", "Power", "To keep", "Footprint"].compactMap { section($0, results) }
        + Document.Section.basis(of: report)
    }
    return document
  }

  private func section(_ heading: String, _ results: [ResultKey]) -> Document.Section? {
    let table = Table.results(heading, of: report, for: .page, currency: currency) {
      $0.section == heading && results.contains($0)
    }
    guard !table.rows.isEmpty else { return nil }
    let money = results.filter { $0.section == heading }.compactMap { report.result($0.key) }
      .filter { $0.dimension == .dollars }
    let chart =
      money.isEmpty
      ? nil
      : Chart.money(
        heading, "One bar for each of \(money.count) amounts.", money.map { ($0.name, $0.value) }, in: currency)
    let id = String(heading.lowercased().map { $0 == " " ? "-" : $0 })
    return Document.Section(id, heading, chart, table)
  }
}
