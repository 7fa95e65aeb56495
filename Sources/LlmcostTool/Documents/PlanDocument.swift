import CommandLineKit
import CostModel
import TextFormats

/// A plan, ready to be printed.
struct PlanDocument {
  let answer: PlanAnswer

  typealias Plan = PlanAnswer.Plan
  typealias Name = PlanAnswer.Name

  /// Plans of the front that terminals show.
  private static let mostShown = 12
  /// Accelerators left out that terminals name one by one.
  private static let mostLeftOut = 12
  private static let mostNamed = 4

  static let fields: [[Field<Plan>]] = [
    Field.word("choice") { $0.names.isEmpty ? nil : $0.names.map(\.rawValue).joined(separator: "+") },
    Field.word("accelerator") { $0.accelerator.id }, Field.number("accelerators") { $0.accelerators },
    Field.word("precision") { $0.precision.rawValue }, Field.word("seller") { $0.offer.seller },
    Field.word("commitment") { $0.offer.commitment.rawValue }, Field.word("term") { $0.offer.term?.text },
    Field.word("region") { $0.region }, Field.word("start") { $0.start?.text },
    Field.word("layout") { $0.layout?.description },
    Field.number("rent_usd") { $0.offer.rate.typical.value },
    Field.spread("days") { $0.hours.scaled(by: 1.0 / 24) }, Field.spread("cost_usd") { $0.cost },
    Field.spread("carbon_kg") { $0.carbon.scaled(by: 1.0 / 1000) }, Field.number("risk") { $0.risk },
    Field.number("risk_of_doubts") { $0.doubts },
    Field.number("unused_share") { $0.unusedShare },
    Field.word("command") { $0.command.joined(separator: " ") },
  ]

  var document: Document {
    var document = Document("plan", title: title)
    let rows = answer.request.listsAll ? everyPlan : answer.plans
    document.records = Records(rows, Self.fields)
    document.answer = rows.firstIndex { $0.names.contains(.cheapest) } ?? 0
    document.tree = .members { members }
    document.notes = answer.notes
    if let cheapest = answer.plan(.cheapest) {
      document.facts = [
        Document.Fact("cheapest", .text(words(cheapest))), Document.Fact("cost", cheapest.cost, Shown(.dollars)),
        Document.Fact("time", cheapest.hours, Shown(.hours)),
      ]
    }
    document.sections = { audience in
      var sections = [
        Document.Section("choices", "Three choices", nil, choices, reasons, commands),
        Document.Section("front", "Plans that no other beats", chart, front(audience)),
      ]
      if audience == .page || answer.request.showsCash, let cash {
        sections.append(Document.Section("cash", "Cash by month", nil, cash))
      }
      if let owning { sections.append(Document.Section("owning", "Buy or rent", nil, owning)) }
      if !leftOut(audience).rows.isEmpty {
        sections.append(Document.Section("left-out", "Left out", nil, leftOut(audience)))
      }
      return sections
    }
    return document
  }

  /// Every option that was weighed, at typical values.
  private var everyPlan: [Plan] {
    let search = answer.search
    return search.options(keepingLimits: false).map { option in
      let base = search.grounds[option.base].base
      return Plan(
        option: option, accelerator: base.accelerator, precision: base.precision, offer: search.offer(of: option),
        accelerators: search.point(of: option).accelerators, region: answer.request.regions[option.region],
        names: answer.plans.first { PlanAnswer.isSame($0.option, option) }?.names ?? [],
        cost: Spread(typical: option.cost), hours: Spread(typical: option.hours),
        carbon: Spread(typical: option.carbon), risk: option.risk, command: answer.job.line(answer.words(option)))
    }
  }

  // MARK: - Words

  private var isServing: Bool { answer.job.isServing }
  private var hasDemand: Bool { answer.job.given.has(Option(AnySetting(Serving.requestsPerDay))) }

  private var title: String {
    var limits: [String] = []
    let request = answer.request
    if let start = request.start { limits.append("from \(start.text)") }
    if let end = request.finishBy {
      limits.append("by \(end.text)")
    } else if let hours = request.limits.hours {
      limits.append("in \(Notation.display(hours, as: .hours))")
    }
    if let cost = request.limits.cost { limits.append("for \(Notation.display(cost, as: .dollars))") }
    if let carbon = request.limits.carbon { limits.append("within \(Notation.display(carbon, as: .gramsCO2e)) CO2e") }
    if let risk = request.limits.risk {
      limits.append("with \(Notation.display(((1 - risk) * 100).rounded(), as: .ratio)) % confidence")
    }
    let job = answer.job.line([]).joined(separator: " ").dropFirst("llmcost ".count)
    let count = Notation.display(Double(answer.search.count), as: .accelerators)
    let measure = isServing ? ", the cost of a \(hasDemand ? "month" : "request")" : ""
    return "Plans for \(job)\n\(count) weighed\(measure)"
      + (limits.isEmpty ? "" : ", " + limits.joined(separator: ", "))
  }

  func hardware(_ plan: Plan) -> String {
    let precision = plan.precision == plan.accelerator.referencePrecision ? "" : " " + plan.precision.rawValue
    return "\(Notation.display(plan.accelerators, as: .accelerators)) \(plan.accelerator.id)\(precision)"
  }

