/// What a job may take so much of, and no more.
package enum Limited: String, CaseIterable, Sendable {
  /// The total cost.
  case money
  /// The time from start to end.
  case time
  /// Electricity.
  case energy
  /// Greenhouse gases.
  case carbon

  /// The stable name of the result that is limited.
  package var result: String {
    switch self {
    case .money: "cost_usd"
    case .time: "days"
    case .energy: "energy_kwh"
    case .carbon: "carbon_kg"
    }
  }

  /// The stable name of the chance to stay inside.
  package var chance: String {
    switch self {
    case .money: "p_in_budget"
    case .time: "p_in_time"
    case .energy: "p_in_energy"
    case .carbon: "p_in_carbon"
    }
  }

  /// The input that says the limit.
  package var input: String {
    switch self {
    case .money: "budget"
    case .time: "max-days"
    case .energy: "max-energy"
    case .carbon: "max-carbon"
    }
  }

  /// What it is counted in.
  package var dimension: Dimension {
    switch self {
    case .money: .dollars
    case .time: .hours
    case .energy: .kilowattHours
    case .carbon: .gramsCO2e
    }
  }

  /// The stable name of the chance to stay inside all limits at once.
  package static let chanceOfAll = "p_in_all"
}

/// Limits, in base units.
package typealias Limits = [Limited: Double]

/// How likely results stay within limits, and the amounts that hold with some confidence: counted over draws, so that
/// nothing is taken for granted of the shape of their spread.
package struct Chances: Sendable {
  /// One result.
  package struct Line: Sendable {
    /// What is limited.
    package var limited: Limited
    /// The stable name of the result.
    package var key: String
    /// The name for people.
    package var name: String
    /// The result with every input at its typical value.
    package var typical: Double
    /// The mean of the draws: what sums of many such amounts come to.
    package var mean: Double
    /// The middle of the draws.
    package var median: Double
    /// The amounts that hold with each of ``Chances/confidences``.
    package var amounts: [Double]
    /// The limit; nil where none is given.
    package var limit: Double?
    /// The chance to stay inside; nil without a limit.
    package var chance: Double?
  }

  /// The results, in the order of ``Limited``.
  package let lines: [Line]
  /// The confidences, rising.
  package let confidences: [Double]
  /// The chance to stay inside all limits at once; nil without a limit.
  package let ofAll: Double?

  /// The confidences that are told unless others are asked for.
  package static let usualConfidences = [0.5, 0.8, 0.9, 0.95]
  /// Draws that settle a chance to within a hundredth.
  package static let draws = 16_384

  /// Counts the draws of results.
  ///
  /// - Parameters:
  ///   - results: The results, by what is limited.
  ///   - others: What is drawn together with them, so that their draws are those of one report.
  ///   - limits: The limits.
  ///   - confidences: With what confidence amounts are to hold.
  ///   - plan: How many draws, from which start.
  init(
    of results: [(limited: Limited, key: String, node: Node)], among others: [Node], within limits: Limits,
    confidences: [Double],
    plan: SamplingPlan
  ) {
    let tape = Tape(roots: others)
    let slots = results.map { tape.slot(of: $0.node) ?? 0 }
    let typical = tape.typicalValues()
    // As many as the range of each result has, so that both say the same.
    let counts = tape.draws(settling: slots, plan: plan)
    let draws = tape.draws(of: slots, plan: plan.drawing(counts.max() ?? plan.draws))
    self.confidences = confidences
    lines = results.indices.map { place in
      let (limited, _, node) = results[place]
      var sample = Array(draws[place].prefix(counts[place]))
      let mean = sample.isEmpty ? typical[slots[place]] : sample.reduce(0, +) / Double(sample.count)
      let chance = limits[limited].map { limit in
        Double(sample.count { $0 <= limit }) / Double(Swift.max(1, sample.count))
      }
      let quantiles = sample.withUnsafeMutableBufferPointer { sample in
        ([0.5] + confidences).map { Quantiles.select($0, &sample) }
      }
      return Line(
        limited: limited, key: results[place].key, name: node.label?.name ?? "", typical: typical[slots[place]],
        mean: mean, median: quantiles[0], amounts: Array(quantiles.dropFirst()), limit: limits[limited],
        chance: chance)
    }
    let limited = results.indices.filter { limits[results[$0].limited] != nil }
    let count = limited.map { counts[$0] }.max() ?? 0
    let inside = (0..<count).count { draw in
      limited.allSatisfy { draws[$0][draw] <= limits[results[$0].limited] ?? .infinity }
    }
    ofAll = limited.isEmpty ? nil : Double(inside) / Double(Swift.max(1, count))
  }

  /// The chances of the results of a report to be; limits of what it does not have are left out.
  ///
  /// - Parameters:
  ///   - builder: The report's results.
  ///   - keys: The stable name of what is limited, where it has another than usual.
  ///   - limits: The limits.
  ///   - wanted: The results that are told without a limit too.
  ///   - confidences: With what confidence amounts are to hold.
  ///   - plan: How many draws, from which start.
  init(
    of builder: ReportBuilder, named keys: [Limited: String] = [:], within limits: Limits, telling wanted: [Limited],
    confidences: [Double], plan: SamplingPlan
  ) {
    self.init(
      of: Limited.allCases.compactMap { limited in
        guard limits[limited] != nil || wanted.contains(limited) else { return nil }
        let key = keys[limited] ?? limited.result
        return builder.root(key).map { (limited, key, $0) }
      }, among: builder.nodes, within: limits, confidences: confidences, plan: plan)
  }

  /// The limits that no result answers to.
  package func missing(_ limits: Limits) -> [Limited] {
    Limited.allCases.filter { limited in limits[limited] != nil && !lines.contains { $0.limited == limited } }
  }
}

