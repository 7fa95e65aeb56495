import CommandLineKit
import CostModel

extension StoredPrecision: OptionValue {}

/// Options that say what is served, how fast, how much and for how long.
struct ServeOptions: Sendable {
  private let arguments: Arguments
  let prompt: Ranged<SequenceLength>?
  let answer: Ranged<SequenceLength>?
  let cached: Ranged<Ratio>?
  let weights: StoredPrecision?
  let cache: StoredPrecision?
  let accepted: Ranged<Ratio>?
  let isDisaggregated: Bool
  let measuredThroughput: Ranged<Ratio>?
  let measuredTimePerToken: Ranged<Ratio>?
  let requestsPerDay: Ranged<Items>?
  let lifetime: Ranged<Hours>?
  let utilization: Ranged<Ratio>?
  let trainingCost: Ranged<Dollars>?
  let trainingTokens: Ranged<Tokens>?
  let compared: [String]
  let sampling: SamplingOptions

  init(_ arguments: Arguments) throws(Failure) {
    self.arguments = arguments
    prompt = try arguments.range(of: .inputTokens)
    answer = try arguments.range(of: .outputTokens)
    cached = try arguments.range(of: .cachedInput)
    weights = try arguments.value(of: .weights)
    cache = try arguments.value(of: .cachePrecision)
    accepted = try arguments.range(of: .acceptedTokens)
    isDisaggregated = arguments.has(.disaggregated)
    measuredThroughput = try arguments.range(of: .throughput)
    measuredTimePerToken = try arguments.range(of: .timePerToken)
    requestsPerDay = try arguments.range(of: .requestsPerDay)
    lifetime = try arguments.range(of: .lifetime)
    utilization = try arguments.range(of: .utilization)
    trainingCost = try arguments.range(of: .trainingCost)
    trainingTokens = try arguments.range(of: .trainingTokens)
    compared = arguments.texts(of: .compareAPI)
    sampling = try SamplingOptions(arguments)
  }

  /// The inputs of the estimate that options set and that nothing but formulas depends on.
  static let openInputs = [
    "--input-tokens": "input_tokens", "--output-tokens": "output_tokens", "--cached-input": "cached_input",
    "--accepted-tokens": "accepted_tokens", "--concurrency": "concurrency", "--utilization": "utilization",
    "--requests-per-day": "requests_per_day",
  ]

  static let groups = [
    OptionGroup(
      "Requests", [.inputTokens, .outputTokens, .cachedInput, .requestsPerDay, .lifetime, .utilization]),
    OptionGroup(
      "Engine",
      [
        .weights, .storedCachePrecision, .speed, .offline, .concurrency, .tensorParallel, .expertParallel,
        .dataParallelAttention, .disaggregated, .acceptedTokens, .throughput, .timePerToken,
      ]),
  ]

  static let comparisonGroup = OptionGroup(
    "Against training and against APIs", [.trainingTokens, .trainingCost, .compareAPI])

  static let resultGroup = OptionGroup(
    "Results and ranges",
    [.explain] + SamplingOptions.options())

  /// The layout of a copy that is asked for; nil for what serves a request most cheaply.
  func layout() throws(Failure) -> CopyLayout? {
    let (split, experts) = (try size(.tensorParallel), try size(.expertParallel))
    guard split != nil || experts != nil else { return nil }
    // Experts over more accelerators than attention is split over: groups that each hold all of the attention.
    let size = max(split ?? 1, experts ?? 1)
    guard size % (split ?? 1) == 0 else {
      throw Failure(
        "--expert-parallel of \(size) is no multiple of --tensor-parallel, \(split ?? 1)",
        hint: "experts lie over whole groups of accelerators that attention is split over", status: .usage)
    }
    let groups = arguments.has(.dataParallelAttention) ? size : size / (split ?? 1)
    return CopyLayout(accelerators: size, attentionGroups: groups)
  }

  /// Whether each accelerator of a copy holds all of the attention, where the copy's size is not given.
  var isAttentionRepeated: Bool { arguments.has(.dataParallelAttention) }

  private func size(_ option: Option) throws(Failure) -> Int? {
    guard let count = try arguments.count(of: option) else { return nil }
    guard (1...1_048_576).contains(count) else {
      throw Failure(
        "\(option.name) of \(count) is out of range", hint: "1 to 1,048,576 accelerators hold a copy", status: .usage)
    }
    return count
  }

