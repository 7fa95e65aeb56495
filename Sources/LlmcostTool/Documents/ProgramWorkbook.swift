import CostModel

extension ProgramDocument {
  /// The sheets of a workbook.
  var sheets: [Sheet] { ProgramWorkbook(self).sheets }
}

/// A program as a workbook: a summary, the cash of each scenario with its months across, the lines of the plan, the
/// assumptions on a sheet of their own, and how the amounts follow from them. All amounts are formulas down to the
/// assumptions, so that what one changes there counts.
private struct ProgramWorkbook {
  private let document: ProgramDocument
  private let scenarios: [(name: String, report: ProgramReport)]
  private let calculations: [(rows: Calculation, payments: [ProgramReport.PaymentRow])]
  private let assumptions: AssumptionRows
  /// The cells of the rows of each scenario's calculation, for formulas of any sheet.
  private let cells: [[String]]
  /// The names of the sheets of each kind.
  private let summaryName, linesName: String
  private let cashNames, calculationNames: [String]
  /// The categories that any scenario has.
  private let categories: [BudgetCategory]

  init(_ document: ProgramDocument) {
    self.document = document
    scenarios = document.scenarios
    calculations = scenarios.map(\.report.calculation)
    categories = BudgetCategory.allCases.filter { category in
      document.scenarios.contains { $0.report.categories.contains(category) }
    }
    let suffixes = scenarios.map { document.scenarios.count == 1 ? "" : " " + $0.name }
    let names = Sheet.names(
      ["Summary"] + suffixes.map { "Cash" + $0 } + ["Lines", "Assumptions"] + suffixes.map { "Calculation" + $0 })
    let count = suffixes.count
    (summaryName, linesName) = (names[0], names[count + 1])
    (cashNames, calculationNames) = (Array(names[1...count]), Array(names[(count + 3)...]))
    let assumptions = AssumptionRows(
      calculations.map(\.rows), plan: document.plan, sheet: names[count + 2], scenarios: scenarios.map(\.name))
    self.assumptions = assumptions
    cells = zip(calculationNames, calculations).enumerated().map { place, calculation in
      var next = 1
      return calculation.1.rows.rows.indices.map { row in
        if let cell = assumptions.cell(of: row, scenario: place) { return cell }
        defer { next += 1 }
        return Sheet.reference(calculation.0, 1, next)
      }
    }
  }

  var sheets: [Sheet] {
    let cash = scenarios.indices.map { cashSheet($0) }
    return [summarySheet(cash.map(\.name))] + cash + [linesSheet, assumptions.sheet]
      + scenarios.indices.map { calculationSheet($0) }
  }

  // MARK: - Cash

  /// The header, a row for each category, their sum, what is spent so far; below, the payments that each is made of.
  private func cashSheet(_ place: Int) -> Sheet {
    let report = scenarios[place].report
    let (calendar, count) = (report.program.calendar, report.program.monthCount)
    var sheet = Sheet(name: cashNames[place])
    sheet.rows = [
      [.text("USD, typical", .heading)] + (0..<count).map { .text(calendar.month($0), .heading) } + [
        .text("total", .heading)
      ],
      [.text("quarter")] + (0..<count).map { .text(calendar.quarter($0)) },
    ]
    let first = sheet.rows.count
    let (total, payments) = (first + categories.count, first + categories.count + 4)
    var (details, sums): ([[Sheet.Cell]], [Double]) = ([], [Double](repeating: 0, count: count))
    for category in categories {
      let rows = paymentRows(category, place, from: payments + details.count)
      let values = report.categories.firstIndex(of: category).map { report.cash[$0] } ?? sums.map { _ in 0 }
      for (month, value) in values.enumerated() { sums[month] += value }
      let (top, bottom) = (payments + details.count, payments + details.count + rows.count - 1)
      let row = sheet.rows.count
      sheet.rows.append(
        [.text(category.name)]
          + values.enumerated().map { month, value in
            rows.isEmpty
              ? .number(0, .money) : .formula(Sheet.sum((month + 1, top), (month + 1, bottom)), value, .money)
          } + [.formula(Sheet.sum((1, row), (count, row)), values.reduce(0, +))])
      details += rows
    }
    sheet.rows.append(
      [.text("total", .heading)]
        + sums.enumerated().map { .formula(Sheet.sum(($0 + 1, first), ($0 + 1, total - 1)), $1) }
        + [.formula(Sheet.sum((count + 1, first), (count + 1, total - 1)), sums.reduce(0, +))])
    sheet.rows.append([.text("so far")] + runningTotal(of: sums, row: total))
    sheet.rows += [[], [.text("What it is made of", .heading)]] + details
    sheet.widths = [30] + [Double](repeating: 12, count: count) + [14]
    return sheet
  }

