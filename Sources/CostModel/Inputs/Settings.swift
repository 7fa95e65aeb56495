/// The quantities that estimates can be told besides the settings of a stage, by the group that help shows them in.
public enum Settings {
  /// Groups of settings, as a reader looks for them.
  public enum Group: String, CaseIterable, Sendable {
    /// The model.
    case model
    /// What it is trained on.
    case data
    /// Accelerators and how well they are used.
    case hardware
    /// How a training step is laid out, its batch, links and software.
    case step
    /// Rent, electricity, storage.
    case money
    /// What a cloud bills besides accelerators.
    case extras
    /// What owning costs.
    case ownership
    /// Where it runs.
    case place
    /// Energy, carbon and water.
    case footprint
    /// The methods of Cottier et al. 2024.
    case methods
    /// Failures, checkpoints and spot nodes.
    case reliability
    /// What bounds the size of a cluster.
    case scaling
  }

  /// The settings of a group, in the order of the help.
  public static func all(_ group: Group) -> [AnySetting] {
    switch group {
    case .model:
      [AnySetting(parameters), AnySetting(activeParameters)]
    case .data: [AnySetting(tokens), AnySetting(epochs), AnySetting(context)]
    case .hardware:
      [
        AnySetting(accelerators), AnySetting(days), AnySetting(mfu), AnySetting(steadyMFU), AnySetting(goodput),
      ]
    case .money:
      [
        AnySetting(price), AnySetting(term), AnySetting(electricity), AnySetting(researchMultiplier),
        AnySetting(checkpoints), AnySetting(storageTime),
      ]
    case .extras: [AnySetting(egress), AnySetting(egressPrice), AnySetting(hostCPUs), AnySetting(hostCPUPrice)]
    case .ownership:
      [
        AnySetting(purchasePrice), AnySetting(serverFactor), AnySetting(networkShare), AnySetting(hardwareLife),
        AnySetting(hardwareAge), AnySetting(resale), AnySetting(costOfCapital), AnySetting(utilization),
        AnySetting(facilityPrice), AnySetting(colocationPrice), AnySetting(staff), AnySetting(against),
      ]
    case .place: [AnySetting(powerUsageEffectiveness), AnySetting(carbonIntensity)]
    case .footprint:
      [
        AnySetting(powerDraw), AnySetting(idle), AnySetting(contracted), AnySetting(waterOnSite),
        AnySetting(embodiedAccelerator), AnySetting(embodiedServer), AnySetting(embodiedWater),
      ]
    case .methods, .step: []
    case .reliability:
      [
        AnySetting(failureRate), AnySetting(checkpointPause), AnySetting(checkpointInterval), AnySetting(restartTime),
        AnySetting(preemptionRate), AnySetting(spotPrice),
      ]
    case .scaling: [AnySetting(criticalBatch), AnySetting(scalingLoss), AnySetting(referenceCluster)]
    }
  }

  /// All of them.
  public static var all: [AnySetting] { Group.allCases.flatMap(all) }
}

extension Settings {
  /// All parameters of the model.
  public static let parameters = Setting<Parameters>(
    "params", "parameters", 1e3...1e16, key: "parameters", in: [.runs, .serving],
    help: "all parameters of the model, as 70B")
  /// Parameters that work on each token, where a router leaves some idle.
  public static let activeParameters = Setting<Parameters>(
    "active-params", "active parameters", 1e3...1e16, key: "active_parameters",
    in: [.runs, .serving], help: "parameters that work on each token of a mixture of experts, as 37B")
  /// Tokens of the first phase, before epochs.
  public static let tokens = Setting<Tokens>("tokens", "tokens", 1...1e18, help: "training tokens, as 15T")
  /// How often the first phase's tokens are repeated.
  public static let epochs = Setting<Ratio>(
    "epochs", "epochs", 1e-6...1e4, placeholder: "n", else: .found("1"), help: "how often the tokens are repeated")
  /// Tokens per sequence.
  public static let context = Setting<SequenceLength>(
    "context", "context length", 1...1e9, key: "context_length",
    help: "tokens per sequence, as 8k; longer ones add attention FLOP")

