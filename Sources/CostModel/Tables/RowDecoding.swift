import TextFormats

extension Accelerator {
  package init(_ row: TableRow) throws(CatalogError) {
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
    interconnectBytesPerSecond = try row.number("interconnectBytesPerSecond")
    networkBytesPerSecond = try row.number("internodeBitsPerSecond").map { $0 / 8 }
  }
}

extension Price {
  package init(_ row: TableRow) throws(CatalogError) {
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
  package init(_ row: TableRow) throws(CatalogError) {
    self.init(
      rate: try row.range("usdPerAcceleratorHour.", of: Per<Dollars, AcceleratorHours>.self),
      tier: row.member("tier") == nil ? nil : try row.choice("tier", ProviderTier.self),
      sellers: row.member("providers")?.array?.count, isStale: row.member("stale")?.boolean ?? false,
      reference: try row.reference())
  }
}

extension Provider {
  package init(_ row: TableRow) throws(CatalogError) {
    self.init(
      id: row.id, name: try row.requiredText("name"),
      tier: row.member("tier") == nil ? nil : try row.choice("tier", ProviderTier.self),
      kind: try row.choice("kind", Provider.Kind.self))
  }
}

extension PublishedEfficiency {
  /// The regression of a table's rows.
  init(_ rows: [TableRow]) throws(CatalogError) {
    var values: [String: Double] = [:]
    var kinds: [String: (row: RowReference, runs: Int)] = [:]
    var newest: CalendarMonth?
    for row in rows {
      if let runs = try row.number("runs") {
        kinds[row.id] = (try row.reference(), Int(runs))
      } else {
        values[row.id] = try row.required("value", above: -.infinity)
        newest = CalendarMonth(try row.reference().asOf) ?? newest
      }
    }
    func value(_ id: String) throws(CatalogError) -> Double {
      guard let value = values.removeValue(forKey: id) else {
        throw .malformed(file: "efficiency.json", row: id, field: nil, problem: "the row is missing")
      }
      return value
    }
    var constants: [Double] = []
    for term in EfficiencyRegression.Term.allCases { constants.append(try value(term.rawValue)) }
    let (spread, unseen) = (try value("spread"), try value("spread-unseen-generation"))
    let real = TunedToReal(
      constants: [
        try value("tuned-to-real"), try value("tuned-to-real-years-since-2023"),
        try value("tuned-to-real-calendar-hours"),
      ], blendedSpread: try value("spread-with-tuned-steps"), tunedSpread: try value("spread-of-tuned-steps"))
    let (limit, age) = (try value("highest-mfu"), try value("greatest-age"))
    guard spread >= 1, unseen >= 1, 0..<1 ~= limit, let newest, let age = Int(exactly: age) else {
      throw .malformed(
        file: "efficiency.json", row: nil, field: "value", problem: "spreads are at least 1, the highest MFU below 1")
    }
    if let unknown = values.keys.min(), let row = rows.first(where: { $0.id == unknown }) {
      throw row.failure("id", "is neither a constant of the fit nor a kind of runs")
    }
    self.init(
      EfficiencyRegression(constants: constants, spread: spread, unseenSpread: unseen),
      tunedToReal: real, limit: limit, newest: newest, greatestAge: age, kinds: kinds)
  }
}

extension TunedEfficiency {
  /// The curve of a row.
  package init(_ row: TableRow) throws(CatalogError) {
    var mfus: [Double] = []
    for element in row.member("mfu")?.array ?? [] {
      guard let number = element.number else { throw row.failure("mfu", "expected numbers, got \(element.kind)") }
      mfus.append(number)
    }
    guard let curve = TunedEfficiency(mfus) else {
      throw row.failure("mfu", "is not \(Self.sizes.count) shares of the peak")
    }
    self = curve
  }
}

extension Factor {
  package init(_ row: TableRow) throws(CatalogError) {
    self.init(
      name: try row.requiredText("name"), value: try row.range("", of: Ratio.self), unit: try row.text("unit"),
      reference: try row.reference())
  }
}

extension PublishedRun {
  /// How accelerator-hours that nobody disclosed follow from what was.
  private enum Derivation: String, CaseIterable {
    /// Accelerators times days from start to end.
    case calendar
    /// Tokens over the throughput of a running job.
    case throughput
  }

  /// The run of a row; nil for a row without the parameters, tokens and hardware that a prediction needs.
  init?(_ row: TableRow, accelerator: (String) throws(CatalogError) -> Accelerator) throws(CatalogError) {
    let disclosed = try row.number("acceleratorHours")
    let derived = try row.number("acceleratorHoursDerived")
    let derivation = row.member("derivedFrom") == nil ? .calendar : try row.choice("derivedFrom", Derivation.self)
    guard let active = try row.number("activeParameters"), let tokens = try row.number("tokens"),
      let hardware = try row.text("hardware"),
      let precisionName = try row.text("precision"),
      let precision = Precision(rawValue: precisionName)
    else { return nil }
    self.init(
      id: row.id, organization: try row.requiredText("organization"), date: try row.requiredText("date"),
      activeParameters: active, tokens: tokens, architecture: try row.choice("architecture", ArchitectureClass.self),
      precision: precision, accelerator: try accelerator(hardware), acceleratorHours: disclosed ?? derived,
      isCalendar: disclosed == nil && derived != nil && derivation == .calendar, exclusion: try row.text("exclude"))
    accelerators = try row.number("accelerators")
    sequence = try row.number("sequenceLength")
  }
}

extension Disclosure {
  /// The disclosure of a row about a run.
  package init(_ row: TableRow, run: PublishedRun) throws(CatalogError) {
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
  package init(_ row: TableRow) throws(CatalogError) {
    func rates(_ step: String) throws(CatalogError) -> Rates {
      Rates(
        input: try row.required("usdPerMillion\(step)Input") / 1e6,
        output: try row.required("usdPerMillion\(step)Output") / 1e6)
    }
    let longest = try row.number("longPromptTokens")
    self.init(
      try rates(""), long: try longest.map { tokens throws(CatalogError) in (tokens, try rates("Long")) },
      cachedInput: try row.number("usdPerMillionCachedInput").map { $0 / 1e6 }, reference: try row.reference())
  }
}

extension StageEfficiency {
  package init(_ row: TableRow) throws(CatalogError) {
    guard let kind = Kind(rawValue: row.id) else {
      throw row.failure("id", "is not one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.init(
      kind, hoursOverModel: try row.required("hoursOverModel"), spread: try row.required("spread"),
      overhead: row.member("overhead") == nil ? nil : try row.range("overhead.", of: Ratio.self),
      from: .table(try row.reference()))
  }
}
