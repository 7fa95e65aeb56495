import CommandLineKit
import CostModel
import TextFormats

/// A schedule on its way out.
struct ScheduleView {
  let answer: ScheduleAnswer
  let options: ScheduleOptions
  let output: OutputOptions

  private static let spotNames = ["spot_days", "spot_cost_usd", "spot_goodput"]
  /// The stable names, in order.
  static let names = Schedule.names + spotNames + ["within_memory", "within_batch", "supply"]
  private static let numbers = Schedule.names + spotNames
  /// All columns: the names, and the ends of the ranges of numbers.
  static let columns =
    numbers.flatMap { $0 == "accelerators" ? [$0] : [$0, $0 + ".p10", $0 + ".p90"] } + [
      "within_memory", "within_batch", "supply",
    ]

  func outcome(in world: any World) throws(Failure) -> Outcome {
    let estimate = answer.schedule.estimate
    return output.outcome(
      try text(in: world),
      notes: estimate.scenario.noteLines
        + (estimate.scenario.priceMonth == nil
          ? StalePrices.notes(estimate.report(SamplingPlan(draws: 0)), today: world.today) : []))
  }

  private func text(in world: any World) throws(Failure) -> String {
    let format = try output.formatForColumns(get: options.get)
    if let get = options.get { return try value(at: get) + "\n" }
    if options.isPlotted, format != .table {
      throw Failure("--plot goes with tables", hint: "leave out --format \(format.rawValue)", status: .usage)
    }
    switch format {
    case .table:
      let style = output.style(in: world)
      return style.shown(table(width: output.columns(in: world), style: style))
    case .json: return json.prettyText()
    case .html, .svg: return try page.text(format)
    case .csv, .tsv, .jsonl, .markdown:
      let columns = output.columns?.names ?? Self.columns
      for name in columns where !Self.columns.contains(name) { throw unknown(name, option: "--columns") }
      let rows = answer.rows.map { row in columns.map { Self.cell(row, $0) } }
      let numeric = columns.indices.filter { !["within_memory", "within_batch", "supply"].contains(columns[$0]) }
      return Records.text(format, columns: columns, rows: rows, numeric: Set(numeric))
    }
  }

  private func unknown(_ name: String, option: String) -> Failure {
    Failure(unknown: name, option: option, listed: Self.names)
  }

  // MARK: - Values

  private static func factor(for name: String) -> Double {
    switch name {
    case "days": 1.0 / 24
    case "power_mw", "average_power_mw", "carbon_kg": 1.0 / 1000
    default: 1
    }
  }

  static func number(_ row: ScheduleAnswer.Row, _ path: String) -> Double? {
    let isSpot = path.hasPrefix("spot_")
    let result = ResultName(isSpot ? String(path.dropFirst(5)) : path)
    guard let spread = (isSpot ? row.spot : row.cluster)?.value(result.name) else { return nil }
    return result.value(of: spread) * factor(for: result.name)
  }

  private static func cell(_ row: ScheduleAnswer.Row, _ column: String) -> JSONDocument {
    switch column {
    case "within_memory": return .boolean(!row.cluster.isTooSmall)
    case "within_batch": return .boolean(!row.cluster.isBeyondBatch)
    case "supply": return .string(row.cluster.supply.rawValue)
    default: return .result(number(row, column))
    }
  }

  private func value(at path: String) throws(Failure) -> String {
    guard Self.columns.contains(path) else {
      guard let value = json[path: path] else { throw unknown(path, option: "--get") }
      return Records.cell(value)
    }
    guard let chosen = answer.chosen else {
      throw Failure("--get: no cluster is chosen", hint: "add --gpus or --days", status: .usage)
    }
    let value = Self.cell(answer.rows[chosen], path)
    if case .null = value {
      throw Failure(
        "--get: \(path) is not known without a price of spot nodes", hint: "add --spot-price", status: .usage)
    }
    return Records.cell(value)
  }

  private var json: JSONDocument {
    let (schedule, scenario) = (answer.schedule, answer.schedule.estimate.scenario)
    func document(_ row: ScheduleAnswer.Row) -> JSONDocument {
      .object(Self.columns.map { ($0, Self.cell(row, $0)) })
    }
    return .object([
      ("schemaVersion", .number(EstimateDocument.schemaVersion)), ("command", .string("schedule")),
      (
        "scenario",
        .object([
          ("accelerator", .string(scenario.hardware.accelerator.id)),
          ("precision", .string(scenario.hardware.precision.rawValue)), ("region", .string(scenario.site.region.id)),
          ("reference_accelerators", .result(schedule.settings.referenceCluster)),
          ("batch_tokens", .result(schedule.settings.batch)), ("context", .result(schedule.settings.context)),
          ("fewest_accelerators", .result(schedule.fewest)), ("most_accelerators", .result(schedule.most)),
        ])
      ), ("summary", answer.chosen.map { document(answer.rows[$0]) } ?? .null),
      ("clusters", .array(answer.rows.map(document))), ("notes", .array(scenario.noteLines.map(JSONDocument.string))),
    ])
  }

  // MARK: - The table

  var title: String {
    let scenario = answer.schedule.estimate.scenario
    let tokens = Expression.sum(answer.schedule.estimate.work.phases.map(\.tokens)).typical.value
    return
      "Clusters for \(Notation.display(scenario.model.parameters.typical.value, as: .parameters)) parameters "
      + "on \(Notation.display(tokens, as: .tokens)) tokens\n"
      + "\(scenario.hardware.accelerator.name), \(scenario.hardware.precision.name), \(scenario.site.region.name)"
  }

  func display(_ value: Double?, as dimension: Dimension) -> String {
    value.map { Notation.display($0, as: dimension) } ?? ""
  }

