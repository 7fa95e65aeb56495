import CommandLineKit
import CostModel
import TextFormats

/// `llmcost cluster`: what a cluster costs to buy, draws, and costs to keep.
enum ClusterCommand {
  private static let defaultMonths = 12.0

  static let summary = "Estimate what a cluster costs to buy, how much power it draws, and what it costs to keep."

  static let syntax = CommandSyntax(
    name: "llmcost cluster", summary: summary,
    discussion: """
      Accelerators, servers, network and facility to buy; the power that the site must have and what it draws on \
      average; and depreciation, capital, hosting, staff and electricity over the months, every accelerator computing. \
      --capex stops after the power.
      """,
    usage: "--gpus N [options]",
    groups: InputRow.groups(for: .cluster, InputRow.Group.environment) + [
      OptionGroup(
        "Results and ranges",
        [
          .capex, .months, .get("name", "print one bare number, as capex_usd or site_power_mw.p90"), .explain,
        ] + SamplingOptions.options() + CurrencyOptions.options), OutputOptions.group,
    ],
    examples: [
      CommandExample("llmcost cluster --gpu h100 --gpus 20000 --months 6", "20,000 H100 for half a year"),
      CommandExample(
        "llmcost cluster --gpu gb200 --gpus 4608 --region us-tx --hosting colocation", "64 racks in a rented hall"),
      CommandExample(
        "llmcost cluster --gpus 1024 --capex --currency EUR --fx 0.92",
        "what it takes to buy and power it, in euros too"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in try run(arguments, in: world) }
  }

  private static func run(_ arguments: Arguments, in world: any World) throws(Failure) -> Outcome {
    let output = try OutputOptions(arguments)
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let scenario = try ScenarioOptions(
      arguments, for: .cluster, InputRow.Group.environment, catalog: catalog, in: world)
    guard let accelerators = try scenario.accelerators() else {
      throw Failure(
        "--gpus is missing", hint: "say how large the cluster is, as --gpus 20000", usage: syntax.usageLine,
        status: .usage)
    }
    var request = Request(parameters: Ranged(1e9), phases: [])
    try scenario.describe(&request, isOwned: true)
    let months: Ranged<Ratio> = try arguments.range(of: .months) ?? Ranged(defaultMonths)
    let month = 730.5
    let time = Ranged<Hours>(
      months.typical.value * month, low: months.low.value * month, high: months.high.value * month)
    let plan = try SamplingOptions(arguments).plan()
    let isCapexAlone = arguments.has(.capex)
    let cluster: ClusterCost
    do throws(ScenarioError) {
      cluster = try ClusterCost(
        request, accelerators: accelerators, time: time, in: catalog)
    } catch {
      throw Failure(error)
    }
    if isCapexAlone, arguments.has(.months) {
      throw Failure("--months has no effect on --capex", hint: "leave out one of the two", status: .usage)
    }
    let title =
      "Cluster of \(Notation.display(accelerators.typical.value, as: .accelerators)) "
      + "\(cluster.accelerator.name), \(cluster.region.name)"
      + (isCapexAlone ? "" : ", \(Notation.display(months.typical.value, as: .ratio)) months")
    let view = ClusterView(
      title: title, report: cluster.report(plan), get: arguments.text(of: .get), explains: arguments.has(.explain),
      output: output, currency: try CurrencyOptions(arguments).currency(),
      sections: isCapexAlone ? ClusterCost.purchaseSections : ClusterCost.sections)
    return output.outcome(try view.text(in: world), notes: cluster.notes.map(\.commandLine))
  }
}

extension Option {
  fileprivate static let capex = Option(switch: "--capex", help: "what is paid at the start and the power alone")
  fileprivate static let months = Option(
    "--months", of: .range(.ratio), placeholder: "n", help: "how long it is kept (default 12)")
}

/// A cluster's figures on their way out.
struct ClusterView {
  let title: String
  let report: Report
  let get: String?
  let explains: Bool
  let output: OutputOptions
  var currency: Currency?
  /// The groups of names that are shown.
  let sections: [[String]]

  private var names: [String] { sections.joined().filter { report.result($0) != nil } }

