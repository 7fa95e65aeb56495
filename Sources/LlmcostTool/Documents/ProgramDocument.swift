import CostModel
import TextFormats

/// A program, ready to be printed: bill by stage and category, timeline and cash.
struct ProgramDocument {
  let report: ProgramReport
  /// Shown beside US dollars.
  var currency: Currency?
  /// What moves the total cost, for its page; nil without draws.
  var drivers: Sensitivity?

  /// So many months are shown one by one.
  private static let shownMonths = 24

  private var total: Double { report.value("cost_usd").typical }

  var document: Document {
    var document = Document("program", title: report.program.name)
    if let currency { document.title.append(currency.remark) }
    document.facts = [Document.Fact("total cost", report.value("cost_usd"), Shown(.dollars))]
    document.records = Records(Array(report.lines.indices), fields)
    document.values = summary
    document.tree = .members {
      [("name", .string(report.program.name))] + Currency.members(currency) + [
        ("summary", .object(summary)), ("lines", document.records.json()),
        ("cashByMonth", .array(report.cashByMonth.map { .result($0) })),
      ]
    }
    document.sections = { $0 == .page ? page : terminal }
    return document
  }

  /// The columns of a line: money in USD, then in the other currency.
  private var fields: [[Field<Int>]] {
    let (report, total) = (report, total)
    let money = currency.map { currency in
      Field<Int>.spread(currency.code.lowercased()) { report.value(ofLine: $0).scaled(by: currency.perDollar) }
    }
    return [
      Field.word("label") { report.lines[$0].label }, Field.word("category") { report.lines[$0].category.rawValue },
      Field.spread("usd") { report.value(ofLine: $0) }, money ?? [],
      Field.number("share") { total > 0 ? report.value(ofLine: $0).typical / total : 0 },
      Field.number("start_days") { report.time(of: report.lines[$0]).start.map { $0 / 24 } },
      Field.number("days") { report.time(of: report.lines[$0]).length.map { $0 / 24 } },
    ]
  }

  /// The totals under their stable names.
  private var summary: [JSONMember] {
    report.totals.flatMap { key -> [JSONMember] in
      let value = key.value(in: report.report)
      let converted = currency.flatMap { currency in
        currency.key(of: key.key).map { JSONDocument.members(of: $0, value?.scaled(by: currency.perDollar)) }
      }
      return JSONDocument.members(of: key.key, value) + (converted ?? [])
    } + (currency.map { [("fx", .number($0.perDollar))] } ?? [])
  }

  // MARK: - Tables and charts

  private var terminal: [Document.Section] {
    [
      Document.Section("stages", "Stages", nil, stages, categories, totals),
      Document.Section("time", "Time", nil, timeline),
      Document.Section("cash", "Cash by month", nil, cash),
    ]
  }

  private var page: [Document.Section] {
    let stageChart = Chart.bars(
      "Cost by stage", "One bar for each stage, and for what stands beside the stages.",
      report.labels.map { ($0, report.value(ofLabel: $0)) }, .dollars)
    let categoryChart = Chart.bars(
      "Cost by category", "One bar for each category of the bill.",
      report.categories.map { ($0.name, report.value($0.key)) }, .dollars)
    var sections = [
      Document.Section("stages", "Stages", stageChart, stages),
      Document.Section("categories", "Categories", categoryChart, categories),
    ]
    if let drivers, !drivers.drivers.isEmpty { sections.append(.drivers(drivers, of: "the total cost")) }
    let placed = placed
    if let last = placed.max(by: { $0.start + $0.length < $1.start + $1.length }) {
      let chart = Chart.timeline(
        "Timeline", "One bar for each stage, from its start to its end; \(last.name) ends last.", placed)
      sections.append(Document.Section("timeline", "Timeline", chart, timeline))
    }
    if !cash.rows.isEmpty {
      let chart = Chart.bars(
        "Cash by month", "One bar for each month, at typical values.",
        report.cashByMonth.prefix(Self.shownMonths).enumerated().map { ("month \($0 + 1)", Spread(typical: $1)) },
        .dollars, hasRanges: false)
      sections.append(Document.Section("cash", "Cash by month", chart, cash))
    }
    sections.append(Document.Section("totals", "Compute and footprint", nil, totals))
    return sections + [Document.Section("inputs", "Inputs and sources", nil, .inputs(of: report.report))]
  }

