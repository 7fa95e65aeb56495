package import CostModel

extension TableCatalog {
  /// Published throughput of serving, and the rows that cannot be predicted, each with the reason.
  package func servingRows() throws(CatalogError) -> (
    known: [PublishedServing], others: [(id: String, reason: String)]
  ) {
    var known: [PublishedServing] = []
    var others: [(id: String, reason: String)] = []
    for row in try tables.rows(of: "post-training-throughput") where try row.text("kind") == "generation" {
      if let reason = try row.text("exclude") {
        others.append((row.id, reason))
      } else if let serving = try PublishedServing(row, catalog: self) {
        known.append(serving)
      } else {
        others.append((row.id, "parameters, precision, lengths or hardware are not known"))
      }
    }
    return (known, others)
  }
}

extension PublishedServing {
  fileprivate init?(_ row: TableRow, catalog: TableCatalog) throws(CatalogError) {
    guard let parameters = try row.number("parameters"), let hardware = try row.text("hardware"),
      let throughput = try row.number("tokensPerSecond"), let prompt = try row.number("promptTokens"),
      let answer = try row.number("responseTokens"), let accelerators = try row.number("accelerators"),
      row.member("precision") != nil
    else { return nil }
    let reference = try row.reference()
    func length(_ id: String, _ value: Double) -> Expression<SequenceLength> {
      Expression.input(id, id, Ranged(value), from: .table(reference))
    }
    let copy = try row.number("acceleratorsPerCopy") ?? accelerators
    guard copy >= 1, copy < 1e6 else { throw row.failure("acceleratorsPerCopy", "a count of accelerators is expected") }
    var batch = ServingLoad.Batch.memory
    if let inFlight = try row.number("sequencesInFlight") {
      batch = .sequences(max(1, inFlight * copy / max(accelerators, copy)))
    }
    var load = ServingLoad(
      prompt: length("prompt_tokens", prompt), answer: length("response_tokens", answer),
      weights: try row.choice("precision", StoredPrecision.self), batch: batch, acceleratorsPerCopy: Int(copy))
    load.isDecodingAlone = try row.text("phase") == "decoding"
    // Models of one architecture are left out together.
    let name = try row.requiredText("model")
    let group = try row.text("architecture") ?? name
    let cache = row.member("cachePrecision") == nil ? .bf16 : try row.choice("cachePrecision", StoredPrecision.self)
    self.init(
      id: row.id, publisher: try row.text("framework") ?? reference.sources.first?.title ?? "", date: reference.asOf,
      model: group, parameters: parameters,
      activeParameters: try row.number("activeParameters") ?? parameters,
      accelerator: try catalog.accelerator(hardware), tokensPerSecond: throughput, load: load, cache: cache,
      architecture: try row.text("architecture").map { id throws(CatalogError) in
        try catalog.architecture(id).model.architecture
      })
  }
}
