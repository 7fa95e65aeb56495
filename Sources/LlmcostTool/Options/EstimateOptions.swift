import CommandLineKit
import CostModel

/// How ranges are found.
struct SamplingOptions: Sendable {
  var samples: WholeNumber?
  var seed: WholeNumber?

  /// The options of a command that makes so many draws unless told otherwise.
  static func options(default draws: Int = SamplingPlan().draws) -> [Option<SamplingOptions>] {
    [
      Option(
        "--samples", as: WholeNumber.self,
        help: "draws behind p10 and p90, up to 1,000,000; 0 for none (default \(draws))"
      ) { $0.samples = $1 },
      Option("--seed", as: WholeNumber.self, help: "start of the draws (default 1)") { $0.seed = $1 },
    ]
  }

  /// The plan of these options.
  func plan(default draws: Int = SamplingPlan().draws) throws(Failure) -> SamplingPlan {
    let draws = samples?.value ?? draws
    guard draws <= 1_000_000 else {
      throw Failure("--samples: \(draws) draws are too many", hint: "1,000,000 is the most", status: .usage)
    }
    return SamplingPlan(draws: draws, seed: UInt64(seed?.value ?? 1))
  }
}

/// Options of every command that estimates.
struct EstimateOptions: Sendable {
  var get: String?
  var explains = false
  var sampling = SamplingOptions()
  var maximumCost: RangeOption<Dollars>?
  var maximumDays: RangeOption<Hours>?
  var requiresFit = false
  var money = CurrencyOptions()

  static let group = OptionGroup<EstimateOptions>(
    "Results and ranges",
    [
      Option(
        "--get", as: String.self, placeholder: "path", completing: .resultPaths,
        help: "print one bare number, as cost_usd or accelerator_hours.p90"
      ) { $0.get = $1 },
      Option(switch: "--explain", help: "print every value with its formula and its sources") { $0.explains = true },
    ]
      + SamplingOptions.options().map {
        $0.lifted { (options, body) throws(ValueError) in try body(&options.sampling) }
      } + [
        Option("--max-cost", as: RangeOption<Dollars>.self, help: "exit with status 1 if the total cost is above") {
          $0.maximumCost = $1
        },
        Option("--max-days", as: RangeOption<Hours>.self, help: "exit with status 1 if the run takes longer") {
          $0.maximumDays = $1
        },
        Option(
          switch: "--require-fit", help: "exit with status 1 if the cluster's memory cannot hold the job"
        ) { $0.requiresFit = true },
      ]
      + CurrencyOptions.options().map {
        $0.lifted { (options, body) throws(ValueError) in try body(&options.money) }
      })
}
