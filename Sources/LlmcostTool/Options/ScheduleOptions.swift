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

  /// Those of a run and its surroundings, but the goodput, which a schedule works out for every cluster.
  static let environment = InputRow.groups(for: .search, InputRow.Group.environment + [.methods]).map { group in
    OptionGroup(group.title, group.options.filter { $0.name != "--" + Settings.goodput.id })
  }

  static let groups =
    InputRow.groups(for: .search, [.reliability, .scaling]) + [
      OptionGroup(
        "Results and ranges",
        [
          .plot.saying("draw days and cost over the size of the cluster")
        ] + SamplingOptions.options())
    ]
}