  private func table(width: Int, style: Style) -> String {
    var lines = clusterTable.lines(width: width)
    lines[0] = style.dim(lines[0])
    if let chosen = answer.chosen { lines[chosen + 1] = style.bold(lines[chosen + 1]) }
    var blocks = [[style.bold(title)], lines]
    if options.isPlotted { blocks.append(plot(style)) }
    if let chosen = answer.chosen { blocks.append(details(answer.rows[chosen], width: width, style: style)) }
    blocks.append(foot)
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  var clusterTable: TextTable {
    var table = TextTable([.right, .right, .right, .right, .right, .right, .right, .right, .right, .left])
    table.rows = [
      ["accelerators", "days", "cost", "MFU", "goodput", "stops", "MW", "spot days", "spot cost", ""]
    ]
    for row in answer.rows {
      func value(_ name: String) -> Double? { Self.number(row, name) }
      table.rows.append([
        display(value("accelerators"), as: .accelerators), display(value("days"), as: .ratio),
        display(value("cost_usd"), as: .dollars), display(value("mfu"), as: .ratio),
        display(value("goodput"), as: .ratio), display(value("interruptions")?.rounded(), as: .accelerators),
        display(value("power_mw"), as: .ratio),
        display(value("spot_days"), as: .ratio), display(value("spot_cost_usd"), as: .dollars), remark(row),
      ])
    }
    return table
  }

  private func remark(_ row: ScheduleAnswer.Row) -> String {
    var remarks: [String] = []
    if row.cluster.isTooSmall { remarks.append("too small for the training state") }
    if row.cluster.isBeyondBatch { remarks.append("beyond the batch") }
    switch row.cluster.supply {
    case .feeder: break
    case .substation: remarks.append("own substation")
    case .transmission: remarks.append("transmission grid")
    }
    return remarks.joined(separator: ", ")
  }

  private func details(_ row: ScheduleAnswer.Row, width: Int, style: Style) -> [String] {
    var lines = detailTable(row).lines(width: width)
    lines[0] = style.dim(lines[0])
    return lines
  }

  func detailTable(_ row: ScheduleAnswer.Row) -> TextTable {
    var table = TextTable([.left, .right, .left])
    let count = Notation.display(row.cluster.accelerators, as: .accelerators)
    table.rows = [
      [answer.isForDeadline ? "cheapest in time: \(count)" : "\(count) accelerators", "typical", "p10 – p90"]
    ]
    func add(_ name: String, _ key: String, _ dimension: Dimension) {
      guard let typical = Self.number(row, key) else { return }
      let ends = [".p10", ".p90"].map { display(Self.number(row, key + $0), as: dimension) }
      table.rows.append([
        name, display(typical, as: dimension), ends[0] == ends[1] ? "" : ends.joined(separator: " – "),
      ])
    }
    add("days", "days", .ratio)
    add("cost", "cost_usd", .dollars)
    add("accelerator-hours", "accelerator_hours", .acceleratorHours)
    add("effective MFU", "mfu", .ratio)
    add("goodput", "goodput", .ratio)
    add("hours between interruptions", "mtbf_hours", .ratio)
    add("hours between checkpoints", "checkpoint_interval_hours", .ratio)
    add("tokens of a batch for each accelerator", "tokens_per_accelerator", .tokens)
    add("MW that the site must deliver", "power_mw", .ratio)
    add("MW on average", "average_power_mw", .ratio)
    add("energy", "energy_kwh", .kilowattHours)
    add("days on spot nodes", "spot_days", .ratio)
    add("cost on spot nodes", "spot_cost_usd", .dollars)
    add("goodput on spot nodes", "spot_goodput", .ratio)
    return table
  }

  var foot: [String] {
    let schedule = answer.schedule
    func count(_ value: Double) -> String { Notation.display(value, as: .accelerators) }
    return [
      "  Efficiency is that of clusters of \(count(schedule.settings.referenceCluster)) accelerators, their goodput included",
      "  From \(count(schedule.fewest)) to hold the training state to \(count(schedule.most)) with a sequence for each copy, in a batch of "
        + Notation.display(schedule.settings.batch, as: .tokens) + " tokens",
    ]
  }

  /// Days on a logarithmic axis, and cost as a bar, size by size.
  private func plot(_ style: Style) -> [String] {
    let width = 40
    let days = answer.rows.compactMap { Self.number($0, "days") }
    let costs = answer.rows.compactMap { Self.number($0, "cost_usd") }
    guard let low = days.min(), let high = days.max(), let most = costs.max(), low > 0, most > 0 else { return [] }
    let reach = Swift.max(Elementary.logarithm(high / low), 1e-9)
    let names = answer.rows.map { Notation.display($0.cluster.accelerators, as: .accelerators) }
    let margin = names.map(\.displayWidth).max() ?? 0
    let left = Notation.display(low, as: .ratio) + " days"
    let right = Notation.display(high, as: .ratio) + " days"
    let gap = String(repeating: " ", count: Swift.max(1, width - left.displayWidth - right.displayWidth))
    var lines = [style.dim("  " + String(repeating: " ", count: margin) + "  \(left)\(gap)\(right)  cost")]
    for (index, name) in names.enumerated() {
      let place = Int((Elementary.logarithm(days[index] / low) / reach * Double(width - 1)).rounded())
      var cells = Array(repeating: "·", count: width)
      cells[Swift.min(Swift.max(place, 0), width - 1)] = "●"
      let bar = String(repeating: "█", count: Swift.max(1, Int((costs[index] / most * 20).rounded())))
      lines.append(
        "  " + String(repeating: " ", count: margin - name.displayWidth) + name + "  " + cells.joined() + "  " + bar
          + " "
          + Notation.display(costs[index], as: .dollars))
    }
    return lines
  }
}
