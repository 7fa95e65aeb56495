import CostModel
import TextFormats

/// Tables of a program, as terminals and pages show them.
extension ProgramDocument {
  /// So many months are shown one by one.
  static let shownMonths = 24

  var terminal: [Document.Section] {
    [
      Document.Section("stages", "Stages", nil, stages, categories, clusters),
      Document.Section("scenarios", "Scenarios", nil, scenarioTable),
      Document.Section("totals", "Totals", nil, totals),
      Document.Section("time", "Time", nil, timeline),
      Document.Section("cash", "Cash by month", nil, cash),
    ]
  }

  func cells(_ name: String, _ value: Spread) -> [Cell] {
    [.text(name)] + Cell.spread(value, .dollars) + (currency?.cells(value) ?? [])
      + [total > 0 ? .share(value.typical / total) : .empty]
  }

  var stages: Table {
    var table = Table(
      "Cost by stage",
      ["stage", .number("typical"), .range] + Currency.columns(currency) + [.number("share")])
    let parts = Dictionary(report.program.parts.map { ($0.label, $0) }) { $1 }
    for label in report.labels {
      let part = parts[label]
      let times = part.map { $0.times == 1 ? "" : " ×\(Notation.display($0.times, as: .ratio))" } ?? ""
      let kind = part?.isResearch == true ? ", experiment" : ""
      table.add(cells(label + times + kind, report.value(ofLabel: label)))
    }
    table.add(cells("total cost", report.value("cost_usd")), isStrong: true)
    return table
  }

  var categories: Table {
    Table(
      "Cost by category",
      ["category", .number("typical"), .range] + Currency.columns(currency) + [.number("share")],
      report.categories.map { cells($0.name, report.value($0.key)) })
  }

  /// The clusters that are paid for whole, with what they are paid for.
  var clusters: Table {
    var table = Table(
      "Clusters, paid for once", ["cluster", .number("typical"), .range, .number("used")] + Currency.columns(currency))
    for cluster in report.clusters {
      let one = cluster.cluster
      let calendar = report.program.calendar
      let last = calendar.month(Swift.max(0, Int(Swift.min(1e6, (one.from + one.months - 1e-6)))))
      let size = Notation.display(one.accelerators.typical.value, as: .accelerators)
      table.add(
        [.text("\(one.name): \(size) \(one.accelerator), \(one.payment), \(calendar.month(Int(one.from))) to \(last)")]
          + Cell.spread(cluster.cost, .dollars) + [.share(cluster.utilization.typical)]
          + (currency?.cells(cluster.cost) ?? []))
      guard cluster.charges.count > 1 else { continue }
      for charge in cluster.charges {
        table.add(
          [.text("  " + charge.name)] + Cell.spread(charge.amount, .dollars) + [.empty]
            + (currency?.cells(charge.amount) ?? []))
      }
    }
    return table
  }

  /// The scenarios side by side; no rows where there is one alone.
  var scenarioTable: Table {
    var table = Table(
      "Scenarios side by side, on the same draws", [""] + scenarios.map { .number($0.name) })
    guard scenarios.count > 1 else { return table }
    let known = BudgetCategory.allCases.filter { category in
      scenarios.contains { $0.report.categories.contains(category) }
    }
    for category in known {
      table.add([.text(category.name)] + scenarios.map { .value($0.report.value(category.key).typical, .dollars) })
    }
    let totals = scenarios.map { $0.report.value("cost_usd") }
    table.add(["total cost"] + totals.map { .value($0.typical, .dollars) }, isStrong: true)
    if totals.contains(where: { $0.p10 != nil }) {
      table.add(["p10"] + totals.map { .value($0.low, .dollars) })
      table.add(["p90"] + totals.map { .value($0.high, .dollars) })
    }
    if let currency {
      table.add(
        [.text("total cost, \(currency.code)")] + totals.map { .text(currency.text($0.typical)) }, isStrong: true)
    }
    if total > 0 { table.add(["over the plan"] + totals.map { .times($0.typical / total) }) }
    return table
  }

  /// Compute and footprint.
  var totals: Table {
    let lines = report.totals.filter { $0.section != "bill" && $0.section != "time" }
      .compactMap { report.report.result($0.key) }
    return Table(
      "Totals of the program", ["total", .number("typical"), .range], lines.map { [.text($0.name)] + $0.cells })
  }

  /// What takes time: the stages in order, then serving.
  var placed: [(name: String, start: Double, length: Double)] {
    var placed: [(name: String, start: Double, length: Double)] = report.program.parts.compactMap { part in
      guard let start = part.start, let length = part.length, length > 0 else { return nil }
      return (part.label, start, length)
    }
    placed += report.program.services.map { ($0.label, $0.start, $0.length) }
    // What takes longer than a number can say has no place.
    return placed.filter { ($0.start + $0.length).isFinite }
  }

  /// When each stage runs.
  var timeline: Table {
    let placed = placed
    let end = placed.map { $0.start + $0.length }.max() ?? 0
    let labeling = report.program.parts.contains { $0.labeling > 0 }
    var table = Table(
      "When each stage starts, and how long it takes\(labeling ? ", labels included" : ""), of "
        + "\(Notation.display(end, as: .hours)) in all",
      ["stage", "", .number("start"), .number("length")])
    for part in placed where end > 0 {
      table.add(
        .text(part.name), .drawing(TextChart.stretch(part.start / end, part.length / end, width: 40)),
        .value(part.start, .hours), .value(part.length, .hours))
    }
    return table
  }

  /// Money by month, with what has been spent by then; no rows where there is one month alone.
  var cash: Table {
    let cash = report.cashByMonth
    var title = "Cash by month, at typical values"
    let peak = report.cashPeak
    if peak.month < cash.count - 1, peak.amount > total {
      let amount = Notation.display(peak.amount, as: .dollars)
      title += "; at most \(amount), by \(report.program.calendar.month(peak.month))"
    }
    var table = Table(
      title, ["month", .number("cash"), .number("so far"), ""] + Currency.columns(["cash", "so far"], currency))
    guard cash.count > 1, let largest = cash.max(), largest > 0 else { return table }
    var spent = 0.0
    func add(_ name: String, _ amount: Double, _ drawing: Cell) {
      spent += amount
      table.add(
        [.text(name), .value(amount, .dollars), .value(spent, .dollars), drawing]
          + [amount, spent].compactMap { amount in currency.map { .text($0.text(amount)) } })
    }
    for (month, amount) in cash.prefix(Self.shownMonths).enumerated() {
      let bar = TextChart.bar(amount, of: largest, width: 32, showsLeast: false)
      add(report.program.calendar.month(month), amount, .drawing(bar))
    }
    let rest = cash.dropFirst(Self.shownMonths).reduce(0, +)
    if rest != 0 { add("after", rest, .empty) }
    return table
  }

  /// What it is, what in it is guessed, and what it leaves out.
  var about: [Document.Remark] {
    let program = report.program
    let said = [
      ("description", "what it is", program.description.map { [$0] } ?? []),
      ("assumptions", "assumed", program.assumptions), ("not_included", "not included", omissions),
    ]
    return said.compactMap { key, name, texts in
      texts.isEmpty ? nil : Document.Remark(key: key, name: name, text: texts.joined(separator: "; "))
    }
  }
}
