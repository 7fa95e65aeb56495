extension Program {
  /// Its results beside those by category, in order.
  private enum Name: String, ResultName {
    case cost = "cost_usd"
    case unused = "unused_usd"
    case days, flop
    case acceleratorHours = "accelerator_hours"
    case energy = "energy_kwh"
    case carbon = "carbon_kg"
    case water = "water_l"

    var section: String {
      switch self {
      case .cost, .unused: "bill"
      case .days: "time"
      case .flop, .acceleratorHours: "compute"
      case .energy, .carbon, .water: "footprint"
      }
    }

    var presence: ResultKey.Presence { self == .unused ? .zero : .unknown }
  }

  /// The stable names of its results, in order.
  package static let results =
    [Name.cost.result] + BudgetCategory.allCases.map(\.result) + Name.results.filter { $0 != Name.cost.result }

  /// The program evaluated: every line, the sums by stage and by category, and the total.
  ///
  /// - Parameters:
  ///   - plan: How ranges are found.
  ///   - ranges: Which lines get one, besides the results.
  /// - Returns: All of it, with its values by key.
  package func report(_ plan: SamplingPlan, rangesOf ranges: Report.Ranges = .results) -> ProgramReport {
    Self.reports([self], plan, rangesOf: ranges)[0]
  }

  /// Programs evaluated on the same draws: an input that they share is one, so that what differs between them is not
  /// chance.
  package static func reports(
    _ programs: [Program], _ plan: SamplingPlan, rangesOf ranges: Report.Ranges = .results
  ) -> [ProgramReport] {
    let budgets = programs.map(Budget.init)
    var builder = ReportBuilder()
    var ends: [Int] = []
    for (program, budget) in zip(programs, budgets) {
      program.addResults(of: budget, to: &builder)
      ends.append(builder.nodes.count)
    }
    let whole = builder.report(plan, rangesOf: ranges)
    var start = 0
    return programs.indices.map { place in
      defer { start = ends[place] }
      let report = Report(lines: whole.lines, results: Array(whole.results[start..<ends[place]]))
      return ProgramReport(programs[place], budgets[place], report)
    }
  }

  /// What the name of the sum of a label begins with.
  static let labelKey = "label_"

  func addResults(of budget: Budget, to builder: inout ReportBuilder) {
    let lines = budget.lines
    for (index, line) in lines.enumerated() { builder.add(line.amount.named(line.label, key: "line_\(index)")) }
    var labels: [String] = []
    var byLabel: [String: [Expression<Dollars>]] = [:]
    for line in lines {
      if byLabel[line.label] == nil { labels.append(line.label) }
      byLabel[line.label, default: []].append(line.amount)
    }
    for label in labels {
      builder.add(Expression.sum(byLabel[label] ?? []).named(label, key: Self.labelKey + label))
    }
    for category in BudgetCategory.allCases {
      let amounts = lines.filter { $0.category == category }.map(\.amount)
      if !amounts.isEmpty { builder.add(Expression.sum(amounts).named(category.name).node, as: category.result) }
    }
    builder.add(budget.total, as: Name.cost)
    let idle = budget.uses.compactMap { $0 }.flatMap { [$0.idleCost] + ($0.waitingCost.map { [$0] } ?? []) }
    if !idle.isEmpty { builder.add(Expression.sum(idle).named("paid for and not used"), as: Name.unused) }
    for case let use? in budget.uses {
      for (key, node) in use.results { builder.add(node, as: ResultKey("\(use.name)/\(key)")) }
    }
    builder.add(Expression<Hours>(constant: stagesEnd).named("until the last stage ends"), as: Name.days)
    let running = budget.amounts.filter(\.isRunning)
    builder.add(whole(running, { $0.operations }).named("FLOP"), as: Name.flop)
    builder.add(
      whole(running, { $0.hours }, services.map(\.hours)).named("accelerator-hours"), as: Name.acceleratorHours)
    // What runs on a cluster that is paid for whole is in the footprint of the cluster.
    func hasOwnFootprint(_ cluster: Int?) -> Bool { cluster.flatMap { budget.uses[$0] } == nil }
    let alone = zip(parts, budget.amounts).filter { $1.isRunning && hasOwnFootprint($0.cluster) }.map(\.1)
    func beside<Measure: Unit>(_ amount: KeyPath<Footprint, Expression<Measure>>) -> [Expression<Measure>] {
      services.filter { hasOwnFootprint($0.cluster) }.map { $0.footprint[keyPath: amount] }
        + budget.uses.compactMap { $0?.footprint(amount) }
    }
    builder.add(whole(alone, { $0.energy }, beside(\.energy)).named("energy"), as: Name.energy)
    builder.add(whole(alone, { $0.carbon }, beside(\.carbon)).named("carbon"), as: Name.carbon)
    builder.add(whole(alone, { $0.water }, beside(\.water)).named("water"), as: Name.water)
  }

  /// The sum over all stages, with the experiments and evaluations that multiply their compute, and what is beside them.
  private func whole<Measure: Unit>(
    _ running: [PartAmounts], _ amount: (PartAmounts) -> Expression<Measure>,
    _ beside: [Expression<Measure>] = []
  ) -> Expression<Measure> {
    let final = running.filter { !$0.isResearch }.map(amount)
    var sum = running.map(amount)
    if let researchMultiplier {
      sum.append(Expression.sum(final) * (researchMultiplier - 1))
    }
    if let evaluationShare { sum.append(Expression.sum(final) * evaluationShare) }
    return Expression.sum(sum + beside)
  }
}

