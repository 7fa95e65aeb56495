/// Formulas laid out flat, operands before results, so that they evaluate in one pass without allocating.
///
/// Of several formulas, steps that are the same are laid once. Sampling runs each step over a block of draws before the next step, which keeps the loops tight and the data in cache.
struct Tape {
  enum Code: UInt8 {
    case add, subtract, multiply, divide, power, exponential, roundUp, maximum, minimum, function, constant, input
  }

  struct Step {
    let code: Code
    let left: Int
    let right: Int
    let exponent: Double
    /// A function with its arguments beyond two.
    var function: (any FormulaFunction)?
    var third = 0
    var fourth = 0
    /// Whether any input below it is uncertain.
    let varies: Bool

    /// The steps that this one reads.
    var operands: [Int] {
      switch code {
      case .constant, .input: []
      case .power, .exponential, .roundUp: [left]
      case .add, .subtract, .multiply, .divide, .maximum, .minimum: [left, right]
      case .function: [left, right, third, fourth]
      }
    }
  }

  private(set) var steps: [Step] = []
  private(set) var inputs: [(slot: Int, record: InputRecord)] = []
  private var slots: [ObjectIdentifier: Int] = [:]
  private var inputPlaces: [String: [Int]] = [:]
  private var known: [Kind: Int] = [:]
  /// Whether equal steps are looked for: one formula alone seldom has any.
  private let isSharing: Bool

  /// What a step is: two that are of one kind have one result.
  private struct Kind: Hashable {
    var code: Code
    var operands: SIMD4<Int>
    var exponent: UInt64
    var function: ObjectIdentifier?
  }

  init(roots: [Node]) {
    isSharing = roots.count > 1
    steps.reserveCapacity(128)
    slots.reserveCapacity(128)
    inputPlaces.reserveCapacity(32)
    for root in roots { _ = lay(root) }
  }

  /// Where a node's result stands; nil for a node that is not part of these formulas.
  func slot(of node: Node) -> Int? { slots[ObjectIdentifier(node)] }

  /// The same without steps that no wanted one needs. Inputs all stay: how one is drawn depends on the others.
  ///
  /// - Returns: The tape, and where each step that is kept stands in it.
  func keeping(_ wanted: [Int]) -> (tape: Tape, places: [Int: Int]) {
    let isKept = needed(for: wanted + inputs.map(\.slot))
    var kept = Tape(roots: [])
    var places: [Int: Int] = [:]
    for (slot, step) in steps.enumerated() where isKept[slot] {
      places[slot] = kept.steps.count
      func place(_ operand: Int) -> Int { places[operand] ?? 0 }
      var moved = Step(
        code: step.code, left: place(step.left), right: place(step.right), exponent: step.exponent, varies: step.varies)
      (moved.function, moved.third, moved.fourth) = (step.function, place(step.third), place(step.fourth))
      kept.steps.append(moved)
    }
    kept.inputs = inputs.map { (places[$0.slot] ?? 0, $0.record) }
    return (kept, places)
  }

  /// Whether each step is one of those wanted or goes into one.
  func needed(for wanted: [Int]) -> [Bool] {
    var isNeeded = [Bool](repeating: false, count: steps.count)
    for slot in wanted { isNeeded[slot] = true }
    for slot in steps.indices.reversed() where isNeeded[slot] {
      for operand in steps[slot].operands { isNeeded[operand] = true }
    }
    return isNeeded
  }

  private mutating func append(_ code: Code, _ left: Int = 0, _ right: Int = 0, exponent: Double = 0, varies: Bool)
    -> Int
  {
    append(Step(code: code, left: left, right: right, exponent: exponent, varies: varies))
  }

  private mutating func append(_ step: Step) -> Int {
    let place = steps.count
    if isSharing, step.code != .input {
      let kind = Kind(
        code: step.code, operands: SIMD4(step.left, step.right, step.third, step.fourth),
        exponent: step.exponent.bitPattern, function: step.function.map { ObjectIdentifier($0) })
      if let same = known.updateValue(place, forKey: kind) {
        known[kind] = same
        return same
      }
    }
    steps.append(step)
    return place
  }

  private mutating func lay(_ node: Node) -> Int {
    if let slot = slots[ObjectIdentifier(node)] { return slot }
    let slot: Int
    switch node.operation {
    case .constant(let value): slot = append(.constant, exponent: value, varies: false)
    case .input(let record):
      // Inputs of one name are one, unless they are spread in another way: then they share the draw alone.
      let alike = inputPlaces[record.id]?.first { inputs[$0].record.distribution == record.distribution }
      if let alike {
        slot = inputs[alike].slot
      } else {
        slot = append(.input, exponent: record.distribution.typical, varies: !record.distribution.isCertain)
        inputPlaces[record.id, default: []].append(inputs.count)
        inputs.append((slot, record))
      }
    case .sum: slot = layChain(.add, node)
    case .difference: slot = layChain(.subtract, node)
    case .product: slot = layChain(.multiply, node)
    case .quotient: slot = layChain(.divide, node)
    case .maximum: slot = layChain(.maximum, node)
    case .minimum: slot = layChain(.minimum, node)
    case .function(let function): slot = lay(function, node)
    case .power(let exponent):
      let base = lay(node.operands[0])
      slot = append(.power, base, exponent: exponent, varies: steps[base].varies)
    case .exponential:
      let base = lay(node.operands[0])
      slot = append(.exponential, base, varies: steps[base].varies)
    case .roundUp:
      let base = lay(node.operands[0])
      slot = append(.roundUp, base, varies: steps[base].varies)
    }
    slots[ObjectIdentifier(node)] = slot
    return slot
  }

