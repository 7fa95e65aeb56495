import CostModel

/// The rows of a grid, none of which is kept: the last axis moves fastest, or all move together.
struct SweepTable: Sendable {
  /// The values of one option, as rows show them.
  struct Axis: Sendable {
    /// More values than these are made anew for each row.
    private static let mostKept = 1 << 16

    private let axis: SweepAxis
    private let layout: SweepLayout
    private let column: Int
    private let isCounted: Bool
    private var cells: [UInt8] = []
    private var ends: [Int] = []
    private var amounts: [Ranged<Ratio>?] = []

    /// How many values there are.
    var count: Int { axis.count }
    /// How long the longest cell is.
    private(set) var longest = 0

    init(_ axis: SweepAxis, layout: SweepLayout, column: Int) {
      self.axis = axis
      self.layout = layout
      self.column = column
      isCounted = axis.number?.dimension == .accelerators
      guard axis.count <= Self.mostKept else {
        longest = 2 * Notation.longestNumber + axis.probes.map { layout.cell($0, option: column).count }.reduce(0, max)
        return
      }
      for index in 0..<axis.count {
        let value = axis.value(at: index)
        let cell = layout.cell(value, option: column)
        longest = max(longest, cell.count)
        cells += cell
        ends.append(cells.count)
        amounts.append(value?.amount)
      }
    }

    /// The value at a place.
    func value(at index: Int) -> SweepValue? { axis.value(at: index) }

    /// The number at a place.
    @inline(__always)
    func amount(at index: Int) -> Ranged<Ratio>? { amounts.isEmpty ? axis.value(at: index)?.amount : amounts[index] }

    /// Whether a number may stand for accelerators, if that is what the axis counts.
    @inline(__always)
    func isWhole(_ amount: Ranged<Ratio>) -> Bool {
      !isCounted || amount.typical.value == amount.typical.value.rounded()
    }

    /// Writes the cell of a value into a buffer with room for it.
    @inline(__always)
    func write(_ index: Int, to buffer: ByteBuffer) {
      guard !ends.isEmpty else {
        buffer.append(layout.cell(axis.value(at: index), option: column))
        buffer.reserve(layout.longestResults)
        return
      }
      let start = index == 0 ? 0 : ends[index - 1]
      cells.withUnsafeBufferPointer { cells in
        if let base = cells.baseAddress { buffer.append(base + start, ends[index] - start) }
      }
    }
  }

  /// Where a row stands on each axis.
  struct Position {
    private(set) var places: [Int]

    init(_ row: Int, of table: SweepTable) {
      places = Array(repeating: 0, count: table.axes.count)
      var rest = row
      for axis in table.axes.indices.reversed() {
        let count = table.axes[axis].count
        places[axis] = table.isZipped ? (count == 1 ? 0 : row) : rest % count
        rest /= count
      }
    }

    /// The next row.
    @inline(__always)
    mutating func advance(in table: SweepTable) {
      if table.isZipped {
        for axis in places.indices where table.axes[axis].count > 1 { places[axis] += 1 }
        return
      }
      var axis = places.count - 1
      while axis >= 0 {
        places[axis] += 1
        if places[axis] < table.axes[axis].count { return }
        places[axis] = 0
        axis -= 1
      }
    }
  }

  let axes: [Axis]
  let isZipped: Bool
  /// How many rows there are.
  let rows: Int
  /// How many bytes the cells of all options take at most.
  let longestCells: Int

  init(_ axes: [SweepAxis], layout: SweepLayout, isZipped: Bool, rows: Int) {
    self.axes = axes.enumerated().map { Axis($1, layout: layout, column: $0) }
    self.isZipped = isZipped
    self.rows = rows
    longestCells = self.axes.reduce(0) { $0 + $1.longest }
  }

  /// The values of the row at a position.
  func values(at position: Position) -> [SweepValue?] {
    axes.indices.map { axes[$0].value(at: position.places[$0]) }
  }
}
