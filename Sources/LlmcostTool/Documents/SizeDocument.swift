import CostModel
import TextFormats

/// The answer of `llmcost size`, ready to be printed.
struct SizeDocument {
  let answer: SizeAnswer
  let isPlotted: Bool

  /// Twelve significant digits, which searches settle; a minimum is flat, and its place is good for six.
  private static let digits = 12

  private static let figures: [[Field<SizeAnswer.Entry>]] = SizedModel.results.map { key, figure in
    Field.spread(key.key, digits: digits) { figure($0.figures)?.scaled(by: key.unit.perBaseUnit) }
  }

  var document: Document {
    var document = Document("size", title: title + "\n" + place)
    document.records = Records(answer.entries, [Field.word("law") { $0.law.id }] + Self.figures)
    document.absences = [
      Document.Absence(
        names: ["loss"], reason: "\(answer.first.law.id) tells no loss", hint: "choose another --law"),
      Document.Absence(reason: "* is not known without a cluster", hint: "add --gpus or --days"),
    ]
    let figures = answer.first.figures
    document.facts = [
      fact("parameters", figures.parameters, .parameters), fact("tokens", figures.tokens, .tokens),
      figures.loss.map { fact("loss by \(answer.first.judgingLaw.id)", $0, .ratio, digits: 4) },
      fact("training FLOP", figures.operations, .operations), fact("total cost", figures.cost, .dollars),
    ].compactMap { $0 }
    document.tree = .members { members }
    document.sections = { $0 == .page ? page : terminal }
    document.notes = answer.notes
    return document
  }

  // MARK: - JSON

  private static func number(_ value: Double?, digits: Int = digits) -> JSONDocument { .result(value, digits: digits) }

  private static func members(_ size: ModelSize, digits: Int = digits) -> [JSONMember] {
    [
      ("parameters", number(size.parameters.value, digits: digits)),
      ("tokens", number(size.tokens.value, digits: digits)),
      ("tokens_per_parameter", number(size.tokensPerParameter, digits: digits)),
    ]
  }

  private func figures(_ entry: SizeAnswer.Entry) -> [JSONMember] {
    Self.figures.flatMap { $0 }.map { ($0.name, $0.value(entry)) }
  }

  private var members: [JSONMember] {
    let scenario = answer.first.estimate.scenario
    let models = answer.entries.map { entry -> JSONDocument in
      .object(
        [
          ("law", .string(entry.law.id)), ("name", .string(entry.law.name)),
          ("sources", .array((entry.law.reference?.sources ?? []).map { .optional($0.url ?? $0.title) })),
          ("assumption", .optional(entry.law.reference?.assumption)),
          ("loss_by", .optional(entry.figures.loss == nil ? nil : entry.judgingLaw.id)),
          ("extrapolated", .boolean(!entry.law.extrapolations(entry.size).isEmpty)),
        ] + figures(entry))
    }
    let neighbors = answer.neighbors.map { neighbor -> JSONDocument in
      .object(
        [("factor", .number(neighbor.factor))] + Self.members(neighbor.size) + [
          ("loss", Self.number(neighbor.loss)), ("flop_over_optimum", Self.number(neighbor.excess)),
          ("cost_usd", Self.number(neighbor.cost.value)),
        ])
    }
    let lifetimes: [JSONMember] = answer.lifetimes.map { ($0.key, lifetime($0)) }
    let reports: [JSONMember] = answer.reports.map { ($0.law.id, report($0)) }
    return [
      (
        "scenario",
        .object([
          ("law", .string(answer.first.law.id)), ("accelerator", .string(scenario.hardware.accelerator.id)),
          ("precision", .string(scenario.hardware.precision.rawValue)), ("region", .string(scenario.site.region.id)),
          ("unique_tokens", Self.number(answer.uniqueTokens?.value)),
          ("inference_tokens", Self.number(answer.servedTokens?.value)),
          ("serving_mfu", Self.number(answer.servingMFU?.value)),
        ])
      ), ("summary", .object(figures(answer.first))), ("models", .array(models)),
      ("neighborhood", .array(neighbors)),
    ] + (lifetimes.isEmpty ? [] : [("inference", .object(lifetimes))])
      + (reports.isEmpty ? [] : [("overtraining", .object(reports))])
  }

