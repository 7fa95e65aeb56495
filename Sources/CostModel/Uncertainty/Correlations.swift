/// Which uncertain inputs move together.
///
/// Their standard normal deviates are correlated by the coefficient of the pair (a Gaussian copula), so that each input
/// keeps its own spread. Inputs of no pair are independent.
package struct Correlations: Sendable, Equatable {
  /// Two inputs that move together.
  package struct Pair: Sendable, Equatable {
    /// The ids of the inputs; `*.` at the start of both stands for the same stage, and one id twice for the same input of
    /// two accelerators.
    package var first: String
    package var second: String
    /// The correlation of their deviates, above −1 and below 1.
    package var coefficient: Double

    /// Two inputs and the correlation of their deviates.
    package init(_ first: String, _ second: String, _ coefficient: Double) {
      (self.first, self.second, self.coefficient) = (first, second, coefficient)
    }

    /// Whether it is of one input of two accelerators.
    package var isOfOne: Bool { first == second }

    /// Whether the pair speaks of two inputs, in this order.
    private func speaks(of one: some StringProtocol, _ other: some StringProtocol) -> Bool {
      guard first.hasPrefix("*."), second.hasPrefix("*.") else { return first == one && second == other }
      let (left, right) = (first.dropFirst(1), second.dropFirst(1))
      return one.hasSuffix(left) && other.hasSuffix(right) && one.dropLast(left.count) == other.dropLast(right.count)
    }

    /// Whether the pair is of two inputs, in either order.
    fileprivate func isOf(_ one: some StringProtocol, _ other: some StringProtocol) -> Bool {
      speaks(of: one, other) || speaks(of: other, one)
    }
  }

  /// What stands between the id of an input and what tells it from the same input of another accelerator.
  static let mark: Character = "/"

  /// The inputs that two accelerators have each of their own.
  var ownInputs: Set<String> { Set(pairs.filter(\.isOfOne).map(\.first)) }

  /// The correlation of two inputs; nil for independent ones.
  private func coefficient(_ one: String, _ other: String) -> Double? {
    let (left, right) = (one.prefix { $0 != Self.mark }, other.prefix { $0 != Self.mark })
    func found(_ first: Substring, _ second: Substring) -> Double? {
      pairs.lazy.first { $0.isOf(first, second) }?.coefficient
    }
    guard one.dropFirst(left.count) != other.dropFirst(right.count) else { return found(left, right) }
    return left == right ? found(left, left) : found(left, right).map { $0 * (found(left, left) ?? 1) }
  }

  /// The pairs, each of other inputs.
  package var pairs: [Pair]

  /// Some pairs; none leaves all inputs independent.
  package init(_ pairs: [Pair] = []) { self.pairs = pairs }

  /// How the deviate of one input is made of independent ones.
  struct Mix: Equatable {
    /// The place of the input.
    var place: Int
    /// Places and weights of independent deviates, its own among them; the squares of the weights sum to 1.
    var parts: [(place: Int, weight: Double)]

    static func == (left: Mix, right: Mix) -> Bool {
      left.place == right.place && left.parts.elementsEqual(right.parts) { $0 == $1 }
    }
  }

  /// The mixes that correlate inputs, to be applied in order: each uses the independent deviates of later ones alone.
  ///
  /// - Parameters:
  ///   - ids: The inputs, by the place of their deviate, each once.
  ///   - leader: The place of an input whose own deviate stays as it is; nil where it does not matter.
  /// - Returns: A mix for each input that follows others; none where no pair is among them.
  func mixes(of ids: [String], ledBy leader: Int? = nil) -> [Mix] {
    var links: [Int: [Int: Double]] = [:]
    for (one, other, coefficient) in self.links(of: ids) {
      links[one, default: [:]][other] = coefficient
      links[other, default: [:]][one] = coefficient
    }
    // By their names, so that what else is drawn does not change which of two follows the other.
    var order = links.keys.sorted { ids[$0] < ids[$1] }
    if let leader, let place = order.firstIndex(of: leader) { order.insert(order.remove(at: place), at: 0) }
    return Self.factor(order, links)
  }

  /// Which of some inputs move together, by their places, the earlier one first.
  package func links(of ids: [String]) -> [(one: Int, other: Int, coefficient: Double)] {
    guard !pairs.isEmpty else { return [] }
    return ids.indices.flatMap { one in
      ids.indices.dropFirst(one + 1).compactMap { other in
        coefficient(ids[one], ids[other]).map { (one, other, $0) }
      }
    }
  }

  /// As much of a deviate as may be made of others where pairs contradict each other.
  private static let mostShared = 0.98

  /// The Cholesky factor of the correlations in an order, the last row first. Coefficients that cannot hold together are
  /// weakened, those of the later input.
  private static func factor(_ order: [Int], _ links: [Int: [Int: Double]]) -> [Mix] {
    var rows: [[Double]] = []
    for (row, place) in order.enumerated() {
      var weights: [Double] = []
      for column in 0..<row {
        var rest = links[place]?[order[column]] ?? 0
        for k in 0..<column { rest -= weights[k] * rows[column][k] }
        weights.append(rest / rows[column][column])
      }
      var shared = weights.reduce(0) { $0 + $1 * $1 }
      if shared > mostShared {
        let scale = (mostShared / shared).squareRoot()
        weights = weights.map { $0 * scale }
        shared = mostShared
      }
      rows.append(weights + [(1 - shared).squareRoot()])
    }
    return rows.enumerated().reversed().compactMap { row, weights in
      let parts = weights.enumerated().filter { $0.element != 0 }.map { (place: order[$0.offset], weight: $0.element) }
      return parts.count > 1 ? Mix(place: order[row], parts: parts) : nil
    }
  }

  /// Whether all pairs can hold at once: no coefficient had to be weakened.
  package var isConsistent: Bool {
    var ids: [String] = []
    for pair in pairs { for id in [pair.first, pair.second] where !ids.contains(id) { ids.append(id) } }
    return mixes(of: ids).allSatisfy { mix in
      let shared = mix.parts.filter { $0.place != mix.place }.reduce(0) { $0 + $1.weight * $1.weight }
      return shared < Self.mostShared - 1e-9
    }
  }
}
