/// The lines of a program's bill, and the flows of money behind them: what is paid for when.
///
/// The two have the same sum. They differ where a cluster is paid for whole: lines share it out by the hours used, flows
/// have it as it is paid.
struct Budget {
  /// Money for one purpose, by when it is paid.
  struct Flow {
    /// What is paid.
    var label: String
    var category: BudgetCategory
    var amount: Expression<Dollars>
    var payments: [Payment]
  }

  private(set) var lines: [Program.Line] = []
  private(set) var flows: [Flow] = []
  private(set) var uses: [ClusterUse?]
  /// What the program sums of each part.
  let amounts: [PartAmounts]
  private let program: Program
  private let months: Double

  /// All lines.
  ///
  /// Experiments and evaluations multiply compute and electricity alone; labels and data are paid for once. A cluster that
  /// is paid for whole costs each stage its hours at the mean cost of an hour; what nothing uses is a line of its own.
  init(_ program: Program) {
    self.program = program
    months = Double(program.monthCount)
    amounts = program.parts.map(PartAmounts.init)
    uses = []
    uses = program.clusters.indices.map { ClusterUse($0, of: program, amounts) }
    addParts()
    addExperiments()
    for team in program.teams { add(team) }
    for service in program.services { add(service) }
    for index in program.clusters.indices { addRest(of: index) }
    for item in program.items {
      add(item.name, item.category, "", item.amount, [item.payment])
    }
    addShares()
  }

  /// All of it.
  var total: Expression<Dollars> { Expression.sum(lines.map(\.amount)).named("total cost") }

  private mutating func add(
    _ label: String, part: Int? = nil, _ category: BudgetCategory, _ detail: String, _ amount: Expression<Dollars>,
    _ payments: [Payment]? = nil, time: (start: Double, length: Double)? = nil
  ) {
    lines.append(
      Program.Line(label: label, part: part, category: category, detail: detail, amount: amount, time: time))
    if let payments { flows.append(Flow(label: label, category: category, amount: amount, payments: payments)) }
  }

  private mutating func addParts() {
    for (index, part) in program.parts.enumerated() {
      let start = part.start ?? 0
      let length = part.length ?? 0
      let time = part.start.flatMap { start in part.length.map { (start, $0) } }
      func paid(_ start: Double, _ length: Double) -> [Payment] {
        [Payment(from: start / Hours.perMonth, months: Swift.max(0, length) / Hours.perMonth)]
      }
      let run = paid(start + part.labeling, length - part.labeling - part.deciding)
      let use = part.cluster.flatMap { uses[$0] }
      for line in amounts[index].bill {
        if use != nil, PartAmounts.ofAccelerators.contains(line.category) { continue }
        let isLabels = line.category == .humanData && part.labeling > 0
        let isExperiment = part.isResearch && PartAmounts.computing.contains(line.category)
        add(
          part.label, part: index, part.category(of: line.category),
          isExperiment ? "experiment" : line.category == .compute ? "accelerators" : line.category.name, line.amount,
          isLabels ? paid(start, part.labeling) : run, time: time)
      }
      if let use {
        add(
          part.label, part: index, .compute, part.isResearch ? "experiment" : "accelerators",
          (use.rate * amounts[index].allHours).named("time on \(use.name)"), time: time)
      }
    }
  }

  /// Experiments that are not listed one by one, and evaluations: multiples of what the stages compute.
  private mutating func addExperiments() {
    var computing: [Expression<Dollars>] = []
    for (index, part) in program.parts.enumerated() where !part.isResearch {
      let isShared = part.cluster.flatMap { uses[$0] } != nil
      for line in amounts[index].bill where PartAmounts.computing.contains(line.category) {
        if !isShared || !PartAmounts.ofAccelerators.contains(line.category) { computing.append(line.amount) }
      }
    }
    let compute = Expression.sum(computing).named("compute of the stages")
    let development = Swift.max(
      program.stagesEnd / Hours.perMonth, program.teams.map { $0.from + $0.months }.max() ?? 0)
    let shares: [(String, Expression<Ratio>?)] = [
      ("experiments and failed runs", program.researchMultiplier.map { $0 - 1 }),
      ("evaluation", program.evaluationShare),
    ]
    for (label, share) in shares {
      guard let share else { continue }
      if !computing.isEmpty {
        add(label, .compute, "experiments", compute * share, [Payment(from: 0, months: development)])
      }
      for case let use? in uses { add(label, .compute, "experiments", use.rate * (use.final * share)) }
      if computing.isEmpty, uses.allSatisfy({ $0 == nil }) {
        add(label, .compute, "experiments", Expression(constant: 0), [Payment(from: 0, months: development)])
      }
    }
  }

  private mutating func add(_ team: Program.Team) {
    let label = "people: \(team.name)"
    let time = (team.from * Hours.perMonth, team.months * Hours.perMonth)
    add(
      label, .people, "salaries", team.salary * team.count * Expression<Ratio>(constant: team.months / 12),
      [Payment(from: team.from, months: team.months)], time: time)
    if let hiring = team.hiring {
      add(label, .people, "hiring", hiring * team.count, [Payment(from: team.from, months: 0)], time: time)
    }
  }

