/// Training as a service, billed by the token: trained on, and for reinforcement learning read and sampled too.
enum ManagedTraining {
  static let choice = Choice(
    "managed", ["no", "yes"], help: "show what providers charge for the same tokens, at list price")

  /// The tokens of a run that providers bill.
  struct Tokens {
    /// Trained on, repeats counted.
    var trained: Expression<CostModel.Tokens>
    /// Read before each answer; nil where nothing is sampled.
    var read: Expression<CostModel.Tokens>?
    /// Sampled; nil where nothing is.
    var sampled: Expression<CostModel.Tokens>?
  }

  /// The bills of all providers that take a model of this size and kind; empty unless asked for.
  static func alternatives(
    method: String, tuning: String, _ model: ModelShape, _ tokens: Tokens, _ inputs: StageInputs
  ) throws(ScenarioError) -> [Work.Alternative] {
    guard inputs(choice) == "yes" else { return [] }
    let catalog = inputs.catalog
    let parameters = model.parameters.typical.value
    let rows = try Inputs.look { () throws(CatalogError) in
      try catalog.managedPrices(
        method: method, tuning: tuning, parameters: parameters, architecture: model.architecture)
    }
    return rows.compactMap { row in
      var amount = price(row.trained, "trained on", row) * tokens.trained
      if let read = tokens.read, let sampled = tokens.sampled {
        guard let rates = row.generation else { return nil }
        amount = amount + price(rates.read, "read", row) * read + price(rates.sampled, "sampled", row) * sampled
      }
      return Work.Alternative(id: row.reference.id, amount: amount)
    }
  }

  private static func price(
    _ rate: Ranged<Per<Dollars, CostModel.Tokens>>, _ what: String, _ row: ManagedPrice
  ) -> Expression<Per<Dollars, CostModel.Tokens>> {
    Expression.input(
      "managed.\(row.reference.id).\(what)", "price of a token \(what), \(row.reference.id)", rate,
      from: .table(row.reference))
  }
}

/// What a provider charges for training a model of some size, by the token.
package struct ManagedPrice: Sendable {
  /// USD for a token trained on.
  package var trained: Ranged<Per<Dollars, Tokens>>
  /// USD for a token read and one sampled, where the provider samples from the model that is trained.
  package var generation: (read: Ranged<Per<Dollars, Tokens>>, sampled: Ranged<Per<Dollars, Tokens>>)?
  /// The row.
  package var reference: RowReference
}
