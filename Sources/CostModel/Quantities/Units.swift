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

/// The length of one sequence, in tokens.
public enum SequenceLength: Unit {
  /// Base unit: one token of one sequence.
  public static var dimension: Dimension { .sequenceLength }
}

/// Accelerator time: one accelerator for one hour, billed whether it computes or waits.
public enum AcceleratorHours: Unit {
  /// Base unit: one accelerator-hour.
  public static var dimension: Dimension { .acceleratorHours }
}

/// Time by the clock on the wall.
public enum Hours: Unit {
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

extension Quantity where Measure == Per<Operations, AcceleratorHours> {
  /// A peak or an achieved rate, as vendors print it.
  public static func operationsPerSecond(_ value: Double) -> Self { Self(value * 3600) }
}

extension Quantity where Measure == Hours {
  /// A duration in days of 24 hours.
  public static func days(_ value: Double) -> Self { Self(value * 24) }
}

extension Dimension {
  /// The dimension of a rate; accelerator-hours for each hour are accelerators.
  static func rate(of amount: Dimension, per base: Dimension) -> Dimension {
    amount == .acceleratorHours && base == .hours ? .accelerators : .per(amount, base)
  }
}

/// Storage over time: 10⁹ bytes kept for a month of 730.5 hours.
public enum GigabyteMonths: Unit {
  /// Base unit: 1 GB-month.
  public static var dimension: Dimension { .gigabyteMonths }
}
