import TextFormats

extension TableCatalog {
  /// Measured engines at so many requests at once: what the constants of serving are fitted on.
  package func servingMeasurements() throws(CatalogError) -> [ServingMeasurement] {
    var measurements: [ServingMeasurement] = []
    for row in try tables.rows(of: "serving-measurements") { measurements += try ServingMeasurement.all(row, self) }
    return measurements
  }

  /// Published throughput of serving at full load, and the rows that cannot be predicted, each with the reason.
  package func servingRows() throws(CatalogError) -> (
    known: [ServingMeasurement], others: [(id: String, reason: String)]
  ) {
    var known: [ServingMeasurement] = []
    var others: [(id: String, reason: String)] = []
    for row in try tables.rows(of: "post-training-throughput") where try row.text("kind") == "generation" {
      if let reason = try row.text("exclude") {
        others.append((row.id, reason))
      } else if let serving = try ServingMeasurement(row, catalog: self) {
        known.append(serving)
      } else {
        others.append((row.id, "parameters, precision, lengths or hardware are not known"))
      }
    }
    return (known, others)
  }
}

extension ServingMeasurement {
  /// The measurements of a series.
  static func all(_ row: TableRow, _ catalog: TableCatalog) throws(CatalogError) -> [Self] {
    let model = try row.requiredText("model")
    let known = try catalog.knownModel(model).model.architecture
    let format = try row.choice("weights", StoredPrecision.self)
    let size = try copySize("accelerators", row, default: nil)
    let engine = try row.requiredText("engine")
    let date = try row.reference().asOf
    let accelerator = try catalog.accelerator(try row.requiredText("accelerator"))
    guard let points = row.member("points")?.array, !points.isEmpty else { throw row.failure("points", "is missing") }
    var measurements: [Self] = []
    for (index, point) in points.enumerated() {
      let values = (point.array ?? []).compactMap(\.number)
      guard values.count == 5, values.allSatisfy({ $0 > 0 && $0 < 1e9 }), values[1] > 1 else {
        throw row.failure("points[\(index)]", "five numbers above 0 are expected, the second above 1")
      }
      let (first, later) = (values[3] / 1000, values[4] / 1000)
      measurements.append(
        ServingMeasurement(
          id: "\(row.id)-\(index + 1)", engine: engine, date: date, family: model,
          model: .known(known, known.weights(in: format)), cache: .bf16, accelerator: accelerator,
          layout: CopyLayout(accelerators: size), prompt: values[0], answer: values[1], concurrency: values[2],
          tokensPerSecond: values[2] * values[1] / (first + (values[1] - 1) * later) / Double(size),
          firstToken: first, perToken: later))
    }
    return measurements
  }

  fileprivate init?(_ row: TableRow, catalog: TableCatalog) throws(CatalogError) {
    guard let parameters = try row.number("parameters"), let hardware = try row.text("hardware"),
      let throughput = try row.number("tokensPerSecond"), let prompt = try row.number("promptTokens"),
      let answer = try row.number("responseTokens"), let accelerators = try row.number("accelerators"),
      row.member("precision") != nil
    else { return nil }
    let reference = try row.reference()
    let copy = try Self.copySize("acceleratorsPerCopy", row, default: accelerators)
    let groups = try Self.copySize("attentionGroups", row, default: 1)
    let format = try row.choice("precision", StoredPrecision.self)
    let architecture = try row.text("architecture").map { id throws(CatalogError) in
      try catalog.knownModel(id).model.architecture
    }
    let inFlight = try row.number("sequencesInFlight")
    let name = try row.requiredText("model")
    let framework = try row.text("framework")
    let active = try row.number("activeParameters")
    self.init(
      id: row.id, engine: framework ?? reference.sources.first?.title ?? "", date: reference.asOf,
      // Models of one architecture are left out together.
      family: try row.text("architecture") ?? name,
      model: architecture.map { .known($0, $0.weights(in: format)) }
        ?? .sizes(parameters: parameters, active: active ?? parameters, format),
      cache: row.member("cachePrecision") == nil ? .bf16 : try row.choice("cachePrecision", StoredPrecision.self),
      accelerator: try catalog.accelerator(hardware), layout: CopyLayout(accelerators: copy, attentionGroups: groups),
      prompt: prompt,
      answer: answer, concurrency: inFlight.map { max(1, $0 * Double(copy) / max(accelerators, Double(copy))) },
      tokensPerSecond: throughput, isDecodingAlone: try row.text("phase") == "decoding")
  }

  private static func copySize(
    _ field: String, _ row: TableRow, default count: Double?
  ) throws(CatalogError) -> Int {
    guard let size = try row.number(field) ?? count, let whole = Int(exactly: size), (1..<1_000_000).contains(whole)
    else { throw row.failure(field, "a count of accelerators is expected") }
    return whole
  }
}
