import CommandLineKit
import CostModel
import CostTables
import TextFormats

/// An estimate of serving on its way out.
struct ServeView {
  let name: String?
  let estimate: ServingEstimate
  let cache: StoredPrecision
  let report: Report
  let prices: [ListedTokenPrice]
  let options: ServeOptions
  let output: OutputOptions

  /// The stable names, in order.
  static let names = ServingEstimate.names
  /// All columns: the names with the ends of their ranges.
  static let columns = names.flatMap { [$0, $0 + ".p10", $0 + ".p90"] }

  func outcome(warnings: [String], in world: any World) throws(Failure) -> Outcome {
    let scenario = estimate.scenario
    return output.outcome(
      try text(in: world),
      notes: warnings + scenario.noteLines
        + (scenario.priceMonth == nil ? StalePrices.notes(report, today: world.today) : []))
  }

  private func text(in world: any World) throws(Failure) -> String {
    let format = try output.formatForColumns(get: options.get)
    if let get = options.get { return try value(at: get) + "\n" }
    let style = output.style(in: world)
    if options.explains {
      guard format == .table else {
        throw Failure("--explain goes with tables", hint: "leave out --format \(format.rawValue)", status: .usage)
      }
      return style.shown(Explanation.text(report, title: title, style: style))
    }
    switch format {
    case .table: return style.shown(table(width: output.columns(in: world), style: style))
    case .json: return json.prettyText()
    case .html, .svg: return try page.text(format)
    case .csv, .tsv, .jsonl, .markdown:
      let columns = output.columns?.names ?? Self.columns
      for name in columns where !Self.columns.contains(name) { throw unknown(name, option: "--columns") }
      let row = columns.map { JSONDocument.result(self.number($0)) }
      return Records.text(format, columns: columns, rows: [row], numeric: Set(columns.indices))
    }
  }

  private func unknown(_ name: String, option: String) -> Failure {
    Failure(unknown: name, option: option, listed: Self.names, isSpread: true)
  }

  // MARK: - Values

  /// From base units to the unit in the name.
  static func factor(for name: String) -> Double {
    switch name {
    case "energy_wh", "water_ml": 1000
    case "lifetime_carbon_kg": 1.0 / 1000
    case "parity_days": 1.0 / 24
    default: 1
    }
  }

  private func number(_ path: String) -> Double? {
    let result = ResultName(path)
    guard let spread = report.result(result.name)?.value else { return nil }
    return result.value(of: spread) * Self.factor(for: result.name)
  }

  private func value(at path: String) throws(Failure) -> String {
    if Self.columns.contains(path) {
      guard let value = number(path) else {
        let isOfTraining = ["training", "total", "inferen", "parity_"].contains { path.hasPrefix($0) }
        throw Failure(
          "--get: \(path) is not known without \(isOfTraining ? "the cost of training" : "--requests-per-day")",
          hint: isOfTraining ? "add --training-cost or --tokens" : "add it, as --requests-per-day 1M", status: .usage)
      }
      return Summary.text(value)
    }
    guard let value = json[path: path] else { throw unknown(path, option: "--get") }
    return Records.cell(value)
  }

  /// What a provider asks for a request of these lengths.
  func requestPrice(_ listed: ListedTokenPrice) -> Double {
    let (load, prompt) = (estimate.load, estimate.load.prompt.typical.value)
    return listed.price.request(
      prompt: prompt, cached: prompt * (load.cached?.typical.value ?? 0), answer: load.answer.typical.value)
  }

  /// What a provider asks for tokens of prompts of this length.
  func rates(_ listed: ListedTokenPrice) -> TokenPriceRow.Rates {
    listed.price.rates(prompt: estimate.load.prompt.typical.value)
  }

  private var json: JSONDocument {
    let hardware = estimate.scenario.hardware
    return .object([
      ("schemaVersion", .number(EstimateDocument.schemaVersion)), ("command", .string("serve")),
      (
        "scenario",
        .object([
          ("model", .optional(name)), ("accelerator", .string(hardware.accelerator.id)),
          ("architecture", .string(estimate.scenario.model.architecture.rawValue)),
          ("region", .string(estimate.scenario.site.region.id)),
          ("parameters", .result(estimate.scenario.model.parameters.typical.value)),
          ("active_parameters", .result(estimate.scenario.model.activeParameters?.typical.value)),
          ("weights", .string(estimate.load.weights.rawValue)), ("kv_precision", .string(cache.rawValue)),
          ("input_tokens", .result(estimate.load.prompt.typical.value)),
          ("output_tokens", .result(estimate.load.answer.typical.value)),
        ])
      ),
      ("summary", .object(Self.columns.map { ($0, .result(number($0))) })),
      (
        "api",
        .array(
          prices.map { listed in
            .object([
              ("id", .string(listed.id)), ("provider", .string(listed.provider)),
              ("input_usd_per_million_tokens", .result(rates(listed).input * 1e6)),
              ("output_usd_per_million_tokens", .result(rates(listed).output * 1e6)),
              ("usd_per_request", .result(requestPrice(listed))),
              ("price_over_cost", .result(number("usd_per_request").map { requestPrice(listed) / $0 })),
            ])
          })
      ), ("notes", .array(estimate.scenario.noteLines.map(JSONDocument.string))),
    ])
  }

