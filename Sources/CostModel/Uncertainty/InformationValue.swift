/// A decision between ways to go on, by their expected worth.
package struct Decision: Sendable {
  /// One way.
  struct Way: Sendable {
    /// Its name.
    var name: String
    /// What it brings, in USD.
    var worth: Double
    /// What it costs; nil for nothing.
    var cost: Node?
  }

  let ways: [Way]

  /// The names of the ways, in order.
  package var names: [String] { ways.map(\.name) }
}

/// What it is worth to know an input before deciding.
///
/// Knowing an input is having its deviate: the result is drawn anew at evenly spaced quantiles of the input, all other
/// inputs drawn as ever, those correlated with it following. The expected value of partial perfect information is the mean
/// over these quantiles of the best way's expected worth, less the best expected worth without knowing (Raiffa and
/// Schlaifer 1961). The draws of the other inputs are the same at each quantile, so that what the input does not move
/// cancels out.
package struct InformationValue: Sendable {
  /// One input.
  package struct Line: Sendable {
    /// The input's id.
    package var id: String
    /// Its name for people.
    package var name: String
    /// What it counts.
    package var dimension: Dimension
    /// Its own p10, typical value and p90.
    package var input: Spread
    /// Where it comes from.
    package var origin: Origin
    /// The share of the result's p10 to p90 that is expected to go once it is known.
    package var narrowing: Double
    /// By how much the amount that holds with the confidence is expected to fall once it is known.
    package var saving: Double
    /// The expected value of knowing it for the decision, in USD; nil without a decision.
    package var worth: Double?
  }

  /// The result's name.
  package let name: String
  /// What it counts.
  package let dimension: Dimension
  /// The result.
  package let result: Spread
  /// The confidence of the amount that holds, and that amount.
  package let holding: (confidence: Double, amount: Double)
  /// The ways of the decision with their expected worth; empty without a decision.
  package let ways: [(name: String, expected: Double)]
  /// The expected value of knowing everything, in USD; nil without a decision.
  package let perfect: Double?
  /// The uncertain inputs, those worth most first.
  package let lines: [Line]

  /// The place of the best way.
  package var best: Int? { ways.indices.max { ways[$0].expected < ways[$1].expected } }

  /// How many quantiles of an input are tried.
  static let quantiles = 64

  /// Values all uncertain inputs of a result.
  ///
  /// - Parameters:
  ///   - result: The result whose range is to shrink.
  ///   - decision: What is to be decided; nil for nothing.
  ///   - confidence: The confidence of the amount that is to hold.
  ///   - plan: How many draws for each input, and from which start.
  init(of result: Node, deciding decision: Decision?, confidence: Double = 0.9, plan: SamplingPlan) {
    let ways = decision?.ways ?? []
    let tape = Tape(roots: [result] + ways.compactMap(\.cost))
    let costs = ways.map { $0.cost.flatMap { tape.slot(of: $0) } }
    let wanted = [tape.slot(of: result) ?? 0] + costs.compactMap { $0 }
    let study = Study(tape: tape, wanted: wanted, worths: ways.map(\.worth), hasCost: costs.map { $0 != nil })
    name = result.label?.name ?? ""
    dimension = result.dimension
    self.result = tape.spreads(of: [wanted[0]], plan: plan).first ?? Spread(typical: 0)
    let draws = tape.draws(of: wanted, plan: plan)
    let count = tape.draws(settling: [wanted[0]], plan: plan)[0]
    holding = (
      confidence, tape.quantiles(of: wanted[0], at: [confidence], plan: plan.drawing(count)).first ?? 0
    )
    let expected = study.expected(draws)
    self.ways = zip(ways, expected).map { ($0.name, $1) }
    perfect = decision.map { _ in study.perfect(draws) }
    let inner = plan.drawing(Swift.max(Self.quantiles, plan.draws / Self.quantiles))
    lines = tape.uncertainIDs.compactMap { id in
      guard let record = tape.inputs.first(where: { $0.record.id == id })?.record,
        tape.moves(wanted, input: id)
      else { return nil }
      let known = study.knowing(id, expected: expected, confidence: confidence, plan: inner)
      let spread = record.distribution
      return Line(
        id: id, name: record.name, dimension: record.dimension,
        input: Spread(typical: spread.typical, p10: spread.low, p90: spread.high), origin: record.origin,
        narrowing: known.narrowing, saving: known.saving, worth: decision.map { _ in known.worth })
    }
    .sorted { ($0.worth ?? 0, $0.narrowing, $1.id) > ($1.worth ?? 0, $1.narrowing, $0.id) }
  }
}

