/// A result with its range: four draws in five lie between `p10` and `p90`.
public struct Estimated<Measure: Unit>: Sendable, Equatable, CustomStringConvertible {
  /// With every input at its typical value.
  public let typical: Quantity<Measure>
  /// Exceeded by nine draws in ten; the typical value where nothing varies.
  public let p10: Quantity<Measure>
  /// Exceeded by one draw in ten.
  public let p90: Quantity<Measure>

  init(_ spread: Spread) {
    typical = Quantity(spread.typical)
    p10 = Quantity(spread.p10 ?? spread.typical)
    p90 = Quantity(spread.p90 ?? spread.typical)
  }

  /// The value and its range, as `$7.21M ($4.35M – $16.2M)`.
  public var description: String {
    let ends = [p10, p90].map(\.description)
    return typical.description + (ends[0] == ends[1] ? "" : " (\(ends[0]) – \(ends[1]))")
  }
}

extension Quantity: CustomStringConvertible where Measure: Unit {
  /// The amount to three digits, with the unit that keeps the number short.
  public var description: String { Notation.display(value, as: Measure.dimension) }
}

/// What a job costs, takes and emits: values with their ranges, sampled once.
public struct CostEstimate: Sendable {
  /// One line of the bill.
  public struct BillLine: Sendable {
    /// What it pays for.
    public let category: ChargeCategory
    /// How much.
    public let amount: Estimated<Dollars>
  }

  /// All of the bill.
  public let cost: Estimated<Dollars>
  /// Whether a price of the accelerator is known; without one the bill is of what else there is.
  public let isPriced: Bool
  /// The bill, line by line.
  public let bill: [BillLine]
  /// FLOP; zero for people's work alone.
  public let operations: Estimated<Operations>
  /// Accelerator time that is billed.
  public let acceleratorHours: Estimated<AcceleratorHours>
  /// Accelerators in use at once.
  public let accelerators: Estimated<Accelerators>
  /// Time from start to end, in hours; it prints in days.
  public let days: Estimated<Hours>
  /// Useful FLOP over those that the accelerators could do at their dense 16-bit peak.
  public let mfu: Estimated<Ratio>
  /// Electricity, that of the facility included.
  public let energy: Estimated<KilowattHours>
  /// Greenhouse gases of that electricity.
  public let carbon: Estimated<GramsCO2e>
  /// Water consumed on site and by power plants.
  public let water: Estimated<Liters>
  /// What to know of it.
  public let notes: [Message]
  private let report: Report

  init(_ estimate: Estimate, _ plan: SamplingPlan) {
    let report = estimate.report(plan)
    func result<Measure: Unit>(_ key: String) -> Estimated<Measure>? { report.result(key).map { Estimated($0.value) } }
    let none = Spread(typical: 0)
    isPriced = !estimate.bill.isUnpriced
    cost = result("cost_usd") ?? Estimated(none)
    bill = estimate.bill.lines.compactMap { line in
      result(line.category.key).map { BillLine(category: line.category, amount: $0) }
    }
    operations = result("flop") ?? Estimated(none)
    acceleratorHours = result("accelerator_hours") ?? Estimated(none)
    accelerators = result("accelerators") ?? Estimated(none)
    days = result("days") ?? Estimated(none)
    mfu = result("mfu") ?? Estimated(none)
    energy = result("energy_kwh") ?? Estimated(none)
    carbon = result("carbon_kg") ?? Estimated(none)
    water = result("water_l") ?? Estimated(none)
    notes = estimate.scenario.notes
    self.report = report
  }

  /// Every value with its formula, the numbers put in, and the source of each input.
  public var explanation: String { Explanation(report).text }
}
