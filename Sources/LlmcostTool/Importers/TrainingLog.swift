#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads a training log of any of the usual kinds, line by line as it comes, in little memory.
///
/// A line that tells nothing is passed over, one that cannot be read is counted; neither stops the rest.
final class TrainingLogReader {
  private let scanner = TrainingLogScanner()
  private var tally: TrainingLogTally
  private var rest: [UInt8] = []
  private var isTooLong = false
  /// The columns, where the file is a table.
  private var table: TrainingLogTable?
  /// What a record of several lines has told so far.
  private var pending = TrainingLogRecord()
  private var isBlock = false
  /// Whether the file is one line of objects, in a list.
  private var isList = false

  /// Longer lines are no log.
  private static let longestLine = 1 << 20

  /// - Parameter sequence: Tokens of a sequence, where the log does not tell.
  init(sequence: Double?) { tally = TrainingLogTally(sequence: sequence) }

  /// The summary of a log.
  static func read(_ path: String, sequence: Double?, in world: any World) throws(FileError) -> TrainingLogSummary {
    let reader = TrainingLogReader(sequence: sequence)
    try world.readFile(path) { piece in
      reader.take(piece)
      return true
    }
    return reader.finish()
  }

  /// Takes the next bytes.
  func take(_ piece: UnsafeBufferPointer<UInt8>) {
    guard let base = piece.baseAddress else { return }
    var start = 0
    while start < piece.count {
      guard let end = Self.lineEnd(base + start, piece.count - start) else {
        keep(UnsafeBufferPointer(start: base + start, count: piece.count - start))
        return
      }
      let line = UnsafeBufferPointer(start: base + start, count: end)
      if rest.isEmpty, !isTooLong {
        self.line(line)
      } else {
        keep(line)
        endKept()
      }
      start += end + 1
    }
  }

  /// A line ends at a line feed; progress bars at a carriage return.
  @inline(__always)
  private static func lineEnd(_ base: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    guard let feed = memchr(base, 0x0A, count) else {
      return memchr(base, 0x0D, count).map { UnsafeRawPointer($0) - UnsafeRawPointer(base) }
    }
    let end = UnsafeRawPointer(feed) - UnsafeRawPointer(base)
    return memchr(base, 0x0D, end).map { UnsafeRawPointer($0) - UnsafeRawPointer(base) } ?? end
  }

  private func keep(_ piece: UnsafeBufferPointer<UInt8>) {
    if rest.count + piece.count > Self.longestLine { endObjects() }
    guard rest.count + piece.count <= Self.longestLine else {
      isTooLong = true
      rest = []
      return
    }
    rest += piece
  }

  /// Takes the objects of a line that goes on and on.
  private func endObjects() {
    guard isList || rest.first == 0x7B || rest.first == 0x5B, let end = rest.lastIndex(of: 0x7D) else { return }
    let whole = rest
    whole[...end].withUnsafeBufferPointer { line($0) }
    isList = true
    rest.removeFirst(end + 1)
  }

  private func endKept() {
    if isTooLong {
      tally.unreadable += 1
    } else {
      let line = rest
      line.withUnsafeBufferPointer { self.line($0) }
    }
    rest.removeAll(keepingCapacity: true)
    isTooLong = false
  }

  /// What the log tells, once all of it is read.
  func finish() -> TrainingLogSummary {
    if !rest.isEmpty || isTooLong { endKept() }
    flush()
    return tally.summary
  }

  // MARK: - Lines

  private func line(_ line: UnsafeBufferPointer<UInt8>) {
    guard line.count > 1 || line.first == 0x7B || line.first == 0x7D else { return }
    tally.lines += 1
    if table != nil { return readRow(line) }
    if tally.records == 0, let start = LogBytes.find(line, "log_history") {
      // What stands before the list is how far the trainer had come.
      pending.forget(.step)
      isList = line.count > start + Self.shortestList
      return objects(UnsafeBufferPointer(rebasing: line[start...]))
    }
    guard isList || hasSeveralObjects(line) else { return record(line) }
    objects(line)
  }

  /// More than a bracket behind the name of a list.
  private static let shortestList = 24

  private func hasSeveralObjects(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard line.first == 0x7B || line.first == 0x5B, let base = line.baseAddress,
      let end = memchr(base, 0x7D, line.count)
    else { return false }
    return line.count - (UnsafeRawPointer(end) - UnsafeRawPointer(base)) > 3
  }

