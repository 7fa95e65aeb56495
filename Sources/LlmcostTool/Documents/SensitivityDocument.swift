import CostModel
import TextFormats

/// A sensitivity, ready to be printed: a tornado for people, records for machines.
struct SensitivityDocument {
  let stage: String
  let key: String
  let title: String
  let sensitivity: Sensitivity

  private func fields() -> [[Field<Sensitivity.Driver>]] {
    let factor = sensitivity.key?.unit.perBaseUnit ?? 1
    return [
      Field.word("id") { $0.id }, Field.word("name") { $0.name }, Field.number("share") { $0.share },
      Field.spread("input") { $0.input }, Field.word("unit") { $0.dimension.unitName },
      Field.number("atLow") { $0.atLow * factor }, Field.number("atHigh") { $0.atHigh * factor },
      Field.word("origin") { $0.origin.label },
    ]
  }

  var document: Document {
    var document = Document("sensitivity", title: title)
    document.facts = [Document.Fact(sensitivity.name, sensitivity.result, Shown(sensitivity.dimension))]
    document.showsFacts = true
    document.records = Records(sensitivity.drivers, fields())
    document.tree = .members {
      let result = sensitivity.result.scaled(by: sensitivity.key?.unit.perBaseUnit ?? 1)
      // Members of an object of its own need no name before the ends of a range.
      let names = document.records.columns.map { $0.hasPrefix("input.") ? String($0.dropFirst(6)) : $0 }
      let rows = document.records.cells(document.records.columns).map { JSONDocument.object(Array(zip(names, $0))) }
      return [
        ("stage", .string(stage)),
        (
          "result",
          .object([
            ("name", .string(key)), ("value", .result(result.typical)), ("p10", .result(result.p10)),
            ("p90", .result(result.p90)),
          ])
        ), ("drivers", .array(rows)),
      ]
    }
    document.sections = { audience in
      guard !sensitivity.drivers.isEmpty else { return [] }
      guard audience == .page else { return [Document.Section("drivers", "What moves it", nil, tornado)] }
      var sources = Table("The inputs and where they come from", ["input", .number("typical"), .range, "source"])
      for driver in sensitivity.drivers {
        sources.add([.text(driver.name)] + Cell.spread(driver.input, driver.dimension) + [.origin(driver.origin)])
      }
      return [
        .drivers(sensitivity, of: sensitivity.name), Document.Section("inputs", "Inputs and sources", nil, sources),
      ]
    }
    if sensitivity.drivers.isEmpty { document.notes.append("nothing that it depends on has a range") }
    return document
  }

  private var tornado: Table {
    let typical = sensitivity.result.typical
    let swings = sensitivity.drivers.flatMap { [$0.atLow, $0.atHigh] } + [typical]
    let range = (swings.min() ?? 0)...(swings.max() ?? 0)
    let shown = Shown(sensitivity.dimension)
    var table = Table(
      "", ["input", .number("share"), .number("at p10"), "", "at p90", Table.Column("input's p10 – p90", .range)])
    for driver in sensitivity.drivers {
      table.add(
        .text(driver.name), .share(driver.share), .value(driver.atLow, shown),
        .drawing(
          TextChart.swing(atLow: driver.atLow, typical: typical, atHigh: driver.atHigh, over: range, width: 24)),
        .value(driver.atHigh, shown), .range(driver.input, driver.dimension))
    }
    return table
  }
}
