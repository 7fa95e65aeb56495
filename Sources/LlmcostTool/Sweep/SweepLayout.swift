import CommandLineKit
import CostModel
import TextFormats

/// How a sweep prints its rows: in any format that writes records one by one.
struct SweepFormat: OptionValue {
  private static let all = Format.all.compactMap { $0 as? any RowFormat }
  static let choices = all.map(\.name)
  static let placeholder = choices.joined(separator: "|")

  let format: any RowFormat

  init(argument: String) throws(ValueError) {
    try Words(Self.choices).check(argument)
    format = Self.all.first { $0.name == argument.lowercased() } ?? DelimitedFormat.commas
  }
}

/// A result that rows show.
struct SweepResult: Sendable {
  /// The column's name, as `cost_usd.p90`.
  let name: String
  /// The result.
  let result: ResultKey
  /// The end of its range that is shown; nil for the typical value.
  private let end: String?

  /// The results of a name, or nil where no estimate of the subject has one of that name.
  init?(_ name: String, of subject: SweepSubject) {
    let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let result = subject.result(parts[0]), parts.count == 1 || ["p10", "p90"].contains(parts[1]) else {
      return nil
    }
    (self.name, self.result, end) = (name, result, parts.count > 1 ? parts[1] : nil)
  }

  /// The chances to stay inside limits: of each, and of all at once where there are several.
  static func chances(within limits: Limits) -> [SweepResult] {
    let names = Limited.allCases.filter { limits[$0] != nil }.map(\.chance)
    return (names + (names.count > 1 ? [Limited.chanceOfAll] : [])).map(SweepResult.init(chance:))
  }

  private init(chance name: String) { (self.name, result, end) = (name, ResultKey(name, "chances"), nil) }

  /// What stands for a result that the estimate has not: nothing, or 0 for a line that the bill has not.
  var missing: Double { result.presence == .zero ? 0 : .nan }

  /// Its value in an evaluated estimate.
  func value(in report: Report, _ chances: Chances?) -> Double? {
    chances?.chance(named: name)
      ?? result.value(in: report).map { end == "p10" ? $0.low : end == "p90" ? $0.high : $0.typical }
  }

  /// What rows show unless told otherwise.
  static let standard = [
    "flop", "accelerator_hours", "accelerators", "days", "mfu", "cost_usd", "energy_kwh", "carbon_kg", "water_l",
  ]
}

extension Chances {
  /// The chance of a stable name; nil where its limit is not given.
  func chance(named name: String) -> Double? {
    name == Limited.chanceOfAll ? ofAll : lines.first { $0.limited.chance == name }?.chance
  }
}

/// Where each cell of a row goes, byte for byte.
struct SweepLayout: Sendable {
  let format: any RowFormat
  /// The options that rows show first.
  let options: [String]
  /// The results behind them.
  let results: [SweepResult]
  /// Whether a column for errors stands last.
  let hasErrors: Bool
  /// What stands before each cell: the separator, and in JSON the name.
  let leads: [[UInt8]]
  /// What ends a row.
  let end: [UInt8]
  /// What stands for nothing.
  let nothing: [UInt8]
  /// What stands above the rows.
  let header: String

  init(format: any RowFormat, options: [String], results: [SweepResult], hasErrors: Bool) {
    self.format = format
    self.options = options
    self.results = results
    self.hasErrors = hasErrors
    let names = options + results.map(\.name) + (hasErrors ? ["error"] : [])
    leads = names.enumerated().map { Array(format.lead($1, at: $0).utf8) }
    end = Array(format.end.utf8)
    nothing = Array(format.cell(.null).utf8)
    header = format.header(names)
  }

  /// The cell of an option's value with what stands before it.
  func cell(_ value: SweepValue?, option: Int) -> [UInt8] {
    guard let value else { return leads[option] + nothing }
    return leads[option] + (value.isNumber ? Array(value.shown.utf8) : cell(value.shown))
  }

  /// The cell of a text.
  func cell(_ text: String) -> [UInt8] {
    Array(format.cell(text == "true" ? .boolean(true) : .string(text)).utf8)
  }

  /// The most bytes that the results of a row take.
  var longestResults: Int {
    leads.reduce(0) { $0 + $1.count } + (results.count + 1) * Notation.longestNumber + end.count
  }
}
