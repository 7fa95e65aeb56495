import CommandLineKit
import CostModel

/// Numbers of one unit behind an option.
struct NumberKind: ValueKind {
  /// How many numbers make a value.
  enum Form: Sendable {
    /// One, or a range.
    case range
    /// One.
    case single
    /// One that is whole and not negative.
    case whole
  }

  /// What is counted.
  let dimension: Dimension
  var form = Form.range
  /// The input of an estimate that the option sets and that formulas alone depend on; nil where another value may lead
  /// to other formulas.
  var input: String?
  /// Whether it is a share of one: then 45 can only mean 45 %.
  var isShare = false

  var placeholder: String {
    switch (form, dimension) {
    case (.whole, _): "n"
    case (.single, .ratio): "number"
    case (_, .operations): "flop"
    case (_, .ratio): "share"
    case (_, .dollars), (_, .per(.dollars, _)): "usd"
    case (_, .hours), (_, .per(.hours, _)): "time"
    case (_, .sequenceLength): "tokens"
    default: "count"
    }
  }

  var choices: [String] { [] }

  /// Money of another currency passes: whether there is a rate for it, other options say.
  func check(_ text: String) throws(ValueError) { if foreign(text) == nil { _ = try read(text) } }

  /// The value in base units.
  func read(_ text: String) throws(ValueError) -> Ranged<Ratio> {
    if let amount = foreign(text) { throw Self.error(amount, text) }
    return try number(text)
  }

  /// The value in base units, of a text without a currency.
  func number(_ text: String) throws(ValueError) -> Ranged<Ratio> {
    if form == .whole { return Ranged(Double(try WholeNumber(argument: text).value)) }
    guard form == .range || !text.contains("..") else {
      throw ValueError("'\(text)' is a range, where one value is needed", hint: "give its typical value")
    }
    do throws(NotationError) { return try parse(text) } catch { throw ValueError(error) }
  }

  /// The value in base units, or its range; a share from 10 to 100 is one in percent.
  func parse(_ text: String) throws(NotationError) -> Ranged<Ratio> {
    let value = try Notation.parseRange(text, as: dimension, bareUnit: dimension.bareUnit)
    guard isShare, value.low.value >= Self.leastPercentage, value.high.value <= 100, !text.contains("%") else {
      return value
    }
    return try Notation.parseRange(text.replacing("..", with: "%..") + "%", as: dimension)
  }

  /// What lies between this and one may as well be a factor, and stays an error.
  private static let leastPercentage = 10.0
}

extension ValueKind where Self == NumberKind {
  /// A number of a unit, or a range of it.
  static func range(_ dimension: Dimension) -> NumberKind { NumberKind(dimension: dimension) }
  /// One number of a unit.
  static func single(_ dimension: Dimension) -> NumberKind { NumberKind(dimension: dimension, form: .single) }
  /// A whole number that is not negative.
  static var whole: NumberKind { NumberKind(dimension: .items, form: .whole) }
}

extension ValueError {
  init(_ error: NotationError) { self.init(error.reason, hint: "write \(error.expected)") }
}

extension Option {
  /// What numbers it takes; nil where it takes none.
  var number: NumberKind? { kind as? NumberKind }
}

extension Arguments {
  /// The value of an option as a type reads it; nil where it is not given.
  ///
  /// - Throws: ``Failure`` that names the option, for a text that is no such value.
  func value<Value: OptionValue>(of option: Option, as type: Value.Type = Value.self) throws(Failure) -> Value? {
    guard let text = text(of: option) else { return nil }
    return try read(option) { () throws(ValueError) in try type.init(argument: text) }
  }

  /// The values of a repeatable option, in order.
  ///
  /// - Throws: ``Failure`` that names the option, for a text that is no such value.
  func values<Value: OptionValue>(of option: Option, as type: Value.Type = Value.self) throws(Failure) -> [Value] {
    var values: [Value] = []
    for text in texts(of: option) {
      values.append(try read(option) { () throws(ValueError) in try type.init(argument: text) })
    }
    return values
  }

  /// The number of an option, or its range.
  ///
  /// - Parameters:
  ///   - option: The option, of ``NumberKind``.
  ///   - scale: What brings the number to the unit.
  /// - Returns: The range in base units; nil where the option is not given.
  /// - Throws: ``Failure`` that names the option, for a text that is no such number.
  func range<Measure>(of option: Option, scale: Double = 1) throws(Failure) -> Ranged<Measure>? {
    guard let value = try number(of: option) else { return nil }
    return Ranged(value.typical.value * scale, low: value.low.value * scale, high: value.high.value * scale)
  }

  /// The one number of an option, or the typical one of its range.
  func quantity<Measure>(of option: Option) throws(Failure) -> Quantity<Measure>? {
    try number(of: option).map { Quantity($0.typical.value) }
  }

  /// The whole number of an option.
  func count(of option: Option) throws(Failure) -> Int? { try value(of: option, as: WholeNumber.self)?.value }

  /// The number of an option in base units.
  func number(of option: Option) throws(Failure) -> Ranged<Ratio>? {
    guard let text = text(of: option), let kind = option.number else { return nil }
    return try read(option) { () throws(ValueError) in try converted(text, kind) }
  }

  private func read<Value>(_ option: Option, _ body: () throws(ValueError) -> Value) throws(Failure) -> Value {
    do throws(ValueError) { return try body() } catch {
      throw Failure("\(option.name): \(error.reason)", hint: error.hint, status: .usage)
    }
  }
}
