import CommandLineKit
import CostModel

/// What a plan is asked: what it may choose from, and what it must keep.
struct PlanRequest {
  /// Accelerators by id; empty for all that have a price.
  var accelerators: [String] = []
  /// Number formats; empty for 16 bits, and 8 where training is as fast or faster.
  var precisions: [Precision] = []
  var bounds = PlanBounds()
  var limits = PlanLimits()
  var choice = RentalOffer.Choice()
  /// Regions as they are named; one that is not for the usual one.
  var regions: [String?] = [nil]
  /// When the job starts, where that is said.
  var start: DateOption?
  /// The last day, where that is said.
  var finishBy: DateOption?
  /// The month of the first payment where no start is given.
  var today: CalendarMonth
  /// The month of the newest price: those a year older are no longer current.
  var newest: CalendarMonth
  /// What money is worth in a year less; nil for the cost of capital.
  var discountRate: Double?
  /// Whether the cheapest plan is held against owning its cluster.
  var weighsOwning: Bool
  /// Whether records hold every option.
  var listsAll: Bool
  /// Whether cash is shown month by month.
  var showsCash: Bool
  var isPlotted: Bool

  init(_ arguments: Arguments, for job: PlanJob, in world: any World) throws(Failure) {
    try Self.check(arguments, for: job)
    weighsOwning = arguments.has(.own)
    listsAll = arguments.has(.everyOption)
    showsCash = arguments.has(.cash)
    isPlotted = arguments.has(.plot)
    guard let today = CalendarMonth(world.today) else {
      throw Failure("'\(world.today)' is not a date of today", hint: "set the clock", status: .badData)
    }
    self.today = today
    do throws(CatalogError) {
      newest = try job.catalog.prices().compactMap { CalendarMonth($0.reference.asOf) }.max() ?? today
    } catch {
      throw Failure(error)
    }
    start = try arguments.value(of: .start)
    if let start, start.month < newest {
      throw Failure(
        "--start \(start.text) lies before the newest prices, which are of \(newest.text)", hint: "give a later start",
        status: .usage)
    }
    discountRate = try arguments.number(of: .discountRate)?.typical.value
    limits.cost = try arguments.number(of: .budget)?.typical.value
    limits.carbon = try arguments.number(of: .mostCarbon)?.typical.value
    try readTime(arguments, for: job, in: world)
    if let share = try arguments.value(of: .requiredConfidence, as: Confidence.self)?.share {
      guard limits.hours != nil || limits.cost != nil else {
        throw Failure(
          "--require-confidence needs something to stay inside", hint: "add --budget, as --budget 25M, or --days",
          status: .usage)
      }
      limits.risk = 1 - share
    }
    if job.recipe != nil { bounds.usuallyLongest = Self.longestProgram }
    try readHardware(arguments, job.catalog)
    try readSellers(arguments, for: job)
    try readRegions(arguments, job.catalog)
    if !weighsOwning, let idle = job.ownershipGiven.first {
      throw Failure(
        "\(idle) has no effect on rented accelerators", hint: "add --own to hold them against buying", status: .usage)
    }
    for (option, value) in [("--budget", limits.cost), ("--max-carbon", limits.carbon)] {
      if let value, value <= 0 {
        throw Failure("\(option) leaves nothing to plan with", hint: "give an amount above 0", status: .usage)
      }
    }
  }

  private mutating func readTime(
    _ arguments: Arguments, for job: PlanJob, in world: any World
  ) throws(Failure) {
    limits.hours = try arguments.number(of: .planDays)?.typical.value
    if let start { choice.starts = [RentalOffer.Start(start.month)] }
    finishBy = try arguments.value(of: .finishBy)
    if let end = finishBy {
      guard limits.hours == nil else {
        throw Failure(
          "--days and --finish-by both say how long it may take", hint: "give one of them", status: .usage)
      }
      let begin = start?.text ?? job.recipe?.start ?? world.today
      guard let first = CalendarDay(begin), let last = CalendarDay(end.text, isEnd: true) else {
        throw Failure(
          "--finish-by: '\(end.text)' is a day that its month has not", hint: "write 2027-03-15", status: .usage)
      }
      guard first < last else {
        throw Failure(
          "--finish-by \(end.text) is no later than the start, \(begin)",
          hint: "give a later date" + (start == nil ? "" : ", or an earlier --start"), status: .usage)
      }
      limits.hours = Double(last - first) * 24
      if start == nil, job.recipe?.start == nil { choice.starts += laterStarts(than: first, before: last) }
    }
    bounds.deadline = limits.hours
  }

