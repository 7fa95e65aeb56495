/// A whole model-building program: stages with their estimates, the experiments around them, people and overhead.
package struct Program: Sendable {
  /// One stage of the program.
  package struct Part: Sendable {
    /// The label it has in the recipe.
    package var label: String
    /// Its estimate.
    package var estimate: Estimate {
      get {
        switch kept {
        case .estimate(let estimate): estimate
        }
      }
      set { kept = .estimate(newValue) }
    }
    /// How often it is run.
    package var times: Double
    /// Whether it is an experiment or a failed run, whose compute counts as research.
    package var isResearch: Bool
    /// When it starts, hours from the start of the program; nil where its length is unknown.
    package var start: Double?
    /// How long it takes, hours; nil where neither a cluster nor a time is given.
    package var length: Double?

    /// A stage of the program.
    package init(
      label: String, estimate: Estimate, times: Double, isResearch: Bool, start: Double?, length: Double?
    ) {
      self.label = label
      kept = .estimate(estimate)
      self.times = times
      self.isResearch = isResearch
      self.start = start
      self.length = length
    }

    /// Behind a reference, so that a part is cheap to hand on: an estimate holds the hundreds of fields of its inputs.
    private indirect enum Kept: Sendable { case estimate(Estimate) }
    private var kept: Kept
  }

  /// People of one role.
  package struct Team: Sendable {
    /// The role: a row of the table of labor.
    package var role: String
    /// How many.
    package var count: Double
    /// For how long.
    package var months: Double
    /// What one costs a year.
    package var salary: Expression<Dollars>

    /// People of one role.
    package init(role: String, count: Double, months: Double, salary: Expression<Dollars>) {
      self.role = role
      self.count = count
      self.months = months
      self.salary = salary
    }
  }

  /// The name.
  package var name: String
  /// The stages, in order.
  package var parts: [Part]
  /// All compute over that of the stages, for experiments that are not listed one by one; nil for none.
  package var researchMultiplier: Expression<Ratio>?
  /// Compute of evaluations over that of the stages.
  package var evaluationShare: Expression<Ratio>?
  /// Who works on it.
  package var teams: [Team]
  /// What everything else costs over the sum of the lines.
  package var overheadShare: Expression<Ratio>?
  /// Serving the model once all stages are done; nil where it is not part of the program.
  package var serving: ServingEstimate.Lifetime?

  /// A program.
  package init(
    name: String, parts: [Part], researchMultiplier: Expression<Ratio>? = nil,
    evaluationShare: Expression<Ratio>? = nil,
    teams: [Team] = [], overheadShare: Expression<Ratio>? = nil
  ) {
    self.name = name
    self.parts = parts
    self.researchMultiplier = researchMultiplier
    self.evaluationShare = evaluationShare
    self.teams = teams
    self.overheadShare = overheadShare
  }

  /// What the line of serving is called.
  package static let servingLabel = "serving"

  /// When the last stage ends, in hours; 0 where no time is known.
  package var stagesEnd: Double {
    var end = 0.0
    for part in parts { if let start = part.start, let length = part.length { end = Swift.max(end, start + length) } }
    return end
  }

  /// One line of the program's bill.
  package struct Line: Sendable {
    /// The stage, or what stands beside the stages.
    package var label: String
    /// The stage, by its place in `Program.parts`; nil for what stands beside them.
    package var part: Int?
    /// What it pays for.
    package var category: ChargeCategory
    /// How much.
    package var amount: Expression<Dollars>
  }

  /// All lines: each stage by category, then research, people and overhead.
  ///
  /// Experiments and evaluations multiply compute and electricity alone; labels and data are paid for once. The lines
  /// of stages that are experiments themselves count as research.
  package var lines: [Line] { lines(of: parts.map(PartAmounts.init)) }

  private func lines(of amounts: [PartAmounts]) -> [Line] {
    var lines: [Line] = []
    var computing: [Expression<Dollars>] = []
    for (index, part) in amounts.enumerated() {
      for line in part.bill {
        let isComputing = PartAmounts.computing.contains(line.category)
        if isComputing, !part.isResearch { computing.append(line.amount) }
        lines.append(
          Line(
            label: parts[index].label, part: index,
            category: part.isResearch && isComputing ? .research : line.category, amount: line.amount))
      }
    }
    let compute = Expression.sum(computing).named("compute of the stages")
    if let researchMultiplier {
      let more = researchMultiplier - 1
      lines.append(Line(label: "experiments and failed runs", category: .research, amount: compute * more))
    }
    if let evaluationShare {
      lines.append(Line(label: "evaluation", category: .research, amount: compute * evaluationShare))
    }
    for team in teams {
      let years = Expression<Ratio>(constant: team.count * team.months / 12)
      lines.append(Line(label: "people: \(team.role)", category: .staff, amount: team.salary * years))
    }
    if let serving { lines.append(Line(label: Self.servingLabel, category: .compute, amount: serving.cost)) }
    if let overheadShare {
      let sum = Expression.sum(lines.map(\.amount)).named("sum of the lines")
      lines.append(Line(label: "overhead", category: .staff, amount: sum * overheadShare))
    }
    return lines
  }

  /// The program evaluated: every line, the sums by stage and by category, and the total.
  ///
  /// - Parameters:
  ///   - plan: How ranges are found.
  ///   - ranges: Which lines get one, besides the results.
  /// - Returns: All of it, with its values by key.
  package func report(_ plan: SamplingPlan, rangesOf ranges: Report.Ranges = .results) -> ProgramReport {
    let amounts = parts.map(PartAmounts.init)
    let lines = lines(of: amounts)
    let (builder, labels, categories) = results(of: amounts, lines)
    return ProgramReport(
      program: self, lines: lines, labels: labels, categories: categories,
      report: builder.report(plan, rangesOf: ranges))
  }

  /// Its results, to be evaluated.
  var resultsBuilder: ReportBuilder {
    let amounts = parts.map(PartAmounts.init)
    return results(of: amounts, lines(of: amounts)).builder
  }

  /// What drives the spread of the total cost.
  package func sensitivity(_ plan: SamplingPlan) -> Sensitivity {
    let total = Expression.sum(lines.map(\.amount)).named("total cost")
    return Sensitivity(of: total.node, plan: plan)
  }

  private func results(
    of amounts: [PartAmounts], _ lines: [Line]
  ) -> (builder: ReportBuilder, labels: [String], categories: [ChargeCategory]) {
    var builder = ReportBuilder(Estimate.results)
    for (index, line) in lines.enumerated() { builder.add(line.amount.named(line.label, key: "line_\(index)")) }
    var labels: [String] = []
    var byLabel: [String: [Expression<Dollars>]] = [:]
    for line in lines {
      if byLabel[line.label] == nil { labels.append(line.label) }
      byLabel[line.label, default: []].append(line.amount)
    }
    for label in labels {
      builder.add(Expression.sum(byLabel[label] ?? []).named(label, key: "label_" + label))
    }
    let categories = ChargeCategory.allCases.filter { category in lines.contains { $0.category == category } }
    for category in categories {
      let amounts = lines.filter { $0.category == category }.map(\.amount)
      builder.add(Expression.sum(amounts).named(category.name), as: category.key)
    }
    builder.add(Expression.sum(lines.map(\.amount)).named("total cost"), as: "cost_usd")
    let running = amounts.filter(\.isRunning)
    builder.add(whole(running, nil, \.operations).named("FLOP"), as: "flop")
    builder.add(whole(running, serving?.hours, \.hours).named("accelerator-hours"), as: "accelerator_hours")
    builder.add(whole(running, serving?.footprint.energy, \.energy).named("energy"), as: "energy_kwh")
    builder.add(whole(running, serving?.footprint.carbon, \.carbon).named("carbon"), as: "carbon_kg")
    builder.add(whole(running, serving?.footprint.water, \.water).named("water"), as: "water_l")
    return (builder, labels, categories)
  }

  /// The sum over all stages, with the experiments and evaluations that multiply their compute, and over serving.
  private func whole<Measure: Unit>(
    _ running: [PartAmounts], _ serving: Expression<Measure>?, _ amount: (PartAmounts) -> Expression<Measure>
  ) -> Expression<Measure> {
    let final = running.filter { !$0.isResearch }.map(amount)
    var sum = running.map(amount)
    if let researchMultiplier {
      sum.append(Expression.sum(final) * (researchMultiplier - 1))
    }
    if let evaluationShare { sum.append(Expression.sum(final) * evaluationShare) }
    if let serving { sum.append(serving) }
    return Expression.sum(sum)
  }
}

