import CostModel

/// A program as a workbook: a summary, the cash of each scenario with its months across, the lines of the plan, and the
/// assumptions on a sheet of their own. Sums are formulas, so that what one changes counts.
extension ProgramDocument {
  var sheets: [Sheet] {
    let cashNames = scenarios.map { scenarios.count == 1 ? "Cash" : "Cash " + $0.name }
    let names = Sheet.names(["Summary"] + cashNames + ["Lines", "Assumptions"])
    let cash = zip(names[1...], scenarios).map { name, scenario in cashSheet(name, scenario.report) }
    return [summarySheet(names[0], cash)] + cash
      + [linesSheet(names[names.count - 2]), assumptionsSheet(names[names.count - 1])]
  }

  /// The categories that any scenario has.
  private var allCategories: [BudgetCategory] {
    BudgetCategory.allCases.filter { category in scenarios.contains { $0.report.categories.contains(category) } }
  }

  /// Rows of a sheet of cash: the header, then one for each category of ``allCategories``, the sum, what is spent so far.
  private func cashSheet(_ name: String, _ report: ProgramReport) -> Sheet {
    var sheet = Sheet(name: name)
    let calendar = report.program.calendar
    let count = report.program.monthCount
    let categories = allCategories
    sheet.rows = [
      [.text("USD, typical", .heading)] + (0..<count).map { .text(calendar.month($0), .heading) } + [
        .text("total", .heading)
      ],
      [.text("quarter")] + (0..<count).map { .text(calendar.quarter($0)) },
    ]
    let first = sheet.rows.count
    var sums = [Double](repeating: 0, count: count)
    for category in categories {
      let values =
        report.categories.firstIndex(of: category).map { report.cash[$0] }
        ?? [Double](repeating: 0, count: count)
      for (month, value) in values.enumerated() { sums[month] += value }
      let row = sheet.rows.count
      sheet.rows.append(
        [.text(category.name)] + values.map { .number($0, .money) }
          + [.formula(Sheet.sum((1, row), (count, row)), values.reduce(0, +))])
    }
    let last = sheet.rows.count - 1
    sheet.rows.append(
      [.text("total", .heading)]
        + sums.enumerated().map { .formula(Sheet.sum(($0 + 1, first), ($0 + 1, last)), $1) }
        + [.formula(Sheet.sum((count + 1, first), (count + 1, last)), sums.reduce(0, +))])
    var spent = 0.0
    let total = last + 1
    sheet.rows.append(
      [.text("so far")]
        + sums.enumerated().map { month, sum in
          spent += sum
          let before = month == 0 ? "" : Sheet.place(month, total + 1) + "+"
          return .formula(before + Sheet.place(month + 1, total), spent, .money)
        })
    sheet.widths = [18] + [Double](repeating: 12, count: count) + [14]
    return sheet
  }

  private func summarySheet(_ name: String, _ cash: [Sheet]) -> Sheet {
    var sheet = Sheet(name: name)
    let program = report.program
    sheet.rows = [[.text(program.name, .heading)], [.text(program.description ?? "")], [.text("Printed " + today)], []]
    sheet.rows.append([.text("USD, typical", .heading)] + scenarios.map { .text($0.name, .heading) })
    let first = sheet.rows.count
    for (place, category) in allCategories.enumerated() {
      sheet.rows.append(
        [.text(category.name)]
          + zip(scenarios, cash).map { scenario, cash in
            .formula(
              Sheet.reference(cash.name, scenario.report.program.monthCount + 1, 2 + place),
              scenario.report.value(category.key).typical, .money)
          })
    }
    let last = sheet.rows.count - 1
    sheet.rows.append(
      [.text("total", .heading)]
        + scenarios.indices.map { place in
          .formula(Sheet.sum((place + 1, first), (place + 1, last)), scenarios[place].report.value("cost_usd").typical)
        })
    if let currency {
      sheet.rows.append(
        [.text("total, \(currency.code)")]
          + scenarios.indices.map { place in
            .formula(
              "\(Sheet.place(place + 1, last + 1))*\(Notation.machineText(currency.perDollar))",
              scenarios[place].report.value("cost_usd").typical * currency.perDollar, .money)
          })
    }
    for (title, end) in [("one case in ten is below", \Spread.low), ("one case in ten is above", \Spread.high)] {
      sheet.rows.append([.text(title)] + scenarios.map { .number($0.report.value("cost_usd")[keyPath: end], .money) })
    }
    for (chance, budget) in odds {
      sheet.rows.append([
        .text("enough in \(Int((chance * 100).rounded())) cases of 100, \(scenarios[plan].name)"),
        .number(budget, .money),
      ])
    }
    sheet.rows.append([])
    for omission in omissions { sheet.rows.append([.text("not included: " + omission)]) }
    sheet.widths = [44] + scenarios.map { _ in 16 }
    return sheet
  }

