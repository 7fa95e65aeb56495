import CostModel

extension FitView {
  /// The memory by part of one kind of accelerator, or the fewest of every kind.
  var page: Page {
    var page = Page(command: "fit", title: headline)
    guard isSingle else {
      let heading = "The fewest accelerators"
      guard !rows.isEmpty else {
        page.notes = ["No accelerator holds it."]
        return page
      }
      let bars = rows.map {
        Chart.Bar(name: $0.accelerator.name, value: Spread(typical: $0.placement?.layout.accelerators ?? 0))
      }
      let chart = Chart.bars(
        heading, description: "One bar for each of \(bars.count) kinds of accelerators.", bars,
        shown: { Notation.display($0, as: .accelerators) })
      page.sections = [
        Page.Section("accelerators", heading, chart, table: DataTable("Layouts that fit", acceleratorTable))
      ]
      return page
    }
    guard let row = rows.first, let placement = row.placement else {
      page.notes = ["No layout of these degrees and this batch has so many accelerators."]
      return page
    }
    let count = Notation.display(placement.layout.accelerators, as: .accelerators)
    page.title += "\n\(count) × \(row.accelerator.name): \(row.layoutText)"
    page.facts = [
      Page.Fact(name: "accelerators", value: count),
      Page.Fact(name: "most loaded accelerator", value: bytes(placement.use.total.value)),
      Page.Fact(name: "usable memory", value: bytes(row.usable)),
      Page.Fact(name: "verdict", value: row.fits ? "fits" : "does not fit"),
    ]
    let heading = "Memory by part"
    let chart = Chart.bars(
      heading, description: "One bar for each part of the memory of the most loaded accelerator.",
      placement.use.parts.filter { $0.bytes.value > 0 }.map {
        Chart.Bar(name: $0.name, value: Spread(typical: $0.bytes.value))
      }, shown: bytes, scale: 1e9)
    page.sections = [
      Page.Section("memory", heading, chart, table: DataTable(heading, memoryTable(row, placement)))
    ]
    return page
  }
}