  /// Whether the start of each plan is its own.
  var choosesStart: Bool { choice.starts.count > 1 }

  /// The firsts of the months between two days.
  private func laterStarts(than first: CalendarDay, before last: CalendarDay) -> [RentalOffer.Start] {
    (1...Self.mostStarts).compactMap { count in
      let month = max(today, newest) + count
      guard let day = CalendarDay(month.text), first < day, day < last else { return nil }
      return RentalOffer.Start(month, delay: Double(day - first) * 24)
    }
  }

  /// Starts later than two years are of no use to anyone.
  private static let mostStarts = 24
  /// Programs have people who write and decide: two years, in hours.
  private static let longestProgram = 2 * Hours.perYear

  /// Options of plans that say nothing of serving, which goes on, or of programs, and why.
  private static func idle(for job: PlanJob) -> [(option: Option, reason: String)] {
    let sizes =
      "a copy of the model takes the accelerators that hold it, and the demand decides how many copies there are"
    let end = "serving has no end"
    let own = job.isServing ? "what is served is rented here" : "a recipe says itself what is bought"
    return [(.own, own)]
      + (job.isServing
        ? [
          (.finishBy, end), (.planDays, end), (.start, "serving is priced at today's rents"), (.planSize, sizes),
          (.mostAccelerators, sizes), (.planPrecisions, "formats of weights are those of --weights"),
          (.cash, "what is served is paid by the month or the request"),
          (.discountRate, "what is served is paid by the month or the request"),
        ] : [])
  }

  /// Refuses what would count for nothing.
  private static func check(_ arguments: Arguments, for job: PlanJob) throws(Failure) {
    if case .stage = job.subject { return }
    for (option, reason) in idle(for: job) where arguments.has(option) {
      throw Failure("\(option.name) has no effect here: \(reason)", hint: "leave it out", status: .usage)
    }
  }

  private mutating func readHardware(_ arguments: Arguments, _ catalog: TableCatalog) throws(Failure) {
    let names: NameList? = try arguments.value(of: .planAccelerators)
    do throws(CatalogError) {
      for name in names?.names ?? [] {
        let id = try catalog.accelerator(name).id
        if !accelerators.contains(id) { accelerators.append(id) }
      }
    } catch {
      throw Failure(error)
    }
    precisions = try Self.list(arguments, .planPrecisions)
    bounds.accelerators = try arguments.count(of: .planSize).map(Double.init)
    if let most = try arguments.count(of: .mostAccelerators) { bounds.most = Double(most) }
    if let count = bounds.accelerators, count < 1 || count > bounds.most {
      throw Failure(
        "--gpus \(Int(count)) is \(count < 1 ? "no cluster" : "more than --max-gpus \(Int(bounds.most))")",
        hint: "give one of the two", status: .usage)
    }
    guard bounds.most >= 1 else {
      throw Failure("--max-gpus leaves no accelerator", hint: "give 1 or more", status: .usage)
    }
  }

  private mutating func readSellers(_ arguments: Arguments, for job: PlanJob) throws(Failure) {
    let tiers: [ProviderTier] = try Self.list(arguments, .planTiers)
    let commitments: [Commitment] = try Self.list(arguments, .planCommitments)
    if !commitments.isEmpty { choice.commitments = commitments }
    if job.isServing {
      // Who waits for an answer is not served from accelerators that are taken away, nor for a day.
      choice.commitments.removeAll { $0 == .spot || $0 == .capacityBlock }
      guard !choice.commitments.isEmpty else {
        throw Failure(
          "--commitment \(commitments.map(\.rawValue).joined(separator: ",")): who waits for an answer is not served from "
            + "accelerators that are taken away, nor for a day", hint: "allow on-demand or reserved-1y", status: .usage)
      }
    }
    if !tiers.isEmpty { choice.tiers = tiers }
    guard let names: NameList = try arguments.value(of: .planProviders) else { return }
    let isAny = names.names == ["any"]
    let wanted: [Provider]
    do throws(CatalogError) {
      let known = try job.catalog.providers().filter(\.isSeller)
      wanted =
        isAny
        ? known.filter { provider in tiers.isEmpty || tiers.contains { $0 == provider.tier } }
        : try names.names.map { name throws(CatalogError) in try job.catalog.provider(name) }
    } catch {
      throw Failure(error)
    }
    for provider in wanted {
      if let tier = provider.tier, !tiers.isEmpty, !tiers.contains(tier) {
        let allowed = tiers.map(\.rawValue).joined(separator: " or ")
        throw Failure(
          "\(provider.id) is a \(tier.rawValue), and --tier allows a \(allowed) alone",
          hint: "leave out --tier, or \(provider.id)", status: .usage)
      }
    }
    choice.providers = wanted.map(\.id)
    if !isAny { choice.tiers = [] }
  }