extension Estimate {
  /// How likely it stays within limits.
  ///
  /// - Parameters:
  ///   - limits: The limits.
  ///   - wanted: The results that are told without a limit too.
  ///   - confidences: With what confidence amounts are to hold.
  ///   - plan: How many draws, from which start.
  /// - Returns: The chances; of a run without a price, none of money.
  package func chances(
    within limits: Limits, telling wanted: [Limited] = [.money],
    confidences: [Double] = Chances.usualConfidences, plan: SamplingPlan
  ) -> Chances {
    Chances(of: results, within: limits, telling: wanted, confidences: confidences, plan: plan)
  }

  /// How much of its limits it uses: the largest of the shares, with every input at its typical value or as much as holds
  /// with a confidence.
  ///
  /// - Parameters:
  ///   - limits: The limits; one that it has no result for counts for nothing.
  ///   - confidence: With what probability all limits are to hold at once; nil for typical values.
  ///   - plan: How many draws, from which start.
  /// - Returns: 1 where the limits are just used up.
  package func use(of limits: Limits, confidence: Double?, plan: SamplingPlan) -> Double {
    let results = results
    let parts = limits.compactMap { limited, most in results.root(limited.result).map { (node: $0, most: most) } }
    // Of all results, so that draws are those of a report.
    let tape = Tape(roots: confidence == nil ? parts.map(\.node) : results.nodes)
    let slots = parts.map { tape.slot(of: $0.node) ?? 0 }
    guard let confidence else {
      let values = tape.typicalValues()
      return zip(slots, parts).map { values[$0] / $1.most }.max() ?? 0
    }
    let count = tape.draws(settling: slots, plan: plan).max() ?? plan.draws
    let draws = tape.draws(of: slots, plan: plan.drawing(count))
    var largest = [Double](repeating: 0, count: count)
    for (values, part) in zip(draws, parts) {
      for draw in largest.indices { largest[draw] = Swift.max(largest[draw], values[draw] / part.most) }
    }
    return Quantiles.quantile(confidence, of: largest)
  }
}
