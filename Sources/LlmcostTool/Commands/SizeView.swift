import CommandLineKit
import CostModel
import TextFormats

/// The answer of `llmcost size` on its way out.
struct SizeView {
  let answer: SizeAnswer
  let isPlotted: Bool
  let get: String?
  let output: OutputOptions

  /// The stable names, in order.
  static let names = [
    "parameters", "tokens", "tokens_per_parameter", "loss", "flop", "accelerator_hours", "accelerators", "days",
    "cost_usd",
  ]

  /// All columns: the law, and the names with the ends of their ranges.
  static let columns = ["law"] + names.flatMap { [$0, $0 + ".p10", $0 + ".p90"] }

  func outcome(in world: any World) throws(Failure) -> Outcome {
    output.outcome(
      try text(in: world),
      notes: answer.notes
        + StalePrices.notes(answer.first.estimate.report(SamplingPlan(draws: 0)), today: world.today))
  }

  private func text(in world: any World) throws(Failure) -> String {
    let format = try output.formatForColumns(get: get)
    if let get { return try value(at: get) + "\n" }
    if isPlotted, format != .table {
      throw Failure("--plot goes with tables", hint: "leave out --format \(format.rawValue)", status: .usage)
    }
    switch format {
    case .table:
      let style = output.style(in: world)
      return style.shown(
        SizeTable(answer: answer, isPlotted: isPlotted, width: output.columns(in: world), style: style).text)
    case .json: return json.prettyText()
    case .html, .svg: return try SizePage(answer: answer).page.text(format)
    case .csv, .tsv, .jsonl, .markdown:
      let columns = output.columns?.names ?? Self.columns
      for name in columns where !Self.columns.contains(name) { throw unknown(name, option: "--columns") }
      let rows = answer.entries.map { entry in
        columns.map { $0 == "law" ? JSONDocument.string(entry.law.id) : Self.number(Self.value($0, of: entry.figures)) }
      }
      let numeric = columns.indices.filter { columns[$0] != "law" }
      return Records.text(format, columns: columns, rows: rows, numeric: Set(numeric))
    }
  }

  private func unknown(_ name: String, option: String) -> Failure {
    Failure(unknown: name, option: option, listed: Self.names, isSpread: true)
  }

  /// The spread of a stable name; nil where it is not known.
  static func spread(_ name: String, of model: SizedModel) -> Spread? {
    switch name {
    case "parameters": model.parameters
    case "tokens": model.tokens
    case "tokens_per_parameter": model.tokensPerParameter
    case "loss": model.loss
    case "flop": model.operations
    case "accelerator_hours": model.acceleratorHours
    case "accelerators": model.accelerators
    case "days":
      model.wallClock.map { Spread(typical: $0.typical / 24, p10: $0.p10.map { $0 / 24 }, p90: $0.p90.map { $0 / 24 }) }
    case "cost_usd": model.cost
    default: nil
    }
  }

  /// The value of a stable name, with `.p10` or `.p90` behind it for an end of the range.
  static func value(_ path: String, of model: SizedModel) -> Double? {
    for (suffix, end) in [(".p10", \Spread.p10), (".p90", \Spread.p90)] where path.hasSuffix(suffix) {
      return spread(String(path.dropLast(suffix.count)), of: model).map { $0[keyPath: end] ?? $0.typical }
    }
    return spread(path, of: model)?.typical
  }

  private func value(at path: String) throws(Failure) -> String {
    if path != "law", Self.columns.contains(path) {
      guard let value = Self.value(path, of: answer.first.figures) else {
        throw path.hasPrefix("loss")
          ? Failure("--get: \(answer.first.law.id) tells no loss", hint: "choose another --law", status: .usage)
          : Failure("--get: \(path) is not known without a cluster", hint: "add --gpus or --days", status: .usage)
      }
      return Records.cell(Self.number(value))
    }
    guard let value = json[path: path] ?? json[path: "summary." + path] else { throw unknown(path, option: "--get") }
    return Records.cell(value)
  }

  // MARK: - JSON

  /// Twelve significant digits, which searches settle; a minimum is flat, and its place is good for six.
  private static func number(_ value: Double?, digits: Int = 12) -> JSONDocument {
    .result(value, digits: digits)
  }

