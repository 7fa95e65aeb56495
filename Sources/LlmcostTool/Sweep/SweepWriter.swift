import CostModel

/// Writes the results of rows: what is like in the row before is copied from there, not written anew.
struct SweepWriter {
  /// A result of the row written last: its value, and where its text stands in the buffer.
  private struct Written {
    var bits: UInt64 = 0
    var start = -1
    var end = 0
  }

  private let results: [SweepResult]
  /// How many of the results are shown; the others are weighed.
  private let shown: Int
  private let layout: SweepLayout
  private let width = EstimateProgram.width
  /// What stands before each result, one after the other, and behind the last.
  private let fixed: Storage<UInt8>
  private let starts: Storage<Int>
  /// The values of a block, by result; those that are missing are NaN.
  private let values: Storage<Double>
  private let written: Storage<Written>

  /// The most bytes that the results of a row take.
  let longestResults: Int

  init(_ layout: SweepLayout, results: [SweepResult]) {
    self.results = results
    self.layout = layout
    shown = layout.results.count
    longestResults = layout.longestResults
    let first = layout.options.count
    var texts = Array(layout.leads[first..<(first + shown)])
    texts.append((layout.hasErrors ? (layout.leads.last ?? []) + layout.nothing : []) + layout.end)
    fixed = Storage(texts.flatMap { $0 })
    var ends = [0]
    for text in texts { ends.append((ends.last ?? 0) + text.count) }
    starts = Storage(ends)
    values = Storage(Array(repeating: .nan, count: Swift.max(1, results.count) * EstimateProgram.width))
    written = Storage(Array(repeating: Written(), count: shown + 1))
  }

  /// Forgets what was written: the next row has nothing to copy from.
  func forget() {
    for index in 0...shown { written.start[index].start = -1 }
  }

  /// Takes the results of a block.
  func take(_ program: any RowProgram, rows: Int) {
    for (index, result) in results.enumerated() {
      let row = UnsafeMutableBufferPointer(start: values.start + index * width, count: rows)
      let factor = result.result.unit.perBaseUnit
      if program.copy(result: index, into: row) {
        for place in row.indices { row[place] *= factor }
      } else {
        for place in row.indices { row[place] = result.missing }
      }
    }
  }

  /// Takes the results of a single row.
  func take(_ report: Report, _ chances: Chances?) {
    for (index, result) in results.enumerated() {
      values.start[index * width] = result.value(in: report, chances) ?? .nan
    }
  }

  /// A result of a row of the block.
  func value(_ index: Int, row: Int) -> Double? {
    let value = values.start[index * width + row]
    return value.isNaN ? nil : value
  }

  /// Writes the results of a row and what ends it, for which there is room.
  @inline(__always)
  func write(row: Int, to buffer: ByteBuffer) {
    for index in 0..<shown {
      let value = values.start[index * width + row]
      let before = written.start[index]
      let start = buffer.count
      if before.start >= 0, before.bits == value.bitPattern {
        buffer.repeat(from: before.start, to: before.end)
      } else {
        let lead = starts.start[index]
        buffer.append(fixed.start + lead, starts.start[index + 1] - lead)
        if value.isFinite { buffer.append(value) } else { for byte in layout.nothing { buffer.append(byte) } }
      }
      written.start[index] = Written(bits: value.bitPattern, start: start, end: buffer.count)
    }
    let lead = starts.start[shown]
    buffer.append(fixed.start + lead, starts.start[shown + 1] - lead)
  }

  /// Memory of fixed size.
  private final class Storage<Element> {
    let start: UnsafeMutablePointer<Element>
    private let count: Int

    init(_ elements: [Element]) {
      count = elements.count
      start = .allocate(capacity: Swift.max(1, elements.count))
      for (index, element) in elements.enumerated() { (start + index).initialize(to: element) }
    }

    deinit {
      start.deinitialize(count: count)
      start.deallocate()
    }
  }
}
