/// Which inputs drive the spread of a result.
///
/// An input's share is how much of the variance of the result's logarithm it makes, by itself and together with others
/// (the total effect of Homma and Saltelli 1996): results are products, whose own variance rests on a few draws far out.
/// A result that may be zero or less has its own variance instead. An input's swing is the result with the input alone at
/// p10 and at p90, wherever it stands. Shares of inputs that only work together add to more than one.
package struct Sensitivity: Sendable {
  /// What one input does to the result.
  package struct Driver: Sendable {
    /// The input's id.
    package var id: String
    /// The input's name for people.
    package var name: String
    /// What the input counts.
    package var dimension: Dimension
    /// The input's own p10, typical value and p90.
    package var input: Spread
    /// The result with the input at its p10, all else typical.
    package var atLow: Double
    /// The result with the input at its p90, all else typical.
    package var atHigh: Double
    /// The share of the variance that the input makes, 0 to 1.
    package var share: Double
    /// Where the input comes from.
    package var origin: Origin
  }

  /// The result under its stable name, where it has one.
  package var key: ResultKey?
  /// The result's name.
  package var name: String
  /// What the result counts.
  package var dimension: Dimension
  /// The result with its range.
  package var result: Spread
  /// The uncertain inputs, those that explain most first.
  package var drivers: [Driver]

  /// Analyzes one result.
  ///
  /// - Parameters:
  ///   - expression: The result.
  ///   - plan: How many draws the variances rest on.
  package init<Measure: Unit>(of expression: Expression<Measure>, plan: SamplingPlan) {
    self.init(of: expression.node, plan: plan)
  }

  init(of node: Node, plan: SamplingPlan) {
    let tape = Tape(roots: [node])
    let root = tape.slot(of: node) ?? 0
    name = node.label?.name ?? ""
    dimension = node.dimension
    result = tape.spreads(of: [root], plan: plan).first ?? Spread(typical: 0)
    let isLogarithmic = tape.isPositive(root, plan: plan)
    let ids = tape.uncertainIDs
    let shares = tape.shares(of: root, by: ids, plan: plan, isLogarithmic: isLogarithmic)
    let uncertain = tape.inputs.filter { !$0.record.distribution.isCertain }
    drivers = zip(ids, shares).compactMap { id, share in
      // Inputs of one id are one input.
      let slots = uncertain.filter { $0.record.id == id }
      guard let record = slots.first?.record else { return nil }
      func result(_ end: KeyPath<Distribution, Double>) -> Double {
        let ends = slots.map { ($0.slot, $0.record.distribution[keyPath: end]) }
        return tape.typicalValues(setting: Dictionary(ends) { first, _ in first })[root]
      }
      return Driver(
        id: record.id, name: record.name, dimension: record.dimension,
        input: Spread(
          typical: record.distribution.typical, p10: record.distribution.low, p90: record.distribution.high),
        atLow: result(\.low), atHigh: result(\.high), share: Swift.min(1, Swift.max(0, share)),
        origin: record.origin)
    }
    .sorted { ($0.share, $1.id) > ($1.share, $0.id) }
  }
}
