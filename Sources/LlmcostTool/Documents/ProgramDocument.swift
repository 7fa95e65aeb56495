import CostModel
import TextFormats

/// A program in its scenarios, ready to be printed: bill by stage and category, clusters, timeline, cash.
struct ProgramDocument {
  /// The scenarios with their names; each is evaluated on the same draws.
  let scenarios: [(name: String, report: ProgramReport)]
  /// The one that is shown in full.
  let plan: Int
  var rows = ProgramRows.line
  /// Shown beside US dollars.
  var currency: Currency?
  /// The date on its page.
  var today = ""
  /// What to know of it.
  var notes: [String] = []
  /// How its ranges were found.
  var sampling = SamplingPlan()
  /// What moves the total cost, for its page; nil without draws.
  private(set) var drivers: Sensitivity?
  /// What budgets are enough with which chance, for its page.
  private(set) var odds: [(chance: Double, budget: Double)] = []

  /// A program in its scenarios.
  init(
    scenarios: [(name: String, report: ProgramReport)], plan: Int, rows: ProgramRows = .line, currency: Currency? = nil
  ) {
    self.scenarios = scenarios
    self.plan = plan
    self.rows = rows
    self.currency = currency
  }

  /// The plan.
  var report: ProgramReport { scenarios[plan].report }
  var total: Double { report.value("cost_usd").typical }

  /// Finds out what moves the total cost and how sure a budget is, which takes draws of its own.
  mutating func analyze() {
    guard sampling.draws > 1 else { return }
    drivers = report.program.sensitivity(sampling)
    let chances = [0.5, 0.8, 0.9, 0.95]
    odds = Array(zip(chances, report.program.costs(at: chances, sampling)))
  }

  /// What to say of clusters: that they are too small for what runs on them, that the plan's cost more than the hours
  /// that it takes, and what of its total has to be sold first.
  var clusterNotes: [String] {
    let shortages = scenarios.flatMap { name, report in
      report.clusters.compactMap { cluster -> String? in
        let (used, paid) = (cluster.used.typical, cluster.paid.typical)
        guard used > paid * (1 + 1e-9) else { return nil }
        let hours = [used, paid].map { Notation.display($0, as: .acceleratorHours) }
        return "\(cluster.cluster.name) has \(hours[1]), and \(hours[0]) are used"
          + (scenarios.count > 1 ? " (scenario \(name))" : "") + ": what is beyond is counted as rented besides"
      }
    }
    return shortages
      + report.clusters.compactMap { cluster in
        guard let rent = cluster.cluster.hourlyRent else { return nil }
        let (cost, hourly) = (cluster.cost.typical, rent.typical.value * cluster.used.typical)
        guard hourly < cost else { return nil }
        let money = [cost, hourly].map { Notation.display($0, as: .dollars) }
        return "\(cluster.cluster.name) costs \(money[0]), and the hours that are used would cost \(money[1]) on "
          + "demand: a cluster without \"term\", \"own\" and \"lease\" pays for those alone"
      }
      + report.program.clusters.compactMap { cluster in
        guard cluster.residual > 0 else { return nil }
        let money = [cluster.residual, total + cluster.residual].map { Notation.display($0, as: .dollars) }
        return "\(cluster.name) is counted as sold at the end for its residual value, \(money[0]) off the total: "
          + "without a sale the cash is \(money[1])"
      }
  }

  var document: Document {
    var document = Document("program", title: report.program.name)
    if scenarios.count == 1, scenarios[0].name != ProgramReader.plan { document.title[0] += " (\(scenarios[0].name))" }
    if let currency { document.title.append(currency.remark) }
    document.facts = facts
    document.notes = notes
    document.foldsNotes = true
    document.records = records
    document.values = summary(of: report)
    document.otherLabels = report.totals.compactMap { key in
      report.report.result(key.key).map { ($0.name, key.key) }
    }
    document.tree = .members { tree }
    document.explanation = { $0.explanation(of: report.report.keeping { Program.results.contains($0) }) }
    document.sections = { $0 == .page ? page : terminal }
    document.sheets = { sheets }
    return document
  }

