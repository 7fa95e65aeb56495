extension Settings {
  /// Interruptions of a job for each accelerator and hour.
  public static let failureRate = Setting<Ratio>(
    "failure-rate", "interruptions for each accelerator and hour", 0...1e4 / Hours.perYear, placeholder: "n",
    entry: Entry(.ratio, scale: 1 / Hours.perYear),
    else: .row("failures-per-accelerator-year", scale: 1 / Hours.perYear), in: .search,
    help: "interruptions of a job for each accelerator and year")
  /// How long training waits for a checkpoint, in hours.
  public static let checkpointPause = Setting<Ratio>(
    "checkpoint-pause", "hours that training waits for a checkpoint", 1e-6...1e4, entry: Entry(.hours),
    else: .row("checkpoint-pause-seconds", scale: 1.0 / 3600), in: .search,
    help: "how long training waits for a checkpoint")
  /// The time between checkpoints, in hours.
  public static let checkpointInterval = Setting<Ratio>(
    "checkpoint-interval", "hours between checkpoints", 1e-6...1e4, entry: Entry(.hours),
    else: .found("Young and Daly's"), in: .search, help: "time between checkpoints, as 30min")
  /// The time from an interruption to the next step, in hours.
  public static let restartTime = Setting<Ratio>(
    "restart-time", "hours from an interruption to the next step", 1e-6...1e4, entry: Entry(.hours),
    else: .row("restart-minutes", scale: 1.0 / 60), in: .search, help: "from an interruption to the next step")
  /// Preemptions of a node in an hour.
  public static let preemptionRate = Setting<Ratio>(
    "preemption-rate", "preemptions of a node in an hour", 0...1e4, placeholder: "n",
    else: .row("spot-preemptions-per-node-hour"), in: .search, help: "preemptions of a spot node in an hour")
  /// USD for a spot accelerator-hour.
  public static let spotPrice = Setting<Per<Dollars, AcceleratorHours>>(
    "spot-price", "spot price", 1e-4...1e4, else: .found("the market's"), in: .search,
    help: "spot rent, USD per accelerator-hour")
  /// Tokens of the largest batch that still trains well.
  public static let criticalBatch = Setting<Tokens>(
    "critical-batch", "largest batch that still trains well", 1...1e15,
    else: .found("DeepSeek's law, 0.292·C^0.3271"), in: .search,
    help: "tokens of the largest batch that still trains well")
  /// Throughput lost with each doubling of the cluster at the same batch.
  public static let scalingLoss = Setting<Ratio>(
    "scaling-loss", "throughput lost with each doubling", 0...0.9, else: .row("scaling-loss-per-doubling"),
    in: .search, help: "throughput lost with each doubling of the cluster at the same batch")
  /// Accelerators that the efficiency was measured on.
  public static let referenceCluster = Setting<Accelerators>(
    "reference-gpus", "accelerators of the reference cluster", 1...1e9, key: "reference_cluster",
    else: .found("the median of published runs of that size"), in: .search,
    help: "accelerators that the MFU was measured on")
}
