extension Estimate {
  /// A result, or several that depend on what is estimated, and their formulas.
  private struct Declaration: Sendable {
    var key: ResultKey?
    var formulas: @Sendable (Estimate) -> [(node: Node, key: ResultKey)]

    init<Measure: Unit & SendableMetatype>(
      _ key: String, _ section: String, in unit: ResultKey.Unit = .base,
      otherwise presence: ResultKey.Presence = .unknown, isDetail: Bool = false,
      _ formula: @escaping @Sendable (Estimate) -> Expression<Measure>?
    ) {
      let key = ResultKey(key, section, in: unit, otherwise: presence, isDetail: isDetail)
      self.key = key
      formulas = { estimate in formula(estimate).map { [($0.node, key)] } ?? [] }
    }

    init<Measure: Unit & SendableMetatype>(
      of section: String, _ formulas: @escaping @Sendable (Estimate) -> [(key: String, formula: Expression<Measure>)]
    ) {
      self.formulas = { estimate in
        formulas(estimate).map { ($0.formula.node, ResultKey($0.key, section, otherwise: .absent)) }
      }
    }
  }

  /// The sections of results, in order.
  private enum Section {
    static let run = "run"
    static let bill = "bill"
    static let volume = "volume"
    static let managed = "managed"
    static let footprint = "footprint"
    static let ownership = "ownership"
    static let methods = "methods"
    static let equivalents = "equivalents"
  }

  /// Sections that a stage has that runs on no accelerators.
  package static let sectionsWithoutRun: Set<String> = [Section.bill, Section.volume, Section.managed]

  /// The section of energy, carbon and water.
  package static let footprintSection = Section.footprint

