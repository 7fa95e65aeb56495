import CostModel
import TextFormats

/// A schedule, ready to be printed.
struct ScheduleDocument {
  let answer: ScheduleAnswer
  let isPlotted: Bool

  private typealias Row = ScheduleAnswer.Row

  /// The stable names, in order, and how a row gives their values.
  static let fields: [[Field<ScheduleAnswer.Row>]] =
    Schedule.results.map { key in
      key.key == "accelerators"
        ? Field.number(key.key) { $0.cluster.accelerators } : Field.result(key) { $0.cluster.report }
    }
    + ["days", "cost_usd", "goodput"].map { name in
      Field.spread("spot_" + name) { row in row.spot.flatMap { Self.value($0, name) } }
    } + [
      Field.flag("within_memory") { !$0.cluster.isTooSmall },
      Field.flag("within_batch") { !$0.cluster.isBeyondBatch },
      Field.flag("cheapest_or_tie") { $0.isTie },
      Field.word("supply") { $0.cluster.supply.rawValue },
    ]

  /// The stable names.
  static let names = fields.compactMap { $0.first?.name }

  /// A result of a cluster in the unit of its name.
  private static func value(_ cluster: Schedule.Cluster, _ name: String) -> Spread? {
    Schedule.results.first { $0.key == name }?.value(in: cluster.report)
  }

  private func spread(_ row: Row, _ name: String) -> Spread? {
    name.hasPrefix("spot_")
      ? row.spot.flatMap { Self.value($0, String(name.dropFirst(5))) } : Self.value(row.cluster, name)
  }

  var document: Document {
    let (schedule, scenario) = (answer.schedule, answer.schedule.estimate.scenario)
    var document = Document("schedule", title: title)
    document.records = Records(answer.rows, Self.fields)
    document.answer = answer.chosen
    document.absences =
      answer.chosen == nil
      ? [Document.Absence(reason: "no cluster is chosen", hint: "add --gpus or --days")]
      : [Document.Absence(reason: "* is not known without a price of spot nodes", hint: "add --spot-price")]
    let records = document.records
    document.tree = .members {
      let rows: [JSONDocument] = if case .array(let rows) = records.json() { rows } else { [] }
      return [
        (
          "scenario",
          .object([
            ("accelerator", .string(scenario.hardware.accelerator.id)),
            ("precision", .string(scenario.hardware.precision.rawValue)), ("region", .string(scenario.site.region.id)),
            ("reference_accelerators", .result(schedule.settings.referenceCluster)),
            ("batch_tokens", .result(schedule.settings.batch)), ("context", .result(schedule.settings.context)),
            ("fewest_accelerators", .result(schedule.fewest)), ("most_accelerators", .result(schedule.most)),
          ])
        ), ("summary", answer.chosen.map { rows[$0] } ?? .null), ("clusters", .array(rows)),
      ]
    }
    if let row = answer.chosen.map({ answer.rows[$0] }) {
      document.facts =
        [
          Document.Fact(
            answer.isForDeadline ? "cheapest in time" : "accelerators", .value(row.cluster.accelerators, .accelerators))
        ]
        + [("days", "days", Dimension.ratio), ("cost", "cost_usd", .dollars), ("MW of the site", "power_mw", .ratio)]
        .compactMap { name, key, dimension in spread(row, key).map { Document.Fact(name, $0, Shown(dimension)) } }
    }
    document.sections = { audience in
      var days = Document.Section("days", "Accelerators against days", plot("days", "days", Shown("days")), clusters)
      var sections: [Document.Section] = []
      if audience == .page {
        sections = [
          days,
          Document.Section("cost", "Accelerators against cost", plot("cost_usd", "cost", Shown(.dollars)), costs),
        ]
      } else {
        if isPlotted { days.tables.append(drawing) }
        sections = [days]
      }
      if let chosen = answer.chosen {
        sections.append(Document.Section("chosen", "The cluster in full", nil, details(answer.rows[chosen])))
      }
      return sections
    }
    return document
  }

  // MARK: - Tables and charts

  private var title: String {
    let scenario = answer.schedule.estimate.scenario
    let tokens = Expression.sum(answer.schedule.estimate.work.phases.map(\.tokens)).typical.value
    return
      "Clusters for \(Notation.display(scenario.model.parameters.typical.value, as: .parameters)) parameters "
      + "on \(Notation.display(tokens, as: .tokens)) tokens\n"
      + "\(scenario.hardware.accelerator.name), \(scenario.hardware.precision.name), \(scenario.site.region.name)"
  }

