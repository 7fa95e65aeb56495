import CostModel

/// An estimate as a table for people.
struct EstimateTable {
  let title: String
  let estimate: Estimate
  let report: Report
  let width: Int
  let style: Style
  var currency: Currency?
  /// Accelerators that hold the job at least.
  var fewest = 1

  var text: String {
    var sections: [[String]] = []
    let phases = estimate.run.phases.indices.map { "phase_\($0 + 1)_hours" }
    if !estimate.work.phases.isEmpty {
      sections.append(
        ["flop", "flop_6nd", "flop_over_6nd", "mfu", "precision_speedup", "accelerator_hours"] + phases + [
          "accelerators", "days", "accelerator_months",
        ])
    }
    sections.append(estimate.bill.lines.map(\.category.key) + ["cost_usd"])
    if estimate.work.volume != nil { sections.append(["usd_fixed", "usd_per_token", "usd_per_token_growing"]) }
    if !estimate.work.alternatives.isEmpty { sections.append(estimate.work.alternatives.map(\.key)) }
    if !estimate.work.phases.isEmpty {
      sections.append(
        [
          "energy_kwh", "energy_idle_kwh", "carbon_kg", "carbon_embodied_kg", "carbon_all_kg", "water_l",
          "water_embodied_l", "water_all_l",
        ])
      sections.append(["owned_price_usd", "rent_price_usd", "break_even_utilization", "break_even_hours"])
      sections.append(["method_rent_usd", "method_amortized_usd", "method_acquisition_usd"])
      sections.append(estimate.footprint.equivalents.isEmpty ? [] : ["homes", "cars", "residents_eu", "pools"])
    }
    var table = TextTable([.left, .right, .left] + (currency == nil ? [] : [.right, .left]) + [.left])
    table.rows = [["", "typical", "p10 – p90"] + (currency?.headings ?? []) + [""]]
    var gaps: [Int] = []
    var totalPlace = 0
    for section in sections {
      let rows = section.compactMap(row)
      if table.rows.count > 1, !rows.isEmpty { gaps.append(table.rows.count) }
      for row in rows {
        if row.key == "cost_usd" { totalPlace = table.rows.count }
        table.rows.append(row.cells)
      }
    }
    var lines = table.lines(width: width)
    lines[0] = style.dim(lines[0])
    lines[totalPlace] = style.bold(lines[totalPlace])
    for gap in gaps.reversed() { lines.insert("", at: gap) }
    return ([style.bold(title + chosenSize), ""] + lines + typicalSettings + clusterSizes).joined(separator: "\n")
      + "\n"
  }

  /// The size of the cluster, where nobody gave one.
  private var chosenSize: String {
    guard estimate.scenario.cluster == nil, let count = report.result("accelerators") else { return "" }
    return ", on \(ValueText.value(count)) accelerators"
  }

  private func row(_ key: String) -> (key: String, cells: [String])? {
    let indent = key.hasPrefix("phase_") ? "  " : ""
    return report.result(key).map {
      let basis = key == "accelerators" && estimate.scenario.cluster == nil ? "chosen: about four weeks" : basis($0)
      return (
        key, [indent + $0.name, ValueText.value($0), ValueText.range($0)] + (currency?.cells($0) ?? []) + [basis]
      )
    }
  }

  /// Settings that nobody gave, so that nobody takes them for their own.
  private var typicalSettings: [String] {
    var table = TextTable([.left, .right, .left, .left])
    for line in report.lines {
      guard case .input(.table(let row)) = line.basis, row.table == "methods" || row.table == "labor" else { continue }
      table.rows.append([line.name, ValueText.value(line), ValueText.range(line), "\(row.table): \(row.id)"])
    }
    guard !table.rows.isEmpty else { return [] }
    return ["", "  Usual settings, where none is given:"] + table.lines(width: width)
  }

  /// Where a value comes from, in a few words.
  private func basis(_ line: Report.Line) -> String {
    switch line.basis {
    case .formula(let pieces):
      return "= " + FormulaText(report).values(pieces)
    case .input(.given): return "given"
    case .input(.file(let name)): return name
    case .input(.assumed): return "assumed"
    case .input(.table(let row)):
      let isDerived = ["efficiency", "market", "prices"].contains(row.table)
      return "\(row.table): \(row.id)" + (isDerived ? row.note.map { ", \($0)" } ?? "" : "")
    }
  }

  private var clusterSizes: [String] {
    guard estimate.scenario.cluster == nil, !estimate.work.phases.isEmpty else { return [] }
    var table = TextTable([.right, .right, .left])
    table.rows = [["accelerators", "wall-clock time", ""]]
    for size in estimate.clusterSizes(atLeast: fewest) {
      table.rows.append([
        Notation.display(Double(size.accelerators), as: .accelerators),
        Notation.display(size.wallClock.value, as: .hours),
        size.accelerators == fewest && fewest > 1 ? "the fewest that hold it" : "",
      ])
    }
    var lines = table.lines(width: width)
    lines[0] = style.dim(lines[0])
    return ["", "  Cluster sizes (--gpus and --days choose one):"] + lines
  }
}
