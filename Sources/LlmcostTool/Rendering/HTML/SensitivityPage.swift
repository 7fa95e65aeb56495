import CostModel

extension SensitivityView {
  /// The tornado, and where each input comes from.
  var page: Page {
    var page = Page(command: "sensitivity \(stage)", title: title)
    func shown(_ value: Double) -> String { Notation.display(value, as: sensitivity.dimension) }
    let ends = [sensitivity.result.p10, sensitivity.result.p90].compactMap { $0 }.map(shown)
    page.facts = [
      Page.Fact(
        name: sensitivity.name, value: shown(sensitivity.result.typical),
        range: ends.count == 2 && ends[0] != ends[1] ? ends.joined(separator: " – ") : "")
    ]
    guard !sensitivity.drivers.isEmpty else {
      page.notes = ["nothing that it depends on has a range"]
      return page
    }
    let rows = sensitivity.drivers.map { driver -> [Markup] in
      let ends = [driver.input.p10, driver.input.p90].compactMap { $0 }
        .map { Notation.display($0, as: driver.dimension) }
      return [
        .text(driver.name), .text(Notation.display(driver.input.typical, as: driver.dimension)),
        .text(ends.joined(separator: " – ")), .origin(driver.origin),
      ]
    }
    let sources = DataTable(
      "The inputs and where they come from",
      columns: [
        DataTable.Column(name: "input"), DataTable.Column(name: "typical", isNumeric: true),
        DataTable.Column(name: "p10 – p90", isNumeric: true, wraps: true), DataTable.Column(name: "source"),
      ],
      rows: rows)
    page.sections = [
      .drivers(sensitivity, of: sensitivity.name), Page.Section("inputs", "Inputs and sources", tables: [sources]),
    ]
    return page
  }
}
