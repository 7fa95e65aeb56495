import TextFormats

/// Tables that are computed from other tables, as the text of their files.
package enum Derivation {
  /// The derived tables.
  package static let names = [
    "efficiency", "market", "methods", "pilot", "rent-outlook", "serving-constants", "stage-efficiency",
    "step-constants", "tuned-mfu",
  ]

  /// The text of a derived table; nil for one that is not derived.
  package static func text(of table: String, from catalog: TableCatalog) throws(CatalogError) -> String? {
    switch table {
    // What whole runs take over tuned steps is fitted together with their efficiency, and stands in its table.
    case "efficiency", "tuned-to-real": try efficiency(from: catalog)
    case "market": try market(from: catalog)
    case "methods": try methods(from: catalog)
    case "pilot": try pilot(from: catalog)
    case "rent-outlook": try rentOutlook(from: catalog)
    case "serving-constants": try servingConstants(from: catalog)
    case "stage-efficiency": try stageEfficiency(from: catalog)
    case "tuned-mfu": try tunedMFU(from: catalog)
    case "step-constants": try stepConstants(from: catalog)
    default: nil
    }
  }

  private static func efficiency(from catalog: TableCatalog) throws(CatalogError) -> String {
    let speedups = try catalog.precisionSpeedups()
    guard let derivation = EfficiencyDerivation(try catalog.publishedRuns(), speedup: speedups.typical) else {
      throw .malformed(
        file: "runs.json", row: nil, field: nil, problem: "runs of two organizations are needed for a fit")
    }
    var rows = try efficiencyTerms(of: derivation, highest: catalog.publishedEfficiency().limit)
    rows += derivation.kinds.map { kind in
      let organizations = Set(kind.runs.map(\.organization)).count
      return .object([
        ("id", .string(kind.id)), ("runs", .number(Double(kind.runs.count))),
        ("organizations", .number(Double(organizations))), ("asOf", .string(derivation.newest.text)),
        ("source", .string("published-runs")),
        ("note", .string("fit of \(derivation.runs.count) runs, \(kind.runs.count) of this kind")),
      ])
    }
    return try file(
      "efficiency", "Effective MFU of whole runs, fitted on published ones",
      columns: [
        ("id", "a term of the fit, a spread, or a kind of runs: dense or moe, on one generation or on all"),
        ("value", "the constant of the term, or the spread"), ("runs", "published runs of the kind"),
        ("organizations", "who published them"), ("asOf", "the newest run"), ("source", "key in sources"),
        ("assumption", "whose judgment the row is"), ("note", "what it means, or what it rests on"),
      ],
      sources: [("published-runs", "Published runs (table runs), fitted without those that say why they are excluded")],
      rows: rows)
  }

  /// The constants of the fit, the spreads and the limits, a row each.
  private static func efficiencyTerms(of derivation: EfficiencyDerivation, highest: Double) -> [JSONDocument] {
    let regression = derivation.regression
    func row(_ id: String, _ value: Double, _ digits: Int, _ note: String, assumption: Bool = false) -> JSONDocument {
      .object(
        [
          ("id", .string(id)), ("value", .number(Double(Notation.digits(value, digits)) ?? value)),
          ("asOf", .string(derivation.newest.text)),
          assumption ? ("assumption", .string(note)) : ("source", .string("published-runs")),
        ] + (assumption ? [] : [("note", .string(note))]))
    }
    let terms = EfficiencyRegression.Term.allCases
    let constants = zip(terms, regression.constants).map { row($0.rawValue, $1, 4, $0.meaning) }
    return constants + [
      row(
        "spread", regression.spread, 3,
        "p90 over typical MFU and typical over p10: holds four in five runs of an organization left out"),
      row(
        "spread-unseen-generation", regression.unseenSpread, 3,
        "the same where no run on the accelerator's generation is known: organization and generation left out"),
      row(
        "spread-with-tuned-steps", derivation.tunedToReal.blendedSpread, 3,
        "the same for the mean of the fit and of tuned steps, on logarithms"),
      row("spread-of-tuned-steps", derivation.tunedToReal.tunedSpread, 3, "the same for tuned steps alone"),
      row(
        "tuned-to-real", derivation.tunedToReal.constants.first ?? 0, 4,
        "ln of a whole run's hours over those of tuned steps (table tuned-mfu), January 2023"),
      row(
        "tuned-to-real-years-since-2023", derivation.tunedToReal.constants.dropFirst().first ?? 0, 4,
        "its change in a year"),
      row(
        "tuned-to-real-calendar-hours", derivation.tunedToReal.constants.last ?? 0, 4,
        "its change for hours that are accelerators times days"),
      row(
        "greatest-age", Double(derivation.greatestAge), 6,
        "months after its release by which three in four runs had used their accelerator: the date of a new run on it"),
      row(
        "highest-mfu", highest, 3,
        "no published run of whole hours has had more than 0.6, and tuned, short runs little more than 0.7",
        assumption: true),
    ]
  }

  private static func tunedMFU(from catalog: TableCatalog) throws(CatalogError) -> String {
    var rows: [JSONDocument] = []
    for row in try catalog.tables.rows(of: "accelerators") {
      let accelerator = try Accelerator(row)
      for kind in ArchitectureClass.allCases {
        let curve: TunedEfficiency?
        do throws(ScenarioError) { curve = try TunedEfficiency.computed(on: accelerator, kind, in: catalog) } catch {
          throw .malformed(file: "accelerators.json", row: row.id, field: nil, problem: error.message.description)
        }
        guard let curve else { continue }
        rows.append(
          .object([
            ("id", .string("\(accelerator.id)-\(kind.rawValue)")),
            ("mfu", .array(curve.mfus.map { .number(Double(Notation.digits($0, 3)) ?? $0) })),
            ("asOf", .string("2026-11")), ("source", .string("step-model")),
          ]))
      }
    }
    return try file(
      "tuned-mfu", "MFU of tuned steps at the fastest layout that fits, by the model of a training step",
      columns: [
        ("id", "accelerator, dense or moe (an eighth of the parameters active)"),
        (
          "mfu",
          "6·N·D over the dense 16-bit peak in 16 bits, for 100M, 316M, 1B and so on to 1T active parameters in a usual cluster for the size, at the critical batch of 20 tokens a parameter"
        ),
        ("asOf", "when it was computed"), ("source", "key in sources"),
      ],
      sources: [("step-model", "Model of a training step (tables step-constants, networks and training-hardware)")],
      rows: rows)
  }

  private static func market(from catalog: TableCatalog) throws(CatalogError) -> String {
    let derived = MarketDerivation.rows(
      from: try catalog.prices(), providers: try catalog.providers(),
      contractShare: try catalog.factor("contract-over-on-demand").value)
    let documents = derived.map { row -> JSONDocument in
      var members: [(String, JSONDocument)] = [
        ("id", .string(row.id)), ("accelerator", .string(row.accelerator)),
        ("commitment", .string(row.commitment.rawValue)), ("tier", .string(row.tier.rawValue)),
        ("usdPerAcceleratorHour", range(row.rate)),
      ]
      if let asked = row.sellersAsk {
        members.append(
          ("sellers", .object([("low", rounded(asked.lowerBound)), ("high", rounded(asked.upperBound))])))
      }
      members += [
        ("rows", .number(Double(row.rows))),
        ("providers", .array(row.sellers.map(JSONDocument.string))),
      ]
      if row.isStale { members.append(("stale", .boolean(true))) }
      members += [
        ("asOf", .string(row.asOf)), ("source", .string("prices")), ("note", .string(note(row))),
      ]
      return .object(members)
    }
    return try file(
      "market",
      "Rental prices by kind of seller, derived from the rows of the sellers",
      columns: [
        ("id", "accelerator, commitment and tier"), ("accelerator", "id in accelerators.json"),
        ("commitment", "how it is rented"), ("tier", "kind of seller: neocloud, marketplace or hyperscaler"),
        (
          "usdPerAcceleratorHour",
          "typical: the median of the sellers, or of contracts; low and high: its uncertainty, the middle half of the sellers, USD"
        ),
        ("sellers", "what the cheapest and the dearest seller ask, which is the buyer's choice, USD"),
        ("rows", "price rows behind it"), ("providers", "sellers behind it"),
        ("stale", "whether none of the rows is of the last six months"), ("asOf", "the newest row"),
        ("source", "key in sources"), ("note", "what it rests on"),
      ], sources: [("prices", "Current price rows of all providers (table prices)")], rows: documents)
  }

  /// How many sellers a price rests on, and on what else.
  private static func note(_ row: MarketDerivation.Row) -> String {
    let sellers = row.sellers.count == 1 ? "1 seller" : "\(row.sellers.count) sellers"
    switch row.basis {
    case .index?: return "index of one-year contracts; the range is that of contracts over on-demand prices"
    case .lists?: return "contracts that \(sellers) list\(row.sellers.count == 1 ? "s" : "")"
    case .onDemand?:
      return "derived: the usual share (factor contract-over-on-demand) of the on-demand price of \(sellers)"
    case nil: return sellers + (row.isStale ? ", no current price" : "")
    }
  }

  private static func stageEfficiency(from catalog: TableCatalog) throws(CatalogError) -> String {
    var observations: [StageEfficiencyFit.Observation] = []
    var asOf = ""
    for run in try catalog.stageRuns().known {
      let observation: StageEfficiencyFit.Observation?
      do throws(ScenarioError) { observation = try run.observation(in: catalog) } catch {
        throw .malformed(file: "post-training-runs.json", row: run.id, field: nil, problem: error.message.description)
      }
      guard let observation else { continue }
      observations.append(observation)
      asOf = max(asOf, run.date)
    }
    guard let fit = StageEfficiencyFit(observations) else {
      throw .malformed(
        file: "post-training-runs.json", row: nil, field: nil, problem: "runs of two organizations are needed for a fit"
      )
    }
    func number(_ value: Double) -> JSONDocument { .number(Double(Notation.digits(value, 3)) ?? value) }
    let documents = StageEfficiency.Kind.allCases.map { kind -> JSONDocument in
      let efficiency = fit.efficiency(of: kind, from: .assumed("derived"))
      let classes: [PublishedStageRun.Class] = kind == .reinforcement ? [.steps, .reinforcement] : [.training]
      let runs = classes.reduce(0) { $0 + (fit.counts[$1] ?? 0) }
      let sources = ["post-training-runs", "post-training-throughput"].prefix(classes.count).map(JSONDocument.string)
      var members: [(String, JSONDocument)] = [
        ("id", .string(kind.rawValue)), ("hoursOverModel", number(efficiency.hoursOverModel)),
        ("spread", number(efficiency.spread)),
      ]
      if let overhead = efficiency.overhead { members.append(("overhead", range(overhead))) }
      members += [
        ("runs", .number(Double(runs))), ("asOf", .string(asOf)),
        ("source", sources.count == 1 ? sources[0] : .array(sources)), ("note", .string("fit of \(runs) runs")),
      ]
      return .object(members)
    }
    return try file(
      "stage-efficiency",
      "Hours of stages after pre-training over those of the model of time, fitted on published ones",
      columns: [
        ("id", "fine-tuning, adapter, preference or reinforcement"),
        (
          "hoursOverModel",
          "hours over those of the model of time: of training steps, and in reinforcement of generation and scoring too"
        ),
        ("spread", "p90 over the typical value, and the typical value over p10"),
        ("overhead", "billed time of whole runs over that of their steps, low (p10), typical and high (p90)"),
        ("runs", "published runs behind it"), ("asOf", "the newest of them"), ("source", "key in sources"),
        ("assumption", "whose judgment the row is"), ("note", "what it rests on"),
      ],
      sources: [
        ("post-training-runs", "Published runs after pre-training (table post-training-runs), fitted"),
        (
          "post-training-throughput",
          "Published steps of reinforcement learning (table post-training-throughput), fitted"
        ),
      ],
      rows: documents)
  }

  /// Three significant digits: more would claim more than the rows behind it know.
  private static func range<Measure: Unit>(_ value: Ranged<Measure>) -> JSONDocument {
    .object([
      ("low", rounded(value.low.value)), ("typical", rounded(value.typical.value)),
      ("high", rounded(value.high.value)),
    ])
  }

  private static func rounded(_ amount: Double) -> JSONDocument {
    .number(Double(Notation.digits(amount, 3)) ?? amount)
  }

  static func file(
    _ table: String, _ description: String, columns: [(String, String)], sources: [(String, String)],
    rows: [JSONDocument]
  ) throws(CatalogError) -> String {
    // The limits of the table's numbers are written by hand, and stay as they are.
    let limits =
      try TableSet.member("limits", of: table).map { "\"limits\": \(JSONDocument($0).spacedText()),\n" } ?? ""
    func lines(_ documents: [String]) -> String { documents.joined(separator: ",\n") }
    let columnLines = columns.map { "\(JSONDocument.string($0.0).text()): \(JSONDocument.string($0.1).text())" }
    let sourceLines = sources.map {
      "\(JSONDocument.string($0.0).text()): {\"title\": \(JSONDocument.string($0.1).text())}"
    }
    return """
      {
      "table": \(JSONDocument.string(table).text()),
      "description": \(JSONDocument.string(description).text()),
      "columns": {
      \(lines(columnLines))
      },
      \(limits)"sources": {
      \(lines(sourceLines))
      },
      "rows": [
      \(lines(rows.map { $0.spacedText() }))
      ]
      }

      """
  }
}

