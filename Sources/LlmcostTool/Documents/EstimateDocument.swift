import CostModel
import TextFormats

/// An evaluated estimate, ready to be printed.
struct EstimateDocument {
  let command: String
  let title: String
  let estimate: Estimate
  let report: Report
  /// What tells its record from others: the stage, what it runs on, and the options given.
  let inputs: [JSONMember]
  var currency: Currency?
  /// What moves the total cost, for a page; nil without draws.
  var drivers: Sensitivity?

  /// Whether nobody gave the size of the cluster, so that one is chosen.
  private var isSizeChosen: Bool { estimate.scenario.cluster == nil }

  private var runs: Bool { !estimate.work.phases.isEmpty }

  var document: Document {
    var document = Document(command, title: title)
    if let currency { document.title.append(currency.remark) }
    if isSizeChosen, let count = report.result("accelerators"), let last = document.title.indices.last {
      document.title[last] +=
        ", on \(Dimension.accelerators.counted(Notation.display(count.value.typical, as: .accelerators)))"
    }
    document.facts = ["cost_usd", "accelerator_hours", "accelerators", "days", "energy_kwh", "carbon_kg", "water_l"]
      .compactMap(report.result).filter { $0.value.typical != 0 }.flatMap { line in
        [line.fact] + (line.key == "cost_usd" ? Currency.fact(line.name, line.value, currency, of: line.key) : [])
      }
    document.sections = { $0 == .page ? page : terminal }
    document.sentence = sentence
    let shown = inputs + summary
    document.records = Records(
      [shown + converted.filter { member in !shown.contains { $0.0 == member.0 } }], usual: shown.map(\.0))
    document.absences =
      estimate.bill.isUnpriced
      ? [
        Document.Absence(
          names: ["cost_usd", "compute_usd"],
          reason: "no price of \(estimate.scenario.hardware.accelerator.id) is known", hint: "give --price or --own",
          status: .failed)
      ] : [Document.Absence(reason: "* is not known without a cluster", hint: "add --gpus or --days")]
    document.tree = .members { members }
    document.explanation = { $0.explanation(of: report) }
    return document
  }

  /// The answer, for those who read no further.
  private var sentence: String? {
    guard let total = report.result("cost_usd") else { return nil }
    let shown = total.shown
    let typical = "The total cost is \(shown.text(total.value.typical))"
    guard let low = total.value.p10, let high = total.value.p90 else { return typical + "." }
    return typical + "; in 8 of 10 cases it lies between \(shown.text(low)) and \(shown.text(high))."
  }

  // MARK: - Records and JSON

  /// The results that there are, and those that every estimate has a place for.
  private var results: [ResultKey] {
    let declared = Estimate.results.filter { $0.presence != .absent || report.result($0.key) != nil }
    return declared
      + report.results.compactMap { report.lines[$0].result }.filter { result in !declared.contains(result) }
  }

  private func value(_ result: ResultKey) -> Spread? {
    // Of what has no price, nothing is free.
    estimate.bill.isUnpriced && result.key == ChargeCategory.compute.key ? nil : result.value(in: report)
  }

  private var summary: [JSONMember] {
    results.flatMap { JSONDocument.members(of: $0.key, value($0)) }
      + (currency.map { converted(by: $0, where: { $0 == "cost_usd" }) + [("fx", .number($0.perDollar))] } ?? [])
  }

  /// All money in the other currency.
  private var converted: [JSONMember] { currency.map { converted(by: $0, where: { _ in true }) } ?? [] }

  private func converted(by currency: Currency, where isShown: (String) -> Bool) -> [JSONMember] {
    results.filter { isShown($0.key) }.flatMap { result in
      currency.key(of: result.key).map {
        JSONDocument.members(of: $0, value(result)?.scaled(by: currency.perDollar))
      } ?? []
    }
  }

  private var members: [JSONMember] {
    let hardware = estimate.scenario.hardware
    let bill = estimate.bill.lines.compactMap { line in
      report.result(line.category.key).map { found in
        JSONDocument.object(
          [("category", .string(line.category.rawValue)), ("name", .string(found.name))] + usd(found))
      }
    }
    let footprint = results.filter { $0.section == Estimate.footprintSection }.compactMap { result in
      result.value(in: report).map { (result.key, JSONDocument.object(JSONDocument.spread($0))) }
    }
    return [
      (
        "scenario",
        .object([
          ("accelerator", .string(hardware.accelerator.id)), ("precision", .string(hardware.precision.rawValue)),
          ("architecture", .string(estimate.scenario.model.architecture.rawValue)),
          ("region", .string(estimate.scenario.site.region.id)), ("inputs", report.inputs),
        ])
      )
    ] + Currency.members(currency) + [
      ("summary", .object(summary)),
      (
        "bill",
        .object([
          ("lines", .array(bill)), ("total", report.result("cost_usd").map { .object(usd($0)) } ?? .null),
        ])
      ),
      ("footprint", .object(footprint)), ("tree", report.tree),
    ]
  }

  private func usd(_ line: Report.Line) -> [JSONMember] {
    let value = line.value
    return [("usd", .result(value.typical)), ("p10", .result(value.low)), ("p90", .result(value.high))]
      + (currency.map {
        [("converted", .object(JSONDocument.spread(value.scaled(by: $0.perDollar))))]
      } ?? [])
  }

  // MARK: - Tables and charts

  private func results(for audience: Document.Audience) -> Document.Section {
    let caption = audience == .page ? "All results, each under the name that --get knows it by" : ""
    return Document.Section(
      "results", "Results", nil,
      .results(caption, of: report, for: audience, currency: currency) { result in
        runs || Estimate.sectionsWithoutRun.contains(result.section)
      })
  }

