/// What a number counts, known at run time. Each dimension has one base unit, in which values are kept.
public indirect enum Dimension: Sendable, Equatable {
  /// A bare number or share.
  case ratio
  /// FLOP.
  case operations
  /// Parameters.
  case parameters
  /// Tokens.
  case tokens
  /// Tokens of one sequence; here `k` means 1,024.
  case sequenceLength
  /// Accelerators at once.
  case accelerators
  /// Accelerator-hours.
  case acceleratorHours
  /// Hours by the clock.
  case hours
  /// Energy in kWh.
  case kilowattHours
  /// US dollars.
  case dollars
  /// Grams CO2e.
  case gramsCO2e
  /// Liters.
  case liters
  /// Bytes.
  case bytes
  /// Checkpoints.
  case checkpoints
  /// GB-months.
  case gigabyteMonths
  /// Examples, comparisons, prompts, answers, pages.
  case items
  /// So much of one for each of another.
  case per(Dimension, Dimension)

  /// The base unit in words, as JSON and explanations print it.
  public var unitName: String {
    switch self {
    case .ratio: "1"
    case .operations: "FLOP"
    case .parameters: "parameters"
    case .tokens: "tokens"
    case .sequenceLength: "tokens/sequence"
    case .accelerators: "accelerators"
    case .acceleratorHours: "accelerator-hours"
    case .hours: "hours"
    case .kilowattHours: "kWh"
    case .dollars: "USD"
    case .gramsCO2e: "gCO2e"
    case .liters: "L"
    case .bytes: "bytes"
    case .checkpoints: "checkpoints"
    case .gigabyteMonths: "GB-months"
    case .items: "items"
    case .per(let amount, let base): amount.unitName + "/" + base.singularName
    }
  }

  /// A number that is printed as some text, with the unit after it: "1 accelerator", "8 accelerators".
  package func counted(_ text: String) -> String { "\(text) \(text == "1" ? singularName : unitName)" }

  private var singularName: String {
    switch self {
    case .parameters: "parameter"
    case .tokens: "token"
    case .sequenceLength: "token of context"
    case .accelerators: "accelerator"
    case .acceleratorHours: "accelerator-hour"
    case .hours: "hour"
    case .bytes: "byte"
    case .per where isPower: "kW"
    case .checkpoints: "checkpoint"
    case .gigabyteMonths: "GB-month"
    case .items: "item"
    default: unitName
    }
  }

  /// Power: energy over time, by the clock or by the accelerator-hour.
  var isPower: Bool { self == .per(.kilowattHours, .hours) || self == .per(.kilowattHours, .acceleratorHours) }
}
