import CommandLineKit
import TextFormats

/// One way to print any document. A new one is a file, and an entry in ``Format/all``.
protocol DocumentFormat: Sendable {
  /// The word behind `--format`.
  var name: String { get }
  /// Whether it prints records, whose columns can be chosen.
  var hasColumns: Bool { get }
  /// Whether it shows ranges of more than results.
  var showsEveryRange: Bool { get }
  /// Whether it has a place for what is said of the whole.
  var showsRemarks: Bool { get }
  /// The document as text, its last line ended.
  func text(of document: Document, in settings: OutputSettings) throws(Failure) -> String
}

extension DocumentFormat {
  var hasColumns: Bool { false }
  var showsEveryRange: Bool { false }
  var showsRemarks: Bool { false }
}

/// What formats need to know of the command line and of the terminal.
struct OutputSettings {
  /// How wide lines may be.
  var width: Int
  var style: Style
  /// The columns to print; nil for the usual ones.
  var columns: [String]?
}

/// How results are printed.
struct Format: OptionValue {
  static let all: [any DocumentFormat] = [
    TableFormat(), JSONFormat(), JSONLinesFormat(), DelimitedFormat.commas, DelimitedFormat.tabs, MarkdownFormat(),
    HTMLFormat(), SVGFormat(), XLSXFormat(),
  ]
  static let choices = all.map(\.name)
  static let placeholder = choices.joined(separator: "|")

  /// The names of formats that something holds for, as `csv, tsv and markdown`.
  static func names(where holds: (any DocumentFormat) -> Bool) -> String {
    let names = all.filter(holds).map(\.name)
    return names.count < 2
      ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }

  let format: any DocumentFormat

  init(argument: String) throws(ValueError) {
    try Words(Self.choices).check(argument)
    format = Self.all.first { $0.name == argument.lowercased() } ?? TableFormat()
  }
}

/// A format of records that are written one by one, so that there may be any number of them.
protocol RowFormat: DocumentFormat {
  /// What stands above the rows.
  func header(_ names: [String]) -> String
  /// What stands before the cell of a column.
  func lead(_ name: String, at index: Int) -> String
  /// A cell.
  func cell(_ value: JSONDocument) -> String
  /// What ends a row.
  var end: String { get }
}

extension RowFormat {
  var hasColumns: Bool { true }

  func text(of document: Document, in settings: OutputSettings) throws(Failure) -> String {
    let names = try document.records.chosen(settings.columns)
    let leads = names.indices.map { lead(names[$0], at: $0) }
    return document.records.cells(names).reduce(into: header(names)) { text, row in
      for (lead, value) in zip(leads, row) { text += lead + cell(value) }
      text += end
    }
  }
}
