import CostModel

/// An estimate as a page: what it costs and why, what moves it, and what it rests on.
struct EstimatePage {
  let command: String
  let title: String
  let estimate: Estimate
  let report: Report
  var notes: [String] = []
  var currency: Currency?
  /// Accelerators that hold the job at least.
  var fewest = 1
  /// What moves the total cost; nil without draws.
  var drivers: Sensitivity?

  var page: Page {
    var page = Page(command: command, title: title, notes: estimate.scenario.noteLines + notes)
    if let currency {
      page.title += currency.remark
    }
    page.facts = ["cost_usd", "accelerator_hours", "accelerators", "days", "energy_kwh", "carbon_kg", "water_l"]
      .compactMap(report.result).filter { $0.value.typical != 0 }
      .map { Page.Fact(name: $0.name, value: ValueText.value($0), range: ValueText.range($0)) }
    page.sections = [costs]
    if let drivers, !drivers.drivers.isEmpty { page.sections.append(.drivers(drivers, of: "the total cost")) }
    if let phases { page.sections.append(phases) }
    if let clusters { page.sections.append(clusters) }
    page.sections.append(
      Page.Section("results", "Results", tables: [results]))
    page.sections.append(Page.Section("inputs", "Inputs and sources", tables: [.inputs(of: report)]))
    page.sections.append(Page.Section("formulas", "Formulas", tables: [.formulas(of: report)]))
    return page
  }

  private func dollars(_ value: Double) -> String { Notation.display(value, as: .dollars) }

  private var costs: Page.Section {
    let lines = estimate.bill.lines.compactMap { report.result($0.category.key) }
    let total = report.result("cost_usd")
    let bars = lines.map { Chart.Bar(name: $0.name, value: $0.value) }
    let largest = lines.max { $0.value.typical < $1.value.typical }
    let chart = Chart.bars(
      "Cost by category",
      description: "One bar for each part of the total cost of \(total.map(ValueText.value) ?? "nothing"); "
        + (largest.map { "\($0.name) is the largest with \(ValueText.value($0))." } ?? "there are none."),
      bars, shown: dollars)
    let rows = (lines + (total.map { [$0] } ?? [])).map { line -> [Markup] in
      let share = total.map { $0.value.typical > 0 ? line.value.typical / $0.value.typical : 1 } ?? 1
      let converted = currency.map { [$0.shown(line.value.typical), $0.shown(line.value)] } ?? []
      return ([line.name, ValueText.value(line), ValueText.range(line), Self.percent(share)] + converted)
        .map(Markup.text)
    }
    let table = DataTable(
      "Cost by category, in US dollars",
      columns: [
        DataTable.Column(name: "category"), DataTable.Column(name: "typical", isNumeric: true),
        DataTable.Column(name: "p10 – p90", isNumeric: true), DataTable.Column(name: "share", isNumeric: true),
      ]
        + (currency.map { ["\($0.code)", "\($0.code), p10 – p90"] } ?? []).map {
          DataTable.Column(name: $0, isNumeric: true)
        },
      rows: rows)
    return Page.Section("cost", "Cost by category", chart, table: table)
  }

  static func percent(_ share: Double) -> String {
    let tenths = (share * 1000).rounded()
    return tenths < 1 && share > 0 ? "< 0.1 %" : Notation.display(tenths / 10, as: .ratio) + " %"
  }

  /// The accelerator time of each phase, where there are several kinds; else the FLOP of several stretches.
  private var phases: Page.Section? {
    let timed = estimate.run.phases.indices.compactMap { report.result("phase_\($0 + 1)_hours") }
    let isTimed = !timed.isEmpty
    let lines = isTimed ? timed : stretches
    guard lines.count > 1, let dimension = lines.first?.dimension else { return nil }
    let heading = isTimed ? "Accelerator-hours by phase" : "FLOP by phase"
    let total = lines.reduce(0) { $0 + $1.value.typical }
    let chart = Chart.bars(
      heading, description: "One bar for each of \(lines.count) phases.",
      lines.map { Chart.Bar(name: $0.name, value: $0.value) }, shown: { Notation.display($0, as: dimension) })
    let rows = lines.map { line in
      [
        line.name, ValueText.value(line), ValueText.range(line),
        Self.percent(total > 0 ? line.value.typical / total : 0),
      ].map(Markup.text)
    }
    let columns = [
      DataTable.Column(name: "phase"), DataTable.Column(name: "typical", isNumeric: true),
      DataTable.Column(name: "p10 – p90", isNumeric: true), DataTable.Column(name: "share", isNumeric: true),
    ]
    return Page.Section("phases", heading, chart, table: DataTable(heading, columns: columns, rows: rows))
  }

  private var stretches: [Report.Line] {
    guard let flop = report.result("flop"), estimate.work.phases.count > 1 else { return [] }
    return flop.parts.map { report.lines[$0] }.filter { $0.dimension == .operations }
  }