  // MARK: - Records

  private var records: Records {
    switch rows {
    case .line:
      let rows = scenarios.indices.flatMap { place in
        scenarios[place].report.lines.indices.map { Row(scenario: place, line: $0) }
      }.filter { $0.scenario == plan }
      return Records(rows, lineFields)
    case .month: return monthRecords
    case .scenario:
      return Records(Array(scenarios.indices), scenarioFields)
    case .cluster:
      let rows = scenarios.flatMap { name, report in report.clusters.map { (name, $0) } }
      return Records(rows, Self.clusterFields)
    }
  }

  struct Row: Sendable { var scenario, line: Int }

  /// The columns of a line: money in USD, then in the other currency.
  var lineFields: [[Field<Row>]] {
    let scenarios = scenarios
    @Sendable func line(_ row: Row) -> Program.Line { scenarios[row.scenario].report.lines[row.line] }
    @Sendable func value(_ row: Row) -> Spread { scenarios[row.scenario].report.value(ofLine: row.line) }
    let totals = scenarios.map { $0.report.value("cost_usd").typical }
    return [
      Field.word("label") { line($0).label }, Field.word("category") { line($0).category.rawValue },
      Field.word("detail") { line($0).detail },
      Field.spread("usd") { value($0) }, money { value($0) },
      Field.number("share") { totals[$0.scenario] > 0 ? value($0).typical / totals[$0.scenario] : 0 },
      Field.number("start_days") { line($0).time.map { $0.start / 24 } },
      Field.number("days") { line($0).time.map { $0.length / 24 } },
    ]
  }

  /// The columns of a scenario.
  var scenarioFields: [[Field<Int>]] {
    let scenarios = scenarios
    return [Field.word("scenario") { scenarios[$0].name }]
      + Program.results.map { key in Field.spread(key.key) { key.value(in: scenarios[$0].report.report) } }
  }

  /// The column of the other currency; none where there is none.
  private func money<Row>(_ value: @escaping @Sendable (Row) -> Spread) -> [Field<Row>] {
    currency.map { currency in
      Field<Row>.spread(currency.code.lowercased()) { value($0).scaled(by: currency.perDollar) }
    } ?? []
  }

  struct MonthRow: Sendable {
    var scenario, month, quarter, category: String
    var usd: Spread
  }

  /// A row for each scenario, month and category, their sum as `total` behind them.
  private var monthRecords: Records {
    let spreads = ProgramReport.cashSpreads(scenarios.map(\.report), sampling)
    var rows: [MonthRow] = []
    for (scenario, spread) in zip(scenarios, spreads) {
      let calendar = scenario.report.program.calendar
      for month in spread.all.indices {
        func add(_ category: String, _ usd: Spread) {
          rows.append(
            MonthRow(
              scenario: scenario.name, month: calendar.month(month), quarter: calendar.quarter(month),
              category: category, usd: usd))
        }
        for (category, values) in zip(scenario.report.categories, spread.byCategory) {
          add(category.rawValue, values[month])
        }
        add("total", spread.all[month])
      }
    }
    return Records(rows, monthFields)
  }

  /// The columns of a month and category.
  var monthFields: [[Field<MonthRow>]] {
    [
      Field.word("scenario") { $0.scenario }, Field.word("month") { $0.month }, Field.word("quarter") { $0.quarter },
      Field.word("category") { $0.category }, Field.spread("usd") { $0.usd }, money { $0.usd },
    ]
  }