  private func runningTotal(of sums: [Double], row: Int) -> [Sheet.Cell] {
    var spent = 0.0
    return sums.enumerated().map { month, sum in
      spent += sum
      let before = month == 0 ? "" : Sheet.place(month, row + 1) + "+"
      return .formula(before + Sheet.place(month + 1, row), spent, .money)
    }
  }

  /// The payments of a category, month by month: each its amount times the share that falls due.
  private func paymentRows(_ category: BudgetCategory, _ place: Int, from first: Int) -> [[Sheet.Cell]] {
    let (calculation, payments) = calculations[place]
    let results = calculation.results.dropFirst(scenarios[place].report.lines.count)
    var rows: [[Sheet.Cell]] = []
    for (payment, result) in zip(payments, results) where payment.category == category {
      let amount = calculation.rows[result].value
      let row = first + rows.count
      rows.append(
        [.text("\(category.name): \(payment.label)")]
          + payment.shares.map { share in
            share == 0
              ? .empty : .formula("\(cells[place][result])*\(Self.number(share))", amount * share, .money)
          } + [.formula(Sheet.sum((1, row), (payment.shares.count, row)), amount)])
    }
    return rows
  }

  // MARK: - Summary and lines

  private func summarySheet(_ cash: [String]) -> Sheet {
    var sheet = Sheet(name: summaryName)
    let program = document.report.program
    sheet.rows = [
      [.text(program.name, .heading)], [.text(program.description ?? "")], [.text("Printed " + document.today)], [],
    ]
    sheet.rows.append([.text("USD, typical", .heading)] + scenarios.map { .text($0.name, .heading) })
    let first = sheet.rows.count
    for (place, category) in categories.enumerated() {
      sheet.rows.append(
        [.text(category.name)]
          + zip(scenarios, cash).map { scenario, cash in
            .formula(
              Sheet.reference(cash, scenario.report.program.monthCount + 1, 2 + place),
              scenario.report.value(category.key).typical, .money)
          })
    }
    let last = sheet.rows.count - 1
    let totals = scenarios.map { $0.report.value("cost_usd") }
    sheet.rows.append(
      [.text("total", .heading)]
        + totals.enumerated().map { .formula(Sheet.sum(($0 + 1, first), ($0 + 1, last)), $1.typical) })
    if let currency = document.currency {
      sheet.rows.append(
        [.text("total, \(currency.code)")]
          + totals.enumerated().map { place, total in
            .formula(
              "\(Sheet.place(place + 1, last + 1))*\(Self.number(currency.perDollar))",
              total.typical * currency.perDollar, .money)
          })
    }
    sheet.rows += [[], [.text("As estimated: these stay where an assumption is changed", .heading)]]
    for (title, end) in [("one case in ten is below", \Spread.low), ("one case in ten is above", \Spread.high)] {
      sheet.rows.append([.text(title)] + totals.map { .number($0[keyPath: end], .money) })
    }
    for (chance, budget) in document.odds {
      sheet.rows.append([
        .text("enough in \(Int((chance * 100).rounded())) cases of 100, \(scenarios[document.plan].name)"),
        .number(budget, .money),
      ])
    }
    sheet.rows.append([])
    for omission in document.omissions { sheet.rows.append([.text("not included: " + omission)]) }
    sheet.widths = [44] + scenarios.map { _ in 16 }
    return sheet
  }

  private var linesSheet: Sheet {
    let (plan, report) = (document.plan, document.report)
    var sheet = Sheet(name: linesName)
    sheet.rows = [
      [
        "line", "category", "what for", "USD, typical", "share", "p10, as estimated", "p90, as estimated",
      ].map { .text($0, .heading) }
    ]
    let last = report.lines.count
    let total = Sheet.place(3, last + 1)
    for (place, (line, result)) in zip(report.lines, calculations[plan].rows.results).enumerated() {
      let value = report.value(ofLine: place)
      let share = document.total > 0 ? value.typical / document.total : 0
      sheet.rows.append([
        .text(line.label), .text(line.category.name), .text(line.detail),
        .formula(cells[plan][result], value.typical, .money),
        .formula("\(Sheet.place(3, place + 1))/\(total)", share, .share), .number(value.low, .money),
        .number(value.high, .money),
      ])
    }
    sheet.rows.append([
      .text("total", .heading), .empty, .empty, .formula(Sheet.sum((3, 1), (3, last)), document.total),
    ])
    sheet.widths = [34, 14, 22, 16, 10, 18, 18]
    return sheet
  }

  // MARK: - Calculation

  /// More signs than that a spreadsheet does not take as one formula.
  private static let longestFormula = 8000