  private func linesSheet(_ name: String) -> Sheet {
    var sheet = Sheet(name: name)
    sheet.rows = [
      ["line", "category", "what for", "USD, typical", "p10", "p90", "share"].map { .text($0, .heading) }
    ]
    let last = report.lines.count
    let total = Sheet.place(3, last + 1)
    for (place, line) in report.lines.enumerated() {
      let value = report.value(ofLine: place)
      sheet.rows.append([
        .text(line.label), .text(line.category.name), .text(line.detail), .number(value.typical, .money),
        .number(value.low, .money), .number(value.high, .money),
        .formula("\(Sheet.place(3, place + 1))/\(total)", self.total > 0 ? value.typical / self.total : 0, .share),
      ])
    }
    sheet.rows.append([
      .text("total", .heading), .empty, .empty, .formula(Sheet.sum((3, 1), (3, last)), self.total),
    ])
    sheet.widths = [34, 14, 22, 16, 16, 16, 10]
    return sheet
  }

  /// Every input, with its value in each scenario.
  private func assumptionsSheet(_ name: String) -> Sheet {
    var sheet = Sheet(name: name)
    sheet.rows = [
      [.text("assumption", .heading)] + scenarios.map { .text($0.name, .heading) }
        + ["p10", "p90", "unit", "source", "as of", "note"].map { .text($0, .heading) }
    ]
    let reports = scenarios.map { $0.report.program.report(SamplingPlan(draws: 0), rangesOf: .shownLines).report }
    var order: [String] = []
    var lines: [String: [Int: Report.Line]] = [:]
    for (place, report) in reports.enumerated() {
      var seen: [String: Int] = [:]
      for line in report.lines {
        guard case .input = line.basis else { continue }
        seen[line.name, default: 0] += 1
        // Stages have inputs of one name and different values: the first of each scenario are held together, and so on.
        let key = "\(line.name)\u{0}\(seen[line.name] ?? 1)"
        if lines[key] == nil { order.append(key) }
        lines[key, default: [:]][place] = line
      }
    }
    let ranges = Dictionary(
      scenarios[plan].report.program.inputRanges.map { ($0.name, $0.value) }
    ) { first, _ in first }
    var known: Set<String> = []
    for key in order {
      guard let own = lines[key], let line = own[plan] ?? own.values.first, case .input(let origin) = line.basis else {
        continue
      }
      // Stages that rest on the same value share a row.
      let values = scenarios.indices.map { place in own[place].map { "\($0.value.typical)" } ?? "" }
      guard known.insert(([line.name] + values).joined(separator: "\u{0}")).inserted else { continue }
      let range = ranges[line.name]
      sheet.rows.append(
        [.text(line.name)]
          + scenarios.indices.map { place in own[place].map { .number($0.value.typical) } ?? .empty }
          + [range.map { .number($0.low) } ?? .empty, range.map { .number($0.high) } ?? .empty]
          + [.text(line.dimension.unitName)] + Self.basis(origin))
    }
    sheet.widths = [44] + scenarios.map { _ in 14 } + [12, 12, 18, 60, 10, 40]
    return sheet
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
