import CommandLineKit
import CostModel

/// What a sweep estimates: a training stage, or serving.
enum SweepSubject: Sendable {
  case stage(StageCommand)
  case serving

  static let all: [SweepSubject] = StageCommand.all.map(SweepSubject.stage) + [.serving]

  /// The subject of a name.
  ///
  /// - Throws: ``Failure`` where there is none.
  static func named(_ name: String, usage: String) throws(Failure) -> SweepSubject {
    if name == "serve" { return .serving }
    return .stage(try StageCommand.named(name, usage: usage))
  }

  /// The word behind `llmcost`.
  var name: String { if case .stage(let stage) = self { stage.name } else { "serve" } }

  /// The arguments it cannot do without.
  var usage: String {
    if case .stage(let stage) = self { stage.usage } else { "(--params N | --model ID | --config FILE)" }
  }

  /// Its options.
  var groups: [OptionGroup] {
    if case .stage(let stage) = self { stage.groups } else { ServeCommand.recipeSyntax.groups }
  }

  var options: [Option] { groups.flatMap(\.options) }

  /// The input that an option sets and that formulas alone depend on.
  func input(of option: Option) -> String? {
    switch self {
    // The context decides which layouts hold the run, besides its FLOP; FLOP and hours decide which formulas there are.
    case .stage(let stage):
      stage.isPretraining && !["--context", "--compute", "--accelerator-hours"].contains(option.name)
        ? option.number?.input : nil
    case .serving: Serving.open.contains { "--" + $0.id == option.name } ? option.number?.input : nil
    }
  }

  /// Results that rows may show besides those of every stage.
  var moreResults: [String] { if case .stage(let stage) = self { stage.sweepResults } else { [] } }

  private var results: [ResultKey] { if case .stage = self { Estimate.results } else { ServingEstimate.results } }

  /// The stable names of results, in order.
  var names: [String] { results.filter { $0.presence != .absent }.map(\.key) }

  /// The declared result of a stable name; nil where rows have none of that name.
  func result(_ name: String) -> ResultKey? {
    results.first { $0.key == name && ($0.presence != .absent || moreResults.contains(name)) }
  }

  /// What rows show unless told otherwise.
  var standard: [String] {
    switch self {
    case .stage: SweepResult.standard
    case .serving:
      [
        "accelerators_per_copy", "batch", "tokens_per_second_per_reader", "time_to_first_token_s",
        "tokens_per_second_per_accelerator", "usd_per_request", "energy_wh",
      ]
    }
  }
}

/// The estimate of one row by itself.
enum SweepEstimate: Sendable {
  case stage(Estimate)
  case serving(ServingEstimate)

  /// Its results, evaluated.
  func report(_ sampling: SamplingPlan) -> Report {
    switch self {
    case .stage(let estimate): estimate.report(sampling, rangesOf: .results)
    case .serving(let estimate): estimate.report(sampling, rangesOf: .results)
    }
  }

  /// How likely it stays within limits; nil without any.
  ///
  /// - Throws: ``Failure`` for a limit that it has no result for.
  func chances(within limits: LimitOptions, _ sampling: SamplingPlan) throws(Failure) -> Chances? {
    guard !limits.limits.isEmpty else { return nil }
    let chances =
      switch self {
      case .stage(let estimate): estimate.chances(within: limits.limits, confidences: [], plan: sampling)
      case .serving(let estimate):
        estimate.chances(within: limits.limits, telling: [], confidences: [], plan: sampling)
      }
    try limits.checkAnswered(by: chances)
    return chances
  }
}