  /// How the amounts of a scenario follow from its assumptions, a step on each row.
  private func calculationSheet(_ place: Int) -> Sheet {
    var sheet = Sheet(name: calculationNames[place])
    sheet.rows = [["step", "value", "unit", "note"].map { .text($0, .heading) }]
    let own = Sheet.reference(sheet.name, 1, 0).dropLast(2)
    for row in calculations[place].rows.rows {
      let cell: Sheet.Cell
      var note = ""
      switch row.basis {
      case .input: continue
      case .search: (cell, note) = (.number(row.value), "found by a search, and stays as estimated")
      case .formula(let pieces):
        let formula = pieces.map { piece in
          switch piece {
          case .text(let text): text
          // A sheet names its own cells without its own name.
          case .line(let line):
            cells[place][line].hasPrefix(own) ? String(cells[place][line].dropFirst(own.count)) : cells[place][line]
          }
        }.joined()
        if formula.utf8.count <= Self.longestFormula {
          cell = .formula(formula, row.value, .number)
        } else {
          (cell, note) = (.number(row.value), "too long for a formula, and stays as estimated")
        }
      }
      sheet.rows.append([.text(row.name), cell, .text(row.dimension.unitName), .text(note)])
    }
    sheet.widths = [60, 18, 24, 44]
    return sheet
  }

  /// A number of a formula.
  private static func number(_ value: Double) -> String { "\(value)".uppercased() }
}

/// The sheet of assumptions: a row for each, with its value in each scenario.
private struct AssumptionRows {
  private let sheetName: String
  private let scenarios: [String]
  private let plan: Int
  /// The assumptions, with their rows of the calculations of those scenarios that have them.
  private var entries: [[Calculation.Row?]] = []
  /// The row of the sheet for each row of the calculations.
  private var places: [[Int: Int]]

  /// Rows above the first assumption.
  private static let head = 4

  init(_ calculations: [Calculation], plan: Int, sheet: String, scenarios: [String]) {
    (sheetName, self.plan, self.scenarios) = (sheet, plan, scenarios)
    places = calculations.map { _ in [:] }
    var known: [String: Int] = [:]
    // The plan says in which order they stand.
    for scenario in [plan] + calculations.indices.filter({ $0 != plan }) {
      var seen: [String: Int] = [:]
      for (place, row) in calculations[scenario].rows.enumerated() {
        guard case .input(let id, _, _) = row.basis else { continue }
        // Stages have inputs of one id and different values: the first of each scenario are held together, and so on.
        seen[id, default: 0] += 1
        let key = "\(id)\u{0}\(seen[id] ?? 1)"
        if known[key] == nil {
          known[key] = entries.count
          entries.append([Calculation.Row?](repeating: nil, count: calculations.count))
        }
        let entry = known[key] ?? 0
        entries[entry][scenario] = row
        places[scenario][place] = entry
      }
    }
  }

  /// The cell of an assumption in a scenario; nil for a row of a calculation that is none.
  func cell(of row: Int, scenario: Int) -> String? {
    places[scenario][row].map { Sheet.reference(sheetName, scenario + 1, Self.head + $0) }
  }

  var sheet: Sheet {
    var sheet = Sheet(name: sheetName)
    sheet.rows = [
      [.text("A value changed here changes cash, lines and summary.")],
      [
        .text(
          "Recomputes 'in part': what the program searched for with it, as speed and layout, stays. Lengths, months and "
            + "ranges stay as estimated.")
      ], [],
      [.text("assumption", .heading)] + scenarios.map { .text($0, .heading) }
        + ["p10", "p90", "unit", "recomputes", "source", "as of", "note"].map { .text($0, .heading) },
    ]
    for (place, rows) in entries.enumerated() {
      guard let row = rows[plan] ?? rows.compactMap({ $0 }).first, case .input(_, let range, let origin) = row.basis
      else { continue }
      let values = rows.indices.map { scenario -> Sheet.Cell in
        guard let own = rows[scenario] else { return .empty }
        // What a scenario does not change follows the plan.
        let isPlans = scenario != plan && rows[plan]?.value == own.value
        return isPlans
          ? .formula(Sheet.place(plan + 1, Self.head + place), own.value, .number) : .number(own.value)
      }
      let ends: [Sheet.Cell] = [range.p10, range.p90].map { end in end.map { .number($0) } ?? .empty }
      sheet.rows.append(
        [.text(row.name)] + values + ends
          + [.text(row.dimension.unitName), .text(Self.reach(row.reach))] + Self.basis(origin))
    }
    sheet.widths = [44] + scenarios.map { _ in 14 } + [12, 12, 18, 12, 60, 10, 40]
    return sheet
  }

  private static func reach(_ reach: Calculation.Reach) -> String {
    switch reach {
    case .whole: "yes"
    case .part: "in part"
    case .none: "no"
    }
  }

  private static func basis(_ origin: Origin) -> [Sheet.Cell] {
    guard case .table(let row) = origin else { return [.text(origin.label)] }
    let sources = row.sources.map { $0.title + ($0.url.map { " " + $0 } ?? "") }.joined(separator: "; ")
    return [
      .text(sources.isEmpty ? "table \(row.table), \(row.id)" : sources), .text(row.asOf),
      .text(row.assumption.map { "assumption: " + $0 } ?? ""),
    ]
  }
}
