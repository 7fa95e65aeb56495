import CommandLineKit
import CostModel

/// Options that say how a cluster loses time, and what bounds its size.
struct ScheduleOptions: Sendable {
  let isPlotted: Bool
  let get: String?
  let sampling: SamplingOptions

  init(_ arguments: Arguments) throws(Failure) {
    isPlotted = arguments.has(.plot)
    get = arguments.text(of: .get)
    sampling = try SamplingOptions(arguments)
  }

  static let groups =
    InputRow.groups(for: .search, [.reliability, .scaling]) + [
      OptionGroup(
        "Results and ranges",
        [
          .plot.saying("draw days and cost over the size of the cluster"),
          .get(
            "path",
            "print one bare number of the cluster that --gpus or --days chooses, as cost_usd or spot_days.p90"),
        ] + SamplingOptions.options())
    ]
}
