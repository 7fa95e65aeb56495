import CommandLineKit
import CostModel

/// `llmcost schedule`: accelerators against days and cost of a pre-training run.
struct ScheduleCommand: Sendable {
  private let arguments: Arguments
  private let schedule: ScheduleOptions
  private let output: OutputOptions

  private init(_ arguments: Arguments) throws(Failure) {
    self.arguments = arguments
    schedule = try ScheduleOptions(arguments)
    output = try OutputOptions(arguments)
  }

  private static let inputs: [InputRow.Group] =
    [.model, .data] + InputRow.Group.environment + [.methods, .reliability, .scaling]

  static let summary = "Choose a cluster for a pre-training run: accelerators against days, cost and megawatts."

  static let syntax = CommandSyntax(
    name: "llmcost schedule",
    summary: summary,
    discussion: """
      The accelerator-hours of 'llmcost pretrain' hold for the cluster that efficiency was measured on. Larger ones lose \
      to strong scaling and to interruptions: rework since the last checkpoint, restarts, and the checkpoints \
      themselves. An effective MFU includes the goodput of its own cluster (--reference-gpus), so that only the \
      difference counts. The batch bounds the size: beyond it, a copy of the model has less than a sequence. Spot nodes \
      are cheaper and are preempted; their rework is in their price. With --days, the cheapest cluster that ends in time \
      is found: the smallest, but where storage over a longer run costs more.

      Stable names for --get, CSV and JSON: \(ScheduleDocument.names.joined(separator: ", ")); numbers have .p10 and .p90.
      """,
    usage: "--params N --tokens N [--days T | --gpus N] [options]",
    groups: [
      OptionGroup("Model and data", InputRow.groups(for: .search, [.model, .data]).flatMap(\.options))
    ] + ScheduleOptions.environment + ScheduleOptions.groups + [
      OutputOptions.group
    ],
    examples: [
      CommandExample("llmcost schedule --params 70B --tokens 15T --plot", "clusters for a 70B model, drawn"),
      CommandExample(
        "llmcost schedule --params 405B --tokens 15.6T --critical-batch 16M --days 90",
        "the cheapest cluster that ends in 90 days"),
      CommandExample(
        "llmcost schedule --params 8B --tokens 2T --gpus 512 --get spot_cost_usd",
        "what 512 spot accelerators cost, rework included"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in
      try ScheduleCommand(arguments).run(in: world)
    }
  }

  private func run(in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let plan = try schedule.sampling.plan(in: catalog)
    let scenario = try ScenarioOptions(arguments, for: .search, Self.inputs, catalog: catalog, in: world)
    let request = try scenario.request(usage: Self.syntax.usageLine)
    if request.commitment == .spot || request.blend.contains(where: { $0.commitment == .spot }) {
      throw Failure(
        "a schedule shows spot nodes beside those that are kept, with what their interruptions cost",
        hint: "leave out --commitment; --spot-price and --preemption-rate say what is known of them", status: .usage)
    }
    let estimate: Estimate
    do throws(ScenarioError) {
      var plain = request
      plain.cluster = nil
      estimate = try .pretraining(ScenarioBuilder.scenario(for: plain, in: catalog))
    } catch {
      throw Failure(error)
    }
    let answer: ScheduleAnswer
    let law: ScalingLaw
    let tie: Double
    do throws(CatalogError) {
      law = try catalog.scalingLaw("deepseek")
      tie = try catalog.factor("ratio-error-number").value.high.value
    } catch {
      throw Failure(error)
    }
    do throws(ScenarioError) {
      let conditions = try Schedule.Conditions(request, of: estimate, batchBy: law, in: catalog)
      let planned = try Schedule(request, settings: conditions, in: catalog)
      answer = try ScheduleAnswer(
        planned, request: request, spot: try spot(request, conditions.reliability, catalog), tie: tie, plan: plan)
    } catch {
      throw Failure(error)
    }
    if schedule.isPlotted, output.format.map({ $0.name != "table" }) ?? false {
      throw Failure("--plot goes with tables", hint: "leave out --format", status: .usage)
    }
    var document = ScheduleDocument(answer: answer, isPlotted: schedule.isPlotted).document
    let report = estimate.report(SamplingPlan(draws: 0))
    document.notes =
      answer.schedule.estimate.scenario.noteLines + StalePrices.notes(report, of: estimate.scenario, in: world)
    return try output.outcome(document, in: world)
  }

  /// What spot nodes cost, where that is known and they are not owned.
  private func spot(
    _ request: Request, _ reliability: Reliability, _ catalog: TableCatalog
  ) throws(ScenarioError) -> ScheduleAnswer.Spot? {
    let accelerator = try ScenarioBuilder.accelerator(of: request, in: catalog)
    let reliability = try reliability.onSpotNodes(request, of: accelerator, in: catalog)
    if let price = request[Settings.spotPrice] {
      return ScheduleAnswer.Spot(reliability: reliability, price: try Settings.spotPrice.expression(price))
    }
    guard !request.isOwned, request[Settings.price] == nil, request.blend.isEmpty else { return nil }
    var spot = request
    spot.commitment = .spot
    spot.cluster = nil
    do throws(ScenarioError) {
      guard case .rent(let price) = try ScenarioBuilder.scenario(for: spot, in: catalog).payment else { return nil }
      return ScheduleAnswer.Spot(reliability: reliability, price: price.renamed("spot_price", "spot price"))
    } catch .noPrice, .noPriceThen {
      return nil
    }
  }
}

/// What `llmcost schedule` found.
struct ScheduleAnswer {
  /// Interruptible accelerators.
  struct Spot {
    var reliability: Reliability
    var price: Expression<Per<Dollars, AcceleratorHours>>
  }

