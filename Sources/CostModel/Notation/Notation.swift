/// Quantities in text that cannot be read.
package struct NotationError: Error, Sendable, Equatable {
  /// The text.
  package var text: String
  /// What is wrong with it.
  package var reason: String
  /// What would be right.
  package var expected: String
}

/// How quantities are written: `70B`, `15T`, `2.5e24`, `405_000_000_000`, `40%`, `$2.5M`, `54d`, `1.9..3.2`.
///
/// In counts `k M B T` stand for 10³, 10⁶, 10⁹ and 10¹², lower case too; in context lengths `k` is 1,024.
package enum Notation {
  /// Reads one value.
  ///
  /// - Parameters:
  ///   - text: As a person wrote it.
  ///   - dimension: What it counts.
  ///   - bareUnit: The unit of a number that has none; nil for the base unit.
  /// - Returns: The value in base units.
  /// - Throws: `NotationError` that says what is wrong and what would be right.
  package static func parse(
    _ text: String, as dimension: Dimension, bareUnit: String? = nil
  ) throws(NotationError) -> Double {
    func failure(_ reason: String) -> NotationError {
      NotationError(text: text, reason: reason, expected: expectation(for: dimension))
    }
    var rest = Substring(text)
    guard !rest.isEmpty else { throw failure("the value is empty") }
    if rest.contains(",") { throw failure("'\(text)' has a comma; group digits by _ instead") }
    var isNegative = false
    if dimension.isMoney {
      if rest.first == "-" { (isNegative, rest) = (true, rest.dropFirst()) }
      if rest.first == "$" { rest = rest.dropFirst() }
      if rest.first == "-" { throw failure("'\(text)' is not \(article(dimension))") }
    }
    guard let (number, suffix) = split(rest, dimension, bareUnit: bareUnit), var decimal = Decimal(number) else {
      throw failure("'\(text)' is not \(article(dimension))")
    }
    decimal.exponent += suffix.exponent
    if isNegative { decimal.isNegative.toggle() }
    guard let value = decimal.double.map({ $0 * suffix.factor }), value.isFinite else {
      throw failure("'\(text)' is beyond what a number can hold")
    }
    return value
  }

  /// Reads a value or a range: `v`, `low..high` or `low..typical..high`. Each part stands alone, with its own suffix.
  ///
  /// A range without a typical value gets the geometric mean of its ends, the median of a log-normal law; if an end is
  /// zero or negative, the arithmetic mean.
  ///
  /// - Throws: `NotationError`; also for a range upside down.
  package static func parseRange<Measure: Unit>(
    _ text: String, as unit: Measure.Type, bareUnit: String? = nil
  ) throws(NotationError) -> Ranged<Measure> {
    try parseRange(text, as: Measure.dimension, bareUnit: bareUnit).measured()
  }

  /// As ``parseRange(_:as:bareUnit:)``, for a dimension that is known at run time only; the numbers are in base units.
  package static func parseRange(
    _ text: String, as dimension: Dimension, bareUnit: String? = nil
  ) throws(NotationError) -> Ranged<Ratio> {
    let parts = ranges(in: text)
    guard (1...3).contains(parts.count), !text.contains("...") else {
      throw NotationError(
        text: text, reason: "'\(text)' is not a range", expected: "low..high or low..typical..high")
    }
    var values: [Double] = []
    for part in parts {
      guard !part.isEmpty || parts.count == 1 else {
        throw NotationError(
          text: text, reason: "the range '\(text)' lacks an end", expected: "low..high or low..typical..high")
      }
      values.append(try parse(part, as: dimension, bareUnit: bareUnit))
    }
    for (left, right) in zip(zip(parts, values), zip(parts, values).dropFirst()) where left.1 > right.1 {
      throw NotationError(
        text: text, reason: "the range is upside down: \(left.0) is above \(right.0)", expected: "low..high")
    }
    let (low, high) = (values[0], values[values.count - 1])
    let typical = values.count == 3 ? values[1] : Ranged<Ratio>.middle(low, high)
    return Ranged(typical, low: low, high: high)
  }

  private static func ranges(in text: String) -> [String] {
    var parts: [String] = [""]
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character == ".", rest.first == "." {
        rest.removeFirst()
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }

  /// The number and the unit behind it; the longest unit that leaves a number wins.
  private static func split(
    _ text: Substring, _ dimension: Dimension, bareUnit: String?
  ) -> (number: Substring, suffix: UnitSuffix)? {
    let suffixes = UnitSuffix.suffixes(for: dimension)
    var best: UnitSuffix?
    for suffix in suffixes where text.hasSuffix(suffix.text) && suffix.text.count > best?.text.count ?? 0 {
      best = suffix
    }
    if let best {
      let number = text.dropLast(best.text.count)
      return (number.last == " " ? number.dropLast() : number, best)
    }
    return (text, suffixes.first { $0.text == bareUnit } ?? UnitSuffix(text: ""))
  }

  static func article(_ dimension: Dimension) -> String {
    switch dimension {
    case .ratio: "a number or share"
    case .parameters, .tokens, .accelerators, .acceleratorHours, .checkpoints, .items, .operations: "a count"
    case .sequenceLength: "a context length"
    case .hours, .per(.hours, _): "a duration"
    case .dollars, .per(.dollars, _): "an amount of money"
    default: "a quantity"
    }
  }

  /// What a value of a dimension looks like, for error messages.
  package static func expectation(for dimension: Dimension) -> String {
    switch dimension {
    case .ratio: "a number or share such as 0.4 or 40%"
    case .parameters: "a count such as 70B or 405_000_000_000"
    case .tokens: "a count such as 15T or 1.5e12"
    case .operations: "FLOP such as 2.5e24"
    case .accelerators, .acceleratorHours, .checkpoints, .items: "a count such as 2048 or 16k"
    case .sequenceLength: "a context length such as 8192, 8k (8,192) or 128k (131,072)"
    case .hours: "a duration such as 54d, 12h, 90min or 6mo"
    case .per(.hours, _): "a duration such as 5s or 2min"
    case .per(.dollars, .tokens): "USD per million tokens such as 2.50"
    case .per(.dollars, .accelerators): "USD for an accelerator such as 30k"
    case .per(.dollars, .items): "USD for one such as 0.12"
    case .per(.dollars, .gigabyteMonths): "USD for a GB-month such as 0.02"
    case .per(_, .bytes): "an amount per terabyte such as 28"
    case .per(.dollars, .hours): "USD per hour such as 20"
    case .kilowattHours: "an energy such as 3.5GWh"
    case .dollars: "money such as $2.5M"
    case .bytes: "a size such as 80GB"
    case .gramsCO2e: "a mass such as 24.7t"
    case .liters: "a volume such as 700kL"
    case .gigabyteMonths: "a number"
    case .per(.dollars, .acceleratorHours): "USD per accelerator-hour such as 2.10"
    case .per(.dollars, .kilowattHours): "USD per kWh such as 0.08"
    case .per(.gramsCO2e, .kilowattHours): "grams per kWh such as 380"
    case .per: "a quantity in \(dimension.unitName)"
    }
  }
}

extension Dimension {
  /// What a rate is for each of.
  var base: Dimension {
    switch self {
    case .per(_, let base): base
    default: .ratio
    }
  }

  /// The unit of a number that people write without one, where it is not the base unit: days, seconds, per million tokens.
  public var bareUnit: String? {
    switch self {
    case .hours: "d"
    case .per(.hours, _): "s"
    case .per(.dollars, .tokens): "/M"
    case .per(.dollars, .bytes), .per(.acceleratorHours, .bytes): "/TB"
    default: nil
    }
  }

  var isMoney: Bool {
    switch self {
    case .dollars, .per(.dollars, _): true
    default: false
    }
  }
}