extension ClusterUse {
  /// What is shown of a cluster, by key.
  fileprivate var results: [(key: String, node: Node)] {
    func sum(_ charges: [Charge], _ name: String) -> Node {
      Expression.sum(charges.map(\.amount)).named(name).node
    }
    var names: [String] = []
    for charge in payments where !names.contains(charge.name) { names.append(charge.name) }
    return [
      ("cost_usd", sum(payments, "cost of \(name)")), ("paid_hours", paid.node), ("used_hours", used.node),
      ("utilization", utilization.node),
    ] + names.map { name in ("charge_" + name, sum(payments.filter { $0.name == name }, name)) }
  }
}

/// A program evaluated.
package struct ProgramReport: Sendable {
  /// A cluster that is paid for whole.
  package struct Cluster: Sendable {
    /// The cluster.
    package let cluster: ProgramCluster
    /// What it costs in all.
    package let cost: Spread
    /// Accelerator-hours paid for.
    package let paid: Spread
    /// Accelerator-hours that something uses.
    package let used: Spread
    /// The share of the former.
    package let utilization: Spread
    /// What it is paid for, as rent, or purchase, residual value, interest, hosting, staff, electricity.
    package let charges: [(name: String, amount: Spread)]
  }

  /// The program.
  package let program: Program
  /// Its lines.
  package let lines: [Program.Line]
  /// The labels of lines, each once, in order.
  package let labels: [String]
  /// The categories there are.
  package let categories: [BudgetCategory]
  /// Every value, by key.
  package let report: Report
  /// The totals, in order.
  package let totals: [ResultKey]
  /// Money by month and category at typical values: an amount for each month of the program, in the order of
  /// ``categories``.
  package let cash: [[Double]]
  /// The flows behind ``cash``.
  private let flows: [Budget.Flow]
  /// The places of results in ``report``, by their key.
  private let places: [String: Int]

  init(_ program: Program, _ budget: Budget, _ report: Report) {
    self.program = program
    self.report = report
    (lines, flows) = (budget.lines, budget.flows)
    var places: [String: Int] = [:]
    for place in report.results { if let key = report.lines[place].key { places[key] = places[key] ?? place } }
    self.places = places
    var labels: [String] = []
    var known: Set<String> = []
    for line in budget.lines where known.insert(line.label).inserted { labels.append(line.label) }
    self.labels = labels
    let categories = BudgetCategory.allCases.filter { category in budget.lines.contains { $0.category == category } }
    self.categories = categories
    totals = Program.results.filter { places[$0.key] != nil }
    let shares = flows.map { Self.shares(of: $0, over: program.monthCount) }
    let tape = Tape(roots: flows.map(\.amount.node))
    let typical = tape.typicalValues()
    var cash = categories.map { _ in [Double](repeating: 0, count: program.monthCount) }
    for (flow, shares) in zip(flows, shares) {
      guard let row = categories.firstIndex(of: flow.category), let slot = tape.slot(of: flow.amount.node) else {
        continue
      }
      for (month, share) in shares.enumerated() where share != 0 { cash[row][month] += typical[slot] * share }
    }
    self.cash = cash
  }

  private static func shares(of flow: Budget.Flow, over months: Int) -> [Double] {
    var shares = [Double](repeating: 0, count: months)
    for payment in flow.payments { payment.add(to: &shares) }
    return shares
  }

  /// The value of a line, by its place.
  package func value(ofLine index: Int) -> Spread { value("line_\(index)") }
  /// The sum of a label.
  package func value(ofLabel label: String) -> Spread { value(Program.labelKey + label) }
  /// The value of a stable name of ``Program/results``, in base units.
  package func value(_ key: String) -> Spread {
    places[key].map { report.lines[$0].value } ?? Spread(typical: 0)
  }

  /// The clusters that are paid for whole.
  package var clusters: [Cluster] {
    program.clusters.compactMap { cluster in
      guard places["\(cluster.name)/cost_usd"] != nil else { return nil }
      let prefix = "\(cluster.name)/charge_"
      let charges = report.results.compactMap { place -> (name: String, amount: Spread)? in
        let line = report.lines[place]
        guard let key = line.key, key.hasPrefix(prefix) else { return nil }
        return (String(key.dropFirst(prefix.count)), line.value)
      }
      return Cluster(
        cluster: cluster, cost: value("\(cluster.name)/cost_usd"), paid: value("\(cluster.name)/paid_hours"),
        used: value("\(cluster.name)/used_hours"), utilization: value("\(cluster.name)/utilization"), charges: charges)
    }
  }

  /// Money by month at typical values.
  package var cashByMonth: [Double] {
    var sums = [Double](repeating: 0, count: program.monthCount)
    for row in cash { for (month, amount) in row.enumerated() { sums[month] += amount } }
    return sums
  }

  /// The most money that has left at the end of a month, and the first month that it has left by: more than all of it
  /// where something is counted as sold later.
  package var cashPeak: (month: Int, amount: Double) {
    var peak = (month: 0, amount: 0.0)
    var spent = 0.0
    for (month, amount) in cashByMonth.enumerated() {
      spent += amount
      if spent > peak.amount { peak = (month, spent) }
    }
    return peak
  }

  /// Money by month with its ranges: for each category in the order of ``categories``, and for all of them.
  ///
  /// Programs that are compared have the same draws.
  package static func cashSpreads(
    _ reports: [ProgramReport], _ plan: SamplingPlan
  ) -> [(byCategory: [[Spread]], all: [Spread])] {
    var roots: [Node] = []
    for report in reports {
      let count = report.program.monthCount
      let shares = report.flows.map { Self.shares(of: $0, over: count) }
      func sum(_ month: Int, _ category: BudgetCategory?) -> Expression<Dollars> {
        var terms: [Expression<Dollars>] = []
        for (flow, shares) in zip(report.flows, shares) where shares[month] != 0 {
          if category == nil || category == flow.category {
            terms.append(flow.amount * Expression<Ratio>(constant: shares[month]))
          }
        }
        return .sum(terms)
      }
      for category in report.categories { for month in 0..<count { roots.append(sum(month, category).node) } }
      for month in 0..<count { roots.append(sum(month, nil).node) }
    }
    let tape = Tape(roots: roots)
    var spreads = tape.spreads(of: roots.map { tape.slot(of: $0) ?? 0 }, plan: plan)[...]
    return reports.map { report in
      let count = report.program.monthCount
      func next() -> [Spread] {
        defer { spreads = spreads.dropFirst(count) }
        return Array(spreads.prefix(count))
      }
      return (report.categories.map { _ in next() }, next())
    }
  }
}