  static let clusterFields: [[Field<(String, ProgramReport.Cluster)>]] = [
    Field.word("scenario") { $0.0 }, Field.word("cluster") { $0.1.cluster.name },
    Field.word("accelerator") { $0.1.cluster.accelerator },
    Field.number("accelerators") { $0.1.cluster.accelerators.typical.value },
    Field.word("paid") { $0.1.cluster.payment }, Field.number("from_month") { $0.1.cluster.from + 1 },
    Field.number("months") { $0.1.cluster.months }, Field.spread("usd") { $0.1.cost },
    Field.spread("paid_hours") { $0.1.paid }, Field.spread("used_hours") { $0.1.used },
    Field.spread("utilization") { $0.1.utilization },
  ]

  // MARK: - JSON

  /// The totals under their stable names.
  private func summary(of report: ProgramReport) -> [JSONMember] {
    report.totals.flatMap { key -> [JSONMember] in
      let value = key.value(in: report.report)
      let converted = currency.flatMap { currency in
        currency.key(of: key.key).map { JSONDocument.members(of: $0, value?.scaled(by: currency.perDollar)) }
      }
      return JSONDocument.members(of: key.key, value) + (converted ?? [])
    } + (currency.map { [("fx", .number($0.perDollar))] } ?? [])
  }

  private var tree: [JSONMember] {
    let program = report.program
    let cash = ProgramReport.cashSpreads(scenarios.map(\.report), sampling)
    let clusters = Records(report.clusters.map { (scenarios[plan].name, $0) }, Self.clusterFields)
    return [
      ("name", .string(program.name)), ("description", .optional(program.description)),
      ("assumptions", .array(program.assumptions.map(JSONDocument.string))),
      ("notIncluded", .array(omissions.map(JSONDocument.string))), ("scenario", .string(scenarios[plan].name)),
    ] + Currency.members(currency) + [
      ("summary", .object(summary(of: report))), ("lines", Records(lineRows, lineFields).json()),
      ("clusters", clusters.json()),
      ("cash", .array(self.cash(of: report, cash[plan]))),
      ("cashByMonth", .array(report.cashByMonth.map { .result($0) })),
      (
        "cashPeak",
        .object([
          ("month", .string(program.calendar.month(report.cashPeak.month))), ("usd", .result(report.cashPeak.amount)),
        ])
      ),
      (
        "scenarios",
        .array(
          zip(scenarios, cash).map { scenario, cash in
            .object([
              ("name", .string(scenario.name)), ("summary", .object(summary(of: scenario.report))),
              ("cash", .array(self.cash(of: scenario.report, cash))),
            ])
          })
      ), ("inputs", report.report.inputs),
    ]
  }

  private var lineRows: [Row] { report.lines.indices.map { Row(scenario: plan, line: $0) } }

  private func cash(
    of report: ProgramReport, _ spreads: (byCategory: [[Spread]], all: [Spread])
  ) -> [JSONDocument] {
    let calendar = report.program.calendar
    return spreads.all.indices.map { month in
      let categories = zip(report.categories, spreads.byCategory).map { category, values -> JSONMember in
        (category.key, .result(values[month].typical))
      }
      return .object(
        [("month", .string(calendar.month(month))), ("quarter", .string(calendar.quarter(month)))]
          + JSONDocument.members(of: "usd", spreads.all[month]) + categories)
    }
  }

  /// What the recipe says that it leaves out, and what it has no line for.
  var omissions: [String] {
    let program = report.program
    let has = { (category: BudgetCategory) in report.categories.contains(category) }
    var omissions = program.omissions
    if program.researchMultiplier == nil, !program.parts.contains(where: \.isResearch), !program.parts.isEmpty {
      omissions.append("experiments and failed runs")
    }
    if !has(.people) { omissions.append("people") }
    if !has(.labels) { omissions.append("labels") }
    if !has(.data) { omissions.append("data") }
    if !has(.serving) { omissions.append("serving") }
    if !has(.overhead) { omissions.append("overhead") }
    if !has(.contingency) { omissions.append("contingency") }
    return omissions
  }
}
