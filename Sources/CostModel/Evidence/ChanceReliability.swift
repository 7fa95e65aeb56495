/// How far stated chances can be trusted: held against what came of published runs.
///
/// For each run and each of some budgets, multiples of its typical prediction, the chance to stay inside is stated by the
/// range of the prediction, and the run did stay inside or did not. The Brier score is the mean square of the difference
/// (Brier 1950): 0 for one who knows, a quarter for one who always says 50 %.
package struct ChanceReliability: Sendable {
  /// The Brier score of the stated chances.
  package let brier: Double
  /// That of a range of one width for all runs, as contingencies have it.
  package let fixed: Double
  /// That of the one width that suits these very runs best, found in hindsight.
  package let hindsight: Double
  /// That width: p90 over p10.
  package let hindsightWidth: Double
  /// For chances of 10 to 90 %: the share of the runs that stayed below the amount stated to hold with that chance.
  package let cameTrue: [(said: Double, share: Double)]

  /// Budgets over the typical prediction.
  static let budgets = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2]

  /// Judges the predictions that count and have a range; nil where there are none.
  ///
  /// - Parameters:
  ///   - entries: Predictions and what came of them.
  ///   - range: p90 over the typical value of the fixed range.
  package init?(_ entries: [Backtest.Entry], fixedRange range: Double) {
    let known = entries.filter { $0.setAside == nil && $0.predicted.p10 != nil && $0.predicted.typical > 0 }
    guard !known.isEmpty else { return nil }
    func score(_ chance: (Spread, Double) -> Double) -> Double {
      var sum = 0.0
      for entry in known {
        for budget in Self.budgets {
          let error = chance(entry.predicted, budget) - (entry.actual <= budget * entry.predicted.typical ? 1 : 0)
          sum += error * error
        }
      }
      return sum / Double(known.count * Self.budgets.count)
    }
    func ofWidth(_ factor: Double) -> Double {
      score { _, budget in
        Diagnosis.normalShare(
          below: Elementary.logarithm(budget) / Elementary.logarithm(factor) * Distribution.ninetiethPercentile)
      }
    }
    brier = score { $0.probability(below: $1 * $0.typical) }
    fixed = ofWidth(range)
    let best = Numerics.minimum(from: 0.02, to: 3) { ofWidth(Elementary.exponential($0)) }
    hindsight = ofWidth(Elementary.exponential(best))
    hindsightWidth = Elementary.exponential(2 * best)
    let stated = known.map { $0.predicted.probability(below: $0.actual) }
    cameTrue = stride(from: 1, through: 9, by: 1).map { tenth in
      let said = Double(tenth) / 10
      return (said, Double(stated.count { $0 <= said }) / Double(stated.count))
    }
  }
}
