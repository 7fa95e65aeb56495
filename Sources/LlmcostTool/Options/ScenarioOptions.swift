import CommandLineKit
import CostModel
import CostTables

/// Options that describe a training run: model, data, hardware, money and place.
struct ScenarioOptions: Sendable {
  var model = ModelOptions()
  /// The architecture that `model` names, once it is read.
  var known: ModelOptions.Resolved?
  var parameters: RangeOption<Parameters>?
  var activeParameters: RangeOption<Parameters>?
  var tokens: RangeOption<Tokens>?
  var epochs: RangeOption<Ratio>?
  var context: RangeOption<SequenceLength>?
  var furtherPhases: [PhaseOption] = []
  var accelerator: String?
  var accelerators: RangeOption<Accelerators>?
  var days: RangeOption<Hours>?
  var precision: Precision?
  var flopCount: FlopCount?
  var mfu: RangeOption<Ratio>?
  var steadyMFU: RangeOption<Ratio>?
  var goodput: RangeOption<Ratio>?
  var price: RangeOption<Per<Dollars, AcceleratorHours>>?
  var provider: String?
  var tier: ProviderTier?
  var commitment: CommitmentOption?
  var term: RangeOption<Hours>?
  var pricesFile: String?
  var prices: PriceFile?
  var priceDate: DateOption?
  var start: DateOption?
  var isOwned = false
  var ownership = OwnershipOptions()
  var extras = ExtraOptions()
  var footprint = FootprintOptions()
  var electricity: RangeOption<Per<Dollars, KilowattHours>>?
  var researchMultiplier: RangeOption<Ratio>?
  var region: String?
  var powerUsageEffectiveness: RangeOption<Ratio>?
  var carbonIntensity: RangeOption<Per<GramsCO2e, KilowattHours>>?
  var checkpoints: RangeOption<Checkpoints>?
  var storageTime: RangeOption<Hours>?

  /// The groups of a stage that trains on tokens alone.
  static var groups: [OptionGroup<ScenarioOptions>] {
    [OptionGroup("Model and data", modelOptions + data)] + environment
      + [OwnershipOptions.methods.lifted { (options, body) throws(ValueError) in try body(&options.ownership) }]
  }

  /// Those of commands that look for the size of the cluster, or of the run: they rent by the hour.
  static var hourlyGroups: [OptionGroup<ScenarioOptions>] {
    groups.map { OptionGroup($0.title, $0.options.filter { $0.names != ["--term"] }) }
  }

  /// Options that describe the model.
  static let modelOptions: [Option<ScenarioOptions>] =
    [
      Option("--params", "-p", as: RangeOption<Parameters>.self, help: "all parameters of the model, as 70B") {
        $0.parameters = $1
      },
      Option(
        "--active-params", as: RangeOption<Parameters>.self,
        help: "parameters that work on each token of a mixture of experts, as 37B"
      ) { $0.activeParameters = $1 },
    ] + ModelOptions.group.lifted { (options, body) throws(ValueError) in try body(&options.model) }.options

  /// Options that describe what pre-training reads.
  private static let data: [Option<ScenarioOptions>] = [
    Option("--tokens", "-t", as: RangeOption<Tokens>.self, help: "training tokens, as 15T") { $0.tokens = $1 },
    Option(
      "--epochs", as: RangeOption<Ratio>.self, placeholder: "n",
      help: "how often the tokens are repeated (default 1)"
    ) { $0.epochs = $1 },
    Option(
      "--context", as: RangeOption<SequenceLength>.self,
      help: "tokens per sequence, as 8k; longer ones add attention FLOP"
    ) { $0.context = $1 },
    Option(
      "--then", as: PhaseOption.self, isRepeatable: true,
      help: "a further phase, as 800B@128k: continued training, context extension, annealing; may be repeated"
    ) { $0.furtherPhases.append($1) },
  ]

