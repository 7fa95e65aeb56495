package import CostModel
import TextFormats

/// Tables that are computed from other tables, as the text of their files.
package enum Derivation {
  /// The derived tables.
  package static let names = ["efficiency", "market", "stage-efficiency", "step-constants"]

  /// The text of a derived table; nil for one that is not derived.
  package static func text(of table: String, from catalog: TableCatalog) throws(CatalogError) -> String? {
    switch table {
    case "efficiency": try efficiency(from: catalog)
    case "market": try market(from: catalog)
    case "stage-efficiency": try stageEfficiency(from: catalog)
    case "step-constants": try stepConstants(from: catalog)
    default: nil
    }
  }

  private static func efficiency(from catalog: TableCatalog) throws(CatalogError) -> String {
    var accelerators: [Accelerator] = []
    for row in try catalog.tables.rows(of: "accelerators") { accelerators.append(try Accelerator(row)) }
    let speedups = try catalog.precisionSpeedups()
    guard let derivation = EfficiencyDerivation(try catalog.publishedRuns(), speedup: speedups.typical) else {
      throw .malformed(
        file: "runs.json", row: nil, field: nil, problem: "runs of two organizations are needed for a fit")
    }
    let benchmarks = try benchmarkMFUs(from: catalog)
    let documents = derivation.rows(for: accelerators).map { row -> JSONDocument in
      var members: [(String, JSONDocument)] = [
        ("id", .string(row.id)), ("mfu", range(row.mfu)), ("runs", .number(Double(row.runs.count))),
        ("generationRuns", .number(Double(row.generationRuns))),
      ]
      if !row.runs.isEmpty { members.append(("from", .array(row.runs.map(JSONDocument.string)))) }
      members += [("asOf", .string(row.month.text)), ("source", .string("published-runs"))]
      if row.generationRuns == 0 {
        members.append(
          ("assumption", .string("no published run of this generation and kind: the fit is carried over to its peak")))
      }
      let alike = row.runs.count == 1 ? "1 run alike" : "\(row.runs.count) runs alike"
      if let mfus = benchmarks[row.id] {
        func rounded(_ value: Double) -> JSONDocument { .number(Double(Notation.digits(value, 3)) ?? value) }
        members.append(
          (
            "benchmark",
            .object([
              ("median", rounded(Quantiles.quantile(0.5, of: mfus))), ("best", rounded(mfus.max() ?? 0)),
              ("rows", .number(Double(mfus.count))),
            ])
          ))
      }
      members.append(("note", .string("fit of \(derivation.runs.count) runs, \(alike)")))
      return .object(members)
    }
    let constants = zip(EfficiencyFit.names, derivation.fit.constants).map { "\($0) \(Notation.digits($1, 4))" }
    return try file(
      "efficiency", "Effective MFU of whole runs, fitted on published ones",
      columns: [
        ("id", "accelerator, dense or moe, size of the active parameters: small below 3B, medium below 20B, large"),
        ("mfu", "low (p10), typical and high (p90) for a run not yet seen"),
        ("runs", "published runs of this accelerator, kind and size"),
        ("generationRuns", "published runs of the accelerator's generation and the kind"), ("from", "ids in runs.json"),
        ("asOf", "the month whose software it stands for"),
        ("benchmark", "median and best MFU of tuned, short runs of this accelerator, kind and size (table benchmarks)"),
        ("source", "key in sources"),
        ("assumption", "whose judgement the row is"), ("note", "what it rests on"),
      ],
      sources: [
        (
          "published-runs",
          "Published runs (table runs), fitted: log MFU = \(constants.joined(separator: ", ")); standard deviation of an unseen organization's run \(Notation.digits(derivation.fit.deviation, 4))"
        )
      ], rows: documents)
  }

  /// MFU of tuned, short runs at the accelerator's 16 bits, by the efficiency row they belong to.
  private static func benchmarkMFUs(from catalog: TableCatalog) throws(CatalogError) -> [String: [Double]] {
    var mfus: [String: [Double]] = [:]
    for row in try catalog.tables.rows(of: "benchmarks") {
      let accelerator = try catalog.accelerator(try row.requiredText("accelerator"))
      let precision = try row.choice("precision", Precision.self)
      guard precision == accelerator.referencePrecision, let peak = accelerator.referencePeak,
        let active = try row.number("activeParameters")
      else { continue }
      let key = EfficiencyKey(
        accelerator: accelerator.id, generation: accelerator.generation, precision: precision,
        architecture: try row.choice("architecture", ArchitectureClass.self),
        size: SizeClass(activeParameters: active))
      mfus[key.rowIDs[2], default: []].append(try row.required("teraflopPerSecond") * 1e12 / peak)
    }
    return mfus
  }

  private static func market(from catalog: TableCatalog) throws(CatalogError) -> String {
    let derived = MarketDerivation.rows(
      from: try catalog.prices(), providers: try catalog.providers(),
      contractShare: try catalog.factor("contract-over-on-demand").value)
    let documents = derived.map { row -> JSONDocument in
      var members: [(String, JSONDocument)] = [
        ("id", .string(row.id)), ("accelerator", .string(row.accelerator)),
        ("commitment", .string(row.commitment.rawValue)), ("tier", .string(row.tier.rawValue)),
        ("usdPerAcceleratorHour", range(row.rate)), ("rows", .number(Double(row.rows))),
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
        ("usdPerAcceleratorHour", "low (p10), typical (median) and high (p90) of the sellers, USD"),
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
    case .onDemand?: return "the usual share of the on-demand price of \(sellers)"
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
    let documents = try StageEfficiency.Kind.allCases.map { kind throws(CatalogError) -> JSONDocument in
      let isReinforcement = kind == .reinforcement
      let mfu = isReinforcement ? try catalog.stageEfficiency(kind).reference : fit.mfu(operations: 1e20, kind: kind)
      func number(_ value: Double) -> JSONDocument { .number(Double(Notation.digits(value, 3)) ?? value) }
      var members: [(String, JSONDocument)] = [
        ("id", .string(kind.rawValue)), ("mfu", number(mfu)),
        ("perDecade", isReinforcement ? .number(1) : number(Elementary.exponential(fit.constants[1]))),
        ("spread", number(isReinforcement ? 1 : fit.spread)),
      ]
      if isReinforcement {
        let overhead = Ranged<Ratio>(
          fit.overhead, low: max(1, fit.overhead / fit.overheadSpread), high: fit.overhead * fit.overheadSpread)
        members.append(("overhead", range(overhead)))
      }
      let runs = isReinforcement ? fit.counts.reinforcement : fit.counts.training
      members += [
        ("runs", .number(Double(runs))), ("asOf", .string(asOf)), ("source", .string("post-training-runs")),
      ]
      if isReinforcement {
        members.append(
          (
            "assumption",
            .string("the MFU of updates is our judgment; the overhead bears its spread")
          ))
      }
      members.append(("note", .string("fit of \(runs) runs")))
      return .object(members)
    }
    return try file(
      "stage-efficiency", "Effective MFU of training passes after pre-training, fitted on published ones",
      columns: [
        ("id", "fine-tuning, adapter, preference or reinforcement"),
        ("mfu", "typical effective MFU of a job of 1e20 FLOP"),
        ("perDecade", "MFU of a job ten times as large over that of this one"),
        ("spread", "p90 over the typical value, and the typical value over p10"),
        ("overhead", "billed time of whole runs over that of their steps, low (p10), typical and high (p90)"),
        ("runs", "published runs behind it"), ("asOf", "the newest of them"), ("source", "key in sources"),
        ("assumption", "whose judgment the row is"), ("note", "what it rests on"),
      ], sources: [("post-training-runs", "Published runs after pre-training (table post-training-runs), fitted")],
      rows: documents)
  }

  /// Three significant digits: more would claim more than the rows behind it know.
  private static func range<Measure: Unit>(_ value: Ranged<Measure>) -> JSONDocument {
    func rounded(_ amount: Quantity<Measure>) -> JSONDocument {
      .number(Double(Notation.digits(amount.value, 3)) ?? amount.value)
    }
    return .object([("low", rounded(value.low)), ("typical", rounded(value.typical)), ("high", rounded(value.high))])
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

  private func runs() throws(CatalogError) -> [PublishedRun] {
    var runs: [PublishedRun] = []
    for row in try tables.rows(of: "runs") {
      if let run = try PublishedRun(row, accelerator: { name throws(CatalogError) in try accelerator(name) }) {
        runs.append(run)
      }
    }
    return runs
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
