import CommandLineKit
import CostModel

/// A value or a range of one unit behind an option.
struct RangeOption<Measure>: Sendable {
  var value: Ranged<Measure>
}

extension RangeOption: OptionValue where Measure: Unit {
  static var placeholder: String { Measure.dimension.placeholder }

  init(argument: String) throws(ValueError) {
    do throws(NotationError) {
      value = try Notation.parseRange(argument, as: Measure.self, bareUnit: Measure.dimension.bareUnit)
    } catch {
      throw ValueError(error)
    }
  }
}

extension Dimension {
  /// What help shows in place of a value.
  var placeholder: String {
    switch self {
    case .ratio: "share"
    case .dollars, .per(.dollars, _): "usd"
    case .hours, .per(.hours, _): "time"
    case .sequenceLength: "tokens"
    default: "count"
    }
  }
}

extension ValueError {
  init(_ error: NotationError) { self.init(error.reason, hint: "write \(error.expected)") }
}

/// A further phase of training: tokens, and its context length behind an `@`.
struct PhaseOption: OptionValue {
  var phase: Request.Phase

  static var placeholder: String { "tokens@context" }

  init(argument: String) throws(ValueError) {
    let parts = argument.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, let tokens = parts.first else {
      throw ValueError("'\(argument)' is not a phase", hint: "write tokens@context such as 800B@128k")
    }
    phase = Request.Phase(
      tokens: try RangeOption<Tokens>(argument: tokens).value,
      contextLength: parts.count == 2 ? try RangeOption<SequenceLength>(argument: parts[1]).value : nil)
  }
}

/// A whole number that is not negative.
struct WholeNumber: OptionValue {
  var value: Int

  static var placeholder: String { "n" }

  init(argument: String) throws(ValueError) {
    guard let value = Int(argument), value >= 0 else {
      throw ValueError("'\(argument)' is not a whole number", hint: "write a number such as 1000")
    }
    self.value = value
  }
}

/// Names separated by commas.
struct NameList: OptionValue {
  var names: [String]

  static var placeholder: String { "a,b,c" }

  init(argument: String) throws(ValueError) {
    names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !names.contains("") else { throw ValueError("'\(argument)' has an empty name", hint: "write a,b,c") }
  }
}

extension Precision: OptionValue {}
extension Commitment: OptionValue {}