  /// Groups that describe hardware, money and place.
  static let environment: [OptionGroup<ScenarioOptions>] = [
    OptionGroup(
      "Hardware",
      [
        Option(
          "--gpu", "-g", as: String.self, placeholder: "id", completing: .accelerators,
          help: "accelerator (default h100-sxm); see 'llmcost tables accelerators'"
        ) { $0.accelerator = $1 },
        Option("--gpus", "-n", as: RangeOption<Accelerators>.self, help: "accelerators in the cluster") {
          $0.accelerators = $1
        },
        Option("--days", as: RangeOption<Hours>.self, help: "deadline, as 54d or 54: gives the number of accelerators")
        { $0.days = $1 },
        Option("--precision", as: Precision.self, help: "number format (default bf16, or fp16 where there is no bf16)")
        { $0.precision = $1 },
        Option(
          "--mfu", as: RangeOption<Ratio>.self,
          help: "effective MFU: 6ND over the dense 16-bit peak of every billed hour, before the speed-up of fp8 and fp4"
        ) { $0.mfu = $1 },
        Option(
          "--flops", as: FlopCount.self,
          help: "print FLOP and MFU by 6ND, as efficiencies count (default), or exact, by --model or --config"
        ) { $0.flopCount = $1 },
        Option(
          "--steady-mfu", as: RangeOption<Ratio>.self,
          help: "MFU that a paper prints for its steady state; goodput lowers it to the effective one"
        ) { $0.steadyMFU = $1 },
        Option(
          "--benchmark-mfu", as: RangeOption<Ratio>.self, sameAs: "--steady-mfu",
          help: "MFU of a tuned, short run; goodput lowers it in the same way"
        ) { $0.steadyMFU = $1 },
        Option(
          "--goodput", as: RangeOption<Ratio>.self,
          help: "share of the accelerator time that trains, with the two above (default 0.85)"
        ) { $0.goodput = $1 },
      ]),
    OptionGroup(
      "Money",
      [
        Option(
          "--price", as: RangeOption<Per<Dollars, AcceleratorHours>>.self,
          help: "rent, USD per accelerator-hour (default: the market's)"
        ) { $0.price = $1 },
        Option(
          "--provider", as: String.self, placeholder: "name", completing: .providers,
          help: "rent from this provider, at its published prices"
        ) { $0.provider = $1 },
        Option(
          "--tier", as: ProviderTier.self,
          help: "rent from this kind of seller (default neocloud, or what there is)"
        ) { $0.tier = $1 },
        Option(
          "--commitment", as: CommitmentOption.self,
          help:
            "how it is rented (default on-demand, by contract for large runs), or shares as on-demand:0.3,reserved-1y:0.7"
        ) { $0.commitment = $1 },
        Option(
          "--term", as: RangeOption<Hours>.self,
          help: "rent whole terms of this length, as 1mo or 1y, and pay for what the last leaves unused too"
        ) { $0.term = $1 },
        Option(
          "--prices", as: String.self, placeholder: "file", completing: .file,
          help: "take prices from this file: a SkyPilot or gpuhunt catalog, or rows of your own"
        ) { $0.pricesFile = $1 },
        Option(
          "--as-of", as: DateOption.self,
          help: "at the prices of then, as 2023-06; with --prices and a catalog: when it was true"
        ) { $0.priceDate = $1 },
        Option(
          "--start", as: DateOption.self, help: "when the run starts, as 2027-06: rents change until then, with a range"
        ) { $0.start = $1 },
        Option(
          switch:
            "--own", help: "own the cluster: hardware, capital, hosting, staff and electricity instead of rent"
        ) { $0.isOwned = true },
        Option(
          "--electricity", as: RangeOption<Per<Dollars, KilowattHours>>.self,
          help: "USD per kWh, with --own (default: the region's)"
        ) { $0.electricity = $1 },
        Option(
          "--research-multiplier", as: RangeOption<Ratio>.self, placeholder: "n",
          help: "all compute of the project over the final run's, as 2.5: experiments and failed runs"
        ) { $0.researchMultiplier = $1 },
        Option("--checkpoints", as: RangeOption<Checkpoints>.self, help: "checkpoints kept (default 10)") {
          $0.checkpoints = $1
        },
        Option(
          "--storage-time", as: RangeOption<Hours>.self,
          help: "how long data and checkpoints are kept besides the run, as 6mo"
        ) { $0.storageTime = $1 },
      ]),
    ExtraOptions.group.lifted { (options, body) throws(ValueError) in try body(&options.extras) },
    OwnershipOptions.group.lifted { (options, body) throws(ValueError) in try body(&options.ownership) },
    OptionGroup(
      "Place",
      [
        Option(
          "--region", as: String.self, placeholder: "id", completing: .regions,
          help: "grid or cloud region (default us); see 'llmcost tables regions'"
        ) { $0.region = $1 },
        Option(
          "--pue", as: RangeOption<Ratio>.self, placeholder: "n", help: "power usage effectiveness of the datacenter"
        ) { $0.powerUsageEffectiveness = $1 },
        Option(
          "--carbon-intensity", as: RangeOption<Per<GramsCO2e, KilowattHours>>.self, placeholder: "g",
          help: "grams CO2e per kWh (default: the region's)"
        ) { $0.carbonIntensity = $1 },
      ]),
    FootprintOptions.group.lifted { (options, body) throws(ValueError) in try body(&options.footprint) },
  ]

