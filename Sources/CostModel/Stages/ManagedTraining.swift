/// Fine-tuning as a service, billed by the token trained on.
enum ManagedTraining {
  static let choice = Choice(
    "managed", ["no", "yes"], help: "show what providers charge for the same tokens, at list price")

  /// The bills of all providers that take a model of this size; empty unless asked for.
  static func alternatives(
    method: String, tuning: String, _ model: ModelShape, tokens: Expression<Tokens>, _ inputs: StageInputs
  ) throws(ScenarioError) -> [Work.Alternative] {
    guard inputs(choice) == "yes" else { return [] }
    let catalog = inputs.catalog
    let parameters = model.parameters.typical.value
    let rows = try Inputs.look { () throws(CatalogError) in
      try catalog.managedPrices(method: method, tuning: tuning, parameters: parameters)
    }
    return rows.map { row in
      let price = Expression.input(
        "managed." + row.reference.id, "price of a token trained on, \(row.reference.id)", row.rate,
        from: .table(row.reference))
      return Work.Alternative(id: row.reference.id, amount: price * tokens)
    }
  }
}
