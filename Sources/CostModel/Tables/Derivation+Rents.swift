import TextFormats

extension Derivation {
  /// How rents change, from the history of the price table.
  static func rentOutlook(from catalog: TableCatalog) throws(CatalogError) -> String {
    let history = PriceHistory(try catalog.prices(), providers: try catalog.providers())
    guard let fit = RentFit(history.changes, shares: history.shares) else {
      throw .malformed(
        file: "prices.json", row: nil, field: nil, problem: "eight changes of a price are needed for an outlook")
    }
    func number(_ value: Double) -> JSONDocument { .number(Double(Notation.digits(value, 3)) ?? value) }
    func row(
      _ id: String, _ name: String, _ value: Ranged<Ratio>, _ unit: String, _ note: String, changes: Int? = nil
    ) -> JSONDocument {
      let ends: [(String, JSONDocument)] =
        value.isCertain ? [] : [("low", number(value.low.value)), ("high", number(value.high.value))]
      var members: [(String, JSONDocument)] = [("id", .string(id)), ("name", .string(name))]
      members += ends.prefix(1) + [("typical", number(value.typical.value))] + ends.dropFirst()
      members.append(("unit", .string(unit)))
      if let changes { members.append(("changes", .number(Double(changes)))) }
      return .object(
        members + [("asOf", .string(history.newest)), ("source", .string("prices")), ("note", .string(note))])
    }
    let (outlook, counts) = (fit.outlook, fit.counts)
    let listed = counts.all - counts.negotiated
    var rows = [
      row(
        "pull", "share of the distance to its usual ratio that a contract's price closes in the end",
        Ranged(outlook.pull), "ratio", "63 % of it in the first six months", changes: counts.all),
      row(
        "trend", "rent of a year later over that of now", Ranged(Elementary.exponential(outlook.trend)), "ratio",
        "hardly to be told from no change", changes: counts.all),
      row(
        "width-listed", "half of p10 to p90 of list prices, in logarithms per root of months + 6",
        Ranged(outlook.listedWidth), "deviation", "holds four of five changes", changes: listed),
      row(
        "width-negotiated", "the same for spot, indices, and contracts with neoclouds and marketplaces",
        Ranged(outlook.negotiatedWidth), "deviation", "holds four of five changes", changes: counts.negotiated),
    ]
    for commitment in Commitment.allCases {
      guard let share = history.shares[commitment] else { continue }
      rows.append(
        row(
          "share-" + commitment.rawValue, "\(commitment.rawValue) over the on-demand price of the same sellers", share,
          "ratio", "median of all months with both, p10 to p90"))
    }
    return try file(
      "rent-outlook", "How rents change, fitted on the history of the price table",
      columns: [
        ("id", "a term of the outlook"), ("name", "what it is"), ("low", "p10"), ("typical", "fitted, or the median"),
        ("high", "p90"), ("unit", "ratio or deviation"), ("changes", "changes of a price behind it"),
        ("asOf", "the newest row"), ("source", "key in sources"), ("note", "what else to know"),
      ],
      sources: [("prices", "Price rows of all times that name their month (table prices)")], rows: rows)
  }
}
