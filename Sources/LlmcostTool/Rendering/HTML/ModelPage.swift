import CostModel

extension ModelDescription {
  /// The parameters and the FLOP by part.
  var page: Page {
    func whole(_ value: Double) -> String { Notation.display(value, as: .sequenceLength) }
    func flop(_ value: Double) -> String { Notation.display(value, as: .operations) }
    func bytes(_ value: Double) -> String { Notation.display(value, as: .bytes) }
    let length = whole(context.value)
    let perElement = cachePrecision.bytesPerElement
    var page = Page(
      command: "model",
      title: "\(name)\n\(architecture.family), \(whole(Double(architecture.layers.count))) layers, hidden size "
        + "\(whole(Double(architecture.hiddenSize))), vocabulary \(whole(Double(architecture.embedding.vocabularySize)))"
    )
    page.facts = [
      Page.Fact(name: "parameters", value: whole(parameters.total.value)),
      Page.Fact(name: "active for a token", value: whole(parameters.active.value)),
      Page.Fact(name: "training FLOP per token", value: flop(operations.training(recomputation).value)),
      Page.Fact(
        name: "key-value cache per token",
        value: bytes(cache.bytesPerToken(bytesPerElement: perElement).value)),
    ]
    let counts = parts.map { ($0.name, parameters[$0].value) }
    let work = [
      ("matrices of the layers", operations.matrices.value),
      ("attention to earlier tokens", operations.attention.value), ("recurrence", operations.recurrence.value),
      ("output head", operations.outputHead.value),
    ].filter { $0.1 > 0 }
    page.sections = [
      Self.section("parameters", "Parameters by part", counts, total: parameters.total.value, shown: whole),
      Self.section(
        "flop", "Forward FLOP per token at a context of \(length)", work, total: operations.forward.value, shown: flop),
    ]
    let rows = [
      ("language model", whole(parameters.text.value)),
      ("training FLOP per token by 6ND", flop(architecture.ruleOfThumbOperations.value)),
      ("recomputation", recomputation.rawValue), ("number format of the cache", cachePrecision.rawValue),
      (
        "cache per sequence of \(length)", bytes(cache.bytesAtContext(bytesPerElement: perElement).value)
      ),
    ]
    let table = DataTable(
      "Further figures",
      columns: [DataTable.Column(name: "figure"), DataTable.Column(name: "value", isNumeric: true)],
      rows: rows.map { [.text($0.0), .text($0.1)] })
    page.sections.append(Page.Section("figures", "Further figures", tables: [table]))
    return page
  }

  private static func section(
    _ id: String, _ heading: String, _ parts: [(String, Double)], total: Double, shown: (Double) -> String
  ) -> Page.Section {
    var chart = Chart.bars(
      heading, description: "One bar for each of \(parts.count) parts of \(shown(total)).",
      parts.map { Chart.Bar(name: $0.0, value: Spread(typical: $0.1)) }, shown: shown)
    chart.legend = []
    let rows = (parts + [("total", total)]).map { name, value in
      [name, shown(value), EstimatePage.percent(total > 0 ? value / total : 0)].map(Markup.text)
    }
    let table = DataTable(
      heading,
      columns: [
        DataTable.Column(name: "part"), DataTable.Column(name: "amount", isNumeric: true),
        DataTable.Column(name: "share", isNumeric: true),
      ],
      rows: rows)
    return Page.Section(id, heading, chart, table: table)
  }
}
