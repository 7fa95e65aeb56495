/// What an amount counts. Units are types that are never instantiated; each has one base unit, given by its dimension.
public protocol Unit {
  /// The dimension that parsing, printing and reports go by.
  static var dimension: Dimension { get }
}

/// The unit of a rate: so much `Amount` for each `Base`, as a price is `Per<Dollars, AcceleratorHours>`.
///
/// It is a unit where both parts are. Generic types here state no constraint of their own: the runtime would check it
/// again for every unit at every start, which costs more than the estimate.
public enum Per<Amount, Base> {}

extension Per: Unit where Amount: Unit, Base: Unit {
  /// The dimension of the rate.
  public static var dimension: Dimension { Dimension.rate(of: Amount.dimension, per: Base.dimension) }
}

/// An amount of one unit: a `Double` that the compiler will not let you mix up with an amount of another.
///
/// The value is in the unit's base unit: FLOP, tokens, accelerator-hours, hours, kWh, USD, gCO2e, liters, bytes.
public struct Quantity<Measure>: Sendable, Hashable, Comparable, AdditiveArithmetic {
  /// The amount, in base units.
  public var value: Double

  /// An amount in base units.
  public init(_ value: Double) { self.value = value }

  /// Nothing of it.
  public static var zero: Self { Self(0) }
  /// Orders by amount.
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
  /// The sum of two like amounts.
  public static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
  /// The difference of two like amounts.
  public static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
  /// So many times an amount.
  public static func * (left: Self, factor: Double) -> Self { Self(left.value * factor) }
  /// A part of an amount.
  public static func / (left: Self, divisor: Double) -> Self { Self(left.value / divisor) }
  /// The share one amount is of another: two like amounts leave a bare number.
  public static func / (left: Self, right: Self) -> Double { left.value / right.value }
}

extension Quantity {
  /// A rate over its base.
  public static func * <Base>(rate: Quantity<Per<Measure, Base>>, base: Quantity<Base>) -> Self {
    Self(rate.value * base.value)
  }

  /// The rate that spreads an amount over a base.
  public static func / <Base>(amount: Self, base: Quantity<Base>) -> Quantity<Per<Measure, Base>> {
    .init(amount.value / base.value)
  }

  /// How much of the base an amount takes at a rate.
  public static func / <Base>(amount: Self, rate: Quantity<Per<Measure, Base>>) -> Quantity<Base> {
    .init(amount.value / rate.value)
  }
}
