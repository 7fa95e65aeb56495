import CommandLineKit
import CostModel

/// Options that say how a cluster loses time, and what bounds its size.
struct ScheduleOptions: Sendable {
  let isPlotted: Bool
  let sampling: SamplingOptions

  init(_ arguments: Arguments) throws(Failure) {
    isPlotted = arguments.has(.plot)
    sampling = try SamplingOptions(arguments)
  }

  /// Those of a run and its surroundings, but the goodput, which a schedule works out for every cluster, and what it does
  /// not show.
  static let environment = InputRow.groups(for: .search, InputRow.Group.environment + [.methods])
    .without(InputRow.beyondOperation.union(["--" + Settings.goodput.id]))

  static let groups =
    InputRow.groups(for: .search, [.reliability, .scaling]) + [
      OptionGroup(
        "Results and ranges",
        [
          .plot.saying("draw days and cost over the size of the cluster")
        ] + SamplingOptions.options())
    ]
}
