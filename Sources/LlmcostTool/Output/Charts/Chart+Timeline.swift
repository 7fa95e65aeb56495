import CostModel

extension Chart {
  /// Bars from start to end, each under its name and length.
  static func timeline(
    _ title: String, _ description: String, _ stretches: [(name: String, start: Double, length: Double)]
  ) -> Chart {
    let shown = Shown(.hours).text
    var chart = Chart(title: title, description: description)
    let axis = Axis(.linear, [0] + stretches.map { $0.start + $0.length }, from: 0, to: 100)
    var y = 0.0
    for stretch in stretches {
      chart.addLabels(stretch.name, shown(stretch.length), at: y)
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
