import CostModel

/// Charts in characters. Every cell is one column wide, so that lines of a chart stand under each other.
enum TextChart {
  /// A bar as long as an amount; the shortest that is not nothing still shows.
  static func bar(_ value: Double, of largest: Double, width: Int, showsLeast: Bool = true) -> String {
    let columns = value / largest * Double(width)
    let length = largest > 0 && columns.magnitude < 1e6 ? Int(columns.rounded()) : 0
    return length == 0 && value > 0 && showsLeast ? "▏" : String(repeating: "█", count: max(0, length))
  }

  /// A stretch of time, by its start and length as shares of the whole.
  static func stretch(_ start: Double, _ length: Double, width: Int) -> String {
    let first = Int((start * Double(width)).rounded(.down))
    return String(repeating: " ", count: first)
      + String(repeating: "█", count: max(1, Int((length * Double(width)).rounded())))
  }

  /// A bar around a typical value, so many columns from the low end of a range to its high end: light toward the result
  /// with an input low, full with it high.
  static func swing(
    atLow: Double, typical: Double, atHigh: Double, over range: ClosedRange<Double>, width: Int
  ) -> String {
    let middle = place(typical, on: range, width: width)
    var cells = Array(repeating: " ", count: width + 1)
    for (value, mark) in [(atLow, "░"), (atHigh, "█")] {
      let end = place(value, on: range, width: width)
      for index in min(middle, end)...max(middle, end) where index != middle { cells[index] = mark }
    }
    cells[middle] = "│"
    return cells.joined()
  }

  /// A dot on an axis of ratios from the inverse of the reach to the reach, 1 in the middle.
  static func ratio(_ ratio: Double, reach: Double, half: Int) -> String {
    let limit = Elementary.logarithm(reach)
    var cells = Array(repeating: "·", count: 2 * half + 1)
    cells[half] = "│"
    cells[place(Elementary.logarithm(ratio), on: -limit...limit, width: 2 * half)] = "●"
    return cells.joined()
  }

  /// A dot on a logarithmic axis.
  static func dot(_ value: Double, over range: ClosedRange<Double>, width: Int) -> String {
    let ends = Elementary.logarithm(range.lowerBound)...Elementary.logarithm(range.upperBound)
    var cells = Array(repeating: "·", count: width)
    cells[place(Elementary.logarithm(value), on: ends, width: width - 1)] = "●"
    return cells.joined()
  }

  /// A curve of one value a column, its highest and lowest named at the left, and names along its foot.
  static func curve(_ values: [Double], rows: Int, labels: (high: String, low: String), feet: [String]) -> [String] {
    guard let low = values.min(), let high = values.max(), high > low else { return [] }
    let heights = values.map { place($0, on: low...high, width: rows - 1) }
    let margin = max(labels.high.displayWidth, labels.low.displayWidth)
    let lines = (0..<rows).reversed().map { row -> String in
      let label = row == rows - 1 ? labels.high : row == 0 ? labels.low : ""
      let padding = String(repeating: " ", count: margin - label.displayWidth)
      var line = "  " + padding + label + " │" + heights.map { $0 == row ? "●" : " " }.joined()
      while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
      return line
    }
    let left = String(repeating: " ", count: margin + 3)
    let gap = (values.count - feet.reduce(0) { $0 + $1.displayWidth }) / max(1, feet.count - 1)
    return lines + [
      left + "└" + String(repeating: "─", count: values.count),
      left + " " + feet.joined(separator: String(repeating: " ", count: max(1, gap))),
    ]
  }

  /// The column of a value; what lies outside, or is no number, stands at an end.
  private static func place(_ value: Double, on range: ClosedRange<Double>, width: Int) -> Int {
    let span = range.upperBound - range.lowerBound
    let share = (value - range.lowerBound) / span
    guard span > 0, share.isFinite else { return 0 }
    return Int((min(max(share, 0), 1) * Double(width)).rounded())
  }
}
