import CommandLineKit
import CostModel

/// What a plan found: the three choices, the front, and what is left out.
struct PlanAnswer {
  /// The choices, by what they are best at.
  enum Name: String, CaseIterable, Sendable { case cheapest, fastest, safest }

  /// One plan of the front in full, as its own command estimates it.
  struct Plan: Sendable {
    var option: PlanOption
    var accelerator: Accelerator
    var precision: Precision
    var offer: RentalOffer
    var accelerators: Double
    var region: String?
    /// What it is best at.
    var names: [Name] = []
    var cost: Spread
    /// Hours by the clock.
    var hours: Spread
    /// Grams of CO2e.
    var carbon: Spread
    var risk: Double
    /// The command that estimates it, in parts that are not broken.
    var command: [String]
    var estimate: Estimate?
    /// The share of what is paid that nothing uses.
    var unusedShare = 0.0
    /// What is paid in each month from its start; nil for what is not paid once.
    var cash: CashFlow?
    /// How training steps are laid out; nil where there is no single job, and of plans that are best at nothing.
    var layout: Layout?
    /// When it starts, where that was looked for; nil for now.
    var start: CalendarMonth? { offer.start.month }
    /// When it ends, in hours from now.
    var end: Double { option.end }
    var isSpot: Bool { offer.commitment == .spot }
    /// What doubts add to its risk where the safest is chosen.
    var doubts: Double { option.doubts }
  }

  let request: PlanRequest
  let job: PlanJob
  let search: PlanSearch
  private(set) var plans: [Plan] = []
  private(set) var exclusions: [PlanGrounds.Exclusion] = []
  /// What to know of the choices' prices.
  private(set) var notes: [String] = []
  /// The discount rate of a year.
  private(set) var discountRate = 0.0
  /// Buying the cheapest plan's cluster; nil where that is not asked for, or not possible.
  private(set) var owning: OwnershipCase?

  /// Plans of the front that are estimated in full.
  private static let mostPlans = 40

  init(_ request: PlanRequest, _ job: PlanJob, sampling: SamplingPlan) throws(Failure) {
    self.request = request
    self.job = job
    let grounds = try PlanGrounds(request, job)
    exclusions = grounds.exclusions
    let doubt: Double
    do throws(CatalogError) { doubt = try job.catalog.factor("plan-doubt").value.typical.value } catch {
      throw Failure(error)
    }
    search = PlanSearch(
      grounds.grounds, intensities: grounds.intensities, limits: request.limits, doubt: doubt)
    guard search.count > 0 else { throw nothing() }
    guard search.cheapest != nil else { throw missed() }
    exclude()
    let chosen = [(Name.cheapest, search.cheapest), (.fastest, search.fastest), (.safest, search.safest)]
    var options = Self.thinned(search.front, to: Self.mostPlans)
    for case (_, let option?) in chosen where !options.contains(where: { Self.isSame($0, option) }) {
      options.append(option)
    }
    for option in options.sorted(by: { ($0.cost, $0.end) < ($1.cost, $1.end) }) {
      var plan = try plan(option, sampling)
      plan.names = chosen.filter { $0.1.map { Self.isSame($0, option) } ?? false }.map(\.0)
      plans.append(plan)
    }
    if let most = request.limits.risk, sampling.draws > 0 { try keepOnly(risksUpTo: most) }
    for place in plans.indices where !plans[place].names.isEmpty {
      guard let estimate = plans[place].estimate else { continue }
      plans[place].layout = estimate.layout
      let report = estimate.report(SamplingPlan(draws: 0))
      for note in StalePrices.notes(report, of: estimate.scenario, in: job.world) where !notes.contains(note) {
        notes.append(note)
      }
    }
    if let note = try contractNote() { notes.append(note) }
    try weighMoney()
  }

