import TextFormats

/// Rules that a row breaks by what it says beside the others, or by what its numbers mean.
extension TableCheck {
  /// How many times dearer than the dearest other row, or cheaper than the cheapest, a price may be.
  private static var factors: (dearer: Double, cheaper: Double) { (3, 4) }

  /// Rules between the rows of a table.
  mutating func checkTogether(_ rows: [TableRow], of table: String) throws(CatalogError) {
    switch table {
    case "prices": checkPrices(rows)
    case "market": try checkAges(rows)
    case "labor": try checkLadders(rows)
    case "correlations":
      if let last = rows.last, try !catalog.correlations().isConsistent {
        report(last.failure("coefficient", "the pairs cannot all hold at once"))
      }
    default: break
    }
  }

  /// People's prices rise with the grade of the work, end by end, and no vendor's quote is a rung.
  private mutating func checkLadders(_ rows: [TableRow]) throws(CatalogError) {
    for kind in ["comparison", "demonstration", "step"] {
      var below: TableRow?
      for grade in Labels.grades {
        guard let row = rows.first(where: { $0.id == kind + "-" + grade }) else {
          report(
            .malformed(file: "labor", row: kind + "-" + grade, field: nil, problem: "a rung of the ladder is missing"))
          continue
        }
        if try row.text("basis") == "quote" {
          report(row.failure("basis", "a vendor's quote is no rung of the ladder"))
        }
        for end in ["low", "typical", "high"] {
          guard let lower = try below?.number(end), let own = try row.number(end), own < lower else { continue }
          report(
            row.failure(
              end,
              "\(JSONDocument.numberText(own)) is less than the \(JSONDocument.numberText(lower)) of \(below?.id ?? "")"
            ))
        }
        below = row
      }
    }
  }

  /// A claim has what its columns ask for; its commands are ours, and its first publication is one of its sources.
  ///
  /// - Throws: ``CatalogError`` that names the row and the field.
  package static func checkClaim(_ row: TableRow) throws(CatalogError) {
    try RowSchema.of("claims")?.check(row)
    _ = try row.reference()
    if let key = try row.text("primary"), try row.sources.source(key) == nil {
      throw row.failure("primary", "there is no source '\(key)'")
    }
    for field in ["command", "over"] {
      guard let command = try row.text(field), !command.hasPrefix("llmcost ") else { continue }
      throw row.failure(field, "'\(command)' does not start with 'llmcost '")
    }
    if let primary = try row.text("primary"), !row.isUsers,
      try TableSet.source(primary, of: "claims")?.url == nil
    {
      throw row.failure("primary", "'\(primary)' is no source with an address")
    }
  }

  /// Makers print the memory of accelerators in GB and mean GiB.
  func checkMemory(_ row: TableRow) throws(CatalogError) {
    guard let bytes = try row.number("memoryBytes") else { return }
    let half = 536_870_912.0
    guard (bytes / half).rounded() * half != bytes else { return }
    throw row.failure(
      "memoryBytes", "\(JSONDocument.numberText(bytes)) is no whole number of half GiB (1,073,741,824 bytes to one)")
  }

  /// A price names accelerator and provider by their ids, and is that of one accelerator.
  func checkPrice(_ row: TableRow) throws(CatalogError) {
    let price = try Price(row)
    let id = try catalog.accelerator(price.accelerator).id
    guard id == price.accelerator else {
      throw row.failure("accelerator", "'\(price.accelerator)' is an alias: write the id, \(id)")
    }
    if !row.isUsers, try catalog.tables.row(price.provider, of: "providers") == nil {
      throw row.failure("provider", "'\(price.provider)' is not the id of a provider")
    }
    if price.rate > PriceSelection.highestPlausibleRate {
      throw row.failure(
        "usdPerAcceleratorHour", "\(price.rate) looks like the price of a node, not of one accelerator")
    }
  }