  /// One size, kept and interruptible.
  struct Row {
    var cluster: Schedule.Cluster
    var spot: Schedule.Cluster?
    /// Whether its cost is no further from the least than the model can tell.
    var isTie = false
  }

  let schedule: Schedule
  /// All sizes, rising.
  let rows: [Row]
  /// The size that was asked for.
  let chosen: Int?
  let isForDeadline: Bool
  let spot: Spot?

  init(
    _ schedule: Schedule, request: Request, spot: Spot?, tie: Double, plan: SamplingPlan
  ) throws(ScenarioError) {
    self.schedule = schedule
    self.spot = spot
    var sizes = schedule.sizes()
    var wanted: Double?
    let isCertain =
      switch request.cluster {
      case .accelerators(let count): count.isCertain
      case .deadline(let time): time.isCertain
      case nil: true
      }
    guard isCertain else {
      throw .contradiction("--gpus and --days choose one cluster, and a range is given", advice: "give a single value")
    }
    switch request.cluster {
    case .accelerators(let count): wanted = count.typical.value
    case .deadline(let time): wanted = try schedule.smallest(within: time.typical.value)
    case nil: break
    }
    if case .deadline = request.cluster { isForDeadline = true } else { isForDeadline = false }
    if let wanted, !sizes.contains(wanted) { sizes.append(wanted) }
    guard !sizes.isEmpty else {
      throw .contradiction(
        "no cluster of up to 4,194,304 accelerators trains this within three years",
        advice: "give --gpus to see one of them, or fewer tokens")
    }
    sizes.sort()
    var rows = sizes.map { size in
      Row(
        cluster: schedule.cluster(size, plan: plan),
        spot: spot.map { schedule.cluster(size, reliability: $0.reliability, price: $0.price, plan: plan) })
    }
    func cost(_ index: Int) -> Double { rows[index].cluster.report.result("cost_usd")?.value.typical ?? .infinity }
    let least = rows.indices.map(cost).min() ?? .infinity
    let ties = rows.indices.filter { least.isFinite && cost($0) <= least * tie }
    for index in ties where ties.count > 1 { rows[index].isTie = true }
    var chosen = wanted.flatMap { sizes.firstIndex(of: $0) }
    if isForDeadline, let smallest = chosen {
      // The smallest that ends in time is the cheapest, but where a shorter run saves more storage than it loses.
      let inTime = rows.indices.filter { $0 >= smallest && !rows[$0].cluster.isBeyondBatch }
      chosen = inTime.min { cost($0) < cost($1) } ?? smallest
    }
    self.rows = rows
    self.chosen = chosen
  }
}
