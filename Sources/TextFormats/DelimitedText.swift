/// Comma- and tab-separated values.
package enum DelimitedText {
  /// One record of comma-separated values, quoted as RFC 4180 has it, without the line's end.
  package static func commaSeparated(_ fields: [String]) -> String {
    fields.map(quoted).joined(separator: ",")
  }

  /// One record of tab-separated values; tabs and line ends inside a field become spaces.
  package static func tabSeparated(_ fields: [String]) -> String {
    fields.map { field in
      String(field.map { $0 == "\t" || $0.isNewline ? " " : $0 })
    }.joined(separator: "\t")
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) || field.first == " " || field.last == " "
    else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
