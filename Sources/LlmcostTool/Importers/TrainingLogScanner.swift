/// Finds what a line of a training log tells: words before a colon or an equals sign, and the numbers behind them, in one
/// pass over its bytes.
final class TrainingLogScanner {
  /// A word in the table of all words.
  private struct Word {
    var start: Int32
    var count: Int32
    var field: Int32
    var format: Int32
    var scale: Double
  }

  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private let words: UnsafeMutableBufferPointer<Word>
  /// The words that end in a byte: from where, to where.
  private let ends: UnsafeMutableBufferPointer<(from: Int32, to: Int32)>
  /// The values of the line, by field.
  let values: UnsafeMutableBufferPointer<Double>
  /// Which of them there are, a bit for each field.
  private(set) var present: UInt32 = 0
  /// Which formats the words are of, a bit for each.
  private(set) var formats: UInt32 = 0
  /// Values that are no number, or no plausible one.
  private(set) var badValues = 0
  private var barTotal = 0.0

  init() {
    var all: [(name: [UInt8], word: Word)] = []
    for (index, format) in TrainingLogFormats.all.enumerated() {
      for key in format.keys {
        all.append(
          (
            Array(key.name.utf8),
            Word(
              start: 0, count: Int32(key.name.utf8.count), field: Int32(key.field.rawValue), format: Int32(index),
              scale: key.scale)
          ))
      }
    }
    // The longest word that fits wins.
    all.sort { ($0.name.last ?? 0, $1.name.count) < ($1.name.last ?? 0, $0.name.count) }
    bytes = .allocate(capacity: all.reduce(0) { $0 + $1.name.count })
    words = .allocate(capacity: all.count)
    ends = .allocate(capacity: 256)
    ends.initialize(repeating: (0, 0))
    values = .allocate(capacity: LogField.allCases.count)
    values.initialize(repeating: 0)
    var place = 0
    for (index, var entry) in all.enumerated() {
      entry.word.start = Int32(place)
      for byte in entry.name {
        bytes.initializeElement(at: place, to: byte)
        place += 1
      }
      words.initializeElement(at: index, to: entry.word)
      let last = Int(entry.name.last ?? 0)
      if ends[last].to == 0 { ends[last].from = Int32(index) }
      ends[last].to = Int32(index + 1)
    }
  }

  deinit {
    bytes.deallocate()
    words.deallocate()
    ends.deallocate()
    values.deallocate()
  }

  /// The value of a field of the line; nil where it has none.
  func value(_ field: LogField) -> Double? { has(field) ? values[field.rawValue] : nil }

  func has(_ field: LogField) -> Bool { present & (1 << UInt32(field.rawValue)) != 0 }

  /// Takes a value into the line.
  func set(_ field: LogField, _ value: Double) {
    guard value.isFinite, value > 0 || (value == 0 && [.step, .tokens, .samples, .elapsed].contains(field)) else {
      badValues += 1
      return
    }
    var value = value
    if field == .mfu, value > 1.5 { value /= 100 }
    values[field.rawValue] = value
    present |= 1 << UInt32(field.rawValue)
  }

  /// Reads a line.
  ///
  /// - Returns: Whether it tells anything.
  func scan(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    (present, formats, badValues) = (0, 0, 0)
    guard let base = line.baseAddress else { return false }
    let count = line.count
    var place = 0
    while place < count {
      let byte = base[place]
      if byte == 0x3A || byte == 0x3D {
        match(base, separator: place, count)
      } else if byte == 0x3C {
        readBar(base, place, count)
      }
      place += 1
    }
    if !has(.step) { readLeadingStep(line) }
    if present != 0, !has(.clock), let clock = LogBytes.clock(line) { set(.clock, clock) }
    return present & ~(1 << UInt32(LogField.clock.rawValue)) != 0
  }

  /// The field of a word by itself, as the head of a column.
  func field(of name: UnsafeBufferPointer<UInt8>) -> (field: LogField, scale: Double)? {
    guard let base = name.baseAddress, name.count > 0, let word = word(base, end: name.count), word.count == name.count
    else { return nil }
    return LogField(rawValue: Int(word.field)).map { ($0, word.scale) }
  }

  private func word(_ base: UnsafePointer<UInt8>, end: Int) -> Word? {
    let (from, to) = ends[Int(base[end - 1])]
    var index = Int(from)
    search: while index < Int(to) {
      let word = words[index]
      index += 1
      let start = end - Int(word.count)
      guard start >= 0, start == 0 || !LogBytes.isOfWord(base[start - 1]) || isColor(base, before: start) else {
        continue
      }
      for offset in 0..<Int(word.count) where base[start + offset] != bytes[Int(word.start) + offset] {
        continue search
      }
      return word
    }
    return nil
  }

  /// Whether a color of the terminal ends before a place: `\u{1B}[31m`.
  private func isColor(_ base: UnsafePointer<UInt8>, before place: Int) -> Bool {
    place >= 2 && base[place - 1] == 0x6D && LogBytes.isDigit(base[place - 2])
  }

