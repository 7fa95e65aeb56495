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
  /// The words by their last two bytes: from where, to where.
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
    all.sort { (Self.place($0.name), $1.name.count) < (Self.place($1.name), $0.name.count) }
    bytes = .allocate(capacity: all.reduce(0) { $0 + $1.name.count })
    words = .allocate(capacity: all.count)
    ends = .allocate(capacity: Self.places)
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
      let last = Self.place(entry.name)
      if ends[last].to == 0 { ends[last].from = Int32(index) }
      ends[last].to = Int32(index + 1)
    }
  }

  /// Where words that end in two bytes stand; a few share a place.
  @inline(__always)
  private static func place(_ before: UInt8, _ last: UInt8) -> Int { Int(before & 31) << 5 | Int(last & 31) }

  private static func place(_ name: [UInt8]) -> Int { place(name[name.count - 2], name[name.count - 1]) }

  private static let places = 1024

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
      // A speed that was not counted is printed as 0.
      if value != 0 || field != .tokensPerSecond { badValues += 1 }
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
      // From a colon to an equals sign.
      if byte &- 0x3A <= 3 {
        if byte == 0x3C { readBar(base, place, count) } else if byte != 0x3B { match(base, separator: place, count) }
      }
      place += 1
    }
    if formats & Self.maxTextFormat != 0, has(.elapsed) {
      // `seconds` are those of the step.
      set(.stepSeconds, values[LogField.elapsed.rawValue])
      present &= ~(1 << UInt32(LogField.elapsed.rawValue))
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
    guard end > 1 else { return nil }
    let (from, to) = ends[Self.place(base[end - 2], base[end - 1])]
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
    if LogBytes.begins(UnsafeBufferPointer(start: base + place, count: count - place), "np.float") {
      while place < count, base[place] != 0x28 { place += 1 }
      place += 1
    }
    if field == .elapsed, word.scale == 1, let seconds = LogBytes.duration(base, place, count) {
      if !has(field) { set(field, seconds) }
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
    guard isOfTraining(base, start) else { return }
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

  /// Whether a bar is one of training: those of loading and mapping have a word before them that says so.
  private func isOfTraining(_ base: UnsafePointer<UInt8>, _ end: Int) -> Bool {
    var place = end
    while place > 0, base[place] != 0x25 { place -= 1 }
    while place > 0, base[place] == 0x25 || base[place] == 0x20 || LogBytes.isDigit(base[place]) { place -= 1 }
    guard place > 0, base[place] == 0x3A else { return true }
    var start = place
    while start > 0, place - start < 64, base[start - 1] != 0x0D, base[start - 1] != 0x25 { start -= 1 }
    let words = UnsafeBufferPointer(start: base + start, count: place - start)
    return LogBytes.contains(words, "rain") || LogBytes.contains(words, "pisode") || LogBytes.contains(words, "teps")
  }

  private static let barFormat = format(BarLog.self)
  private static let maxTextFormat = format(MaxTextLog.self)

  /// The bit of a format.
  private static func format(_ format: any TrainingLogFormat.Type) -> UInt32 {
    1 << UInt32(TrainingLogFormats.all.firstIndex { $0 == format } ?? 0)
  }

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

  private static let nanoFormat = format(NanoLog.self)
}
