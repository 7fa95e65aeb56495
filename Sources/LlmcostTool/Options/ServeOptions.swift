import CommandLineKit
import CostModel

extension StoredPrecision: OptionValue {}

/// Options that say what is served, how fast, how much and for how long.
struct ServeOptions: Sendable {
  var prompt: RangeOption<SequenceLength>?
  var answer: RangeOption<SequenceLength>?
  var cached: RangeOption<Ratio>?
  var weights: StoredPrecision?
  var cache: StoredPrecision?
  var batch: WholeNumber?
  var speed: AmountOption<Ratio>?
  var isOffline = false
  var acceleratorsPerCopy: WholeNumber?
  var requestsPerDay: RangeOption<Items>?
  var lifetime: RangeOption<Hours>?
  var utilization: RangeOption<Ratio>?
  var trainingCost: RangeOption<Dollars>?
  var compared: [String] = []
  var get: String?
  var explains = false
  var sampling = SamplingOptions()

  static let groups: [OptionGroup<ServeOptions>] = [
    OptionGroup(
      "Requests",
      [
        Option("--input-tokens", as: RangeOption<SequenceLength>.self, help: "tokens of a prompt (default 1000)") {
          $0.prompt = $1
        },
        Option("--output-tokens", as: RangeOption<SequenceLength>.self, help: "tokens of an answer (default 400)") {
          $0.answer = $1
        },
        Option(
          "--cached-input", as: RangeOption<Ratio>.self,
          help: "share of the prompt whose cache is kept from earlier requests (default 0)"
        ) { $0.cached = $1 },
        Option(
          "--requests-per-day", as: RangeOption<Items>.self, help: "requests a day, as 1M: gives months and lifetime"
        ) { $0.requestsPerDay = $1 },
        Option(
          "--lifetime", as: RangeOption<Hours>.self, help: "how long the model is served, as 2y (default 12 months)"
        ) { $0.lifetime = $1 },
        Option(
          "--utilization", as: RangeOption<Ratio>.self, help: "mean load over that of full batches (default 0.6)"
        ) { $0.utilization = $1 },
      ]),
    OptionGroup(
      "Engine",
      [
        Option(
          "--weights", as: StoredPrecision.self, help: "number format of the weights (default fp8, or what there is)"
        ) { $0.weights = $1 },
        Option("--kv-precision", as: StoredPrecision.self, help: "number format of the cache (default bf16)") {
          $0.cache = $1
        },
        Option(
          "--speed", as: AmountOption<Ratio>.self, placeholder: "tokens/s",
          help: "tokens a second that each reader gets at least, which bounds the batch (default 20)"
        ) { $0.speed = $1 },
        Option(switch: "--offline", help: "no reader waits: as many sequences at once as memory holds") {
          $0.isOffline = true
        },
        Option("--batch", as: WholeNumber.self, help: "sequences decoded together on a copy of the model") {
          $0.batch = $1
        },
        Option(
          "--tensor-parallel", as: WholeNumber.self,
          help: "accelerators that hold one copy of the model (default: what serves a request most cheaply)"
        ) { $0.acceleratorsPerCopy = $1 },
      ]),
    OptionGroup(
      "Against training and against APIs",
      [
        Option("--training-cost", as: RangeOption<Dollars>.self, help: "what training the model costs, as 5M") {
          $0.trainingCost = $1
        },
        Option(
          "--compare-api", as: String.self, placeholder: "id", isRepeatable: true, completing: .list("token-prices"),
          help: "hold the cost against this row of 'llmcost tables token-prices', beside models about as large"
        ) { $0.compared.append($1) },
      ]),
  ]

  static let resultGroup = OptionGroup<ServeOptions>(
    "Results and ranges",
    [
      Option(
        "--get", as: String.self, placeholder: "path", help: "print one bare number, as usd_per_request or batch.p90"
      ) { $0.get = $1 },
      Option(switch: "--explain", help: "print every value with its formula and its sources") { $0.explains = true },
    ]
      + SamplingOptions.options().map {
        $0.lifted { (options, body) throws(ValueError) in try body(&options.sampling) }
      })

  /// How many sequences are decoded together.
  func batch(catalog: any Catalog) throws(Failure) -> ServingLoad.Batch {
    let given = [isOffline ? "--offline" : nil, speed == nil ? nil : "--speed", batch == nil ? nil : "--batch"]
      .compactMap { $0 }
    guard given.count <= 1 else {
      throw Failure(
        "\(given[0]) and \(given[1]) are both given, and each sets the batch", hint: "give one of them", status: .usage)
    }
    if isOffline { return .memory }
    if let batch {
      guard batch.value >= 1 else { throw Failure("--batch must be at least 1", hint: "as 64", status: .usage) }
      return .concurrency(Expression(constant: Double(batch.value)))
    }
    if let speed = speed?.value.value {
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