/// The draws behind the value of an input.
private struct Study {
  let tape: Tape
  /// The result, then the costs of the ways that have one.
  let wanted: [Int]
  let worths: [Double]
  let hasCost: [Bool]

  /// The expected worth of each way over some draws.
  func expected(_ draws: [[Double]]) -> [Double] {
    var row = 0
    return worths.indices.map { way in
      guard hasCost[way], let count = draws.first?.count, count > 0 else { return worths[way] }
      row += 1
      return worths[way] - draws[row].reduce(0, +) / Double(count)
    }
  }

  /// The expected value of knowing every input: the best way of each draw, less the best way of all.
  func perfect(_ draws: [[Double]]) -> Double {
    guard let count = draws.first?.count, count > 0 else { return 0 }
    var sum = 0.0
    for draw in 0..<count {
      var row = 0
      var best = -Double.infinity
      for way in worths.indices {
        if hasCost[way] { row += 1 }
        best = Swift.max(best, worths[way] - (hasCost[way] ? draws[row][draw] : 0))
      }
      sum += best
    }
    return Swift.max(0, sum / Double(count) - (expected(draws).max() ?? 0))
  }

  /// What knowing one input does.
  ///
  /// - Parameters:
  ///   - id: The input.
  ///   - expected: The expected worth of each way over all draws.
  ///   - confidence: The confidence of the amount that is to hold.
  ///   - plan: How many draws at each quantile.
  /// - Returns: By how much the range and the amount that holds shrink, and what it is worth to the decision.
  func knowing(
    _ id: String, expected: [Double], confidence: Double, plan: SamplingPlan
  ) -> (narrowing: Double, saving: Double, worth: Double) {
    let count = InformationValue.quantiles
    // All draws together, each step of whose quantiles is as wide as one of a quantile's own draws.
    var pooled: [Double] = []
    pooled.reserveCapacity(count * plan.draws)
    var (width, holding) = (0.0, 0.0)
    var known: [(deviate: Double, worths: [Double])] = []
    func draws(at deviate: Double) -> [[Double]] {
      let draws = tape.draws(of: wanted, plan: plan, knowing: KnownInput(id: id, deviate: deviate))
      known.append((deviate, self.expected(draws)))
      return draws
    }
    for place in 0..<count {
      let draws = draws(at: Distribution.normalQuantile((Double(place) + 0.5) / Double(count)))
      let ends = Self.quantiles([0.1, 0.9, confidence], of: draws[0])
      width += (ends[1] - ends[0]) / Double(count)
      holding += ends[2] / Double(count)
      pooled += draws[0]
    }
    if !worths.isEmpty { for deviate in Self.tails { _ = draws(at: deviate) } }
    pooled.sort()
    let steps = stride(from: 0, to: pooled.count, by: count).map { start in
      pooled[start..<(start + count)].reduce(0, +) / Double(count)
    }
    let ends = Self.quantiles([0.1, 0.9, confidence], of: steps)
    let before = ends[1] - ends[0]
    return (
      Self.rest(before - width, of: before) / (before > 0 ? before : 1), Self.rest(ends[2] - holding, of: ends[2]),
      worths.isEmpty ? 0 : worth(of: known.sorted { $0.deviate < $1.deviate }, expected)
    )
  }

  /// Deviates beyond the quantiles that are tried: the mean of a skewed input comes from its tail.
  private static let tails = [-3.5, -3, -2.7, 2.7, 3, 3.5]

  /// The expected value of knowing an input: that of the best way at each of its values, less the best way of all.
  ///
  /// Between the values that are tried, worths are straight lines of the deviate. Each of these has the same few draws of
  /// the other inputs, so that what does not depend on the input is the same at all of them; their means are off by as
  /// much everywhere, about, which is set right by those of all draws.
  private func worth(of known: [(deviate: Double, worths: [Double])], _ expected: [Double]) -> Double {
    let count = 1024
    var place = 0
    let between = (0..<count).map { step in
      let deviate = Distribution.normalQuantile((Double(step) + 0.5) / Double(count))
      while place + 2 < known.count, known[place + 1].deviate < deviate { place += 1 }
      let (left, right) = (known[place], known[place + 1])
      let share = (deviate - left.deviate) / (right.deviate - left.deviate)
      return zip(left.worths, right.worths).map { $0 + ($1 - $0) * share }
    }
    let errors = expected.indices.map { way in
      between.reduce(0) { $0 + $1[way] } / Double(count) - expected[way]
    }
    let best = between.reduce(0) { sum, worths in
      sum + (zip(worths, errors).map { $0 - $1 }.max() ?? 0) / Double(count)
    }
    return Self.rest(best - (expected.max() ?? 0), of: best)
  }

