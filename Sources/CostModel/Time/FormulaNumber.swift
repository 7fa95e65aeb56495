/// A number that times are computed with: plain where many are wanted, or a formula that samples and explains itself.
///
/// Units stand in the documentation: times are seconds, sizes bytes, work FLOP.
protocol FormulaNumber: Sendable {
  init(constant value: Double)
  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (left: Self, right: Self) -> Self
  static func / (left: Self, right: Self) -> Self
  static func larger(_ left: Self, _ right: Self) -> Self
  static func smaller(_ left: Self, _ right: Self) -> Self
  /// e raised to the number.
  var exponential: Self { get }
  /// Whether it is the number 0 of the formula itself: a term that an explanation leaves out.
  var isNothing: Bool { get }
  /// The same number as a line of its own in an explanation.
  func line(_ name: String, _ note: String?) -> Self
}

extension FormulaNumber {
  func line(_ name: String) -> Self { line(name, nil) }
  /// The sum of the terms that are something.
  static func sum(of terms: [Self]) -> Self {
    let terms = terms.filter { !$0.isNothing }
    guard let first = terms.first else { return Self(constant: 0) }
    return terms.dropFirst().reduce(first) { $0 + $1 }
  }
  /// The number times a factor of the formula itself.
  func scaled(by factor: Double) -> Self { factor == 1 || isNothing ? self : self * Self(constant: factor) }
}

extension Double: FormulaNumber {
  init(constant value: Double) { self = value }
  static func larger(_ left: Double, _ right: Double) -> Double { Swift.max(left, right) }
  static func smaller(_ left: Double, _ right: Double) -> Double { Swift.min(left, right) }
  var exponential: Double { Elementary.exponential(self) }
  var isNothing: Bool { self == 0 }
  func line(_ name: String, _ note: String?) -> Double { self }
}

extension Expression: FormulaNumber where Measure == Ratio {
  static func * (left: Self, right: Self) -> Self { Self(.product, [left.node, right.node]) }
  static func / (left: Self, right: Self) -> Self { Self(.quotient, [left.node, right.node]) }
  var isNothing: Bool { if case .constant(0) = node.operation { true } else { false } }
  func line(_ name: String, _ note: String?) -> Self { isNothing ? self : named(name, note: note) }
}
