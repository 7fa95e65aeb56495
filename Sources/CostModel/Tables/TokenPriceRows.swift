/// What a provider charges for the tokens of a model, and the size that its name states.
package struct ListedTokenPrice: Sendable {
  /// The row's id.
  package let id: String
  /// Who sells it.
  package let provider: String
  /// All parameters, where the name states them.
  package let parameters: Double?
  /// Parameters that work on each token, where the name states them.
  package let activeParameters: Double?
  /// The prices.
  package let price: TokenPriceRow

  fileprivate init(_ row: TableRow) throws(CatalogError) {
    id = row.id
    provider = try row.requiredText("provider")
    parameters = try row.number("parameters")
    activeParameters = try row.number("activeParameters")
    price = try TokenPriceRow(row)
  }
}

extension TableCatalog {
  /// The listed price of that id.
  package func listedTokenPrice(_ id: String) throws(CatalogError) -> ListedTokenPrice {
    try ListedTokenPrice(try row(id, in: "token-prices", kind: "model with a token price"))
  }

  /// The listed prices of models about as large: parameters within a quarter either way, and active ones within a half
  /// where both are known.
  package func tokenPrices(
    near parameters: Double, active: Double?
  ) throws(CatalogError) -> [ListedTokenPrice] {
    var found: [ListedTokenPrice] = []
    for row in try tables.rows(of: "token-prices", containing: ", \"parameters\": ") {
      let listed = try ListedTokenPrice(row)
      guard let size = listed.parameters, max(size / parameters, parameters / size) <= 1.25 else { continue }
      switch (active, listed.activeParameters) {
      case (let mine?, let theirs?): if max(mine / theirs, theirs / mine) <= 1.5 { found.append(listed) }
      case (nil, nil): found.append(listed)
      default: continue
      }
    }
    return found
  }
}

extension ManagedPrice {
  /// The prices of a row by the million tokens; nil where it lists none.
  init?(_ row: TableRow) throws(CatalogError) {
    let typical = try row.number("typical")
    guard let low = try row.number("low") ?? typical, let high = try row.number("high") ?? typical else { return nil }
    trained = Ranged((typical ?? (low * high).squareRoot()) / 1e6, low: low / 1e6, high: high / 1e6)
    if let read = try row.number("read"), let sampled = try row.number("sampled") {
      generation = (Ranged(read / 1e6), Ranged(sampled / 1e6))
    }
    reference = try row.reference()
  }
}