  private func match(_ base: UnsafePointer<UInt8>, separator: Int, _ count: Int) {
    var end = separator
    while end > 0, base[end - 1] == 0x20 || base[end - 1] == 0x22 || base[end - 1] == 0x27 { end -= 1 }
    guard end > 0, let word = word(base, end: end), let field = LogField(rawValue: Int(word.field)) else { return }
    var place = separator + 1
    while place < count, LogBytes.isBlank(base[place]) { place += 1 }
    formats |= 1 << UInt32(word.format)
    if field == .clock, let clock = LogBytes.clock(UnsafeBufferPointer(start: base + place, count: count - place)) {
      set(.clock, clock)
      return
    }
    guard case (var value, let next)? = LogBytes.number(base, place, count) else {
      badValues += 1
      return
    }
    value *= word.scale
    if next < count {
      value *= LogBytes.unit(base, next, count, isTime: field == .stepSeconds || field == .elapsed && word.scale == 1)
    }
    if has(field), field != .step { return }
    set(field, value)
    if field == .step { readTotal(base, next, count) }
  }

  /// Steps of the whole run behind a slash.
  private func readTotal(_ base: UnsafePointer<UInt8>, _ start: Int, _ count: Int) {
    var place = start
    while place < count, base[place] == 0x20 { place += 1 }
    guard place < count, base[place] == 0x2F else { return }
    place += 1
    while place < count, base[place] == 0x20 { place += 1 }
    if let total = LogBytes.number(base, place, count) { set(.totalSteps, total.value) }
  }

  // MARK: - Lines without a word before each number

  /// A progress bar: `100/1000 [05:00<45:00, 3.00s/it]`.
  private func readBar(_ base: UnsafePointer<UInt8>, _ place: Int, _ count: Int) {
    var open = place
    while open > 0, place - open < 12, base[open - 1] == 0x3A || LogBytes.isDigit(base[open - 1]) { open -= 1 }
    guard open > 2, open < place, base[open - 1] == 0x5B else { return }
    var seconds = 0.0
    var part = 0.0
    for index in open..<place {
      if base[index] == 0x3A {
        seconds = (seconds + part) * 60
        part = 0
      } else {
        part = part * 10 + Double(base[index] - 0x30)
      }
    }
    var start = open - 2
    while start > 0, base[start] == 0x20 { start -= 1 }
    while start > 0, base[start - 1] == 0x2F || LogBytes.isDigit(base[start - 1]) { start -= 1 }
    guard let done = LogBytes.number(base, start, count), done.next < count, base[done.next] == 0x2F,
      let total = LogBytes.number(base, done.next + 1, count), total.value >= barTotal
    else { return }
    // Bars of evaluation are shorter.
    barTotal = total.value
    set(.step, done.value)
    set(.totalSteps, total.value)
    set(.elapsed, seconds + part)
    formats |= Self.barFormat
  }

  private static let barFormat: UInt32 =
    1 << UInt32(TrainingLogFormats.all.firstIndex { $0 == HuggingFaceLog.self } ?? 0)

  /// `iteration 20/ 128 |`, `step 00010/21400 |`, `iter 10: loss 9.5, time 123.45ms`.
  private func readLeadingStep(_ line: UnsafeBufferPointer<UInt8>) {
    guard let base = line.baseAddress else { return }
    let count = line.count
    var place = 0
    while place < min(count, 96) - 5 {
      let (one, two, three) = (base[place] | 0x20, base[place + 1], base[place + 2])
      let isStart = place == 0 || !LogBytes.isOfWord(base[place - 1])
      if isStart, (one == 0x69 && two == 0x74 && three == 0x65) || (one == 0x73 && two == 0x74 && three == 0x65) {
        var end = place
        while end < count, base[end] | 0x20 >= 0x61, base[end] | 0x20 <= 0x7A { end += 1 }
        var number = end
        while number < count, base[number] == 0x20 { number += 1 }
        guard end - place >= 4, number > end, let step = LogBytes.number(base, number, count) else { return }
        readNano(line, from: step.next)
        guard present != 0 else { return }
        set(.step, step.value)
        readTotal(base, step.next, count)
        return
      }
      place += 1
    }
  }

  /// nanoGPT and llm.c put the word before, or the unit behind, without a sign between.
  private func readNano(_ line: UnsafeBufferPointer<UInt8>, from start: Int) {
    guard present == 0, let base = line.baseAddress else { return }
    var place = start
    while place < line.count {
      guard LogBytes.isDigit(base[place]), !LogBytes.isOfWord(base[place - 1]),
        let (value, next) = LogBytes.number(base, place, line.count)
      else {
        place += 1
        continue
      }
      let rest = UnsafeBufferPointer(start: base + next, count: line.count - next)
      if LogBytes.begins(rest, "ms") || LogBytes.begins(rest, " ms") {
        set(.stepSeconds, value / 1000)
      } else if LogBytes.begins(rest, " tok/s") {
        set(.tokensPerSecond, value)
      } else if LogBytes.begins(rest, "% bf16 MFU")
        || place >= 4 && LogBytes.begins(UnsafeBufferPointer(start: base + place - 4, count: 4), "mfu ")
      {
        set(.mfu, value / 100)
      }
      place = next
    }
    if present != 0 { formats |= Self.nanoFormat }
  }

  private static let nanoFormat: UInt32 = 1 << UInt32(TrainingLogFormats.all.firstIndex { $0 == NanoLog.self } ?? 0)
}