  /// A difference of sums; zero where it is no more than their rounding, or below.
  private static func rest(_ difference: Double, of amount: Double) -> Double {
    difference > 1e-9 * amount.magnitude ? difference : 0
  }

  private static func quantiles(_ shares: [Double], of sample: [Double]) -> [Double] {
    var copy = sample
    return copy.withUnsafeMutableBufferPointer { sample in shares.map { Quantiles.select($0, &sample) } }
  }
}

extension Tape {
  /// Whether any of some steps changes between the p10 and the p90 of an input.
  fileprivate func moves(_ wanted: [Int], input id: String) -> Bool {
    let typical = typicalValues()
    return inputs.contains { slot, record in
      record.id == id
        && [record.distribution.low, record.distribution.high].contains { end in
          let values = typicalValues(setting: [slot: end])
          return wanted.contains { values[$0] != typical[$0] }
        }
    }
  }
}

extension Estimate {
  /// What it is worth to know each input.
  ///
  /// - Parameters:
  ///   - key: The stable name of the result whose range is to shrink.
  ///   - decision: What is to be decided; nil for nothing.
  ///   - plan: How many draws for each input, and from which start.
  /// - Returns: The value of each input; nil where there is no result of that name.
  package func informationValue(
    about key: String = "cost_usd", deciding decision: Decision? = nil, plan: SamplingPlan
  ) -> InformationValue? {
    results.root(key).map { InformationValue(of: $0, deciding: decision, plan: plan) }
  }
}

extension Decision {
  /// The cheapest of several ways to do what is done in any case, each by its name and its cost.
  ///
  /// - Parameters:
  ///   - choices: The ways.
  ///   - correlations: Which inputs each way has of its own, where their rows differ, and how they move together.
  package init(between choices: [(name: String, cost: Expression<Dollars>)], by correlations: Correlations) {
    let own = correlations.ownInputs
    var first: [String: InputRecord] = [:]
    if let choice = choices.first {
      for input in Tape(roots: [choice.cost.node]).inputs { first[input.record.id] = input.record }
    }
    ways = choices.enumerated().map { place, choice in
      var known: [ObjectIdentifier: Node] = [:]
      let node = choice.cost.node.relabeled(&known) { record in
        guard place > 0, own.contains(record.id), let other = first[record.id],
          !other.origin.isSameRow(as: record.origin)
        else { return nil }
        return InputRecord(
          id: record.id + String(Correlations.mark) + choice.name, name: record.name + " of " + choice.name,
          dimension: record.dimension, origin: record.origin, distribution: record.distribution)
      }
      return Way(name: choice.name, worth: 0, cost: node)
    }
  }

  /// Whether to do what is worth a budget and no more: done, it is worth the budget less its cost; left, nothing.
  package init(within budget: Double, of cost: Expression<Dollars>) {
    ways = [
      Way(name: "go", worth: budget, cost: cost.node), Way(name: "leave it", worth: 0, cost: nil),
    ]
  }
}

extension Origin {
  /// Whether both are the same row of a table.
  fileprivate func isSameRow(as other: Origin) -> Bool {
    guard case .table(let one) = self, case .table(let two) = other else { return false }
    return one.table == two.table && one.id == two.id
  }
}

extension Node {
  /// The same formula with other records of some inputs.
  ///
  /// - Parameters:
  ///   - known: What was made anew, so that shared steps stay shared.
  ///   - change: The record to put in place of another; nil leaves it.
  /// - Returns: The formula.
  fileprivate func relabeled(
    _ known: inout [ObjectIdentifier: Node], _ change: (InputRecord) -> InputRecord?
  ) -> Node {
    if let made = known[ObjectIdentifier(self)] { return made }
    var operation = operation
    if case .input(let record) = operation, let other = change(record) { operation = .input(other) }
    let operands = operands.map { $0.relabeled(&known, change) }
    let made = Node(operation, operands, dimension: dimension, label: label)
    known[ObjectIdentifier(self)] = made
    return made
  }
}
