import CommandLineKit
import CostModel

/// One input of an estimate as the command line knows it: options, sweeps, and what each command takes all read this row.
struct InputRow: Sendable {
  /// The heading of the help that it stands under.
  enum Group: Sendable {
    case model, data, hardware, money, extras, ownership, place, footprint, methods
  }

  /// The commands that take it.
  struct Users: OptionSet, Sendable {
    let rawValue: Int
    /// Pre-training and the stages after it that train.
    static let training = Users(rawValue: 1)
    /// Stages that generate text and train nothing.
    static let generation = Users(rawValue: 2)
    /// Searches for the size of a cluster or of a model, which rent by the hour.
    static let search = Users(rawValue: 4)
    /// Serving a model.
    static let serving = Users(rawValue: 8)
    /// A cluster without a model.
    static let cluster = Users(rawValue: 16)

    static let runs: Users = [.training, .generation, .search]
    static let all: Users = [.runs, .serving, .cluster]
  }

  /// What is taken where it is not given.
  enum Default: Sendable {
    /// In words.
    case text(String)
    /// A row of the table of factors; another one after pre-training, where there is one.
    case factor(String, fineTuning: String? = nil)
  }

  /// The option, without a word of its default.
  let option: Option
  /// See ``Group``.
  let group: Group
  /// See ``Users``.
  let users: Users
  /// See ``Default``.
  let standard: Default?

  init(_ group: Group, for users: Users = .runs, else standard: Default? = nil, _ option: Option) {
    self.group = group
    self.users = users
    self.standard = standard
    self.option = option
  }

  /// The option with what is taken without it.
  ///
  /// - Parameter isFineTuning: Whether that is for a stage after pre-training.
  /// - Returns: The option for help, which may name a row in braces.
  func described(isFineTuning: Bool = false) -> Option {
    var option = option
    switch standard {
    case .text(let text): option.help += " (default\(text.contains(" ") ? ":" : "") \(text))"
    case .factor(let row, let other): option.help += " (default {\(isFineTuning ? other ?? row : row)})"
    case nil: break
    }
    return option
  }
}

extension InputRow {
  /// A number that decides which formulas there are, or whose input has no fixed place in them, needs no `input`.
  fileprivate static func number(
    _ group: Group, for users: Users = .runs, else standard: Default? = nil, _ names: String...,
    in dimension: Dimension,
    placeholder: String? = nil, sameAs subject: String? = nil, input: String? = nil, help: String
  ) -> InputRow {
    var option = Option(
      names.first ?? "", of: NumberKind(dimension: dimension, input: input), placeholder: placeholder, sameAs: subject,
      help: help)
    option.names = names
    return InputRow(group, for: users, else: standard, option)
  }
}

// MARK: - Model and data

extension InputRow {
  static let parameters = number(
    .model, for: [.runs, .serving], "--params", "-p", in: .parameters, input: "parameters",
    help: "all parameters of the model, as 70B")
  static let activeParameters = number(
    .model, for: [.runs, .serving], "--active-params", in: .parameters, input: "active_parameters",
    help: "parameters that work on each token of a mixture of experts, as 37B")
  static let configuration = InputRow(
    .model, for: [.runs, .serving],
    Option(
      "--config", of: .text("file"), completing: .file,
      help: "a Hugging Face config.json; - reads it from standard input"))
  static let model = InputRow(
    .model, for: [.runs, .serving],
    Option(
      "--model", "-m", of: .text("id"), completing: .list("architectures"),
      help: "a known architecture, as llama-3.1-405b; see 'llmcost tables architectures'"))
  static let tokens = number(
    .data, "--tokens", "-t", in: .tokens, input: "tokens", help: "training tokens, as 15T")
  static let epochs = number(
    .data, else: .text("1"), "--epochs", in: .ratio, placeholder: "n", input: "epochs",
    help: "how often the tokens are repeated")
  static let context = number(
    .data, "--context", in: .sequenceLength, input: "context_length",
    help: "tokens per sequence, as 8k; longer ones add attention FLOP")
  static let furtherPhases = InputRow(
    .data,
    Option(
      "--then", of: .type(PhaseOption.self), isRepeatable: true,
      help: "a further phase, as 800B@128k: continued training, context extension, annealing; may be repeated"))
}

