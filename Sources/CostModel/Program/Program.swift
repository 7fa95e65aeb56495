/// A whole model-building program: stages on clusters, experiments around them, people, serving and everything else that a
/// budget has.
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
    /// What the things are for that it buys: data, or labels.
    package var buys = BudgetCategory.labels
    /// The cluster it runs on, by its place in ``Program/clusters``; nil where it rents accelerators of its own.
    package var cluster: Int?
    /// When it starts, hours from the start of the program; nil where its length is unknown.
    package var start: Double?
    /// How long it takes, hours; nil where neither a cluster nor a time is given.
    package var length: Double?
    /// Hours of it before the run, while people write and compare.
    package var labeling = 0.0
    /// Hours of it after the run, until what comes next is decided.
    package var deciding = 0.0

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

    /// What a charge of the stage is for.
    func category(of charge: ChargeCategory) -> BudgetCategory {
      switch charge {
      case .data, .humanData, .api: buys
      case .storage, .egress: estimate.work.phases.isEmpty ? buys : .compute
      default: .compute
      }
    }
  }

  /// People of one role.
  package struct Team: Sendable {
    /// What they are called.
    package var name: String
    /// How many.
    package var count: Expression<Ratio>
    /// When they start, months from the start of the program.
    package var from: Double
    /// For how long.
    package var months: Double
    /// What one costs a year.
    package var salary: Expression<Dollars>
    /// What it costs to hire one; nil for nothing.
    package var hiring: Expression<Dollars>?

    /// People of one role.
    package init(
      name: String, count: Expression<Ratio>, from: Double = 0, months: Double, salary: Expression<Dollars>,
      hiring: Expression<Dollars>? = nil
    ) {
      self.name = name
      self.count = count
      self.from = from
      self.months = months
      self.salary = salary
      self.hiring = hiring
    }
  }

  /// A line that nothing is estimated of: an amount, once or by the month.
  package struct Item: Sendable {
    /// The name.
    package var name: String
    /// What it is for.
    package var category: BudgetCategory
    /// All of it.
    package var amount: Expression<Dollars>
    /// When it is paid.
    package var payment: Payment

    /// A line of a budget.
    package init(name: String, category: BudgetCategory, amount: Expression<Dollars>, payment: Payment) {
      self.name = name
      self.category = category
      self.amount = amount
      self.payment = payment
    }
  }

  /// Serving a model.
  package struct Service: Sendable {
    /// What it is called.
    package var label: String
    /// All of it, where the accelerators are rented for it alone.
    package var cost: Expression<Dollars>
    /// The time of the accelerators.
    package var hours: Expression<AcceleratorHours>
    /// Their footprint.
    package var footprint: Footprint
    /// The cluster it runs on; nil where it rents accelerators of its own.
    package var cluster: Int?
    /// When it starts, hours from the start of the program.
    package var start: Double
    /// How long it lasts, hours.
    package var length: Double
    /// The shares of it that fall due month by month; one alone spreads it evenly.
    package var shares: [Double]

    /// When it is paid.
    var payments: [Payment] {
      let each = length / Hours.perMonth / Double(shares.count)
      return shares.enumerated().map {
        Payment($0.element, from: start / Hours.perMonth + Double($0.offset) * each, months: each)
      }
    }
  }

  /// The name.
  package var name: String
  /// What it is, in a line or two.
  package var description: String?
  /// What in it is guessed.
  package var assumptions: [String] = []
  /// What it leaves out.
  package var omissions: [String] = []
  /// The stages, in order.
  package var parts: [Part]
  /// What stages and serving run on.
  package var clusters: [ProgramCluster] = []
  /// All compute over that of the stages, for experiments that are not listed one by one; nil for none.
  package var researchMultiplier: Expression<Ratio>?
  /// Compute of evaluations over that of the stages.
  package var evaluationShare: Expression<Ratio>?
  /// Who works on it.
  package var teams: [Team]
  /// What else is paid.
  package var items: [Item] = []
  /// What everything else costs over the sum of the lines.
  package var overheadShare: Expression<Ratio>?
  /// What is set aside over the sum of all lines.
  package var contingencyShare: Expression<Ratio>?
  /// Serving the models that it makes.
  package var services: [Service] = []
  /// When it starts.
  package var calendar = ProgramCalendar()
  /// How many months the budget has at least; nil for as many as it takes.
  package var months: Int?

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

  /// When the last stage ends, in hours; 0 where no time is known.
  package var stagesEnd: Double {
    var end = 0.0
    for part in parts { if let start = part.start, let length = part.length { end = Swift.max(end, start + length) } }
    return end
  }

  /// How many months its budget has: as many as are given, or more where something lasts longer.
  package var monthCount: Int {
    var end = stagesEnd / Hours.perMonth
    for team in teams { end = Swift.max(end, team.from + team.months) }
    for item in items { end = Swift.max(end, item.payment.from + item.payment.months) }
    for service in services { end = Swift.max(end, (service.start + service.length) / Hours.perMonth) }
    for cluster in clusters { end = Swift.max(end, cluster.from + cluster.monthsPaid) }
    let count = Payment.month((end - 1e-6).rounded(.up), of: Self.mostMonths + 1)
    return Swift.max(1, months ?? 1, count)
  }

  /// More months are paid in the last of them.
  private static let mostMonths = 1200

  /// One line of the program's bill.
  package struct Line: Sendable {
    /// The stage, or what stands beside the stages.
    package var label: String
    /// The stage, by its place in `Program.parts`; nil for what stands beside them.
    package var part: Int?
    /// What it is for.
    package var category: BudgetCategory
    /// What it pays for within that.
    package var detail: String
    /// How much.
    package var amount: Expression<Dollars>
    /// When it begins and how long it lasts, in hours; nil where that is not known.
    package var time: (start: Double, length: Double)?
  }

  /// The lines of the bill, and when each dollar of them is paid.
  var budget: Budget { Budget(self) }

  /// All lines: each stage by what it pays for, then experiments, people, serving, clusters' idle time and everything else.
  package var lines: [Line] { budget.lines }

  /// Its results, to be evaluated.
  var resultsBuilder: ReportBuilder {
    var builder = ReportBuilder()
    addResults(of: budget, to: &builder)
    return builder
  }

  /// What drives the spread of the total cost.
  package func sensitivity(_ plan: SamplingPlan) -> Sensitivity {
    Sensitivity(of: budget.total.node, plan: plan)
  }
}