  // MARK: - The table

  var title: String {
    let (model, load) = (estimate.scenario.model, estimate.load)
    let total = Notation.display(model.parameters.typical.value, as: .parameters)
    let active = model.activeParameters.map {
      " (\(Notation.display($0.typical.value, as: .parameters)) active)"
    }
    let length = { (value: Expression<SequenceLength>) in
      Notation.display(value.typical.value, as: .sequenceLength)
    }
    return "Serving \(name.map { "\($0): " } ?? "")\(total) parameters\(active ?? "") in \(load.weights.rawValue), "
      + "cache in \(cache.rawValue), \(length(load.prompt)) tokens in, \(length(load.answer)) out\n"
      + "\(estimate.scenario.hardware.accelerator.name), \(estimate.scenario.site.region.name)"
      + (estimate.scenario.priceMonth.map { ", prices of \($0.text)" } ?? "")
  }

  static let sections: [(heading: String, names: [String])] = [
    (
      "at full load",
      [
        "accelerators_per_copy", "batch", "tokens_per_second_per_reader", "time_to_first_token_s",
        "tokens_per_second_per_accelerator",
      ]
    ),
    (
      "at the mean load",
      [
        "input_usd_per_million_tokens", "output_usd_per_million_tokens", "usd_per_request", "energy_wh", "carbon_g",
        "water_ml",
      ]
    ),
    (
      "whole copies, all day",
      [
        "accelerators", "usd_per_month", "lifetime_usd", "lifetime_energy_kwh", "lifetime_carbon_kg",
        "lifetime_water_l",
      ]
    ),
    ("against training", ["training_usd", "total_usd", "inference_share", "parity_days"]),
  ]

  func shown(_ line: Report.Line, _ key: String) -> (value: String, range: String) {
    let unit: (String, Double)? =
      key == "energy_wh" ? ("Wh", 1000) : key == "water_ml" ? ("mL", 1000) : key == "carbon_g" ? ("g", 1) : nil
    func text(_ value: Double) -> String {
      guard let (name, factor) = unit else { return Notation.display(value, as: line.dimension) }
      return Notation.display(value * factor, as: .ratio) + " " + name
    }
    let ends = [line.value.p10, line.value.p90].map { $0.map(text) ?? "" }
    return (text(line.value.typical), ends[0] == ends[1] ? "" : ends.joined(separator: " – "))
  }

  private func table(width: Int, style: Style) -> String {
    var table = TextTable([.left, .right, .left])
    var headings: [Int] = []
    for section in Self.sections {
      let lines = section.names.compactMap { key in report.result(key).map { (key, $0) } }
      guard !lines.isEmpty else { continue }
      headings.append(table.rows.count)
      table.rows.append([section.heading, headings.count == 1 ? "typical" : "", headings.count == 1 ? "p10 – p90" : ""])
      for (key, line) in lines {
        let cells = shown(line, key)
        table.rows.append([line.name, cells.value, cells.range])
      }
    }
    var lines = table.lines(width: width)
    for place in headings.reversed() {
      lines[place] = style.dim(lines[place])
      if place > 0 { lines.insert("", at: place) }
    }
    return ([style.bold(title), ""] + lines + comparison(width: width, style: style)).joined(separator: "\n") + "\n"
  }

  /// Those that were asked for, and the cheapest of the others.
  var shownPrices: [ListedTokenPrice] {
    let sorted =
      prices.prefix(options.compared.count)
      + prices.dropFirst(options.compared.count)
      .sorted { requestPrice($0) < requestPrice($1) }
    return Array(sorted.prefix(max(8, options.compared.count)))
  }

  private func comparison(width: Int, style: Style) -> [String] {
    guard !prices.isEmpty, let own = report.result("usd_per_request")?.value.typical else { return [] }
    var table = TextTable([.left, .right, .right, .right, .right])
    table.rows = [["  API", "input", "output", "a request", "over cost"]]
    let dollars = { (value: Double) in Notation.display(value, as: .dollars) }
    for listed in shownPrices {
      table.rows.append([
        "  " + listed.id, dollars(rates(listed).input * 1e6), dollars(rates(listed).output * 1e6),
        dollars(requestPrice(listed)), "×" + Notation.display(requestPrice(listed) / own, as: .ratio),
      ])
    }
    table.indent = ""
    var lines = table.lines(width: width)
    lines[0] = style.dim(lines[0])
    return ["", "  Prices per million tokens of models about as large, and the price of a request over its cost here:"]
      + lines
  }
}
