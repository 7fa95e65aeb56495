/// Derives what the table of efficiencies holds from published runs.
package struct EfficiencyDerivation: Sendable {
  /// Runs of one kind, or of one kind on one generation.
  package struct Kind: Sendable {
    /// The row's id, as `dense` or `hopper-dense`.
    package var id: String
    /// The runs behind it.
    package var runs: [PublishedRun]
  }

  /// The runs behind the fit.
  package let runs: [PublishedRun]
  /// The constants and spreads.
  package let regression: EfficiencyRegression
  /// What whole runs take over tuned steps.
  package let tunedToReal: TunedToReal
  /// The newest run's month.
  package let newest: CalendarMonth
  /// How many months after its release three in four runs used their accelerator at most.
  package let greatestAge: Int

  /// A derivation from published runs; nil for runs of fewer than two organizations.
  ///
  /// - Parameters:
  ///   - runs: All runs; excluded ones count for nothing.
  ///   - speedup: Throughput of a precision over that of 16 bits.
  package init?(_ runs: [PublishedRun], speedup: (Precision, ArchitectureClass) -> Double) {
    let used = runs.filter { EfficiencyFit.observation(of: $0, speedup: 1) != nil }
    let observations = used.compactMap {
      EfficiencyFit.observation(of: $0, speedup: speedup($0.precision, $0.architecture))
    }
    guard let fit = EfficiencyFit(observations), let newest = used.compactMap({ CalendarMonth($0.date) }).max() else {
      return nil
    }
    self.runs = used
    regression = fit.regression
    tunedToReal = fit.tunedToReal
    self.newest = newest
    let ages = used.compactMap { run in
      run.accelerator.released.flatMap { CalendarMonth($0) }.flatMap { released in
        CalendarMonth(run.date).map { Double($0 - released) }
      }
    }
    greatestAge = Int(Quantiles.quantile(0.75, of: ages))
  }

  /// Runs by kind, then by generation and kind in the order of their first run.
  package var kinds: [Kind] {
    var kinds = ArchitectureClass.allCases.map { Kind(id: $0.rawValue, runs: []) }
    for run in runs {
      for id in [run.architecture.rawValue, "\(run.accelerator.generation)-\(run.architecture.rawValue)"] {
        if let place = kinds.firstIndex(where: { $0.id == id }) {
          kinds[place].runs.append(run)
        } else {
          kinds.append(Kind(id: id, runs: [run]))
        }
      }
    }
    return kinds
  }
}