extension Program.Service {
  /// Serving over a lifetime, at a demand that changes from month to month.
  ///
  /// Each month has the whole copies of the model that its demand takes; the footprint grows with their time.
  ///
  /// - Parameters:
  ///   - lifetime: Serving at the first month's demand.
  ///   - cluster: The cluster of the program that it runs on.
  ///   - start: When it starts, hours from the start of the program.
  ///   - demand: The demand of each month over that of the first; empty where it stays as it is.
  package init(
    _ lifetime: ServingEstimate.Lifetime, cluster: Int?, start: Double, demand: [Expression<Ratio>]
  ) {
    (label, self.cluster, self.start, length) = (Program.servingLabel, cluster, start, lifetime.length)
    footprint = lifetime.footprint
    guard !demand.isEmpty else {
      (cost, hours, shares) = (lifetime.cost, lifetime.hours, [1])
      return
    }
    let month = Expression<Hours>(constant: lifetime.length / Double(demand.count))
    let monthly = demand.map { lifetime.accelerators($0) * month }
    let all = Expression.sum(monthly).named("accelerator-hours of serving", note: "month by month, as the demand grows")
    hours = all
    cost = (lifetime.rate * all).named("serving, month by month")
    let total = all.typical.value
    shares = monthly.map { total > 0 ? $0.typical.value / total : 1 / Double(demand.count) }
    let growth = all / lifetime.hours
    footprint.energy = footprint.energy * growth
    footprint.carbon = footprint.carbon * growth
    footprint.water = footprint.water * growth
  }
}

extension Program {
  /// What the line of serving is called.
  package static let servingLabel = "serving"
}