  /// The search takes chances by a formula; what draws say otherwise is left out, and the choices are made anew.
  private mutating func keepOnly(risksUpTo most: Double) throws(Failure) {
    let least = plans.map(\.risk).min() ?? 1
    plans.removeAll { $0.risk > most }
    guard !plans.isEmpty else { throw tooRisky(most, least: least) }
    for place in plans.indices { plans[place].names = [] }
    func choose(_ name: Name, by measure: (Plan) -> (Double, Double)) {
      guard let place = plans.indices.min(by: { measure(plans[$0]) < measure(plans[$1]) }) else { return }
      plans[place].names.append(name)
    }
    choose(.cheapest) { ($0.cost.typical, $0.end) }
    choose(.fastest) { ($0.end, $0.cost.typical) }
    choose(.safest) { ($0.risk + $0.doubts, $0.cost.typical) }
  }

  private func tooRisky(_ most: Double, least: Double) -> Failure {
    func percent(_ share: Double) -> String { Notation.display(share * 100, as: .ratio) }
    let surest = percent(((1 - least) * 100).rounded(.down) / 100)
    let limits = (request.limits.hours == nil ? [] : ["--days"]) + (request.limits.cost == nil ? [] : ["--budget"])
    return Failure(
      "no plan stays inside the limits with \(percent(1 - most)) %: the surest does with \(surest) %",
      hint: "give more \(limits.joined(separator: " or ")), or --require-confidence \(surest)%",
      status: .failed)
  }

  static func isSame(_ one: PlanOption, _ other: PlanOption) -> Bool {
    (one.base, one.point, one.region, one.offer) == (other.base, other.point, other.region, other.offer)
  }

  /// So many of the options, evenly over the front.
  static func thinned<Option>(_ options: [Option], to most: Int) -> [Option] {
    guard options.count > most else { return options }
    return (0..<most).map { options[$0 * (options.count - 1) / (most - 1)] }
  }

  /// The plan that is best at something.
  func plan(_ name: Name) -> Plan? { plans.first { $0.names.contains(name) } }

  // MARK: - Plans in full

  /// The options of a plan's command.
  func words(_ option: PlanOption) -> [PlanJob.Word] {
    let (ground, offer) = (search.grounds[option.base], search.offer(of: option))
    var words: [PlanJob.Word] = [("--gpu", ground.base.accelerator.id)]
    if !ground.base.isReference { words.append(("--precision", ground.base.precision.rawValue)) }
    if !job.isServing { words.append(("--gpus", String(Int(search.point(of: option).accelerators)))) }
    words += offer.words.filter { $0.option != "--start" }
    if let region = request.regions[option.region] { words.append(("--region", region)) }
    return words + offer.words.filter { $0.option == "--start" }
  }

  private func plan(_ option: PlanOption, _ sampling: SamplingPlan) throws(Failure) -> Plan {
    let (base, words) = (search.grounds[option.base].base, words(option))
    var plan = Plan(
      option: option, accelerator: base.accelerator, precision: base.precision, offer: search.offer(of: option),
      accelerators: search.point(of: option).accelerators, region: request.regions[option.region],
      cost: Spread(typical: option.cost), hours: Spread(typical: option.hours),
      carbon: Spread(typical: option.carbon), risk: option.risk, command: job.line(words))
    switch job.subject {
    case .stage: fill(&plan, try job.estimate(words), sampling)
    case .serving: fill(&plan, try job.serving(words), sampling)
    case .program(let recipe):
      var builder = recipe.builder
      fill(&plan, try recipe.reading(words, &builder).program, sampling)
    }
    return plan
  }

  private func fill(_ plan: inout Plan, _ estimate: ServingEstimate, _ sampling: SamplingPlan) {
    let report = estimate.report(sampling, rangesOf: .results)
    if let cost = report.result(ServingPlan.cost(in: report))?.value { plan.cost = cost }
    plan.carbon = ServingPlan.carbon(estimate, report) ?? plan.carbon
  }

  private func fill(_ plan: inout Plan, _ program: Program, _ sampling: SamplingPlan) {
    let report = program.report(sampling)
    (plan.cost, plan.hours) = (report.value("cost_usd"), report.value("days"))
    plan.carbon = report.value("carbon_kg")
    plan.unusedShare = report.value("unused_usd").typical / plan.cost.typical
    plan.cash = CashFlow(months: report.cashByMonth)
    guard sampling.draws > 0 else { return }
    var limits: Limits = search.costOfRisk.isFinite ? [.money: search.costOfRisk] : [:]
    limits[.time] = request.limits.hours.map { $0 - plan.option.delay }
    plan.risk = 1 - (program.chances(within: limits, confidences: [], plan: sampling).ofAll ?? 0)
  }