  private var terminal: [Document.Section] {
    var results = results(for: .terminal)
    results.tables[0].remarks.append(runs ? Self.legend + "; MFU: used share of the peak" : Self.legend)
    var sections = [results]
    var settings = Table("Usual settings, where none is given", ["setting", .number("typical"), .range, "row"])
    for line in report.lines {
      // So that nobody takes them for their own.
      guard case .input(.table(let row)) = line.basis, ["methods", "labor"].contains(row.table) else { continue }
      settings.add([.text(line.name)] + line.cells + [.text("\(row.table): \(row.id)")])
    }
    sections.append(Document.Section("settings", "Usual settings", nil, settings))
    if isSizeChosen, let clusters { sections.append(clusters) }
    return sections
  }

  /// What the columns of results are.
  private static let legend = "typical: usual inputs; p10 – p90: 8 of 10 cases"

  private var page: [Document.Section] {
    var all = results(for: .page)
    all.isDetail = true
    let moving = drivers.flatMap { $0.drivers.isEmpty ? nil : $0 }
    return [costs]
      + [moving.map { .drivers($0, of: "the total cost", in: currency) }, phases, clusters].compactMap { $0 }
      + [all] + Document.Section.basis(of: report)
  }

  private var costs: Document.Section {
    let lines = estimate.bill.lines.compactMap { report.result($0.category.key) }
    let total = report.result("cost_usd")
    let largest = lines.max { $0.value.typical < $1.value.typical }
    let money = Chart.Money(currency)
    func words(_ line: Report.Line) -> String { money.text(line.value.typical) + money.remark }
    let chart = Chart.money(
      "Cost by category",
      "One bar for each part of the total cost of \(total.map(words) ?? "nothing"); "
        + (largest.map { "\($0.name) is the largest with \(words($0))." } ?? "there are none."),
      lines.map { ($0.name, $0.value) }, in: currency)
    var table = Table(
      "Cost by category, in US dollars",
      ["category", .number("typical"), .range, .number("share")] + Currency.columns(currency))
    for line in lines + (total.map { [$0] } ?? []) {
      let share = total.map { $0.value.typical > 0 ? line.value.typical / $0.value.typical : 1 } ?? 1
      table.add([.text(line.name)] + line.cells + [.share(share)] + (currency?.cells(line.value) ?? []))
    }
    return .compact("cost", "Cost by category", chart, table)
  }

  /// The accelerator time of each phase, where there are several kinds; else the FLOP of several stretches.
  private var phases: Document.Section? {
    let timed = report.results.map { report.lines[$0] }.filter { $0.key?.hasPrefix("phase_") ?? false }
    let lines = timed.isEmpty ? stretches : timed
    guard lines.count > 1, let dimension = lines.first?.dimension else { return nil }
    let heading = timed.isEmpty ? "FLOP by phase" : "Accelerator-hours by phase"
    let total = lines.reduce(0) { $0 + $1.value.typical }
    let chart = Chart.bars(
      heading, "One bar for each of \(lines.count) phases.", lines.map { ($0.name, $0.value) }, dimension)
    var table = Table(heading, ["phase", .number("typical"), .range, .number("share")])
    for line in lines {
      table.add([.text(line.name)] + line.cells + [.share(total > 0 ? line.value.typical / total : 0)])
    }
    return .compact("phases", heading, chart, table)
  }

  private var stretches: [Report.Line] {
    guard let flop = report.result("flop"), estimate.work.phases.count > 1 else { return [] }
    return flop.parts.map { report.lines[$0] }.filter { $0.dimension == .operations }
  }

  /// Wall-clock time and cost over the size of the cluster.
  private var clusters: Document.Section? {
    guard runs, let hours = report.result("accelerator_hours")?.value, hours.typical > 0 else { return nil }
    let chosen = isSizeChosen ? nil : report.result("accelerators")?.value.typical
    let sizes = estimate.clusterSizes(around: chosen)
    guard !sizes.isEmpty else { return nil }
    let caption =
      isSizeChosen ? "Cluster sizes (--gpus and --days choose one)" : "Time and cost by size of the cluster"
    let isPriced = sizes.contains { $0.cost != nil }
    var table = Table(
      caption, [.number("accelerators"), .number("wall-clock time")] + (isPriced ? [.number("total cost")] : []))
    for size in sizes {
      table.add(
        [.value(Double(size.accelerators), .accelerators), .value(size.wallClock.value, .hours)]
          + (size.cost.map { [.value($0.value, .dollars)] } ?? []))
    }
    guard sizes.count > 1 else { return Document.Section("clusters", "Accelerators against days", nil, table) }
    let chart = Chart.sizes(
      "days",
      sizes.map { size in
        (
          size: Double(size.accelerators), value: Spread(typical: size.wallClock.value / 24),
          isApart: Double(size.accelerators) == chosen
        )
      },
      as: Shown("days"), apart: "this estimate",
      remark: "The more accelerators, the fewer days, and the less out of each")
    return .compact("clusters", "Accelerators against days", chart, table)
  }
}

/// Prices that have had a year to change.
enum StalePrices {
  static func notes(_ report: Report, of scenario: Scenario, in world: any World) -> [String] {
    // Prices of the past are no news where they were asked for.
    guard scenario.priceMonth == nil, let now = CalendarMonth(world.today) else { return [] }
    return report.lines.compactMap { line in
      guard case .input(.table(let row)) = line.basis, ["market", "prices"].contains(row.table),
        let month = CalendarMonth(row.asOf), now - month > PriceSelection.monthsCurrent
      else { return nil }
      return "the \(line.name) (\(row.id)) is of \(row.asOf): give --price if you know better"
    }
  }
}
