import CostModel

/// The marks that charts in a terminal are drawn with.
struct Glyphs: Sendable {
  var full: String
  var light: String
  var dot: String
  var axis: String
  var base: String
  var corner: String
  var empty: String

  static let unicode = Glyphs(full: "█", light: "░", dot: "●", axis: "│", base: "─", corner: "└", empty: "·")
  static let ascii = Glyphs(full: "#", light: "=", dot: "o", axis: "|", base: "-", corner: "+", empty: ".")
}

/// Charts in characters. Every cell is one column wide, so that lines of a chart stand under each other.
struct TerminalChart: Sendable {
  let glyphs: Glyphs

  /// A bar around a typical value, so many columns from the low end of a range to its high end: light toward the result
  /// with an input low, full with it high.
  func swing(atLow: Double, typical: Double, atHigh: Double, over range: ClosedRange<Double>, width: Int) -> String {
    let middle = place(typical, on: range, width: width)
    var cells = Array(repeating: " ", count: width + 1)
    for (value, mark) in [(atLow, glyphs.light), (atHigh, glyphs.full)] {
      let end = place(value, on: range, width: width)
      for index in min(middle, end)...max(middle, end) where index != middle { cells[index] = mark }
    }
    cells[middle] = glyphs.axis
    return cells.joined()
  }

  /// A dot on an axis of ratios from the inverse of the reach to the reach, 1 in the middle.
  func ratio(_ ratio: Double, reach: Double, half: Int) -> String {
    let limit = Elementary.logarithm(reach)
    var cells = Array(repeating: glyphs.empty, count: 2 * half + 1)
    cells[half] = glyphs.axis
    cells[place(Elementary.logarithm(ratio), on: -limit...limit, width: 2 * half)] = glyphs.dot
    return cells.joined()
  }

  /// The ends and the middle of an axis of ratios.
  static func ratioAxis(reach: Double, half: Int) -> String {
    let (left, right) = ("÷\(Int(reach))", "×\(Int(reach))")
    let gap = String(repeating: " ", count: half - left.displayWidth)
    return left + gap + "1" + gap + right
  }

  /// A curve of one value a column, its highest and lowest named at the left.
  func curve(_ values: [Double], rows: Int, labels: (high: String, low: String)) -> [String] {
    guard let low = values.min(), let high = values.max(), high > low else { return [] }
    let heights = values.map { place($0, on: low...high, width: rows - 1) }
    let margin = max(labels.high.displayWidth, labels.low.displayWidth)
    let lines = (0..<rows).reversed().map { row -> String in
      let label = row == rows - 1 ? labels.high : row == 0 ? labels.low : ""
      let padding = String(repeating: " ", count: margin - label.displayWidth)
      var line = padding + label + " " + glyphs.axis + heights.map { $0 == row ? glyphs.dot : " " }.joined()
      while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
      return line
    }
    let base = String(repeating: glyphs.base, count: values.count)
    return lines + [String(repeating: " ", count: margin + 1) + glyphs.corner + base]
  }

  /// The column of a value; what lies outside, or is no number, stands at an end.
  private func place(_ value: Double, on range: ClosedRange<Double>, width: Int) -> Int {
    let span = range.upperBound - range.lowerBound
    let share = (value - range.lowerBound) / span
    guard span > 0, share.isFinite else { return 0 }
    return Int((min(max(share, 0), 1) * Double(width)).rounded())
  }
}

/// Loss along one FLOP, from a sixteenth to sixteen times the size of a model.
struct IsoFLOPCurve {
  let sizes: [ModelSize]
  let losses: [Double]

  /// nil where the law tells no loss, or one that does not change.
  init?(_ entry: SizeAnswer.Entry, points: Int) {
    let reach = 16.0
    sizes = (0..<points).map { point in
      let place = Double(2 * point - (points - 1)) / Double(points - 1)
      let factor = Elementary.exponential(place * Elementary.logarithm(reach))
      return ModelSize(parameters: entry.size.parameters * factor, tokens: entry.size.tokens / factor)
    }
    losses = sizes.compactMap(entry.loss)
    guard losses.count == points, let low = losses.min(), let high = losses.max(), high > low, high.isFinite else {
      return nil
    }
  }
}
