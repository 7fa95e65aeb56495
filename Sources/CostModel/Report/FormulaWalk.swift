/// How a formula is written down.
struct FormulaSigns: Sendable {
  var sum: String
  var difference: String
  var product: String
  var quotient: String
  var separator: String
  var exponential: String
  var maximum: String
  var minimum: String
  var roundUp: (open: String, close: String)
  /// A number of the formula itself.
  var number: @Sendable (Double) -> String
  /// A power, behind its base.
  var power: @Sendable (Double) -> String

  /// As people read it.
  static let prose = FormulaSigns(
    sum: " + ", difference: " − ", product: " × ", quotient: " / ", separator: ", ", exponential: "exp",
    maximum: "max", minimum: "min", roundUp: ("⌈", "⌉"), number: { Notation.exact($0, as: .ratio) },
    power: { "^" + ($0 == 1.0 / 3 ? "⅓" : Notation.exact($0, as: .ratio)) })

  /// As spreadsheets compute it.
  static let spreadsheet = FormulaSigns(
    sum: "+", difference: "-", product: "*", quotient: "/", separator: ",", exponential: "EXP", maximum: "MAX",
    minimum: "MIN", roundUp: ("ROUNDUP(", ",0)"), number: { $0 < 0 ? "(\($0))" : "\($0)".uppercased() },
    power: { "^(\($0))" })
}

/// Writes formulas of nodes, in which some nodes are lines of their own.
protocol FormulaWalk {
  static var signs: FormulaSigns { get }
  /// Whether a node is a line of its own, not a part of its parent's formula.
  func isLine(_ node: Node) -> Bool
  /// The place of a node's line, which is made where there is none.
  mutating func visit(_ node: Node) -> Int
}

extension FormulaWalk {
  func isLine(_ node: Node) -> Bool { node.isLine }

  /// The formula of a node, with brackets where its operator binds less than the one around it.
  mutating func pieces(of node: Node, inside strength: Int = 0, isRight: Bool = false) -> [Report.Piece] {
    let signs = Self.signs
    switch node.operation {
    case .constant(let value): return [.text(signs.number(value))]
    case .input: return [.line(visit(node))]
    case .sum: return infix(node, signs.sum, 1, inside: strength, isRight: isRight)
    case .difference: return infix(node, signs.difference, 1, inside: strength, isRight: isRight)
    case .product: return infix(node, signs.product, 2, inside: strength, isRight: isRight)
    case .quotient: return infix(node, signs.quotient, 2, inside: strength, isRight: isRight)
    case .power(let exponent):
      return operand(node.operands[0], inside: 3, isRight: false) + [.text(signs.power(exponent))]
    case .exponential: return function(signs.exponential, of: node)
    case .maximum: return function(signs.maximum, of: node)
    case .minimum: return function(signs.minimum, of: node)
    case .function(let named): return function(named.name, of: node)
    case .roundUp:
      return [.text(signs.roundUp.open)] + operand(node.operands[0], inside: 0, isRight: false)
        + [.text(signs.roundUp.close)]
    }
  }

  private mutating func operand(_ node: Node, inside strength: Int, isRight: Bool) -> [Report.Piece] {
    isLine(node) ? [.line(visit(node))] : pieces(of: node, inside: strength, isRight: isRight)
  }

  private mutating func function(_ name: String, of node: Node) -> [Report.Piece] {
    var result: [Report.Piece] = [.text(name + "(")]
    for (index, child) in node.operands.enumerated() {
      if index > 0 { result.append(.text(Self.signs.separator)) }
      result += operand(child, inside: 0, isRight: false)
    }
    return result + [.text(")")]
  }

  private mutating func infix(
    _ node: Node, _ symbol: String, _ own: Int, inside strength: Int, isRight: Bool
  ) -> [Report.Piece] {
    guard node.operands.count > 1 else { return operand(node.operands[0], inside: strength, isRight: isRight) }
    var result: [Report.Piece] = []
    for (index, child) in node.operands.enumerated() {
      if index > 0 { result.append(.text(symbol)) }
      result += operand(child, inside: own, isRight: index > 0)
    }
    return own < strength || (own == strength && isRight) ? [.text("(")] + result + [.text(")")] : result
  }
}