  /// All results, in the order that a reader wants them: a new one is a line here.
  private static let declarations: [Declaration] =
    [
      Declaration("flop", Section.run) { $0.flop },
      Declaration("flop_6nd", Section.run, otherwise: .absent) { $0.isExact ? $0.work.ruleOfThumb : nil },
      Declaration("flop_over_6nd", Section.run, otherwise: .absent) { $0.isExact ? $0.exactOverRule : nil },
      Declaration("mfu", Section.run) { $0.runs ? $0.isExact ? $0.exactMFU : $0.run.mfu : nil },
      Declaration("precision_speedup", Section.run, otherwise: .absent) { $0.runs ? $0.run.speedup : nil },
      Declaration("accelerator_hours", Section.run) { $0.run.acceleratorHours },
      Declaration(of: Section.run) { estimate in
        estimate.run.phases.enumerated().map { ("phase_\($0 + 1)_hours", $1) }
      },
      Declaration("accelerators", Section.run) { $0.run.accelerators },
      Declaration("rollout_accelerators", Section.run, otherwise: .absent) { $0.run.rolloutAccelerators },
      Declaration("step_seconds", Section.run, otherwise: .absent) { $0.secondsOfStep },
      Declaration(of: Section.run) { $0.secondsOfPhases },
      Declaration("rollout_tokens_per_second", Section.run, otherwise: .absent) { $0.rolloutThroughput },
      Declaration("trained_tokens_per_second", Section.run, otherwise: .absent) { $0.trainedThroughput },
      Declaration("days", Section.run, in: .days) { $0.run.wallClock },
      Declaration("accelerator_months", Section.run, otherwise: .absent) { $0.bill.term?.months },
      Declaration("contract_share", Section.run, otherwise: .absent, isDetail: true) { $0.bill.contractShare },
      Declaration("cached_logits_bytes", Section.run, otherwise: .absent) { $0.work.cachedLogits },
      Declaration("cost_usd", Section.bill) { $0.bill.isUnpriced ? nil : $0.bill.total },
    ]
    + ChargeCategory.allCases.map { category in
      Declaration(category.key, Section.bill, otherwise: .zero) { estimate in
        estimate.bill.lines.first { $0.category == category }?.amount
      }
    } + [
      Declaration("usd_fixed", Section.volume, otherwise: .absent) {
        $0.work.volume?.fixed.named("fixed, of the total")
      },
      Declaration("usd_per_token", Section.volume, otherwise: .absent) { $0.costOfToken },
      Declaration("usd_per_token_growing", Section.volume, otherwise: .absent) { $0.growingCostOfToken },
      Declaration(of: Section.managed) { estimate in
        estimate.work.alternatives.map { ($0.key, $0.amount.named("managed: " + $0.id)) }
      },
      Declaration("owned_price_usd", Section.ownership, otherwise: .absent) { $0.breakEven?.ownedPrice },
      Declaration("rent_price_usd", Section.ownership, otherwise: .absent) { $0.breakEven?.rent },
      Declaration("break_even_utilization", Section.ownership, otherwise: .absent) { $0.breakEven?.utilization },
      Declaration("break_even_hours", Section.ownership, otherwise: .absent) { $0.breakEven?.hours },
      Declaration("method_rent_usd", Section.methods, otherwise: .absent) { $0.methods?.rent },
      Declaration("method_amortized_usd", Section.methods, otherwise: .absent) { $0.methods?.amortized },
      Declaration("method_acquisition_usd", Section.methods, otherwise: .absent) { $0.methods?.acquisition },
      Declaration("loss", Section.run, otherwise: .absent) { $0.loss },
      Declaration("energy_kwh", Section.footprint) { $0.footprint.energy },
      Declaration("energy_idle_kwh", Section.footprint, otherwise: .absent) { $0.footprint.idleEnergy },
      Declaration("carbon_kg", Section.footprint, in: .kilograms) { $0.footprint.carbon },
      Declaration("carbon_embodied_kg", Section.footprint, in: .kilograms, otherwise: .absent) {
        $0.footprint.embodied
      },
      Declaration("carbon_all_kg", Section.footprint, in: .kilograms, otherwise: .absent) { $0.footprint.allCarbon },
      Declaration("water_l", Section.footprint) { $0.footprint.water },
      Declaration("water_on_site_l", Section.footprint) { $0.footprint.waterOnSite },
      Declaration("water_off_site_l", Section.footprint) { $0.footprint.waterOffSite },
      Declaration("water_embodied_l", Section.footprint, otherwise: .absent) { $0.footprint.embodiedWater },
      Declaration("water_all_l", Section.footprint, otherwise: .absent) { $0.footprint.allWater },
      Declaration(of: Section.equivalents) { $0.footprint.equivalents.map { ($0.key, $0.count) } },
    ]

  /// The stable names of all results that do not depend on what is estimated, in order.
  package static let results: [ResultKey] = declarations.compactMap(\.key)

  /// The stable names that every estimate has a column for, in order.
  package static let names: [String] = results.filter { $0.presence != .absent }.map(\.key)

  /// The declared result of a stable name.
  package static func result(_ key: String) -> ResultKey? { results.first { $0.key == key } }

  var results: ReportBuilder {
    var builder = ReportBuilder()
    for declaration in Self.declarations {
      for (node, key) in declaration.formulas(self) { builder.add(node, as: key) }
    }
    return builder
  }

  // MARK: - Formulas of results alone

  private var runs: Bool { !work.phases.isEmpty }
  private var isExact: Bool { runs && scenario.flopCount == .exact }
  private var flop: Expression<Operations>? { runs ? isExact ? work.exactOperations : work.operations : nil }

  private var costOfToken: Expression<Per<Dollars, Tokens>>? {
    work.volume.map {
      (bill.total / $0.tokens).named(
        "cost of a token", note: "falls toward the next line as the fixed part spreads over more tokens")
    }
  }

  private var growingCostOfToken: Expression<Per<Dollars, Tokens>>? {
    work.volume.map { ((bill.total - $0.fixed) / $0.tokens).named("of which grows with volume") }
  }
}
