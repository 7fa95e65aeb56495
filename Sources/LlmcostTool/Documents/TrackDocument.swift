import CostModel
import TextFormats

/// Where a run stands against its plan, ready to be printed.
struct TrackAnswer {
  /// The whole program that the run is a stage of.
  struct Whole {
    /// What was expected of it.
    let planned: SavedPlan.Expected
    /// What it costs now, and how long it takes, in hours.
    let cost: Spread?
    let time: Spread?
    let inBudget: Double?
    let inTime: Double?
  }

  /// What a run may take.
  struct Limit {
    /// USD, or hours from start to end.
    let value: Double
    /// What of the plan it is, where nobody gave a limit; nil for one that was given.
    let planned: String?

    init(_ value: Double) { (self.value, planned) = (value, nil) }

    /// The end of what the plan expects, as a limit.
    init?(of expected: Spread?, factor: Double = 1) {
      guard let expected else { return nil }
      value = (expected.p90 ?? expected.typical) * factor
      planned = expected.p90 == nil ? "plan" : "plan's p90"
    }
  }

  let headline: String
  /// What was expected of the run.
  let expected: SavedPlan.Expected
  let progress: Forecast.Progress
  let forecast: Forecast
  let log: MeasuredLog
  let budget: Limit?
  let deadline: Limit?
  /// The program, whose limits are those that are given; nil for a run by itself.
  var whole: Whole?

  var inBudget: Double? {
    if let whole { return whole.inBudget }
    return budget.flatMap { forecast.chance(withinBudget: $0.value) }
  }
  var inTime: Double? {
    if let whole { return whole.inTime }
    return deadline.map { forecast.chance(within: $0.value) }
  }

  private var days: Spread { forecast.time.scaled(1.0 / 24) }

  var document: Document {
    let share = Notation.display((progress.share * 1000).rounded() / 10, as: .ratio)
    var document = Document(
      "track",
      title: "\(headline): \(share) % done after \(Notation.display(progress.elapsed, as: .hours))")
    document.notes = log.notes
    document.facts = [Document.Fact("done", .share(min(1, progress.share)))]
    if let inBudget { document.facts.append(Document.Fact("probability in budget", .share(inBudget))) }
    if let inTime { document.facts.append(Document.Fact("probability in time", .share(inTime))) }
    if let cost = whole.map(\.cost) ?? forecast.cost {
      document.facts.append(Document.Fact("forecast cost", cost, Shown(.dollars)))
    }
    document.records = Records([members])
    document.tree = .members { members }
    document.sections = { audience in
      var section = Document.Section("forecast", "Forecast against plan", chart, table)
      if audience == .terminal { section.chart = nil }
      let program = whole.map { Document.Section("program", "The whole program", nil, table(of: $0)) }
      return [section, program, Document.Section("moved", "What moved it", nil, moved)].compactMap(\.self)
    }
    return document
  }

  private var members: [JSONMember] {
    func spread(_ name: String, _ value: Spread?) -> [JSONMember] {
      [
        (name, .result(value?.typical)), (name + ".p10", .result(value?.p10)), (name + ".p90", .result(value?.p90)),
      ]
    }
    let (days, cost) = whole.map { ($0.time?.scaled(1.0 / 24), $0.cost) } ?? (days, forecast.cost)
    let planned = whole?.planned ?? expected
    return [
      ("done", .result(progress.share)), ("elapsed_hours", .result(progress.elapsed)),
      ("spent_hours", .result(forecast.spent.hours)), ("spent_usd", .result(forecast.spent.cost)),
    ] + spread("accelerator_hours", forecast.hours) + spread("days", days) + spread("cost_usd", cost) + [
      ("budget_usd", .result(budget?.value)), ("p_in_budget", .result(inBudget)),
      ("deadline_days", .result(deadline.map { $0.value / 24 })), ("p_in_time", .result(inTime)),
      ("planned_hours", .result(expected.hours.typical)), ("planned_usd", .result(planned.cost?.typical)),
      ("planned_days", .result(planned.days?.typical)),
    ]
  }

  private var table: Table {
    var table = Self.table(whole == nil ? "Forecast" : "The stage")
    let limits: (money: Double?, time: Double?) = whole == nil ? (budget?.value, deadline?.value) : (nil, nil)
    func add(
      _ name: String, spent: Double?, _ total: Spread?, planned: Double?, limit: Double?, _ probability: Double?,
      _ dimension: Dimension
    ) {
      guard let total else { return }
      table.add([
        .text(name), .value(spent, dimension), .value(spent.map { max(0, total.typical - $0) }, dimension),
        .value(total.typical, dimension), .range(total, dimension), .value(planned, dimension),
        .value(limit, dimension), probability.map { .share(($0 * 100).rounded() / 100) } ?? .empty,
      ])
    }
    add(
      "accelerator-hours", spent: forecast.spent.hours, forecast.hours, planned: expected.hours.typical, limit: nil,
      nil, .acceleratorHours)
    add(
      "time", spent: progress.elapsed, forecast.time, planned: expected.days.map { $0.typical * 24 },
      limit: limits.time, whole == nil ? inTime : nil, .hours)
    add(
      "cost", spent: forecast.spent.cost, forecast.cost, planned: expected.cost?.typical, limit: limits.money,
      whole == nil ? inBudget : nil, .dollars)
    table.remarks = drawing + (whole == nil ? limitRemarks : [])
    return table
  }