  private func rent(_ plan: Plan) -> String {
    let start = answer.request.choosesStart ? plan.start : nil
    return plan.offer.seller + " " + plan.offer.commitment.rawValue + (plan.region.map { ", \($0)" } ?? "")
      + (start.map { ", from \($0.text)" } ?? "")
  }

  private func words(_ plan: Plan) -> String { hardware(plan) + ", " + rent(plan) }

  func chosen(_ name: Name) -> Plan? { answer.plan(name) }

  // MARK: - The choices

  private var columns: [Table.Column] {
    [
      .number(isServing ? "seconds" : "days"), .number("cost"), .number("risk"), "rented from", .number("$/h"),
      .number("CO2e"),
    ]
  }

  private func cells(_ plan: Plan) -> [Cell] {
    [
      .value(time(plan), .ratio), .value(plan.cost.typical, .dollars), Self.risk(of: plan), .text(rent(plan)),
      .value(plan.offer.rate.typical.value, .ratio), .value(plan.carbon.typical, .gramsCO2e),
    ]
  }

  /// Days of a run, or seconds of an answer.
  private func time(_ plan: Plan) -> Double {
    isServing ? plan.hours.typical * 3600 : plan.hours.typical / 24
  }

  /// The risk, and what doubts add to it: `2+20 %`.
  private static func risk(of plan: Plan) -> Cell {
    guard plan.doubts > 0 else { return rounded(plan.risk) }
    let percents = [plan.risk, plan.doubts].map { Notation.display(($0 * 100).rounded(), as: .ratio) }
    return .text(percents.joined(separator: "+") + " %")
  }

  private static func rounded(_ share: Double) -> Cell { .share((share * 100).rounded() / 100) }

  /// The plans that are best at something, each once, in the order of the names.
  private var chosenPlans: [(label: String, plan: Plan)] {
    var seen: [[Name]] = []
    return Name.allCases.compactMap { name in
      guard let plan = chosen(name), !seen.contains(plan.names) else { return nil }
      seen.append(plan.names)
      let isAll = plan.names.count == Name.allCases.count
      return (isAll ? "all three" : plan.names.map(\.rawValue).joined(separator: ", "), plan)
    }
  }

  private var choices: Table {
    var table = Table("Three choices", ["", "accelerators"] + columns)
    for (label, plan) in chosenPlans {
      table.add([.text(label), .text(hardware(plan))] + cells(plan), isStrong: plan.names.contains(.cheapest))
    }
    table.remarks.append(remarkOnRisk)
    if answer.plans.contains(where: { $0.doubts > 0 }) {
      table.remarks.append(
        "Doubts stand behind a +, \(Self.rounded(answer.search.doubt).text) each: spot, fewer than 16 bits, a price of a "
          + "single seller; the safest has the least sum")
    }
    return table
  }

  private var remarkOnRisk: String {
    let limits = answer.request.limits
    var misses: [String] = []
    if let end = answer.request.finishBy {
      misses.append("to end after \(end.text)")
    } else if let hours = limits.hours {
      misses.append("to take more than \(Notation.display(hours, as: .hours))")
    }
    let cost = answer.search.costOfRisk
    if cost.isFinite { misses.append("to cost more than \(Notation.display(cost, as: .dollars))") }
    let basis =
      limits.cost == nil && cost.isFinite ? ", half as much again as the cheapest of the least doubtful kind" : ""
    return "Risk is the chance \(misses.joined(separator: ", or "))\(basis)"
  }

  private var reasons: Table {
    var table = Table("Why, and what each gives up", ["", ""])
    for (label, plan) in chosenPlans {
      table.add(.text(label), .text(plan.names.map { why($0, plan) }.joined(separator: "; ")))
      table.add("", .text("gives up: " + givesUp(plan)))
      if let layout = plan.layout { table.add("", .text("laid out as \(layout)")) }
    }
    return table
  }

  func why(_ name: Name, _ plan: Plan) -> String {
    let kept = Notation.display(Double(answer.search.kept.reduce(0, +)), as: .accelerators)
    switch name {
    case .cheapest: return "costs least of \(kept) plans in the limits"
    case .fastest: return isServing ? "answers soonest" : "ends first of \(kept) plans in the limits"
    case .safest: return "least likely to miss, doubts included"
    }
  }

  func givesUp(_ plan: Plan) -> String {
    var parts: [String] = []
    func times(_ more: Double, _ less: Double) -> String { Notation.display(more / less, as: .ratio, digits: 2) }
    if let cheapest = chosen(.cheapest), plan.cost.typical > 1.005 * cheapest.cost.typical {
      parts.append("\(times(plan.cost.typical, cheapest.cost.typical)) times the cost of the cheapest")
    }
    if let fastest = chosen(.fastest), plan.end > 1.005 * fastest.end {
      parts.append("\(times(plan.end, fastest.end)) times the time of the fastest")
    }
    if let safest = chosen(.safest), Self.rounded(plan.risk).text != Self.rounded(safest.risk).text,
      plan.risk > safest.risk
    {
      parts.append("\(Self.rounded(plan.risk).text) risk, not \(Self.rounded(safest.risk).text)")
    }
    if plan.isSpot { parts.append("may be taken away at times") }
    if plan.offer.sellers == 1, plan.offer.provider == nil { parts.append("one seller asks this price") }
    if plan.unusedShare > 0.01 {
      parts.append("\(Self.rounded(plan.unusedShare).text) of the money for hours of the term that nothing uses")
    }
    if plan.precision != plan.accelerator.referencePrecision { parts.append("trains in \(plan.precision.name)") }
    return parts.isEmpty ? "nothing" : parts.joined(separator: "; ")
  }