/// What a program sums of one stage, as often as it runs.
private struct PartAmounts {
  /// What grows with compute; the staff of a stage is that of its own cluster.
  static let computing: [ChargeCategory] = [.compute, .electricity, .interest, .hosting, .host, .staff]

  let isResearch: Bool
  /// Whether it runs on accelerators.
  let isRunning: Bool
  let bill: [Bill.Line]
  let operations: Expression<Operations>
  let hours: Expression<AcceleratorHours>
  let energy: Expression<KilowattHours>
  let carbon: Expression<GramsCO2e>
  let water: Expression<Liters>

  init(_ part: Program.Part) {
    let estimate = part.estimate
    let times = part.times
    func multiplied<Measure: Unit>(_ amount: Expression<Measure>) -> Expression<Measure> {
      times == 1 ? amount : amount * Expression(constant: times)
    }
    isResearch = part.isResearch
    isRunning = !estimate.work.phases.isEmpty
    // An experiment runs on the data of the stages: nobody writes or labels it again.
    bill = estimate.bill.lines.filter { !part.isResearch || $0.category != .humanData }
      .map { Bill.Line($0.category, multiplied($0.amount)) }
    operations = multiplied(estimate.work.operations)
    hours = multiplied(estimate.run.acceleratorHours)
    energy = multiplied(estimate.footprint.energy)
    carbon = multiplied(estimate.footprint.carbon)
    water = multiplied(estimate.footprint.water)
  }
}

