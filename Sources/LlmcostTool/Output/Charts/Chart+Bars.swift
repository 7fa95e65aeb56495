import CostModel

extension Chart {
  /// Bars from zero, each under its name and typical value, with a line from p10 to p90.
  static func bars(
    _ title: String, _ description: String, _ bars: [(name: String, value: Spread)], _ dimension: Dimension,
    scale: Double = 1, hasRanges: Bool = true
  ) -> Chart {
    self.bars(title, description, bars, scale: scale, hasRanges: hasRanges, shown: Shown(dimension).text)
  }

  /// Bars of money, in the currency that is shown beside US dollars where there is one.
  static func money(
    _ title: String, _ description: String, _ bars: [(name: String, value: Spread)], in currency: Currency?,
    hasRanges: Bool = true
  ) -> Chart {
    let shown = Money(currency)
    // Round values along the axis are those of the currency.
    return self.bars(
      title + shown.remark, description, bars, scale: 1 / shown.perDollar, hasRanges: hasRanges, shown: shown.text)
  }

  /// Dollars as a chart shows them.
  struct Money: Sendable {
    private let currency: Currency?

    init(_ currency: Currency?) { self.currency = currency }

    var perDollar: Double { currency?.perDollar ?? 1 }
    /// What a title adds.
    var remark: String { currency.map { ", \($0.code)" } ?? "" }

    /// As `$1.3M`, or `1.2M` of the currency.
    func text(_ dollars: Double) -> String { currency?.text(dollars) ?? Shown(.dollars).text(dollars) }
  }

  /// Bars of amounts that are shown in a way of their own.
  static func bars(
    _ title: String, _ description: String, _ bars: [(name: String, value: Spread)], scale: Double = 1,
    hasRanges: Bool = true, shown: (Double) -> String
  ) -> Chart {
    var chart = Chart(title: title, description: description)
    let ends = bars.map { max($0.value.typical, $0.value.p90 ?? 0) / scale }
    let axis = Axis(.linear, [0] + ends, from: 0, to: 100)
    var y = 0.0
    for bar in bars {
      chart.addLabels(bar.name, shown(bar.value.typical), at: y)
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

  /// How far a result moves with each input alone at its p10 and its p90; the first ten that show.
  ///
  /// - Parameters:
  ///   - result: What it is called.
  ///   - sensitivity: What moves it.
  ///   - currency: The currency of money beside US dollars; nil for none.
  /// - Returns: A tornado.
  static func tornado(of result: String, _ sensitivity: Sensitivity, in currency: Currency? = nil) -> Chart {
    let money = sensitivity.dimension == .dollars ? Money(currency) : Money(nil)
    let shown = sensitivity.dimension == .dollars ? money.text : Shown(sensitivity.dimension).text
    let first = sensitivity.drivers.first
    var chart = Chart(
      title: "What moves \(result)\(money.remark)",
      description: "One bar for each input, from the result with the input at its p10 to that at its p90; "
        + (first.map { "\($0.name) explains \(Cell.percent($0.share)) of its logarithm's variance." } ?? ""))
    func width(_ driver: Sensitivity.Driver) -> Double { (driver.atHigh - driver.atLow).magnitude }
    let widest = sensitivity.drivers.map(width).max() ?? 0
    let drivers = sensitivity.drivers.filter { width($0) >= widest / 200 }.prefix(10)
    let typical = sensitivity.result.typical
    let ends = drivers.flatMap { [$0.atLow, $0.atHigh] } + [typical]
    let axis = Axis(.linear, ends.map { $0 * money.perDollar }, from: 0, to: 100)
    let middle = axis.place(typical * money.perDollar)
    var y = 0.0
    for driver in drivers {
      let ends = [driver.atLow, driver.atHigh].sorted().map(shown)
      chart.addLabels(driver.name, ends[0] == ends[1] ? ends[0] : ends.joined(separator: " – "), at: y)
      for (end, look) in [(driver.atLow, "low"), (driver.atHigh, "bar")] as [(Double, StaticString)] {
        let place = axis.place(end * money.perDollar)
        chart.shapes.append(
          .bar(x: min(middle, place), y: y + 19, width: (place - middle).magnitude, height: 14, look))
      }
      chart.shapes.append(.line(x1: middle, y1: y + 16, x2: middle, y2: y + 36, "whisker"))
      y += 44
    }
    chart.addAxis(axis, from: 0, at: y) { shown($0 / money.perDollar) }
    chart.legend = [
      Chart.Key(.low, "with the input at its p10"), Chart.Key(.bar, "with the input at its p90"),
      Chart.Key(.none, "│ typical, \(shown(typical))"),
    ]
    return chart
  }

  /// The name and the value of a bar, above it.
  mutating func addLabels(_ name: String, _ value: String, at y: Double) {
    let room = Self.leastWidth - Self.width(of: value) - 12
    shapes.append(.text(x: 0, y: y + 13, .start, "name", Self.fitted(name, into: room)))
    shapes.append(.text(x: 100, y: y + 13, .end, "value", value))
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