  /// Reads the model and the file of prices.
  mutating func load(catalog: TableCatalog, in world: any World) throws(Failure) {
    known = try model.resolve(in: world, catalog: catalog)
    guard let pricesFile else { return }
    let asOf = try priceDate.map { date throws(Failure) in try date.past(world.today) }
    prices = try PriceFile.read(
      pricesFile, likelyProvider: provider, unknownProvider: "the file", asOf: asOf, catalog: catalog, in: world)
  }

  private func choosePrices(for request: inout Request) throws(Failure) {
    request.priceMonth = priceDate?.month
    request.startMonth = start?.month
    switch prices {
    case .catalog(let prices):
      request.offers = prices.rows
      request.notes += prices.notes
    case .rows(let rows): request.offers = rows
    case nil:
      guard pricesFile == nil else {
        throw Failure("--prices: this command does not read it", hint: "use --tables", status: .usage)
      }
    }
  }

  /// The request of a pre-training run.
  func request(usage: String) throws(Failure) -> Request {
    var request = try modelRequest(usage: usage)
    guard let tokens else {
      throw Failure(
        "--tokens is missing", hint: "say how many tokens it is trained on, as --tokens 15T", usage: usage,
        status: .usage)
    }
    request.phases =
      [Request.Phase(tokens: tokens.value, contextLength: context?.value)] + furtherPhases.map(\.phase)
    request.epochs = epochs?.value
    return request
  }

  /// A request that knows the model alone: counted where an architecture is named, else as given.
  private func sizeRequest(usage: String) throws(Failure) -> Request {
    if let known {
      guard parameters == nil, activeParameters == nil else {
        throw Failure(
          "\(parameters == nil ? "--active-params" : "--params") and \(model.preset == nil ? "--config" : "--model") "
            + "are both given",
          hint: "leave out \(parameters == nil ? "--active-params" : "--params"): the architecture tells the "
            + "parameters", status: .usage)
      }
      var request = Request(model: known.known)
      request.notes = known.warnings
      return request
    }
    guard let parameters else {
      throw Failure(
        "--params is missing", hint: "say how large the model is, as --params 70B, or which it is, as --model ID",
        usage: usage, status: .usage)
    }
    var request = Request(parameters: parameters.value, phases: [])
    request.activeParameters = activeParameters?.value
    return request
  }

  /// Accelerators come whole: so does the middle that a range of whole ones is given.
  static func whole(_ count: Ranged<Accelerators>) -> Ranged<Accelerators> {
    let (low, typical, high) = (count.low.value, count.typical.value, count.high.value)
    guard low < high, low == low.rounded(), high == high.rounded() else { return count }
    return Ranged(typical.rounded(), low: low, high: high)
  }

  /// The request of a stage that brings its own data.
  func modelRequest(usage: String) throws(Failure) -> Request {
    var request = try sizeRequest(usage: usage)
    if accelerators != nil, days != nil {
      throw Failure(
        "--gpus and --days are both given", hint: "give one; the other follows. --max-days checks a deadline",
        status: .usage)
    }
    let accelerators = accelerators.map { Self.whole($0.value) }
    try Self.checkWhole([accelerators?.typical.value], "--gpus", example: "2048")
    // The middle of a range of checkpoints need not be whole.
    try Self.checkWhole([checkpoints?.value.low.value, checkpoints?.value.high.value], "--checkpoints", example: "10")
    request.accelerator = accelerator
    request.cluster = accelerators.map { .accelerators($0) } ?? days.map { .deadline($0.value) }
    request.precision = precision
    request.flopCount = flopCount ?? .sixND
    request.mfu = mfu?.value
    request.steadyMFU = steadyMFU?.value
    request.goodput = goodput?.value
    request.price = price?.value
    request.provider = provider
    request.tier = tier
    request.commitment = commitment?.only
    request.blend = commitment?.only == nil ? commitment?.parts ?? [] : []
    request.rentalTerm = term?.value
    try choosePrices(for: &request)
    request.isOwned = isOwned
    request.ownership = try ownership.terms(isOwned: isOwned, countsEmbodied: footprint.countsEmbodied)
    request.method = ownership.method
    request.extras = extras.terms
    request.footprint = footprint.terms
    request.electricityPrice = electricity?.value
    request.researchMultiplier = researchMultiplier?.value
    request.region = region
    request.powerUsageEffectiveness = powerUsageEffectiveness?.value
    request.carbonIntensity = carbonIntensity?.value
    request.checkpointsKept = checkpoints?.value
    request.storageTime = storageTime?.value
    return request
  }

  /// Accelerators and checkpoints are not divided.
  private static func checkWhole(_ counts: [Double?], _ option: String, example: String) throws(Failure) {
    for case let count? in counts where count != count.rounded() {
      var failure = Failure(
        "\(option): \(count) is not a whole number", hint: "write a count such as \(example)", status: .usage)
      failure.isOfNumber = true
      throw failure
    }
  }
}
