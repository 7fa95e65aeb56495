/// The formulas of an estimate or a program as data, for whoever evaluates them elsewhere: steps in order, inputs and results.
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

  /// How other formulas are unlike these.
  package enum Likeness: Sendable {
    /// They are the same, step by step.
    case same
    /// They are the same but for numbers that they contain.
    case otherNumbers
    /// They have other steps.
    case other
  }

  private let tape: Tape
  /// The results, in order.
  package let results: [Result]
  /// The inputs, in the order of their draws.
  package let inputs: [InputRecord]
  /// With every input at its typical value.
  private let typical: [Double]
  /// The typical values of all results, those too that are left out here.
  private let values: [String: Double]

  /// The formulas of an estimate.
  package init(_ estimate: Estimate) {
    let builder = estimate.results
    let tape = Tape(roots: builder.nodes)
    let results = builder.keyedNodes.map { node, key in
      Result(key: key, name: node.label?.name ?? "", dimension: node.dimension, step: tape.slot(of: node) ?? 0)
    }
    self.init(tape, results, values: [:])
  }

  /// The formulas of a program's total cost, by category and by what stands under one label, as a stage. Its times are
  /// no formulas: they follow from a schedule.
  package init(_ program: Program) {
    let builder = program.resultsBuilder
    let tape = Tape(roots: builder.nodes)
    let typical = tape.typicalValues()
    var results: [Result] = []
    var values: [String: Double] = [:]
    let categories = Set(BudgetCategory.allCases.map(\.key))
    for (node, key) in builder.keyedNodes {
      let slot = tape.slot(of: node) ?? 0
      values[key.key] = typical[slot]
      let section = key.key.hasPrefix(Program.labelKey) ? Self.stages : key.section
      guard section == Self.stages || key.key == "cost_usd" || categories.contains(key.key) else { continue }
      results.append(
        Result(
          key: ResultKey(key.key, section), name: node.label?.name ?? "", dimension: node.dimension, step: slot))
    }
    let (kept, places) = tape.keeping(results.map(\.step))
    let moved = results.map {
      Result(key: $0.key, name: $0.name, dimension: $0.dimension, step: places[$0.step] ?? 0)
    }
    self.init(kept, moved, values: values)
  }

  /// The section of what a program costs by label.
  private static let stages = "stages"

  private init(_ tape: Tape, _ results: [Result], values: [String: Double]) {
    (self.tape, self.results, self.values) = (tape, results, values)
    inputs = tape.inputs.map(\.record)
    typical = tape.typicalValues()
  }

  /// The typical value of a result; nil where there is none of that name.
  package func value(_ key: String) -> Double? {
    values[key] ?? results.first { $0.key.key == key }.map { typical[$0.step] }
  }

  /// The accelerators of an estimate, or the most that a function of a program is asked for.
  package var accelerators: Double {
    if let count = value("accelerators") { return count }
    var most = 1.0
    for (slot, step) in tape.steps.enumerated() {
      guard let function = step.function else { continue }
      if function.isChoice { most = Swift.max(most, typical[slot]) }
      guard let operand = function.clusterArgument.map({ step.operands[$0] }) else { continue }
      // A count that is drawn may be larger than it typically is.
      most = Swift.max(most, typical[operand] * (tape.steps[operand].varies ? Self.drawnClusters : 1))
    }
    return most
  }

  private static let drawnClusters = 4.0

  /// What a program costs under a label, at typical values.
  package func cost(ofLabel label: String) -> Double { value(Program.labelKey + label) ?? 0 }

  /// The input of an id; nil where there is none, or two that are spread in different ways.
  package func input(_ id: String) -> InputRecord? {
    let found = inputs.filter { $0.id == id }
    return found.count == 1 ? found[0] : nil
  }

  /// The uncertain inputs, in the order of their draws.
  package var drawn: [String] { tape.uncertainIDs }

  /// The places of the inputs that other formulas have with another value or range; nil where they have other inputs.
  package func placesChanged(in other: FormulaSheet) -> Set<Int>? {
    guard inputs.count == other.inputs.count else { return nil }
    return Set(inputs.indices.filter { inputs[$0].distribution != other.inputs[$0].distribution })
  }

  /// Whether other formulas are these with the inputs of some places certain, at the values that they have there: step by
  /// step, to the last bit.
  package func likeness(to other: FormulaSheet, setting places: Set<Int>) -> Likeness {
    guard tape.steps.count == other.tape.steps.count, inputs.count == other.inputs.count,
      results.map(\.key) == other.results.map(\.key), results.map(\.step) == other.results.map(\.step)
    else { return .other }
    var values: [Int: Double] = [:]
    for (place, pair) in zip(tape.inputs, other.tape.inputs).enumerated() {
      let (own, others) = pair
      guard own.slot == others.slot, own.record.id == others.record.id else { return .other }
      if places.contains(place) {
        guard others.record.distribution.isCertain else { return .other }
        values[own.slot] = others.record.distribution.typical
      } else if own.record.distribution != others.record.distribution {
        return .other
      }
    }
    var likeness = Likeness.same
    for (own, others) in zip(tape.steps, other.tape.steps) {
      guard own.isAlike(others) else { return .other }
      if own.code != .input, own.exponent != others.exponent { likeness = .otherNumbers }
    }
    guard likeness == .same else { return likeness }
    let results = zip(tape.typicalValues(setting: values), other.typical)
    return results.allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN } ? .same : .other
  }

  /// The steps with some inputs free to move, where no value of theirs takes another search.
  ///
  /// - Parameters:
  ///   - places: The places of the inputs that move.
  ///   - accelerators: The largest cluster that tables must hold.
  /// - Returns: As many steps as there are; nil where a search would be needed.
  package func steps(moving places: Set<Int>, upTo accelerators: Double) -> [Step]? {
    guard let functions = functions(moving: places) else { return nil }
    var steps: [Step] = []
    let inputs = Dictionary(uniqueKeysWithValues: tape.inputs.enumerated().map { ($1.slot, $0) })
    for (slot, step) in tape.steps.enumerated() {
      switch step.code {
      case .input: steps.append(.input(inputs[slot] ?? 0))
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
  package func canMove(_ places: Set<Int>) -> Bool { functions(moving: places) != nil }

  /// The steps of functions whose arguments move, or are drawn; nil where one would have to be searched for anew.
  private func functions(moving places: Set<Int>) -> Set<Int>? {
    var moves = [Bool](repeating: false, count: tape.steps.count)
    for place in places { moves[tape.inputs[place].slot] = true }
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

  /// Whether another step does the same with the same steps, whatever number it contains.
  fileprivate func isAlike(_ other: Self) -> Bool {
    code == other.code && operands == other.operands && function?.name == other.function?.name
      && (code == .constant || code == .input || exponent == other.exponent)
  }
}
