import CommandLineKit
import CostModel

/// Options that describe a training run: model, data, hardware, money and place.
struct ScenarioOptions: Sendable {
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
  var mfu: RangeOption<Ratio>?
  var price: RangeOption<Per<Dollars, AcceleratorHours>>?
  var provider: String?
  var commitment: Commitment?
  var isOwned: Bool?
  var electricity: RangeOption<Per<Dollars, KilowattHours>>?
  var researchMultiplier: RangeOption<Ratio>?
  var region: String?
  var powerUsageEffectiveness: RangeOption<Ratio>?
  var carbonIntensity: RangeOption<Per<GramsCO2e, KilowattHours>>?
  var checkpoints: RangeOption<Checkpoints>?
  var storageTime: RangeOption<Hours>?

  static let groups: [OptionGroup<ScenarioOptions>] = [
    OptionGroup(
      "Model and data",
      [
        Option("--params", "-p", to: \.parameters, help: "all parameters of the model, as 70B"),
        Option(
          "--active-params", to: \.activeParameters,
          help: "parameters that work on each token of a mixture of experts, as 37B"),
        Option("--tokens", "-t", to: \.tokens, help: "training tokens, as 15T"),
        Option("--epochs", to: \.epochs, placeholder: "n", help: "how often the tokens are repeated (default 1)"),
        Option("--context", to: \.context, help: "tokens per sequence, as 8k; longer ones add attention FLOP"),
        Option(
          "--then", appendingTo: \.furtherPhases,
          help: "a further phase, as 800B@128k: continued training, context extension, annealing; may be repeated"),
      ]),
    OptionGroup(
      "Hardware",
      [
        Option(
          "--gpu", "-g", to: \.accelerator, placeholder: "id",
          help: "accelerator (default h100-sxm); see 'llmcost tables accelerators'"),
        Option("--gpus", "-n", to: \.accelerators, help: "accelerators in the cluster"),
        Option("--days", to: \.days, help: "deadline, as 54d or 54: gives the number of accelerators"),
        Option("--precision", to: \.precision, help: "number format (default bf16, or fp16 where there is no bf16)"),
        Option(
          "--mfu", to: \.mfu,
          help: "effective MFU: 6ND over the dense 16-bit peak of every billed hour, before the speed-up of fp8 and fp4"
        ),
      ]),
    OptionGroup(
      "Money",
      [
        Option("--price", to: \.price, help: "rent, USD per accelerator-hour (default: the market's)"),
        Option(
          "--provider", to: \.provider, placeholder: "name", help: "rent from this provider, at its published prices"),
        Option("--commitment", to: \.commitment, help: "how it is rented (default on-demand)"),
        Option(
          "--own", to: \.isOwned, setting: true, help: "own the cluster: depreciation and electricity instead of rent"),
        Option("--electricity", to: \.electricity, help: "USD per kWh, with --own (default: the region's)"),
        Option(
          "--research-multiplier", to: \.researchMultiplier, placeholder: "n",
          help: "all compute of the project over the final run's, as 2.5: experiments and failed runs"),
        Option("--checkpoints", to: \.checkpoints, help: "checkpoints kept (default 10)"),
        Option(
          "--storage-time", to: \.storageTime, help: "how long data and checkpoints are kept besides the run, as 6mo"),
      ]),
    OptionGroup(
      "Place",
      [
        Option(
          "--region", to: \.region, placeholder: "id",
          help: "grid or cloud region (default us); see 'llmcost tables regions'"),
        Option(
          "--pue", to: \.powerUsageEffectiveness, placeholder: "n", help: "power usage effectiveness of the datacenter"),
        Option(
          "--carbon-intensity", to: \.carbonIntensity, placeholder: "g",
          help: "grams CO2e per kWh (default: the region's)"),
      ]),
  ]

  /// The request these options make.
  func request(usage: String) throws(Failure) -> Request {
    guard let parameters else {
      throw Failure(
        "--params is missing", hint: "say how large the model is, as --params 70B", usage: usage, status: .usage)
    }
    guard let tokens else {
      throw Failure(
        "--tokens is missing", hint: "say how many tokens it is trained on, as --tokens 15T", usage: usage,
        status: .usage)
    }
    if accelerators != nil, days != nil {
      throw Failure(
        "--gpus and --days are both given", hint: "give one; the other follows. --max-days checks a deadline",
        status: .usage)
    }
    if let count = accelerators?.value.typical.value, count != count.rounded() {
      throw Failure("--gpus: \(count) is not a whole number", hint: "write a count such as 2048", status: .usage)
    }
    var request = Request(
      parameters: parameters.value,
      phases: [Request.Phase(tokens: tokens.value, contextLength: context?.value)] + furtherPhases.map(\.phase))
    request.activeParameters = activeParameters?.value
    request.epochs = epochs?.value
    request.accelerator = accelerator
    request.cluster = accelerators.map { .accelerators($0.value) } ?? days.map { .deadline($0.value) }
    request.precision = precision
    request.mfu = mfu?.value
    request.price = price?.value
    request.provider = provider
    request.commitment = commitment
    request.isOwned = isOwned ?? false
    request.electricityPrice = electricity?.value
    request.researchMultiplier = researchMultiplier?.value
    request.region = region
    request.powerUsageEffectiveness = powerUsageEffectiveness?.value
    request.carbonIntensity = carbonIntensity?.value
    request.checkpointsKept = checkpoints?.value
    request.storageTime = storageTime?.value
    return request
  }
}