  /// Wall-clock time over the size of the cluster, at the same efficiency.
  private var clusters: Page.Section? {
    guard let hours = report.result("accelerator_hours"), !estimate.work.phases.isEmpty, hours.value.typical > 0
    else { return nil }
    let chosen = report.result("accelerators")?.value.typical
    var sizes = estimate.clusterSizes(atLeast: fewest).map { Double($0.accelerators) }
    if let chosen, chosen > 0 { sizes = [chosen / 4, chosen / 2, chosen, chosen * 2, chosen * 4].filter { $0 >= 1 } }
    sizes = sizes.map { $0.rounded() }
    guard sizes.count > 1 else { return nil }
    func days(_ value: Double?, _ size: Double) -> Double? { value.map { $0 / size / 24 } }
    func shown(_ days: Double?) -> String { days.map { Notation.display($0 * 24, as: .hours) } ?? "" }
    let points = sizes.map { size in
      let typical = days(hours.value.typical, size) ?? 0
      let count = Notation.display(size, as: .accelerators)
      return Plot.Point(
        x: size, y: typical, low: days(hours.value.p10, size), high: days(hours.value.p90, size),
        words: "\(count) accelerators: \(shown(typical))", isApart: size == chosen)
    }
    var chart = Plot(
      title: "Accelerators against days",
      description: "The more accelerators, the fewer days, at the same efficiency: "
        + "\(points.first?.words ?? ""), \(points.last?.words ?? "").",
      xTitle: "accelerators", yTitle: "days", xShown: { Notation.display($0, as: .accelerators) },
      yShown: { Notation.display($0, as: .ratio) }, curve: points, points: points
    ).chart
    chart.legend =
      [
        Chart.Key(.dot, "typical"), Chart.Key(.none, "│ p10 – p90"),
      ] + (chosen == nil ? [] : [Chart.Key(.apart, "this estimate")])
    let rows = points.map { point -> [Markup] in
      let range = [point.low, point.high].compactMap { $0 }.map(shown)
      return [
        .text(Notation.display(point.x, as: .accelerators)), .text(shown(point.y)),
        .text(range.joined(separator: " – ")),
      ]
    }
    var table = DataTable(
      "Wall-clock time by size of the cluster",
      columns: [
        DataTable.Column(name: "accelerators"), DataTable.Column(name: "typical", isNumeric: true),
        DataTable.Column(name: "p10 – p90", isNumeric: true),
      ],
      rows: rows)
    table.remarks = ["The efficiency is taken to be the same for every size."]
    return Page.Section("clusters", "Accelerators against days", chart, table: table)
  }

  private var results: DataTable {
    let rows = report.results.map { index -> [Markup] in
      let line = report.lines[index]
      return [
        .text(line.name), .text(ValueText.value(line)), .text(ValueText.range(line)),
        .element(.code, [], [.text(line.key ?? "")]),
      ]
    }
    return DataTable(
      "All results, each under the name that --get knows it by",
      columns: [
        DataTable.Column(name: "result"), DataTable.Column(name: "typical", isNumeric: true),
        DataTable.Column(name: "p10 – p90", isNumeric: true), DataTable.Column(name: "name"),
      ],
      rows: rows)
  }
}

extension Page.Section {
  /// What moves a result: a tornado, and its inputs with their sources.
  static func drivers(_ sensitivity: Sensitivity, of result: String) -> Page.Section {
    func shown(_ value: Double) -> String { Notation.display(value, as: sensitivity.dimension) }
    var sensitivity = sensitivity
    let rows = sensitivity.drivers.map { driver -> [Markup] in
      let ends = [driver.input.p10, driver.input.p90].compactMap { $0 }
        .map { Notation.display($0, as: driver.dimension) }
      return [
        .text(driver.name), .text(EstimatePage.percent(driver.share)), .text(shown(driver.atLow)),
        .text(shown(driver.atHigh)), .text(ends.joined(separator: " – ")),
      ]
    }
    // The rest hardly shows.
    let first = sensitivity.drivers.first
    let width = sensitivity.drivers.map { ($0.atHigh - $0.atLow).magnitude }.max() ?? 0
    sensitivity.drivers.removeAll { ($0.atHigh - $0.atLow).magnitude < width / 200 }
    sensitivity.drivers = Array(sensitivity.drivers.prefix(10))
    let chart = Chart.tornado(
      "What moves \(result)",
      description: "One bar for each input, from the result with the input at its p10 to that at its p90; "
        + (first.map { "\($0.name) explains \(EstimatePage.percent($0.share)) of its logarithm's variance." } ?? ""),
      sensitivity, shown: shown)
    let names = ["input", "share", "at p10", "at p90", "input's p10 – p90"]
    let table = DataTable(
      "Inputs by the share of the variance of the logarithm that goes away when each is held at its typical value",
      columns: names.enumerated().map { DataTable.Column(name: $1, isNumeric: 1...3 ~= $0) }, rows: rows)
    return Page.Section("drivers", "What moves \(result)", chart, table: table)
  }
}
