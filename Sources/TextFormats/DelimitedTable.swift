extension DelimitedText {
  /// A table with a header: comma-separated, or tab-separated where the header has tabs and no comma.
  ///
  /// - Throws: ``DelimitedTextError`` for a quote left open, or a record that is shorter or longer than the header.
  package static func readTable(
    _ bytes: [UInt8]
  ) throws(DelimitedTextError) -> (header: [String], records: [[String]]) {
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    guard line.contains(UInt8(ascii: "\t")), !line.contains(UInt8(ascii: ",")) else { return try read(bytes) }
    // Fields with tabs have neither quotes nor line ends.
    var records = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
    }
    let header = records.isEmpty ? [] : records.removeFirst()
    for (index, record) in records.enumerated() where record.count != header.count {
      throw DelimitedTextError(
        message: "\(record.count) fields where the header has \(header.count)", record: index + 2, line: index + 2)
    }
    return (header, records)
  }
}