  private func fill(_ plan: inout Plan, _ estimate: Estimate, _ sampling: SamplingPlan) {
    let report = estimate.report(sampling, rangesOf: .results)
    if let cost = report.result("cost_usd")?.value { plan.cost = cost }
    if let hours = report.result("days")?.value { plan.hours = hours }
    if let carbon = report.result("carbon_kg")?.value { plan.carbon = carbon }
    var bounds = search.costOfRisk.isFinite ? [(key: "cost_usd", most: search.costOfRisk)] : []
    if let hours = request.limits.hours { bounds.append(("days", hours - plan.option.delay)) }
    if sampling.draws > 0 { plan.risk = 1 - estimate.chance(within: bounds, plan: sampling) }
    if let unused = estimate.bill.lines.first(where: { $0.category == .unused }) {
      plan.unusedShare = unused.amount.typical.value / plan.cost.typical
    }
    plan.cash = CashFlow(estimate, isPrepaid: plan.offer.commitment == .capacityBlock)
    plan.estimate = estimate
  }

  /// Why a single estimate that does not say how it is rented costs less than a plan on demand.
  private func contractNote() throws(Failure) -> String? {
    guard job.sharesFormulas,
      let (name, plan) = Name.allCases.lazy.compactMap({ name in plan(name).map { (name, $0) } }).first(where: {
        $0.1.offer.commitment == .onDemand && $0.1.offer.tier == .neocloud
      })
    else { return nil }
    let saying = ["--tier", "--commitment"]
    let single = try job.estimate(words(plan.option).filter { !saying.contains($0.option) })
    let cost = single.bill.total.typical.value
    guard single.scenario.contract != nil, cost < 0.995 * plan.cost.typical else { return nil }
    return "single estimates of large runs are priced toward a one-year contract: without --commitment the "
      + "\(name.rawValue) is \(Notation.display(cost, as: .dollars)), not "
      + "\(Notation.display(plan.cost.typical, as: .dollars)); plans pay what their row says"
  }

  // MARK: - What is left out

  /// What misses the limits on every cluster, accelerator by accelerator.
  private mutating func exclude() {
    var seen: [String] = []
    for ground in search.grounds where !seen.contains(ground.base.accelerator.id) {
      let id = ground.base.accelerator.id
      seen.append(id)
      let places = search.grounds.indices.filter { search.grounds[$0].base.accelerator.id == id }
      guard places.allSatisfy({ search.kept[$0] == 0 }) else { continue }
      let miss = Self.best(places.map { search.misses[$0] })
      exclusions.append(PlanGrounds.Exclusion(accelerator: id, reason: reason(miss)))
    }
  }

  private static func best(_ misses: [PlanSearch.Miss]) -> PlanSearch.Miss {
    misses.reduce(into: PlanSearch.Miss()) { best, miss in
      best.hours = min(best.hours, miss.hours)
      best.cost = min(best.cost, miss.cost)
      best.carbon = min(best.carbon, miss.carbon)
    }
  }

  private func reason(_ miss: PlanSearch.Miss) -> String {
    var reasons: [String] = []
    if let limit = request.limits.hours, miss.hours.isFinite, miss.hours > limit {
      reasons.append("takes \(Notation.display(miss.hours, as: .hours)) at the least")
    }
    if let limit = request.limits.cost, miss.cost.isFinite, miss.cost > limit {
      reasons.append("costs \(Notation.display(miss.cost, as: .dollars)) at the least")
    }
    if let limit = request.limits.carbon, miss.carbon.isFinite, miss.carbon > limit {
      reasons.append("emits \(Notation.display(miss.carbon, as: .gramsCO2e)) at the least")
    }
    return reasons.isEmpty ? "misses more than one limit" : reasons.joined(separator: ", or ")
  }

