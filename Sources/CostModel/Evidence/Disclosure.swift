/// A figure of energy, carbon, water or money that was published for a run.
package struct Disclosure: Sendable {
  /// Whose power the energy behind a figure counts.
  package enum PowerScope: String, Sendable {
    /// The rated power of the accelerators alone.
    case board
    /// The measured draw of the accelerators alone.
    case accelerator
    /// Whole servers.
    case server
  }

  /// The row's id.
  package var id: String
  /// The run it is about.
  package var run: PublishedRun
  /// What it counts.
  package var measure: Backtest.Measure
  /// How much, in the unit of the measure.
  package var value: Double
  /// Whose power it counts.
  package var power: PowerScope
  /// Power usage effectiveness behind it, where stated.
  package var powerUsageEffectiveness: Double?
  /// Grid carbon intensity behind it in g/kWh, where stated.
  package var carbonIntensity: Double?
  /// Price behind it in USD per accelerator-hour, where stated.
  package var price: Double?
  /// Where it ran.
  package var region: String?
  /// Why it is set apart; nil where it counts.
  package var exclusion: String?

  /// A disclosure by its row.
  package init(
    id: String, run: PublishedRun, measure: Backtest.Measure, value: Double, power: PowerScope,
    powerUsageEffectiveness: Double?, carbonIntensity: Double?, price: Double?, region: String?, exclusion: String?
  ) {
    self.id = id
    self.run = run
    self.measure = measure
    self.value = value
    self.power = power
    self.powerUsageEffectiveness = powerUsageEffectiveness
    self.carbonIntensity = carbonIntensity
    self.price = price
    self.region = region
    self.exclusion = exclusion
  }

  /// The run as a request; what the figure's authors stated is given, all else comes from the tables.
  private var request: Request {
    var request = run.request
    request[Settings.powerUsageEffectiveness] = powerUsageEffectiveness.map { Ranged($0) }
    request[Settings.carbonIntensity] = carbonIntensity.map { Ranged($0) }
    request.region = region
    // Money is looked up for a figure in money alone: old accelerators have no market.
    request[Settings.price] = price.map { Ranged($0) } ?? (measure == .cost ? nil : Ranged(1))
    return request
  }

  /// The estimate of the run with a given MFU, in the figure's own convention.
  func estimate(mfu: Expression<Ratio>, in catalog: any Catalog) throws(ScenarioError) -> Estimate {
    var scenario = try ScenarioBuilder.scenario(for: request, in: catalog)
    (scenario.hardware.efficiency, scenario.hardware.isEfficiencyGiven) = (GivenEfficiency(mfu), true)
    if power != .server {
      guard let watts = run.accelerator.boardWatts else {
        throw .missing(field: "board power", accelerator: run.accelerator.name)
      }
      scenario.site.ratedPower = Expression.input(
        "rated_power", "rated power of the accelerator", Ranged(watts / 1000), from: .table(run.accelerator.reference))
      scenario.site.serverFactor = nil
    }
    if power == .board {
      scenario.site.draw = Expression.input(
        "power_draw", "draw over rated power", Ranged(1), from: .assumed("the authors count rated power"))
    }
    return try .pretraining(scenario)
  }
}

extension Estimate {
  /// The result that a measure compares, in the measure's unit; money is that of accelerator time.
  fileprivate func spread(_ measure: Backtest.Measure, plan: SamplingPlan) -> Spread {
    let key =
      switch measure {
      case .cost: ChargeCategory.compute.key
      default: measure.rawValue
      }
    let value = report(plan).result(key)?.value ?? Spread(typical: 0)
    func scaled(_ value: Double) -> Double { value / measure.scale }
    return Spread(typical: scaled(value.typical), p10: value.p10.map(scaled), p90: value.p90.map(scaled))
  }
}

extension Backtest {
  /// Predicts energy, carbon, water or money end to end: from the model and its data, not from the run's hours.
  ///
  /// - Parameters:
  ///   - disclosures: The figures to predict.
  ///   - known: The runs to learn from.
  ///   - catalog: The tables.
  ///   - speedups: Throughput of low precisions.
  ///   - plan: How ranges are found.
  /// - Throws: ``ScenarioError`` where a look-up fails for another reason than a missing price.
  package init(
    _ disclosures: [Disclosure], learningFrom known: [PublishedRun], catalog: any Catalog,
    speedups: PrecisionSpeedups, plan: SamplingPlan
  ) throws(ScenarioError) {
    var fits = FitsByOrganization(known, speedups: speedups, memory: catalog.memory)
    learnedFrom = fits.counts
    entries = []
    unpredicted = []
    for disclosure in disclosures {
      let estimate: Estimate
      do throws(ScenarioError) {
        guard let mfu = fits.mfu(of: disclosure.run) else {
          unpredicted.append((disclosure.id, "peak or date is unknown"))
          continue
        }
        estimate = try disclosure.estimate(mfu: mfu, in: catalog)
      } catch .noPrice(let accelerator, _, _) {
        unpredicted.append((disclosure.id, "no price of \(accelerator)"))
        continue
      }
      let predicted = estimate.spread(disclosure.measure, plan: plan)
      // Every measure is linear in the hours.
      let perHour = predicted.typical / estimate.run.acceleratorHours.typical.value
      entries.append(
        Entry(
          id: disclosure.id, run: disclosure.run, measure: disclosure.measure, predicted: predicted,
          actual: disclosure.value, setAside: disclosure.exclusion,
          predictedFromHours: disclosure.run.acceleratorHours.map { $0 * perHour }))
    }
  }
}