  private func lifetime(_ lifetime: SizeAnswer.Lifetime) -> JSONDocument {
    func member(_ name: String, _ value: Double) -> JSONMember { (name, Self.number(value, digits: 6)) }
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
    func member(
      _ size: ModelSize, _ loss: Double, _ flop: Quantity<Operations>, _ cost: Quantity<Dollars>
    ) -> JSONDocument {
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

  // MARK: - Words

  /// On what, and where.
  private var place: String {
    let scenario = answer.first.estimate.scenario
    return "\(scenario.hardware.accelerator.name), \(scenario.hardware.precision.name), \(scenario.site.region.name)"
  }

  /// A value for people, without the last binary places that a search leaves.
  private func display(_ value: Double, as dimension: Dimension, digits: Int = 3) -> String {
    Notation.display(value.significant(9), as: dimension, digits: digits)
  }

  private var title: String {
    switch answer.target {
    case .operations(let operations): "Compute-optimal model for \(display(operations.value, as: .operations)) FLOP"
    case .budget(let budget): "Compute-optimal model for a budget of \(display(budget.value, as: .dollars))"
    case .acceleratorHours(let hours):
      if let accelerators = answer.first.figures.accelerators?.typical {
        "Compute-optimal model for \(display(accelerators, as: .accelerators)) accelerators over "
          + display(hours.value / accelerators, as: .hours)
      } else {
        "Compute-optimal model for \(display(hours.value, as: .acceleratorHours)) accelerator-hours"
      }
    case .parameters(let parameters):
      "Compute-optimal training of \(display(parameters.value, as: .parameters)) parameters"
    case .tokens(let tokens): "Compute-optimal model for \(display(tokens.value, as: .tokens)) tokens"
    case .loss(let value): "Compute-optimal model for a loss of \(display(value, as: .ratio, digits: 4))"
    case .size(let size):
      "\(display(size.parameters.value, as: .parameters)) parameters on \(display(size.tokens.value, as: .tokens)) "
        + "tokens: \(display(size.tokensPerParameter, as: .ratio)) tokens per parameter, "
        + "\(display(size.tokensPerParameter / 20, as: .ratio)) times the rule of 20"
    }
  }

  private func fact(_ name: String, _ spread: Spread, _ dimension: Dimension, digits: Int = 3) -> Document.Fact {
    let cells = Self.cells(spread, dimension, digits: digits)
    return Document.Fact(name, cells[0], cells[1])
  }

  // MARK: - Tables and charts

  private static func cell(_ value: Double?, _ dimension: Dimension, digits: Int = 3) -> Cell {
    .value(value?.significant(9), dimension, digits: digits)
  }

  private static func cells(_ spread: Spread, _ dimension: Dimension, digits: Int = 3) -> [Cell] {
    Cell.spread(
      Spread(
        typical: spread.typical.significant(9), p10: spread.p10?.significant(9), p90: spread.p90?.significant(9)),
      dimension, digits: digits)
  }

  private static func cells(_ size: ModelSize) -> [Cell] {
    [
      cell(size.parameters.value, .parameters), cell(size.tokens.value, .tokens), cell(size.tokensPerParameter, .ratio),
    ]
  }

  private static let sizeColumns: [Table.Column] = [
    .number("parameters"), .number("tokens"), .number("tokens/parameter"),
  ]

  private var terminal: [Document.Section] {
    var first = Document.Section("model", "The model", nil)
    if answer.reports.isEmpty { first.tables.append(laws) }
    first.tables += [details] + answer.reports.map(table)
    if !answer.neighbors.isEmpty { first.tables.append(neighbors) }
    var curve = Document.Section("curve", "The curve", nil)
    if isPlotted { curve.drawing = drawing }
    if !answer.lifetimes.isEmpty { curve.tables.append(lifetimes) }
    return [first, curve]
  }

  private var page: [Document.Section] {
    var sections = curve.map { [$0] } ?? []
    sections.append(Document.Section("model", "The model", nil, details))
    if answer.reports.isEmpty { sections.append(Document.Section("laws", "By law", nil, laws)) }
    if !answer.reports.isEmpty {
      var section = Document.Section("overtraining", "Against the optimum", nil)
      section.tables = answer.reports.map(table)
      sections.append(section)
    }
    if !answer.neighbors.isEmpty { sections.append(Document.Section("neighbors", "Other sizes", nil, neighbors)) }
    if !answer.lifetimes.isEmpty {
      sections.append(Document.Section("lifetimes", "With the tokens served", nil, lifetimes))
    }
    let sources = Table(
      "Scaling laws", ["law", "name", "source"],
      answer.entries.map { entry in
        [
          .text(entry.law.id), .text(entry.law.name),
          entry.law.reference.map { .origin(.table($0)) } ?? "given",
        ]
      })
    let inputs = Table.inputs(
      of: answer.first.estimate.report(SamplingPlan(), rangesOf: .shownLines),
      "What accelerator-hours and cost rest on")
    return sections + [Document.Section("sources", "Laws, inputs and sources", nil, sources, inputs)]
  }

  /// The laws side by side.
  private var laws: Table {
    Table(
      "By law",
      ["law"] + Self.sizeColumns + [.number("loss"), .number("FLOP"), .number("accelerator-hours"), .number("cost")],
      answer.entries.map { entry in
        let figures = entry.figures
        return [.text(entry.law.id)] + Self.cells(entry.size) + [
          Self.cell(figures.loss?.typical, .ratio, digits: 4), Self.cell(figures.operations.typical, .operations),
          Self.cell(figures.acceleratorHours.typical, .acceleratorHours), Self.cell(figures.cost.typical, .dollars),
        ]
      })
  }

  /// The first law's model, with ranges.
  private var details: Table {
    let (entry, figures) = (answer.first, answer.first.figures)
    var table = Table(
      answer.reports.isEmpty ? "By \(entry.law.id)" : "The model", ["result", .number("typical"), .range])
    func add(_ name: String, _ spread: Spread?, _ dimension: Dimension, digits: Int = 3) {
      guard let spread else { return }
      table.add([.text(name)] + Self.cells(spread, dimension, digits: digits))
    }
    if answer.reports.isEmpty {
      add("parameters", figures.parameters, .parameters)
      if entry.law.activeShare < 1 {
        add("active parameters", Spread(typical: figures.parameters.typical * entry.law.activeShare), .parameters)
      }
      add("tokens", figures.tokens, .tokens)
      add("tokens per parameter", figures.tokensPerParameter, .ratio)
      add(entry.judge.map { "loss by \($0.id)" } ?? "loss", figures.loss, .ratio, digits: 4)
    }
    if let unique = answer.uniqueTokens {
      add("epochs", Spread(typical: max(1, entry.size.tokens / unique)), .ratio)
    }
    add("training FLOP", figures.operations, .operations)
    add("accelerator-hours", figures.acceleratorHours, .acceleratorHours)
    add("accelerators", figures.accelerators, .accelerators)
    add("wall-clock time", figures.wallClock, .hours)
    add("total cost", figures.cost, .dollars)
    add("tokens per batch", entry.law.batchSize.map { Spread(typical: $0(figures.operations.typical)) }, .tokens)
    add("peak learning rate", entry.law.learningRate.map { Spread(typical: $0(figures.operations.typical)) }, .ratio)
    return table
  }

  private var neighbors: Table {
    Table(
      "Other sizes for the same FLOP, by \(answer.first.judgingLaw.id)",
      ["size"] + Self.sizeColumns + [.number("loss"), .number("FLOP over its optimum's"), .number("cost")],
      answer.neighbors.map { neighbor in
        [.times(neighbor.factor)] + Self.cells(neighbor.size) + [
          Self.cell(neighbor.loss, .ratio, digits: 4), .times(neighbor.excess.map { max(1, $0.significant(9)) }),
          Self.cell(neighbor.cost.value, .dollars),
        ]
      })
  }

  private var lifetimes: Table {
    let served = display(answer.servedTokens?.value ?? 0, as: .tokens)
    let mfu = display(answer.servingMFU?.value ?? 0, as: .ratio)
    return Table(
      "As good, with \(served) tokens served at an MFU of \(mfu)",
      [
        "model", .number("parameters"), .number("tokens"), .number("training FLOP"), .number("total FLOP"),
        .number("training"), .number("serving"), .number("total cost"),
      ],
      answer.lifetimes.map { lifetime in
        [.text(lifetime.name)] + Self.cells(lifetime.size).prefix(2) + [
          Self.cell(lifetime.training.value, .operations),
          Self.cell((lifetime.training + lifetime.inference).value, .operations),
          Self.cell(lifetime.trainingCost.value, .dollars), Self.cell(lifetime.servingCost.value, .dollars),
          Self.cell((lifetime.trainingCost + lifetime.servingCost).value, .dollars),
        ]
      })
  }

  private func table(_ report: SizeAnswer.Report) -> Table {
    let found = report.overtraining
    var table = Table(
      "By \(report.law.id)",
      ["model"] + Self.sizeColumns + [.number("loss"), .number("FLOP"), .number("cost")])
    func add(
      _ name: String, _ size: ModelSize, _ value: Double, _ operations: Quantity<Operations>, _ cost: Quantity<Dollars>
    ) {
      table.add(
        [.text(name)] + Self.cells(size) + [
          Self.cell(value, .ratio, digits: 4), Self.cell(operations.value, .operations),
          Self.cell(cost.value, .dollars),
        ])
    }
    add("this model", found.model, found.loss, found.operations, report.costs.model)
    add(
      "optimum of its FLOP", found.atSameOperations, found.lossAtSameOperations, found.operations,
      report.costs.sameOperations)
    add("optimum of its loss", found.atSameLoss, found.loss, found.operationsAtSameLoss, report.costs.sameLoss)
    let end =
      found.breakEven.map { "won back after serving \(display($0.value, as: .tokens)) tokens" }
      ?? "and larger than that: undertrained"
    table.remarks = ["\(display(max(1, found.excess), as: .ratio)) times the FLOP of the optimum of its loss, \(end)"]
    return table
  }

  /// Loss over parameters along one FLOP, in characters.
  private var drawing: [String] {
    let entry = answer.first
    guard let curve = IsoFLOPCurve(entry, points: 49), let low = curve.losses.min(), let high = curve.losses.max(),
      let first = curve.sizes.first, let last = curve.sizes.last
    else { return ["  \(entry.law.id) tells no loss for other sizes"] }
    func loss(_ value: Double) -> String { display(value, as: .ratio, digits: 4) }
    return ["  Loss over parameters, by \(entry.judgingLaw.id):"]
      + TextChart.curve(
        curve.losses, rows: 10, labels: (loss(high), loss(low)),
        feet: [first, entry.size, last].map { display($0.parameters.value, as: .parameters) })
  }

  /// Loss over parameters for the same FLOP: the IsoFLOP curve through the model.
  private var curve: Document.Section? {
    let entry = answer.first
    guard let curve = IsoFLOPCurve(entry, points: 33), let own = entry.loss(entry.size) else { return nil }
    let (loss, parameters) = (Shown(.ratio, digits: 4), Shown(.parameters))
    func point(_ size: ModelSize, _ value: Double) -> Plot.Point {
      Plot.Point(
        x: size.parameters.value, y: value,
        words: "\(parameters.text(size.parameters.value)) on "
          + "\(Notation.display(size.tokens.value, as: .tokens)) tokens: a loss of \(loss.text(value))")
    }
    var model = point(entry.size, own)
    model.isApart = true
    let heading = "Loss over parameters at the same FLOP"
    var chart = Plot(
      title: heading,
      description: "The loss by \(entry.judgingLaw.id) from a sixteenth to sixteen times the model's size; the model "
        + "has \(model.words).",
      xTitle: "parameters", yTitle: "loss", xShown: parameters.text, yShown: loss.text, yKind: .linear,
      curve: zip(curve.sizes, curve.losses).map(point), points: [model]
    ).chart
    chart.legend = [
      Chart.Key(.apart, "the model"),
      Chart.Key(.none, "line: other sizes for the same FLOP, by \(entry.judgingLaw.id)"),
    ]
    let table = Table(
      "Loss by \(entry.judgingLaw.id), by size", ["parameters", .number("tokens"), .number("loss")],
      stride(from: 0, to: curve.sizes.count, by: 4).map { index in
        let size = curve.sizes[index]
        return [
          .value(size.parameters.value, .parameters), .value(size.tokens.value, .tokens),
          .value(curve.losses[index], loss),
        ]
      })
    return Document.Section("curve", heading, chart, table)
  }
}

/// Loss along one FLOP, from a sixteenth to sixteen times the size of a model.
struct IsoFLOPCurve {
  let sizes: [ModelSize]
  let losses: [Double]

  /// nil where the law tells no loss, or one that does not change.
  init?(_ entry: SizeAnswer.Entry, points: Int) {
    let reach = 16.0
    sizes = (0..<points).map { point in
      let place = Double(2 * point - (points - 1)) / Double(points - 1)
      let factor = Elementary.exponential(place * Elementary.logarithm(reach))
      return ModelSize(parameters: entry.size.parameters * factor, tokens: entry.size.tokens / factor)
    }
    losses = sizes.compactMap(entry.loss)
    guard losses.count == points, let low = losses.min(), let high = losses.max(), high > low, high.isFinite else {
      return nil
    }
  }
}