  /// Takes a line of several objects, each by itself.
  private func objects(_ line: UnsafeBufferPointer<UInt8>) {
    var start = 0
    while start < line.count {
      let rest = UnsafeBufferPointer(rebasing: line[start...])
      let end = rest.firstIndex(of: 0x7D) ?? rest.count
      record(UnsafeBufferPointer(rebasing: rest[..<end]))
      start += end + 1
    }
  }

  private func record(_ line: UnsafeBufferPointer<UInt8>) {
    // Braces by themselves hold an object that is printed over several lines.
    if let first = line.first(where: { !LogBytes.isBlank($0) }), first == 0x7D || first == 0x7B && line.count < 12 {
      flush()
      isBlock = true
    }
    guard scanner.scan(line) else {
      other(line)
      return
    }
    if scanner.badValues > 0 { tally.badValues += scanner.badValues }
    // A bar and a line of the same step tell one record.
    if let step = scanner.value(.step), !isBlock, step != pending[.step] { flush() }
    pending.take(scanner)
    tally.count(formats: scanner.formats)
  }

  private func flush() {
    guard !pending.isEmpty else { return }
    tally.add(pending)
    pending = TrainingLogRecord()
  }

  private func readRow(_ line: UnsafeBufferPointer<UInt8>) {
    guard let record = table?.record(line, &tally.badValues) else {
      tally.unreadable += 1
      return
    }
    tally.add(record)
  }

  /// A line without numbers that count: the head of a table, or a word on what happens between steps.
  private func other(_ line: UnsafeBufferPointer<UInt8>) {
    if tally.records == 0, pending.isEmpty, let head = TrainingLogTable.head(line, scanner) {
      if let table = TrainingLogTable(head) {
        self.table = table
        return tally.count(formats: TrainingLogTable.format)
      }
      tally.tell(head: head.names, lacking: head.lacking)
    }
    let isEvent = tally.records > 0 || !pending.isEmpty
    if isEvent, LogBytes.contains(line, "checkpoint") || LogBytes.contains(line, "saving") {
      flush()
      tally.happened(.saving)
    } else if isEvent, LogBytes.contains(line, "validation") || LogBytes.contains(line, "evaluat") {
      flush()
      tally.happened(.evaluation)
    } else if let value = dotted(line, "seq_length ") ?? dotted(line, "seq-length ") {
      tally.tell(sequence: value)
    } else if let value = dotted(line, "world_size ") {
      tally.accelerators = value
    }
  }

  /// A setting as Megatron-LM lists it: `seq_length ............ 4096`.
  private func dotted(_ line: UnsafeBufferPointer<UInt8>, _ name: StaticString) -> Double? {
    guard let base = line.baseAddress, LogBytes.contains(line, name), LogBytes.contains(line, "...") else { return nil }
    var place = line.count
    while place > 0, base[place - 1] == 0x20 || LogBytes.isDigit(base[place - 1]) { place -= 1 }
    while place < line.count, base[place] == 0x20 { place += 1 }
    return LogBytes.number(base, place, line.count)?.value
  }
}

/// What one step of a log tells.
struct TrainingLogRecord {
  private var values = InlineArray<19, Double>(repeating: .nan)
  private(set) var isEmpty = true

  subscript(field: LogField) -> Double? {
    let value = values[field.rawValue]
    return value.isNaN ? nil : value
  }

  /// Takes back what was told.
  mutating func forget(_ field: LogField) { values[field.rawValue] = .nan }

  /// Takes what a line tells; what came first stays.
  mutating func take(_ scanner: TrainingLogScanner) {
    var bits = scanner.present
    while bits != 0 {
      let place = bits.trailingZeroBitCount
      if values[place].isNaN { values[place] = scanner.values[place] }
      bits &= bits - 1
    }
    isEmpty = false
  }

  /// Takes a cell of a table.
  mutating func take(
    _ column: TrainingLogTable.Column, _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int,
    _ badValues: inout Int
  ) {
    var place = start
    while place < end, LogBytes.isBlank(base[place]), base[place] != 0x2E { place += 1 }
    guard place < end else { return }
    let cell = UnsafeBufferPointer(start: base + place, count: end - place)
    var value = column.field == .clock ? LogBytes.clock(cell) : nil
    if value == nil { value = LogBytes.number(base, place, end).map { $0.value * column.scale } }
    let canBeZero = [.step, .tokens, .samples, .elapsed].contains(column.field)
    guard var value, value.isFinite, value > 0 || value == 0 && canBeZero else {
      badValues += 1
      return
    }
    if column.field == .mfu, value > 1.5 { value /= 100 }
    values[column.field.rawValue] = value
    isEmpty = false
  }
}