  private var clusters: Table {
    let columns: [(name: String, key: String, dimension: Dimension)] = [
      ("days", "days", .ratio), ("cost", "cost_usd", .dollars), ("MFU", "mfu", .ratio), ("goodput", "goodput", .ratio),
      ("stops", "interruptions", .accelerators), ("MW", "power_mw", .ratio), ("spot days", "spot_days", .ratio),
      ("spot cost", "spot_cost_usd", .dollars),
    ]
    var table = Table("Clusters", [.number("accelerators")] + columns.map { .number($0.name) } + [""])
    for (index, row) in answer.rows.enumerated() {
      table.add(
        [.value(row.cluster.accelerators, .accelerators)]
          + columns.map { column in
            let value = spread(row, column.key)?.typical
            return .value(column.key == "interruptions" ? value?.rounded() : value, column.dimension)
          } + [.text(remark(row))], isStrong: index == answer.chosen)
    }
    let schedule = answer.schedule
    func count(_ value: Double) -> String { Notation.display(value, as: .accelerators) }
    table.remarks = [
      "Efficiency is that of clusters of \(count(schedule.settings.referenceCluster)) accelerators, their goodput included",
      "From \(count(schedule.fewest)) to hold it to \(count(schedule.most)) with a sequence for each copy, in a batch of "
        + Notation.display(schedule.settings.batch, as: .tokens) + " tokens",
    ]
    let ties = answer.rows.filter(\.isTie).map { count($0.cluster.accelerators) }
    if !ties.isEmpty {
      table.remarks.append("A tie for the cheapest, as far as steps are known: " + ties.joined(separator: ", "))
    }
    return table
  }

  private func remark(_ row: Row) -> String {
    let supply =
      switch row.cluster.supply {
      case .feeder: ""
      case .substation: "own substation"
      case .transmission: "transmission grid"
      }
    return [
      row.cluster.isTooSmall ? "too small for the training state" : "",
      row.cluster.isBeyondBatch ? "beyond the batch" : "", supply,
    ].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  private var costs: Table {
    Table(
      "Cost by size of the cluster", [.number("accelerators"), .number("cost"), .range],
      answer.rows.map { row in
        [.value(row.cluster.accelerators, .accelerators)] + Cell.spread(spread(row, "cost_usd"), .dollars)
      })
  }

  private func details(_ row: Row) -> Table {
    let count = Dimension.accelerators.counted(Notation.display(row.cluster.accelerators, as: .accelerators))
    let caption = answer.isForDeadline ? "Cheapest in time: \(count)" : count
    var table = Table(caption, ["result", .number("typical"), .range])
    for line in Schedule.results.compactMap({ row.cluster.report.result($0.key) }) {
      table.add([.text(line.name)] + line.cells)
    }
    for key in ["days", "cost_usd", "goodput"] {
      guard let line = row.spot?.report.result(key) else { continue }
      table.add([.text(line.name + " on spot nodes")] + line.cells)
    }
    return table
  }

  private func plot(_ key: String, _ title: String, _ shown: Shown) -> Chart {
    Chart.sizes(
      title,
      answer.rows.enumerated().compactMap { index, row in
        spread(row, key).map { (row.cluster.accelerators, $0, index == answer.chosen) }
      }, as: shown, apart: answer.isForDeadline ? "cheapest in time" : "the cluster",
      remark: "A dot for each size of the cluster")
  }

  /// Days on a logarithmic axis, and cost as a bar, size by size.
  private var drawing: Table {
    let days = answer.rows.map { spread($0, "days")?.typical ?? 0 }
    let costs = answer.rows.map { spread($0, "cost_usd")?.typical ?? 0 }
    var table = Table("Days and cost", [.number("accelerators"), "", .number("days"), "", .number("cost")])
    guard let low = days.min(), let high = days.max(), let most = costs.max(), low > 0, most > 0 else { return table }
    for (index, row) in answer.rows.enumerated() {
      table.add(
        .value(row.cluster.accelerators, .accelerators),
        .drawing(TextChart.dot(days[index], over: low...max(high, low * 1.000001), width: 30)),
        .value(days[index], .ratio), .drawing(TextChart.bar(costs[index], of: most, width: 20)),
        .value(costs[index], .dollars))
    }
    return table
  }
}
