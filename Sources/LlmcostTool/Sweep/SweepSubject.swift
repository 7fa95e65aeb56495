import CommandLineKit
import CostModel
import CostTables

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
    case .stage(let stage): stage.isPretraining ? option.number?.input : nil
    case .serving: ServeOptions.openInputs[option.name]
    }
  }

  /// Results that rows may show besides those of every stage.
  var moreResults: [String] { if case .stage(let stage) = self { stage.sweepResults } else { [] } }

  /// The stable names of results, in order.
  var names: [String] { if case .stage = self { Summary.names } else { ServeView.names } }

  /// The same with the ends of their ranges.
  var columns: [String] { if case .stage = self { Summary.columns } else { ServeView.columns } }

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

  /// From base units to that of a name.
  func factor(for name: String) -> Double {
    if case .stage = self { Summary.factor(for: name) } else { ServeView.factor(for: name) }
  }
}

/// The estimate of one row by itself.
enum SweepEstimate: Sendable {
  case stage(Estimate)
  case serving(ServingEstimate)

  /// The values of results, in the units of their names; those that it does not have are nil.
  func values(_ results: [SweepResult], _ sampling: SamplingPlan) -> [Double?] {
    switch self {
    case .stage(let estimate):
      let summary = Summary(estimate.report(sampling, rangesOf: .results))
      return results.map { summary.value($0.name) ?? nil }
    case .serving(let estimate):
      let report = estimate.report(sampling, rangesOf: .results)
      return results.map { result in
        let name = ResultName(result.name)
        return report.result(name.name).flatMap { name.value(of: $0.value) }.map { $0 * result.factor }
      }
    }
  }
}
