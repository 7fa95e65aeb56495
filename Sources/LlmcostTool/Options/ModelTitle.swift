import CostModel

extension Scenario.Model {
  /// The model as headlines name it: `llama-3.1-8b, 8.03B parameters`.
  var title: String {
    let active = activeParameters.map {
      " (\(Notation.display($0.typical.value, as: .parameters)) active)"
    }
    return (known.map { $0.name + ", " } ?? "")
      + Notation.display(parameters.typical.value, as: .parameters) + " parameters" + (active ?? "")
  }
}
