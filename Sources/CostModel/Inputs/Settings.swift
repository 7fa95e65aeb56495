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
    /// What was measured of the job itself.
    case pilot
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
  package static func all(_ group: Group) -> [AnySetting] {
    switch group {
    case .model:
      [AnySetting(parameters), AnySetting(activeParameters)]
    case .data:
      [AnySetting(tokens), AnySetting(epochs), AnySetting(context), AnySetting(compute)]
    case .hardware:
      [
        AnySetting(accelerators), AnySetting(days), AnySetting(acceleratorHours), AnySetting(mfu),
        AnySetting(steadyMFU), AnySetting(goodput),
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
    case .pilot:
      [
        AnySetting(stepTime), AnySetting(tokensPerSecond), AnySetting(tokensPerSecondPerAccelerator),
        AnySetting(measuredMFU), AnySetting(measuredTeraflops), AnySetting(measuredTime),
        AnySetting(measuredAccelerators),
      ]
    case .reliability:
      [
        AnySetting(failureRate), AnySetting(checkpointPause), AnySetting(checkpointInterval), AnySetting(restartTime),
        AnySetting(preemptionRate), AnySetting(spotPrice),
      ]
    case .scaling: [AnySetting(criticalBatch), AnySetting(scalingLoss), AnySetting(referenceCluster)]
    }
  }

  /// All of them.
  package static var all: [AnySetting] { Group.allCases.flatMap(all) }

  // Stored in the body, and not in extensions: key paths to those from another module crash (Swift 6.3).

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
  /// FLOP of the whole run, where they are known and the model is not.
  public static let compute = Setting<Operations>(
    "compute", "training FLOP", 1e12...1e32, in: .training,
    help: "FLOP of the whole run, as 5e26, where parameters or tokens are not known; of the three, two tell the third")
  /// Accelerator-hours of the whole run, where they are known.
  public static let acceleratorHours = Setting<AcceleratorHours>(
    "accelerator-hours", "accelerator-hours", 1e-3...1e13, key: "known_hours", in: [.training, .generation],
    help: "accelerator-hours of the whole run, as 2.8M, where they are known: money, energy and carbon follow")

  /// Accelerators in the cluster.
  public static let accelerators = Setting<Accelerators>(
    "gpus", "accelerators", 1...1e9, key: "accelerators", in: [.runs, .cluster], isEssential: true,
    help: "accelerators in the cluster")
  /// The time a run may take, which gives the number of accelerators.
  public static let days = Setting<Hours>(
    "days", "deadline", 1e-3...8.766e6, key: "deadline", isEssential: true,
    help: "deadline, as 54d or 54: gives the number of accelerators")
  /// Effective MFU against the dense 16-bit peak.
  public static let mfu = Setting<Ratio>(
    "mfu", "effective MFU", 1e-4...1, else: .found("that of published runs"),
    in: [.training, .search], isEssential: true,
    help:
      "effective MFU: 6ND over the dense 16-bit peak of every billed hour, before the speed-up of fp8 and fp4; what steps alone reach is \(input: "steady-mfu")"
  )
  /// MFU of the steady state, or of a benchmark: goodput lowers it to the effective one.
  public static let steadyMFU = Setting<Ratio>(
    "steady-mfu", "steady-state MFU", 1e-4...1,
    in: [.training, .search],
    help: "MFU that a paper prints for its steady state; goodput lowers it to the effective one")
  /// The share of the accelerator time that trains.
  public static let goodput = Setting<Ratio>(
    "goodput", "goodput", 1e-4...1, else: .row("goodput"),
    in: [.training, .search],
    help: "share of the accelerator time that trains, with a steady-state MFU; with a measured speed: as seen so far")

  /// Seconds of a step as measured, kept in hours.
  public static let stepTime = Setting<Per<Hours, Items>>(
    "step-time", "measured time of a step", 1e-9...1e3, in: .training,
    help: "measured time of a step, as 4.1s; with \(input: "global-batch"), or the settings of a step of RL")
  /// Tokens that all accelerators together train on in a second.
  public static let tokensPerSecond = Setting<Tokens>(
    "tokens-per-second", "measured tokens a second", 1e-3...1e15, in: [.training, .generation],
    help: "measured tokens a second, all accelerators together, as 1.2M")
  /// Tokens that one accelerator trains on, or generates, in a second.
  public static let tokensPerSecondPerAccelerator = Setting<Tokens>(
    "tokens-per-second-per-accelerator", "measured tokens a second of an accelerator", 1e-3...1e9,
    in: [.training, .generation], help: "the same of one accelerator, as 7700")
  /// MFU as measured in steady state.
  public static let measuredMFU = Setting<Ratio>(
    "measured-mfu", "measured MFU", 1e-5...100, placeholder: "share", entry: Entry(.ratio), in: .training,
    help: "measured MFU of the dense 16-bit peak in steady state, as 0.41; see \(input: "measured-flop")")
  /// FLOP that one accelerator does in a second, as measured.
  public static let measuredTeraflops = Setting<Operations>(
    "tflops", "measured FLOP/s of an accelerator", 1e8...1e18, placeholder: "n", entry: Entry(.ratio, scale: 1e12),
    in: .training, help: "measured TFLOP/s of an accelerator in steady state, as 412; see \(input: "measured-flop")")
  /// How long the measurement took.
  public static let measuredTime = Setting<Hours>(
    "measured-for", "time of the measurement", 1e-4...87_660, in: [.training, .generation],
    help: "how long that was measured, as 2h: a short pilot says less; an hour unless it is given")
  /// Accelerators that it was measured on.
  public static let measuredAccelerators = Setting<Accelerators>(
    "measured-gpus", "accelerators of the measurement", 1...1e9, else: .found("those of the run"),
    in: [.training, .generation], help: "accelerators that were measured, where the run has others")

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

  /// Data that leaves the cloud.
  public static let egress = Setting<Bytes>(
    "egress", "data that leaves the cloud", 1e6...1e21, placeholder: "size", help: "data that leaves the cloud, as 20TB"
  )
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

  /// USD for an accelerator.
  public static let purchasePrice = Setting<Per<Dollars, Accelerators>>(
    "purchase-price", "purchase price", 1...1e8, else: .found("the accelerator's"), need: .ownershipOrMethod,
    in: [.runs, .cluster],
    help: "USD for one accelerator; \(input: "server-factor", as: "1") if that is its share of a server")
  /// Server price over that of its accelerators.
  public static let serverFactor = Setting<Ratio>(
    "server-factor", "server price over accelerators'", 1...10, key: "server_cost_factor", placeholder: "n",
    else: .found("the accelerator's"), need: .ownershipOrMethod, in: [.runs, .cluster],
    help: "server price over that of its accelerators")
  /// The network's share of the cluster's price.
  public static let networkShare = Setting<Ratio>(
    "network-share", "network's share of the cluster price", 0...0.9, else: .row("network-cost-share"),
    need: .ownershipOrMethod, in: [.runs, .cluster], help: "network's share of the cluster price")
  /// Over how long the cluster is written off.
  public static let hardwareLife = Setting<Hours>(
    "hardware-life", "years of life", Hours.perMonth...438_300, key: "lifetime",
    else: .row("depreciation-years", scale: Hours.perYear), need: .ownershipOrEmbodied,
    in: [.runs, .cluster], help: "over how long it is written off, as 5y")
  /// How old the hardware is at the start of the run.
  public static let hardwareAge = Setting<Hours>(
    "hardware-age", "age of the hardware", 0...438_300, need: .ownershipOrMethod,
    in: [.runs, .cluster], help: "age of the hardware at the start, as 18mo; with price-performance")
  /// What it sells for in the end, as a share of its price.
  public static let resale = Setting<Ratio>(
    "resale", "resale value, as a share of the price", 0...0.95, else: .found("0"), need: .ownership,
    in: [.runs, .cluster], help: "what it sells for in the end, of its price")
  /// What capital costs in a year, as a share.
  public static let costOfCapital = Setting<Ratio>(
    "cost-of-capital", "cost of capital a year", 0...1, else: .row("cost-of-capital"), need: .ownership,
    in: [.runs, .cluster], help: "interest a year on the capital tied up, as 9%")
  /// The share of its life that the cluster computes.
  public static let utilization = Setting<Ratio>(
    "utilization", "utilization over the lifetime", 0.01...1, else: .row("ownership-utilization"),
    need: .ownershipOrEmbodied, help: "share of its life that the cluster computes")
  /// USD to build a kW of facility.
  public static let facilityPrice = Setting<Per<Dollars, Power>>(
    "facility-price", "price of the facility", 0...1e6, entry: Entry(.dollars, scale: 1e-3),
    else: .row("facility-usd-per-kw"), need: .ownership, in: [.runs, .cluster],
    help: "USD to build a MW of facility, as 11.3M")
  /// USD for a kW and month of colocation.
  public static let colocationPrice = Setting<Per<Dollars, Power>>(
    "colocation-price", "colocation of a kW for a month", 0...1e6, entry: Entry(.dollars),
    else: .row("colocation-usd-per-kw-month"), need: .ownership,
    in: [.runs, .cluster], help: "USD for a kW of servers and month of colocation, electricity apart")
  /// USD of staff and upkeep for an accelerator and year.
  public static let staff = Setting<Per<Dollars, Accelerators>>(
    "staff", "staff and upkeep of an accelerator a year", 0...1e7, entry: Entry(.dollars), need: .ownership,
    in: [.runs, .cluster], help: "USD of staff and upkeep for an accelerator and year")
  /// The rent that ownership is compared with.
  public static let against = Setting<Per<Dollars, AcceleratorHours>>(
    "against", "rent", 1e-4...1e4, else: .found("what the run would be rented for"), need: .ownership,
    help: "rent that ownership is held against")

  /// Power usage effectiveness: the facility's energy over that of its servers.
  public static let powerUsageEffectiveness = Setting<Ratio>(
    "pue", "PUE", 1...5, placeholder: "n", else: .row("pue-default"), in: .all,
    help: "power usage effectiveness of the datacenter")
  /// Grams CO2e per kWh.
  public static let carbonIntensity = Setting<Per<GramsCO2e, KilowattHours>>(
    "carbon-intensity", "grid carbon intensity", 0...5e3, placeholder: "g", else: .found("the region's"),
    in: .all, help: "grams CO2e per kWh")
  /// Average draw over rated power.
  public static let powerDraw = Setting<Ratio>(
    "power-draw", "average draw over rated power", 1e-4...1, else: .row("power-draw"),
    in: [.runs, .cluster], help: "average draw over the rated power of the servers")
  /// Energy of waiting hardware over that of computing.
  public static let idle = Setting<Ratio>(
    "idle", "energy of waiting over that of computing", 0...100,
    else: .found("not counted; of serving, by the load"), in: [.runs, .serving],
    help: "energy of waiting hardware over that of computing, as 0.59 for BLOOM")
  /// The share of the electricity that contracts count as free of carbon.
  public static let contracted = Setting<Ratio>(
    "contracted", "share of the electricity under contract", 0...1,
    in: [.runs, .cluster],
    help: "share of the electricity under contract for clean power, with \(input: "carbon", as: "market")")
  /// Liters evaporated on site for each kWh of the servers.
  public static let waterOnSite = Setting<Per<Liters, KilowattHours>>(
    "wue", "water evaporated on site", 0...100, placeholder: "l", else: .row("wue-default"),
    in: [.runs, .cluster], help: "liters evaporated on site for each kWh of the servers")
  /// Grams CO2e for making an accelerator.
  public static let embodiedAccelerator = Setting<Per<GramsCO2e, Accelerators>>(
    "embodied-accelerator", "embodied carbon of an accelerator", 1e3...1e9, placeholder: "mass",
    entry: Entry(.gramsCO2e), else: .found("the accelerator's"),
    help: "emissions of making an accelerator, as 164kg")
  /// Grams CO2e for making the server around an accelerator, for each accelerator.
  public static let embodiedServer = Setting<Per<GramsCO2e, Accelerators>>(
    "embodied-server", "embodied carbon of its share of the server", 1e3...1e9, placeholder: "mass",
    entry: Entry(.gramsCO2e), else: .found("that of servers at large"),
    help: "emissions of making its share of the server, as 312kg")
  /// Liters of water consumed in making an accelerator.
  public static let embodiedWater = Setting<Per<Liters, Accelerators>>(
    "embodied-water", "water of making an accelerator", 0...1e9, placeholder: "volume", entry: Entry(.liters),
    else: .found("the accelerator's"), help: "water of making an accelerator, as 103L")

  /// Interruptions of a job for each accelerator and hour.
  public static let failureRate = Setting<Ratio>(
    "failure-rate", "interruptions for each accelerator and hour", 0...1e4 / Hours.perYear, placeholder: "n",
    entry: Entry(.ratio, scale: 1 / Hours.perYear),
    else: .row("failures-per-accelerator-year", scale: 1 / Hours.perYear), in: .search,
    help: "interruptions of a job for each accelerator and year")
  /// How long training waits for a checkpoint, in hours.
  public static let checkpointPause = Setting<Ratio>(
    "checkpoint-pause", "hours that training waits for a checkpoint", 1e-6...2, entry: Entry(.hours),
    else: .row("checkpoint-pause-seconds", scale: 1.0 / 3600), in: .search,
    help: "how long training waits for a checkpoint")
  /// The time between checkpoints, in hours.
  public static let checkpointInterval = Setting<Ratio>(
    "checkpoint-interval", "hours between checkpoints", 1e-6...720, entry: Entry(.hours),
    else: .found("Young and Daly's"), in: .search, help: "time between checkpoints, as 30min")
  /// The time from an interruption to the next step, in hours.
  public static let restartTime = Setting<Ratio>(
    "restart-time", "hours from an interruption to the next step", 1e-6...48, entry: Entry(.hours),
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
    "scaling-loss", "throughput lost with each doubling", 0...0.9, else: .found("that of tuned steps"),
    in: .search, help: "throughput lost with each doubling of the cluster at the same batch")
  /// Accelerators that the efficiency was measured on.
  public static let referenceCluster = Setting<Accelerators>(
    "reference-gpus", "accelerators of the reference cluster", 1...1e9, key: "reference_cluster",
    else: .found("the median of published runs of that size"), in: .search,
    help: "accelerators that the MFU was measured on")
}