  /// How many sequences are decoded together.
  func batch(catalog: any Catalog) throws(Failure) -> ServingLoad.Batch {
    let options: [Option] = [.offline, .speed, .concurrency]
    let given = options.filter(arguments.has).map(\.name)
    guard given.count <= 1 else {
      throw Failure(
        "\(given[0]) and \(given[1]) are both given, and each sets the batch", hint: "give one of them", status: .usage)
    }
    if arguments.has(.offline) { return .memory }
    if let count = try arguments.count(of: .concurrency) {
      guard count >= 1 else { throw Failure("--concurrency must be at least 1", hint: "as 64", status: .usage) }
      do throws(ScenarioError) {
        return .concurrency(
          try ServingEstimate.given("concurrency", "requests at once on a copy", Ranged(Double(count)), 1...1e9))
      } catch {
        throw Failure(error)
      }
    }
    if let speed = try arguments.number(of: .speed)?.typical.value {
      guard speed > 0, speed <= 1e6 else {
        throw Failure("--speed must be above 0 and at most 1,000,000", hint: "write tokens/s as 20", status: .usage)
      }
      return .tokensPerSecond(speed)
    }
    do throws(CatalogError) {
      return .tokensPerSecond(try catalog.factor("serving-speed").value.typical.value)
    } catch {
      throw Failure(error)
    }
  }
}

extension Option {
  fileprivate static let inputTokens = Option(
    "--input-tokens", of: .range(.sequenceLength), help: "tokens of a prompt (default {serving-prompt-tokens})")
  fileprivate static let outputTokens = Option(
    "--output-tokens", of: .range(.sequenceLength), help: "tokens of an answer (default {serving-answer-tokens})")
  fileprivate static let cachedInput = Option(
    "--cached-input", of: .range(.ratio),
    help: "share of the prompt whose cache is kept from earlier requests (default 0)")
  fileprivate static let requestsPerDay = Option(
    "--requests-per-day", of: .range(.items), help: "requests a day, as 1M: gives months and lifetime")
  fileprivate static let lifetime = Option(
    "--lifetime", of: .range(.hours),
    help: "how long the model is served, as 2y (default {serving-lifetime-months} months)")
  fileprivate static let utilization = Option(
    "--utilization", of: .range(.ratio),
    help: "mean load over that of full batches (default {serving-utilization})")
  fileprivate static let weights = Option(
    "--weight-precision", of: .type(StoredPrecision.self), formerly: ["--weights"],
    help: "number format of the weights (default fp8, or what there is)")
  fileprivate static let storedCachePrecision = Option(
    "--kv-precision", of: .type(StoredPrecision.self), help: "number format of the cache (default bf16)")
  fileprivate static let speed = Option(
    "--speed", of: .single(.ratio), placeholder: "tokens/s",
    help: "tokens a second that each reader gets at least, which bounds the batch (default {serving-speed})")
  fileprivate static let offline = Option(
    switch: "--offline", help: "no reader waits: as many sequences at once as memory holds")
  fileprivate static let concurrency = Option(
    "--concurrency", of: .whole, formerly: ["--batch"],
    help: "requests at once on a copy of the model; what memory does not hold waits in line")
  fileprivate static let tensorParallel = Option(
    "--tensor-parallel", of: .whole,
    help: "accelerators that hold one copy of the model (default: what serves a request most cheaply)")
  fileprivate static let expertParallel = Option(
    "--expert-parallel", of: .whole,
    help: "accelerators that the experts lie on; above --tensor-parallel, groups of those hold the attention each")
  fileprivate static let dataParallelAttention = Option(
    switch: "--data-parallel-attention", help: "each accelerator of a copy holds all of the attention")
  fileprivate static let disaggregated = Option(
    switch: "--disaggregated", help: "accelerators of their own read the prompts, so that they interrupt no answer")
  fileprivate static let acceptedTokens = Option(
    "--accepted-tokens", of: .range(.ratio),
    help: "tokens that a step adds to an answer: above 1 where tokens are guessed ahead (default 1)")
  fileprivate static let throughput = Option(
    "--throughput", of: .range(.ratio), placeholder: "tokens/s",
    help: "tokens written each second by one accelerator, as you measured it")
  fileprivate static let timePerToken = Option(
    "--time-per-token", of: .range(.ratio), placeholder: "seconds",
    help: "seconds between the tokens of a reader, as you measured them, as 0.02")
  fileprivate static let trainingTokens = Option(AnySetting(Settings.tokens)).saying(
    "tokens it is trained on, as 15T: what that costs is estimated and held against serving")
  fileprivate static let trainingCost = Option(
    "--training-cost", of: .range(.dollars), help: "what training the model costs, as 5M")
  fileprivate static let compareAPI = Option(
    "--compare-api", of: .text("id"), isRepeatable: true, completing: .list("token-prices"),
    help: "hold the cost against this row of 'llmcost tables token-prices', beside models about as large")
}