  private var commands: Table {
    var table = Table("Each by one command", [""])
    for plan in answer.plans where !plan.names.isEmpty {
      table.add(.text("# " + plan.names.map(\.rawValue).joined(separator: ", ")))
      for line in Self.broken(plan.command) { table.add(.text(line)) }
    }
    return table
  }

  /// A command over lines of at most 76 columns, as a shell takes them.
  static func broken(_ words: [String]) -> [String] {
    var lines: [String] = []
    for word in words {
      if let last = lines.last, last.count + word.count < 74 {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append((lines.isEmpty ? "" : "  ") + word)
      }
    }
    return lines.enumerated().map { $0.offset == lines.count - 1 ? $0.element : $0.element + " \\" }
  }

  // MARK: - The front

  private func front(_ audience: Document.Audience) -> Table {
    var shown = answer.plans
    if audience == .terminal, shown.count > Self.mostShown {
      let named = shown.filter { !$0.names.isEmpty }
      let others = PlanAnswer.thinned(shown.filter { $0.names.isEmpty }, to: Self.mostShown - named.count)
      shown = (named + others).sorted { ($0.cost.typical, $0.hours.typical) < ($1.cost.typical, $1.hours.typical) }
    }
    let isDrawn = audience == .terminal && answer.request.isPlotted
    var table = Table(
      "Plans that no other beats in cost, time, carbon and risk", ["accelerators"] + columns + (isDrawn ? [""] : []))
    let most = shown.map(\.cost.typical).max() ?? 1
    for plan in shown {
      let bar: [Cell] = isDrawn ? [.drawing(TextChart.bar(plan.cost.typical, of: most, width: 16))] : []
      table.add([.text(hardware(plan))] + cells(plan) + bar, isStrong: !plan.names.isEmpty)
    }
    let all = answer.search.front.count
    if all > shown.count {
      table.remarks.append("\(shown.count) of \(all) are shown; --format csv has \(answer.plans.count)")
    }
    return table
  }

  private var chart: Chart {
    let points = answer.plans.map { plan in
      Plot.Point(
        x: time(plan), y: plan.cost.typical, low: plan.cost.p10,
        high: plan.cost.p90,
        words: "\(words(plan)): \(Notation.display(plan.cost.typical, as: .dollars))", isApart: !plan.names.isEmpty)
    }
    let axis = isServing ? "seconds of an answer" : "days"
    var chart = Plot(
      title: "Cost against \(axis)",
      description: "A dot for each plan that no other beats; the cheapest is \(points.first?.words ?? "").",
      xTitle: axis, yTitle: "cost", xShown: { Notation.display($0, as: .ratio) },
      yShown: { Notation.display($0, as: .dollars) }, points: points, isCrowded: true
    ).chart
    chart.legend = [
      Chart.Key(.dot, "a plan"), Chart.Key(.apart, "cheapest, fastest, safest"), Chart.Key(.none, "│ p10 – p90"),
    ]
    return chart
  }

  // MARK: - What is left out

  private func leftOut(_ audience: Document.Audience) -> Table {
    var reasons: [(reason: String, accelerators: [String])] = []
    for exclusion in answer.exclusions {
      let isNamed = answer.request.accelerators.contains(exclusion.accelerator)
      let reason = exclusion.reason + (isNamed ? exclusion.detail.map { ": " + $0 } ?? "" : "")
      if let place = reasons.firstIndex(where: { $0.reason == reason }) {
        if !reasons[place].accelerators.contains(exclusion.accelerator) {
          reasons[place].accelerators.append(exclusion.accelerator)
        }
      } else {
        reasons.append((reason, [exclusion.accelerator]))
      }
    }
    var table = Table("Left out", ["accelerator", "why"])
    // What is left out for the same reason as many others tells least.
    let sorted = reasons.filter { $0.accelerators.count == 1 } + reasons.filter { $0.accelerators.count > 1 }
    let shown = audience == .page ? sorted : Array(sorted.prefix(Self.mostLeftOut))
    for (reason, accelerators) in shown {
      let isShort = accelerators.count <= Self.mostNamed || audience == .page
      let names =
        isShort
        ? accelerators.joined(separator: ", ")
        : accelerators.prefix(Self.mostNamed).joined(separator: ", ")
          + " and \(accelerators.count - Self.mostNamed) more"
      table.add(.text(names), .text(reason))
    }
    if shown.count < sorted.count { table.remarks.append("\(sorted.count - shown.count) more in --format json") }
    return table
  }
}
