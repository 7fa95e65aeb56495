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

/// Comma-separated values that cannot be read.
package struct DelimitedTextError: Error, Sendable, Equatable {
  /// What is wrong.
  package var message: String
  /// The record, the header being 1.
  package var record: Int
}

extension DelimitedText {
  /// Reads comma-separated values with a header: quotes, line ends of either kind, a byte order mark.
  ///
  /// - Returns: The header, and the records, each with as many fields as the header.
  /// - Throws: ``DelimitedTextError`` for a quote left open, and for a record with more or fewer fields.
  package static func read(_ bytes: [UInt8]) throws(DelimitedTextError) -> (header: [String], records: [[String]]) {
    var records: [[String]] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    func endRecord() {
      if !(fields.isEmpty && field.isEmpty) { records.append(fields + [String(decoding: field, as: UTF8.self)]) }
      fields = []
      field = []
    }
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if isQuoted {
        if byte != UInt8(ascii: "\"") {
          field.append(byte)
        } else if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
          field.append(byte)
          position += 1
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where field.isEmpty: isQuoted = true
      case UInt8(ascii: ","):
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
      case UInt8(ascii: "\n"): endRecord()
      case UInt8(ascii: "\r") where position < bytes.count && bytes[position] == UInt8(ascii: "\n"): break
      default: field.append(byte)
      }
    }
    guard !isQuoted else { throw DelimitedTextError(message: "a quote is left open", record: records.count + 1) }
    endRecord()
    guard let header = records.first else { throw DelimitedTextError(message: "there is no header", record: 1) }
    for (index, record) in records.enumerated() where record.count != header.count {
      throw DelimitedTextError(
        message: "\(record.count) fields where the header has \(header.count)", record: index + 1)
    }
    return (header, Array(records.dropFirst()))
  }
}
