import CostModel

extension Chart {
  /// An amount with its name and range.
  struct Bar: Sendable {
    var name: String
    var value: Spread
  }

  /// Bars from zero, each under its name and typical value, with a line from p10 to p90.
  static func bars(
    _ title: String, description: String, _ bars: [Bar], shown: (Double) -> String, scale: Double = 1,
    hasRanges: Bool = true
  ) -> Chart {
    var chart = Chart(title: title, description: description)
    let ends = bars.map { max($0.value.typical, $0.value.p90 ?? 0) / scale }
    let axis = Axis(.linear, [0] + ends, from: 0, to: 100)
    var y = 0.0
    for bar in bars {
      let value = shown(bar.value.typical)
      chart.shapes.append(
        .text(
          x: 0, y: y + 13, .start, "name",
          fitted(bar.name, into: leastWidth - width(of: value) - 12)))
      chart.shapes.append(.text(x: 100, y: y + 13, .end, "value", value))
      chart.shapes.append(.bar(x: 0, y: y + 19, width: axis.place(bar.value.typical / scale), height: 14, "bar"))
      if let low = bar.value.p10, let high = bar.value.p90, high > low {
        let (left, right) = (axis.place(low / scale), axis.place(high / scale))
        chart.shapes.append(.line(x1: left, y1: y + 26, x2: right, y2: y + 26, "whisker"))
        for end in [left, right] {
          chart.shapes.append(.line(x1: end, y1: y + 21, x2: end, y2: y + 31, "whisker"))
        }
      }
      y += 44
    }
    chart.addAxis(axis, from: 0, at: y) { shown($0 * scale) }
    chart.legend = [Chart.Key(.bar, "typical")] + (hasRanges ? [Chart.Key(.none, "├─┤ p10 – p90")] : [])
    return chart
  }

  /// How far a result moves with each input alone at its p10 and its p90.
  static func tornado(
    _ title: String, description: String, _ sensitivity: Sensitivity, shown: (Double) -> String, scale: Double = 1
  ) -> Chart {
    var chart = Chart(title: title, description: description)
    let typical = sensitivity.result.typical / scale
    let swings = sensitivity.drivers.flatMap { [$0.atLow, $0.atHigh] }.map { $0 / scale }
    let axis = Axis(.linear, swings + [typical], from: 0, to: 100)
    let middle = axis.place(typical)
    var y = 0.0
    for driver in sensitivity.drivers {
      let ends = [driver.atLow, driver.atHigh].sorted().map(shown)
      let value = ends[0] == ends[1] ? ends[0] : ends.joined(separator: " – ")
      chart.shapes.append(
        .text(
          x: 0, y: y + 13, .start, "name",
          fitted(driver.name, into: leastWidth - width(of: value) - 12)))
      chart.shapes.append(.text(x: 100, y: y + 13, .end, "value", value))
      for (end, look) in [(driver.atLow, "low"), (driver.atHigh, "bar")] as [(Double, StaticString)] {
        let place = axis.place(end / scale)
        chart.shapes.append(
          .bar(x: min(middle, place), y: y + 19, width: (place - middle).magnitude, height: 14, look))
      }
      chart.shapes.append(.line(x1: middle, y1: y + 16, x2: middle, y2: y + 36, "whisker"))
      y += 44
    }
    chart.addAxis(axis, from: 0, at: y) { shown($0 * scale) }
    chart.legend = [
      Chart.Key(.low, "with the input at its p10"), Chart.Key(.bar, "with the input at its p90"),
      Chart.Key(.none, "│ typical, \(shown(sensitivity.result.typical))"),
    ]
    return chart
  }

  /// Lines up and down at round values, and the values below them.
  mutating func addAxis(_ axis: Axis, from top: Double, at y: Double, label: (Double) -> String) {
    var lines: [Shape] = []
    var free = -Double.infinity
    for tick in axis.ticks(atMost: 4) {
      let place = axis.place(tick)
      lines.append(.line(x1: place, y1: top, x2: place, y2: y, "grid"))
      let anchor: Anchor = place < 12 ? .start : place > 88 ? .end : .middle
      let text = label(tick)
      // Round values may stand close at one end; a label that would touch its neighbor is left out.
      let (at, width) = (place / 100 * Self.leastWidth, Self.width(of: text))
      let left = at - (anchor == .start ? 0 : anchor == .middle ? width / 2 : width)
      guard left > free else { continue }
      free = left + width + 6
      lines.append(.text(x: place, y: y + 14, anchor, "tick", text))
    }
    shapes = lines + shapes
    height = y + 20
  }
}