  private mutating func add(_ service: Program.Service) {
    let time = (service.start, service.length)
    guard let use = service.cluster.flatMap({ uses[$0] }) else {
      add(service.label, .serving, "accelerators", service.cost, service.payments, time: time)
      return
    }
    add(service.label, .serving, "accelerators", (use.rate * service.hours).named("time on \(use.name)"), time: time)
  }

  /// The idle time of a cluster, and how it is paid for.
  private mutating func addRest(of index: Int) {
    guard let use = uses[index] else { return }
    let cluster = program.clusters[index]
    let time = (cluster.from * Hours.perMonth, cluster.monthsPaid * Hours.perMonth)
    add("\(use.name), not used", .compute, "not used", use.idleCost, time: time)
    if let waiting = use.waitingCost {
      add("\(use.name), not used", .compute, "idle power", waiting, time: time)
    }
    if let beyond = use.beyondCost {
      add("\(use.name), rented besides", .compute, "rented besides", beyond, time: time)
    }
    let purposes: [(BudgetCategory, Expression<Ratio>)] =
      use.serving == nil ? [(.compute, 1)] : [(.compute, 1 - use.servingShare), (.serving, use.servingShare)]
    for payment in use.payments {
      let label = "\(use.name): \(payment.name)"
      if let category = payment.category {
        flows.append(Flow(label: label, category: category, amount: payment.amount, payments: [payment.due]))
        continue
      }
      for (category, share) in purposes {
        flows.append(
          Flow(label: label, category: category, amount: payment.amount * share, payments: [payment.due]))
      }
    }
    if let beyond = use.beyondCost {
      flows.append(
        Flow(
          label: "\(use.name): rented besides", category: .compute, amount: beyond,
          payments: [Payment(from: cluster.from, months: cluster.months)]))
    }
  }

  /// What is counted over the sum of the lines, paid as they fall due.
  private mutating func addShares() {
    if let share = program.overheadShare {
      let sum = Expression.sum(lines.map(\.amount)).named("sum of the lines")
      add("overhead", .overhead, "", sum * share, [Payment(from: 0, months: months)])
    }
    if let share = program.contingencyShare {
      let sum = Expression.sum(lines.map(\.amount)).named("sum of all lines")
      add("contingency", .contingency, "", sum * share, [Payment(from: 0, months: months)])
    }
  }
}

/// Who uses a cluster that is paid for whole, and what an hour of it costs.
struct ClusterUse {
  let name: String
  /// Accelerator-hours of the stages that make the model, without experiments that are not listed.
  let final: Expression<AcceleratorHours>
  /// Accelerator-hours of serving; nil where nothing is served on it.
  let serving: Expression<AcceleratorHours>?
  /// All accelerator-hours that something uses.
  let used: Expression<AcceleratorHours>
  /// Those paid for, used or not.
  let paid: Expression<AcceleratorHours>
  /// What an hour costs that is used.
  let rate: Expression<Per<Dollars, AcceleratorHours>>
  /// What is paid for hours that nothing uses.
  let idleCost: Expression<Dollars>
  /// What is paid for hours beyond those that there are; nil where they are in the rate.
  let beyondCost: Expression<Dollars>?
  /// The electricity of servers that wait; nil where the rent has that.
  let waitingCost: Expression<Dollars>?
  /// What it draws in all hours, and what it would if it computed in all of them.
  private let power: ClusterPower
  private let drawn: Expression<Ratio>
  /// What is paid for it, in whole: for one purpose, or for all that it is used for.
  struct Charge {
    var name: String
    var category: BudgetCategory?
    var amount: Expression<Dollars>
    var due: Payment
  }

  /// What is paid when.
  let payments: [Charge]

  /// The share of it that serves.
  var servingShare: Expression<Ratio> { serving.map { $0 / .larger(paid, used) } ?? 0 }
  /// The share of what is paid for that something uses.
  var utilization: Expression<Ratio> { (used / paid).named("utilization of \(name)") }

  /// A part of its footprint: of all that runs on it, and of waiting, whoever pays for the electricity.
  func footprint<Measure: Unit>(_ amount: KeyPath<Footprint, Expression<Measure>>) -> Expression<Measure> {
    power.footprint[keyPath: amount] * drawn
  }