  private static func members(_ size: ModelSize, digits: Int = 12) -> [(String, JSONDocument)] {
    [
      ("parameters", number(size.parameters.value, digits: digits)),
      ("tokens", number(size.tokens.value, digits: digits)),
      ("tokens_per_parameter", number(size.tokensPerParameter, digits: digits)),
    ]
  }

  private var json: JSONDocument {
    let scenario = answer.first.estimate.scenario
    var members: [(String, JSONDocument)] = [
      ("schemaVersion", .number(EstimateDocument.schemaVersion)), ("command", .string("size")),
      (
        "scenario",
        .object([
          ("law", .string(answer.first.law.id)), ("accelerator", .string(scenario.hardware.accelerator.id)),
          ("precision", .string(scenario.hardware.precision.rawValue)), ("region", .string(scenario.site.region.id)),
          ("unique_tokens", Self.number(answer.uniqueTokens?.value)),
          ("inference_tokens", Self.number(answer.servedTokens?.value)),
          ("serving_mfu", Self.number(answer.servingMFU?.value)),
        ])
      ), ("summary", .object(figures(answer.first))),
      (
        "models",
        .array(
          answer.entries.map { entry in
            .object(
              [
                ("law", .string(entry.law.id)), ("name", .string(entry.law.name)),
                ("sources", .array((entry.law.reference?.sources ?? []).map { .optional($0.url ?? $0.title) })),
                ("assumption", .optional(entry.law.reference?.assumption)),
                ("loss_by", .optional(entry.figures.loss == nil ? nil : entry.judgingLaw.id)),
                ("extrapolated", .boolean(!entry.law.extrapolations(entry.size).isEmpty)),
              ] + figures(entry))
          })
      ),
      ("neighborhood", .array(answer.neighbors.map(neighbor))),
    ]
    if !answer.lifetimes.isEmpty {
      members.append(("inference", .object(answer.lifetimes.map { ($0.key, lifetime($0)) })))
    }
    if !answer.reports.isEmpty {
      members.append(("overtraining", .object(answer.reports.map { ($0.law.id, report($0)) })))
    }
    return .object(members + [("notes", .array(answer.notes.map(JSONDocument.string)))])
  }

  private func figures(_ entry: SizeAnswer.Entry) -> [(String, JSONDocument)] {
    Self.columns.dropFirst().map { ($0, Self.number(Self.value($0, of: entry.figures))) }
  }

  private func neighbor(_ neighbor: SizeAnswer.Neighbor) -> JSONDocument {
    .object(
      [("factor", .number(neighbor.factor))] + Self.members(neighbor.size) + [
        ("loss", Self.number(neighbor.loss)), ("flop_over_optimum", Self.number(neighbor.excess)),
        ("cost_usd", Self.number(neighbor.cost.value)),
      ])
  }

  private func lifetime(_ lifetime: SizeAnswer.Lifetime) -> JSONDocument {
    func member(_ name: String, _ value: Double) -> (String, JSONDocument) { (name, Self.number(value, digits: 6)) }
    return .object(
      Self.members(lifetime.size, digits: 6) + [
        member("training_flop", lifetime.training.value), member("inference_flop", lifetime.inference.value),
        member("total_flop", (lifetime.training + lifetime.inference).value),
        member("training_usd", lifetime.trainingCost.value), member("serving_usd", lifetime.servingCost.value),
        member("total_usd", (lifetime.trainingCost + lifetime.servingCost).value),
      ])
  }

  private func report(_ report: SizeAnswer.Report) -> JSONDocument {
    let found = report.overtraining
    func member(_ size: ModelSize, _ loss: Double, _ flop: Quantity<Operations>, _ cost: Quantity<Dollars>)
      -> JSONDocument
    {
      .object(
        Self.members(size) + [
          ("loss", Self.number(loss)), ("flop", Self.number(flop.value)), ("cost_usd", Self.number(cost.value)),
        ])
    }
    return .object([
      ("model", member(found.model, found.loss, found.operations, report.costs.model)),
      (
        "same_flop",
        member(found.atSameOperations, found.lossAtSameOperations, found.operations, report.costs.sameOperations)
      ),
      ("same_loss", member(found.atSameLoss, found.loss, found.operationsAtSameLoss, report.costs.sameLoss)),
      ("flop_over_optimum", Self.number(found.excess)),
      ("break_even_inference_tokens", Self.number(found.breakEven?.value)),
    ])
  }
}
