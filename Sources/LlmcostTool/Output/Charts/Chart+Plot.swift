import CostModel

/// Points over two axes.
struct Plot {
  /// One point with its range upward, and what pointing at it says.
  struct Point {
    var x: Double
    var y: Double
    var low: Double?
    var high: Double?
    var words: String
    /// Drawn hollow, where it is not like the others.
    var isApart = false
  }

  var title: String
  var description: String
  var xTitle: String
  var yTitle: String
  var xShown: (Double) -> String
  var yShown: (Double) -> String
  var yKind = Axis.Kind.logarithmic
  /// Points joined by a line.
  var curve: [Point] = []
  /// Points by themselves.
  var points: [Point] = []
  /// Lines of so many times x, where both axes count the same.
  var diagonals: [Double] = []
  /// Ranges are drawn so that they do not hide the points.
  var isCrowded = false
  var area = 280.0

  /// The chart: the values of the vertical axis stand left of the area, which takes a seventh of the width.
  var chart: Chart {
    var chart = Chart(title: title, description: description)
    let all = curve + points
    let top = 26.0
    let bottom = top + area
    let ys = all.flatMap { [$0.y, $0.low ?? $0.y, $0.high ?? $0.y] }
    let ends = diagonals.isEmpty ? [] : all.map(\.x)
    let x = Axis(.logarithmic, all.map(\.x) + (diagonals.isEmpty ? [] : all.map(\.y)), from: 18, to: 97)
    let y = Axis(yKind, ys + ends, from: bottom - 8, to: top + 8)
    chart.addAxis(x, from: top, at: bottom, label: xShown)
    chart.height += 18
    chart.shapes.append(.text(x: 0, y: 12, .start, "title", yTitle))
    chart.shapes.append(.text(x: 100, y: bottom + 32, .end, "title", xTitle))
    for tick in y.ticks(atMost: 6) {
      let place = y.place(tick)
      chart.shapes.append(.line(x1: 18, y1: place, x2: 100, y2: place, "grid"))
      chart.shapes.append(.text(x: 16, y: place + 4, .end, "tick", yShown(tick)))
    }
    for factor in diagonals {
      let low = max(x.low, y.low / factor)
      let high = min(x.high, y.high / factor)
      guard high > low else { continue }
      chart.shapes.append(
        .line(
          x1: x.place(low), y1: y.place(low * factor), x2: x.place(high), y2: y.place(high * factor),
          factor == 1 ? "whisker" : "guide"))
    }
    for (one, next) in zip(curve, curve.dropFirst()) {
      chart.shapes.append(
        .line(x1: x.place(one.x), y1: y.place(one.y), x2: x.place(next.x), y2: y.place(next.y), "curve"))
    }
    for point in all {
      guard let low = point.low, let high = point.high, high > low else { continue }
      chart.shapes.append(
        .line(
          x1: x.place(point.x), y1: y.place(low), x2: x.place(point.x), y2: y.place(high),
          isCrowded ? "faint" : "whisker"))
    }
    for point in points {
      chart.shapes.append(
        .dot(x: x.place(point.x), y: y.place(point.y), radius: 4.5, point.isApart ? "apart" : "dot", point.words))
    }
    return chart
  }
}

extension Chart {
  /// A result over the size of a cluster, on logarithmic axes.
  static func sizes(
    _ what: String, _ points: [(size: Double, value: Spread, isApart: Bool)], as shown: Shown, apart: String,
    remark: String
  ) -> Chart {
    let dots = points.map { point in
      let count = Notation.display(point.size, as: .accelerators)
      return Plot.Point(
        x: point.size, y: point.value.typical, low: point.value.p10, high: point.value.p90,
        words: "\(count) accelerators: \(shown.text(point.value.typical))", isApart: point.isApart)
    }
    var chart = Plot(
      title: "Accelerators against \(what)",
      description: "\(remark): \(dots.first?.words ?? ""), \(dots.last?.words ?? "").", xTitle: "accelerators",
      yTitle: what, xShown: Shown(.accelerators).text,
      yShown: { Notation.display($0, as: shown.dimension) }, curve: dots, points: dots
    ).chart
    chart.legend =
      [Chart.Key(.dot, "typical"), Chart.Key(.none, "│ p10 – p90")]
      + (points.contains(where: \.isApart) ? [Chart.Key(.apart, apart)] : [])
    return chart
  }
}