  /// Accelerators in the cluster.
  public static let accelerators = Setting<Accelerators>(
    "gpus", "accelerators", 1...1e9, key: "accelerators", in: [.runs, .cluster], help: "accelerators in the cluster")
  /// The time a run may take, which gives the number of accelerators.
  public static let days = Setting<Hours>(
    "days", "deadline", 1e-3...8.766e6, key: "deadline",
    help: "deadline, as 54d or 54: gives the number of accelerators")
  /// Effective MFU against the dense 16-bit peak.
  public static let mfu = Setting<Ratio>(
    "mfu", "effective MFU", 1e-4...1, else: .found("that of published runs"),
    in: [.training, .search],
    help: "effective MFU: 6ND over the dense 16-bit peak of every billed hour, before the speed-up of fp8 and fp4")
  /// MFU of the steady state, or of a benchmark: goodput lowers it to the effective one.
  public static let steadyMFU = Setting<Ratio>(
    "steady-mfu", "steady-state MFU", 1e-4...1,
    in: [.training, .search],
    help: "MFU that a paper prints for its steady state; goodput lowers it to the effective one")
  /// The share of the accelerator time that trains.
  public static let goodput = Setting<Ratio>(
    "goodput", "goodput", 1e-4...1, else: .row("goodput"),
    in: [.training, .search], help: "share of the accelerator time that trains, with a steady-state MFU")

  /// USD per accelerator-hour.
  public static let price = Setting<Per<Dollars, AcceleratorHours>>(
    "price", "rental price", 1e-4...1e4, else: .found("the market's"), in: [.runs, .serving],
    help: "rent, USD per accelerator-hour")
  /// The length of the whole terms that are rented, used or not.
  public static let term = Setting<Hours>(
    "term", "length of a term", 1...87_660,
    in: [.training, .generation],
    help: "rent whole terms of this length, as 1mo or 1y, and pay for what the last leaves unused too")
  /// USD per kWh.
  public static let electricity = Setting<Per<Dollars, KilowattHours>>(
    "electricity", "electricity price", 1e-4...10, else: .found("the region's"),
    in: .all, help: "USD per kWh, for an owned cluster")
  /// All compute of the project over that of the final run.
  public static let researchMultiplier = Setting<Ratio>(
    "research-multiplier", "research multiplier", 1...1e4, placeholder: "n",
    help: "all compute of the project over the final run's, as 2.5: experiments and failed runs")
  /// How many checkpoints are kept.
  public static let checkpoints = Setting<Checkpoints>(
    "checkpoints", "checkpoints kept", 0...1e6,
    else: .row("checkpoints-kept", afterPretraining: "checkpoints-kept-fine-tune"), in: [.training, .search],
    help: "checkpoints kept")
  /// How long corpus and checkpoints are kept besides the run itself.
  public static let storageTime = Setting<Hours>(
    "storage-time", "storage time besides the run", 0...8.766e6,
    else: .row("storage-months", afterPretraining: "storage-months-fine-tune", scale: Hours.perMonth),
    in: [.training, .search], help: "how long data and checkpoints are kept besides the run, as 6mo")
}

extension Settings {
  /// Data that leaves the cloud.
  public static let egress = Setting<Bytes>(
    "egress", "data that leaves the cloud", 0...1e21, placeholder: "size", help: "data that leaves the cloud, as 20TB")
  /// USD for a byte that leaves it.
  public static let egressPrice = Setting<Per<Dollars, Bytes>>(
    "egress-price", "egress price", 0...1e-6, else: .row("egress", of: "corpus", scale: 1e-9),
    help: "USD per TB, or 0.09/GB, that leaves it; GPU clouds ask nothing")
  /// Virtual processors for each accelerator, besides those of its instance.
  public static let hostCPUs = Setting<Ratio>(
    "host-cpus", "virtual processors for each accelerator", 0...1e4, placeholder: "n",
    help: "virtual processors for each accelerator that load data, besides those of its instance")
  /// USD for one of them and hour.
  public static let hostCPUPrice = Setting<Per<Dollars, AcceleratorHours>>(
    "host-cpu-price", "price of a virtual processor", 1e-4...1e4, else: .row("host-cpu-usd-per-hour"),
    help: "USD for one of them and hour")
}