  func text(in world: any World) throws(Failure) -> String {
    let style = output.style(in: world)
    let format = try output.formatForColumns(get: get)
    if let get {
      guard let value = value(get) else { throw unknown(get, option: "--get") }
      return Summary.text(value) + "\n"
    }
    if explains {
      guard format == .table else {
        throw Failure("--explain goes with table", hint: "leave out --format \(format.rawValue)", status: .usage)
      }
      guard currency == nil else {
        throw Failure("--explain is in USD alone", hint: "leave out --currency", status: .usage)
      }
      return style.shown(Explanation.text(report, title: title, style: style))
    }
    switch format {
    case .table: return style.shown(table(width: output.columns(in: world), style: style))
    case .html, .svg: return try page.text(format)
    case .json: return json.prettyText()
    case .csv, .tsv, .jsonl, .markdown:
      let converted = currency.map { currency in
        names.compactMap { currency.key(of: $0) }.flatMap(Self.withEnds) + ["fx"]
      }
      let columns = output.columns?.names ?? names.flatMap(Self.withEnds) + (converted ?? [])
      var row: [JSONDocument] = []
      for name in columns {
        guard let value = value(name) else { throw unknown(name, option: "--columns") }
        row.append(.result(value))
      }
      return Records.text(format, columns: columns, rows: [row], numeric: Set(columns.indices))
    }
  }

  private static func withEnds(_ name: String) -> [String] { [name, name + ".p10", name + ".p90"] }

  /// The value of a name, with `.p10` or `.p90` behind it for the ends of its range.
  private func value(_ path: String) -> Double? {
    if path == "fx" { return currency?.perDollar }
    for name in names {
      guard let line = report.result(name) else { continue }
      let factor = Summary.factor(for: name)
      if let value = Self.value(path, name, line.value) { return value * factor }
      if let currency, let key = currency.key(of: name), let value = Self.value(path, key, line.value) {
        return value * currency.perDollar
      }
    }
    return nil
  }

  /// The value or the end that a path names; nil where it is not of this name.
  private static func value(_ path: String, _ name: String, _ value: Spread) -> Double? {
    guard path.hasPrefix(name) else { return nil }
    switch path.dropFirst(name.count) {
    case "": return value.typical
    case ".p10": return value.p10 ?? value.typical
    case ".p90": return value.p90 ?? value.typical
    default: return nil
    }
  }

  private func unknown(_ name: String, option: String) -> Failure {
    Failure(unknown: name, option: option, listed: names, isSpread: true)
  }

  private func table(width: Int, style: Style) -> String {
    var table = TextTable([.left, .right, .left] + (currency == nil ? [] : [.right, .left]) + [.left])
    table.rows = [["", "typical", "p10 – p90"] + (currency?.headings ?? []) + [""]]
    var gaps: [Int] = []
    for section in sections {
      gaps.append(table.rows.count)
      for line in section.compactMap({ report.result($0) }) {
        let basis =
          switch line.basis {
          case .formula(let pieces): "= " + FormulaText(report).values(pieces)
          case .input: "given"
          }
        table.rows.append(
          [line.name, ValueText.value(line), ValueText.range(line)] + (currency?.cells(line) ?? []) + [basis])
      }
    }
    var lines = table.lines(width: width)
    lines[0] = style.dim(lines[0])
    for gap in gaps.dropFirst().reversed() { lines.insert("", at: gap) }
    return ([style.bold(title + (currency?.remark ?? "")), ""] + lines).joined(separator: "\n") + "\n"
  }

  private var json: JSONDocument {
    let results = names.compactMap { name -> (String, JSONDocument)? in
      guard let line = report.result(name), let typical = value(name), let p10 = value(name + ".p10"),
        let p90 = value(name + ".p90")
      else { return nil }
      return (
        name,
        .object(
          [
            ("name", .string(line.name)), ("value", .result(typical)), ("p10", .result(p10)),
            ("p90", .result(p90)),
          ] + converted(name))
      )
    }
    let money = currency.map { [("currency", JSONDocument.string($0.code)), ("fx", .number($0.perDollar))] } ?? []
    return .object(
      [("schemaVersion", .number(EstimateDocument.schemaVersion)), ("command", .string("cluster"))] + money
        + [("results", .object(results))])
  }

  /// An amount in the other currency; nothing for what is no money.
  private func converted(_ name: String) -> [(String, JSONDocument)] {
    guard let key = currency?.key(of: name), let typical = value(key), let p10 = value(key + ".p10"),
      let p90 = value(key + ".p90")
    else { return [] }
    let amounts = [
      ("value", JSONDocument.result(typical)), ("p10", JSONDocument.result(p10)), ("p90", JSONDocument.result(p90)),
    ]
    return [("converted", .object(amounts))]
  }
}