  private static func table(_ name: String) -> Table {
    var table = Table(
      name,
      [
        "", .number("spent"), .number("to go"), .number("in all"), .range, .number("planned"), .number("limit"),
        "in limit",
      ])
    table.goesOnBelow = true
    return table
  }

  /// Where limits that nobody gave come from.
  private var limitRemarks: [String] {
    let limits = [("--budget", budget), ("--deadline", deadline)].compactMap { option, limit in
      limit?.planned.map { (option, $0) }
    }
    guard let planned = limits.first?.1 else { return [] }
    return ["without \(limits.map(\.0).joined(separator: " and ")) the limit is the \(planned)"]
  }

  /// What the program comes to with the log as the pilot of its stage.
  private func table(of whole: Whole) -> Table {
    var table = Table(
      "The whole program", ["", .number("in all"), .range, .number("planned"), .number("limit"), "in limit"])
    let lines = [
      ("cost", whole.cost, whole.planned.cost?.typical, budget?.value, whole.inBudget, Dimension.dollars),
      ("time", whole.time, whole.planned.days.map { $0.typical * 24 }, deadline?.value, whole.inTime, .hours),
    ]
    for (name, total, planned, limit, chance, dimension) in lines {
      guard let total else { continue }
      table.add([
        .text(name), .value(total.typical, dimension), .range(total, dimension), .value(planned, dimension),
        .value(limit, dimension), chance.map { .share(($0 * 100).rounded() / 100) } ?? .empty,
      ])
    }
    table.remarks = limitRemarks
    table.goesOnBelow = true
    return table
  }

  /// The run as a bar: what is done, what is left, and the limit, on one scale.
  private var drawing: [String] {
    guard let total = forecast.cost ?? Optional(forecast.hours) else { return [] }
    let spent = forecast.cost == nil ? forecast.spent.hours : forecast.spent.cost ?? 0
    let limit = forecast.cost == nil || whole != nil ? nil : budget
    let reach = max(total.p90 ?? total.typical, limit?.value ?? 0, total.typical)
    let width = 60
    func place(_ value: Double) -> Int { min(width, Int((value / reach * Double(width)).rounded())) }
    var cells = [Character](repeating: " ", count: width + 1)
    for index in 0..<place(total.p90 ?? total.typical) { cells[index] = "·" }
    for index in 0..<place(total.typical) { cells[index] = "░" }
    for index in 0..<place(spent) { cells[index] = "█" }
    if let limit { cells[place(limit.value)] = "│" }
    let mark = limit.map { "   │ \($0.planned ?? "budget") " + Notation.display($0.value, as: .dollars) } ?? ""
    while cells.last == " " { cells.removeLast() }
    return [String(cells), "█ spent   ░ forecast   · up to p90" + mark]
  }

  /// What makes the forecast another than the plan.
  private var moved: Table {
    var table = Table("What moved it", ["", .number("accelerator-hours"), .number("of the plan")])
    let done = min(1, progress.share)
    let lost = (progress.lost + progress.startUp) * progress.accelerators
    let pace = max(0, forecast.spent.hours - lost) - done * expected.hours.typical
    let rest = forecast.hours.typical - forecast.spent.hours - (1 - done) * expected.hours.typical
    for (name, hours) in [
      ("steps so far, against the plan for them", pace), ("starting up, restarts and standing still", lost),
      ("what is left, at the pace seen", rest),
    ] {
      table.add([.text(name), .value(hours, .acceleratorHours), .share(hours / expected.hours.typical)])
    }
    table.add(
      [
        .text("forecast less plan"), .value(forecast.hours.typical - expected.hours.typical, .acceleratorHours),
        .share(forecast.hours.typical / expected.hours.typical - 1),
      ], isStrong: true)
    return table
  }

  private var chart: Chart? {
    guard let cost = forecast.cost, let planned = expected.cost else { return nil }
    func shown(_ value: Double) -> String { Notation.display(value, as: .dollars) }
    let points = [
      Plot.Point(
        x: planned.typical, y: cost.typical, low: cost.p10, high: cost.p90,
        words: "\(shown(cost.typical)) forecast, \(shown(planned.typical)) planned")
    ]
    return Plot(
      title: "Forecast against plan", description: "The cost of the whole run as forecast, against the plan.",
      xTitle: "planned", yTitle: "forecast", xShown: shown, yShown: shown, points: points, diagonals: [1, 0.5, 2],
      isCrowded: false, area: 300
    ).chart
  }
}

extension Spread {
  fileprivate func scaled(_ factor: Double) -> Spread {
    Spread(typical: typical * factor, p10: p10.map { $0 * factor }, p90: p90.map { $0 * factor })
  }
}
