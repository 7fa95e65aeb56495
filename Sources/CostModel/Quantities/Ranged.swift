/// A typical value with, where it is known, the range that holds it four times out of five (p10 to p90).
public struct Ranged<Measure>: Sendable, Hashable {
  /// The value that a point estimate uses.
  public var typical: Quantity<Measure>
  /// The value that one case in ten stays below; equal to `typical` when nothing is known of the spread.
  public var low: Quantity<Measure>
  /// The value that one case in ten exceeds.
  public var high: Quantity<Measure>

  /// A typical value inside its range.
  public init(_ typical: Quantity<Measure>, low: Quantity<Measure>, high: Quantity<Measure>) {
    self.typical = typical
    self.low = low
    self.high = high
  }

  /// A value taken as certain.
  public init(_ value: Quantity<Measure>) { self.init(value, low: value, high: value) }

  /// A value in base units taken as certain.
  public init(_ value: Double) { self.init(Quantity(value)) }

  /// A typical value inside its range, in base units.
  public init(_ typical: Double, low: Double, high: Double) {
    self.init(Quantity(typical), low: Quantity(low), high: Quantity(high))
  }

  /// Whether sampling moves it.
  public var isCertain: Bool { low == high }
}