extension TableCatalog {
  /// The published runs that give parameters, tokens, hardware and hours.
  package func publishedRuns() throws(CatalogError) -> [PublishedRun] {
    try runs().filter { $0.acceleratorHours != nil }
  }

  /// The run of a row with the tuned steps of its accelerator; nil for one that lacks what a prediction needs.
  func publishedRun(_ row: TableRow) throws(CatalogError) -> PublishedRun? {
    var run = try PublishedRun(row, accelerator: { name throws(CatalogError) in try accelerator(name) })
    if let known = run {
      run?.tuned = try tunedEfficiency(accelerator: known.accelerator.id, known.architecture)
      // Those that count for nothing are predicted without their clusters.
      if known.exclusion == nil { run?.relativeThroughput = try relativeThroughput(known) }
    }
    return run
  }

  /// Throughput of tuned steps on a run's cluster over that on the usual one.
  package func relativeThroughput(_ run: PublishedRun) throws(CatalogError) -> Double {
    guard run.accelerators != nil else { return 1 }
    let scaling = try remembered(.stepScaling, run.stepKey) { () throws(CatalogError) -> StepScaling? in
      do throws(ScenarioError) { return try run.stepScaling(in: self) } catch {
        throw .malformed(file: "runs.json", row: run.id, field: nil, problem: error.message.description)
      }
    }
    return run.relativeThroughput(by: scaling)
  }

