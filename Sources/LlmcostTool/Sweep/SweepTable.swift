import CostModel

/// The rows of a grid, none of which is kept: the last axis moves fastest, or all move together.
struct SweepTable: Sendable {
  /// Where a row stands on each axis.
  struct Position {
    private(set) var places: [Int]

    init(_ row: Int, of table: SweepTable) {
      places = Array(repeating: 0, count: table.counts.count)
      var rest = row
      for axis in table.counts.indices.reversed() {
        let count = table.counts[axis]
        places[axis] = table.isZipped ? (count == 1 ? 0 : row) : rest % count
        rest /= count
      }
    }

    /// So many rows on.
    mutating func advance(in table: SweepTable, by rows: Int) {
      for _ in 0..<rows { advance(in: table) }
    }

    /// The next row.
    mutating func advance(in table: SweepTable) {
      if table.isZipped {
        for axis in places.indices where table.counts[axis] > 1 { places[axis] += 1 }
        return
      }
      var axis = places.count - 1
      while axis >= 0 {
        places[axis] += 1
        if places[axis] < table.counts[axis] { return }
        places[axis] = 0
        axis -= 1
      }
    }
  }

  let axes: [SweepAxis]
  let counts: [Int]
  let isZipped: Bool
  private let layout: SweepLayout
  /// The values of the axes that are short enough to be kept.
  private let kept: [SweepValues?]

  /// How many values of an axis are kept at once.
  private static let mostKept = 1 << 14

  init(_ axes: [SweepAxis], layout: SweepLayout, isZipped: Bool) {
    self.axes = axes
    counts = axes.map(\.count)
    self.isZipped = isZipped
    self.layout = layout
    kept = axes.enumerated().map { column, axis in
      axis.count <= Self.mostKept ? SweepValues(of: axis, 0..<axis.count, layout: layout, column: column) : nil
    }
  }

  /// The values of an axis around a place.
  func values(of column: Int, around place: Int) -> SweepValues {
    if let values = kept[column] { return values }
    let window = 1 << 12
    let start = place / window * window
    let range = start..<Swift.min(start + window, counts[column])
    return SweepValues(of: axes[column], range, layout: layout, column: column)
  }

  /// The values of the row at a position.
  func values(at position: Position) -> [SweepValue?] {
    axes.indices.map { axes[$0].value(at: position.places[$0]) }
  }
}

/// Some values of an axis in a row, ready to be computed with and written out; made once and never changed.
final class SweepValues: @unchecked Sendable {
  /// What a loop over rows needs of them: plain pointers, which are not counted.
  struct Pointers {
    /// Where the values stand on the axis.
    var range: Range<Int>
    /// The typical values; of words zeros.
    var typical: UnsafeMutablePointer<Double>
    /// The cells, one after the other.
    var cells: UnsafeMutablePointer<UInt8>
    /// Where each cell starts, and where the last one ends.
    var starts: UnsafeMutablePointer<Int>
  }

  let pointers: Pointers
  /// The amounts; nil for words.
  let amounts: [Ranged<Ratio>?]
  /// The least and the greatest of all ends of ranges.
  let bounds: (low: Double, high: Double)
  /// Whether all of them are numbers, and whole where only whole numbers will do.
  let areProper: Bool
  /// How long the longest cell is.
  let longest: Int

  init(of axis: SweepAxis, _ range: Range<Int>, layout: SweepLayout, column: Int) {
    let values = range.map { axis.value(at: $0) }
    let cells = values.map { layout.cell($0, option: column) }
    let isCounted = axis.number?.dimension == .accelerators
    amounts = values.map { $0?.amount }
    areProper = amounts.allSatisfy { amount in
      amount.map { !isCounted || $0.typical.value == $0.typical.value.rounded() } ?? false
    }
    bounds = (
      amounts.compactMap { $0?.low.value }.min() ?? 0, amounts.compactMap { $0?.high.value }.max() ?? 0
    )
    longest = cells.map(\.count).max() ?? 0
    pointers = Pointers(
      range: range, typical: .allocate(capacity: range.count),
      cells: .allocate(capacity: cells.reduce(0) { $0 + $1.count } + 1), starts: .allocate(capacity: range.count + 1))
    var end = 0
    pointers.starts.initialize(to: 0)
    for index in values.indices {
      (pointers.typical + index).initialize(to: amounts[index]?.typical.value ?? 0)
      for byte in cells[index] {
        (pointers.cells + end).initialize(to: byte)
        end += 1
      }
      (pointers.starts + index + 1).initialize(to: end)
    }
  }

  deinit {
    pointers.typical.deallocate()
    pointers.cells.deallocate()
    pointers.starts.deallocate()
  }

  /// The amount at a place of the axis.
  func amount(at place: Int) -> Ranged<Ratio>? { amounts[place - pointers.range.lowerBound] }
}