  private func cells(_ name: String, _ value: Spread) -> [Cell] {
    [.text(name)] + Cell.spread(value, .dollars) + (currency?.cells(value) ?? [])
      + [total > 0 ? .share(value.typical / total) : .empty]
  }

  private var stages: Table {
    var table = Table(
      "Cost by stage",
      ["stage", .number("typical"), .range] + Currency.columns(currency) + [.number("share"), ""])
    for label in report.labels {
      let part = report.program.parts.last { $0.label == label }
      let times = part.map { $0.times == 1 ? "" : "\(Notation.display($0.times, as: .ratio)) runs" } ?? ""
      table.add(
        cells(label, report.value(ofLabel: label)) + [.text(times + (part?.isResearch == true ? " experiment" : ""))])
    }
    table.add(cells("total cost", report.value("cost_usd")), isStrong: true)
    return table
  }

  private var categories: Table {
    Table(
      "Cost by category",
      ["category", .number("typical"), .range] + Currency.columns(currency) + [.number("share")],
      report.categories.map { cells($0.name, report.value($0.key)) })
  }

  /// Compute and footprint.
  private var totals: Table {
    let lines = report.totals.compactMap { report.report.result($0.key) }.filter { $0.dimension != .dollars }
    return Table(
      "Totals of the program", ["total", .number("typical"), .range], lines.map { [.text($0.name)] + $0.cells })
  }

  /// What takes time: the stages in order, then serving.
  private var placed: [(name: String, start: Double, length: Double)] {
    var placed: [(name: String, start: Double, length: Double)] = report.program.parts.compactMap { part in
      guard let start = part.start, let length = part.length, length > 0 else { return nil }
      return (part.label, start, length)
    }
    if let serving = report.program.serving {
      placed.append((Program.servingLabel, report.program.stagesEnd, serving.length))
    }
    return placed
  }

  /// When each stage runs.
  private var timeline: Table {
    let placed = placed
    let end = placed.map { $0.start + $0.length }.max() ?? 0
    var table = Table(
      "When each stage starts, and how long it takes, of \(Notation.display(end, as: .hours)) in all",
      ["stage", "", .number("start"), .number("length")])
    for part in placed where end > 0 {
      table.add(
        .text(part.name), .drawing(TextChart.stretch(part.start / end, part.length / end, width: 40)),
        .value(part.start, .hours), .value(part.length, .hours))
    }
    return table
  }

  /// Money by month; no rows where there is one month alone.
  private var cash: Table {
    let cash = report.cashByMonth
    var table = Table("Cash by month, at typical values", ["month", .number("cash"), ""])
    guard cash.count > 1, let largest = cash.max(), largest > 0 else { return table }
    for (month, amount) in cash.prefix(Self.shownMonths).enumerated() {
      table.add(
        .text("month \(month + 1)"), .value(amount, .dollars),
        .drawing(TextChart.bar(amount, of: largest, width: 32, showsLeast: false)))
    }
    let rest = cash.dropFirst(Self.shownMonths).reduce(0, +)
    if rest > 0 { table.add("after", .value(rest, .dollars)) }
    return table
  }
}

extension ProgramReport {
  /// When a line's stage runs, in hours; serving comes when all stages are done.
  fileprivate func time(of line: Program.Line) -> (start: Double?, length: Double?) {
    if let place = line.part { return (program.parts[place].start, program.parts[place].length) }
    guard line.label == Program.servingLabel, let serving = program.serving else { return (nil, nil) }
    return (program.stagesEnd, serving.length)
  }
}
