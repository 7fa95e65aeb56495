/// The formulas of an estimate as data, for whoever evaluates them elsewhere: steps in order, inputs and results.
package struct FormulaSheet: Sendable {
  /// One step of the formulas.
  package enum Step: Sendable {
    /// A number.
    case constant(Double)
    /// An input, by its place in ``FormulaSheet/inputs``.
    case input(Int)
    /// An operation on the results of earlier steps; the exponent is that of a power.
    case operation(Operation, left: Int, right: Int, exponent: Double)
    /// A function of the results of up to four earlier steps; a choice is made once, by typical values.
    case function(FunctionTable, [Int], isChoice: Bool)
  }

  /// What a step does.
  package enum Operation: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case power = "^"
    case exponential = "exp"
    case roundUp = "ceil"
    case maximum = "max"
    case minimum = "min"
  }

  /// A result.
  package struct Result: Sendable {
    /// Its stable name.
    package let key: ResultKey
    /// The name for people.
    package let name: String
    /// What it counts.
    package let dimension: Dimension
    /// The step that yields it.
    package let step: Int
  }

  private let tape: Tape
  /// The results, in order.
  package let results: [Result]
  /// With every input at its typical value.
  private let typical: [Double]

  /// The formulas of an estimate.
  package init(_ estimate: Estimate) {
    let builder = estimate.results
    let tape = Tape(roots: builder.nodes)
    self.tape = tape
    results = builder.keyedNodes.map { node, key in
      Result(key: key, name: node.label?.name ?? "", dimension: node.dimension, step: tape.slot(of: node) ?? 0)
    }
    typical = tape.typicalValues()
  }

  /// The inputs, in the order of their draws.
  package var inputs: [InputRecord] { tape.inputs.map(\.record) }

  /// The typical value of a result; nil where there is none of that name.
  package func value(_ key: String) -> Double? { results.first { $0.key.key == key }.map { typical[$0.step] } }

  /// The input of an id; nil where there is none, or two that are spread in different ways.
  package func input(_ id: String) -> InputRecord? {
    let found = inputs.filter { $0.id == id }
    return found.count == 1 ? found[0] : nil
  }

  /// Whether other formulas are these with some inputs certain, at the values that they have there: step by step, to the
  /// last bit.
  package func isSame(as other: FormulaSheet, fixing ids: Set<String>) -> Bool {
    guard tape.steps.count == other.tape.steps.count, inputs.count == other.inputs.count,
      results.map(\.key) == other.results.map(\.key), results.map(\.step) == other.results.map(\.step)
    else { return false }
    var values: [Int: Double] = [:]
    for (own, others) in zip(tape.inputs, other.tape.inputs) {
      guard own.slot == others.slot, own.record.id == others.record.id else { return false }
      if ids.contains(own.record.id) {
        guard others.record.distribution.isCertain else { return false }
        values[own.slot] = others.record.distribution.typical
      } else if own.record.distribution != others.record.distribution {
        return false
      }
    }
    guard zip(tape.steps, other.tape.steps).allSatisfy({ $0.isSame(as: $1) }) else { return false }
    return zip(tape.typicalValues(setting: values), other.typical).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
  }

  /// The steps with some inputs free to move, where no value of theirs takes another search.
  ///
  /// - Parameters:
  ///   - ids: The inputs that move.
  ///   - accelerators: The largest cluster that tables must hold.
  /// - Returns: As many steps as there are; nil where a search would be needed.
  package func steps(moving ids: Set<String>, upTo accelerators: Double) -> [Step]? {
    guard let functions = functions(moving: ids) else { return nil }
    var steps: [Step] = []
    let places = Dictionary(uniqueKeysWithValues: tape.inputs.enumerated().map { ($1.slot, $0) })
    for (slot, step) in tape.steps.enumerated() {
      switch step.code {
      case .input: steps.append(.input(places[slot] ?? 0))
      case .constant: steps.append(.constant(step.exponent))
      case .function:
        guard functions.contains(slot), let function = step.function else {
          steps.append(.constant(typical[slot]))
          continue
        }
        let operands = step.operands
        let at = operands.map { typical[$0] }
        let arguments = Arguments4(first: at[0], second: at[1], third: at[2], fourth: at[3])
        guard let table = function.table(around: arguments, upTo: accelerators) else { return nil }
        steps.append(.function(table, operands, isChoice: function.isChoice))
      default:
        guard let operation = step.operation else { return nil }
        steps.append(.operation(operation, left: step.left, right: step.right, exponent: step.exponent))
      }
    }
    return steps
  }

  /// Whether inputs may move without a new search.
  package func canMove(_ ids: Set<String>) -> Bool { functions(moving: ids) != nil }

  /// The steps of functions whose arguments move, or are drawn; nil where one would have to be searched for anew.
  private func functions(moving ids: Set<String>) -> Set<Int>? {
    var moves = [Bool](repeating: false, count: tape.steps.count)
    for input in tape.inputs where ids.contains(input.record.id) { moves[input.slot] = true }
    var functions: Set<Int> = []
    for (slot, step) in tape.steps.enumerated() {
      guard let function = step.function else {
        if step.code != .constant, step.code != .input { moves[slot] = step.operands.contains { moves[$0] } }
        continue
      }
      // A choice is made by typical values, whatever is drawn.
      let moving = step.operands.filter { moves[$0] || !function.isChoice && tape.steps[$0].varies }
      guard !moving.isEmpty else { continue }
      // Places beyond the last argument repeat the first.
      let canMove = moving.allSatisfy { operand in
        step.operands.firstIndex(of: operand).map(function.movingArguments.contains) ?? false
      }
      guard canMove else { return nil }
      functions.insert(slot)
      moves[slot] = step.operands.contains { moves[$0] }
    }
    return functions
  }
}

extension Tape.Step {
  /// The steps that this one reads.
  fileprivate var operands: [Int] {
    switch code {
    case .constant, .input: []
    case .power, .exponential, .roundUp: [left]
    case .add, .subtract, .multiply, .divide, .maximum, .minimum: [left, right]
    case .function: [left, right, third, fourth]
    }
  }

  fileprivate var operation: FormulaSheet.Operation? {
    switch code {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .power: .power
    case .exponential: .exponential
    case .roundUp: .roundUp
    case .maximum: .maximum
    case .minimum: .minimum
    case .function, .constant, .input: nil
    }
  }

  /// Whether another step does the same with the same steps; of an input, its place counts alone.
  fileprivate func isSame(as other: Self) -> Bool {
    code == other.code && operands == other.operands && (code == .input || exponent == other.exponent)
      && function?.name == other.function?.name
  }
}
