/// A bare number: a share, a multiplier, a count of repetitions.
public enum Ratio: Unit {
  /// Dimensionless.
  public static var dimension: Dimension { .ratio }
}

/// Floating-point operations; a multiply and an add count as two.
public enum Operations: Unit {
  /// Base unit: FLOP.
  public static var dimension: Dimension { .operations }
}

/// Parameters of a model.
public enum Parameters: Unit {
  /// Base unit: one parameter.
  public static var dimension: Dimension { .parameters }
}

/// Tokens of text.
public enum Tokens: Unit {
  /// Base unit: one token.
  public static var dimension: Dimension { .tokens }
}

/// Accelerator time: one accelerator for one hour, billed whether it computes or waits.
public enum AcceleratorHours: Unit {
  /// Base unit: one accelerator-hour.
  public static var dimension: Dimension { .acceleratorHours }
}

/// Time by the clock on the wall.
public enum Hours: Unit {
  /// Hours of a mean month: a twelfth of ``perYear``.
  public static let perMonth = 730.5
  /// Hours of a mean year of 365.25 days.
  public static let perYear = 8766.0
  /// Base unit: one hour.
  public static var dimension: Dimension { .hours }
}

/// Electrical energy.
public enum KilowattHours: Unit {
  /// Base unit: 1 kWh.
  public static var dimension: Dimension { .kilowattHours }
}

/// Money.
public enum Dollars: Unit {
  /// Base unit: 1 US dollar.
  public static var dimension: Dimension { .dollars }
}

/// Greenhouse gases, as the mass of carbon dioxide of equal effect.
public enum GramsCO2e: Unit {
  /// Base unit: 1 gram CO2e.
  public static var dimension: Dimension { .gramsCO2e }
}

/// Water consumed.
public enum Liters: Unit {
  /// Base unit: 1 liter.
  public static var dimension: Dimension { .liters }
}

/// Stored data.
public enum Bytes: Unit {
  /// Base unit: 1 byte.
  public static var dimension: Dimension { .bytes }
}

/// Saved states of a training run.
public enum Checkpoints: Unit {
  /// Base unit: one checkpoint.
  public static var dimension: Dimension { .checkpoints }
}

/// Accelerators in use at once: accelerator-hours for each hour.
public typealias Accelerators = Per<AcceleratorHours, Hours>

/// The length of sequences: tokens for each item.
public typealias SequenceLength = Per<Tokens, Items>

extension Quantity where Measure == Per<Operations, AcceleratorHours> {
  /// A peak or an achieved rate, as vendors print it.
  public static func operationsPerSecond(_ value: Double) -> Self { Self(value * 3600) }
}

extension Quantity where Measure == Hours {
  /// A duration in days of 24 hours.
  public static func days(_ value: Double) -> Self { Self(value * 24) }
}

extension Dimension {
  /// The dimension of a rate; accelerator-hours for each hour are accelerators, tokens for each item a length.
  static func rate(of amount: Dimension, per base: Dimension) -> Dimension {
    switch (amount, base) {
    case (.acceleratorHours, .hours): .accelerators
    case (.tokens, .items): .sequenceLength
    default: .per(amount, base)
    }
  }
}

/// Storage over time: 10⁹ bytes kept for a month of 730.5 hours.
public enum GigabyteMonths: Unit {
  /// Base unit: 1 GB-month.
  public static var dimension: Dimension { .gigabyteMonths }
}

/// Things counted one by one: examples, comparisons, prompts, answers, pages.
public enum Items: Unit {
  /// Base unit: one item.
  public static var dimension: Dimension { .items }
}
