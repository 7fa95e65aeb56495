import CostModel

extension Chart {
  /// A stretch of time with its name.
  struct Stretch: Sendable {
    var name: String
    var start: Double
    var length: Double
  }

  /// Bars from start to end, each under its name and length.
  static func timeline(
    _ title: String, description: String, _ stretches: [Stretch], shown: (Double) -> String
  ) -> Chart {
    var chart = Chart(title: title, description: description)
    let axis = Axis(.linear, [0] + stretches.map { $0.start + $0.length }, from: 0, to: 100)
    var y = 0.0
    for stretch in stretches {
      let value = shown(stretch.length)
      chart.shapes.append(
        .text(x: 0, y: y + 13, .start, "name", fitted(stretch.name, into: leastWidth - width(of: value) - 12)))
      chart.shapes.append(.text(x: 100, y: y + 13, .end, "value", value))
      let (left, right) = (axis.place(stretch.start), axis.place(stretch.start + stretch.length))
      // The shortest stage still shows.
      chart.shapes.append(.bar(x: min(left, 99.5), y: y + 19, width: max(right - left, 0.5), height: 14, "bar"))
      y += 44
    }
    chart.addAxis(axis, from: 0, at: y, label: shown)
    chart.legend = [Chart.Key(.bar, "from start to end")]
    return chart
  }
}
