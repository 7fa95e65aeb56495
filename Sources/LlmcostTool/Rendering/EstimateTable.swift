import CostModel

/// An estimate as a table for people.
struct EstimateTable {
  let title: String
  let estimate: Estimate
  let report: Report
  let width: Int
  let style: Style
  var currency: Currency?

  var text: String {
    var table = TextTable([.left, .right, .left] + (currency == nil ? [] : [.right, .left]) + [.left])
    table.rows = [["", "typical", "p10 – p90"] + (currency.map { [$0.code, "p10 – p90"] } ?? []) + [""]]
    table.rows += rows(["flop", "mfu", "precision_speedup", "accelerator_hours", "accelerators", "days"])
    let billStart = table.rows.count
    table.rows += rows(estimate.bill.lines.map(\.category.key))
    let totalPlace = table.rows.count
    table.rows += rows(["cost_usd"])
    let footprintStart = table.rows.count
    table.rows += rows(["energy_kwh", "carbon_kg", "water_l"])
    var lines = table.lines(width: width)
    lines[0] = style.dim(lines[0])
    lines[totalPlace] = style.bold(lines[totalPlace])
    lines.insert("", at: footprintStart)
    lines.insert("", at: billStart)
    return ([style.bold(title), ""] + lines + clusterSizes).joined(separator: "\n") + "\n"
  }

  private func rows(_ keys: [String]) -> [[String]] {
    keys.compactMap { key in
      report.result(key).map { [$0.name, ValueText.value($0), ValueText.range($0)] + converted($0) + [basis($0)] }
    }
  }

  /// The same money in the other currency; empty cells for what is none.
  private func converted(_ line: Report.Line) -> [String] {
    guard let currency else { return [] }
    return line.dimension == .dollars
      ? [currency.shown(line.value.typical), currency.shown(line.value)] : ["", ""]
  }

  /// Where a value comes from, in a few words.
  private func basis(_ line: Report.Line) -> String {
    switch line.basis {
    case .formula(let pieces):
      return "= " + FormulaText(report).values(pieces)
    case .input(.given): return "given"
    case .input(.assumed): return "assumed"
    case .input(.table(let row)):
      let isDerived = ["efficiency", "market", "prices"].contains(row.table)
      return "\(row.table): \(row.id)" + (isDerived ? row.note.map { ", \($0)" } ?? "" : "")
    }
  }

  private var clusterSizes: [String] {
    guard estimate.run.accelerators == nil else { return [] }
    var table = TextTable([.right, .right, .left])
    table.rows = [["accelerators", "wall-clock time", ""]]
    for size in estimate.run.clusterSizes() {
      table.rows.append([
        Notation.display(Double(size.accelerators), as: .accelerators),
        Notation.display(size.wallClock.typical.value, as: .hours), "",
      ])
    }
    var lines = table.lines(width: width)
    lines[0] = style.dim(lines[0])
    return ["", "  Cluster sizes (--gpus and --days choose one):"] + lines
  }
}
