import TextFormats

/// Comma- or tab-separated values under a header.
struct DelimitedFormat: RowFormat {
  let name: String
  private let separator: String
  private let line: @Sendable ([String]) -> String
  let end = "\n"

  static let commas = DelimitedFormat(name: "csv", separator: ",") { DelimitedText.commaSeparated($0) }
  static let tabs = DelimitedFormat(name: "tsv", separator: "\t") { DelimitedText.tabSeparated($0) }

  func header(_ names: [String]) -> String { line(names) + "\n" }
  func lead(_ name: String, at index: Int) -> String { index == 0 ? "" : separator }
  func cell(_ value: JSONDocument) -> String { line([value.bare]) }
}
