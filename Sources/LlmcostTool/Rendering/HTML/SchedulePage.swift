import CostModel

extension ScheduleView {
  /// Days and cost over the size of the cluster.
  var page: Page {
    var page = Page(command: "schedule", title: title, notes: answer.schedule.estimate.scenario.noteLines)
    var table = DataTable("Clusters", clusterTable)
    table.remarks = foot.map { String($0.drop { $0 == " " }) }
    page.sections = [
      Page.Section("days", "Accelerators against days", plot("days", title: "days", as: .ratio), table: table),
      Page.Section("cost", "Accelerators against cost", plot("cost_usd", title: "cost", as: .dollars), table: costs),
    ]
    if let chosen = answer.chosen {
      let row = answer.rows[chosen]
      let count = Notation.display(row.cluster.accelerators, as: .accelerators)
      page.facts.append(
        Page.Fact(name: answer.isForDeadline ? "cheapest in time" : "cluster", value: "\(count) accelerators"))
      for (name, key, dimension) in [
        ("days", "days", Dimension.ratio), ("cost", "cost_usd", .dollars), ("MW of the site", "power_mw", .ratio),
      ] {
        page.facts.append(
          Page.Fact(name: name, value: display(Self.number(row, key), as: dimension), range: range(row, key, dimension))
        )
      }
      page.sections.append(
        Page.Section("chosen", "The cluster in full", tables: [DataTable("The cluster in full", detailTable(row))]))
    }
    return page
  }

  private func range(_ row: ScheduleAnswer.Row, _ key: String, _ dimension: Dimension) -> String {
    let ends = [".p10", ".p90"].map { display(Self.number(row, key + $0), as: dimension) }
    return ends[0] == ends[1] ? "" : ends.joined(separator: " – ")
  }

  private var costs: DataTable {
    var table = TextTable([.right, .right, .left])
    table.rows = [["accelerators", "cost", "p10 – p90"]]
    for row in answer.rows {
      table.rows.append([
        Notation.display(row.cluster.accelerators, as: .accelerators),
        display(Self.number(row, "cost_usd"), as: .dollars), range(row, "cost_usd", .dollars),
      ])
    }
    return DataTable("Cost by size of the cluster", table)
  }

  private func plot(_ key: String, title: String, as dimension: Dimension) -> Chart {
    func shown(_ value: Double) -> String { Notation.display(value, as: dimension) }
    let unit = dimension == .ratio ? " \(title)" : ""
    let points = answer.rows.indices.compactMap { index -> Plot.Point? in
      let row = answer.rows[index]
      guard let typical = Self.number(row, key) else { return nil }
      let count = Notation.display(row.cluster.accelerators, as: .accelerators)
      return Plot.Point(
        x: row.cluster.accelerators, y: typical, low: Self.number(row, key + ".p10"),
        high: Self.number(row, key + ".p90"), words: "\(count) accelerators: \(shown(typical))\(unit)",
        isApart: index == answer.chosen)
    }
    var chart = Plot(
      title: "Accelerators against \(title)",
      description: "A dot for each size of the cluster: \(points.first?.words ?? ""), \(points.last?.words ?? "").",
      xTitle: "accelerators", yTitle: title, xShown: { Notation.display($0, as: .accelerators) }, yShown: shown,
      curve: points, points: points
    ).chart
    chart.legend =
      [Chart.Key(.dot, "typical"), Chart.Key(.none, "│ p10 – p90")]
      + (answer.chosen == nil ? [] : [Chart.Key(.apart, answer.isForDeadline ? "cheapest in time" : "the cluster")])
    return chart
  }
}
