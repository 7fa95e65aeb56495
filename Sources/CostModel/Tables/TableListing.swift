package import TextFormats

/// Tables as people browse them.
package struct TableListing: Sendable {
  /// The tables it reads.
  package let tables: TableSet

  /// A listing of some tables.
  package init(_ tables: TableSet) { self.tables = tables }

  /// One value of one row, by a dotted path; null where the row has none.
  package static func cell(_ row: TableRow, _ column: String) -> JSONDocument {
    guard let member = row.member(column) else { return .null }
    return JSONDocument(member)
  }

  /// The columns that a list shows unless told otherwise.
  package static func defaultColumns(of table: String) -> [String] { shownColumns[table] ?? ["id", "asOf"] }

  private static let shownColumns: [String: [String]] = [
    "accelerators": [
      "id", "name", "generation", "peaks.bf16", "peaks.fp8", "memoryBytes", "bandwidthBytesPerSecond", "boardWatts",
      "purchaseUsd.typical",
    ],
    "architectures": ["id", "config.model_type", "aliases", "asOf"],
    "benchmarks": [
      "id", "accelerator", "precision", "architecture", "model", "accelerators", "teraflopPerSecond", "asOf",
    ],
    "claims": ["id", "topic", "low", "typical", "high", "unit", "asOf", "statement"],
    "corpus": ["id", "kind", "low", "typical", "high", "unit", "asOf"],
    "correlations": ["id", "first", "second", "coefficient", "asOf", "note"],
    "datacenters": ["id", "kind", "name", "low", "value", "high", "unit", "asOf"],
    "efficiency": ["id", "value", "runs", "organizations", "asOf", "note"],
    "tuned-mfu": ["id", "mfu", "asOf"],
    "stage-efficiency": [
      "id", "hoursOverModel", "spread", "overhead.low", "overhead.typical", "overhead.high", "runs",
    ],
    "serving-measurements": ["id", "model", "accelerator", "accelerators", "weights", "engine", "asOf"],
    "run-logs": ["id", "stage", "trainer", "asOf", "note"],
    "pilots": ["id", "unit", "value", "counts", "exclude", "asOf", "note"],
    "factors": ["id", "low", "typical", "high", "unit", "asOf"],
    "methods": ["id", "low", "typical", "high", "unit", "asOf"],
    "pilot": ["id", "low", "typical", "high", "unit", "asOf"],
    "rent-outlook": ["id", "low", "typical", "high", "unit", "asOf"],
    "serving-constants": ["id", "low", "typical", "high", "unit", "asOf"],
    "finetune-prices": [
      "id", "model", "maximumParameters", "method", "tuning", "low", "typical", "high", "unit", "asOf",
    ],
    "grid-carbon": ["id", "kind", "name", "region", "gramsPerKwh", "lowCarbonShare", "asOf"],
    "inquiries": ["id", "inputs", "kind", "way", "answer", "asOf"],
    "instances": ["id", "instances", "accelerator", "accelerators", "acceleratorsPerUnit"],
    "labor": ["id", "kind", "tier", "country", "payer", "preset", "low", "typical", "high", "unit", "asOf"],
    "market": [
      "id", "usdPerAcceleratorHour.low", "usdPerAcceleratorHour.typical", "usdPerAcceleratorHour.high", "rows", "asOf",
      "note",
    ],
    "not-covered": ["id", "kind", "name", "reason"],
    "networks": ["id", "kind", "name", "bytesPerSecond", "latencySeconds", "domain"],
    "recompute": ["id", "matrices", "attention", "memory", "traffic", "asOf"],
    "stacks": [
      "id", "name", "overlapsTensor", "gathersEightBits", "portableAttention", "fusesExperts", "eager", "pipeline",
    ],
    "step-constants": ["id", "value", "low", "high", "rows", "asOf", "note"],
    "step-models": ["id", "config.model_type", "architecture", "asOf"],
    "steps": [
      "id", "series", "model", "accelerator", "precision", "sequence", "batch", "accelerators", "layout", "seconds",
    ],
    "training-hardware": ["id", "matmulShare", "matmulBasis", "scaleUp", "scaleOut", "hostLink", "usableMemoryBytes"],
    "post-training-runs": [
      "id", "command", "method", "parameters", "hardware", "accelerators", "acceleratorHours",
      "acceleratorHoursDerived", "costUsdDisclosed",
    ],
    "post-training-throughput": [
      "id", "kind", "model", "method", "mode", "hardware", "accelerators", "stepSeconds", "tokensPerSecond",
    ],
    "prices": ["provider", "accelerator", "commitment", "usdPerAcceleratorHour", "region", "instance", "asOf"],
    "providers": ["id", "name", "tier", "kind", "aliases"],
    "recipes": ["id", "name", "recipe.description"],
    "regions": ["id", "name", "electricityUsdPerKwh.value", "carbonGramsPerKwh.value", "waterLitersPerKwh.value"],
    "runs": ["id", "organization", "date", "activeParameters", "tokens", "hardware", "acceleratorHours", "exclude"],
    "token-prices": [
      "id", "provider", "usdPerMillionInput", "usdPerMillionOutput", "usdPerMillionCachedInput", "contextTokens",
      "asOf",
    ],
    "scaling-laws": ["id", "loss.E", "loss.A", "loss.alpha", "loss.B", "loss.beta", "asOf", "name"],
  ]

  /// All columns that any of the rows has, in the order of their first appearance; nested ones by dotted paths.
  package static func columns(of rows: [TableRow]) -> [String] {
    var columns: [String] = []
    var known: Set<String> = []
    func visit(_ value: JSONValue, _ path: String) {
      if let members = value.members {
        for member in members { visit(member.value, path.isEmpty ? member.name : path + "." + member.name) }
      } else if known.insert(path).inserted {
        columns.append(path)
      }
    }
    for row in rows { visit(row.value, "") }
    return columns
  }

  /// A row in full.
  package static func document(_ row: TableRow) -> JSONDocument { JSONDocument(row.value) }

  /// The sources of a row; empty where it has none.
  package static func sources(_ row: TableRow) throws(CatalogError) -> [Source] { try row.reference().sources }
}

extension JSONDocument {
  /// A value that was read, to be written.
  package init(_ value: JSONValue) {
    switch value.content {
    case .null: self = .null
    case .boolean(let boolean): self = .boolean(boolean)
    case .number(let number): self = .number(number)
    case .string(let string): self = .string(string)
    case .array(let elements): self = .array(elements.map(JSONDocument.init))
    case .object(let members): self = .object(members.map { ($0.name, JSONDocument($0.value)) })
    }
  }
}