/// A program evaluated.
package struct ProgramReport: Sendable {
  /// The program.
  package let program: Program
  /// Its lines.
  package let lines: [Program.Line]
  /// The labels of lines, each once, in order.
  package let labels: [String]
  /// The categories there are.
  package let categories: [ChargeCategory]
  /// Every value, by key.
  package let report: Report
  /// The totals, in order.
  package let totals: [ResultKey]
  /// The places of results in ``report``, by their key.
  private let places: [String: Int]

  init(program: Program, lines: [Program.Line], labels: [String], categories: [ChargeCategory], report: Report) {
    self.program = program
    self.lines = lines
    self.labels = labels
    self.categories = categories
    self.report = report
    var places: [String: Int] = [:]
    for place in report.results { if let key = report.lines[place].key { places[key] = places[key] ?? place } }
    self.places = places
    let keys =
      ["cost_usd"] + categories.map(\.key) + ["flop", "accelerator_hours", "energy_kwh", "carbon_kg", "water_l"]
    totals = keys.compactMap(Estimate.result)
  }

  /// The value of a line, by its place.
  package func value(ofLine index: Int) -> Spread { value("line_\(index)") }
  /// The sum of a label.
  package func value(ofLabel label: String) -> Spread { value("label_" + label) }
  /// The value of a stable name: `cost_usd`, a category's, `flop`, `accelerator_hours`, `energy_kwh`, `carbon_kg`, `water_l`.
  package func value(_ key: String) -> Spread {
    places[key].map { report.lines[$0].value } ?? Spread(typical: 0)
  }

  /// Money by month at typical values: a stage's spread evenly over its time, people's over theirs, that of serving over
  /// the lifetime behind the stages, the rest over the development.
  ///
  /// - Returns: One amount for each month of the program; a single one where no time is known.
  package var cashByMonth: [Double] {
    let monthHours = Hours.perMonth
    let stagesEnd = program.stagesEnd
    let development = Swift.max(stagesEnd, (program.teams.map(\.months).max() ?? 0) * monthHours)
    let served = program.serving?.length ?? 0
    let end = Swift.max(development, served > 0 ? stagesEnd + served : 0)
    let months = Swift.max(1, Swift.min(1200, Int((end / monthHours).rounded(.up))))
    var cash = [Double](repeating: 0, count: months)
    for (index, line) in lines.enumerated() {
      let amount = value(ofLine: index).typical
      var (start, length) = (0.0, development)
      if let place = line.part {
        start = program.parts[place].start ?? 0
        length = program.parts[place].length ?? 0
      } else if line.label == Program.servingLabel {
        (start, length) = (stagesEnd, served)
      } else if let team = program.teams.first(where: { "people: \($0.role)" == line.label }) {
        length = team.months * monthHours
      }
      Self.spread(amount, from: start / monthHours, over: length / monthHours, into: &cash)
    }
    return cash
  }

  private static func spread(_ amount: Double, from start: Double, over length: Double, into cash: inout [Double]) {
    let first = Swift.min(Int(start), cash.count - 1)
    guard length > 0 else {
      cash[first] += amount
      return
    }
    for month in cash.indices {
      let overlap = Swift.min(start + length, Double(month + 1)) - Swift.max(start, Double(month))
      if overlap > 0 { cash[month] += amount * Swift.min(1, overlap / length) }
    }
    // What rounding leaves beyond the last month belongs to it.
    let beyond = start + length - Double(cash.count)
    if beyond > 0 { cash[cash.count - 1] += amount * Swift.min(1, beyond / length) }
  }
}
