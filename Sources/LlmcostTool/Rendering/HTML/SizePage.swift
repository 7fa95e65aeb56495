import CostModel

/// The answer of `llmcost size` as a page: the laws, the curve of loss over size, and what the cost rests on.
struct SizePage {
  let answer: SizeAnswer

  var page: Page {
    let table = SizeTable(answer: answer, isPlotted: false, width: .max, style: Style(isColored: false))
    var page = Page(command: "size", title: table.title + "\n" + table.place, notes: answer.notes)
    let figures = answer.first.figures
    func add(_ name: String, _ spread: Spread?, _ dimension: Dimension, digits: Int = 3) {
      guard let spread else { return }
      func shown(_ value: Double) -> String {
        Notation.display(value.significant(9), as: dimension, digits: digits)
      }
      let ends = [spread.p10, spread.p90].compactMap { $0 }.map(shown)
      page.facts.append(
        Page.Fact(
          name: name, value: shown(spread.typical),
          range: ends.count == 2 && ends[0] != ends[1] ? ends.joined(separator: " – ") : ""))
    }
    add("parameters", figures.parameters, .parameters)
    add("tokens", figures.tokens, .tokens)
    add("loss by \(answer.first.judgingLaw.id)", figures.loss, .ratio, digits: 4)
    add("training FLOP", figures.operations, .operations)
    add("total cost", figures.cost, .dollars)
    if let curve { page.sections.append(curve) }
    func add(_ id: String, _ heading: String, _ blocks: [SizeTable.Block]) {
      guard !blocks.isEmpty else { return }
      let tables = blocks.map { block in
        var table = DataTable(block.heading ?? heading, block.table)
        table.remarks = block.remark.map { [$0] } ?? []
        return table
      }
      page.sections.append(Page.Section(id, heading, tables: tables))
    }
    add("model", "The model", [table.details])
    if answer.reports.isEmpty { add("laws", "By law", [table.models]) }
    add("overtraining", "Against the optimum", answer.reports.map(table.report))
    if !answer.neighbors.isEmpty { add("neighbors", "Other sizes", [table.neighbors]) }
    if !answer.lifetimes.isEmpty { add("lifetimes", "With the tokens served", [table.lifetimes]) }
    page.sections.append(Page.Section("sources", "Laws, inputs and sources", tables: [laws, inputs]))
    return page
  }

  /// Loss over parameters for the same FLOP: the IsoFLOP curve through the model.
  private var curve: Page.Section? {
    let (entry, center) = (answer.first, answer.first.size)
    let curve = IsoFLOPCurve(entry, points: 33)
    guard let curve else { return nil }
    func loss(_ value: Double) -> String { Notation.display(value, as: .ratio, digits: 4) }
    func parameters(_ value: Double) -> String { Notation.display(value, as: .parameters) }
    func point(_ size: ModelSize, _ value: Double) -> Plot.Point {
      Plot.Point(
        x: size.parameters.value, y: value,
        words: "\(parameters(size.parameters.value)) on "
          + "\(Notation.display(size.tokens.value, as: .tokens)) tokens: a loss of \(loss(value))")
    }
    let points = zip(curve.sizes, curve.losses).map(point)
    guard let own = entry.loss(center) else { return nil }
    var model = point(center, own)
    model.isApart = true
    let heading = "Loss over parameters at the same FLOP"
    var chart = Plot(
      title: heading,
      description: "The loss by \(entry.judgingLaw.id) from a sixteenth to sixteen times the model's size; the model "
        + "has \(model.words).",
      xTitle: "parameters", yTitle: "loss", xShown: parameters, yShown: loss, yKind: .linear, curve: points,
      points: [model]
    ).chart
    chart.legend = [
      Chart.Key(.apart, "the model"),
      Chart.Key(.none, "line: other sizes for the same FLOP, by \(entry.judgingLaw.id)"),
    ]
    let rows = stride(from: 0, to: points.count, by: 4).map { index -> [Markup] in
      let size = curve.sizes[index]
      return [
        .text(parameters(size.parameters.value)), .text(Notation.display(size.tokens.value, as: .tokens)),
        .text(loss(curve.losses[index])),
      ]
    }
    let table = DataTable(
      "Loss by \(entry.judgingLaw.id), by size",
      columns: [
        DataTable.Column(name: "parameters"), DataTable.Column(name: "tokens", isNumeric: true),
        DataTable.Column(name: "loss", isNumeric: true),
      ],
      rows: rows)
    return Page.Section("curve", heading, chart, table: table)
  }

  private var laws: DataTable {
    let rows = answer.entries.map { entry -> [Markup] in
      let reference = entry.law.reference
      return [
        .text(entry.law.id), .text(entry.law.name), reference.map { .origin(.table($0)) } ?? "given",
      ]
    }
    return DataTable("Scaling laws", columns: ["law", "name", "source"].map { DataTable.Column(name: $0) }, rows: rows)
  }

  private var inputs: DataTable {
    var table = DataTable.inputs(of: answer.first.estimate.report(SamplingPlan(), rangesOf: .shownLines))
    table.caption = "What accelerator-hours and cost rest on"
    return table
  }
}