  private mutating func layChain(_ code: Code, _ node: Node) -> Int {
    var total = lay(node.operands[0])
    for operand in node.operands.dropFirst() {
      let next = lay(operand)
      total = append(code, total, next, varies: steps[total].varies || steps[next].varies)
    }
    return total
  }

  private mutating func lay(_ function: any FormulaFunction, _ node: Node) -> Int {
    let operands = node.operands.map { lay($0) }
    func operand(_ place: Int) -> Int { place < operands.count ? operands[place] : operands[0] }
    var step = Step(
      code: .function, left: operand(0), right: operand(1), exponent: 0,
      varies: !function.isChoice && operands.contains { steps[$0].varies })
    (step.function, step.third, step.fourth) = (function, operand(2), operand(3))
    return append(step)
  }

  /// A step's result with one input set, all others at their typical values.
  func value(of slot: Int, setting input: Int, to value: Double) -> Double {
    typicalValues(setting: [input: value])[slot]
  }

  /// Every step's result with all inputs at their typical values, or some of them set, by their slots.
  func typicalValues(setting inputs: [Int: Double] = [:]) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(steps.count)
    for step in steps {
      let value =
        switch step.code {
        case .constant: step.exponent
        case .input: inputs.isEmpty ? step.exponent : inputs[values.count] ?? step.exponent
        case .add: values[step.left] + values[step.right]
        case .subtract: values[step.left] - values[step.right]
        case .multiply: values[step.left] * values[step.right]
        case .divide: values[step.left] / values[step.right]
        case .power: Elementary.power(values[step.left], step.exponent)
        case .exponential: Elementary.exponential(values[step.left])
        case .roundUp: values[step.left].rounded(.up)
        case .maximum: Swift.max(values[step.left], values[step.right])
        case .minimum: Swift.min(values[step.left], values[step.right])
        case .function: step.evaluated(values[step.left], values[step.right], values[step.third], values[step.fourth])
        }
      values.append(value)
    }
    return values
  }

  /// Evaluates uncertain steps for a block of draws.
  ///
  /// - Parameters:
  ///   - varying: The steps, in their order.
  ///   - block: One row of `width` values for each step; rows of certain steps and of inputs are already filled.
  ///   - width: The number of draws in the block.
  func evaluate(_ varying: [Int], block: UnsafeMutableBufferPointer<Double>, width: Int) {
    guard let base = block.baseAddress, block.count >= steps.count * width else { return }
    steps.withUnsafeBufferPointer { steps in
      for slot in varying { steps[slot].evaluate(slot, base, width) }
    }
  }
}

extension Tape.Step {
  /// Evaluates this step, whose row is `slot`, for a block of draws that starts at `base`.
  @inline(__always)
  func evaluate(_ slot: Int, _ base: UnsafeMutablePointer<Double>, _ width: Int) {
    let out = base + slot * width
    let left = base + self.left * width
    let right = base + self.right * width
    switch code {
    case .add: for i in 0..<width { out[i] = left[i] + right[i] }
    case .subtract: for i in 0..<width { out[i] = left[i] - right[i] }
    case .multiply: for i in 0..<width { out[i] = left[i] * right[i] }
    case .divide: for i in 0..<width { out[i] = left[i] / right[i] }
    case .power where exponent == 0.5: for i in 0..<width { out[i] = left[i].squareRoot() }
    case .power: for i in 0..<width { out[i] = Elementary.power(left[i], exponent) }
    case .exponential: for i in 0..<width { out[i] = Elementary.exponential(left[i]) }
    case .roundUp: for i in 0..<width { out[i] = left[i].rounded(.up) }
    case .maximum: for i in 0..<width { out[i] = Swift.max(left[i], right[i]) }
    case .minimum: for i in 0..<width { out[i] = Swift.min(left[i], right[i]) }
    case .function: evaluateFunction(out, base, width)
    case .constant, .input: break
    }
  }
}

extension Tape.Step {
  /// The value of the step's function.
  func evaluated(_ first: Double, _ second: Double, _ third: Double, _ fourth: Double) -> Double {
    function?.value(Arguments4(first: first, second: second, third: third, fourth: fourth)) ?? .nan
  }

  /// Evaluates a function; a row with the arguments of the one before it has its value.
  private func evaluateFunction(
    _ out: UnsafeMutablePointer<Double>, _ base: UnsafeMutablePointer<Double>, _ width: Int
  ) {
    let (left, right) = (base + self.left * width, base + self.right * width)
    let (third, fourth) = (base + self.third * width, base + self.fourth * width)
    for i in 0..<width {
      let isRepeated =
        i > 0 && left[i] == left[i - 1] && right[i] == right[i - 1] && third[i] == third[i - 1]
        && fourth[i] == fourth[i - 1]
      out[i] = isRepeated ? out[i - 1] : evaluated(left[i], right[i], third[i], fourth[i])
    }
  }
}
