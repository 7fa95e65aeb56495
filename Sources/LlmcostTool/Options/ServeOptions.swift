import CommandLineKit
import CostModel

extension StoredPrecision: OptionValue {}

/// Options that say what is served, how fast, how much and for how long.
struct ServeOptions: Sendable {
  private let arguments: Arguments

  init(_ arguments: Arguments) { self.arguments = arguments }

  private static func option<Measure: Unit>(_ setting: Setting<Measure>) -> Option {
    InputRow(AnySetting(setting), .data).described()
  }

  static let groups = [
    OptionGroup(
      "Requests",
      [
        option(Serving.inputTokens), option(Serving.outputTokens), option(Serving.cachedInput),
        option(Serving.requestsPerDay), option(Serving.lifetime), option(Serving.utilization),
        option(Serving.peakOverMean), option(Serving.spareCopies),
      ]),
    OptionGroup(
      "Engine",
      [
        .weights, .storedCachePrecision, option(Serving.speed), .offline, option(Serving.concurrency),
        .tensorParallel, .expertParallel, .dataParallelAttention, .disaggregated, option(Serving.acceptedTokens),
        option(Serving.throughput), option(Serving.timePerToken),
      ]),
  ]

  static let comparisonGroup = OptionGroup(
    "Against training and against APIs", [.trainingTokens, option(Serving.trainingCost), .compareAPI])

  static let resultGroup = OptionGroup(
    "Results and ranges",
    [.explain] + SamplingOptions.options() + LimitOptions.options.filter { $0.name != Limited.time.option.name })

  /// Rows of token prices to hold the cost against.
  var compared: [String] { arguments.texts(of: .compareAPI) }

  /// What is served, of a model on hardware that a request describes.
  func serving(_ request: Request) throws(Failure) -> Serving {
    var serving = Serving(request)
    for setting in Serving.settings { serving.set(setting.id, try arguments.number(of: Option(setting))) }
    if let tokens: Ranged<Tokens> = try arguments.range(of: .trainingTokens) { serving.train(on: tokens) }
    serving.weights = try arguments.value(of: .weights)
    serving.cache = try arguments.value(of: .cachePrecision) ?? .bf16
    serving.isOffline = arguments.has(.offline)
    serving.isDisaggregated = arguments.has(.disaggregated)
    serving.layout = try layout()
    serving.repeatsAttention = arguments.has(.dataParallelAttention)
    return serving
  }

  /// The layout of a copy that is asked for; nil for what serves a request most cheaply.
  private func layout() throws(Failure) -> CopyLayout? {
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

  private func size(_ option: Option) throws(Failure) -> Int? {
    guard let count = try arguments.count(of: option) else { return nil }
    guard (1...1_048_576).contains(count) else {
      throw Failure(
        "\(option.name) of \(count) is out of range", hint: "1 to 1,048,576 accelerators hold a copy", status: .usage)
    }
    return count
  }
}

extension Option {
  fileprivate static let weights = Option(
    "--weight-precision", of: .type(StoredPrecision.self), formerly: ["--weights"],
    help: "number format of the weights (default fp8, or what there is)")
  fileprivate static let storedCachePrecision = Option(
    "--kv-precision", of: .type(StoredPrecision.self), help: "number format of the cache (default bf16)")
  fileprivate static let offline = Option(
    switch: "--offline", help: "no reader waits: as many sequences at once as memory holds")
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
  fileprivate static let trainingTokens = Option(AnySetting(Settings.tokens)).saying(
    "tokens it is trained on, as 15T: what that costs is estimated and held against serving")
  fileprivate static let compareAPI = Option(
    "--compare-api", of: .text("id"), isRepeatable: true, completing: .list("token-prices"),
    help: "hold the cost against this row of 'llmcost tables token-prices', beside models about as large")
}
