import CommandLineKit
import CostModel
import CostTables
import TextFormats

/// `llmcost cluster`: what a cluster costs to buy, draws, and costs to keep.
struct ClusterCommand: Sendable {
  var scenario = ScenarioOptions()
  var months: RangeOption<Ratio>?
  var get: String?
  var explains = false
  var sampling = SamplingOptions()
  var output = OutputOptions()

  static let summary = "Estimate what a cluster costs to buy, how much power it draws, and what it costs to keep."

  /// Options of estimates that make sense without a model.
  private static let shared: Set<String> = [
    "--gpu", "--gpus", "--electricity", "--purchase-price", "--server-factor", "--network-share", "--depreciation",
    "--hardware-life", "--hardware-age", "--resale", "--cost-of-capital", "--hosting", "--facility-price",
    "--colocation-price", "--staff", "--region", "--pue", "--carbon-intensity", "--power-draw", "--carbon",
    "--contracted", "--grid", "--grid-year", "--wue",
  ]

  static let syntax = CommandSyntax<ClusterCommand>(
    name: "llmcost cluster", summary: summary,
    discussion: """
      Accelerators, servers, network and facility to buy; the power that the site must have and what it draws on \
      average; and depreciation, capital, hosting, staff and electricity over the months, every accelerator computing.
      """,
    usage: "--gpus N [options]",
    groups: ScenarioOptions.environment.map { group in
      OptionGroup(
        group.title == OwnershipOptions.title ? "Ownership" : group.title,
        group.options.filter { option in shared.contains(option.names[0]) }
      )
      .lifted { (command: inout ClusterCommand, body) throws(ValueError) in try body(&command.scenario) }
    }.filter { !$0.options.isEmpty } + [
      OptionGroup(
        "Results and ranges",
        [
          Option("--months", as: RangeOption<Ratio>.self, placeholder: "n", help: "how long it is kept (default 12)") {
            $0.months = $1
          },
          Option(
            "--get", as: String.self, placeholder: "name",
            help: "print one bare number, as capex_usd or site_power_mw.p90"
          ) { $0.get = $1 },
          Option(switch: "--explain", help: "print every value with its formula and its sources") {
            $0.explains = true
          },
        ]
          + SamplingOptions.options().map {
            $0.lifted { (command, body) throws(ValueError) in try body(&command.sampling) }
          }),
      OutputOptions.group.lifted { (command, body) throws(ValueError) in try body(&command.output) },
    ],
    examples: [
      CommandExample("llmcost cluster --gpu h100 --gpus 20000 --months 6", "20,000 H100 for half a year"),
      CommandExample(
        "llmcost cluster --gpu gb200 --gpus 4608 --region us-tx --hosting colocation", "64 racks in a rented hall"),
      CommandExample("llmcost cluster --gpus 1024 --get capex_usd", "one number for a script"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, from: ClusterCommand(), in: world) { (command, _) throws(Failure) in
      try command.run(in: world)
    }
  }

  private func run(in world: any World) throws(Failure) -> Outcome {
    guard let accelerators = scenario.accelerators else {
      throw Failure(
        "--gpus is missing", hint: "say how large the cluster is, as --gpus 20000", usage: Self.syntax.usageLine,
        status: .usage)
    }
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    var options = scenario
    options.isOwned = true
    options.parameters = RangeOption(value: Ranged(1e9))
    let request = try options.modelRequest(usage: Self.syntax.usageLine)
    let months = months?.value ?? Ranged(12)
    let month = 730.5
    let time = Ranged<Hours>(
      months.typical.value * month, low: months.low.value * month, high: months.high.value * month)
    let plan = try sampling.plan()
    let cluster: ClusterCost
    do throws(ScenarioError) {
      cluster = try ClusterCost(request, accelerators: accelerators.value, time: time, in: catalog)
    } catch {
      throw Failure(error)
    }
    let title =
      "Cluster of \(Notation.display(accelerators.value.typical.value, as: .accelerators)) "
      + "\(cluster.accelerator.name), \(cluster.region.name), "
      + "\(Notation.display(months.typical.value, as: .ratio)) months"
    let view = ClusterView(
      title: title, report: cluster.report(plan), get: get, explains: explains, output: output)
    var outcome = Outcome(output: try view.text(in: world), outputPath: output.output == "-" ? nil : output.output)
    if !output.isQuiet { outcome.complaint = cluster.notes.map { "note: \($0)\n" }.joined() }
    return outcome
  }
}

/// A cluster's figures on their way out.
struct ClusterView {
  let title: String
  let report: Report
  let get: String?
  let explains: Bool
  let output: OutputOptions

