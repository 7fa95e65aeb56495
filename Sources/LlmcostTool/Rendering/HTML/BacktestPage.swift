import CostModel

extension BacktestView {
  /// Predicted against actual, and every run.
  var page: Page {
    let counted = entries.filter { $0.setAside == nil }.sorted { $0.ratio < $1.ratio }
    let apart = entries.filter { $0.setAside != nil }
    var page = Page(command: "backtest", title: "\(headline), each run predicted without its organization")
    if !counted.isEmpty {
      let summary = summary
      page.facts = [
        Page.Fact(name: "runs", value: String(summary.count)),
        Page.Fact(name: "median of predicted / actual", value: Notation.display(summary.median, as: .ratio)),
        Page.Fact(name: "within ×1.5", value: EstimatePage.percent(summary.withinOneAndAHalf)),
        Page.Fact(name: "within ×2", value: EstimatePage.percent(summary.withinTwo)),
        Page.Fact(name: "inside p10 – p90", value: EstimatePage.percent(summary.inside)),
      ]
      let runs = DataTable("Runs by predicted over actual", rows(counted) { $0.isInside ? "" : "outside" })
      page.sections.append(Page.Section("runs", "Predicted against actual", scatter(counted), table: runs))
      var groups = DataTable("How close the predictions are", summaryTable)
      groups.remarks = [fitRemark]
      page.sections.append(Page.Section("summary", "Summary", tables: [groups]))
    }
    if !apart.isEmpty {
      let table = DataTable("Set apart, and counted in no summary", rows(apart) { $0.setAside ?? "" })
      page.sections.append(Page.Section("apart", "Set apart", tables: [table]))
    }
    if !withoutInputs.isEmpty {
      let table = DataTable(
        "Figures that cannot be predicted",
        columns: [DataTable.Column(name: "run"), DataTable.Column(name: "what is missing")],
        rows: withoutInputs.map { [.text($0.id), .text($0.reason)] })
      page.sections.append(Page.Section("missing", "Not predicted", tables: [table]))
    }
    return page
  }

  /// Predicted over actual on two logarithmic axes; on the line, a prediction is exact.
  private func scatter(_ entries: [Backtest.Entry]) -> Chart {
    func shown(_ value: Double) -> String { Notation.display(value * measure.scale, as: measure.dimension) }
    let points = entries.map { entry in
      Plot.Point(
        x: entry.actual, y: entry.predicted.typical, low: entry.predicted.p10, high: entry.predicted.p90,
        words: "\(entry.id): \(shown(entry.predicted.typical)) predicted, \(shown(entry.actual)) actual",
        isApart: !entry.isInside)
    }
    let inside = entries.filter(\.isInside).count
    var chart = Plot(
      title: "\(headline), predicted against actual",
      description: "\(entries.count) runs around the line where both are the same; \(inside) have the actual value "
        + "inside p10 – p90.",
      xTitle: "actual", yTitle: "predicted", xShown: shown, yShown: shown, points: points, diagonals: [1, 0.5, 2],
      isCrowded: true, area: 380
    ).chart
    chart.legend = [
      Chart.Key(.dot, "actual inside p10 – p90"), Chart.Key(.apart, "outside"),
      Chart.Key(.none, "line: exact; dashes: half and twice"),
    ]
    return chart
  }
}
