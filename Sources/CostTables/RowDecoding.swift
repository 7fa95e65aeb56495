import CostModel
import TextFormats

extension Accelerator {
  init(_ row: TableRow) throws(CatalogError) {
    var peaks: [String: Double] = [:]
    guard let members = row.member("peaks")?.members, !members.isEmpty else { throw row.failure("peaks", "is missing") }
    for member in members { peaks[member.name] = try row.required("peaks." + member.name) }
    var purchase: PurchasePrice?
    if row.member("purchaseUsd") != nil {
      let scope = try row.requiredText("purchaseUsd.scope")
      guard let known = PurchasePrice.Scope(rawValue: scope) else {
        throw row.failure("purchaseUsd.scope", "'\(scope)' is not one of accelerator, server-share, estimate")
      }
      purchase = PurchasePrice(
        dollars: try row.range("purchaseUsd.", of: Per<Dollars, Accelerators>.self), scope: known,
        reference: try row.reference("purchaseUsd."))
    }
    self.init(
      id: row.id, aliases: try row.texts("aliases"), name: try row.requiredText("name"),
      vendor: try row.requiredText("vendor"), generation: try row.requiredText("generation"),
      released: try row.text("released"), peaks: peaks,
      memoryBytes: try row.number("memoryBytes"),
      bandwidthBytesPerSecond: try row.number("bandwidthBytesPerSecond"), boardWatts: try row.number("boardWatts"),
      nodeWatts: try row.number("nodeWatts"),
      acceleratorsPerNode: try row.count("acceleratorsPerNode"), purchase: purchase,
      reference: try row.reference())
  }
}

extension Price {
  init(_ row: TableRow) throws(CatalogError) {
    self.init(
      provider: try row.requiredText("provider").lowercased(),
      accelerator: try row.requiredText("accelerator").lowercased(),
      instance: try row.text("instance"), commitment: try row.choice("commitment", Commitment.self),
      region: try row.requiredText("region"), rate: try row.required("usdPerAcceleratorHour"),
      kind: row.member("kind") == nil ? .list : try row.choice("kind", Price.Kind.self),
      reference: try row.reference())
  }
}

extension MarketPrice {
  init(_ row: TableRow) throws(CatalogError) {
    self.init(
      rate: try row.range("usdPerAcceleratorHour.", of: Per<Dollars, AcceleratorHours>.self),
      tier: row.member("tier") == nil ? nil : try row.choice("tier", ProviderTier.self),
      sellers: row.member("providers")?.array?.count, isStale: row.member("stale")?.boolean ?? false,
      reference: try row.reference())
  }
}

extension Provider {
  init(_ row: TableRow) throws(CatalogError) {
    self.init(
      id: row.id, name: try row.requiredText("name"),
      tier: row.member("tier") == nil ? nil : try row.choice("tier", ProviderTier.self),
      kind: try row.choice("kind", Provider.Kind.self))
  }
}

extension Efficiency {
  init(_ row: TableRow) throws(CatalogError) {
    let mfu = try row.range("mfu.", of: Ratio.self)
    guard mfu.high.value <= 1 else { throw row.failure("mfu.high", "a share of the peak is at most 1") }
    self.init(mfu: mfu, runs: try row.count("runs") ?? 0, reference: try row.reference())
  }
}

extension Factor {
  init(_ row: TableRow) throws(CatalogError) {
    self.init(
      name: try row.requiredText("name"), value: try row.range("", of: Ratio.self), unit: try row.text("unit"),
      reference: try row.reference())
  }
}

extension PublishedRun {
  /// The run of a row; nil for a row without the parameters, tokens and hardware that a prediction needs.
  init?(_ row: TableRow, accelerator: (String) throws(CatalogError) -> Accelerator) throws(CatalogError) {
    let disclosed = try row.number("acceleratorHours")
    let derived = try row.number("acceleratorHoursDerived")
    guard let active = try row.number("activeParameters"), let tokens = try row.number("tokens"),
      let hardware = try row.text("hardware"),
      let precisionName = try row.text("precision"),
      let precision = Precision(rawValue: precisionName)
    else { return nil }
    self.init(
      id: row.id, organization: try row.requiredText("organization"), date: try row.requiredText("date"),
      activeParameters: active, tokens: tokens, architecture: try row.choice("architecture", ArchitectureClass.self),
      precision: precision, accelerator: try accelerator(hardware), acceleratorHours: disclosed ?? derived,
      exclusion: try row.text("exclude"))
  }
}

extension Disclosure {
  /// The disclosure of a row about a run.
  init(_ row: TableRow, run: PublishedRun) throws(CatalogError) {
    let quantity = try row.requiredText("quantity")
    guard let known = Backtest.Measure(rawValue: quantity), known != .acceleratorHours else {
      throw row.failure("quantity", "'\(quantity)' is not one of energy_kwh, carbon_kg, cost_usd, water_l")
    }
    let power = try row.text("power") ?? PowerScope.server.rawValue
    guard let scope = PowerScope(rawValue: power) else {
      throw row.failure("power", "'\(power)' is not one of board, accelerator, server")
    }
    self.init(
      id: row.id, run: run, measure: known, value: try row.required("value"), power: scope,
      powerUsageEffectiveness: try row.number("pue"),
      carbonIntensity: try row.number("gramsPerKwh"), price: try row.number("usdPerAcceleratorHour"),
      region: try row.text("region"), exclusion: try row.text("exclude"))
  }
}

extension TokenPriceRow {
  init(_ row: TableRow) throws(CatalogError) {
    self.init(
      input: try row.required("usdPerMillionInput") / 1e6, output: try row.required("usdPerMillionOutput") / 1e6,
      reference: try row.reference())
  }
}

extension StageEfficiency {
  init(_ row: TableRow) throws(CatalogError) {
    self.init(
      reference: try row.required("mfu"), perDecade: try row.required("perDecade"),
      spread: try row.required("spread"),
      overhead: row.member("overhead") == nil ? nil : try row.range("overhead.", of: Ratio.self),
      row: try row.reference())
  }
}
