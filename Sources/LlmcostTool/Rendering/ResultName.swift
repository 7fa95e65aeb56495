import CommandLineKit
import CostModel

/// A result by its stable name, as the typical value or, with `.p10` or `.p90` behind the name, an end of its range.
struct ResultName {
  let name: String
  private let end: (@Sendable (Spread) -> Double?)?

  init(_ path: String) {
    if path.hasSuffix(".p10") {
      (name, end) = (String(path.dropLast(4)), { $0.p10 })
    } else if path.hasSuffix(".p90") {
      (name, end) = (String(path.dropLast(4)), { $0.p90 })
    } else {
      (name, end) = (path, nil)
    }
  }

  /// What of a spread is meant; what does not vary has its typical value at both ends.
  func value(of spread: Spread) -> Double { end.flatMap { $0(spread) } ?? spread.typical }
}