// MARK: - Hardware

extension InputRow {
  static let accelerator = InputRow(
    .hardware, for: .all,
    Option(
      "--gpu", "-g", of: .text("id"), completing: .accelerators,
      help: "accelerator (default \(Resolver.defaultAccelerator)); see 'llmcost tables accelerators'"))
  static let accelerators = number(
    .hardware, for: [.runs, .cluster], "--gpus", "-n", in: .accelerators, input: "accelerators",
    help: "accelerators in the cluster")
  static let days = number(
    .hardware, "--days", in: .hours, input: "deadline",
    help: "deadline, as 54d or 54: gives the number of accelerators")
  static let precision = InputRow(
    .hardware,
    Option(
      "--precision", of: .type(Precision.self),
      help: "number format (default bf16, or fp16 where there is no bf16)"))
  static let mfu = number(
    .hardware, for: [.training, .search], "--mfu", in: .ratio, input: "mfu",
    help: "effective MFU: 6ND over the dense 16-bit peak of every billed hour, before the speed-up of fp8 and fp4")
  static let flopCount = InputRow(
    .hardware,
    Option(
      "--flops", of: .type(FlopCount.self),
      help: "print FLOP and MFU by 6ND, as efficiencies count (default), or exact, by --model or --config"))
  static let steadyMFU = number(
    .hardware, for: [.training, .search], "--steady-mfu", in: .ratio, input: "steady_mfu",
    help: "MFU that a paper prints for its steady state; goodput lowers it to the effective one")
  static let benchmarkMFU = number(
    .hardware, for: [.training, .search], "--benchmark-mfu", in: .ratio, sameAs: "--steady-mfu", input: "steady_mfu",
    help: "MFU of a tuned, short run; goodput lowers it in the same way")
  static let goodput = number(
    .hardware, for: [.training, .search], else: .factor("goodput"), "--goodput", in: .ratio, input: "goodput",
    help: "share of the accelerator time that trains, with the two above")
}

// MARK: - Money

extension InputRow {
  static let price = number(
    .money, for: [.runs, .serving], else: .text("the market's"), "--price",
    in: .per(.dollars, .acceleratorHours), input: "price", help: "rent, USD per accelerator-hour")
  static let provider = InputRow(
    .money, for: [.runs, .serving],
    Option(
      "--provider", of: .text("name"), completing: .providers,
      help: "rent from this provider, at its published prices"))
  static let commitment = InputRow(
    .money, for: [.runs, .serving],
    Option(
      "--commitment", of: .type(CommitmentOption.self),
      help: "how it is rented (default on-demand), or shares as on-demand:0.3,reserved-1y:0.7"))
  static let term = number(
    .money, for: [.training, .generation], "--term", in: .hours, input: "term",
    help: "rent whole terms of this length, as 1mo or 1y, and pay for what the last leaves unused too")
  static let prices = InputRow(
    .money, for: [.runs, .serving],
    Option(
      "--prices", of: .text("file"), completing: .file,
      help: "take prices from this file: a SkyPilot or gpuhunt catalog, or rows of your own"))
  static let priceDate = InputRow(
    .money, for: [.runs, .serving],
    Option(
      "--as-of", of: .type(DateOption.self),
      help: "at the prices of then, as 2023-06; with --prices and a catalog: when it was true"))
  static let start = InputRow(
    .money,
    Option(
      "--start", of: .type(DateOption.self),
      help: "when the run starts, as 2027-06: rents change until then, with a range"))
  static let own = InputRow(
    .money, for: [.runs, .serving],
    Option(
      switch: "--own", help: "own the cluster: hardware, capital, hosting, staff and electricity instead of rent"))
  static let electricity = number(
    .money, for: .all, else: .text("the region's"), "--electricity", in: .per(.dollars, .kilowattHours),
    input: "electricity", help: "USD per kWh, with --own")
  static let researchMultiplier = number(
    .money, "--research-multiplier", in: .ratio, placeholder: "n", input: "research_multiplier",
    help: "all compute of the project over the final run's, as 2.5: experiments and failed runs")
  static let checkpoints = number(
    .money, for: [.training, .search],
    else: .factor("checkpoints-kept", fineTuning: "checkpoints-kept-fine-tune"), "--checkpoints", in: .checkpoints,
    input: "checkpoints", help: "checkpoints kept")
  static let storageTime = number(
    .money, for: [.training, .search], "--storage-time", in: .hours, input: "storage_time",
    help: "how long data and checkpoints are kept besides the run, as 6mo")
}