extension Program {
  /// The costs that so many cases stay below, as shares of all draws of a plan: those behind its chances.
  package func costs(at shares: [Double], _ plan: SamplingPlan) -> [Double] {
    let builder = resultsBuilder
    let tape = Tape(roots: builder.nodes)
    let slot = builder.root("cost_usd").flatMap { tape.slot(of: $0) } ?? 0
    let count = tape.draws(settling: [slot], plan: plan)[0]
    return tape.quantiles(of: slot, at: shares, plan: plan.drawing(count))
  }

  /// The uncertain inputs of programs that are drawn together, in the order of their draws.
  package static func drawn(_ programs: [Program]) -> [String] {
    Tape(roots: programs.flatMap(\.resultsBuilder.nodes)).uncertainIDs
  }
}

extension ProgramReport {
  /// A payment, and the share of it that falls due in each month.
  package struct PaymentRow: Sendable {
    /// What is paid.
    package let label: String
    /// What it is for.
    package let category: BudgetCategory
    /// The share of each month of the program.
    package let shares: [Double]
  }

  /// Its lines, then its payments, as arithmetic over its assumptions.
  package var calculation: (rows: Calculation, payments: [PaymentRow]) {
    let rows = Calculation(of: lines.map(\.amount.node) + flows.map(\.amount.node))
    let payments = flows.map { flow in
      PaymentRow(
        label: flow.label, category: flow.category, shares: Self.shares(of: flow, over: program.monthCount))
    }
    return (rows, payments)
  }
}

extension Report {
  /// The same with those of its results alone that a condition holds for.
  package func keeping(_ isKept: (ResultKey) -> Bool) -> Report {
    Report(lines: lines, results: results.filter { lines[$0].result.map(isKept) ?? false })
  }
}

extension BudgetCategory {
  /// What a program pays for it, as a result.
  fileprivate var result: ResultKey { ResultKey(key, "bill", otherwise: .zero) }
}
