/// Labels and demonstrations that are paid for by the item. Data in hand costs nothing, and is what stages assume.
public enum Labels {
  /// The price of one label, over any row.
  public static let price = Setting<Per<Dollars, Items>>(
    "label-price", "price of a label", 0...1e6, help: "USD for each label or example, in place of the table's")

  /// How hard labels by people are, cheapest first.
  package static let grades = ["simple", "medium", "hard", "expert"]

  /// Whose labels are paid for, or at which price.
  public static let source = Choice(
    "labels", ["none", "human", "ai"] + grades, orRowOf: "labor",
    help:
      "labels to pay for: none (data in hand), human, ai; people by grade: simple, medium, hard, expert; or a row of '\(command: "tables labor")' in USD per item"
  )

  /// A price goes with labels that are paid for.
  static let requirement = Requirement([price.id], .isNotChosen(source, "none"))

  /// What labels are of.
  enum Kind: String {
    /// Two answers compared.
    case comparison
    /// An example written.
    case demonstration
    /// Steps of an answer judged.
    case step

    fileprivate var byPeople: String {
      switch self {
      case .comparison: "labels by people"
      case .demonstration: "examples written by people"
      case .step: "steps labeled by people"
      }
    }

    fileprivate var byModel: String {
      switch self {
      case .comparison: "labels by a language model"
      case .demonstration: "examples written by a language model"
      case .step: "steps labeled by a language model"
      }
    }
  }

  /// What so many labels cost; nil for data in hand.
  static func purchase(
    of count: Expression<Items>, _ kind: Kind, _ inputs: StageInputs
  ) throws(ScenarioError) -> Work.Purchase? {
    let source = inputs(source)
    guard source != "none" else { return nil }
    let row = row(source, kind)
    let rate: Expression<Per<Dollars, Items>> = try inputs.rate(price, orRow: row, of: "labor", unit: "usd-per-item")
    let isByModel = row.hasPrefix("ai-")
    guard !isByModel else { return Work.Purchase(.api, kind.byModel, rate * count) }
    return Work.Purchase(
      .humanData, kind.byPeople, rate * count, working: try working(on: count, kind, row, inputs))
  }

  /// How long people take for so many labels, by the usual speed; nil where no speed is known.
  private static func working(
    on count: Expression<Items>, _ kind: Kind, _ row: String, _ inputs: StageInputs
  ) throws(ScenarioError) -> Expression<Hours>? {
    let grade = row.split(separator: "-").last.map(String.init) ?? ""
    let speed =
      switch kind {
      case .comparison: grade == "simple" ? "comparison-simple" : "comparison-careful"
      case .demonstration:
        "demonstration-" + (grade == "simple" ? "simple" : ["hard", "expert"].contains(grade) ? "hard" : "medium")
      // A step is a short text that is right or wrong.
      case .step: "comparison-simple"
      }
    guard let known = try inputs.factor("speed-" + speed, in: "labor") else { return nil }
    let rate = Expression<Per<Items, Hours>>.input(
      "labor.speed-" + speed, known.name, known.value.measured(), from: .table(known.reference))
    return count / rate
  }

  /// The row of the table of labor that a choice means: the middle of the ladder for people at large.
  private static func row(_ source: String, _ kind: Kind) -> String {
    switch source {
    case "human": kind.rawValue + "-medium"
    case "ai": "ai-" + kind.rawValue
    default: grades.contains(source) ? kind.rawValue + "-" + source : source
    }
  }

  /// That no labels are counted, where nobody said so.
  static func notes(_ inputs: StageInputs) -> [Message] {
    inputs(source) == "none" && !inputs.isGiven(source.id)
      ? [
        "labels: none counted, the data is taken to be in hand; \(source, as: "human") or \(source, as: "ai") counts them"
      ]
      : []
  }
}
