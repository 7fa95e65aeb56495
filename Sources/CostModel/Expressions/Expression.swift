/// A formula that yields an amount of one unit, kept as a value.
///
/// One definition serves three readers: evaluated it is the estimate, sampled it is the range, and read out it is the
/// explanation. The units are types, so a formula that adds a FLOP to a dollar does not compile.
package struct Expression<Measure>: Sendable {
  let node: Node

  init(node: Node) { self.node = node }
}

extension Expression where Measure: Unit {
  init(_ operation: Node.Operation, _ operands: [Node]) {
    self.init(node: Node(operation, operands, dimension: Measure.dimension))
  }

  /// A value that an estimate rests on: how much, how sure, and where from.
  ///
  /// - Parameters:
  ///   - id: The name that options, reports and sensitivity know it by; inputs that share an id share one draw.
  ///   - name: The name for people.
  ///   - value: The value and its range.
  ///   - origin: Where it came from.
  ///   - limits: Bounds that no draw may leave, in base units.
  /// - Returns: The value as a formula of itself.
  package static func input(
    _ id: String, _ name: String, _ value: Ranged<Measure>, from origin: Origin,
    limits: ClosedRange<Double> = 0...Double.greatestFiniteMagnitude
  ) -> Self {
    let record = InputRecord(
      id: id, name: name, dimension: Measure.dimension, origin: origin,
      distribution: Distribution(
        typical: value.typical.value, low: value.low.value, high: value.high.value, limits: limits))
    return Self(.input(record), [])
  }

  /// The name for people, the range and the origin of an input; nil for any other formula.
  var record: InputRecord? {
    if case .input(let record) = node.operation { record } else { nil }
  }

  /// The same input with another range, and from elsewhere where that is said; any other formula as it is.
  package func ranging(over value: Ranged<Measure>, from origin: Origin? = nil) -> Self {
    guard let record else { return self }
    return .input(
      record.id, record.name, value, from: origin ?? record.origin, limits: record.distribution.limits)
  }

  /// The same input under another id and name; any other formula as it is.
  package func renamed(_ id: String, _ name: String) -> Self {
    guard let record, let origin else { return self }
    return .input(id, name, range, from: origin, limits: record.distribution.limits)
  }

  /// The name of an input for people; empty for any other formula.
  package var inputName: String { record?.name ?? "" }

  /// Where an input came from; nil for any other formula.
  package var origin: Origin? { record?.origin }

  /// The range of an input; the typical value alone for any other formula.
  package var range: Ranged<Measure> {
    guard let spread = record?.distribution else { return Ranged(typical) }
    return Ranged(spread.typical, low: spread.low, high: spread.high)
  }

  /// A number that the formula itself contains, such as the 6 of 6·N·D.
  package init(constant value: Double) { self.init(.constant(value), []) }

  /// Names the result, so that reports show it as a line of its own. A note or sources not given stay as they were.
  ///
  /// - Parameters:
  ///   - name: The name for people.
  ///   - key: The stable name that `--get`, JSON and CSV know it by, if it has one.
  ///   - note: What the formula means, in words, with its convention.
  ///   - sources: Where the formula was published.
  /// - Returns: The same formula under that name.
  package func named(_ name: String, key: String? = nil, note: String? = nil, sources: [Source] = []) -> Self {
    let label = Node.Label(
      name: name, key: key, note: note ?? node.label?.note,
      sources: sources.isEmpty ? node.label?.sources ?? [] : sources)
    return Self(node: Node(node.operation, node.operands, dimension: node.dimension, label: label))
  }

  /// The result with every input at its typical value.
  package var typical: Quantity<Measure> {
    switch node.operation {
    case .input(let record): Quantity(record.distribution.typical)
    case .constant(let value): Quantity(value)
    default: Quantity(Tape(roots: [node]).typicalValues().last ?? 0)
    }
  }

  /// The sum of any number of like amounts; zero for none.
  package static func sum(_ terms: [Self]) -> Self {
    guard let first = terms.first else { return Self(constant: 0) }
    return terms.count == 1 ? first : Self(.sum, terms.map(\.node))
  }

  /// The sum of two like amounts.
  package static func + (left: Self, right: Self) -> Self { Self(.sum, [left.node, right.node]) }
  /// The difference of two like amounts.
  package static func - (left: Self, right: Self) -> Self { Self(.difference, [left.node, right.node]) }
  /// An amount scaled by a bare number.
  package static func * (left: Self, right: Expression<Ratio>) -> Self { Self(.product, [left.node, right.node]) }
  /// An amount divided by a bare number.
  package static func / (left: Self, right: Expression<Ratio>) -> Self { Self(.quotient, [left.node, right.node]) }
  /// The share one amount is of another.
  package static func / (left: Self, right: Self) -> Expression<Ratio> {
    Expression<Ratio>(.quotient, [left.node, right.node])
  }

  /// A rate over its base.
  package static func * <Base: Unit>(rate: Expression<Per<Measure, Base>>, base: Expression<Base>) -> Self {
    Self(.product, [rate.node, base.node])
  }

  /// A rate over the base of another: what the first makes of what the second makes of its base.
  package static func * <Amount: Unit, Middle: Unit, Base: Unit>(
    left: Expression<Per<Amount, Middle>>, right: Expression<Per<Middle, Base>>
  ) -> Self where Measure == Per<Amount, Base> {
    Self(.product, [left.node, right.node])
  }

  /// The rate that spreads an amount over a base.
  package static func / <Base: Unit>(amount: Self, base: Expression<Base>) -> Expression<Per<Measure, Base>> {
    Expression<Per<Measure, Base>>(.quotient, [amount.node, base.node])
  }

  /// How much of the base an amount takes at a rate.
  package static func / <Base: Unit>(amount: Self, rate: Expression<Per<Measure, Base>>) -> Expression<Base> {
    Expression<Base>(.quotient, [amount.node, rate.node])
  }

  /// The bare number of an amount in its base unit: how many tokens, how many hours.
  package var count: Expression<Ratio> { Expression<Ratio>(.sum, [node]) }

  /// The larger of two like amounts.
  package static func larger(_ left: Self, _ right: Self) -> Self { Self(.maximum, [left.node, right.node]) }
  /// The smaller of two like amounts.
  package static func smaller(_ left: Self, _ right: Self) -> Self { Self(.minimum, [left.node, right.node]) }

  /// What a function makes of up to four numbers.
  static func function(_ function: any FormulaFunction, _ arguments: [Expression<Ratio>]) -> Self {
    Self(.function(function), arguments.map(\.node))
  }

  /// The next whole number.
  package var roundedUp: Self { Self(.roundUp, [node]) }
}

extension Expression where Measure == Ratio {
  /// e raised to the number.
  package var exponential: Self { Self(.exponential, [node]) }

  /// The number raised to a fixed power.
  package func power(_ exponent: Double) -> Self { Self(.power(exponent), [node]) }
}

extension Expression: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral where Measure == Ratio {
  /// A number of the formula itself.
  package init(floatLiteral value: Double) { self.init(constant: value) }

  /// A number of the formula itself.
  package init(integerLiteral value: Int) { self.init(constant: Double(value)) }
}
