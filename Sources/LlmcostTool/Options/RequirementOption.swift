import CommandLineKit
import CostModel

/// A bound that a summary must meet: `within1.5=0.8`, `median=0.95..1.05`.
struct RequirementOption: OptionValue {
  static let names = ["median", "error", "within1.2", "within1.5", "within2", "inside"]
  static let placeholder = "name=bound"

  var name: String
  var low: Double
  /// nil where only a lower bound is given.
  var high: Double?

  init(argument: String) throws(ValueError) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, Self.names.contains(parts[0]) else {
      throw ValueError(
        "'\(argument)' is not a bound",
        hint: "write name=least or name=low..high for \(Self.names.joined(separator: ", "))")
    }
    name = parts[0]
    let range = try NumberKind(dimension: .ratio).read(parts[1])
    low = range.low.value
    high = parts[1].contains("..") ? range.high.value : nil
  }

  func value(in summary: Backtest.Summary) -> Double {
    switch name {
    case "median": summary.median
    case "error": summary.error
    case "within1.2": summary.withinOneFifth
    case "within1.5": summary.withinOneAndAHalf
    case "within2": summary.withinTwo
    default: summary.inside
    }
  }

  func isMet(by summary: Backtest.Summary) -> Bool {
    let value = value(in: summary)
    return value >= low && value <= high ?? .infinity
  }
}
