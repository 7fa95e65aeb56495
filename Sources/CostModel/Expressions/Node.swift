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
