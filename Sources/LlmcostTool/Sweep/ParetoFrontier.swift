import CommandLineKit
import CostModel

/// What a frontier weighs: results or options, each to be small or large.
struct ParetoOption: OptionValue {
  /// One of them.
  struct Objective: Sendable {
    var name: String
    var isLargeBetter: Bool
  }

  var objectives: [Objective]

  static var placeholder: String { "a,b[:max]" }

  /// What one wants more of.
  private static let wanted: Set<String> = ["flop", "mfu", "params", "active-params", "tokens"]

  init(argument: String) throws(ValueError) {
    objectives = []
    for name in try NameList(argument: argument).names {
      let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard parts.count < 3, parts.count == 1 || ["min", "max"].contains(parts[1]) else {
        throw ValueError("'\(name)' is not a name with :min or :max", hint: "write cost_usd,flop:max")
      }
      guard !objectives.contains(where: { $0.name == parts[0] }) else {
        throw ValueError("'\(parts[0])' is given twice")
      }
      objectives.append(
        Objective(name: parts[0], isLargeBetter: parts.count == 2 ? parts[1] == "max" : Self.wanted.contains(parts[0])))
    }
    guard objectives.count > 1 else {
      throw ValueError("a frontier weighs two things at least", hint: "write cost_usd,flop")
    }
  }
}

/// The rows that no other row beats: none is as good in every objective and better in one.
struct ParetoFrontier<Row> {
  private var entries: [(objectives: [Double], row: Row)] = []

  /// Takes a row in, unless another beats it; rows that it beats leave.
  ///
  /// - Parameters:
  ///   - objectives: Smaller is better.
  ///   - row: What is kept with them.
  /// - Returns: Whether it was taken in.
  @discardableResult
  mutating func insert(_ objectives: [Double], _ row: @autoclosure () -> Row) -> Bool {
    if let better = entries.lastIndex(where: { Self.beats($0.objectives, objectives) }) {
      // What beats one row is likely to beat the next.
      entries.swapAt(better, entries.count - 1)
      return false
    }
    entries.removeAll { Self.beats(objectives, $0.objectives) }
    entries.append((objectives, row()))
    return true
  }

  private static func beats(_ one: [Double], _ other: [Double]) -> Bool {
    var isBetter = false
    for index in one.indices {
      if one[index] > other[index] { return false }
      if one[index] < other[index] { isBetter = true }
    }
    return isBetter
  }

  /// The rows, in no order.
  var rows: [Row] { entries.map(\.row) }
}
