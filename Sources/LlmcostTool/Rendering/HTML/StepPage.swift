import CostModel

extension StepView {
  /// The step with a chart of where its time goes, its memory, and the fastest layouts.
  var page: Page {
    let report = shown.report
    var page = Page(command: "step", title: ([headline] + setting).joined(separator: "\n"))
    page.notes = notes + (problem.map { [$0] } ?? [])
    page.facts = speedTable.rows.map { Page.Fact(name: $0[0], value: $0[1], range: $0[2]) }
    let heading = "Where the time goes"
    let chart = Chart.bars(
      heading, description: "One bar for each part of the seconds of a step.",
      report.terms.filter { $0.seconds > 0 }.map { Chart.Bar(name: $0.name, value: Spread(typical: $0.seconds)) },
      shown: Self.time, hasRanges: false)
    let memory = Chart.bars(
      "Memory by part", description: "One bar for each part of the memory of the most loaded accelerator.",
      shown.choice.use.parts.filter { $0.bytes.value > 0 }.map {
        Chart.Bar(name: $0.name, value: Spread(typical: $0.bytes.value))
      }, shown: Self.bytes, scale: 1e9, hasRanges: false)
    var (time, parts) = (timeTable, memoryTable)
    time.rows.insert(["part", "time", "share", "hidden"], at: 0)
    parts.rows.insert(["part", "bytes", ""], at: 0)
    page.sections = [
      Page.Section("time", heading, chart, table: DataTable(heading, time)),
      Page.Section("memory", "Memory", memory, table: DataTable("Memory by part", parts)),
    ]
    if choices.count > 1 {
      page.sections.append(
        Page.Section("layouts", "The fastest layouts", tables: [DataTable("Layouts that fit", layoutTable)]))
    }
    return page
  }
}
