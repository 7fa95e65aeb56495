import CostModel
import TextFormats

/// A row that was read: its cells in the order of the columns, nil for those left empty.
struct SweepRecord: Sendable {
  /// Its number among the rows, from 1.
  var row: Int
  /// Where it stands, for messages.
  var place: String
  var cells: [String?]
  /// What is wrong with it.
  var failure: Failure?
}

/// Reads rows as they arrive: comma-separated values with a header, or JSON objects, one on a line.
struct SweepReader {
  private enum Form {
    case unknown, delimited, lines
  }

  /// The columns, once they are known.
  private(set) var header: [String]?
  private let file: String
  private var form = Form.unknown
  private var reader = DelimitedReader()
  private var line: [UInt8] = []
  private var lineNumber = 0
  private var rows = 0

  /// A reader of a file, by its name for messages.
  init(file: String) { self.file = file }

  /// Reads a piece of the text.
  mutating func read(
    _ piece: UnsafeBufferPointer<UInt8>, each: (SweepReader, SweepRecord?) throws(Failure) -> Void
  ) throws(Failure) {
    if form == .unknown {
      guard let first = piece.first(where: { !" \t\r\n\u{FEFF}".utf8.contains($0) }) else { return }
      form = first == UInt8(ascii: "{") ? .lines : .delimited
    }
    switch form {
    case .unknown: return
    case .delimited:
      var position = 0
      do {
        while try reader.next(in: piece, at: &position) { try record(each) }
      } catch let error as DelimitedTextError { throw failure(error) } catch let error as Failure { throw error } catch
      {}
    case .lines:
      var start = piece.startIndex
      while let end = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
        line.append(contentsOf: piece[start..<end])
        try readLine(each)
        start = end + 1
      }
      line.append(contentsOf: piece[start...])
      guard line.count <= 1 << 20 else {
        throw Failure("\(file):\(lineNumber + 1): the line is longer than 1 MiB", status: .badData)
      }
    }
  }

  /// Reads what stands behind the last end of a line.
  mutating func finish(each: (SweepReader, SweepRecord?) throws(Failure) -> Void) throws(Failure) {
    switch form {
    case .unknown: break
    case .delimited:
      do {
        if try reader.finish() { try record(each) }
      } catch let error as DelimitedTextError { throw failure(error) } catch let error as Failure { throw error } catch
      {}
    case .lines: try readLine(each)
    }
    guard header != nil else {
      throw Failure(
        "\(file) is empty", hint: "the first line names the options, as params,tokens; or each line is a JSON object",
        status: .badData)
    }
  }

  private func failure(_ error: DelimitedTextError) -> Failure {
    Failure("\(file):\(error.line): \(error.message)", hint: "correct row \(error.record - 1)", status: .badData)
  }

  private mutating func record(_ each: (SweepReader, SweepRecord?) throws(Failure) -> Void) throws(Failure) {
    guard let header else {
      header = reader.record.texts
      return try each(self, nil)
    }
    rows += 1
    var record = SweepRecord(
      row: rows, place: "row \(rows) (\(file):\(reader.record.line))",
      cells: reader.record.texts.map { $0.isEmpty ? nil : $0 })
    if record.cells.count != header.count {
      record.failure = Failure(
        "\(record.cells.count) fields where the header has \(header.count)", hint: "quote commas inside of fields",
        status: .badData)
      while record.cells.count < header.count { record.cells.append(nil) }
      record.cells.removeLast(record.cells.count - header.count)
    }
    try each(self, record)
  }

  private mutating func readLine(_ each: (SweepReader, SweepRecord?) throws(Failure) -> Void) throws(Failure) {
    lineNumber += 1
    defer { line.removeAll(keepingCapacity: true) }
    if line.starts(with: [0xEF, 0xBB, 0xBF]), lineNumber == 1 { line.removeFirst(3) }
    guard line.contains(where: { !" \t\r".utf8.contains($0) }) else { return }
    rows += 1
    let place = "row \(rows) (\(file):\(lineNumber))"
    var problem = "a JSON object is expected"
    var object: [JSONValue.Member]?
    do throws(JSONError) { object = try JSONReader.read(line).members } catch {
      problem = "\(error.message), at column \(error.column)"
    }
    guard let members = object else {
      let hint = "each line is an object as {\"params\": \"70B\"}"
      guard let header else { throw Failure("\(file):\(lineNumber): \(problem)", hint: hint, status: .badData) }
      let failure = Failure(problem, hint: hint, status: .badData)
      return try each(self, SweepRecord(row: rows, place: place, cells: header.map { _ in nil }, failure: failure))
    }
    if header == nil {
      header = members.map(\.name)
      try each(self, nil)
    }
    try each(self, record(of: members, place: place))
  }

  private func record(of members: [JSONValue.Member], place: String) -> SweepRecord {
    let header = header ?? []
    var record = SweepRecord(row: rows, place: place, cells: header.map { _ in nil })
    for member in members {
      guard let column = header.firstIndex(of: member.name) else {
        record.failure = Failure(
          "'\(member.name)' is not in the first row", hint: "let the first row name all options, with null for none",
          status: .badData)
        continue
      }
      switch member.value.content {
      case .null: break
      case .string(let text): record.cells[column] = text.isEmpty ? nil : text
      case .number(let number): record.cells[column] = JSONDocument.numberText(number)
      case .boolean(let value): record.cells[column] = value ? "true" : "false"
      case .array, .object:
        record.failure = Failure(
          "'\(member.name)' is \(member.value.kind)", hint: "write a number or a text", status: .badData)
      }
    }
    return record
  }
}
