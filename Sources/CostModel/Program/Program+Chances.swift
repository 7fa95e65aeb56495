extension Program {
  /// The sum of its lines.
  package var totalCost: Expression<Dollars> { Expression.sum(lines.map(\.amount)).named("total cost") }

  /// How likely its totals stay within limits.
  ///
  /// - Parameters:
  ///   - limits: The limits.
  ///   - wanted: The totals that are told without a limit too.
  ///   - confidences: With what confidence amounts are to hold.
  ///   - plan: How many draws, from which start.
  /// - Returns: The chances, of the totals that it has.
  package func chances(
    within limits: Limits, telling wanted: [Limited] = [.money],
    confidences: [Double] = Chances.usualConfidences, plan: SamplingPlan
  ) -> Chances {
    Chances(of: resultsBuilder, within: limits, telling: wanted, confidences: confidences, plan: plan)
  }

  /// Its totals and lines whose typical value lies outside of their range, and what draws them there.
  package func lopsidedRanges(in report: ProgramReport) -> [LopsidedRange] {
    resultsBuilder.lopsidedRanges(in: report.report, watching: [])
  }

  /// What it is worth to know each input of its total cost.
  ///
  /// - Parameters:
  ///   - decision: What is to be decided; nil for nothing.
  ///   - plan: How many draws for each input, and from which start.
  /// - Returns: The value of each uncertain input.
  package func informationValue(deciding decision: Decision? = nil, plan: SamplingPlan) -> InformationValue {
    InformationValue(of: totalCost.node, deciding: decision, plan: plan)
  }
}
