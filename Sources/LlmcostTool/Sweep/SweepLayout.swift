import CommandLineKit
import CostModel
import TextFormats

/// How a sweep prints its rows.
enum SweepFormat: String, CaseIterable, OptionValue {
  case csv, tsv, jsonl
}

/// A result that rows show.
struct SweepResult: Sendable {
  /// The column's name, as `cost_usd.p90`.
  var name: String
  /// The result's stable name.
  var key: String
  /// From base units to that of the name.
  var factor: Double
  /// What stands for a result that the estimate has not: nothing, or 0 for a line that the bill has not.
  var missing: Double?

  /// The results of a name, or nil where no estimate of the subject has one of that name.
  init?(_ name: String, of subject: SweepSubject) {
    guard subject.columns.contains(name) || subject.moreResults.contains(String(name.prefix { $0 != "." })),
      !name.contains(".") || name.hasSuffix(".p10") || name.hasSuffix(".p90")
    else { return nil }
    self.name = name
    key = String(name.prefix { $0 != "." })
    factor = subject.factor(for: key)
    let key = key
    missing = ChargeCategory.allCases.contains { $0.key == key } ? 0 : nil
  }

  /// What rows show unless told otherwise.
  static let standard = [
    "flop", "accelerator_hours", "accelerators", "days", "mfu", "cost_usd", "energy_kwh", "carbon_kg", "water_l",
  ]
}

/// Where each cell of a row goes, byte for byte.
struct SweepLayout: Sendable {
  let format: SweepFormat
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

  init(format: SweepFormat, options: [String], results: [SweepResult], hasErrors: Bool) {
    self.format = format
    self.options = options
    self.results = results
    self.hasErrors = hasErrors
    let names = options + results.map(\.name) + (hasErrors ? ["error"] : [])
    leads = names.enumerated().map { index, name in
      switch format {
      case .csv: Array((index == 0 ? "" : ",").utf8)
      case .tsv: Array((index == 0 ? "" : "\t").utf8)
      case .jsonl: Array((index == 0 ? "{" : ",").utf8) + Array((JSONDocument.string(name).text() + ":").utf8)
      }
    }
    end = Array((format == .jsonl ? "}\n" : "\n").utf8)
    nothing = format == .jsonl ? Array("null".utf8) : []
  }

  /// The names of the columns; JSON has them in each row.
  var header: String {
    let names = options + results.map(\.name) + (hasErrors ? ["error"] : [])
    switch format {
    case .csv: return DelimitedText.commaSeparated(names) + "\n"
    case .tsv: return DelimitedText.tabSeparated(names) + "\n"
    case .jsonl: return ""
    }
  }

  /// The cell of an option's value with what stands before it.
  func cell(_ value: SweepValue?, option: Int) -> [UInt8] {
    guard let value else { return leads[option] + nothing }
    return leads[option] + (value.isNumber ? Array(value.shown.utf8) : cell(value.shown))
  }

  /// The cell of a text.
  func cell(_ text: String) -> [UInt8] {
    switch format {
    case .csv: Array(DelimitedText.commaSeparated([text]).utf8)
    case .tsv: Array(DelimitedText.tabSeparated([text]).utf8)
    case .jsonl: Array((text == "true" ? text : JSONDocument.string(text).text()).utf8)
    }
  }

  /// The most bytes that the results of a row take.
  var longestResults: Int {
    leads.reduce(0) { $0 + $1.count } + (results.count + 1) * Notation.longestNumber + end.count
  }
}