  /// Nil for a cluster whose stages pay for what they use.
  init?(_ index: Int, of program: Program, _ amounts: [PartAmounts]) {
    let cluster = program.clusters[index]
    guard let paid = cluster.hours, let power = cluster.power else { return nil }
    let parts = program.parts.indices.filter { program.parts[$0].cluster == index }
    final = Expression.sum(parts.filter { !program.parts[$0].isResearch }.map { amounts[$0].allHours })
    let served = program.services.filter { $0.cluster == index }.map(\.hours)
    serving = served.isEmpty ? nil : Expression.sum(served)
    var all = parts.map { amounts[$0].allHours } + served
    if let multiplier = program.researchMultiplier { all.append(final * (multiplier - 1)) }
    if let share = program.evaluationShare { all.append(final * share) }
    let used = Expression.sum(all).named("accelerator-hours used on \(cluster.name)")
    (name, self.used, self.paid) = (cluster.name, used, paid)
    let idle = Expression.larger(paid - used, Expression(constant: 0)).named("accelerator-hours not used")
    self.power = power
    drawn = (used / paid + power.waiting * (idle / paid)).named(
      "draw over that of computing in all hours", note: "servers that wait draw a part of it")
    let spent = program.usage(of: index, amounts)
    let span = Payment(from: cluster.from, months: cluster.monthsPaid)
    switch cluster.contract {
    case .owned(let ownership), .leased(let ownership):
      let fixed = (ownership.fixed.named("cost of \(cluster.name)") / Expression.larger(paid, used))
        .named("cost of an hour of \(cluster.name), electricity apart")
      rate = fixed + ownership.running
      idleCost = fixed * idle
      let waiting = (ownership.running * power.waiting * idle).named("idle power")
      waitingCost = waiting
      let beyond = Expression.larger(used - paid, Expression(constant: 0)).named("accelerator-hours beyond those owned")
      beyondCost =
        used.typical > paid.typical
        ? ownership.rent.map { ($0 * beyond).named("rent of what the cluster is too small for") } : nil
      payments =
        ownership.charges.map { charge in
          let due: Payment
          switch charge.due {
          case .atStart: due = Payment(from: cluster.from, months: 0)
          // The last month of the cluster, not the one behind it.
          case .atEnd: due = Payment(from: Swift.max(cluster.from, cluster.from + cluster.months - 1e-6), months: 0)
          case .throughout: due = span
          }
          return Charge(name: charge.name, amount: charge.amount, due: due)
        }
        + spent.map {
          Charge(name: "electricity", category: $0.category, amount: ownership.running * $0.hours, due: $0.due)
        } + [Charge(name: "idle power", category: .compute, amount: waiting, due: span)]
    case .terms(let rent, _):
      (rate, idleCost, beyondCost, waitingCost) = (rent, rent * idle, nil, nil)
      payments = [Charge(name: "rent", amount: rent * Expression.larger(paid, used), due: span)]
    case .hourly: return nil
    }
  }
}

extension Program {
  /// When hours of a cluster are used: those of each stage while it runs, all others while the cluster is there.
  fileprivate func usage(
    of index: Int, _ amounts: [PartAmounts]
  ) -> [(category: BudgetCategory, hours: Expression<AcceleratorHours>, due: Payment)] {
    var usage: [(category: BudgetCategory, hours: Expression<AcceleratorHours>, due: Payment)] = []
    var final: [Expression<AcceleratorHours>] = []
    for (place, part) in parts.enumerated() where part.cluster == index {
      let start = ((part.start ?? 0) + part.labeling) / Hours.perMonth
      let length = Swift.max(0, (part.length ?? 0) - part.labeling - part.deciding) / Hours.perMonth
      usage.append((.compute, amounts[place].allHours, Payment(from: start, months: length)))
      if !part.isResearch { final.append(amounts[place].allHours) }
    }
    let span = Payment(from: clusters[index].from, months: clusters[index].months)
    if let multiplier = researchMultiplier { usage.append((.compute, Expression.sum(final) * (multiplier - 1), span)) }
    if let share = evaluationShare { usage.append((.compute, Expression.sum(final) * share, span)) }
    for service in services where service.cluster == index {
      usage.append(
        (
          .serving, service.hours,
          Payment(from: service.start / Hours.perMonth, months: service.length / Hours.perMonth)
        ))
    }
    return usage
  }
}

/// What a program sums of one stage, as often as it runs.
struct PartAmounts {
  /// What grows with compute; the staff of a stage is that of its own cluster.
  static let computing: [ChargeCategory] = [.compute, .electricity, .interest, .hosting, .host, .staff]
  /// What a cluster of the program pays for instead.
  static let ofAccelerators: [ChargeCategory] = [
    .compute, .electricity, .interest, .hosting, .staff, .unused, .research,
  ]

  let isResearch: Bool
  /// Whether it runs on accelerators.
  let isRunning: Bool
  let bill: [Bill.Line]
  let operations: Expression<Operations>
  let hours: Expression<AcceleratorHours>
  /// The hours with those of experiments around the stage, where it has a multiplier of its own.
  let allHours: Expression<AcceleratorHours>
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
    bill = estimate.bill.lines.filter { !part.isResearch || ![.data, .humanData].contains($0.category) }
      .map { Bill.Line($0.category, multiplied($0.amount)) }
    operations = multiplied(estimate.work.operations)
    let running = multiplied(estimate.run.acceleratorHours)
    hours = running
    allHours = estimate.scenario.research.map { running * $0 } ?? running
    energy = multiplied(estimate.footprint.energy)
    carbon = multiplied(estimate.footprint.carbon)
    water = multiplied(estimate.footprint.water)
  }
}
