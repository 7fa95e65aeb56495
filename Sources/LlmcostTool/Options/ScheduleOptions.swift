import CommandLineKit
import CostModel
import CostTables

/// Options that say how a cluster loses time, and what bounds its size.
struct ScheduleOptions: Sendable {
  var failureRate: RangeOption<Ratio>?
  var pause: RangeOption<Hours>?
  var interval: RangeOption<Hours>?
  var restart: RangeOption<Hours>?
  var scalingLoss: RangeOption<Ratio>?
  var referenceCluster: WholeNumber?
  var batch: AmountOption<Tokens>?
  var preemptions: RangeOption<Ratio>?
  var spotPrice: RangeOption<Per<Dollars, AcceleratorHours>>?
  var isPlotted = false
  var get: String?
  var sampling = SamplingOptions()

  static let groups: [OptionGroup<ScheduleOptions>] = [
    OptionGroup(
      "Reliability",
      [
        Option(
          "--failure-rate", as: RangeOption<Ratio>.self, placeholder: "n",
          help: "interruptions of a job for each accelerator and year (default 0.173, Llama 3's)"
        ) { $0.failureRate = $1 },
        Option(
          "--checkpoint-pause", as: RangeOption<Hours>.self,
          help: "how long training waits for a checkpoint (default 15s)"
        ) { $0.pause = $1 },
        Option(
          "--checkpoint-interval", as: RangeOption<Hours>.self,
          help: "time between checkpoints, as 30min (default Young and Daly's)"
        ) { $0.interval = $1 },
        Option(
          "--restart-time", as: RangeOption<Hours>.self, help: "from an interruption to the next step (default 5min)"
        ) { $0.restart = $1 },
        Option(
          "--preemption-rate", as: RangeOption<Ratio>.self, placeholder: "n",
          help: "preemptions of a spot node in an hour (default 0.005)"
        ) { $0.preemptions = $1 },
        Option(
          "--spot-price", as: RangeOption<Per<Dollars, AcceleratorHours>>.self,
          help: "spot rent, USD per accelerator-hour (default: the market's)"
        ) { $0.spotPrice = $1 },
      ]),
    OptionGroup(
      "Scaling",
      [
        Option(
          "--critical-batch", as: AmountOption<Tokens>.self,
          help: "tokens of the largest batch that still trains well (default: DeepSeek's law, 0.292·C^0.3271)"
        ) { $0.batch = $1 },
        Option(
          "--scaling-loss", as: RangeOption<Ratio>.self,
          help: "throughput lost with each doubling of the cluster at the same batch (default 0.021)"
        ) { $0.scalingLoss = $1 },
        Option(
          "--reference-gpus", as: WholeNumber.self,
          help: "accelerators that the MFU was measured on (default: the median of published runs of that size)"
        ) { $0.referenceCluster = $1 },
      ]),
  ]

  static let resultGroup = OptionGroup<ScheduleOptions>(
    "Results and ranges",
    [
      Option(switch: "--plot", help: "draw days and cost over the size of the cluster") { $0.isPlotted = true },
      Option(
        "--get", as: String.self, placeholder: "path",
        help: "print one bare number of the cluster that --gpus or --days chooses, as cost_usd or spot_days.p90"
      ) { $0.get = $1 },
    ]
      + SamplingOptions.options().map {
        $0.lifted { (options, body) throws(ValueError) in try body(&options.sampling) }
      })

  /// The settings of a schedule, and reliability on spot nodes.
  func settings(for scenario: Scenario, operations: Double, catalog: TableCatalog) throws(Failure) -> (
    settings: Schedule.Settings, spot: Reliability
  ) {
    if let batch, !(1...1e15).contains(batch.value.value) {
      throw Failure("--critical-batch must be at least 1 token", hint: "write tokens as 16M", status: .usage)
    }
    if let cluster = referenceCluster?.value, !(1...1_000_000_000).contains(cluster) {
      throw Failure("--reference-gpus must be at least 1", hint: "write a count as 512", status: .usage)
    }
    let active = (scenario.model.activeParameters ?? scenario.model.parameters).typical.value
    do throws(ScenarioError) {
      func hours(
        _ id: String, _ name: String, _ given: RangeOption<Hours>?, _ row: String, _ scale: Double
      ) throws(ScenarioError) -> Expression<Ratio> {
        let value = given?.value
        return try Schedule.input(
          id, name,
          value.map { Ranged($0.typical.value, low: $0.low.value, high: $0.high.value) }, 1e-6...1e4, orFactor: row,
          scale: scale, in: catalog)
      }
      var reliability = Reliability(
        failures: try Schedule.input(
          "failure_rate", "interruptions for each accelerator and hour", failureRate?.value, 0...1e4,
          orFactor: "failures-per-accelerator-year", scale: 1.0 / 8766, scalesGiven: true, in: catalog),
        pause: try hours(
          "checkpoint_pause", "hours that training waits for a checkpoint", pause, "checkpoint-pause-seconds",
          1.0 / 3600),
        restart: try hours(
          "restart_time", "hours from an interruption to the next step", restart, "restart-minutes", 1.0 / 60))
      if interval != nil {
        reliability.interval = try hours("checkpoint_interval", "hours between checkpoints", interval, "", 1)
      }
      var spot = reliability
      let node = Double(scenario.hardware.accelerator.acceleratorsPerNode ?? 1)
      spot.preemptions = try Schedule.input(
        "preemption_rate", "preemptions for each accelerator and hour", preemptions?.value, 0...1e4,
        orFactor: "spot-preemptions-per-node-hour", scale: 1 / node, scalesGiven: true, in: catalog)
      spot.replacement = try hours(
        "spot_restart_time", "hours from a preemption to the next step", nil, "spot-restart-minutes", 1.0 / 60)
      let reference: Double
      if let given = referenceCluster?.value {
        reference = Double(given)
      } else {
        reference = try Schedule.referenceCluster(activeParameters: active, in: catalog)
      }
      let largest: Double
      if let batch { largest = batch.value.value } else { largest = try Self.batch(operations, catalog) }
      let context =
        scenario.phases.first?.contextLength?.typical.value
        ?? scenario.hardware.referenceContext.typical.value
      return (
        Schedule.Settings(
          reliability: reliability,
          scalingLoss: try Schedule.input(
            "scaling_loss", "throughput lost with each doubling", scalingLoss?.value, 0...0.9,
            orFactor: "scaling-loss-per-doubling", in: catalog),
          referenceCluster: reference, batch: largest, context: context
        ), spot
      )
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