  private func nothing() -> Failure {
    guard search.grounds.isEmpty else {
      return Failure(
        "there is no plan: nobody rents out so many accelerators together, for so long, in the ways that are allowed",
        hint: "allow more commitments or sellers, or other sizes", status: .failed)
    }
    let first = exclusions.first { request.accelerators.isEmpty || request.accelerators.contains($0.accelerator) }
    return Failure(
      "there is no plan: "
        + (first.map { "\($0.accelerator): \($0.reason)" + ($0.detail.map { ", " + $0 } ?? "") }
          ?? "nothing is left to choose from"),
      hint: "allow more accelerators, sellers or commitments", status: .failed)
  }

  /// By how much the limits are missed, and what would do.
  private func missed() -> Failure {
    let miss = Self.best(search.misses)
    let limits = request.limits
    var problems: [String] = []
    var ways: [String] = []
    func add(_ least: Double, _ limit: Double?, _ dimension: Dimension, _ verb: String, _ option: String) {
      guard let limit, least.isFinite else { return }
      let others = [limits.hours, limits.cost, limits.carbon].count { $0 != nil } > 1
      problems.append(
        "the least that a plan \(verb)\(others ? " within the other limits" : "") is "
          + "\(Notation.display(least, as: dimension)), \(Notation.display(least - limit, as: dimension)) too much")
      // Rounded up, so that what is said does.
      ways.append("\(option) \(Self.enough(least, dimension))")
    }
    add(miss.hours, limits.hours, .hours, "takes", "--days")
    add(miss.cost, limits.cost, .dollars, "costs", "--budget")
    add(miss.carbon, limits.carbon, .gramsCO2e, "emits", "--max-carbon")
    if let most = limits.risk, search.leastRisk.isFinite { return tooRisky(most, least: search.leastRisk) }
    if problems.isEmpty {
      let free = PlanSearch(search.grounds, intensities: search.intensities, limits: PlanLimits())
      if let cheapest = free.cheapest, let fastest = free.fastest {
        func text(_ option: PlanOption) -> String {
          "\(Notation.display(option.cost, as: .dollars)) in \(Notation.display(option.hours, as: .hours))"
        }
        problems.append("the cheapest plan is \(text(cheapest)), the fastest \(text(fastest)): no limit holds alone")
        ways.append("more than one of the limits")
      }
    }
    return Failure(
      "no plan keeps the limits: " + problems.joined(separator: "; "),
      hint: "would do: " + ways.joined(separator: ", or "), status: .failed)
  }

  /// A limit that an amount keeps, in three digits.
  private static func enough(_ amount: Double, _ dimension: Dimension) -> String {
    let (value, unit): (Double, String) =
      switch dimension {
      case .hours: amount >= 24 ? (amount / 24, "d") : (amount, "h")
      case .gramsCO2e: amount >= 1e6 ? (amount / 1e6, "t") : (amount / 1e3, "kg")
      default: amount >= 1e6 ? (amount / 1e6, "M") : (amount, "")
      }
    var step = 1e-6
    while step * 999 < value { step *= 10 }
    let rounded = (value / step).rounded(.up) * step
    return Notation.machineText(rounded.significant(3)) + unit
  }

  // MARK: - Money over time

  private mutating func weighMoney() throws(Failure) {
    do throws(CatalogError) {
      let usual = try job.catalog.factor("cost-of-capital").value.typical.value
      discountRate = request.discountRate ?? usual
    } catch {
      throw Failure(error)
    }
    guard request.weighsOwning, let plan = plan(.cheapest) else { return }
    var words: [PlanJob.Word] = [("--gpu", plan.accelerator.id), ("--gpus", String(Int(plan.accelerators)))]
    if plan.precision != plan.accelerator.referencePrecision {
      words.append(("--precision", plan.precision.rawValue))
    }
    if let region = plan.region { words.append(("--region", region)) }
    let owned = try job.estimate(words + [("--own", "")], isOwned: true)
    let trend: Double
    do throws(CatalogError) {
      trend = try job.catalog.factor("trend", in: "rent-outlook")?.value.typical.value ?? 1
    } catch {
      throw Failure(error)
    }
    owning = OwnershipCase(owned, rate: plan.offer.rate.typical.value, trend: trend)
  }
}