// MARK: - Cloud extras

extension InputRow {
  static let corpusStorage = InputRow(
    .extras, for: [.training, .search],
    Option("--corpus-storage", of: .type(StorageClass.self), help: "class of storage that holds the corpus"))
  static let checkpointStorage = InputRow(
    .extras, for: [.training, .search],
    Option("--checkpoint-storage", of: .type(StorageClass.self), help: "class of storage that holds the checkpoints"))
  static let egress = number(
    .extras, "--egress", in: .bytes, placeholder: "size", help: "data that leaves the cloud, as 20TB")
  static let egressPrice = number(
    .extras, else: .text("free, as at GPU clouds, up to list prices"), "--egress-price", in: .per(.dollars, .bytes),
    help: "USD per TB, or 0.09/GB, that leaves it")
  static let hostCPUs = number(
    .extras, "--host-cpus", in: .ratio, placeholder: "n",
    help: "virtual processors for each accelerator that load data, besides those of its instance")
  static let hostCPUPrice = number(
    .extras, "--host-cpu-price", in: .per(.dollars, .acceleratorHours), help: "USD for one of them and hour")
}

// MARK: - Ownership

extension InputRow {
  static let purchasePrice = number(
    .ownership, for: [.runs, .cluster], "--purchase-price", in: .per(.dollars, .accelerators),
    help: "USD for one accelerator; --server-factor 1 if that is its share of a server")
  static let serverFactor = number(
    .ownership, for: [.runs, .cluster], "--server-factor", in: .ratio, placeholder: "n",
    help: "server price over that of its accelerators")
  static let networkShare = number(
    .ownership, for: [.runs, .cluster], "--network-share", in: .ratio, help: "network's share of the cluster price")
  static let depreciation = InputRow(
    .ownership, for: [.runs, .cluster],
    Option(
      "--depreciation", of: .type(DepreciationMethod.self),
      help: "how the price is spread (default straight-line); price-performance as Cottier et al. 2024"))
  static let hardwareLife = number(
    .ownership, for: [.runs, .cluster], "--hardware-life", in: .hours, help: "over how long it is written off, as 5y")
  static let hardwareAge = number(
    .ownership, for: [.runs, .cluster], "--hardware-age", in: .hours,
    help: "age of the hardware at the start, as 18mo; with price-performance")
  static let resale = number(
    .ownership, for: [.runs, .cluster], else: .text("0"), "--resale", in: .ratio,
    help: "what it sells for in the end, of its price")
  static let costOfCapital = number(
    .ownership, for: [.runs, .cluster], "--cost-of-capital", in: .ratio,
    help: "interest a year on the capital tied up, as 9%")
  static let utilization = number(
    .ownership, "--utilization", in: .ratio, help: "share of its life that the cluster computes")
  static let hosting = InputRow(
    .ownership, for: [.runs, .cluster], else: .text("facility"),
    Option("--hosting", of: .type(HostingKind.self), help: "where the servers stand"))
  static let facilityPrice = number(
    .ownership, for: [.runs, .cluster], "--facility-price", in: .dollars,
    help: "USD to build a MW of facility, as 11.3M")
  static let colocationPrice = number(
    .ownership, for: [.runs, .cluster], "--colocation-price", in: .dollars,
    help: "USD for a kW of servers and month of colocation, electricity apart")
  static let staff = number(
    .ownership, for: [.runs, .cluster], "--staff", in: .dollars,
    help: "USD of staff and upkeep for an accelerator and year")
  static let against = number(
    .ownership, else: .text("the market's on demand"), "--against", in: .per(.dollars, .acceleratorHours),
    help: "rent that ownership is held against")
  /// Of pre-training alone: stages after it have methods of their own.
  static let method = InputRow(
    .methods,
    Option(
      "--method", of: .type(CostMethod.self),
      help: "count accelerators by rent, amortized purchase or acquisition, and show all three"))
}

