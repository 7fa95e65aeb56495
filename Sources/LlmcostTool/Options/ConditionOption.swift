import CommandLineKit
import TextFormats

/// A condition on a column: `provider=aws`, `asOf>2026`, `model~Llama`.
struct ConditionOption: OptionValue {
  enum Comparison: String, CaseIterable { case notEqual = "!=", equal = "=", contains = "~", above = ">", below = "<" }

  var column: String
  var comparison: Comparison
  var value: String

  static var placeholder: String { "column=value" }

  init(argument: String) throws(ValueError) {
    guard let place = argument.firstIndex(where: { "!=~><".contains($0) }), place > argument.startIndex,
      let comparison = Comparison.allCases.first(where: { argument[place...].hasPrefix($0.rawValue) })
    else {
      throw ValueError(
        "'\(argument)' is not a condition",
        hint: "write column=value, column!=value, column~text, column>value or column<value")
    }
    column = String(argument[..<place])
    self.comparison = comparison
    value = String(argument[place...].dropFirst(comparison.rawValue.count))
  }

  func holds(for cell: JSONDocument) -> Bool {
    let text = cell.bare.lowercased()
    let wanted = value.lowercased()
    switch comparison {
    case .equal: return text == wanted
    case .notEqual: return text != wanted
    case .contains: return text.contains(wanted)
    case .above, .below:
      guard cell != .null else { return false }
      if case .number(let number) = cell, let bound = Double(value) {
        return comparison == .above ? number > bound : number < bound
      }
      return comparison == .above ? text > wanted : text < wanted
    }
  }
}
