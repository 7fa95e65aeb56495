/// A log that is a table: its columns by its head, how its cells are parted, and how its numbers are written.
struct TrainingLogTable {
  /// What a column tells, and the scale of its numbers.
  typealias Column = (field: LogField, scale: Double)

  /// What a table must tell, to be a log.
  enum Need: CaseIterable {
    case place
    case time

    /// The fields of which one will do.
    var fields: Set<LogField> {
      switch self {
      case .place: [.step, .tokens, .samples]
      case .time: [.elapsed, .clock, .stepSeconds, .tokensPerSecond, .tokensPerSecondOfOne]
      }
    }

    /// In a sentence.
    var name: String {
      switch self {
      case .place: "steps or tokens"
      case .time: "time"
      }
    }

    /// Names of columns that tell it.
    var examples: [String] {
      switch self {
      case .place: ["step", "tokens", "samples"]
      case .time: ["time", "timestamp", "step_time_s", "tokens_per_second"]
      }
    }
  }

  /// A line that may be the head of a table.
  struct Head {
    let separator: UInt8
    let columns: [Column?]
    /// As they are written.
    let names: [String]
    /// What none of its columns tells.
    let lacking: [Need]
  }

  private let columns: [Column?]
  private let separator: UInt8
  /// Whether a comma stands before decimals; nil while no number has told.
  private var isCommaDecimal: Bool?
  /// Where the cells of the row are.
  private var cells: [Range<Int>] = []

  private static let tab = UInt8(ascii: "\t")
  private static let comma = UInt8(ascii: ",")
  private static let semicolon = UInt8(ascii: ";")
  private static let quote = UInt8(ascii: "\"")
  private static let point = UInt8(ascii: ".")
  /// The mark with which some programs begin a text.
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The format that its lines count as.
  static let format: UInt32 = 1 << UInt32(TrainingLogFormats.all.firstIndex { $0 == ColumnLog.self } ?? 0)

  /// The table below a head; nil for a head that lacks a column.
  init?(_ head: Head) {
    guard head.lacking.isEmpty else { return nil }
    (columns, separator) = (head.columns, head.separator)
  }

  /// A line as the head of a table, parted by what makes most columns of it that are known; nil for a line that is none.
  static func head(_ line: UnsafeBufferPointer<UInt8>, _ scanner: TrainingLogScanner) -> Head? {
    let line = line.starts(with: byteOrderMark) ? UnsafeBufferPointer(rebasing: line.dropFirst(3)) : line
    var best: (head: Head, known: Int)?
    var places: [Range<Int>] = []
    for separator in [tab, comma, semicolon] where line.contains(separator) {
      part(line, separator, into: &places)
      let cells = places.map { cell in
        UnsafeBufferPointer(rebasing: line[cell]).filter { $0 != quote && $0 != 0x20 && $0 != 0x0D }
      }
      let columns = cells.map { cell in
        cell.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }.withUnsafeBufferPointer { scanner.field(of: $0) }
      }
      let fields = Set(columns.compactMap { $0?.field })
      guard fields.count > best?.known ?? 0 else { continue }
      let head = Head(
        separator: separator, columns: columns, names: cells.map { String(decoding: $0, as: UTF8.self) },
        lacking: Need.allCases.filter { $0.fields.isDisjoint(with: fields) })
      best = (head, fields.count)
    }
    return best?.head
  }

  /// What a row tells; nil for one that is cut off, or tells nothing.
  mutating func record(_ line: UnsafeBufferPointer<UInt8>, _ badValues: inout Int) -> TrainingLogRecord? {
    guard let base = line.baseAddress else { return nil }
    Self.part(line, separator, into: &cells)
    guard cells.count >= columns.count else { return nil }
    if isCommaDecimal == nil { isCommaDecimal = decimals(base) }
    var record = TrainingLogRecord()
    for case (let column?, let cell) in zip(columns, cells) {
      if column.field != .clock, let plain = plain(UnsafeBufferPointer(rebasing: line[cell])) {
        plain.withUnsafeBufferPointer { plain in
          if let base = plain.baseAddress { record.take(column, base, 0, plain.count, &badValues) }
        }
      } else {
        record.take(column, base, cell.lowerBound, cell.upperBound, &badValues)
      }
    }
    return record.isEmpty ? nil : record
  }

  /// Finds the cells of a line; what stands in quotes is not parted, unless a quote is never closed.
  private static func part(_ line: UnsafeBufferPointer<UInt8>, _ separator: UInt8, into cells: inout [Range<Int>]) {
    for quote: UInt8? in [quote, nil] {
      cells.removeAll(keepingCapacity: true)
      var (start, isQuoted) = (0, false)
      for place in 0..<line.count {
        if line[place] == quote { isQuoted.toggle() }
        guard line[place] == separator, !isQuoted else { continue }
        cells.append(start..<place)
        start = place + 1
      }
      cells.append(start..<line.count)
      if !isQuoted { return }
    }
  }

  // MARK: - Decimals

  /// A number with a decimal point in place of its comma; nil for one that is read as it stands.
  ///
  /// Where no number has told, a mark that may be either stands before decimals in a table of semicolons: it is parted by
  /// them because its numbers have commas.
  private func plain(_ cell: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard isCommaDecimal ?? (separator == Self.semicolon),
      cell.contains(where: { $0 == Self.comma || $0 == Self.point })
    else { return nil }
    let isGrouped = isCommaDecimal == true
    return cell.compactMap { $0 == Self.comma ? Self.point : isGrouped && $0 == Self.point ? nil : $0 }
  }

  /// Whether a comma stands before decimals, by the first number of a row that tells.
  private func decimals(_ base: UnsafePointer<UInt8>) -> Bool? {
    for case (let column?, let cell) in zip(columns, cells) where column.field != .clock {
      let number = UnsafeBufferPointer(start: base + cell.lowerBound, count: cell.count)
      if let isComma = Self.isCommaDecimal(number) { return isComma }
    }
    return nil
  }

  /// Whether a number has a decimal comma, or a decimal point; nil where its mark may also group thousands, and without one.
  static func isCommaDecimal(_ cell: UnsafeBufferPointer<UInt8>) -> Bool? {
    var marks: [UInt8] = []
    // Digits before the first mark, and behind the last.
    var (before, behind) = (0, 0)
    var isZero = false
    for byte in cell where !(LogBytes.isBlank(byte) && byte != point) && byte != 0x2D && byte != 0x0D {
      if byte == comma || byte == point {
        marks.append(byte)
        behind = 0
      } else if LogBytes.isDigit(byte) {
        if marks.isEmpty { (isZero, before) = (before == 0 && byte == 0x30, before + 1) }
        behind += 1
      } else {
        break
      }
    }
    guard let last = marks.last else { return nil }
    if marks.count > 1 {
      // Marks of the same kind group thousands; of two kinds the last is that of decimals.
      return (marks[0] == last) == (last == point)
    }
    let mayGroup = behind == 3 && (1...3).contains(before) && !isZero
    return mayGroup ? nil : last == comma
  }
}