// MARK: - Place and footprint

extension InputRow {
  static let region = InputRow(
    .place, for: .all,
    Option(
      "--region", of: .text("id"), completing: .regions,
      help: "grid or cloud region (default \(Resolver.defaultRegion)); see 'llmcost tables regions'"))
  static let pue = number(
    .place, for: .all, "--pue", in: .ratio, placeholder: "n", input: "pue",
    help: "power usage effectiveness of the datacenter")
  static let carbonIntensity = number(
    .place, for: .all, else: .text("the region's"), "--carbon-intensity", in: .per(.gramsCO2e, .kilowattHours),
    placeholder: "g", input: "carbon_intensity", help: "grams CO2e per kWh")
  static let powerDraw = number(
    .footprint, for: [.runs, .cluster], "--power-draw", in: .ratio,
    help: "average draw over the rated power of the servers")
  static let idle = number(
    .footprint, else: .text("not counted"), "--idle", in: .ratio,
    help: "energy of waiting hardware over that of computing, as 0.59 for BLOOM")
  static let carbon = InputRow(
    .footprint, for: [.runs, .cluster],
    Option(
      "--carbon", of: .type(CarbonAccounting.self),
      help: "location: the grid's average (default); market: electricity under contract counts as zero"))
  static let contracted = number(
    .footprint, for: [.runs, .cluster], "--contracted", in: .ratio,
    help: "share of the electricity under contract for clean power, with --carbon market")
  static let grid = InputRow(
    .footprint, for: [.runs, .cluster],
    Option("--grid", of: .text("id"), help: "carbon intensity of this grid; see 'llmcost tables grid-carbon'"))
  static let gridYear = InputRow(
    .footprint, for: [.runs, .cluster],
    Option("--grid-year", of: .whole, placeholder: "year", help: "the region's grid in this year, as 2023"))
  static let waterOnSite = number(
    .footprint, for: [.runs, .cluster], "--wue", in: .per(.liters, .kilowattHours), placeholder: "l",
    help: "liters evaporated on site for each kWh of the servers")
  static let embodied = InputRow(
    .footprint, Option(switch: "--embodied", help: "count the making of the hardware, by share of its life"))
  static let embodiedAccelerator = number(
    .footprint, "--embodied-accelerator", in: .gramsCO2e, placeholder: "mass",
    help: "emissions of making an accelerator, as 164kg")
  static let embodiedServer = number(
    .footprint, "--embodied-server", in: .gramsCO2e, placeholder: "mass",
    help: "emissions of making its share of the server, as 312kg")
  static let embodiedWater = number(
    .footprint, "--embodied-water", in: .liters, placeholder: "volume",
    help: "water of making an accelerator, as 103L")
  static let equivalents = InputRow(
    .footprint, Option(switch: "--equivalents", help: "liken the footprint to homes, cars, people and pools"))
}
