import CommandLineKit
import CostModel
import CostTables

/// Options that say how a cluster loses time, and what bounds its size.
struct ScheduleOptions: Sendable {
  private let arguments: Arguments
  let spotPrice: Ranged<Per<Dollars, AcceleratorHours>>?
  let isPlotted: Bool
  let get: String?
  let sampling: SamplingOptions

  init(_ arguments: Arguments) throws(Failure) {
    self.arguments = arguments
    spotPrice = try arguments.range(of: .spotPrice)
    isPlotted = arguments.has(.plot)
    get = arguments.text(of: .get)
    sampling = try SamplingOptions(arguments)
  }

  static let groups = [
    OptionGroup(
      "Reliability", [.failureRate, .checkpointPause, .checkpointInterval, .restartTime, .preemptionRate, .spotPrice]),
    OptionGroup("Scaling", [.criticalBatch, .scalingLoss, .referenceCluster]),
    OptionGroup(
      "Results and ranges",
      [
        .plot.saying("draw days and cost over the size of the cluster"),
        .get(
          "path",
          "print one bare number of the cluster that --gpus or --days chooses, as cost_usd or spot_days.p90"),
      ] + SamplingOptions.options()),
  ]

  /// The settings of a schedule, and reliability on spot nodes.
  func settings(for scenario: Scenario, operations: Double, catalog: TableCatalog) throws(Failure) -> (
    settings: Schedule.Settings, spot: Reliability
  ) {
    let given = (
      batch: try arguments.number(of: .criticalBatch)?.typical.value,
      cluster: try arguments.count(of: .referenceCluster), loss: try arguments.number(of: .scalingLoss)
    )
    if let batch = given.batch, !(1...1e15).contains(batch) {
      throw Failure("--critical-batch must be at least 1 token", hint: "write tokens as 16M", status: .usage)
    }
    if let cluster = given.cluster, !(1...1_000_000_000).contains(cluster) {
      throw Failure("--reference-gpus must be at least 1", hint: "write a count as 512", status: .usage)
    }
    let (reliability, spot) = try reliability(on: scenario.hardware.accelerator, catalog)
    let active = (scenario.model.activeParameters ?? scenario.model.parameters).value.typical.value
    do throws(ScenarioError) {
      let batch: Double
      if let given = given.batch { batch = given } else { batch = try Self.batch(operations, catalog) }
      let reference = try Schedule.input(
        "reference_cluster", "accelerators of the reference cluster", given.cluster.map { Ranged(Double($0)) }, 1...1e9,
        orFactor: "reference-cluster-\(SizeClass(activeParameters: active).rawValue)", in: catalog)
      let settings = Schedule.Settings(
        reliability: reliability,
        scalingLoss: try Schedule.input(
          "scaling_loss", "throughput lost with each doubling", given.loss, 0...0.9,
          orFactor: "scaling-loss-per-doubling", in: catalog),
        referenceCluster: reference.value.typical.value,
        batch: batch,
        context: scenario.phases.first?.contextLength?.value.typical.value
          ?? scenario.hardware.referenceContext.value.typical.value)
      return (settings, spot)
    } catch {
      throw Failure(error)
    }
  }

  /// How a cluster loses time, and the same of spot nodes.
  private func reliability(
    on accelerator: Accelerator, _ catalog: TableCatalog
  ) throws(Failure) -> (kept: Reliability, spot: Reliability) {
    let failures = try arguments.number(of: .failureRate)
    let pause = try arguments.number(of: .checkpointPause)
    let interval = try arguments.number(of: .checkpointInterval)
    let restart = try arguments.number(of: .restartTime)
    let preemptions = try arguments.number(of: .preemptionRate)
    func hours(
      _ id: String, _ name: String, _ given: Ranged<Ratio>?, _ row: String, _ scale: Double
    ) throws(ScenarioError) -> Input<Ratio> {
      try Schedule.input(id, name, given, 1e-6...1e4, orFactor: row, scale: scale, in: catalog)
    }
    do throws(ScenarioError) {
      var kept = Reliability(
        failures: try Schedule.input(
          "failure_rate", "interruptions for each accelerator and hour", failures, 0...1e4,
          orFactor: "failures-per-accelerator-year", scale: 1.0 / 8766, scalesGiven: true, in: catalog),
        pause: try hours(
          "checkpoint_pause", "hours that training waits for a checkpoint", pause, "checkpoint-pause-seconds",
          1.0 / 3600),
        restart: try hours(
          "restart_time", "hours from an interruption to the next step", restart, "restart-minutes", 1.0 / 60))
      if interval != nil {
        kept.interval = try hours("checkpoint_interval", "hours between checkpoints", interval, "", 1)
      }
      var spot = kept
      spot.preemptions = try Schedule.input(
        "preemption_rate", "preemptions for each accelerator and hour", preemptions, 0...1e4,
        orFactor: "spot-preemptions-per-node-hour", scale: 1 / Double(accelerator.acceleratorsPerNode ?? 1),
        scalesGiven: true, in: catalog)
      spot.replacement = try hours(
        "spot_restart_time", "hours from a preemption to the next step", nil, "spot-restart-minutes", 1.0 / 60)
      return (kept, spot)
    } catch {
      throw Failure(error)
    }
  }

  /// The batch of DeepSeek's law; a fixed 16 million tokens where a table has no law of that name.
  private static func batch(_ operations: Double, _ catalog: TableCatalog) throws(ScenarioError) -> Double {
    do throws(CatalogError) {
      return try catalog.scalingLaw("deepseek").batchSize.map { $0(operations) } ?? 16e6
    } catch {
      throw .catalog(error)
    }
  }
}

extension Option {
  fileprivate static let failureRate = Option(
    "--failure-rate", of: .range(.ratio), placeholder: "n",
    help: "interruptions of a job for each accelerator and year (default {failures-per-accelerator-year}, Llama 3's)")
  fileprivate static let checkpointPause = Option(
    "--checkpoint-pause", of: .range(.hours),
    help: "how long training waits for a checkpoint (default {checkpoint-pause-seconds}s)")
  fileprivate static let checkpointInterval = Option(
    "--checkpoint-interval", of: .range(.hours),
    help: "time between checkpoints, as 30min (default Young and Daly's)")
  fileprivate static let restartTime = Option(
    "--restart-time", of: .range(.hours),
    help: "from an interruption to the next step (default {restart-minutes}min)")
  fileprivate static let preemptionRate = Option(
    "--preemption-rate", of: .range(.ratio), placeholder: "n",
    help: "preemptions of a spot node in an hour (default {spot-preemptions-per-node-hour})")
  fileprivate static let spotPrice = Option(
    "--spot-price", of: .range(.per(.dollars, .acceleratorHours)),
    help: "spot rent, USD per accelerator-hour (default: the market's)")
  fileprivate static let criticalBatch = Option(
    "--critical-batch", of: .single(.tokens),
    help: "tokens of the largest batch that still trains well (default: DeepSeek's law, 0.292·C^0.3271)")
  fileprivate static let scalingLoss = Option(
    "--scaling-loss", of: .range(.ratio),
    help: "throughput lost with each doubling of the cluster at the same batch (default {scaling-loss-per-doubling})")
  fileprivate static let referenceCluster = Option(
    "--reference-gpus", of: .whole,
    help: "accelerators that the MFU was measured on (default: the median of published runs of that size)")
}