  private mutating func readRegions(_ arguments: Arguments, _ catalog: TableCatalog) throws(Failure) {
    guard let names: NameList = try arguments.value(of: .planRegions) else { return }
    do throws(CatalogError) {
      guard names.names != ["any"] else {
        regions = try catalog.ids(in: "regions")
        return
      }
      for name in names.names { _ = try catalog.region(name) }
    } catch {
      throw Failure(error)
    }
    regions = names.names
  }

  /// A list of words of one kind.
  private static func list<Value: OptionValue>(_ arguments: Arguments, _ option: Option) throws(Failure) -> [Value] {
    guard let names: NameList = try arguments.value(of: option) else { return [] }
    var values: [Value] = []
    for name in names.names {
      do throws(ValueError) { values.append(try Value(argument: name)) } catch {
        throw Failure(
          "\(option.name): \(error.reason)", hint: error.hint ?? "\(option.name): \(option.help)", status: .usage)
      }
    }
    return values
  }
}

extension Option {
  /// The options of a plan, in the order of the help; those of the job have other names.
  static let ofPlans: [Option] = [
    finishBy, planDays, budget, mostCarbon, requiredConfidence.saying(planConfidence), planAccelerators, planPrecisions,
    planSize, mostAccelerators, planTiers,
    planProviders, planCommitments, planRegions, start, discountRate, own, cash, everyOption,
    plot.saying("draw the cost of each plan of the front"),
  ]

  fileprivate static let finishBy = Option(
    "--finish-by", of: .type(DateOption.self), help: "the last day, as 2027-03-15, from today or from --start")
  fileprivate static let planDays = Option(
    "--days", of: .range(.hours), help: "the time there is instead, as 54d or 54")
  fileprivate static let budget = Option(
    "--budget", of: .range(.dollars),
    help: "the money there is, as 2M; of serving: for a month, or a request without --requests-per-day")
  fileprivate static let mostCarbon = Option(
    "--max-carbon", of: .range(.gramsCO2e), placeholder: "mass", help: "the most CO2e, as 300t")
  private static let planConfidence = "plans alone that stay inside time and budget with this probability, as 0.9"
  fileprivate static let planAccelerators = Option(
    "--gpu", "-g", of: .type(NameList.self), completing: .accelerators,
    help: "accelerators to choose from (default: all with a current price)")
  fileprivate static let planPrecisions = Option(
    "--precision", of: .type(NameList.self),
    help: "number formats to choose from (default bf16, and of training fp8 too where there is)")
  fileprivate static let planSize = Option(
    "--gpus", "-n", of: .whole, help: "accelerators in the cluster (default: what is best)")
  fileprivate static let mostAccelerators = Option(
    "--max-gpus", of: .whole, help: "accelerators in the cluster at most")
  fileprivate static let planTiers = Option(
    "--tier", of: .type(NameList.self),
    help: "kinds of sellers at the market's price: neocloud, marketplace, hyperscaler (default: all)")
  fileprivate static let planProviders = Option(
    "--provider", of: .type(NameList.self), completing: .providers,
    help: "these providers at their own prices instead; any adds all of them to the market's")
  fileprivate static let planCommitments = Option(
    "--commitment", of: .type(NameList.self),
    help: "ways to rent, with whole terms: on-demand, spot, reserved-1y, reserved-3y, capacity-block (default: all)")
  fileprivate static let planRegions = Option(
    "--region", of: .type(NameList.self), completing: .regions,
    help: "regions to choose from (default \(ScenarioBuilder.defaultRegion)); any for all")
  fileprivate static let start = InputRow.start.option
  fileprivate static let discountRate = Option(
    "--discount-rate", of: .range(.ratio),
    help: "what money is worth less in a year, as 10% (default {cost-of-capital*1})")
  fileprivate static let own = Option(
    switch: "--own", help: "hold renting the cheapest plan's cluster against buying it: net present value and payback")
  fileprivate static let cash = Option(switch: "--cash", help: "show what is paid in each month")
  fileprivate static let everyOption = Option(
    switch: "--all", help: "let csv, tsv and jsonl hold every plan that was weighed, those beyond the limits too")
}
