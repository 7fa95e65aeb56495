import TextFormats

/// A catalog that reads the tables' rows as they are asked for.
package struct TableCatalog: Catalog {
  /// The tables it reads.
  package let tables: TableSet
  /// Where what was read and found is kept; nil keeps nothing.
  package let memory: TableMemory?

  /// A catalog of some tables.
  ///
  /// - Parameters:
  ///   - tables: The tables.
  ///   - memory: Keeps what was read, for many estimates from the same tables; a single one is faster without.
  package init(_ tables: TableSet = TableSet(), memory: TableMemory? = nil) {
    self.tables = tables
    self.memory = tables.memory ?? memory
  }

  /// An answer from memory, or else as it is read now.
  func remembered<Answer: Sendable>(
    _ what: TableMemory.Question.What, _ name: String, _ read: () throws(CatalogError) -> Answer
  ) throws(CatalogError) -> Answer {
    guard let memory else { return try read() }
    return try memory.answer(what, name, read)
  }

  /// The row that a name means: an id, an alias, or a spelling of one (see `TableNames`).
  ///
  /// - Throws: ``CatalogError/unknown(kind:name:table:known:)`` for a name of no row, and
  ///   ``CatalogError/ambiguous(kind:name:table:candidates:)`` for one of several.
  package func row(_ name: String, in table: String, kind: String) throws(CatalogError) -> TableRow {
    if let row = try tables.row(name, of: table) { return row }
    let names = try tables.names(of: table)
    if let id = names.id(of: name), let row = try tables.row(id, of: table) { return row }
    let meaning = table == "accelerators" ? try acceleratorNames().meaning(of: name) : names.meaning(of: name)
    switch meaning {
    case .row(let id):
      guard let row = try tables.row(id, of: table) else { break }
      return row
    case .several(let ids): throw .ambiguous(kind: kind, name: name, table: table, candidates: ids)
    case .none(let near):
      try checkCovered(name, table)
      throw .unknown(kind: kind, name: name, table: table, known: near)
    }
    throw .unknown(kind: kind, name: name, table: table, known: [])
  }

  /// Tells why there is no row of an accelerator or a model that people know.
  private func checkCovered(_ name: String, _ table: String) throws(CatalogError) {
    guard let kind = ["accelerators": "accelerator", "architectures": "model"][table] else { return }
    guard case .row(let id) = try tables.names(of: "not-covered").meaning(of: name),
      let row = try tables.row(id, of: "not-covered"), try row.text("kind") == kind
    else { return }
    throw .notCovered(
      kind: kind, name: try row.requiredText("name"), reason: try row.requiredText("reason"),
      parameters: try row.number("parameters"), activeParameters: try row.number("activeParameters"))
  }

  private func acceleratorNames() throws(CatalogError) -> AcceleratorMatcher {
    try remembered(.acceleratorNames, "") { () throws(CatalogError) in try AcceleratorMatcher(self) }
  }

  package func accelerator(_ name: String) throws(CatalogError) -> Accelerator {
    try remembered(.accelerator, name) { () throws(CatalogError) in
      try Accelerator(try row(name, in: "accelerators", kind: "accelerator"))
    }
  }

  package func region(_ name: String) throws(CatalogError) -> Region {
    try remembered(.region, name) { () throws(CatalogError) in
      let row = try row(name, in: "regions", kind: "region")
      return Region(
        id: row.id, name: try row.requiredText("name"), electricity: try value("electricityUsdPerKwh", of: row),
        carbon: try value("carbonGramsPerKwh", of: row), water: try value("waterLitersPerKwh", of: row))
    }
  }

  /// A region's value, or that of the region around it.
  private func value(_ field: String, of row: TableRow, depth: Int = 0) throws(CatalogError) -> Sourced {
    if row.member(field) != nil {
      guard let value = try row.number(field + ".value"), value >= 0 else {
        throw row.failure(field + ".value", "a number that is not negative is expected")
      }
      return Sourced(
        value: value, reference: try row.reference(field + "."), place: depth > 0 ? try row.text("name") : nil)
    }
    guard depth < 4, let parent = try row.text("parent") else { throw row.failure(field, "is missing") }
    return try value(field, of: try self.row(parent, in: "regions", kind: "region"), depth: depth + 1)
  }

  package func factor(_ id: String) throws(CatalogError) -> Factor {
    guard let factor = try factor(id, in: "factors") else {
      return try Factor(try row(id, in: "factors", kind: "factor"))
    }
    return factor
  }

  package func factor(_ id: String, in table: String) throws(CatalogError) -> Factor? {
    try remembered(.factor(table: table), id) { () throws(CatalogError) in
      try tables.row(id.lowercased(), of: table).map { row throws(CatalogError) in try Factor(row) }
    }
  }

  package func grid(_ id: String) throws(CatalogError) -> Sourced? {
    try tables.row(id.lowercased(), of: "grid-carbon").map { row throws(CatalogError) in try Self.grid(row) }
  }

  private static func grid(_ row: TableRow) throws(CatalogError) -> Sourced {
    Sourced(value: try row.required("gramsPerKwh", above: -1), reference: try row.reference())
  }

  package func grid(region: Region, year: Int) throws(CatalogError) -> Sourced? {
    try grids(of: region).first { $0.year == year }?.value
  }

  package func gridYears(region: Region) throws(CatalogError) -> [Int] {
    var years: [Int] = []
    for grid in try grids(of: region) where !years.contains(grid.year) { years.append(grid.year) }
    return years.sorted()
  }

  /// The carbon intensities of a region by year: its own, those of its grids, and that of 2023.
  private func grids(of region: Region) throws(CatalogError) -> [(year: Int, value: Sourced)] {
    try remembered(.grids, region.id) { () throws(CatalogError) in try readGrids(of: region) }
  }

  private func readGrids(of region: Region) throws(CatalogError) -> [(year: Int, value: Sourced)] {
    var grids: [(year: Int, value: Sourced)] = []
    if let month = CalendarMonth(region.carbon.reference.asOf) { grids.append((month.index / 12, region.carbon)) }
    for row in try tables.rows(of: "grid-carbon", containing: "\"region\": \"\(region.id)\"") {
      guard try row.text("region") == region.id, try row.text("kind") != "provider" else { continue }
      let value = try Self.grid(row)
      if let month = CalendarMonth(value.reference.asOf) { grids.append((month.index / 12, value)) }
    }
    let row = try row(region.id, in: "regions", kind: "region")
    if let value = try row.number("carbonGramsPerKwh2023") {
      var reference = try row.reference()
      reference.asOf = "2023"
      grids.append((2023, Sourced(value: value, reference: reference)))
    }
    return grids
  }

  package func ids(in table: String) throws(CatalogError) -> [String] { try tables.rows(of: table).map(\.id) }

  package func tokenPrice(_ id: String) throws(CatalogError) -> TokenPriceRow {
    try TokenPriceRow(try row(id, in: "token-prices", kind: "model with a token price"))
  }

  package func managedPrices(
    method: String, tuning: String, parameters: Double, architecture: ArchitectureClass
  ) throws(CatalogError) -> [ManagedPrice] {
    try remembered(.managedPrices, "\(method) \(tuning) \(parameters) \(architecture.rawValue)") {
      () throws(CatalogError) in
      var prices: [ManagedPrice] = []
      for row in try tables.rows(of: "finetune-prices") {
        let (least, most) = (try row.number("minimumParameters"), try row.number("maximumParameters"))
        guard row.member("model") == nil, least != nil || most != nil, parameters > least ?? 0,
          parameters <= most ?? .infinity, try row.text("unit") == "usd-per-million-tokens",
          Self.methods[method, default: [method]].contains(try row.requiredText("method")),
          try row.text("tuning") == tuning,
          try row.text("architecture").map({ $0 == architecture.rawValue }) ?? true
        else { continue }
        if let price = try ManagedPrice(row) { prices.append(price) }
      }
      return prices
    }
  }

  /// The methods of rows that do for a training: a bare training API takes any loss.
  private static let methods = [
    "sft": ["sft", "train"], "dpo": ["dpo", "train"], "rl": ["train"],
  ]

  package func stageEfficiency(_ kind: StageEfficiency.Kind) throws(CatalogError) -> StageEfficiency {
    try remembered(.stageEfficiency, kind.rawValue) { () throws(CatalogError) in
      try StageEfficiency(try row(kind.rawValue, in: "stage-efficiency", kind: "stage efficiency"))
    }
  }

  package func publishedEfficiency() throws(CatalogError) -> PublishedEfficiency {
    try remembered(.efficiency, "") { () throws(CatalogError) in
      try PublishedEfficiency(try tables.rows(of: "efficiency"))
    }
  }

  package func tunedEfficiency(
    accelerator: String, _ architecture: ArchitectureClass
  ) throws(CatalogError) -> TunedEfficiency? {
    let id = "\(accelerator)-\(architecture.rawValue)"
    return try remembered(.tunedEfficiency, id) { () throws(CatalogError) in
      try tables.row(id, of: "tuned-mfu").map { row throws(CatalogError) in try TunedEfficiency(row) }
    }
  }

  package func criticalBatch() throws(CatalogError) -> OptimumCurve.Power? {
    try remembered(.criticalBatch, "") { () throws(CatalogError) in try scalingLaw("deepseek").batchSize }
  }

  package func marketPrice(
    accelerator: String, commitment: Commitment, tier: ProviderTier?
  ) throws(CatalogError) -> MarketPrice? {
    let name = "\(accelerator)-\(commitment.rawValue)"
    return try remembered(.market, name + (tier?.rawValue ?? "")) { () throws(CatalogError) in
      // A row without a tier is the user's own.
      let ids =
        tier.map { ["\(name)-\($0.rawValue)"] } ?? [name] + ProviderTier.allCases.map { "\(name)-\($0.rawValue)" }
      for id in ids {
        if let row = try tables.row(id, of: "market") { return try MarketPrice(row) }
      }
      return nil
    }
  }

  package func provider(_ name: String) throws(CatalogError) -> Provider {
    try remembered(.provider, name) { () throws(CatalogError) in
      try Provider(try row(name, in: "providers", kind: "provider"))
    }
  }

  package func providers() throws(CatalogError) -> [Provider] {
    var providers: [Provider] = []
    for row in try tables.rows(of: "providers") { providers.append(try Provider(row)) }
    return providers
  }

  package func prices() throws(CatalogError) -> [Price] {
    var prices: [Price] = []
    for row in try tables.rows(of: "prices") { prices.append(try Price(row)) }
    return prices
  }

  package func prices(accelerator: String) throws(CatalogError) -> [Price] {
    try remembered(.prices, accelerator) { () throws(CatalogError) in try readPrices(accelerator: accelerator) }
  }

  private func readPrices(accelerator: String) throws(CatalogError) -> [Price] {
    var prices: [Price] = []
    for row in try tables.rows(of: "prices", containing: "\"\(accelerator)\"") {
      let price = try Price(row)
      if price.accelerator == accelerator { prices.append(price) }
    }
    return prices
  }
}
