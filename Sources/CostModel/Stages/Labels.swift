/// Labels and demonstrations that are paid for by the item.
public enum Labels {
  /// The price of one label, over any row.
  public static let price = Setting<Per<Dollars, Items>>(
    "label-price", "price of a label", 0...1e6, help: "USD for each label or example, in place of the table's")

  /// Who labels preferences.
  public static let source = Choice(
    "labels", ["human", "ai", "none"], help: "who compares: people, a language model, or nobody to be paid")

  /// A price goes with labels that are paid for.
  static let requirement = Requirement([price.id], .isNotChosen(source, "none"))

  /// Labor rows that stand for the sources.
  private static let rows = ["human": "comparison", "ai": "ai-label"]

  /// What comparisons cost, as a line of their own; nil where nobody is paid.
  static func comparisons(
    _ count: Expression<Items>, _ inputs: StageInputs
  ) throws(ScenarioError) -> Work.Purchase? {
    let source = inputs(source)
    guard let row = rows[source] else { return nil }
    let rate: Expression<Per<Dollars, Items>> = try inputs.rate(price, orRow: row, of: "labor", unit: "usd-per-item")
    let name = source == "ai" ? "labels by a language model" : "labels by people"
    return Work.Purchase(source == "ai" ? .api : .humanData, name, rate * count)
  }

  /// Who writes examples: a row of the table of labor, or `none`.
  public static let annotation = Choice(
    "annotation", rowOf: "labor", standard: "demonstration-medium",
    help:
      "who writes the examples: a row of '\(command: "tables labor")' in USD per item, or simple, medium, hard, expert; none for data in hand"
  )

  /// What written examples cost; nil for data in hand.
  static func demonstrations(
    _ count: Expression<Items>, _ inputs: StageInputs
  ) throws(ScenarioError) -> Work.Purchase? {
    var row = inputs(annotation)
    guard row != "none" else { return nil }
    let short = ["simple": "demonstration-simple", "medium": "demonstration-medium", "hard": "demonstration-hard"]
    row = short[row] ?? (row == "expert" ? "demonstration" : row)
    let rate: Expression<Per<Dollars, Items>> = try inputs.rate(price, orRow: row, of: "labor", unit: "usd-per-item")
    return Work.Purchase(.humanData, "examples written by people", rate * count)
  }
}
