import CostModel
import TextFormats

/// The page of a program for those who decide: the answer and how sure it is, what it leaves out, cash, scenarios and the
/// assumptions that matter come first and fill a few printed pages; the rest folds away.
extension ProgramDocument {
  /// So many assumptions are shown of those that move the total.
  private static let shownDrivers = 8

  var page: [Document.Section] {
    var sections = [answer]
    if cash.rows.count > 1 { sections.append(cashSection) }
    if scenarios.count > 1 {
      let chart = Chart.money(
        "Total cost by scenario", "One bar for each scenario.",
        scenarios.map { ($0.name, $0.report.value("cost_usd")) }, in: currency)
      sections.append(.compact("scenarios", "Scenarios", chart, scenarioTable))
    }
    if let drivers, !drivers.drivers.isEmpty { sections.append(assumptions(drivers)) }
    return sections + details
  }

  /// What stands at the head of the page: the answer, which budget is enough with which chance, and what it is of.
  var facts: [Document.Fact] {
    let total = "cost_usd"
    var facts = [Document.Fact("total cost", report.value(total), Shown(.dollars))]
    facts[0].key = total
    facts += Currency.fact("total cost", report.value(total), currency, of: total)
    for (chance, budget) in odds {
      var fact = Document.Fact(
        "enough in \(Notation.display(chance * 100, as: .ratio)) cases of 100", .value(budget, .dollars),
        currency.map { .text("\($0.code) \($0.text(budget))") } ?? .empty)
      (fact.key, fact.confidence, fact.perDollar) = (total, chance, currency?.perDollar)
      facts.append(fact)
    }
    let calendar = report.program.calendar
    if calendar.start != nil {
      facts.append(
        Document.Fact("from", .text(calendar.month(0)), .text("to \(calendar.month(report.program.monthCount - 1))")))
    }
    if !today.isEmpty { facts.append(Document.Fact("as of", .text(today))) }
    return facts
  }

  /// What it costs, by what.
  private var answer: Document.Section {
    let chart = Chart.money(
      "Cost by category", "One bar for each category of the budget.",
      report.categories.map { ($0.name, report.value($0.key)) }, in: currency)
    return .compact("categories", "The budget", chart, categories)
  }

  /// Cash by month, or by quarter where there are many months.
  private var cashSection: Document.Section {
    let (calendar, cash) = (report.program.calendar, report.cashByMonth)
    let isLong = cash.count > 12
    var periods: [(name: String, amount: Double)] = []
    for (month, amount) in cash.enumerated() {
      let name = isLong ? calendar.quarter(month) : calendar.month(month)
      if periods.last?.name == name {
        periods[periods.count - 1].amount += amount
      } else {
        periods.append((name, amount))
      }
    }
    let heading = isLong ? "Cash by quarter" : "Cash by month"
    var table = Table(
      heading + ", at typical values",
      [.init(isLong ? "quarter" : "month"), .number("cash"), .number("so far")]
        + Currency.columns(["cash", "so far"], currency))
    var spent = 0.0
    for period in periods {
      spent += period.amount
      table.add(
        [.text(period.name), .value(period.amount, .dollars), .value(spent, .dollars)]
          + [period.amount, spent].compactMap { amount in currency.map { .text($0.text(amount)) } })
    }
    let chart = Chart.money(
      heading, "One bar for each \(isLong ? "quarter" : "month"), at typical values.",
      periods.prefix(12).map { ($0.name, Spread(typical: Swift.max(0, $0.amount))) }, in: currency, hasRanges: false)
    return .compact("cash", heading, chart, table)
  }

  /// The inputs that move the total most, each with its source.
  private func assumptions(_ drivers: Sensitivity) -> Document.Section {
    var table = Table(
      "What the spread of the total comes from, the largest share first",
      ["assumption", "value and p10 – p90", .number("share"), "source"])
    for driver in drivers.drivers.prefix(Self.shownDrivers) {
      let shown = Shown(driver.dimension)
      table.add(
        .text(driver.name), .text("\(shown.text(driver.input.typical)) (\(shown.range(driver.input)))"),
        .share(driver.share), .text(Self.source(driver.origin)))
    }
    return Document.Section("drivers", "Assumptions that matter most", nil, table)
  }

  /// Who says so, on a line.
  static func source(_ origin: Origin) -> String {
    guard case .table(let row) = origin else { return origin.label }
    let rest = row.sources.count > 1 ? " and \(row.sources.count - 1) more" : ""
    let title = row.sources.first.map { $0.title + rest } ?? "assumption: \(row.assumption ?? row.id)"
    return "\(title), \(row.asOf)"
  }

  /// What folds away.
  private var details: [Document.Section] {
    let stageChart = Chart.money(
      "Cost by stage", "One bar for each stage, and for what stands beside the stages.",
      report.labels.map { ($0, report.value(ofLabel: $0)) }, in: currency)
    var sections = [Document.Section("stages", "Stages", stageChart, stages)]
    if !clusters.rows.isEmpty { sections.append(Document.Section("clusters", "Clusters", nil, clusters)) }
    let placed = placed
    if let last = placed.max(by: { $0.start + $0.length < $1.start + $1.length }) {
      let chart = Chart.timeline(
        "Timeline", "One bar for each stage, from its start to its end; \(last.name) ends last.", placed)
      sections.append(Document.Section("timeline", "Timeline", chart, timeline))
    }
    sections.append(Document.Section("totals", "Compute and footprint", nil, totals))
    sections.append(Document.Section("inputs", "Inputs and sources", nil, .inputs(of: ownReport)))
    if !notes.isEmpty {
      sections.append(
        Document.Section("notes", "Notes", nil, Table("What to know", ["note"], notes.map { [.text($0)] })))
    }
    for place in sections.indices { sections[place].isDetail = true }
    return sections
  }

  /// The plan by itself: the report of several scenarios holds the inputs of them all.
  var ownReport: Report {
    scenarios.count == 1
      ? report.report : report.program.report(SamplingPlan(draws: 0), rangesOf: .shownLines).report
  }
}
