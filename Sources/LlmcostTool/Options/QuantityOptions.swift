import CommandLineKit
import CostModel

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
      tokens: try Self.range(tokens, .tokens),
      contextLength: parts.count == 2 ? try Self.range(parts[1], .sequenceLength) : nil)
  }

  private static func range<Measure>(_ text: String, _ dimension: Dimension) throws(ValueError) -> Ranged<Measure> {
    let value = try NumberKind(dimension: dimension).read(text)
    return Ranged(value.typical.value, low: value.low.value, high: value.high.value)
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

extension Precision: OptionValue {
  /// The format of that name, as people write it.
  init(argument: String) throws(ValueError) {
    guard let known = Precision(named: argument) else { throw Self.unknown(argument) }
    self = known
  }
}
extension FlopCount: OptionValue {}
extension ProviderTier: OptionValue {}

extension Commitment: OptionValue {
  /// The commitment of that name, as people and clouds write it.
  init(argument: String) throws(ValueError) {
    if let known = Commitment(named: argument) {
      self = known
      return
    }
    guard argument.contains(where: \.isNumber) else { throw Self.unknown(argument) }
    throw ValueError(
      "no seller in the tables rents by '\(argument)'",
      hint: "there is \(Self.choices.joined(separator: ", ")); --price takes any other price")
  }
}

/// One way to rent, or several with their shares of the accelerator time: `on-demand:0.3,reserved-1y:0.7`.
struct CommitmentOption: OptionValue {
  var parts: [CommitmentShare]

  static var placeholder: String { Commitment.placeholder }
  static var choices: [String] { Commitment.choices }

  /// The commitment of all the time; nil where there are shares.
  var only: Commitment? { parts.count == 1 ? parts[0].commitment : nil }

  init(argument: String) throws(ValueError) {
    guard argument.contains(":") || argument.contains(",") else {
      parts = [CommitmentShare(try Commitment(argument: argument), share: 1)]
      return
    }
    parts = []
    let hint = "write shares that sum to 1, as on-demand:0.3,reserved-1y:0.7"
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard words.count == 2 else { throw ValueError("'\(part)' is not a commitment and its share", hint: hint) }
      let commitment = try Commitment(argument: words[0])
      let share: Double
      do throws(NotationError) { share = try Notation.parse(words[1], as: .ratio) } catch { throw ValueError(error) }
      guard share > 0, share <= 1 else { throw ValueError("the share of \(words[0]) is \(words[1])", hint: hint) }
      guard !parts.contains(where: { $0.commitment == commitment }) else {
        throw ValueError("\(words[0]) is given twice", hint: hint)
      }
      parts.append(CommitmentShare(commitment, share: share))
    }
    let total = parts.reduce(0) { $0 + $1.share }
    guard (total - 1).magnitude < 1e-6 else {
      throw ValueError("the shares sum to \(Notation.display(total, as: .ratio))", hint: hint)
    }
  }
}