  /// A price of few sellers says so.
  func checkMarket(_ row: TableRow) throws(CatalogError) {
    let price = try MarketPrice(row)
    let note = try row.text("note") ?? ""
    guard let sellers = price.sellers, sellers < MarketDerivation.fewestSellers, !note.contains("seller"),
      !note.contains("index")
    else { return }
    throw row.failure("note", "rests on \(sellers == 1 ? "1 seller" : "\(sellers) sellers"), and does not say so")
  }

  /// A price that is not of the last months is marked.
  private mutating func checkAges(_ rows: [TableRow]) throws(CatalogError) {
    // As the derived rows know them: without the user's.
    var dates: [CalendarMonth] = []
    for row in try catalog.tables.rows(of: "prices") where !row.isUsers {
      if let month = try row.text("asOf").flatMap(CalendarMonth.init) { dates.append(month) }
    }
    guard let newest = dates.max() else { return }
    for row in rows where !row.isUsers {
      guard let month = try row.text("asOf").flatMap(CalendarMonth.init) else { continue }
      if newest - month > MarketDerivation.monthsCurrent, row.member("stale")?.boolean != true {
        report(row.failure("stale", "the newest price behind it is \(newest - month) months old, and it is not marked"))
      }
    }
  }

  /// One offer stands once a day; spot is cheaper than on demand; no price is far from all others of the accelerator.
  private mutating func checkPrices(_ rows: [TableRow]) {
    var prices: [(row: TableRow, price: Price)] = []
    for row in rows {
      // A row that does not read is told by itself.
      do throws(CatalogError) { prices.append((row, try Price(row))) } catch { continue }
    }
    var offers: [String: Price] = [:]
    for (row, price) in prices {
      if offers.updateValue(price, forKey: Self.offer(price, price.commitment)) != nil {
        report(row.failure("id", "another row has the same offer of the same day"))
      }
    }
    for (row, price) in prices where price.commitment == .spot {
      if let other = offers[Self.offer(price, .onDemand)], other.rate <= price.rate {
        report(row.failure("usdPerAcceleratorHour", "spot is no cheaper than on demand, \(other.rate)"))
      }
    }
    let byAccelerator = Dictionary(grouping: prices, by: \.price.accelerator)
    for (row, price) in prices {
      let others = (byAccelerator[price.accelerator] ?? []).filter { $0.price.provider != price.provider }
        .map(\.price.rate)
      // A price of a node is told as one.
      guard let least = others.min(), let most = others.max(), price.commitment != .spot,
        price.rate <= PriceSelection.highestPlausibleRate
      else { continue }
      if price.rate > most * Self.factors.dearer || price.rate < least / Self.factors.cheaper {
        report(
          row.failure(
            "usdPerAcceleratorHour",
            "\(price.rate) is implausible for \(price.accelerator): others ask \(least) to \(most)"))
      }
    }
  }

  private static func offer(_ price: Price, _ commitment: Commitment) -> String {
    [
      price.provider, price.accelerator, price.instance ?? "", price.region, commitment.rawValue, price.kind.rawValue,
      price.reference.asOf,
    ].joined(separator: "\n")
  }

  /// No two rows share a name, nor one that look-ups read alike.
  mutating func checkAliases(_ rows: [TableRow], of table: String) throws(CatalogError) {
    let style = NameStyle.of(table)
    var owners: [String: String] = [:]
    var spellings: [String: String] = [:]
    for row in rows { owners[row.id] = row.id }
    for row in rows {
      for alias in try row.texts("aliases") {
        if let owner = owners[alias], owner != row.id {
          report(row.failure("aliases", "'\(alias)' belongs to '\(owner)' too"))
        }
        owners[alias] = row.id
      }
      // Clouds break up the same words differently for different places.
      guard table != "regions" else { continue }
      for name in try [row.id] + row.texts("aliases") {
        guard let spelling = style.spellings(of: name).first else { continue }
        if let owner = spellings.updateValue(row.id, forKey: spelling), owner != row.id {
          report(row.failure("aliases", "'\(name)' reads like a name of '\(owner)'"))
        }
      }
    }
  }
}
