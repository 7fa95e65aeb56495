/// A number that follows from others by a search or a choice, not by arithmetic.
protocol FormulaFunction: AnyObject, Sendable {
  /// What formulas call it.
  var name: String { get }
  /// Whether ranges keep it at its typical value: a choice that is made once.
  var isChoice: Bool { get }
  /// The number; the same for the same arguments.
  func value(_ arguments: Arguments4) -> Double
  /// The places of the arguments that may move where a table stands for it.
  var movingArguments: Set<Int> { get }
  /// The place of the argument that counts accelerators, whose tables are larger the more there are; nil for none.
  var clusterArgument: Int? { get }
  /// The same as arithmetic over a table, around some arguments.
  ///
  /// - Parameters:
  ///   - arguments: Those that do not move are as here.
  ///   - accelerators: The largest cluster that the table must hold.
  /// - Returns: nil where it takes a search each time.
  func table(around arguments: Arguments4, upTo accelerators: Double) -> FunctionTable?
}

extension FormulaFunction {
  var clusterArgument: Int? { nil }
}

/// Up to four arguments of a function.
struct Arguments4: Equatable {
  var first: Double
  var second = 0.0
  var third = 0.0
  var fourth = 0.0
}

/// One step of a formula. Nodes are shared: the same node under two results is one draw and one line.
final class Node: Sendable {
  enum Operation: Sendable {
    case constant(Double)
    case input(InputRecord)
    case sum, difference, product, quotient
    case power(Double)
    case exponential
    case roundUp
    case maximum, minimum
    case function(any FormulaFunction)
  }

  struct Label: Sendable {
    let name: String
    let key: String?
    let note: String?
    let sources: [Source]
  }

  let operation: Operation
  let operands: [Node]
  let dimension: Dimension
  let label: Label?

  init(_ operation: Operation, _ operands: [Node], dimension: Dimension, label: Label? = nil) {
    self.operation = operation
    self.operands = operands
    self.dimension = dimension
    self.label = label
  }

  /// Whether a report shows it as a line of its own, not as part of its parent's formula.
  var isLine: Bool {
    if case .input = operation { return true }
    return label != nil
  }
}
