package import CostModel
import TextFormats

/// Tables that are computed from other tables, as the text of their files.
package enum Derivation {
  /// The derived tables.
  package static let names = ["efficiency", "market"]

  /// The text of a derived table; nil for one that is not derived.
  package static func text(of table: String, from catalog: TableCatalog) throws(CatalogError) -> String? {
    switch table {
    case "efficiency": try efficiency(from: catalog)
    case "market": try market(from: catalog)
    default: nil
    }
  }

  private static func efficiency(from catalog: TableCatalog) throws(CatalogError) -> String {
    var speedups: [String: Double] = [:]
    for precision in [Precision.fp8, .fp4] {
      for architecture in ArchitectureClass.allCases {
        let id = "precision-speedup-\(precision.rawValue)-\(architecture.rawValue)"
        speedups[precision.rawValue + architecture.rawValue] = try catalog.factor(id).value.typical.value
      }
    }
    let known = speedups
    let derivation = EfficiencyDerivation(
      speedup: { known[$0.rawValue + $1.rawValue] ?? 1 },
      effectiveOverBenchmark: try catalog.factor("effective-over-benchmark").value)
    let rows = derivation.rows(from: try catalog.publishedRuns(), benchmarks: try catalog.benchmarks())
    let documents = rows.map { row -> JSONDocument in
      var members: [(String, JSONDocument)] = [
        ("id", .string(row.id)), ("mfu", range(row.mfu)), ("runs", .number(Double(row.runs.count))),
      ]
      if row.benchmarks > 0 { members.append(("benchmarks", .number(Double(row.benchmarks)))) }
      if row.organizations > 0 { members.append(("organizations", .number(Double(row.organizations)))) }
      if let parent = row.parent { members.append(("parent", .string(parent))) }
      if !row.runs.isEmpty { members.append(("from", .array(row.runs.map(JSONDocument.string)))) }
      members += [("asOf", .string(row.asOf)), ("source", .string(row.runs.isEmpty ? "benchmarks" : "runs"))]
      if row.runs.isEmpty {
        members.append(
          ("assumption", .string("no whole run is published: benchmark throughput times effective-over-benchmark")))
      }
      let n =
        row.runs.isEmpty ? "\(row.benchmarks) benchmarks" : row.runs.count == 1 ? "1 run" : "\(row.runs.count) runs"
      members.append(("note", .string(n)))
      return .object(members)
    }
    return file(
      "efficiency",
      "Effective MFU of whole runs, derived from published ones",
      columns: [
        (
          "id",
          "generation or accelerator, dense or moe, size of the active parameters: small below 3B, medium below 20B, large"
        ),
        ("mfu", "low (p10), typical and high (p90) for a run not yet seen"), ("runs", "published runs behind it"),
        ("benchmarks", "benchmarks behind it, where there is no run"),
        ("organizations", "organizations behind the runs"),
        ("parent", "the wider row that it leans on"), ("from", "ids in runs.json"),
        ("asOf", "the newest run or benchmark"),
        ("source", "key in sources"), ("assumption", "whose judgement the row is"), ("note", "what it rests on"),
      ],
      sources: [
        ("runs", "Published runs, pooled by llmcost (table runs)"),
        ("benchmarks", "Published benchmarks, pooled by llmcost (table benchmarks)"),
      ], rows: documents)
  }

  private static func market(from catalog: TableCatalog) throws(CatalogError) -> String {
    var prices: [Price] = []
    for row in try catalog.tables.rows(of: "prices") { prices.append(try Price(row)) }
    let documents = MarketDerivation.rows(from: prices).map { row -> JSONDocument in
      let providers = row.providers.count == 1 ? "1 provider" : "\(row.providers.count) providers"
      return .object([
        ("id", .string(row.id)), ("accelerator", .string(row.accelerator)),
        ("commitment", .string(row.commitment.rawValue)),
        ("usdPerAcceleratorHour", range(row.rate)), ("rows", .number(Double(row.rows))),
        ("providers", .array(row.providers.map(JSONDocument.string))), ("asOf", .string(row.asOf)),
        ("source", .string("prices")), ("note", .string(providers)),
      ])
    }
    return file(
      "market",
      "Rental prices over all providers, derived from their rows",
      columns: [
        ("id", "accelerator and commitment"), ("accelerator", "id in accelerators.json"),
        ("commitment", "how it is rented"),
        ("usdPerAcceleratorHour", "low (p10), typical (median) and high (p90) of the providers, USD"),
        ("rows", "price rows behind it"), ("providers", "providers behind it"), ("asOf", "the newest row"),
        ("source", "key in sources"), ("note", "what it rests on"),
      ], sources: [("prices", "Current price rows of all providers (table prices)")], rows: documents)
  }

  /// Three significant digits: more would claim more than the rows behind it know.
  private static func range<Measure: Unit>(_ value: Ranged<Measure>) -> JSONDocument {
    func rounded(_ amount: Quantity<Measure>) -> JSONDocument {
      .number(Double(Notation.digits(amount.value, 3)) ?? amount.value)
    }
    return .object([("low", rounded(value.low)), ("typical", rounded(value.typical)), ("high", rounded(value.high))])
  }

  private static func file(
    _ table: String, _ description: String, columns: [(String, String)], sources: [(String, String)],
    rows: [JSONDocument]
  ) -> String {
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
      "sources": {
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
    var runs: [PublishedRun] = []
    for row in try tables.rows(of: "runs") {
      if let run = try PublishedRun(row, accelerator: { name throws(CatalogError) in try accelerator(name) }) {
        runs.append(run)
      }
    }
    return runs
  }

  /// The benchmarks that set defaults.
  package func benchmarks() throws(CatalogError) -> [Benchmark] {
    var benchmarks: [Benchmark] = []
    for row in try tables.rows(of: "benchmarks") where try row.text("exclude") == nil {
      benchmarks.append(try Benchmark(row) { name throws(CatalogError) in try accelerator(name) })
    }
    return benchmarks
  }
}
