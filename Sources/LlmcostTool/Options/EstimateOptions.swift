import CommandLineKit
import CostModel

/// How ranges are found.
struct SamplingOptions: Sendable {
  private let samples: Int?
  private let seed: Int?

  init(_ arguments: Arguments) throws(Failure) {
    samples = try arguments.count(of: .samples)
    seed = try arguments.count(of: .seed)
  }

  /// Whether draws are asked for.
  var isAsked: Bool { (samples ?? 0) > 0 }

  /// The options of a command that makes so many draws unless told otherwise.
  static func options(default draws: Int = SamplingPlan().draws) -> [Option] {
    var samples = Option.samples
    samples.help += " (default \(draws))"
    return [samples, .seed]
  }

  /// The plan of these options, with the inputs that move together by the tables.
  func plan(default draws: Int = SamplingPlan().draws, in catalog: TableCatalog) throws(Failure) -> SamplingPlan {
    let plan = try plan(default: draws)
    guard plan.draws > 0 else { return plan }
    do throws(CatalogError) { return try plan.correlated(by: catalog) } catch { throw Failure(error) }
  }

  private func plan(default draws: Int = SamplingPlan().draws) throws(Failure) -> SamplingPlan {
    let draws = samples ?? draws
    guard draws <= 1_000_000 else {
      throw Failure("--samples: \(draws) draws are too many", hint: "1,000,000 is the most", status: .usage)
    }
    return SamplingPlan(draws: draws, seed: UInt64(seed ?? 1))
  }
}

/// Options of every command that estimates.
struct EstimateOptions: Sendable {
  let sampling: SamplingOptions
  let limits: LimitOptions
  let requiresFit: Bool
  /// Whether what is hardly meant fails.
  let isStrict: Bool
  let money: CurrencyOptions

  init(_ arguments: Arguments) throws(Failure) {
    sampling = try SamplingOptions(arguments)
    limits = try LimitOptions(arguments)
    requiresFit = arguments.has(.requireFit)
    isStrict = arguments.has(.strict)
    money = try CurrencyOptions(arguments)
  }

  static let group = OptionGroup(
    "Results and ranges",
    [.explain] + SamplingOptions.options() + LimitOptions.options + [.requireFit, .strict, .savePlan]
      + CurrencyOptions.options)
}

extension Option {
  static let get = Option(
    "--get", of: .type(NameList.self), placeholder: "names", completing: .resultPaths,
    help: "print bare values, one a line, by their names or by paths into the JSON, as cost_usd,days.p90")

  static let explain = Option(switch: "--explain", help: "print every value with its formula and its sources")
  static let plot = Option(switch: "--plot", help: "")
  static let samples = Option(
    "--samples", of: .whole,
    help: "draws behind p10 and p90, up to 1,000,000, and from 8192 on more where a range is wide; 0 for none")
  static let seed = Option("--seed", of: .whole, help: "start of the draws (default \(SamplingPlan().seed))")
  fileprivate static let requireFit = Option(
    switch: "--require-fit", help: "exit with status 1 if the cluster's memory cannot hold the job")
  fileprivate static let strict = Option(
    switch: "--strict",
    help: "exit with status 1 if the job makes no sense: years by the clock, idle accelerators, a thousand epochs")

  /// The same option with other words.
  func saying(_ help: String) -> Option {
    var option = self
    option.help = help
    return option
  }
}
