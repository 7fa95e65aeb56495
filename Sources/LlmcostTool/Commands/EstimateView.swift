import CommandLineKit
import CostModel
import TextFormats

/// An evaluated estimate on its way out: in the format asked for, held against the gates.
struct EstimateView {
  let command: String
  let title: String
  let estimate: Estimate
  let report: Report
  let options: EstimateOptions
  let output: OutputOptions
  /// Accelerators that hold the job at least.
  var fewest = 1

  func outcome(in world: any World) throws(Failure) -> Outcome {
    var outcome = output.outcome(
      try text(in: world), notes: estimate.scenario.noteLines + staleNotes(world.today))
    for complaint in try gates() {
      outcome.complaint += complaint + "\n"
      outcome.status = .failed
    }
    return outcome
  }

  /// Prices of the past are no news where they were asked for.
  private func staleNotes(_ today: String) -> [String] {
    estimate.scenario.priceMonth == nil ? StalePrices.notes(report, today: today) : []
  }

  private func text(in world: any World) throws(Failure) -> String {
    let style = output.style(in: world)
    let currency = try options.money.currency()
    let format = try output.formatForColumns(get: options.get)
    if let path = options.get { return try value(at: path, currency) + "\n" }
    if options.explains {
      guard format == .table || format == .json || format == .html else {
        throw Failure(
          "--explain goes with table, json and html", hint: "leave out --format \(format.rawValue)", status: .usage)
      }
      guard currency == nil || format != .table else {
        throw Failure("--explain is in USD alone", hint: "leave out --currency, or add --json", status: .usage)
      }
      if format == .table { return style.shown(Explanation.text(report, title: title, style: style)) }
    }
    switch format {
    case .table:
      return style.shown(
        EstimateTable(
          title: title + (currency?.remark ?? ""),
          estimate: estimate, report: report, width: output.columns(in: world), style: style, currency: currency,
          fewest: fewest
        ).text)
    case .json: return document(currency).prettyText()
    case .html, .svg: return try page(currency, today: world.today).text(format)
    case .markdown where output.columns == nil: return markdown(currency)
    case .csv, .tsv, .jsonl, .markdown:
      let summary = Summary(report, currency: currency)
      let columns = try columns(of: summary)
      let row = summary.record(columns).map { JSONDocument.result($0.1) }
      return Records.text(format, columns: columns, rows: [row], numeric: Set(columns.indices))
    }
  }

  private func page(_ currency: Currency?, today: String) throws(Failure) -> Page {
    let plan = try options.sampling.plan(default: SensitivityCommand.draws)
    return EstimatePage(
      command: command, title: title, estimate: estimate, report: report, notes: staleNotes(today),
      currency: currency, fewest: fewest,
      drivers: plan.draws > 1 ? estimate.sensitivity(of: "cost_usd", plan: plan) : nil
    ).page
  }

  private func document(_ currency: Currency?) -> JSONDocument {
    EstimateDocument(command: command, estimate: estimate, report: report, currency: currency).json
  }

  private func columns(of summary: Summary) throws(Failure) -> [String] {
    guard let names = output.columns?.names else { return summary.columns }
    for name in names where summary.value(name) == nil { throw unknown(name, option: "--columns", summary) }
    return names
  }

  private func unknown(_ name: String, option: String, _ summary: Summary) -> Failure {
    Failure(unknown: name, option: option, listed: Summary.names, isSpread: true)
  }

  /// One bare value: a stable name, or a path into the JSON.
  private func value(at path: String, _ currency: Currency?) throws(Failure) -> String {
    let summary = Summary(report, currency: currency)
    if estimate.bill.isUnpriced, ["cost_usd", "compute_usd"].contains(where: path.hasPrefix) {
      throw Failure(
        "--get: no price of \(estimate.scenario.hardware.accelerator.id) is known", hint: "give --price or --own",
        status: .failed)
    }
    if let known = summary.value(path) {
      guard let value = known else {
        throw Failure("--get: \(path) is not known without a cluster", hint: "add --gpus or --days", status: .usage)
      }
      return Summary.text(value)
    }
    let document = document(currency)
    guard let value = document[path: path] ?? document[path: "summary." + path] ?? document[path: "bill." + path] else {
      throw unknown(path, option: "--get", summary)
    }
    return Records.cell(value)
  }

  private func markdown(_ currency: Currency?) -> String {
    let rows = report.results.map { index -> [String] in
      let line = report.lines[index]
      return [line.name, ValueText.value(line), ValueText.range(line)] + (currency?.cells(line) ?? [])
    }
    let header = ["", "typical", "p10 – p90"] + (currency?.headings ?? [])
    return MarkdownTable.text(header: header, rows: rows, right: [1, 3])
  }

  private func gates() throws(Failure) -> [String] {
    var complaints: [String] = []
    if let limit = options.maximumCost?.value, let cost = report.result("cost_usd"),
      cost.value.typical > limit
    {
      complaints.append(
        "llmcost: the total cost of \(ValueText.value(cost)) is above --max-cost \(Notation.display(limit, as: .dollars))"
      )
    }
    if let limit = options.maximumDays?.value {
      guard let time = report.result("days") else {
        throw Failure("--max-days needs the size of the cluster", hint: "add --gpus", status: .usage)
      }
      if time.value.typical > limit {
        complaints.append(
          "llmcost: \(ValueText.value(time)) are more than --max-days \(Notation.display(limit, as: .hours))")
      }
    }
    return complaints
  }
}

/// Prices that have had a year to change.
enum StalePrices {
  static func notes(_ report: Report, today: String) -> [String] {
    guard let now = CalendarMonth(today) else { return [] }
    return report.lines.compactMap { line in
      guard case .input(.table(let row)) = line.basis, ["market", "prices"].contains(row.table),
        let month = CalendarMonth(row.asOf), now - month > PriceSelection.monthsCurrent
      else { return nil }
      return "the \(line.name) (\(row.id)) is of \(row.asOf): give --price if you know better"
    }
  }
}