  private var names: [String] { ClusterCost.sections.joined().filter { report.result($0) != nil } }

  func text(in world: any World) throws(Failure) -> String {
    let style = Style(isColored: output.isColored(in: world))
    if let get {
      guard let value = value(get) else { throw unknown(get, option: "--get") }
      return Summary.text(value) + "\n"
    }
    let format = try output.formatForColumns()
    if explains {
      guard format == .table else {
        throw Failure("--explain goes with table", hint: "leave out --format \(format.rawValue)", status: .usage)
      }
      return Explanation.text(report, title: title, style: style)
    }
    switch format {
    case .table: return table(width: output.columns(in: world), style: style)
    case .html, .svg: return try page.text(format)
    case .json: return json.prettyText()
    case .csv, .tsv, .jsonl, .markdown:
      let columns = output.columns?.names ?? names.flatMap { [$0, $0 + ".p10", $0 + ".p90"] }
      var row: [JSONDocument] = []
      for name in columns {
        guard let value = value(name) else { throw unknown(name, option: "--columns") }
        row.append(Self.number(value))
      }
      return Records.text(format, columns: columns, rows: [row], numeric: Set(columns.indices))
    }
  }

  private static func number(_ value: Double) -> JSONDocument {
    Double(Notation.digits(value, 15)).map(JSONDocument.number) ?? .null
  }

  /// The value of a name, with `.p10` or `.p90` behind it for the ends of its range.
  private func value(_ path: String) -> Double? {
    for name in names {
      guard path.hasPrefix(name), let line = report.result(name) else { continue }
      let factor = Summary.factor(for: name)
      switch path.dropFirst(name.count) {
      case "": return line.value.typical * factor
      case ".p10": return (line.value.p10 ?? line.value.typical) * factor
      case ".p90": return (line.value.p90 ?? line.value.typical) * factor
      default: continue
      }
    }
    return nil
  }

  private func unknown(_ name: String, option: String) -> Failure {
    Failure(unknown: name, option: option, listed: names, isSpread: true)
  }

  private func table(width: Int, style: Style) -> String {
    var table = TextTable([.left, .right, .left, .left])
    table.rows = [["", "typical", "p10 – p90", ""]]
    var gaps: [Int] = []
    for section in ClusterCost.sections {
      gaps.append(table.rows.count)
      for line in section.compactMap({ report.result($0) }) {
        let basis =
          switch line.basis {
          case .formula(let pieces): "= " + FormulaText(report).values(pieces)
          case .input: "given"
          }
        table.rows.append([line.name, ValueText.value(line), ValueText.range(line), basis])
      }
    }
    var lines = table.lines(width: width)
    lines[0] = style.dim(lines[0])
    for gap in gaps.dropFirst().reversed() { lines.insert("", at: gap) }
    return ([style.bold(title), ""] + lines).joined(separator: "\n") + "\n"
  }

  private var json: JSONDocument {
    let results = names.compactMap { name -> (String, JSONDocument)? in
      guard let line = report.result(name), let typical = value(name), let p10 = value(name + ".p10"),
        let p90 = value(name + ".p90")
      else { return nil }
      return (
        name,
        .object([
          ("name", .string(line.name)), ("value", Self.number(typical)), ("p10", Self.number(p10)),
          ("p90", Self.number(p90)),
        ])
      )
    }
    return .object([
      ("schemaVersion", .number(EstimateDocument.schemaVersion)), ("command", .string("cluster")),
      ("results", .object(results)),
    ])
  }
}