  private func runs() throws(CatalogError) -> [PublishedRun] {
    try remembered(.publishedRuns, "") { () throws(CatalogError) in
      var runs: [PublishedRun] = []
      for row in try tables.rows(of: "runs") {
        if let run = try publishedRun(row) { runs.append(run) }
      }
      return runs
    }
  }

  /// What was published of energy, carbon, water and money, with the runs it is about.
  ///
  /// - Parameter measure: The one to look for.
  /// - Returns: The disclosures, and the ids of those whose run lacks what a prediction needs.
  /// - Throws: ``CatalogError`` for a row that does not read, or names a run that there is not.
  package func disclosures(
    of measure: Backtest.Measure
  ) throws(CatalogError) -> (known: [Disclosure], withoutInputs: [(id: String, reason: String)]) {
    var runs: [String: PublishedRun] = [:]
    for run in try self.runs() { runs[run.id] = run }
    var known: [Disclosure] = []
    var without: [(id: String, reason: String)] = []
    for row in try tables.rows(of: "disclosures") where try row.text("quantity") == measure.rawValue {
      let id = try row.requiredText("run")
      guard let run = runs[id] else {
        guard try tables.row(id, of: "runs") != nil else { throw row.failure("run", "'\(id)' is not in runs") }
        without.append((row.id, try row.text("exclude") ?? "its run lacks parameters, tokens or hardware"))
        continue
      }
      known.append(try Disclosure(row, run: run))
    }
    return (known, without)
  }

  /// How much faster the low precisions are.
  package func precisionSpeedups() throws(CatalogError) -> PrecisionSpeedups {
    var values: [String: Ranged<Ratio>] = [:]
    for precision in [Precision.fp8, .fp4] {
      for architecture in ArchitectureClass.allCases {
        values[precision.rawValue + architecture.rawValue] =
          try factor("precision-speedup-\(precision.rawValue)-\(architecture.rawValue)").value
      }
    }
    let known = values
    return PrecisionSpeedups { known[$0.rawValue + $1.rawValue] ?? Ranged(1) }
  }
}
